# SPDX-License-Identifier: Apache-2.0
"""Signed statements that are not entries: what is true of keys and of an acceptance at a size of the log.

The service signs them where it keeps the key; governance and departments that keep their own hand theirs in,
and the newest is shown in evidence until it expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.acts import CLOCK_SKEW, require_key
from attest.catalogue.repository import POLICIES_FACT, document_of, policies_of
from attest.data_check_requests.repository import requests_on
from attest.data_checks.repository import denial_after
from attest.days import CHINA
from attest.errors import StatementError
from attest.materials.repository import RETRACTIONS_FACT, acceptance_by_id, acceptance_fact
from attest.policies.document import parse_policy
from attest.reading import Prepared
from attest.registry.model import GOVERNANCE, SERVICE
from attest.registry.repository import all_keys, key_by_address, rotations
from attest.registry.rules import keys_fact
from attest.statements import Entry
from attest.supersession.model import RENEWED
from attest.supersession.repository import successions
from attest.tables import acceptances, retractions, signed_statements
from attest.verify.evidence import read_statement
from attest.verify.statements import (
    MOST_KEYS,
    RETRACTED,
    STANDING,
    Denied,
    Disputed,
    KeySpan,
    PolicySpan,
    Snapshot,
    Status,
    Superseded,
)
from ledger.commands import Decision
from ledger.errors import CommandRejected, FormatError

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.context import Context
    from attest.reading import Reader
    from attest.statements import Envelope
    from attest.verify.evidence import Unlogged
    from attest.verify.statements import Says
    from ledger.commands import RequestKey, View

LIFETIME: Final = 24 * 3600
"""Seconds for which a statement holds where nobody asks for another span."""
LEAST_LIFETIME: Final = 60
MOST_LIFETIME: Final = 31 * 24 * 3600
_EVERYBODY: Final = bytes(32)
"""In the place of a subject: the statement is of the whole register."""

_ENDED: Final = Prepared(
    select(retractions.c.idx, retractions.c.time).where(retractions.c.acceptance == bindparam("acceptance"))
)
_PERIOD: Final = Prepared(
    select(acceptances.c.valid_from, acceptances.c.valid_until).where(
        acceptances.c.acceptance == bindparam("acceptance")
    )
)
_NEWEST: Final = Prepared(
    select(signed_statements.c.leaf)
    .where(
        signed_statements.c.kind == bindparam("kind"),
        signed_statements.c.subject == bindparam("subject"),
    )
    .order_by(signed_statements.c.size.desc(), signed_statements.c.time.desc())
    .limit(128)
)
_KNOWN: Final = Prepared(
    select(signed_statements.c.size).where(
        signed_statements.c.kind == bindparam("kind"),
        signed_statements.c.subject == bindparam("subject"),
        signed_statements.c.size == bindparam("size"),
        signed_statements.c.time == bindparam("time"),
        signed_statements.c.digest == bindparam("digest"),
    )
)


def snapshot_at(size: int, expires: int, reader: Reader, codes: Collection[str] | None = None) -> Snapshot:
    """Every key and policy of these departments (None: of all), every log key, in a log of `size` entries."""
    spans = []
    for key in all_keys(reader):
        named = key.department not in {GOVERNANCE, SERVICE} and (codes is None or key.department in codes)
        if named and key.added < size:
            ended = key.retired is not None and key.retired < size
            end = (key.retired, key.compromised_since) if ended else (None, None)
            spans.append(KeySpan(key.department, key.address, key.added, *end))
    named_here = sorted({one.department for one in spans})
    replaced = tuple(one for one in rotations(reader) if one.index < size)
    policies = policy_spans(named_here, size, reader)
    return Snapshot(size, tuple(spans), expires, policies=policies, rotations=replaced)


def policy_spans(codes: Collection[str], size: int, reader: Reader) -> tuple[PolicySpan, ...]:
    """Every version of these departments' policies in a log of `size` entries, in order of publication."""
    spans = [
        PolicySpan(
            code, one.version, one.index, one.digest, parse_policy(document_of(one.digest, reader)).in_force
        )
        for code in codes
        for one in policies_of(code, reader)
        if one.index < size
    ]
    return tuple(sorted(spans, key=lambda one: one.index))


