# SPDX-License-Identifier: Apache-2.0
"""How every act comes in: plain, for the service to sign with the key it keeps, or signed already."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from api.body import JSON_LIMIT
from api.preconditions import Unchanged, wanted_tags
from api.problems import Problem
from api.requests import ThinResponse
from attest.acts import Act, Custodial, External, Judged, Written, draft, read_signed
from attest.errors import KeystoreError
from attest.fields import FieldError, Fields
from attest.private import open_private
from attest.registry.model import SERVICE
from attest.statements import Envelope
from ledger.canonical import dump, is_canonical, read_canonical
from ledger.errors import CommandRejected
from ledger.hashing import leaf_hash, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.context import Context
    from attest.statements import Entry, Signer
    from ledger.canonical import Json
    from ledger.commands import Command, Decision, Outcome, RequestKey, View

RecordT = TypeVar("RecordT")
_KNOWN: Final = "SELECT 1 FROM request_keys WHERE key = ?"


@dataclass(frozen=True, slots=True)
class Asked(Generic[RecordT]):
    """What a plain request asks to record, and the public texts that come with it."""

    record: RecordT
    attached: Sequence[bytes] = ()


class Acting:
    """Submits acts for one ledger and writes their receipts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened: set[str] = set()

    async def submit(
        self,
        request: ThinRequest,
        act: Act[RecordT],
        issuer: str,
        read: Callable[[Fields], Asked[RecordT]],
        admits: Callable[[RecordT], None] | None = None,
        *,
        around: Callable[[Command[Written], RecordT], Command[Written]] | None = None,
        limit: int = JSON_LIMIT,
    ) -> Outcome[Written]:
        """Read the request as plain or signed, have it decided and committed.

        `admits` refuses a signed record that does not belong to the address it was sent to; `around` puts
        the command into another one, which decides with it.
        """
        value, raw = await request.json(limit)
        key = request.request_key(raw)
        around = _matching(request.header(b"if-match"), around)
        if isinstance(value, dict) and "entry" in value:
            await self.open_key(SERVICE)
            signed = self.signed(act, issuer, value, raw, key, admits)
            return await self._ledger.writer.submit(
                signed if around is None else around(signed, signed.record)
            )
        try:
            asked = read(Fields(value))
        except Exception as error:  # noqa: BLE001  # whatever refuses it now, a repeat has its first answer
            return await self._ledger.writer.submit(self.repeat(key, error))
        if around is None:
            return await self.custodial(act, asked.record, issuer, key, asked.attached)
        await self.open_key(issuer)
        await self.open_key(SERVICE)
        plain = self.custodial_command(act, asked.record, issuer, key, asked.attached)
        return await self._ledger.writer.submit(around(plain, asked.record))

    async def custodial(
        self,
        act: Act[RecordT],
        record: RecordT,
        issuer: str,
        key: RequestKey | None = None,
        attached: Sequence[bytes] = (),
    ) -> Outcome[Written]:
        """Have the service sign with the key it keeps for `issuer`."""
        await self.open_key(issuer)
        await self.open_key(SERVICE)
        return await self._ledger.writer.submit(self.custodial_command(act, record, issuer, key, attached))

    def repeat(self, key: RequestKey, refusal: Exception) -> Command[Written]:
        """What has the first answer given to this idempotency key again; raises the refusal without one."""
        if not self._ledger.store.query_raw(_KNOWN, (key.key,)):
            raise refusal
        return _Repeat(key)

    async def judged(self, act: Act[RecordT], record: RecordT, issuer: str) -> None:
        """Refuse what `custodial` would refuse now, and write nothing."""
        await self._ledger.writer.submit(Judged(act, record, issuer, self._ledger.context))

    async def given(self, key: RequestKey) -> Outcome[Written] | None:
        """The answer given to this key before, None without; `idempotency.conflict` for another content."""
        if not self._ledger.store.query_raw(_KNOWN, (key.key,)):
            return None
        return await self._ledger.writer.submit(_Repeat(key))

    def custodial_command(
        self,
        act: Act[RecordT],
        record: RecordT,
        issuer: str,
        key: RequestKey | None = None,
        attached: Sequence[bytes] = (),
    ) -> Custodial[RecordT]:
        """The command alone, for a keystore that is open already."""
        return Custodial(act, record, issuer, self._ledger.context, key, attached)

    def signed(
        self,
        act: Act[RecordT],
        issuer: str,
        value: dict[str, Any],
        raw: bytes,
        key: RequestKey,
        admits: Callable[[RecordT], None] | None = None,
    ) -> External[RecordT]:
        """A command for `{entry, key, private? | document?, sig}`, whose bytes must be canonical JSON.

        `document` is the public text that a public act names by the digest of its JCS.
        """
        if raw and not is_canonical(value, raw):
            raise Problem("json.not_canonical")
        entry, own_key, sig = value.get("entry"), value.get("key"), value.get("sig")
        if act.public:
            salt, plain = b"", entry.get("body") if isinstance(entry, dict) else None
            attached = [dump(value["document"])] if "document" in value else []
            if attached and (not isinstance(plain, dict) or sha256(attached[0]).hex() not in plain.values()):
                raise Problem("statement.mismatch", path="/document")
            known = {"entry", "key", "sig", *(("document",) if attached else ())}
        else:
            private = Fields(value).fields("private")
            salt, plain = private.octets("salt", 32), private.raw("record")
            private.done()
            attached, known = [], {"entry", "key", "sig", "private"}
        if value.keys() != known:
            missing, more = sorted(known - value.keys()), sorted(value.keys() - known)
            code, name = ("field.missing", missing[0]) if missing else ("field.unknown", more[0])
            raise FieldError(code, f"/{name[:64]}")
        envelope = Envelope.of_members(entry, own_key, sig)
        if not isinstance(plain, dict):
            raise Problem("field.invalid", path="/private/record")
        signed = read_signed(act, envelope, salt, plain, issuer, self._ledger.context)
        if admits is not None:
            admits(signed.record)
        return External(act, signed, self._ledger.context, key, attached)

    async def prepare(
        self,
        request: ThinRequest,
        act: Act[RecordT],
        issuer: str,
        read: Callable[[Fields], Asked[RecordT]],
        *,
        limit: int = JSON_LIMIT,
    ) -> ThinResponse:
        """The canonical entry and private record to sign, and the EIP-712 digest; nothing is stored."""
        asked = read(Fields((await request.json(limit))[0]))
        made = draft(act, asked.record, issuer, int(time.time()), self._ledger.context)
        answer: dict[str, Json] = {
            "digest": made.entry.signing_digest().hex(),
            "entry": _entry_json(made.entry.canonical()),
        }
        if asked.attached:
            answer["document"] = read_canonical(asked.attached[0])
        if not act.public:
            answer["private"] = {"salt": made.salt.hex(), "record": made.record}
        return ThinResponse(200, dump(answer, max_depth=18))

    async def open_key(self, issuer: str) -> None:
        """Open a keystore before the lock is held (scrypt takes most of a second).

        That of the service too: an act may be followed by an entry of its own (`Act.follow_up`).
        """
        if issuer not in self._opened:
            await run_in_threadpool(custodial_signer, issuer, self._ledger.context)
            self._opened.add(issuer)

    def created(self, outcome: Outcome[Written], **more: object) -> ThinResponse:
        """201 with the entry's id and receipt; a repeat gets the first entry's."""
        index, id_, leaf = self.placed(outcome)
        answer: dict[str, object] = {"id": id_.hex(), "index": index, "leaf": leaf.hex(), **more}
        answer["receipt"] = self._ledger.receipts.receipt(index, leaf, outcome.head)
        return ThinResponse.created(answer, f"/api/v1/entries/{index}")

    def record_of(self, outcome: Outcome[Written]) -> Fields:
        """The private record of the entry that answers, ready to be parsed by its act."""
        index, _, _ = self.placed(outcome)
        return Fields(open_private(index, self._ledger.store, self._ledger.context.sealer)[1], "/record")

    def entry_of(self, outcome: Outcome[Written]) -> Entry:
        """The entry that answers, as it stands in the log."""
        index, _, _ = self.placed(outcome)
        return Envelope.parse(self._ledger.store.leaf(index)).entry

    def placed(self, outcome: Outcome[Written]) -> tuple[int, bytes, bytes]:
        """Index, entry id and leaf hash, read from the log where the outcome is a repeat."""
        if outcome.answer is not None:
            return outcome.answer.index, outcome.answer.id, outcome.answer.leaf_hash
        if outcome.index is None:
            raise Problem("internal.error")
        leaf = self._ledger.store.leaf(outcome.index)
        return outcome.index, Envelope.parse(leaf).entry.id, leaf_hash(leaf)


def _matching(
    header: str | None, around: Callable[[Command[Written], RecordT], Command[Written]] | None
) -> Callable[[Command[Written], RecordT], Command[Written]] | None:
    """What puts the command into one that holds the case against `If-Match`, where the request has it."""
    if header is None:
        return around
    tags = wanted_tags(header)

    def guarded(command: Command[Written], record: RecordT) -> Command[Written]:
        inner = command if around is None else around(command, record)
        return Unchanged(inner, getattr(record, "case_no", None), tags)

    return guarded


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A command for the writer to answer by its key alone."""

    request: RequestKey
    entry_id: None = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def decide(self, _: View) -> Decision[Written]:
        """Reached only if the key was forgotten meanwhile."""
        raise CommandRejected("idempotency.conflict")


def custodial_signer(issuer: str, context: Context) -> Signer:
    """The key that the service keeps for the department; `key.not_custodial` where it keeps none."""
    try:
        return context.keys.signer(issuer)
    except KeystoreError as error:
        raise Problem("key.not_custodial") from error


def _entry_json(canonical: bytes) -> Json:

    return read_canonical(canonical, ascii_only=True)
