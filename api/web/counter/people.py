# SPDX-License-Identifier: Apache-2.0
"""Naming people at the counter: by the number on their card, checked, found or made under the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from api.routes.cases import CaseRoutes
from attest.cases.adding import AddParty
from attest.errors import CodeError
from attest.fields import Fields
from attest.holders.commands import NameHolderCommand, check_number
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.adding import AddForm

CITIZEN, FIRM = "111", "001"


def id_type_of(number: str) -> str:
    """GB/T 36903: eighteen digits (the last may be X) are a citizen number, else a credit code."""
    return CITIZEN if number[:17].isdigit() else FIRM


def plain_number(typed: str) -> str:
    """The number without spaces, in half-width capitals."""
    return "".join(normalize("NFKC", typed).split()).upper()


def sound_number(typed: str) -> bool:
    """Whether form and check character hold."""
    number = plain_number(typed)
    try:
        check_number(id_type_of(number), number)
    except CodeError:
        return False
    return True


async def named(ledger: Ledger, staff: Staff, name: str, number: str) -> str:
    """The holder's id in hex (CodeError for a number whose check character is wrong)."""
    typed = plain_number(number)
    command = NameHolderCommand(
        staff.principal().acting_department(), id_type_of(typed), typed, name.strip(), ledger.context
    )
    await ledger.acting.open_key("service")
    answer = (await ledger.writer.submit(command)).answer
    if answer is None:
        raise CommandRejected("holder.unknown")
    return answer[1].hex()


class Parties:
    """Fills roles that a case was opened without, by the API's own act (`POST parties`)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._cases = CaseRoutes(ledger)
        self._act = AddParty(ledger.catalogue)

    async def add(self, staff: Staff, case_no: str, form: AddForm, fields: Mapping[str, str]) -> None:
        """Name who stands in the form's gaps, and add them to the case, as one entry."""
        department, parties = staff.principal().acting_department(), []
        for one in form.gaps:
            name, number = fields[f"name.{one.role}"], fields[f"number.{one.role}"]
            holder = await named(self._ledger, staff, name, number)
            parties.append({"role": one.case_role, "holder": holder})
        record = self._cases.read_parties(Fields({"case": case_no, "parties": parties}), department).record
        await self._ledger.acting.custodial(self._act, record, department)


async def further_parties(
    ledger: Ledger, staff: Staff, form: AddForm, fields: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Parties of the material whom the case does not know, such as a lessor, as (role, holder id in hex)."""
    found = []
    for role, _ in form.others:
        name, number = fields.get(f"name.{role}", "").strip(), fields.get(f"number.{role}", "").strip()
        if name and number:
            found.append((role, await named(ledger, staff, name, number)))
    return found