def status_at(
    acceptance: bytes, subject: bytes, size: int, made: int, expires: int, reader: Reader
) -> Status:
    """How an acceptance (its id, its leaf hash) stands in a log of `size`; `made`, `expires` Unix seconds.

    It holds no longer than the material: a reader who does not look at the period must not believe it then.
    """
    ended = [row for row in _ENDED.rows(reader, acceptance=acceptance) if row[0] < size]
    retracted = (int(ended[0][0]), int(ended[0][1])) if ended else None
    period = _PERIOD.rows(reader, acceptance=acceptance) or [(None, None)]
    start, end = (date.fromisoformat(text) if text else None for text in period[0])
    if end is not None:
        expires = max(made, min(expires, _last_second(end)))
    state = STANDING if retracted is None else RETRACTED
    newer = successions((acceptance,), reader, size).get(acceptance)
    superseded = None
    if newer is not None:
        how = RENEWED if newer.renewed else newer.last.how
        superseded = Superseded(how, newer.last.index, newer.last.time)
    disputed = open_dispute(acceptance, size, reader)
    one = denial_after(acceptance, reader, size)
    denied = None if one is None else Denied(one.department, one.index, one.time, one.reason, one.since)
    return Status(subject, state, size, expires, start, end, retracted, superseded, disputed, denied)


def open_dispute(acceptance: bytes, size: int, reader: Reader) -> Disputed | None:
    """The first dispute of an acceptance (of no use of it) that a log of `size` entries has no answer to."""
    for one in requests_on(acceptance, reader):
        if one.reliance is None and one.index < size and (one.answer is None or one.answer.index >= size):
            return Disputed(one.index, one.time, one.due)
    return None


def _last_second(day: date) -> int:
    midnight = datetime.combine(day + timedelta(days=1), time(), CHINA)
    return int(midnight.timestamp()) - 1


def unsigned(says: Says, issuer: str, made: int, log: bytes) -> Entry:
    """The statement as its issuer would sign it in the log of this id (32 bytes)."""
    return Entry(id=token_bytes(16), kind=says.kind, log=log, issuer=issuer, time=made, body=says.body())


def kept_snapshot(codes: Collection[str], reader: Reader) -> Unlogged | None:
    """Governance's newest snapshot that names a key of each of these departments, however old."""
    named = [f'"department":"{code}"'.encode() for code in codes]
    for leaf in _newest(Snapshot.kind, _EVERYBODY, reader):
        if all(one in leaf for one in named):  # of a large register there are many, each of some departments
            return read_statement(leaf)
    return None


def kept_status(subject: bytes, reader: Reader, *, knows: int = -1) -> Unlogged | None:
    """The department's newest status of the acceptance with this leaf hash, by a key that still counts.

    None where the newest is of a log without the entry `knows`: what came then must not be kept silent.
    """
    for leaf in _newest(Status.kind, subject, reader):
        one = read_statement(leaf)
        key = None if one.envelope is None else key_by_address(one.envelope.key, reader)
        if key is not None and key.retired is None:
            return one if isinstance(one.says, Status) and one.says.as_of_size > knows else None
    return None


