# SPDX-License-Identifier: Apache-2.0
"""Queries over choices to hand in oneself. One stands while the last word of any party of the case is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.reading import Prepared
from attest.tables import submission_choices
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from attest.reading import Reader

_IN_CASE: Final = Prepared(
    select(submission_choices.c.requirement, submission_choices.c.holder, submission_choices.c.chosen)
    .where(
        submission_choices.c.case_no == bindparam("case_no"), submission_choices.c.idx < bindparam("before")
    )
    .order_by(submission_choices.c.idx)
)


def choosers(case_no: str, reader: Reader, before: int = MAX_SIZE) -> dict[str, frozenset[bytes]]:
    """By requirement, the parties whose choice stands; as it stood when the log had `before` entries.

    A release takes back one's own choice; of who has none, an applicant, it takes back everybody's.
    """
    standing: dict[str, frozenset[bytes]] = {}
    for requirement, holder, chosen in _IN_CASE.rows(reader, case_no=case_no, before=before):
        known, one = standing.get(requirement, frozenset()), frozenset({bytes(holder)})
        standing[requirement] = known | one if chosen else known - one if one <= known else frozenset()
    return {requirement: holders for requirement, holders in standing.items() if holders}
