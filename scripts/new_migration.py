# SPDX-License-Identifier: Apache-2.0
"""Write the next migration from what the tables say: `new_migration.py 0002 NAME`, then format it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from api.migrations import alembic_config, migrate
from ledger.store import Store


def main() -> None:
    """Migrate an empty database, compare it with the tables, write the difference."""
    revision, name = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'ledger.db'}")
        migrate(store)
        command.revision(alembic_config(store), name, autogenerate=True, rev_id=revision)
        store.close()


if __name__ == "__main__":
    main()
