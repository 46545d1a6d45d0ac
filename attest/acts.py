# SPDX-License-Identifier: Apache-2.0
"""Acts: what a department does that becomes an entry.

An act is defined by its private record: what the log says openly (`body`) is a pure function of the record,
so that a signer, the service and anybody who rebuilds the tables read the same from the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeAlias, TypeVar

from attest.commitments import opening_digest
from attest.errors import KeystoreError, StatementError
from attest.fields import Fields
from attest.private import private_row
from attest.registry.model import SERVICE
from attest.registry.repository import key_by_address, text_of
from attest.registry.rules import check_key, keys_fact
from attest.statements import SUITE, VERSION, Entry, Envelope, sign_entry
from attest.tables import texts
from ledger.canonical import dump
from ledger.commands import Decision, NewLeaf, RequestKey, Row, View
from ledger.errors import CommandRejected
from ledger.hashing import leaf_hash, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from attest.context import Context
    from ledger.canonical import Json

CLOCK_SKEW: Final = 120
"""Seconds that the time of a statement may lie from the writer's clock (DESIGN 4)."""

RecordT = TypeVar("RecordT")
Texts: TypeAlias = "Callable[[bytes], bytes | None]"
"""Public texts by digest: those that came with the act, and those that the log holds."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry at its place in the log, before commit: what projections are made from."""

    index: int
    entry: Entry
    leaf_hash: bytes
    key: bytes
    """Address of the key that signed it."""


class Act(Protocol[RecordT]):
    """One kind of entry: its record, what it says openly, when it may stand, the rows it leaves."""

    kind: str
    public: bool
    """A public act has no private record: its body says everything."""

    def parse(self, fields: Fields) -> RecordT:
        """Read a private record strictly (raises FieldError)."""
        raise NotImplementedError

    def record(self, record: RecordT) -> dict[str, Json]:
        """The private record as JSON; `parse` gives it back."""
        raise NotImplementedError

    def body(self, record: RecordT) -> dict[str, Json]:
        """What the log says openly: no personal data, salted commitments only."""
        raise NotImplementedError

    def facts(self, record: RecordT) -> tuple[Collection[bytes], Collection[bytes]]:
        """Names of the facts that the decision reads and writes (closes batches)."""
        raise NotImplementedError

    def check(self, record: RecordT, issuer: str, view: View, context: Context) -> None:
        """Under the writer's lock: refuse (CommandRejected) what may not stand now."""
        raise NotImplementedError

    def check_texts(self, record: RecordT, issuer: str, texts: Texts, view: View) -> None:
        """Refuse (CommandRejected) public texts that the entry names and that are missing or wrong."""
        return  # most acts name none; the statement tells type checkers that this is not abstract

    def rows(self, record: RecordT, placed: Placed, context: Context) -> list[Row]:
        """The projection of the entry; a function of record and entry alone."""
        raise NotImplementedError

    def follow_up(
        self, record: RecordT, issuer: str, written: Written, time: int, view: View, context: Context
    ) -> FollowUp | None:
        """What the service has to record because of it, in the same transaction; `time`: the entry's own."""
        return None


@dataclass(frozen=True, slots=True)
class Written:
    """Answer of an act: its entry's id (also the id of the thing it made), index and leaf hash.

    `then` is the entry that the service recorded because of it, if any.
    """

    id: bytes
    index: int
    leaf_hash: bytes
    then: Written | None = None


FollowUp: TypeAlias = "tuple[Act[Any], Any]"
"""An act with its record, which the service signs."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is not signed yet, with the private record that opens it; `canonical` is its JCS."""

    entry: Entry
    salt: bytes
    record: dict[str, Json]
    canonical: bytes


def draft(act: Act[RecordT], record: RecordT, issuer: str, time: int, context: Context) -> Draft:
    """Compose the entry of an act, with a fresh id and salt."""
    plain = act.record(record)
    canonical = dump(plain)
    drawn = context.random(16 if act.public else 48)  # one call: each gives the interpreter to other threads
    id_, salt = drawn[:16], drawn[16:]
    entry = Entry(
        v=VERSION,
        suite=SUITE,
        id=id_,
        kind=act.kind,
        log=context.log_id,
        issuer=issuer,
        time=time,
        body=act.body(record),
        private=None if act.public else opening_digest(salt, canonical),
    )
    return Draft(entry, salt, plain, canonical)


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
    rows = act.rows(record, Placed(index, made.entry, hashed, envelope.key), context)
    if made.entry.private is not None:
        rows.append(private_row(index, made.salt, made.canonical, context.sealer))
    return NewLeaf(made.entry.digest(), leaf), rows, Written(made.entry.id, index, hashed)


