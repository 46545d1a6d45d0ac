# SPDX-License-Identifier: Apache-2.0
"""Why a bundle asks for fewer papers than its steps one by one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.bundles.plan import Plan

SHARED: Final = "shared"
"""One paper serves several steps; the other grounds are those of what nobody brings."""


@dataclass(frozen=True, slots=True)
class Saving:
    """So many papers fewer: ground, type, and who answers or which step makes it (empty: it is shared)."""

    ground: str
    type: str
    by: str
    papers: int


def savings(plan: Plan) -> tuple[Saving, ...]:
    """Every saving, the largest first; they add up to the papers saved, or nothing is said.

    Where single steps would choose other ways than the bundle does, no paper can be named as the one saved.
    """
    found = [
        Saving(SHARED, one.type, "", uses - 1)
        for one in plan.bring
        if (uses := sum(use.joint for use in one.uses)) > 1
    ]
    found += [
        Saving(one.ground, one.type, one.by, uses)
        for one in plan.spared
        if (uses := sum(use.joint for use in one.uses))
    ]
    if sum(one.papers for one in found) != plan.one_by_one - plan.papers:
        return ()
    return tuple(sorted(found, key=lambda one: -one.papers))
