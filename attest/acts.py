# SPDX-License-Identifier: Apache-2.0
"""Acts: what a department does that becomes an entry.

An act is defined by its private record: what the log says openly (`body`) is a pure function of the record, so
that a signer, the service and anybody who rebuilds the tables read the same thing from the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from attest.commitments import private_digest
from attest.errors import StatementError
from attest.fields import Fields
from attest.private import private_row
from attest.registry.repository import text_of
from attest.registry.rules import require_key
from attest.statements import SUITE, Entry, Envelope, sign_entry
from attest.tables import texts
from ledger.canonical import Json
from ledger.errors import CommandRejected
from ledger.hashing import leaf_hash, sha256
from ledger.commands import Decision, NewLeaf, RequestKey, Row, View

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attest.context import Context

CLOCK_SKEW: Final = 120
"""Seconds that the time of a statement may lie from the writer's clock (DESIGN 4)."""

RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry at its place in the log, before commit: what projections are made from."""

    index: int
    entry: Entry
    leaf_hash: bytes


class Act(Protocol[RecordT]):
    """One kind of entry: its record, what it says openly, when it may stand, the rows it leaves."""

    kind: str
    public: bool
    """A public act has no private record: its body says everything."""

    def parse(self, fields: Fields) -> RecordT:
        """Read a private record strictly (raises FieldError)."""

    def record(self, record: RecordT) -> dict[str, Json]:
        """The private record as JSON; `parse` gives it back."""

    def body(self, record: RecordT) -> dict[str, Json]:
        """What the log says openly: no personal data, salted commitments only."""

    def facts(self, record: RecordT) -> tuple[Collection[bytes], Collection[bytes]]:
        """Names of the facts that the decision reads and writes (closes batches)."""

    def check(self, record: RecordT, issuer: str, view: View, context: Context) -> None:
        """Under the writer's lock: refuse (CommandRejected) what may not stand now."""

    def rows(self, record: RecordT, placed: Placed, context: Context) -> list[Row]:
        """The projection of the entry; a function of record and entry alone."""


@dataclass(frozen=True, slots=True)
class Written:
    """Answer of an act: its entry's id (also the id of the thing it made), index and leaf hash."""

    id: bytes
    index: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is not signed yet, with the private record that opens it."""

    entry: Entry
    salt: bytes
    record: dict[str, Json]


def draft(act: Act[RecordT], record: RecordT, issuer: str, time: int, context: Context) -> Draft:
    """Compose the entry of an act, with a fresh id and salt."""
    plain = act.record(record)
    salt = b"" if act.public else context.random(32)
    entry = Entry(
        v=1,
        suite=SUITE,
        id=context.random(16),
        kind=act.kind,
        log=context.log_id,
        issuer=issuer,
        time=time,
        body=act.body(record),
        private=None if act.public else private_digest(salt, plain),
    )
    return Draft(entry, salt, plain)


def place(
    act: Act[RecordT],
    record: RecordT,
    made: Draft,
    envelope: Envelope,
    index: int,
    context: Context,
) -> tuple[NewLeaf, list[Row], Written]:
    """The leaf and every row of one signed entry that will stand at `index`."""
    leaf = envelope.canonical()
    hashed = leaf_hash(leaf)
    rows = act.rows(record, Placed(index, made.entry, hashed), context)
    if made.entry.private is not None:
        rows.append(private_row(index, made.salt, made.record, context.sealer))
    return NewLeaf(made.entry.digest(), leaf), rows, Written(made.entry.id, index, hashed)


def text_rows(bodies: Sequence[bytes], view: View) -> list[Row]:
    """Rows of public texts (guides, names) that the log names by digest and does not hold yet."""
    return [(texts, (sha256(body), body)) for body in bodies if text_of(sha256(body), view) is None]


class Custodial(Generic[RecordT]):
    """A department's act that the service signs with the key it keeps: decided and signed under the lock."""

    entry_id: bytes | None = None

    def __init__(
        self,
        act: Act[RecordT],
        record: RecordT,
        issuer: str,
        context: Context,
        request: RequestKey | None = None,
        attached: Sequence[bytes] = (),
    ) -> None:
        self.request = request
        self.reads, self.writes = act.facts(record)
        self._act, self._record, self._issuer, self._context = act, record, issuer, context
        self._attached = attached

    def decide(self, view: View) -> Decision[Written]:
        """Check, sign with the custodial key, lay the rows."""
        self._act.check(self._record, self._issuer, view, self._context)
        leaf, rows, written = sign_and_place(self._act, self._record, self._issuer, view, self._context)
        return Decision(leaves=(leaf,), rows=rows + text_rows(self._attached, view), answer=written)


def sign_and_place(
    act: Act[RecordT],
    record: RecordT,
    issuer: str,
    view: View,
    context: Context,
    *,
    offset: int = 0,
) -> tuple[NewLeaf, list[Row], Written]:
    """Sign an act with the service's key for `issuer` at the writer's time, at `next_index + offset`."""
    made = draft(act, record, issuer, view.now, context)
    envelope = sign_entry(made.entry, context.keys.signer(issuer))
    require_key(issuer, envelope.key, view.next_index + offset, view)
    return place(act, record, made, envelope, view.next_index + offset, context)


@dataclass(frozen=True, slots=True)
class Signed(Generic[RecordT]):
    """A submission that came signed: checked against its record, its signature recovered."""

    record: RecordT
    made: Draft
    envelope: Envelope


def read_signed(
    act: Act[RecordT], envelope: Envelope, salt: bytes, plain: dict[str, Any], issuer: str, context: Context
) -> Signed[RecordT]:
    """Check what needs no lock: kind, log, issuer, opening, open body, signature (StatementError)."""
    entry = envelope.entry
    if entry.kind != act.kind:
        raise StatementError(f"kind {entry.kind} is not {act.kind}", code="statement.mismatch")
    if entry.log != context.log_id:
        raise StatementError("the entry names another log", code="statement.mismatch")
    if entry.issuer != issuer:
        raise StatementError("the entry speaks for another department", code="issuer.mismatch")
    record = act.parse(Fields(plain, "/private/record"))
    if entry.private != (None if act.public else private_digest(salt, plain)):
        raise StatementError("the private record does not open the entry", code="statement.mismatch")
    if entry.body != act.body(record):
        raise StatementError("the body does not say what the private record says", code="statement.mismatch")
    envelope.check_signature()
    return Signed(record, Draft(entry, salt, plain), envelope)


class External(Generic[RecordT]):
    """An act that a department signed with its own key: under the lock only what may have changed is checked."""

    def __init__(
        self,
        act: Act[RecordT],
        signed: Signed[RecordT],
        context: Context,
        request: RequestKey | None = None,
    ) -> None:
        self.entry_id: bytes | None = signed.made.entry.digest()
        self.request = request
        self.reads, self.writes = act.facts(signed.record)
        self._act, self._signed, self._context = act, signed, context

    def decide(self, view: View) -> Decision[Written]:
        """Time, key by log position, the act's own rules; then the rows."""
        entry = self._signed.made.entry
        if abs(entry.time - view.now) > CLOCK_SKEW:
            raise CommandRejected("statement.stale", "signed too long ago or ahead of the clock")
        require_key(entry.issuer, self._signed.envelope.key, view.next_index, view)
        self._act.check(self._signed.record, entry.issuer, view, self._context)
        leaf, rows, written = place(
            self._act,
            self._signed.record,
            self._signed.made,
            self._signed.envelope,
            view.next_index,
            self._context,
        )
        return Decision(leaves=(leaf,), rows=rows, answer=written)
