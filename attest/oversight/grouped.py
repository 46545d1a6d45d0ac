# SPDX-License-Identifier: Apache-2.0
"""Uses as their holder reads them: each reliance by itself, look-ups alike of one day as one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.days import day_of
from attest.oversight.uses import ACTED, RELIED

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from attest.oversight.uses import HolderUse

_LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class UseGroup:
    """Uses alike, the newest first; of a reliance, and of what an agent said, one alone."""

    uses: tuple[HolderUse, ...]

    @property
    def newest(self) -> HolderUse:
        """The one that stands for all."""
        return self.uses[0]


def _alike(use: HolderUse) -> Hashable:
    """What look-ups of one group share: department, case, purpose and day, and the kind of look."""
    if use.kind in (RELIED, ACTED):
        return use.index
    return (
        use.kind,
        use.department,
        use.case_no,
        use.item,
        use.purpose,
        use.route,
        use.erased,
        use.about,
        day_of(use.time),
    )


def grouped(uses: Sequence[HolderUse]) -> list[UseGroup]:
    """The groups in the order of their newest use; every use is in exactly one."""
    found: dict[Hashable, list[HolderUse]] = {}
    for use in uses:
        found.setdefault(_alike(use), []).append(use)
    return [UseGroup(tuple(some)) for some in found.values()]


def newest(uses: Sequence[HolderUse], most: int) -> list[HolderUse]:
    """The uses of the `most` newest groups, each group whole."""
    kept = list(dict.fromkeys(map(_alike, uses)))[:most]
    return [use for use in uses if _alike(use) in kept]


def first_page(uses: Sequence[HolderUse], most: int) -> int:
    """How many of the uses make a page: days, until they hold `most` groups, so that none of those is cut.

    A day of more than four such pages is cut all the same.
    """
    groups: set[Hashable] = set()
    for at, use in enumerate(uses):
        if len(groups) >= most and day_of(use.time) != day_of(uses[at - 1].time):
            return at
        groups.add(_alike(use))
        if len(groups) > _LONGEST * most:
            return at
    return len(uses)
