# SPDX-License-Identifier: Apache-2.0
"""The demo: sample input, the processes of a throw-away ledger, and the story that is played on it."""
