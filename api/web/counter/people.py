# SPDX-License-Identifier: Apache-2.0
"""Naming people at the counter: by the number on their card, checked, found or made under the lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from api.problems import Problem
from api.routes.cases import CaseRoutes
from api.web.counter.looking import ROUTE
from attest.cases.adding import AddParty
from attest.errors import CodeError
from attest.fields import Fields, is_plain
from attest.holders.commands import NameHolderCommand, check_number
from attest.holders.model import PROVISIONAL
from attest.oversight.naming import ANOTHER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.adding import AddForm

CITIZEN, FIRM = "111", "001"
OTHER_NAME: Final = "counter.fault_name"
MOST_NAME: Final = 100
MOST_ID: Final = 32


def id_type_of(number: str) -> str:
    """GB/T 36903: eighteen digits (the last may be X) are a citizen number, else a credit code."""
    return CITIZEN if number[:17].isdigit() else FIRM


def plain_number(typed: str) -> str:
    """The number without spaces, in half-width capitals."""
    return "".join(normalize("NFKC", typed).split()).upper()


def sound_number(typed: str) -> bool:
    """Whether form and check character hold."""
    number = plain_number(typed)
    return _is(id_type_of(number), number)


def number_fault(typed: str, *, provisional: bool) -> str | None:
    """What is wrong with a number, as the key of a text; None where nothing is.

    A sound number is no provisional identifier: its holder would stand in the ledger twice.
    """
    if not provisional:
        return None if sound_number(typed) else "counter.fault_number"
    if sound_number(typed):
        return "counter.fault_not_provisional"
    number = plain_number(typed)
    return None if len(number) <= MOST_ID and _is(PROVISIONAL, number) else "counter.fault_provisional"


def name_fault(typed: str) -> str | None:
    """What is wrong with a name, as the key of a text: what nobody could read, or no record would hold."""
    name = plain_spelling(typed)
    return None if len(name) <= MOST_NAME and is_plain(name) else "counter.fault_name_form"


def plain_spelling(typed: str) -> str:
    """A name as records hold it: composed letters (NFC), nothing around it."""
    return normalize("NFC", typed.strip())


def _is(id_type: str, number: str) -> bool:
    try:
        check_number(id_type, number)
    except CodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a form names them: the id of their fields, what was typed, the tick that it is right.

    `provisional`: the form says that this is no number of a card, but an identifier until one is given.
    """

    place: str
    name: str
    number: str
    ticked: str
    provisional: bool = False

    @property
    def pair(self) -> str:
        """What a tick stands for: this number with this name, and no other."""
        return pair_of(self.name, self.number)

    @property
    def id_type(self) -> str:
        """The type of the number, as the ledger knows it."""
        return PROVISIONAL if self.provisional else id_type_of(plain_number(self.number))


def pair_of(name: str, number: str) -> str:
    """The value of the box that lets a changed name go on."""
    return f"{plain_number(number)} {name.strip()}"


def typed_person(fields: Mapping[str, str], suffix: str, place: str) -> Person | None:
    """Whom the fields `name.…` and `number.…` name; None where one of them is empty."""
    name, number, ticked = (
        fields.get(f"{part}.{suffix}", "").strip() for part in ("name", "number", "changed")
    )
    if not name or not number:
        return None
    return Person(place, plain_spelling(name), number, ticked, is_provisional(fields, suffix))


def is_provisional(fields: Mapping[str, str], suffix: str) -> bool:
    """Whether the form says that the number of `number.…` is a provisional identifier."""
    return bool(fields.get(f"provisional.{suffix}"))


def person_fault(one: Person) -> str | None:
    """What is wrong with a name or its number, as the key of a text; None where nothing is."""
    return name_fault(one.name) or number_fault(one.number, provisional=one.provisional)


class OtherNameError(Exception):
    """People who are on record under other names, by the ids of their fields."""

    def __init__(self, places: list[str]) -> None:
        super().__init__("number and name do not belong together")
        self.faults: Final = [(place, OTHER_NAME) for place in places]


def boxes(people: Iterable[Person | None], faults: Iterable[tuple[str, str]]) -> dict[str, tuple[str, bool]]:
    """The boxes for changed names, by field: what each stands for, and whether it is ticked."""
    asked = {place for place, fault in faults if fault == OTHER_NAME}
    return {
        one.place: (one.pair, one.ticked == one.pair)
        for one in people
        if one is not None and (one.place in asked or one.ticked == one.pair)
    }


async def named(
    ledger: Ledger, staff: Staff, people: Sequence[Person], *, known_only: bool = False
) -> list[str]:
    """The holders' ids in hex, in order; OtherNameError names all whose number is somebody else's.

    Then nobody is named. `known_only`: and all whose number is nobody's. CodeError for a wrong number.
    """
    principal = staff.principal()
    namings = [(_naming(ledger, staff, one), one.ticked == one.pair) for one in people]
    others = await ledger.oversight.compared(principal, ROUTE, namings, known_only=known_only)
    if others:
        raise OtherNameError([people[at].place for at in others])
    found = []
    for one, (naming, sure) in zip(people, namings, strict=True):
        try:
            holder = await ledger.oversight.named(principal, ROUTE, naming, sure=sure, known_only=known_only)
        except Problem as problem:  # named otherwise since a moment ago
            if problem.code != ANOTHER_NAME:
                raise
            raise OtherNameError([one.place]) from problem
        found.append(holder.hex())
    return found


def _naming(ledger: Ledger, staff: Staff, one: Person) -> NameHolderCommand:
    department = staff.principal().acting_department()
    return NameHolderCommand(department, one.id_type, plain_number(one.number), one.name, ledger.context)


class Parties:
    """Fills roles that a case was opened without, by the API's own act (`POST parties`)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._cases = CaseRoutes(ledger)
        self._act = AddParty(ledger.catalogue)

    async def add(self, staff: Staff, case_no: str, form: AddForm, holders: Mapping[str, str]) -> None:
        """Add who stands in the form's gaps to the case, as one entry; `holders`: by role of the paper."""
        department = staff.principal().acting_department()
        parties = [{"role": one.case_role, "holder": holders[one.role]} for one in form.gaps]
        record = self._cases.read_parties(Fields({"case": case_no, "parties": parties}), department).record
        await self._ledger.acting.custodial(self._act, record, department)


def typed_people(form: AddForm, fields: Mapping[str, str]) -> dict[str, Person | None]:
    """Whom the form that takes a paper in names, by role of the paper."""
    roles = [*(one.role for one in form.gaps), *(role for role, _ in form.others)]
    return {role: typed_person(fields, role, f"f-who-{role}") for role in roles}


async def people_of(ledger: Ledger, staff: Staff, form: AddForm, fields: Mapping[str, str]) -> dict[str, str]:
    """Holders in hex by role of the paper: who fills its gaps, and whom the case does not know (a lessor)."""
    typed = {role: one for role, one in typed_people(form, fields).items() if one is not None}
    return dict(zip(typed, await named(ledger, staff, list(typed.values())), strict=True))
