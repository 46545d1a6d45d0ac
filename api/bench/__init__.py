# SPDX-License-Identifier: Apache-2.0
"""`once bench`: a throw-away ledger, a real serving process, load from a process of its own."""