def derived(
    act: Act[Any], plain: object, index: int, leaf: bytes, signed: Envelope, context: Context
) -> list[Row]:
    """The rows of an entry of the log, from its body or opened private record (FieldError)."""
    placed = Placed(index, signed.entry, leaf_hash(leaf), signed.key)
    return act.rows(act.parse(Fields(plain, "/record")), placed, context)


def require_text(digest: bytes, texts: Texts) -> bytes:
    """The public text that an entry names; `field.missing` where nobody sent it."""
    body = texts(digest)
    if body is None:
        raise CommandRejected("field.missing", "the text that the entry names by digest did not come with it")
    return body


def require_key(issuer: str, address: bytes, index: int, view: View) -> None:
    """Refuse (CommandRejected) a signature by a key that is not the issuer's at `index`."""
    check_key(key_by_address(address, view), issuer, index)


class _Attached:
    """Public texts (guides, names) that come with an act, by digest."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies = {sha256(body): body for body in bodies}
        self.facts = tuple(b"text/" + digest for digest in self._bodies)

    def texts(self, view: View) -> Callable[[bytes], bytes | None]:
        """What came with the act, else what the log holds."""
        return lambda digest: self._bodies.get(digest) or text_of(digest, view)

    def rows(self, view: View) -> list[Row]:
        """Rows of the texts that the log does not hold yet."""
        return [(texts, pair) for pair in self._bodies.items() if text_of(pair[0], view) is None]


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
        """Refuses (FieldError) a record that no reader of the log would take."""
        require_readable(act, record)
        self.request = request
        self._attached = _Attached(attached)
        reads, writes = act.facts(record)
        self.reads = (*reads, keys_fact(issuer), *self._attached.facts)
        self.writes = (*writes, *self._attached.facts)
        self._act, self._record, self._issuer, self._context = act, record, issuer, context

    def decide(self, view: View) -> Decision[Written]:
        """Check, sign with the custodial key, lay the rows."""
        self._act.check(self._record, self._issuer, view, self._context)
        self._act.check_texts(self._record, self._issuer, self._attached.texts(view), view)
        leaf, rows, written = sign_and_place(self._act, self._record, self._issuer, view, self._context)
        rows += self._attached.rows(view)
        then = self._act.follow_up(self._record, self._issuer, written, view.now, view, self._context)
        return _followed(leaf, rows, written, then, view, self._context)


class Judged(Generic[RecordT]):
    """A department's act as `Custodial` checks it, of which nothing is written: whether it might stand.

    The record need not be whole: who of its people is not on record yet is left out.
    """

    entry_id: bytes | None = None
    request: RequestKey | None = None
    writes: Collection[bytes] = ()

    def __init__(self, act: Act[RecordT], record: RecordT, issuer: str, context: Context) -> None:
        self.reads: Collection[bytes] = (*act.facts(record)[0], keys_fact(issuer))
        self._act, self._record, self._issuer, self._context = act, record, issuer, context

    def decide(self, view: View) -> Decision[None]:
        """Refuse what the act refuses."""
        self._act.check(self._record, self._issuer, view, self._context)
        return Decision()


def _followed(
    leaf: NewLeaf, rows: list[Row], written: Written, then: FollowUp | None, view: View, context: Context
) -> Decision[Written]:
    """The decision with what the service records because of it, as the entry right after."""
    if then is None:
        return Decision(leaves=(leaf,), rows=rows, answer=written)
    act, record = then
    second, more, placed = sign_and_place(act, record, SERVICE, view, context, after=1)
    return Decision(
        leaves=(leaf, second),
        rows=rows + more,
        answer=replace(written, then=placed),
        writes=act.facts(record)[1],
    )


def require_readable(act: Act[RecordT], record: RecordT) -> None:
    """Refuse (FieldError, FormatError) a record that does not come back from what would be kept of it."""
    plain = act.record(record)
    dump(plain)
    if act.parse(Fields(plain, "/record")) != record:
        raise StatementError("a record that does not read back as it was meant")


def sign_and_place(
    act: Act[RecordT],
    record: RecordT,
    issuer: str,
    view: View,
    context: Context,
    after: int = 0,
) -> tuple[NewLeaf, list[Row], Written]:
    """Sign an act with the service's key for `issuer` at the writer's time.

    It will stand `after` leaves past `next_index`.
    """
    try:
        signer = context.keys.signer(issuer)
    except KeystoreError as error:
        raise CommandRejected("key.not_custodial", "the service keeps no key of this issuer") from error
    index = view.next_index + after
    require_key(issuer, signer.address, index, view)
    made = draft(act, record, issuer, view.now, context)
    return place(act, record, made, sign_entry(made.entry, signer), index, context)


@dataclass(frozen=True, slots=True)
class Signed(Generic[RecordT]):
    """A submission that came signed: checked against its record, its signature recovered."""

    record: RecordT
    made: Draft
    envelope: Envelope


def read_signed(
    act: Act[RecordT],
    envelope: Envelope,
    salt: bytes,
    plain: dict[str, Any],
    issuer: str,
    context: Context,
) -> Signed[RecordT]:
    """Check what needs no lock: kind, log, issuer, opening, open body, signature.

    Raises StatementError, FieldError, FormatError or SignatureError.
    """
    entry = envelope.entry
    if entry.kind != act.kind:
        raise StatementError("the entry is of another kind", code="statement.mismatch")
    if entry.log != context.log_id:
        raise StatementError("the entry names another log", code="statement.mismatch")
    if entry.issuer != issuer:
        raise StatementError("the entry speaks for another department", code="issuer.mismatch")
    record = act.parse(Fields(plain, "/private/record"))
    canonical = dump(plain)
    if entry.private != (None if act.public else opening_digest(salt, canonical)):
        raise StatementError("the private record does not open the entry", code="statement.mismatch")
    if entry.body != act.body(record):
        raise StatementError("the body does not say what the private record says", code="statement.mismatch")
    envelope.check_signature()
    return Signed(record, Draft(entry, salt, plain, canonical), envelope)


class External(Generic[RecordT]):
    """An act that a department signed with its own key: under the lock, what may have changed is checked."""

    def __init__(
        self,
        act: Act[RecordT],
        signed: Signed[RecordT],
        context: Context,
        request: RequestKey | None = None,
        attached: Sequence[bytes] = (),
        oldest: int = CLOCK_SKEW,
    ) -> None:
        """`oldest`: seconds that the signed time may lie behind the writer's clock."""
        entry = signed.made.entry
        self.entry_id: bytes | None = entry.digest()
        self.request = request
        self._attached = _Attached(attached)
        reads, writes = act.facts(signed.record)
        self.reads = (*reads, keys_fact(entry.issuer), *self._attached.facts)
        self.writes = (*writes, *self._attached.facts)
        self._act, self._signed, self._context, self._oldest = act, signed, context, oldest

    @property
    def record(self) -> RecordT:
        """What was signed."""
        return self._signed.record

    def decide(self, view: View) -> Decision[Written]:
        """Time, key by log position, the act's own rules; then the rows."""
        act, signed, context = self._act, self._signed, self._context
        entry = signed.made.entry
        if not -self._oldest <= entry.time - view.now <= CLOCK_SKEW:
            raise CommandRejected("statement.stale", "signed too long ago or ahead of the clock")
        require_key(entry.issuer, signed.envelope.key, view.next_index, view)
        act.check(signed.record, entry.issuer, view, context)
        act.check_texts(signed.record, entry.issuer, self._attached.texts(view), view)
        leaf, rows, written = place(
            act, signed.record, signed.made, signed.envelope, view.next_index, context
        )
        rows += self._attached.rows(view)
        then = act.follow_up(signed.record, entry.issuer, written, entry.time, view, context)
        return _followed(leaf, rows, written, then, view, context)
