# SPDX-License-Identifier: Apache-2.0
"""What a clerk has chosen to use and may still take back; rows are added and ended, never changed.

No entry of the log comes from these rows alone, so none of them is rebuilt from the log.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from attest.tables import metadata

counter_uses: Final = Table(
    "counter_uses",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("case_no", String(50), nullable=False, index=True),
    Column("department", String(32), nullable=False),
    Column("login", String(64), nullable=False),
    Column("chosen", String(8000), nullable=False),
    Column("due", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
counter_use_ends: Final = Table(
    "counter_use_ends",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("signed", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
