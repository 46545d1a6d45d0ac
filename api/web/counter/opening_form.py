# SPDX-License-Identifier: Apache-2.0
"""The form that opens a case: its fields, the thing that it asks for, and what has to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.web.counter.bundling import same_people_asked, same_people_lack
from api.web.counter.people import person_fault, plain_number, typed_person
from attest.catalogue.situations import requirements_for
from attest.catalogue.things import things_asked, things_needed
from attest.fields import is_plain
from attest.parties import UNIT, well_formed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.counter.people import Person
    from api.web.counter.rows import Words
    from attest.catalogue.model import MaterialTypes, ServiceItem

MOST_OF_A_ROLE: Final = 2
"""Parties that the form takes for one role; more come in over the API."""
APPLICANT: Final = "applicant"
MOST_THING: Final = 64
_PARTS: Final = ("name", "number")


@dataclass(frozen=True, slots=True)
class Thing:
    """The thing that the form of an item asks for: a real-estate unit where its guide speaks of none.

    `always`: whatever the answers, some of its papers count only for the thing that the case names.
    """

    kind: str
    always: bool
    types: MaterialTypes

    @classmethod
    def of(cls, item: ServiceItem, types: MaterialTypes) -> Thing:
        """As the item's guide asks for it."""
        kind = next(iter(things_asked(item.requirements, types)), UNIT)
        unasked = [one for one in item.requirements if not one.when]
        return cls(kind, kind in things_needed(unasked, types), types)

    @property
    def label(self) -> str:
        """The key of its name in the form."""
        return f"counter.about_{self.kind}"

    def needed(self, item: ServiceItem, answers: Mapping[str, str]) -> bool:
        """Whether a case of these answers has papers that never count without it."""
        return self.kind in things_needed(requirements_for(item, answers), self.types)

    def fault(self, typed: str) -> str | None:
        """What is wrong with its number, as the key of a text."""
        number = plain_number(typed)
        if self.kind == UNIT:
            return None if well_formed((UNIT, number)) else "counter.fault_about"
        return None if 0 < len(number) <= MOST_THING and is_plain(number) else "counter.fault_about_plain"


def slots_of(item: ServiceItem) -> list[tuple[str, int]]:
    """Fields of the form: the applicant first, each role as often as the form takes it."""
    roles = sorted(item.roles, key=lambda role: role != APPLICANT)
    return [(role, slot) for role in roles for slot in range(1 if role == APPLICANT else MOST_OF_A_ROLE)]


def others_typed(item: ServiceItem, values: Mapping[str, str], faults: list[tuple[str, str]]) -> bool:
    """Whether people stand in the form, or have to, beside those of another case."""
    places = {field_of(role, slot) for role, slot in slots_of(item)}
    typed = any(values.get(f"{part}.{role}.{slot}") for role, slot in slots_of(item) for part in _PARTS)
    return typed or any(place in places for place, _ in faults)


def people_in(item: ServiceItem, fields: Mapping[str, str]) -> dict[tuple[str, int], Person | None]:
    """Whom the form names, by role and slot."""
    return {
        (role, slot): typed_person(fields, f"{role}.{slot}", field_of(role, slot))
        for role, slot in slots_of(item)
    }


def field_of(role: str, slot: int) -> str:
    """The id of a party's fields."""
    return f"f-{role}-{slot}" if slot else f"f-{role}"


def opening_faults(fields: Mapping[str, str], item: ServiceItem, thing: Thing) -> list[tuple[str, str]]:
    """What a person has to correct: (field id, key of the text)."""
    faults: list[tuple[str, str]] = []
    first = slots_of(item)[0]
    pairs = {
        (role, slot): tuple(fields.get(f"{part}.{role}.{slot}", "").strip() for part in _PARTS)
        for role, slot in slots_of(item)
    }
    same = same_people_asked(fields)
    if same_people_lack(fields):
        faults.append(("f-bundle", "counter.fault_same"))
    if not all(pairs[first]) and (any(pairs[first]) or not same):
        faults.append((f"f-{first[0]}", "counter.fault_party"))
    faults += [
        (field_of(role, slot), "counter.fault_pair")
        for (role, slot), (name, number) in pairs.items()
        if (role, slot) != first and bool(name) != bool(number)
    ]
    people = [one for one in people_in(item, fields).values() if one is not None]
    faults += [(one.place, fault) for one in people if (fault := person_fault(one)) is not None]
    answered = []
    for question in item.questions:
        chosen = next((o for o in question.options if o.code == fields.get(f"answer.{question.code}")), None)
        if chosen is None:
            answered.append((f"q-{question.code}", "counter.fault_answer"))
        elif chosen.instead is not None:
            answered.append((f"q-{question.code}", "counter.fault_other_item"))
    faults += answered
    if fields.get("about", "").strip():
        fault = thing.fault(fields["about"])
        faults += [("f-about", fault)] if fault else []
    elif not same and (thing.always or (not answered and thing.needed(item, answers_in(fields, item)))):
        faults.append(("f-about", "counter.fault_about_missing"))
    return faults


def answers_in(fields: Mapping[str, str], item: ServiceItem) -> dict[str, str]:
    """The answers to the guide's questions as they were sent."""
    return {one.code: fields.get(f"answer.{one.code}", "") for one in item.questions}


def labelled(label: str, said: str, words: Words) -> str:
    """A fault after the name of its field; a question has its own mark."""
    colon = "" if label.endswith(("？", "?")) else "：" if words.language == "zh" else ":"
    return f"{label}{colon}{'' if words.language == 'zh' else ' '}{said}"
