# SPDX-License-Identifier: Apache-2.0
"""What changed between two versions of a guide, by meaning. Pure: `applied(differences(a, b), a) == b`.

Requirements and questions are known by their codes, clocks by their situation; everything else is a member.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attest.catalogue.model import Clock, Limit, Question, Requirement, ServiceItem

LISTS: Final = ("clocks", "questions", "requirements")
LESS, MORE, OTHER = "less", "more", "other"
"""What a change means for whoever applies: less is asked of them, more, or something else."""

ThingT = TypeVar("ThingT")
CodedT = TypeVar("CodedT", "Question", "Requirement")
ClockKey = tuple[tuple[tuple[str, tuple[str, ...]], ...], int]
"""The situation of a clock, and which of those with the same situation it is."""


@dataclass(frozen=True, slots=True)
class Changed(Generic[ThingT]):
    """One thing before and after, and the names of its members that differ."""

    before: ThingT
    after: ThingT
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed(Generic[ThingT]):
    """What happened to a list: gone, new and changed by key; `order` is the new list's, by key.

    `moved` says that what stayed stands in another order than before.
    """

    removed: Mapping[Any, ThingT]
    added: Mapping[Any, ThingT]
    changed: Mapping[Any, Changed[ThingT]]
    order: tuple[Any, ...]
    moved: bool

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.removed or self.added or self.changed or self.moved)


@dataclass(frozen=True, slots=True)
class Differences:
    """`members` holds before and after of each other member that differs, the version's number among them."""

    members: Mapping[str, tuple[Any, Any]]
    clocks: Listed[Clock]
    questions: Listed[Question]
    requirements: Listed[Requirement]

    @property
    def empty(self) -> bool:
        """Whether both say the same, whatever their numbers."""
        return not (self.members.keys() - {"version"}) and all(getattr(self, name).empty for name in LISTS)


def differences(before: ServiceItem, after: ServiceItem) -> Differences:
    """What changed from one version to another."""
    members = {
        one.name: (getattr(before, one.name), getattr(after, one.name))
        for one in fields(before)
        if one.name not in LISTS and getattr(before, one.name) != getattr(after, one.name)
    }
    return Differences(
        members,
        _listed(_clocks(before.clocks), _clocks(after.clocks)),
        _listed(_coded(before.questions), _coded(after.questions)),
        _listed(_coded(before.requirements), _coded(after.requirements)),
    )


def applied(found: Differences, before: ServiceItem) -> ServiceItem:
    """The version after, from the one before and what changed."""
    return replace(
        before,
        **{name: after for name, (_, after) in found.members.items()},
        clocks=_applied(found.clocks, _clocks(before.clocks)),
        questions=_applied(found.questions, _coded(before.questions)),
        requirements=_applied(found.requirements, _coded(before.requirements)),
    )


def effect(change: Changed[Requirement]) -> str:
    """What a change of one requirement means for the applicant, where that can be told."""
    if change.members == ("necessity",):
        ranks = ("may_follow", "situation", "always")
        less = ranks.index(change.after.necessity) < ranks.index(change.before.necessity)
        return LESS if less else MORE
    if change.members == ("consent",) and None in (change.before.consent, change.after.consent):
        return LESS if change.after.consent is None else MORE
    if change.members == ("alternatives",):
        old, new = set(change.before.alternatives), set(change.after.alternatives)
        return LESS if old < new else MORE if new < old else OTHER
    return OTHER


def limit_effect(before: Limit, after: Limit) -> str:
    """What another limit means: less waiting, more, or no telling where the units differ."""
    if before.unit != after.unit or before.n == after.n:
        return OTHER
    return LESS if after.n < before.n else MORE


def _coded(several: Iterable[CodedT]) -> dict[str, CodedT]:
    return {one.code: one for one in several}


def _clocks(several: Sequence[Clock]) -> dict[ClockKey, Clock]:
    seen: Counter[Any] = Counter()
    found: dict[ClockKey, Clock] = {}
    for one in several:
        situation = tuple(sorted((question, tuple(options)) for question, options in one.when.items()))
        found[situation, seen[situation]] = one
        seen[situation] += 1
    return found


def _listed(before: Mapping[Any, ThingT], after: Mapping[Any, ThingT]) -> Listed[ThingT]:
    stayed = [key for key in before if key in after]
    return Listed(
        {key: one for key, one in before.items() if key not in after},
        {key: one for key, one in after.items() if key not in before},
        {
            key: Changed(before[key], after[key], _members(before[key], after[key]))
            for key in stayed
            if before[key] != after[key]
        },
        tuple(after),
        stayed != [key for key in after if key in before],
    )


def _applied(found: Listed[ThingT], before: Mapping[Any, ThingT]) -> tuple[ThingT, ...]:
    after = {**before, **found.added, **{key: one.after for key, one in found.changed.items()}}
    return tuple(after[key] for key in found.order)


def _members(before: Any, after: Any) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in fields(before)
        if getattr(before, one.name) != getattr(after, one.name) and one.compare
    )
