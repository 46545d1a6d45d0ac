# SPDX-License-Identifier: Apache-2.0
"""What is published, as the pages list it: items and bundles with their versions and days."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.problems import Problem
from attest.bundles.repository import bundle_of
from attest.catalogue.repository import list_versions, version_of
from attest.days import day_of
from attest.fields import ITEM
from attest.statements import Envelope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fastapi import Request

    from api.core import Ledger
    from attest.bundles.model import Bundle
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Published
    from ledger.canonical import Json

NOW, AHEAD, PAST = "now", "ahead", "past"
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "01": ("行政许可", "licences"),
    "02": ("行政处罚", "penalties"),
    "03": ("行政强制", "enforcement"),
    "04": ("行政征收", "levies"),
    "05": ("行政给付", "benefits"),
    "06": ("行政检查", "inspections"),
    "07": ("行政确认", "registration and confirmation"),
    "08": ("行政奖励", "awards"),
    "09": ("行政裁决", "adjudication"),
    "10": ("其他行政权力", "other powers"),
    "20": ("公共服务", "public services"),
}
"""事项类型 by the third and fourth character of the basic code (GB/T 39554, table A.1)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its place in the log, and whether it holds today, is still to come or is over.

    `first` is the first day that it says itself, None where it holds from its publication (`published`, Unix
    seconds); `until` is the first day of the version that took its place.
    """

    version: int
    index: int
    digest: str
    department: str
    published: int
    state: str
    first: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """An item in the version that holds today; the newest where none does yet."""

    item: ServiceItem
    index: int

    @property
    def kind(self) -> str:
        """事项类型, as its basic code says."""
        return self.item.kind


def today() -> date:
    """The day in China."""
    return day_of(int(time.time()))


def codes(subject: str, ledger: Ledger) -> list[str]:
    """Codes of everything published of one subject, sorted."""
    return sorted({code for found, code, *_ in list_versions(ledger.store) if found == subject})


def shelved(ledger: Ledger) -> list[Shelved]:
    """Every item by its code."""
    return [one for code in codes("item", ledger) if (one := standing(code, ledger)) is not None]


def standing(code: str, ledger: Ledger) -> Shelved | None:
    """The item as it holds today, or in its newest version where that is still to come."""
    held = ledger.catalogue.in_force(code, today(), ledger.store)
    if held is None:
        several = versions("item", code, ledger)
        held = ledger.catalogue.item(code, several[0].version, ledger.store) if several else None
    return Shelved(held[0], held[1].index) if held is not None else None


def bundles(ledger: Ledger) -> list[Bundle]:
    """Every bundle in its newest version, by its code."""
    return [bundle_of(code, None, ledger.store)[0] for code in codes("bundle", ledger)]


def versions(subject: str, code: str, ledger: Ledger) -> list[Version]:
    """All versions of an item or a bundle, the newest first; empty where there is none."""
    found = [
        (number, published)
        for other, one, number, _ in list_versions(ledger.store)
        if (other, one) == (subject, code)
        and (published := version_of(subject, code, number, ledger.store)) is not None
    ]
    made: list[Version] = []
    held, following = False, None
    for number, published in reversed(found):
        first = first_day(subject, code, number, ledger)
        if held:
            state = PAST
        elif first is not None and first > today():
            state = AHEAD
        else:
            held, state = True, NOW
        made.append(_version(number, published, ledger, state, first, following))
        following = first if first is not None else day_of(made[-1].published)
    return made


def first_day(subject: str, code: str, number: int, ledger: Ledger) -> date | None:
    """The first day that a version says itself, None where it holds from its publication."""
    if subject == "item":
        return ledger.catalogue.item(code, number, ledger.store)[0].in_force
    if subject == "standard":
        several = ledger.catalogue.standards(code, ledger.store)
        return next((one.in_force for one, at in several if at.version == number), None)
    return None


def code_in(request: Request) -> str:
    """The code that an address names; `not_found` for what is none."""
    code = str(request.path_params["code"])
    if ITEM.match(code) is None:
        raise Problem("not_found")
    return code


def place_of(version: Version, ledger: Ledger) -> dict[str, Json]:
    """Where a version stands: its entry, and the block of the first anchor that covers it."""
    anchored = ledger.store.anchor_covering(version.index)
    return {
        "index": version.index,
        "block": anchored.block if anchored is not None else None,
        "chained": ledger.trust.chain is not None,
    }


def _version(
    number: int, published: Published, ledger: Ledger, state: str, first: date | None, until: date | None
) -> Version:
    entry = Envelope.parse(ledger.store.leaf(published.index)).entry
    return Version(
        number,
        published.index,
        published.digest.hex(),
        published.department,
        entry.time,
        state,
        first,
        until,
    )


def chosen(several: list[Version], asked: str | None, name: str = "version") -> Version:
    """The version that an address asks for; without one the version that holds, else the newest.

    `not_found` where there is none of that number.
    """
    if not several:
        raise Problem("not_found")
    if asked is None:
        return next((one for one in several if one.state == NOW), several[0])
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 7):
        raise Problem("query.invalid", "a version's number", parameter=name)
    for one in several:
        if one.version == int(asked):
            return one
    raise Problem("not_found")
