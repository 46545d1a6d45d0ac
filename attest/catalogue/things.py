# SPDX-License-Identifier: Apache-2.0
"""Which things a case has to name, so that the papers that its guide asks for can count in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.catalogue.model import Combination, MaterialType, MaterialTypes, Requirement

SAME_THING: Final = ("same_thing", "single_use")
"""Reuse rules under which a paper counts for the thing that it is about, and for no other."""


def thing_of(kind: MaterialType | None) -> str | None:
    """The kind of thing that a paper and its case have to name alike; None where it counts without one."""
    if kind is None or kind.handling == "show" or kind.reuse not in SAME_THING:
        return None
    return kind.about


def things_asked(requirements: Iterable[Requirement], types: MaterialTypes) -> tuple[str, ...]:
    """Kinds of things of which some way to meet a requirement speaks, in the guide's order."""
    return tuple(
        dict.fromkeys(
            thing
            for one in requirements
            for combination in one.alternatives
            for thing in _things(combination, types)
        )
    )


def things_needed(requirements: Iterable[Requirement], types: MaterialTypes) -> frozenset[str]:
    """Kinds of things of which every way to meet some requirement speaks: without, it is never met."""
    return frozenset[str]().union(
        *[
            frozenset.intersection(*[frozenset(_things(way, types)) for way in one.alternatives])
            for one in requirements
        ]
    )


def _things(combination: Combination, types: MaterialTypes) -> list[str]:
    found = [thing_of(types.get(one.type)) for one in combination.evidence]
    return [one for one in found if one is not None]
