# SPDX-License-Identifier: Apache-2.0
"""The kinds of databases that a log was tried on, by the names that URLs give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.dialect import Sqlite
from ledger.errors import StoreError

if TYPE_CHECKING:
    from ledger.dialect import Dialect


def dialect_of(backend: str, url: str = "") -> Dialect:
    """The dialect of a URL's backend name; StoreError for one that no log was tried on."""
    if backend == Sqlite.name:
        if "?" in url:  # what follows would be cut off unseen, and another file opened
            raise StoreError("the path of a SQLite database holds no ?: rename the file or its folder")
        return Sqlite()
    if backend == "postgresql":
        from ledger.postgres import Postgres  # noqa: PLC0415  # its driver is loaded only where it is used

        return Postgres()
    raise StoreError(f"no support for {backend} databases")
