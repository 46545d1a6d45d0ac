# SPDX-License-Identifier: Apache-2.0
"""What a recognition is decided on, and what it says. Ids are bytes, times Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.policies.model import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from attest.consents.model import ConsentRow
    from attest.policies.model import Policy

RECOGNISED: Final = "recognised"
REQUIRED: Final = "required"
CANNOT_TELL: Final = "cannot_tell"
BY_CHOICE: Final = "submission.by_choice"
"""The reason of a requirement that the applicant hands in themselves, and has not yet."""
CONSENT: Final = "consent.needed"
"""The reason where the guide names a law that asks for consent, and whose paper it is gave none."""
NO_THING: Final = "case.thing_unknown"
"""The reason where the papers are about a thing, and the case names none of that kind."""

Params = dict[str, str | int]
"""What a reason's sentence is filled with: codes, ISO days, Unix seconds, counts; never a case number."""


RECOGNITION: Final = "recognition"
DATA_CHECK: Final = "data_check"
WAIVERS: Final = (RECOGNITION, DATA_CHECK)
"""Waiver grounds (免提交依据): another department accepted it, or the issuer itself says that it stands."""


class Word(NamedTuple):
    """What an issuer said of a paper, or that it said nothing: a reason with its parameters."""

    code: str
    params: Params


@dataclass(slots=True, unsafe_hash=True)
class Candidate:
    """An acceptance found for the case's parties or by what was presented.

    `parties` are (role, holder id of 16 bytes): all of a type that names others, else those looked for;
    `about` is the keyed id of the thing it speaks of; `case_no` is the case it was accepted in and `uses`
    those that relied on it, for a type used once; `retracted` is (by, at, reason); `matched` says whether it
    is what was presented: by `number`, by `content`.
    """

    # A value like all others, but not frozen: thousands are made for one look-up, and freezing takes 20 times
    # as long as making one.
    acceptance: bytes
    index: int
    leaf_hash: bytes
    type: str
    issuer: str
    authority: str
    received_by: str | None
    accepted_at: int
    issued: date | None
    valid_until: date | None
    assurance: str
    parties: tuple[tuple[str, bytes], ...]
    about: bytes | None
    case_no: str
    retracted: tuple[str, int, str] | None = None
    uses: tuple[str, ...] = ()
    matched: frozenset[str] = frozenset()
    valid_from: date | None = None
    condemned: tuple[str, int] | None = None
    """Who took the same file back as a document, elsewhere or here, and when (`condemned.py`)."""
    disputed: date | None = None
    """A party disputes it: the day by which its department must answer."""
    superseded: tuple[str, int] | None = None
    """The paper was renewed: who accepted the newest one, and when."""
    bettered: bool = False
    """A better copy of the same paper was accepted, and stands."""
    removed: bool = False
    """A party removed it from reuse: it serves the case that it came with, and no other."""
    denied: Word | None = field(default=None, hash=False)
    """The issuer said afterwards that the paper stands no more."""

    @property
    def is_issuers_word(self) -> bool:
        """Whether the issuer itself says that its paper stands, by its own register."""
        return self.assurance == "data_check" and self.authority == self.issuer and self.received_by is None


@dataclass(frozen=True, slots=True)
class Presented:
    """What the applicant shows for a type: its number, the SHA-256 of the file, or both.

    `role` narrows it to the evidence in which a party stands in that role (of the case or of the material).
    """

    type: str
    issuer: str | None = None
    number: str | None = None
    digest: bytes | None = None
    role: str | None = None


class ActsFor(NamedTuple):
    """A mandate on record that stands and covers the case: whose, to whom, its entry, its last day."""

    principal: bytes
    agent: bytes
    entry: int
    last: date


@dataclass(frozen=True, slots=True)
class Facts:
    """The case as it stands. `parties`: case role → holder ids; `about`: kind and keyed id of its thing.

    `today` is the day of relying, `applied` that of application, `decides` the latest on which the case will
    be decided (both: today where unknown); `policy` is that of the department that decides the case; `words`
    are what issuers said when they were asked, or that they are silent, by type and holder.
    """

    case_no: str
    item: str
    parties: Mapping[str, tuple[bytes, ...]]
    about: tuple[str, bytes] | None
    today: date
    presented: tuple[Presented, ...] = ()
    policy: Policy = DEFAULT
    applied: date | None = None
    decides: date | None = None
    words: Mapping[tuple[str, bytes], Word] = field(default_factory=dict)
    by_choice: frozenset[str] = frozenset()
    """Requirements that the applicant chose to hand in themselves: what other cases brought counts not."""
    mandates: tuple[ActsFor, ...] = ()
    """Mandates among the parties of the case, the newest first."""
    joined: Mapping[str, str] = field(default_factory=dict)
    """The other cases of the same application of a bundle, by number: the item of each."""
    joint_forms: frozenset[str] = frozenset()
    """Types of the forms that its steps share."""
    consents: Mapping[str, Mapping[bytes, ConsentRow]] = field(default_factory=dict)
    """By requirement for which a law asks consent: whoever gave it, by person."""
    fallen_uses: Mapping[str, frozenset[bytes]] = field(default_factory=dict)
    """By requirement, the acceptances whose use in this case an upheld dispute took back."""
    choosing: bool = False
    """Whether the requirement that is being judged is one that the applicant chose."""
    agreed: frozenset[bytes] | None = None
    """Who consented to the requirement that is being judged; None where no law asks for it."""
    barred: frozenset[bytes] = frozenset()
    """The acceptances that serve the requirement that is being judged no more."""

    def came_joined(self, candidate: Candidate) -> bool:
        """Whether it is a joint form of the bundle that came in with another step of this application."""
        return candidate.type in self.joint_forms and candidate.case_no in self.joined

    def judging(self, requirement: str) -> Facts:
        """The facts under which one requirement is judged."""
        choosing, barred = requirement in self.by_choice, self.fallen_uses.get(requirement, frozenset())
        given = self.consents.get(requirement)
        agreed = None if given is None else frozenset(given)
        if not choosing and not barred and agreed is None:
            return self
        return replace(self, choosing=choosing, barred=barred, agreed=agreed)


class EvidenceResult(NamedTuple):
    """What one evidence of the chosen combination came to; `used` are the candidates it rests on.

    `missing` are the holders still without one, where each holder of a case role must have one.
    """

    type: str
    roles: tuple[str, ...]
    verdict: str
    reason: str
    params: Params
    used: tuple[Candidate, ...]
    valid_until: date | None
    missing: tuple[bytes, ...] = ()


class RequirementResult(NamedTuple):
    """Verdict on one requirement; `used` and `valid_until` only where it is recognised.

    `combination` is the position of the alternative that meets it, or comes nearest; `reason` and `params`
    are those of its first evidence that decides.
    """

    requirement: str
    verdict: str
    reason: str
    params: Params
    used: tuple[Candidate, ...]
    valid_until: date | None
    combination: int
    evidence: tuple[EvidenceResult, ...]
    may_follow: bool

    @property
    def acceptances(self) -> tuple[bytes, ...]:
        """Ids of the acceptances that it rests on, in the order of the combination."""
        return tuple(candidate.acceptance for candidate in self.used)


class Ask(NamedTuple):
    """A material still to be asked for, under the first requirement that it serves.

    `roles` are the roles of the material that the case binds.
    """

    requirement: str
    type: str
    roles: tuple[str, ...]
    reason: str


class Decision(NamedTuple):
    """The answer as of `now`: a verdict for every requirement, and the smallest set still to ask."""

    as_of: int
    results: tuple[RequirementResult, ...]
    ask: tuple[Ask, ...]
