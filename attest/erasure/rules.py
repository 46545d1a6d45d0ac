# SPDX-License-Identifier: Apache-2.0
"""What may be erased on a day: the retention of the type, else the ledger's own. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attest.erasure.model import DISPUTED, FOR_EVER, MATERIAL, RETENTION, SHARED, Hindrance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.catalogue.model import MaterialTypes, Retention
    from attest.erasure.model import Kept


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February gives 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def hindrances(kept: Iterable[Kept], types: MaterialTypes, years: int, today: date) -> tuple[Hindrance, ...]:
    """All that stands in the way, each material and case by its first cause; none: it may be erased.

    `years` is the ledger's rule for cases, and for materials whose type states none.
    """
    found = [_hindrance(one, types, years, today) for one in kept]
    return tuple(one for one in found if one is not None)


def _hindrance(one: Kept, types: MaterialTypes, years: int, today: date) -> Hindrance | None:
    rule: Retention | None = None
    if one.kind == MATERIAL and (kind := types.get(one.code)) is not None:
        rule = kind.retention
    ground = rule.citation if rule is not None else None
    span = years if rule is None else rule.years
    if span is None:
        return Hindrance(one.kind, one.code, FOR_EVER, None, ground, one.version)
    possible = years_after(one.last, span)
    if possible > today:
        return Hindrance(one.kind, one.code, RETENTION, possible, ground, one.version)
    if one.others:
        return Hindrance(one.kind, one.code, SHARED, None, ground, one.version)
    if one.disputed:
        return Hindrance(one.kind, one.code, DISPUTED, None, ground, one.version)
    return None
