# SPDX-License-Identifier: Apache-2.0
"""The tables that the code states, of all rooms together, and what a database has otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import api.events.tables  # these tables stand in the metadata of attest
import api.identity.tables
import api.web.catalogue.tables
import api.web.counter.tables  # noqa: F401  # as do all of these
import attest.tables
import ledger.tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import MetaData, Table

METADATA: Sequence[MetaData] = (ledger.tables.metadata, attest.tables.metadata)


def tables_of_ledger() -> list[Table]:
    """Every table of the schema; none refers to one that comes after it."""
    return [table for metadata in METADATA for table in metadata.sorted_tables]


def differences(real: Mapping[str, Collection[str]]) -> list[str]:
    """What the database lacks, or has beyond what is stated, in words; further tables are not ours."""
    found = []
    for table in tables_of_ledger():
        if table.name not in real:
            found.append(f"table {table.name} is missing")
            continue
        stated, there = set(table.columns.keys()), set(real[table.name])
        found += [f"column {table.name}.{name} is missing" for name in sorted(stated - there)]
        found += [f"column {table.name}.{name} is not known here" for name in sorted(there - stated)]
    return found
