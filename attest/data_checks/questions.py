# SPDX-License-Identifier: Apache-2.0
"""The questions that a look-up of a case puts to issuers, from what the log holds now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.cases.repository import case_by_no
from attest.data_checks.model import HOLDER_UNNAMED, Question, Unasked
from attest.data_checks.repository import denials_of, document_of_holder, number_of
from attest.data_checks.rules import is_fresh, number_for, of_need, plan
from attest.days import day_of
from attest.recognition.decision import OutsideListError, gather, opening_of
from attest.recognition.rules import pool_of
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.reading import Reader
    from attest.recognition.check import Question as LookUp


def questions(
    asked: LookUp,
    reachable: Collection[str],
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
) -> tuple[list[Question], list[Unasked]]:
    """What to ask `reachable` issuers for a look-up, at `now` (Unix seconds), and what is not asked, and why.

    Neither where the look-up is refused.
    """
    case = case_by_no(asked.case_no, reader) if asked.case_no is not None else None
    if case is None or asked.purpose is None or asked.department not in (case.authority, case.opened_by):
        return [], []
    if not catalogue.policy(case.authority, day_of(now), reader).policy.data_checks:
        return [], []
    try:
        found = gather(case, catalogue, reader, context, now, wanted=asked.requirements, shown=asked.shown)
        about = opening_of(case, catalogue, reader, context).about
    except (OutsideListError, CommandRejected):
        return [], []
    pool, candidates, facts = pool_of(found.candidates), found.candidates, found.facts
    made = []
    asking, unasked = plan(found.requirements, pool, facts, found.types, reachable, about)
    for requirement, need, alone in asking:
        denied = denials_of([need.holder], [need.type], reader, MAX_SIZE)
        if is_fresh(need, candidates, denied, case.case_no, now):
            continue
        numbers = {one.acceptance: number_of(one.index, reader, context) for one in of_need(need, candidates)}
        number, why = number_for(need, facts, numbers, candidates, alone=alone)
        document = document_of_holder(need.holder, reader, context) if number is not None else None
        if number is None or document is None:
            unasked.append(Unasked(requirement, need.type, why or HOLDER_UNNAMED))
            continue
        made.append(
            Question(
                id=context.random(16),
                log=context.log_id,
                time=now,
                by=asked.department,
                case_no=case.case_no,
                purpose=asked.purpose,
                need=need,
                number=number,
                id_type=document[0],
                id_number=document[1],
            )
        )
    return made, list(dict.fromkeys(unasked))
