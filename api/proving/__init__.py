# SPDX-License-Identifier: Apache-2.0
"""Pages that show the record itself: public verification, a case's trace, the state of the ledger."""
