# SPDX-License-Identifier: Apache-2.0
"""Bundles at the counter: which a case may be opened for, and what a case that is a step says of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.bundles.joint import fixed_answers, step_for
from attest.bundles.repository import bundles_with
from attest.cases.repository import case_by_no, joined_cases
from attest.catalogue.repository import versions_of
from attest.days import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.counter.rows import Words
    from attest.bundles.model import Bundle
    from attest.cases.model import CaseRow
    from attest.catalogue.model import ServiceItem

MOST_NUMBER: Final = 50
SAME: Final = "yes"
"""The tick that takes the people of the other case."""
MOST_VERSIONS: Final = 16
"""Versions in which the first case of an application is looked for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A bundle of which a case of the item can be a step; `answers` are those that it fixes."""

    code: str
    name: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepHere:
    """A step of the case's bundle: `state` is this, opened or open; `case_no` where the clerk may open it.

    `item` is the one to open a case for, where the clerk's department may.
    """

    name: str
    state: str
    case_no: str | None
    item: str | None


@dataclass(frozen=True, slots=True)
class BundleHere:
    """The bundle of the case on the desk; `first` began the application, `forms` are what its steps share."""

    code: str
    version: int
    name: str
    first: str
    forms: tuple[str, ...]
    steps: tuple[StepHere, ...]


def offers_for(item: ServiceItem, ledger: Ledger, words: Words) -> tuple[Offer, ...]:
    """The bundles in force of which the item is a step."""
    found = []
    for bundle in bundles_with(item.code, ledger.store):
        for member in bundle.members:
            if step_for(bundle, item, fixed_answers(member), member.step) is not None:
                found.append(Offer(bundle.code, words.of(bundle.name), fixed_answers(member)))
                break
    return tuple(found)


def asked_bundles(fields: Mapping[str, str], ledger: Ledger) -> list[dict[str, object]]:
    """`bundle` of the API's request as the form means it; none where it means none.

    A later step is of the version in which its application began, and who types a number does not know that:
    each version, the newest first.
    """
    code, first = fields.get("bundle", ""), _number(fields.get("with", ""))
    if not code:
        return []
    asked: dict[str, object] = {"code": code}
    versions = versions_of("bundle", code, ledger.store)[:MOST_VERSIONS]
    if not first:
        return [asked]
    asked["with"] = first
    if same_people_asked(fields):
        asked["people"] = _number(fields.get("people", "")) or first
    return [{**asked, "version": one.version} for one in versions] or [asked]


def same_people_asked(fields: Mapping[str, str]) -> bool:
    """Whether the form takes the people of another case, and names nobody that stands there."""
    return fields.get("same") == SAME


def same_people_lack(fields: Mapping[str, str]) -> bool:
    """Whether the form takes the people of another case, and says of no application that it goes with."""
    return same_people_asked(fields) and not (fields.get("bundle") and _number(fields.get("with", "")))


def _number(typed: str) -> str:
    return "".join(typed.split())[:MOST_NUMBER]


def bundle_here(case: CaseRow, department: str, ledger: Ledger, words: Words) -> BundleHere | None:
    """What the desk says of the case's bundle, None for a case of none."""
    step = case.bundle
    if step is None or step.first is None:
        return None
    bundle = ledger.catalogue.bundle(step.code, step.version, ledger.store)
    types = ledger.catalogue.types(ledger.store)
    kinds = [(one.type, types.get(one.type)) for one in bundle.forms]
    return BundleHere(
        step.code,
        step.version,
        words.of(bundle.name),
        step.first,
        tuple(code if kind is None else words.of(kind.name) for code, kind in kinds),
        tuple(_steps(bundle, case, step.first, department, ledger, words)),
    )


def _steps(
    bundle: Bundle, case: CaseRow, first: str, department: str, ledger: Ledger, words: Words
) -> list[StepHere]:
    opened = {one.step: one.case_no for one in joined_cases(first, ledger.store)}
    today, found = day_of(int(time.time())), []
    for member in bundle.members:
        standing = ledger.catalogue.in_force(member.item, today, ledger.store)
        name = member.item if standing is None else words.of(standing[0].name)
        number = opened.get(member.step)
        if number == case.case_no:
            found.append(StepHere(name, "this", None, None))
            continue
        if number is not None:
            other = case_by_no(number, ledger.store)
            theirs = other is not None and department in (other.authority, other.opened_by)
            found.append(StepHere(name, "opened", number if theirs else None, None))
            continue
        may = standing is not None and department in (standing[0].authority, *standing[0].receivers)
        found.append(StepHere(name, "open", None, member.item if may else None))
    return found
