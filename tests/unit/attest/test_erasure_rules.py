# SPDX-License-Identifier: Apache-2.0
"""When something may be erased: by the type's own law, else the ledger's rule, to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.catalogue.model import Archive, Citation, MaterialTypes, Retention
from attest.catalogue.types_document import format_types, parse_types
from attest.erasure.model import CASE, HINDRANCES, MATERIAL, Hindrance, Kept
from attest.erasure.rules import archives, hindrances, years_after
from tests.recognition_parts import a_type, types_of

LAW = Citation("电子政务文件归档规定（样例）", "[gen]")
COPY = Citation("电子文件归档移交（样例）", "[gen]")
LAST = date(2026, 3, 1)
TYPES = types_of(
    a_type("plain"),
    replace(a_type("law"), retention=Retention(5, LAW)),
    replace(a_type("deed"), retention=Retention(None, LAW)),
    replace(a_type("kept"), archive=Archive("SC", COPY)),
    replace(a_type("here"), retention=Retention(5, LAW), archive=Archive(None, COPY)),
)


def one(kind: str = MATERIAL, code: str = "plain", **more: bool) -> Kept:
    """A thing that was last used on LAST."""
    return Kept(kind, code, LAST, **{"others": False, **more})


def said(kept: Kept, today: date, types: MaterialTypes = TYPES) -> Hindrance | None:
    """What stands in the way of it, under a general rule of ten years."""
    found = hindrances([kept], types, 10, today)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("kept", "years", "ground"),
    [
        (one(), 10, None),
        (one(code="law"), 5, LAW),
        (one(CASE, "SC-002"), 10, None),
        (one(code="gone"), 10, None),
    ],
)
def test_the_first_day_is_exact(kept: Kept, years: int, ground: Citation | None) -> None:
    """On the day itself it may be erased; the day before it may not, and that day is said with its ground."""
    first = date(2026 + years, 3, 1)
    assert said(kept, first) is None
    hindrance = said(kept, date(2026 + years, 2, 28))
    assert hindrance == Hindrance(kept.kind, kept.code, "retention", first, ground)


def test_what_is_kept_for_ever_has_no_day() -> None:
    """A type that the law keeps for ever is never erased, and no day is promised."""
    assert said(one(code="deed"), date(9000, 1, 1)) == Hindrance(MATERIAL, "deed", "for_ever", None, LAW)


def test_after_its_years_others_and_disputes_count() -> None:
    """What another person is a party of, and what is disputed, waits for them; the years are said first."""
    late = date(2040, 1, 1)
    for kept, cause in ((one(others=True), "shared"), (one(disputed=True), "disputed")):
        hindrance = said(kept, late)
        assert hindrance is not None
        assert (hindrance.cause, hindrance.possible) == (cause, None)
        early = said(kept, LAST)
        assert early is not None
        assert early.cause == "retention"
        assert {cause, early.cause} <= set(HINDRANCES)


@given(st.dates(date(1900, 1, 1), date(2400, 1, 1)), st.integers(0, 100))
def test_years_go_by_the_calendar(day: date, years: int) -> None:
    """The same day of a later year; only 29 February moves, to 1 March of a year without it."""
    later = years_after(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) in {(day.month, day.day), (3, 1)}
    assert (later.month, later.day) == (day.month, day.day) or (day.month, day.day) == (2, 29)


def test_the_archival_copy_is_not_erased() -> None:
    """While the copy here is the archival one no day is promised, by its own ground; its years come first."""
    late = date(9000, 1, 1)
    assert said(one(code="here"), late) == Hindrance(MATERIAL, "here", "archived", None, COPY)
    early = said(one(code="here"), LAST)
    assert early is not None
    assert (early.cause, early.ground) == ("retention", LAW)


def test_who_keeps_the_archival_copy_is_said() -> None:
    """It is named where something must be kept and where nothing must, and hinders nothing by itself."""
    early = said(one(code="kept"), LAST)
    assert early is not None
    assert (early.cause, early.archive) == ("retention", Archive("SC", COPY))
    assert said(one(code="kept"), date(9000, 1, 1)) is None
    several = [one(code="kept"), one(code="kept"), one(code="here"), one(), one(CASE, "kept")]
    assert archives(several, TYPES) == (("kept", Archive("SC", COPY)),)


def test_retention_is_part_of_the_types_document() -> None:
    """A type's rule reads back as written, with and without years."""
    assert parse_types(format_types(TYPES)) == TYPES
