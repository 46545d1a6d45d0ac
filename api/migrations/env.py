# SPDX-License-Identifier: Apache-2.0
"""Alembic's environment: one connection of the store that the caller opened."""

from alembic import context

import api.events.tables  # these tables stand in the metadata of attest
import api.identity.tables
import api.web.catalogue.tables
import api.web.counter.tables  # noqa: F401  # so do these
import attest.tables
import ledger.tables

store = context.config.attributes["store"]
with store.changing_schema() as connection:
    connection.begin()  # Alembic then leaves the transaction to the one who began it: no step is half done
    context.configure(
        connection=connection,
        target_metadata=[ledger.tables.metadata, attest.tables.metadata],
        compare_type=True,
    )
    context.run_migrations()
