# SPDX-License-Identifier: Apache-2.0
"""Alembic's environment: one connection of the store that the caller opened."""

from alembic import context

from api.migrations.stated import METADATA

store = context.config.attributes["store"]
with store.changing_schema() as connection:
    connection.begin()  # Alembic then leaves the transaction to the one who began it: no step is half done
    context.configure(connection=connection, target_metadata=list(METADATA), compare_type=True)
    context.run_migrations()
    context.config.attributes["judge"](connection)  # what it refuses is rolled back
