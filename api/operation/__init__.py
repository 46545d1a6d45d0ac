# SPDX-License-Identifier: Apache-2.0
"""Operating a ledger: back-ups, restoring, rebuilding the tables, looking over an installation."""
