# SPDX-License-Identifier: Apache-2.0
"""Drafts of guides and other documents: every text is a row, and so is its end; rows are never changed.

They hold no personal data but the names of accounts, and no entry of the log comes from these rows alone, so
none of them is rebuilt from the log.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from attest.tables import metadata

guide_drafts: Final = Table(
    "guide_drafts",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String(16), nullable=False),
    Column("code", String(50), nullable=False),
    Column("department", String(32), nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("login", String(64), nullable=False),
    Column("time", BigInteger, nullable=False),
    Index("guide_drafts_by_department", "department"),
    sqlite_with_rowid=False,
)
guide_draft_ends: Final = Table(
    "guide_draft_ends",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("login", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("idx", BigInteger, nullable=True),
    Column("time", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
