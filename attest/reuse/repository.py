# SPDX-License-Identifier: Apache-2.0
"""Queries over removals from reuse. A material is out while the last word of any of its parties is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select

from attest.reading import Prepared
from attest.reuse.model import Removal
from attest.tables import acceptances, reuse_choices

if TYPE_CHECKING:
    from attest.reading import Reader

_LATER: Final = reuse_choices.alias("later")
REMOVED_AT: Final = (
    select(func.min(reuse_choices.c.idx))
    .where(
        reuse_choices.c.acceptance == acceptances.c.acceptance,
        reuse_choices.c.idx < bindparam("before"),
        reuse_choices.c.removed == 1,
        ~select(_LATER.c.idx)
        .where(
            _LATER.c.acceptance == reuse_choices.c.acceptance,
            _LATER.c.holder == reuse_choices.c.holder,
            _LATER.c.idx > reuse_choices.c.idx,
            _LATER.c.idx < bindparam("before"),
        )
        .correlate(reuse_choices)
        .exists(),
    )
    .correlate(acceptances)
    .scalar_subquery()
)
"""Column of a query over acceptances: the entry of the first removal that stands, or NULL.

The query's parameter `before`: as it stood when the log had that many entries.
"""
_WORDS: Final = Prepared(
    select(reuse_choices.c.holder, reuse_choices.c.idx, reuse_choices.c.time, reuse_choices.c.removed)
    .where(reuse_choices.c.acceptance == bindparam("acceptance"))
    .order_by(reuse_choices.c.idx)
)


def removals_of(acceptance: bytes, reader: Reader) -> dict[bytes, Removal]:
    """By party, the removals of an acceptance that stand now."""
    standing: dict[bytes, Removal] = {}
    for holder, index, time, removed in _WORDS.rows(reader, acceptance=acceptance):
        if removed:
            standing[bytes(holder)] = Removal(bytes(holder), index, time)
        else:
            standing.pop(bytes(holder), None)
    return standing
