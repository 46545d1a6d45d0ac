# SPDX-License-Identifier: Apache-2.0
"""How a mandate stands now, and whether it lets an agent hand something in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.catalogue.model import AGENT
from attest.data_check_requests.repository import is_disputed
from attest.fields import Fields
from attest.mandates.commands import GrantMandate, check_place
from attest.mandates.ground import of_age_at, record_at, taken_back
from attest.mandates.model import HAND_IN, OVER
from attest.mandates.recording import read_recording
from attest.mandates.repository import mandate_by_id, mandate_fact
from attest.mandates.rules import bound_of, hands_in, reaches, state_of
from attest.materials.repository import RETRACTIONS_FACT
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.cases.model import CaseRow
    from attest.catalogue.model import Requirement
    from attest.context import Context
    from attest.mandates.model import Mandate, MandateRow
    from attest.materials.model import Citation
    from attest.reading import Reader
    from ledger.commands import View


@dataclass(frozen=True, slots=True)
class Standing:
    """A mandate now: its state, when it ends at the latest, and who took its paper back, when."""

    state: str
    until: int
    fallen: tuple[str, int] | None = None


def standing_of(row: MandateRow, now: int, reader: Reader, context: Context) -> Standing:
    """How it stands at Unix second `now`."""
    until = bound_of(row, of_age_at(row.principal, reader, context))
    if row.ground is None:
        return Standing(state_of(row, now, until=until), until)
    ground = row.ground.acceptance
    fallen = taken_back(ground, row.principal, row.index, now, reader, context)
    disputed = row.relation == AGENT and is_disputed(ground, reader)
    state = state_of(row, now, until=until, fallen=fallen is not None, disputed=disputed)
    return Standing(state, until, fallen)


def mandate_of(row: MandateRow, reader: Reader, context: Context) -> Mandate | None:
    """Its record, with its scope; None where that was erased, so that nobody acts under it."""
    record = record_at(row.index, reader, context)
    if record is None:
        return None
    fields = Fields(record, "/record")
    return GrantMandate().parse(fields) if row.ground is None else read_recording(fields).mandate


def acting_facts(cited: Citation | None) -> tuple[bytes, ...]:
    """Names of the facts that an act by an agent reads beyond its own; none without a mandate."""
    return () if cited is None else (mandate_fact(cited.id), RETRACTIONS_FACT)


def check_acting(
    cited: Citation, requirement: Requirement, case: CaseRow, view: View, context: Context
) -> MandateRow:
    """Refuse (CommandRejected) an agent whom the mandate does not let hand this in here and now."""
    row = mandate_by_id(cited.id, view)
    mandate = None if row is None else mandate_of(row, view, context)
    if row is None or mandate is None:
        raise CommandRejected("mandate.unknown", "no such mandate")
    check_place(cited, row)
    state = standing_of(row, view.now, view, context).state
    if state in OVER:
        raise CommandRejected(f"mandate.{state}", "it does not hold now")
    scope = mandate.scope
    if not reaches(scope, HAND_IN, item=case.item, case_no=case.case_no) or not hands_in(scope, requirement):
        raise CommandRejected("mandate.scope", "it does not cover handing this in here")
    return row
