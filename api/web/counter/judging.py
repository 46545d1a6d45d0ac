# SPDX-License-Identifier: Apache-2.0
"""What the ledger would refuse is refused before a form names anybody: then nothing of it is written.

People are taken by their numbers, whatever their names are; whoever is new to the ledger is left out: they
stand in no case and no paper yet, so nothing that is refused hangs on which id they will have.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from api.routes.acceptances import AcceptanceRoutes
from api.web.counter.adding import acceptance_request
from api.web.counter.people import plain_number, typed_people
from attest.cases.commands import OpenCase
from attest.fields import Fields
from attest.holders.commands import holder_lookup
from attest.holders.repository import holder_by_lookup
from attest.reask.commands import Receive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.adding import AddForm
    from api.web.counter.looking import Look
    from api.web.counter.people import Person
    from attest.cases.model import Opening


class StandIns(NamedTuple):
    """Ids in hex of people by their numbers, in order; `new` are those made up for who is not on record."""

    ids: list[str]
    new: frozenset[bytes]


def stand_ins(ledger: Ledger, people: Sequence[Person]) -> StandIns:
    """Who they are on record: to judge by, and to tell nobody."""
    context, ids, new = ledger.context, [], set()
    for one in people:
        found = holder_by_lookup(holder_lookup(one.id_type, plain_number(one.number), context), ledger.store)
        if found is None:
            found = context.random(16)
            new.add(found)
        ids.append(found.hex())
    return StandIns(ids, frozenset(new))


async def judge_opening(ledger: Ledger, record: Opening, department: str, new: frozenset[bytes]) -> None:
    """Refuse what opening the case would be refused for."""
    known = tuple(one for one in record.parties if one[1] not in new)
    await ledger.acting.judged(OpenCase(ledger.catalogue), replace(record, parties=known), department)


async def judge_acceptance(
    ledger: Ledger, staff: Staff, fields: Mapping[str, str], form: AddForm, look: Look
) -> None:
    """Refuse what taking the paper in would be refused for; without people in the form the act judges."""
    typed = {role: one for role, one in typed_people(form, fields).items() if one is not None}
    if not typed:
        return
    found = stand_ins(ledger, list(typed.values()))
    asked = acceptance_request(fields, form, look, staff.user, list(zip(typed, found.ids, strict=True)))
    department = staff.principal().acting_department()
    record = AcceptanceRoutes(ledger).read(Fields(asked), department).record
    known = tuple(one for one in record.parties if one[1] not in found.new)
    await ledger.acting.judged(Receive(ledger.catalogue), replace(record, parties=known), department)
