# SPDX-License-Identifier: Apache-2.0
"""Mandates on record by which the agents of a case may hand in what the case asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.catalogue.model import AGENT
from attest.days import day_of
from attest.holders.repository import holder_by_lookup
from attest.mandates.ground import person_of
from attest.mandates.model import HAND_IN, STANDS
from attest.mandates.repository import mandates_of
from attest.mandates.rules import hands_in, reaches
from attest.mandates.standing import mandate_of, standing_of
from attest.recognition.model import ActsFor

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.cases.model import CaseRow
    from attest.catalogue.model import Requirement
    from attest.context import Context
    from attest.reading import Reader


def acting_for(
    case: CaseRow,
    parties: Mapping[str, tuple[bytes, ...]],
    asked: Collection[Requirement],
    now: int,
    reader: Reader,
    context: Context,
) -> tuple[ActsFor, ...]:
    """Those from a party of the case to another that stand and let the agent hand in all that is `asked`.

    `parties` are persons (`person_of`) by role of the case; the newest first.
    """
    people = {holder for several in parties.values() for holder in several}
    found = []
    for principal in sorted(people):
        for row in mandates_of(principal, reader):
            named = holder_by_lookup(row.agent, reader) if row.relation == AGENT else None
            agent = person_of(named, reader) if named is not None else None
            if agent is None or agent not in people:
                continue
            mandate = mandate_of(row, reader, context)
            if mandate is None or not reaches(mandate.scope, HAND_IN, item=case.item, case_no=case.case_no):
                continue
            standing = standing_of(row, now, reader, context)
            if standing.state == STANDS and all(hands_in(mandate.scope, one) for one in asked):
                found.append(ActsFor(principal, agent, row.index, day_of(standing.until - 1)))
    return tuple(sorted(found, key=lambda one: -one.entry))
