# SPDX-License-Identifier: Apache-2.0
"""What may be erased on a day: by retention and archival copy of the type, else the ledger's rule. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attest.erasure.model import ARCHIVED, DISPUTED, FOR_EVER, MATERIAL, RETENTION, SHARED, Hindrance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.catalogue.model import Archive, Citation, MaterialTypes
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
    kind = types.get(one.code) if one.kind == MATERIAL else None
    rule, archive = (kind.retention, kind.archive) if kind is not None else (None, None)
    ground = rule.citation if rule is not None else None
    kept = archive if archive is not None and archive.kept_by is not None else None
    span = years if rule is None else rule.years

    def hindered(cause: str, possible: date | None = None, by: Citation | None = ground) -> Hindrance:
        return Hindrance(one.kind, one.code, cause, possible, by, one.version, kept)

    if span is None:
        return hindered(FOR_EVER)
    possible = years_after(one.last, span)
    if possible > today:
        return hindered(RETENTION, possible)
    if archive is not None and kept is None:
        return hindered(ARCHIVED, by=archive.citation)
    if one.others:
        return hindered(SHARED)
    if one.disputed:
        return hindered(DISPUTED)
    return None


def archives(kept: Iterable[Kept], types: MaterialTypes) -> tuple[tuple[str, Archive], ...]:
    """Types of these materials whose archival copy lies with a department: it stays there, each type once."""
    found = {one.code: types.get(one.code) for one in kept if one.kind == MATERIAL}
    return tuple(
        (code, kind.archive)
        for code, kind in sorted(found.items())
        if kind is not None and kind.archive is not None and kind.archive.kept_by is not None
    )
