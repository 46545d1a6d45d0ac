# SPDX-License-Identifier: Apache-2.0
"""Looks at a case as its trace shows them: those alike of one day as one, as on the holder's page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.days import day_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from api.proving.entries import Shown

LOOKS = "usage."
"""How kinds of looks begin."""


@dataclass(frozen=True, slots=True)
class LookGroup:
    """Looks alike, the newest first."""

    looks: tuple[Shown, ...]
    purpose: str = ""

    @property
    def newest(self) -> Shown:
        """The one that stands for all."""
        return self.looks[0]

    @property
    def oldest(self) -> Shown:
        """The first of them."""
        return self.looks[-1]


def grouped_looks(entries: Iterable[Shown], purposes: Mapping[int, str]) -> tuple[LookGroup, ...]:
    """The looks among entries in groups by their newest; every look is in exactly one.

    Alike are kind, department, day, and the purpose where purposes are opened. One whose proof fails stands
    alone.
    """
    found: dict[Hashable, list[Shown]] = {}
    for one in entries:
        if one.kind.startswith(LOOKS):
            alike = (one.kind, one.says("department"), day_of(one.time), purposes.get(one.index, ""))
            found.setdefault(alike if one.proved else one.index, []).append(one)
    return tuple(LookGroup(tuple(some), purposes.get(some[0].index, "")) for some in found.values())