def _newest(kind: str, subject: bytes, reader: Reader) -> list[bytes]:
    return [bytes(row[0]) for row in _NEWEST.rows(reader, kind=kind, subject=subject)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement that is now shown: its kind, the size it speaks of, until when (Unix seconds)."""

    kind: str
    as_of_size: int
    expires: int


class KeepStatement:
    """The command that takes in a statement signed outside; it adds no entry, and keeps only what is true."""

    entry_id: bytes | None = None

    def __init__(
        self,
        envelope: Envelope,
        context: Context,
        *,
        acceptance: bytes | None = None,
        request: RequestKey | None = None,
    ) -> None:
        """`acceptance` is the id of what a status speaks of. StatementError, FormatError, SignatureError."""
        try:
            said = read_statement(envelope.canonical()).says
        except FormatError as error:  # whose text may name members that were sent
            raise StatementError("the statement is not of its form", code="statement.mismatch") from error
        entry = envelope.entry
        if not isinstance(said, (Snapshot, Status)) or entry.log != context.log_id:
            raise StatementError("no statement of this log", code="statement.mismatch")
        if isinstance(said, Status) != (acceptance is not None):
            raise StatementError(
                "a status, and nothing else, names its acceptance", code="statement.mismatch"
            )
        if isinstance(said, Snapshot) != (entry.issuer == GOVERNANCE):
            raise StatementError(
                "governance states keys, departments what they accepted", code="issuer.mismatch"
            )
        if not 0 <= said.expires - entry.time <= MOST_LIFETIME:
            raise StatementError("it holds for 31 days at most", code="statement.lifetime")
        envelope.check_signature()
        self.request = request
        self.issuer, self.said = entry.issuer, said
        self._envelope, self._acceptance = envelope, acceptance
        self._subject = said.subject if isinstance(said, Status) else _EVERYBODY
        codes = {key.department for key in said.keys} if isinstance(said, Snapshot) else set()
        # A request writes the former, its answer and an issuer's denial the latter.
        about = {acceptance_fact(acceptance), RETRACTIONS_FACT} if acceptance is not None else set()
        facts = {keys_fact(code) for code in (*codes, entry.issuer)} | about
        self.reads: Collection[bytes] = facts | {POLICIES_FACT} if codes else facts
        self.writes: Collection[bytes] = (b"statement/" + self._subject,)

    def decide(self, view: View) -> Decision[Kept]:
        """Keep it if its key counts now and it says what the log says."""
        entry, said = self._envelope.entry, self.said
        if entry.time > view.now + CLOCK_SKEW or said.expires + CLOCK_SKEW < view.now:
            raise CommandRejected("statement.stale", "it has expired, or was signed ahead of the clock")
        require_key(entry.issuer, self._envelope.key, view.next_index, view)
        if said.as_of_size > view.next_index or said != self._truth(view):
            raise CommandRejected("statement.untrue", "the log says otherwise")
        leaf, digest = self._envelope.canonical(), entry.digest()[:16]
        place = (said.kind, self._subject, said.as_of_size, entry.time, digest)
        names = dict(zip(("kind", "subject", "size", "time", "digest"), place, strict=True))
        kept = Kept(said.kind, said.as_of_size, said.expires)
        if _KNOWN.rows(view, **names):
            return Decision(answer=kept)
        return Decision(rows=[(signed_statements, (*place, leaf))], answer=kept)

    def _truth(self, view: View) -> Snapshot | Status:
        """What a statement of that size and span should say."""
        said, entry = self.said, self._envelope.entry
        if isinstance(said, Snapshot):
            codes = {key.department for key in said.keys}
            return snapshot_at(said.as_of_size, said.expires, view, codes)
        row = None if self._acceptance is None else acceptance_by_id(self._acceptance, view)
        if row is None or row.leaf != said.subject or row.accepted_by != entry.issuer:
            raise CommandRejected("acceptance.unknown", "no such acceptance of this department")
        if said.as_of_size <= row.index:
            raise CommandRejected("statement.untrue", "the log did not hold it then")
        return status_at(row.id, row.leaf, said.as_of_size, entry.time, said.expires, view)


def draft_snapshot(
    codes: Collection[str] | None, size: int, made: int, lifetime: int, reader: Reader, log: bytes
) -> Entry:
    """What governance would sign of these departments' keys (None: of all); CommandRejected for strangers."""
    says = snapshot_at(size, made + lifetime, reader, codes)
    missing = set(codes or ()) - {key.department for key in says.keys}
    if missing:
        named = ", ".join(sorted(missing))
        raise CommandRejected("department.unknown", f"a department without a key, or unknown here: {named}")
    if not says.keys:
        raise CommandRejected("department.unknown", "no department has a key yet: register one first")
    if len(says.keys) + len(says.policies) > MOST_KEYS:
        raise CommandRejected(
            "field.invalid", f"more than {MOST_KEYS} keys and policies: name fewer departments"
        )
    return unsigned(says, GOVERNANCE, made, log)


def draft_status(
    acceptance: bytes, department: str, size: int, made: int, lifetime: int, reader: Reader, log: bytes
) -> Entry:
    """What the department that accepted would sign of its acceptance; CommandRejected for any other."""
    row = acceptance_by_id(acceptance, reader)
    if row is None or row.accepted_by != department or row.index >= size:
        raise CommandRejected("acceptance.unknown", "no such acceptance of this department")
    says = status_at(row.id, row.leaf, size, made, made + lifetime, reader)
    return unsigned(says, department, made, log)
