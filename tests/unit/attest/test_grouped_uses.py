# SPDX-License-Identifier: Apache-2.0
"""Uses as their holder reads them: alike of one day as one, and never cut where a page ends."""

from __future__ import annotations

from attest.days import DAY
from attest.oversight.grouped import first_page, grouped, newest
from attest.oversight.uses import CHECKED, RELIED, HolderUse

NOON = 1_795_838_400  # 2026-11-28, 12:00 in China


def looked(index: int, purpose: str, *, days_ago: int = 0, kind: str = CHECKED) -> HolderUse:
    """A look-up of one department in one case."""
    return HolderUse(index, kind, "YC", NOON - days_ago * DAY, "9901", ("YC-004", 1), purpose)


def test_a_group_is_whole_wherever_its_uses_stand() -> None:
    """Of the newest groups every use of the day is told, also those between which others lie."""
    uses = [looked(9, "a"), looked(8, "b"), looked(7, "c"), looked(6, "a"), looked(5, "a")]
    shown = grouped(newest(uses, 2))
    assert [[one.index for one in group.uses] for group in shown] == [[9, 6, 5], [8]]


def test_a_page_ends_with_a_day() -> None:
    """The page has the groups asked for, and goes on to the end of their day."""
    uses = [
        looked(9, "a"),
        looked(8, "b"),
        looked(7, "a"),
        looked(6, "a", days_ago=1),
        looked(5, "c", days_ago=2),
    ]
    assert first_page(uses, 1) == 3
    assert first_page(uses, 3) == 4
    assert first_page(uses, 4) == first_page(uses, 9) == 5
    assert first_page([], 3) == 0


def test_a_day_of_very_many_is_cut() -> None:
    """Reliances are each alone: of a day with hundreds a page holds four times what was asked for."""
    uses = [looked(index, "", kind=RELIED) for index in range(500, 0, -1)]
    assert first_page(uses, 50) == 200
