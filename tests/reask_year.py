# SPDX-License-Identifier: Apache-2.0
"""1,000 cases of 1,000 people over every channel, 137 re-asks planted among them, and who did what.

Each person's story is one of `PLANTED` or of `INNOCENT`, spread by a fixed seed; a story says in at most two
steps what happens in the person's second case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Final

from tests.reask_parts import AUTHORITY, CHANNELS, OTHER, Windows

if TYPE_CHECKING:
    from attest.acts import Written
    from tests.attest_parts import Meaning

PEOPLE: Final = 1000
PLANTED: Final = {
    "copy": 60,
    "copy_after_request": 15,
    "two_copies": 10,
    "request": 20,
    "supplement": 14,
    "request_of_type": 8,
    "claim": 10,
}
"""Stories with exactly one re-ask each: 137."""
INNOCENT: Final = (
    "first_time",
    "used",
    "retracted",
    "expired",
    "other_thing",
    "by_choice",
    "better_copy",
    "asked_before",
    "anothers_paper",
    "own_paper",
    "missing_asked",
    "false_claim",
    "claim_after_use",
    "look",
)
UNKNOWN: Final = ("first_time", "asked_before", "missing_asked", "false_claim", "better_copy")
"""Of these people nothing stands in the log before."""
OUTSIDE: Final = 23
"""Of the innocent, so many are asked for something that no guide names: the second finding."""


@dataclass
class Person:
    """One person: the story, the second case and its item, and what became of it."""

    holder: bytes
    story: str
    item: str
    channel: str
    case: str = ""
    elsewhere: str = ""
    earlier: Written | None = None
    entries: list[Written] = field(default_factory=list)


def a_year(ledger: Meaning) -> list[Person]:
    """Let everything happen; the people with their entries."""
    windows = Windows(ledger)
    stories = [story for story, count in PLANTED.items() for _ in range(count)]
    stories += [INNOCENT[number % len(INNOCENT)] for number in range(PEOPLE - len(stories))]
    Random(137).shuffle(stories)
    *holders, stranger = windows.people(PEOPLE + 1)
    people = [
        Person(holder, story, ("YC-004", "SC-002")[number % 2], CHANNELS[number % len(CHANNELS)])
        for number, (holder, story) in enumerate(zip(holders, stories, strict=True))
    ]
    _earlier(windows, people)
    for one in people:
        one.case = windows.open(one.item, one.holder, one.channel)
    windows.done()
    for step in (_first, _second):
        ledger.clock[0] += 3600
        doing = [one for one in people if step(windows, one, people, stranger)]
        for one, written in zip(doing, windows.done(), strict=True):
            one.entries.append(written)
    return people


def _earlier(windows: Windows, people: list[Person]) -> None:
    """What stood in the log before: a paper that the fire brigade accepted, as the story has it."""
    for one in people:
        one.elsewhere = windows.open("XF-001", one.holder, about=OTHER)
    windows.done()
    known = [one for one in people if one.story not in UNKNOWN]
    for one in known:
        case = one.elsewhere
        match one.story:
            case "expired":
                until = date(2026, 1, 31)
                windows.accept(case, "XF-001", one.holder, valid_until=until)
            case "other_thing":
                windows.accept(case, "XF-001", one.holder, "fire_rules_plan", about=OTHER)
            case "own_paper":
                windows.accept(case, "XF-001", one.holder, "fire_promise", about=OTHER)
            case _:
                windows.accept(case, "XF-001", one.holder)
    for one, written in zip(known, windows.done(), strict=True):
        one.earlier = written
    for one in known:
        if one.story == "retracted" and one.earlier is not None:
            windows.retract(one.earlier, "XF")
    windows.done()
    for one in people:  # so that these two ask at the fire brigade too, for what it had of another thing
        if one.story in ("other_thing", "own_paper"):
            one.item = "XF-001"


def _first(windows: Windows, one: Person, people: list[Person], stranger: bytes) -> bool:
    del people
    case, item, holder = one.case, one.item, one.holder
    match one.story:
        case "copy" | "two_copies" | "first_time" | "retracted" | "expired" | "better_copy":
            windows.accept(case, item, holder)
        case "other_thing":
            windows.accept(case, item, holder, "fire_rules_plan")
        case "own_paper":
            windows.accept(case, item, holder, "fire_promise")
        case "by_choice":
            windows.accept(case, item, holder, submitted="by_choice")
        case "anothers_paper":
            windows.accept(case, item, stranger)
        case "request" | "copy_after_request" | "asked_before" | "missing_asked":
            windows.ask(case, item, channel=one.channel)
        case "supplement":
            windows.ask(case, item, notice="supplement", channel=one.channel)
        case "request_of_type":
            windows.ask(case, item, type="business_licence", channel=one.channel)
        case "claim" | "false_claim":
            windows.claim(case, item, channel=one.channel)
        case "look":
            windows.claim(case, item, channel=one.channel, again=False)
        case "used" | "claim_after_use" if one.earlier is not None:
            windows.rely(case, item, one.earlier)
        case _:
            return False
    return True


def _second(windows: Windows, one: Person, people: list[Person], stranger: bytes) -> bool:
    del stranger
    case, item, holder = one.case, one.item, one.holder
    match one.story:
        case "copy_after_request" | "two_copies" | "missing_asked" | "better_copy":
            windows.accept(case, item, holder)
        case "claim_after_use":
            windows.claim(case, item, channel=one.channel)
        case "asked_before":  # the paper turns up elsewhere only after it was asked for
            windows.accept(one.elsewhere, "XF-001", holder)
        case "first_time" if one in outside(people):
            what = ("无犯罪记录证明", "近三个月水电费单", "单位介绍信")[one.holder[0] % 3]
            windows.ask(case, item, requirement=None, what=what, channel=one.channel)
        case _:
            return False
    return True


def outside(people: list[Person]) -> list[Person]:
    """Those who are asked for something outside the list."""
    return [one for one in people if one.story == "first_time"][:OUTSIDE]


def against(one: Person) -> str:
    """The department that asks in the person's second case."""
    return AUTHORITY[one.item]
