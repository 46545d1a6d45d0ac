# SPDX-License-Identifier: Apache-2.0
"""What a plan of a bundle says: what to bring, once each; what not, and why; each step's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from attest.bundles.model import Condition, FormField
    from attest.catalogue.model import Citation, Clock, Text
    from attest.recognition.model import Candidate, Facts, Params

RECOGNISED: Final = "recognised"
CHECKED: Final = "checked"
PRODUCED: Final = "produced"
SHOWN: Final = "shown"
"""Nobody hands it in, and it is brought all the same: a desk sees it and gives it back."""
GROUNDS: Final = (RECOGNISED, CHECKED, PRODUCED)
"""Why a paper need not be brought: it was accepted before, its issuer answers, a step makes it."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is known of the people of a bundle: holders by its roles, acceptances found, the thing, the day.

    `cases` are the numbers of the steps' cases, where they are open already. `facts` are those of a step's
    open case, which go before all others, and `answers` those that it gave to its item's questions; `joined`
    the cases of the application by number, with their items. Of a step that is not `looked` at only the forms
    that all steps share are known (None: all are looked at).
    """

    people: Mapping[str, tuple[bytes, ...]]
    candidates: tuple[Candidate, ...]
    about: tuple[str, bytes] | None
    today: date
    cases: Mapping[str, str]
    facts: Mapping[str, Facts] = field(default_factory=dict)
    joined: Mapping[str, str] = field(default_factory=dict)
    looked: frozenset[str] | None = None
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def looks_at(self, step: str) -> bool:
        """Whether it is known what is on file for this step."""
        return self.looked is None or step in self.looked

    @property
    def denied(self) -> frozenset[tuple[str, bytes]]:
        """Type and holder of each paper of which its issuer has said that it does not stand."""
        fallen = [one for one in self.candidates if one.denied is not None]
        return frozenset([(one.type, holder) for one in fallen for _, holder in one.parties])


@dataclass(frozen=True, slots=True)
class Step:
    """One step in order: the guide's version, its clock, the steps whose results it needs."""

    step: str
    item: str
    version: int
    name: Text
    authority: str
    clock: Clock
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """What a paper serves. `type`: what the step itself asks for; `joint`: the joint list covers it."""

    step: str
    requirement: str
    text: Text
    type: str
    may_follow: bool
    joint: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a use asks for a paper: what was found on file for it, as a reason with its parameters."""

    use: Use
    reason: str
    params: Params


@dataclass(frozen=True, slots=True)
class Bring:
    """A paper to bring, or to fill: once, for all its uses. `parties`: its role → role of the bundle.

    `why`: each use with its reason, where somebody was looked at.
    """

    type: str
    parties: tuple[tuple[str, str], ...]
    uses: tuple[Use, ...]
    each: bool
    why: tuple[Why, ...] = ()

    @property
    def may_follow(self) -> bool:
        """Whether every use of it may wait until later."""
        return all(use.may_follow for use in self.uses)

    @property
    def joint(self) -> bool:
        """Whether the joint list covers a use of it; else a guide asks it besides."""
        return any(use.joint for use in self.uses)


@dataclass(frozen=True, slots=True)
class Spared:
    """A paper that nobody hands in: its ground, and for that who accepted it, answers, or produces it.

    What is recognised says by which `reason`, and on which `entries` of the log it rests; a mandate on record
    is nobody's acceptance (`by` is empty).
    """

    type: str
    parties: tuple[tuple[str, str], ...]
    uses: tuple[Use, ...]
    ground: str
    by: str
    citation: Citation | None = None
    params: Params | None = None
    reason: str = ""
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """A requirement on which nothing can be told now."""

    use: Use
    reason: str
    params: Params


@dataclass(frozen=True, slots=True)
class Plan:
    """The smallest set for a bundle. `one_by_one`: what the single steps would ask on the joint list."""

    bundle: str
    version: int
    name: Text
    notice: str
    conditions: tuple[Condition, ...]
    fields: tuple[FormField, ...]
    steps: tuple[Step, ...]
    bring: tuple[Bring, ...]
    spared: tuple[Spared, ...]
    unsure: tuple[Unsure, ...]
    one_by_one: int

    @property
    def papers(self) -> int:
        """How many papers of the joint list are to be brought."""
        return sum(one.joint for one in self.bring)

    @property
    def kinds(self) -> int:
        """How many kinds of things these are."""
        return len({one.type for one in self.bring if one.joint})
