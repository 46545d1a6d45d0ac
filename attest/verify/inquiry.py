# SPDX-License-Identifier: Apache-2.0
"""One verification in hand: the file, what is believed, what was learnt live, and the moment judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from attest.verify.evidence import REASKED, RECORDED, RELIED
from attest.verify.model import FAILED, NOT_APPLICABLE, PASSED, UNKNOWN, Check
from attest.verify.statements import Status
from ledger.checkpoint import Checkpoint
from ledger.errors import SignatureError
from ledger.note import parse_note

if TYPE_CHECKING:
    from attest.statements import Envelope
    from attest.verify.evidence import Evidence, Included, Unlogged
    from attest.verify.model import Facts
    from attest.verify.trust import Trust

SaysT = TypeVar("SaysT")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Times in Unix seconds; `moment` is what is judged, `now` the reader's clock; ages in seconds."""

    evidence: Evidence
    trust: Trust
    now: int
    moment: int
    online: bool
    document: bytes | None
    facts: Facts
    max_age_anchor: int
    max_age_status: int

    @property
    def subject(self) -> Included:
        """The entry that the verdict is about."""
        return self.evidence.entries[self.evidence.subject]

    @property
    def reasks(self) -> bool:
        """Whether the subject says that something was asked in vain."""
        return self.subject.signed.entry.kind == REASKED

    @property
    def relies(self) -> bool:
        """Whether the subject is a reliance receipt."""
        return self.subject.signed.entry.kind == RELIED

    @property
    def records(self) -> bool:
        """Whether the subject says that somebody acts for another by an accepted paper."""
        return self.subject.signed.entry.kind == RECORDED

    @property
    def cites(self) -> bool:
        """Whether the subject cites an acceptance: a reliance, a recorded mandate, and most re-asks."""
        cited = self.reasks and "cites" in self.subject.signed.entry.body
        return self.relies or self.records or cited

    @property
    def citation(self) -> Included | None:
        """The acceptance that the subject of this file cites."""
        return next((one for _, one in self.evidence.of_role("citation")), None)

    @property
    def policy(self) -> Included | None:
        """The publication of the policy that a reliance in this file cites."""
        return next((one for _, one in self.evidence.of_role("policy")), None)

    @property
    def accepted(self) -> Included | None:
        """The acceptance whose standing matters: the subject, or the one it cites; None without any."""
        if self.cites:
            return self.citation
        return None if self.reasks else self.subject

    @property
    def checkpoint(self) -> Checkpoint:
        """Size and root that the subject's proof leads to, whoever signed them."""
        return Checkpoint.parse(parse_note(self.subject.proof.checkpoint).text)

    def statement(self, kind: type[SaysT]) -> tuple[Unlogged, SaysT] | None:
        """The statement of this kind; the one status that speaks of `accepted` where it is a status."""
        for one in self.evidence.statements:
            if isinstance(one.says, kind) and (not isinstance(one.says, Status) or self._is_meant(one.says)):
                return one, one.says
        return None

    def _is_meant(self, status: Status) -> bool:
        return self.accepted is not None and status.subject == self.accepted.hash


def passed(name: str, reason: str) -> Check:
    """A check that passed."""
    return Check(name, PASSED, reason)


def failed(name: str, reason: str) -> Check:
    """A check that failed."""
    return Check(name, FAILED, reason)


def unknown(name: str, reason: str) -> Check:
    """A check that could not be made."""
    return Check(name, UNKNOWN, reason)


def not_applicable(name: str, reason: str) -> Check:
    """A check with nothing to be checked."""
    return Check(name, NOT_APPLICABLE, reason)


def genuine(envelope: Envelope, log: bytes) -> bool:
    """Whether the envelope's key signed it, for this log."""
    try:
        envelope.check_signature()
    except SignatureError:
        return False
    return envelope.entry.log == log
