# SPDX-License-Identifier: Apache-2.0
"""Who could sign for whom at a position of the log, proved by governance's entries and its snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attest.fields import DEPARTMENT, FieldError, Fields
from attest.registry.model import CUSTODY, GOVERNANCE, SERVICE
from attest.verify.inquiry import failed, genuine, passed, unknown
from attest.verify.model import AUTHORITY, FAILED, PASSED, UNKNOWN, Check
from attest.verify.statements import KeySpan, Snapshot
from ledger.errors import FormatError

if TYPE_CHECKING:
    from attest.statements import Envelope
    from attest.verify.evidence import Evidence, Included
    from attest.verify.inquiry import Inquiry
    from attest.verify.trust import Trust

Ruling = tuple[str, str]
"""State and reason code."""


def key_valid(span: KeySpan, index: int) -> str | None:
    """None if the key counts at `index`, else the reason: by position, from after its entry to its end."""
    if index <= span.added:
        return "authority.key_too_early"
    if span.compromised_since is not None and index >= span.compromised_since:
        return "authority.key_compromised"
    if span.retired is not None and index >= span.retired:
        return "authority.key_retired"
    return None


@dataclass(frozen=True, slots=True)
class KeyBook:
    """Keys by address as the file's governance entries prove them, and governance's signed snapshot."""

    trust: Trust
    proved: dict[bytes, KeySpan]
    custody: dict[bytes, str]
    departments: dict[str, int]
    snapshot: Snapshot | None

    def ruling(self, envelope: Envelope, index: int, *, proved: bool, known: int | None = None) -> Ruling:
        """Whether the envelope's key spoke for its issuer at `index`; `proved` demands the key's entries.

        With `known`, as it was known at that index: a compromise declared later does not count.
        """
        issuer, address = envelope.entry.issuer, envelope.key
        if issuer in {GOVERNANCE, SERVICE}:
            own = self.trust.governance if issuer == GOVERNANCE else self.trust.service
            return (PASSED, "authority.own_key") if own == address else (FAILED, "authority.foreign_key")
        listed = self._listed(address)
        entered = self.proved.get(address)
        for span in (entered, listed):
            if span is not None and span.department != issuer:
                return FAILED, "authority.foreign_key"
            fault = None if span is None else key_valid(_as_known(span, known), index)
            if fault is not None:
                return FAILED, fault
        negative = self._negative(envelope, index, listed)
        shown = entered is not None and self.departments.get(issuer, entered.added) < entered.added
        if proved and not shown and negative[0] != FAILED:
            return UNKNOWN, "authority.key_missing"
        return negative

    def speaks(self, envelope: Envelope, as_of_size: int) -> Ruling:
        """Whether the signer of a statement still speaks for its issuer, as far as the file knows.

        What is not in the log has no position there: a key that was retired could claim any it likes.
        """
        issuer, address = envelope.entry.issuer, envelope.key
        listed = self._listed(address)
        for span in (self.proved.get(address), listed):
            if span is not None and span.department != issuer:
                return FAILED, "authority.foreign_key"
            if span is not None and span.retired is not None:
                return FAILED, "authority.key_retired"
        if listed is not None:
            return PASSED, "authority.own_key"
        return self._negative(envelope, as_of_size, None)

    def _negative(self, envelope: Envelope, index: int, listed: KeySpan | None) -> Ruling:
        """What the snapshot adds: that the key was not retired or declared compromised meanwhile."""
        snapshot = self.snapshot
        if snapshot is None:
            return UNKNOWN, "authority.snapshot_missing"
        if snapshot.as_of_size < index:
            return UNKNOWN, "authority.snapshot_old"
        if listed is None:
            named = snapshot.names(envelope.entry.issuer)
            return (FAILED, "authority.unregistered") if named else (UNKNOWN, "authority.snapshot_old")
        own = self.custody.get(envelope.key) == "department"
        return PASSED, "authority.own_key" if own else "authority.custodial"

    def _listed(self, address: bytes) -> KeySpan | None:
        keys = () if self.snapshot is None else self.snapshot.keys
        return next((one for one in keys if one.address == address), None)

    def contradiction(self) -> bool:
        """Whether governance's entries and its snapshot tell different stories of a key."""
        if self.snapshot is None:
            return False
        size = self.snapshot.as_of_size
        for address, span in self.proved.items():
            listed = self._listed(address)
            if listed is None:
                continue
            if (listed.department, listed.added) != (span.department, span.added):
                return True
            ended = span.retired is not None and span.retired < size
            if ended and (listed.retired, listed.compromised_since) != (span.retired, span.compromised_since):
                return True
        return False


