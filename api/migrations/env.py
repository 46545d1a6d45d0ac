# SPDX-License-Identifier: Apache-2.0
"""Alembic's environment: one connection of the store that the caller opened."""

from alembic import context

import attest.tables
import ledger.tables

store = context.config.attributes["store"]
with store.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=[ledger.tables.metadata, attest.tables.metadata],
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
