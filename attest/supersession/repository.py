# SPDX-License-Identifier: Apache-2.0
"""Queries over what supersedes what, as it stood when the log had so many entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, bindparam, func, select

from attest.reading import Prepared
from attest.supersession.model import Successor
from attest.supersession.rules import LONGEST, latest, line_of
from attest.tables import acceptances, department_key_ends, retractions, supersessions
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from attest.supersession.model import Succession

SUPERSEDED_AT: Final = (
    select(func.max(supersessions.c.idx))
    .where(
        supersessions.c.acceptance == acceptances.c.acceptance,
        supersessions.c.idx < bindparam("before"),
    )
    .correlate(acceptances)
    .scalar_subquery()
)
"""Column of a query over acceptances: index of the last one that says it supersedes this, standing or not.

The query's parameter `before`: as it stood when the log had that many entries.
"""
_STANDING = (
    select(
        supersessions.c.acceptance,
        supersessions.c.newer,
        acceptances.c.idx,
        supersessions.c.how,
        acceptances.c.authority,
        acceptances.c.accepted,
    )
    .select_from(
        supersessions.join(acceptances, acceptances.c.acceptance == supersessions.c.newer)
        .outerjoin(
            retractions,
            and_(retractions.c.acceptance == supersessions.c.newer, retractions.c.idx < bindparam("before")),
        )
        .outerjoin(
            department_key_ends,
            and_(
                department_key_ends.c.address == acceptances.c.key,
                department_key_ends.c.compromised_since <= acceptances.c.idx,
                department_key_ends.c.idx < bindparam("before"),
            ),
        )
    )
    .where(
        supersessions.c.idx < bindparam("before"),
        retractions.c.idx.is_(None),
        department_key_ends.c.idx.is_(None),
    )
)
_OF = Prepared(_STANDING.where(supersessions.c.acceptance.in_(bindparam("ids", expanding=True))))
_BEFORE = Prepared(
    select(supersessions.c.acceptance).where(
        supersessions.c.newer == bindparam("newer"), supersessions.c.idx < bindparam("before")
    )
)
_RECORDED = Prepared(
    select(supersessions.c.idx).where(
        supersessions.c.newer == bindparam("newer"), supersessions.c.idx > bindparam("index")
    )
)
_PORTION: Final = 512


def successions(olders: Collection[bytes], reader: Reader, before: int = MAX_SIZE) -> dict[bytes, Succession]:
    """By id, what became of each of these acceptances of which something that stands supersedes one."""
    known: dict[bytes, Successor] = {}
    wanted = list(dict.fromkeys(olders))
    for _ in range(LONGEST):
        if not wanted:
            break
        found: list[Successor] = []
        for start in range(0, len(wanted), _PORTION):
            rows = _OF.rows(reader, ids=wanted[start : start + _PORTION], before=before)
            found += [Successor(bytes(row[0]), bytes(row[1]), *row[2:]) for row in rows]
        steps = latest(found)
        known |= steps
        wanted = [one.newer for one in steps.values() if one.newer not in known]
    lines = {one: line_of(one, known) for one in olders}
    return {one: line for one, line in lines.items() if line is not None}


def predecessors(newer: bytes, reader: Reader, before: int = MAX_SIZE) -> list[bytes]:
    """Every acceptance that this one supersedes, directly or through others, the nearest first."""
    found: list[bytes] = []
    wanted = [newer]
    while wanted and len(found) < LONGEST:
        rows = [row for one in wanted for row in _BEFORE.rows(reader, newer=one, before=before)]
        wanted = [bytes(row[0]) for row in rows if bytes(row[0]) not in found]
        found += wanted
    return found


def recorded_at(newer: bytes, index: int, reader: Reader) -> int | None:
    """Where the service recorded what the acceptance at `index` renewed without naming it, or None."""
    return min((int(row[0]) for row in _RECORDED.rows(reader, newer=newer, index=index)), default=None)