def _as_known(span: KeySpan, known: int | None) -> KeySpan:
    if known is None or span.retired is None or span.retired <= known:
        return span
    return replace(span, retired=None, compromised_since=None)


def key_book(evidence: Evidence, trust: Trust, snapshot: Snapshot | None) -> KeyBook:
    """Read the governance entries of a file; whether they are genuine is `check_authority`'s question."""
    proved: dict[bytes, KeySpan] = {}
    custody: dict[bytes, str] = {}
    departments: dict[str, int] = {}
    try:
        for _, one in evidence.of_role("department"):
            fields = Fields(one.signed.entry.body)
            departments[fields.text("department", 32, DEPARTMENT)] = one.index
        for _, one in evidence.of_role("key"):
            fields = Fields(one.signed.entry.body)
            address = fields.octets("address", 20)
            if address in proved:
                raise FormatError("evidence: a key is added once in a log")
            proved[address] = KeySpan(fields.text("department", 32, DEPARTMENT), address, one.index)
            custody[address] = fields.choice("custody", CUSTODY)
        for _, one in evidence.of_role("retirement"):
            _retire(Fields(one.signed.entry.body), one.index, proved)
    except FieldError as error:
        raise FormatError(f"evidence: governance entry: {error}") from error
    return KeyBook(trust, proved, custody, departments, snapshot)


def _retire(fields: Fields, index: int, proved: dict[bytes, KeySpan]) -> None:
    span = proved.get(fields.octets("address", 20))
    if span is None or span.department != fields.text("department", 32, DEPARTMENT):
        raise FormatError("evidence: a retirement of a key that the file does not show")
    since = fields.integer("compromised_since") if fields.has("compromised_since") else None
    proved[span.address] = replace(span, retired=index, compromised_since=since)


def check_authority(inquiry: Inquiry, book: KeyBook) -> Check:
    """The founding, governance's own signatures, and the keys of the subject and of what it cites."""
    evidence, trust = inquiry.evidence, inquiry.trust
    for role in ("founding", "department", "key", "retirement", "rotation"):
        for _, one in evidence.of_role(role):
            envelope = one.signed
            if envelope.entry.issuer != GOVERNANCE or envelope.key != trust.governance:
                return failed(AUTHORITY, "authority.governance")
    founding = [one for _, one in evidence.of_role("founding")]
    if founding and not _founds(founding[0], trust):
        return failed(AUTHORITY, "authority.founding")
    snapshot = inquiry.statement(Snapshot)
    if snapshot is not None and not by_governance(snapshot[0].envelope, trust):
        return failed(AUTHORITY, "authority.snapshot_signature")
    if book.contradiction():
        return failed(AUTHORITY, "authority.contradiction")
    if inquiry.reasks and inquiry.subject.signed.entry.issuer != SERVICE:
        return failed(AUTHORITY, "authority.foreign_key")
    rulings = [
        book.ruling(
            one.signed,
            one.index,
            proved=True,
            known=None if one.role == "subject" else inquiry.subject.index,
        )
        for one in (inquiry.citation, inquiry.policy, inquiry.subject)
        if one is not None
    ]
    for state in (FAILED, UNKNOWN):
        for ruling in rulings:
            if ruling[0] == state:
                return Check(AUTHORITY, *ruling)
    if not founding:
        return unknown(AUTHORITY, "authority.founding_missing")
    return passed(AUTHORITY, rulings[-1][1])


def by_governance(envelope: Envelope | None, trust: Trust) -> bool:
    """Whether the trusted governance key signed this for the trusted log."""
    return (
        envelope is not None
        and envelope.entry.issuer == GOVERNANCE
        and envelope.key == trust.governance
        and genuine(envelope, trust.log)
    )


def _founds(founding: Included, trust: Trust) -> bool:
    """Entry 0 says exactly the keys that the trust file names, whose digest is the log id."""
    return founding.index == 0 and founding.signed.entry.body == {
        "origin": trust.origin,
        "log_key": trust.verifier.public_key.hex(),
        "checkpoint_signer": trust.checkpoint_signer.hex(),
        "governance": trust.governance.hex(),
        "service": trust.service.hex(),
        "profile": trust.profile,
    }
