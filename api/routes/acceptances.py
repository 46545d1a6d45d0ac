# SPDX-License-Identifier: Apache-2.0
"""Acceptances: accept a material, in plain or signed, one or many; retract; list who relied on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import AUDITOR, DEPARTMENT
from api.batches import BATCH_BYTES, items_of, refused
from api.earlier import EarlierPapers
from api.keyset import MOST, limit_of, page_of
from api.oversight import is_auditor
from api.problems import Problem, problem_of
from api.requests import ThinResponse, query_number
from api.routes.acceptance_docs import ACCEPT, BATCH, PREPARE, RELIANCES, RETRACT, RETRACT_PREPARE
from api.thin import ThinRoute
from attest.cases.model import CHANNELS
from attest.cases.repository import own_case
from attest.fields import CODE, Fields
from attest.materials.commands import ISSUER, MEDIA, MOST_PAGES, Retract
from attest.materials.earlier import Made
from attest.materials.model import (
    ASSURANCES,
    KEPT,
    RECTIFIED,
    RETRACTION_REASONS,
    SUBMITTED,
    Acceptance,
    Citation,
    Document,
    Retraction,
    Supersession,
)
from attest.materials.numbers import check_number
from attest.materials.repository import acceptance_by_id, upload_of
from attest.materials.superseding import shares_a_holder
from attest.parties import asked_about, read_parties
from attest.reask.commands import Receive
from attest.recognition.repository import reliances_after, reliances_on
from attest.registry.model import SERVICE
from attest.supersession.model import HOWS, RENEWED
from attest.supersession.renewing import may_renew
from attest.supersession.repository import recorded_at
from ledger.canonical import is_canonical
from ledger.commands import RequestKey
from ledger.errors import CommandRejected, LedgerError
from ledger.hashing import sha256

if TYPE_CHECKING:
    from asyncio import Future

    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.acts import Written
    from attest.data_checks.model import DenialRow
    from attest.materials.earlier import Earlier
    from attest.materials.model import AcceptanceRow
    from ledger.commands import Outcome

BATCH_LIMIT: Final = 500
_Coming: TypeAlias = "tuple[Future[Outcome[Written]], Acceptance | None]"
"""An acceptance that waits for its commit, with its record where the request can be read now."""


class AcceptanceRoutes:
    """`acceptances`, `:prepare`, `:batch`, `{id}:retract`, `{id}/reliances`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._accept = Receive(ledger.catalogue)
        self._retract = Retract()
        self._earlier = EarlierPapers(ledger.store, ledger.context)

    def read(self, fields: Fields, department: str) -> Asked[Acceptance]:
        """A plain request to accept a material, as the department's record."""
        ledger, random = self._ledger, self._ledger.context.random
        case = own_case(fields.text("case", 50), department, ledger.store)
        document = self._document(fields.fields("document"), department)
        acceptance = Acceptance(
            case_no=case.case_no,
            case_salt=random(32),
            authority=case.authority,
            type=fields.text("type", 64, CODE),
            document=document,
            issuer=fields.text("issuer", 32, ISSUER),
            number=fields.optional_text("number", 64),
            issued=fields.optional_day("issued"),
            valid_from=fields.optional_day("valid_from"),
            valid_until=fields.optional_day("valid_until"),
            parties=read_parties(fields),
            about=asked_about(fields),
            assurance=fields.choice("assurance", ASSURANCES),
            checked_by=fields.optional_text("checked_by", 64),
            submitted=fields.choice("submitted", SUBMITTED) if fields.has("submitted") else None,
            channel=fields.choice("channel", CHANNELS) if fields.has("channel") else case.channel,
        )
        supersedes = self._supersession(fields, acceptance)
        fields.done()
        return Asked(replace(acceptance, supersedes=supersedes))

    def _supersession(self, fields: Fields, acceptance: Acceptance) -> Supersession | None:
        """`supersedes: {acceptance, how}`; a stranger's acceptance looks like one that is not there."""
        if not fields.has("supersedes"):
            return None
        inner, store = fields.fields("supersedes"), self._ledger.store
        wanted, how = inner.octets("acceptance", 16), inner.choice("how", HOWS)
        inner.done()
        older = acceptance_by_id(wanted, store)
        if older is None or older.type != acceptance.type or not shares_a_holder(wanted, acceptance, store):
            raise CommandRejected("acceptance.unknown")
        salt = self._ledger.context.random(32)
        return Supersession(Citation(older.id, older.index, older.leaf, salt), how)

    def _document(self, fields: Fields, department: str) -> Document:
        ledger = self._ledger
        digest, salt = fields.octets("sha256", 32), ledger.context.random(32)
        kept = fields.choice("kept", KEPT) if fields.has("kept") else ledger.settings.documents
        if kept == "department":
            size, media = fields.integer("size"), fields.text("media", 64, MEDIA)
            pages = fields.integer("pages", 1, MOST_PAGES) if fields.has("pages") else None
            document = Document(digest, salt, size, media, kept, pages)
            fields.done()
            return document
        fields.done()
        if ledger.settings.documents == "department":
            raise CommandRejected("document.kept_elsewhere")
        upload = upload_of(department, digest, ledger.store, ledger.context)
        if upload is None:
            raise CommandRejected("document.unknown")
        return Document(digest, salt, upload.size, upload.media, kept, upload.pages)

    async def accept(self, request: ThinRequest) -> ThinResponse:
        """Accept one material."""
        department = request.department
        seen: list[Acceptance] = []

        def read(fields: Fields) -> Asked[Acceptance]:
            asked = self.read(fields, department)
            seen.append(asked.record)
            return asked

        outcome = await self._ledger.acting.submit(request, self._accept, department, read, seen.append)
        index, id_, _ = self._ledger.acting.placed(outcome)
        if not seen:  # a repeat of what would be refused now
            return self._ledger.acting.created(outcome)
        made = Made(department, seen[-1], id_, index)
        return self._ledger.acting.created(outcome, **self._told(made, await self._earlier.of(made)))

    def _told(self, made: Made, found: Earlier) -> dict[str, object]:
        """What the department should know beside its receipt, of papers that it holds; empty for most."""
        renews = may_renew(made.record, made.department)
        recorded = recorded_at(made.id, made.index, self._ledger.store) if renews else None
        told: dict[str, object] = {}
        if found.duplicate is not None:
            told["duplicate_of"] = _held(found.duplicate)
        if recorded is not None:
            told["supersession"] = {"index": recorded, "how": RENEWED}
        elif found.older:
            told["may_supersede"] = [_held(row) for row in found.older]
        if found.denied is not None:
            told["denied"] = _denial(found.denied)
        return told

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to accept."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._accept, department, lambda fields: self._to_sign(fields, department)
        )

    def _to_sign(self, fields: Fields, department: str) -> Asked[Acceptance]:
        """As `read`, but that nobody is given a number to sign that the writer would refuse."""
        asked, ledger = self.read(fields, department), self._ledger
        kind = ledger.catalogue.types(ledger.store).get(asked.record.type)
        if kind is not None:
            check_number(kind, asked.record.number)
        return asked

    async def batch(self, request: ThinRequest) -> ThinResponse:
        """Up to 500 signed or plain acceptances; each stands or falls alone, in the order given."""
        department, acting = request.department, self._ledger.acting
        if request.header(b"if-match") is not None:
            raise Problem("precondition.failed", "several acts have no one case: send them one by one")
        value, raw = await request.json(BATCH_BYTES)
        items = items_of(value, "acceptances", BATCH_LIMIT)
        if not is_canonical(value, raw) and any(isinstance(one, dict) and "entry" in one for one in items):
            raise Problem("json.not_canonical")
        whole = request.request_key(raw)
        pending: list[Any] = []
        for number, one in enumerate(items):
            key = RequestKey(sha256(whole.key + number.to_bytes(4, "big"))[:16], whole.fingerprint)
            try:
                pending.append(await self._begin(one, department, key))
            except Exception as error:  # noqa: BLE001  # each stands or falls alone; problem_of sorts the causes
                pending.append(problem_of(error))
        results: list[dict[str, object]] = []
        made: list[tuple[Made, dict[str, object]]] = []
        for one in pending:
            try:
                if isinstance(one, Problem):
                    raise one  # told in the same place as those that fail under the lock
                coming, record = one
                outcome = await coming
                index, id_, leaf = acting.placed(outcome)
                receipt = self._ledger.receipts.receipt(index, leaf, outcome.head)
                results.append({"status": 201, "id": id_.hex(), "receipt": receipt})
                if record is not None:  # else a repeat of what would be refused now
                    made.append((Made(department, record, id_, index), results[-1]))
            except (Problem, CommandRejected, LedgerError) as error:
                results.append(await refused(error, request, self._ledger.identity))
        for (one, result), found in zip(made, self._earlier.of_all([one for one, _ in made]), strict=True):
            result.update(self._told(one, found))
        return ThinResponse.of({"results": results})

    async def _begin(self, one: object, department: str, key: RequestKey) -> _Coming:
        acting = self._ledger.acting
        await acting.open_key(SERVICE)
        if isinstance(one, dict) and "entry" in one:
            signed = acting.signed(self._accept, department, one, b"", key)
            return self._ledger.writer.submit_soon(signed), signed.record
        try:
            asked = self.read(Fields(one), department)
        except Exception as error:  # noqa: BLE001  # whatever refuses it now, a repeat has its first answer
            return self._ledger.writer.submit_soon(acting.repeat(key, error)), None
        await acting.open_key(department)
        command = acting.custodial_command(self._accept, asked.record, department, key)
        return self._ledger.writer.submit_soon(command), asked.record

    def read_retraction(self, fields: Fields, wanted: bytes, department: str) -> Asked[Retraction]:
        """A plain request to take back the acceptance with this id, as the department's record."""
        ledger, random = self._ledger, self._ledger.context.random
        row = acceptance_by_id(wanted, ledger.store)
        if row is None or department not in (row.accepted_by, row.authority):
            raise CommandRejected("acceptance.unknown")
        newer = fields.octets("rectified_by", 16) if fields.has("rectified_by") else None
        retraction = Retraction(
            acceptance=Citation(row.id, row.index, row.leaf, random(32)),
            case_no=row.case_no,
            case_salt=random(32),
            reason=fields.choice("reason", RETRACTION_REASONS if newer is None else (RECTIFIED,)),
            text=fields.optional_text("text", 500),
            rectified_by=None if newer is None else self._correcting(newer),
        )
        fields.done()
        return Asked(retraction)

    def _correcting(self, acceptance: bytes) -> Citation:
        """A citation of the acceptance that corrects another; whether it does is decided under the lock."""
        row = acceptance_by_id(acceptance, self._ledger.store)
        if row is None:
            raise CommandRejected("acceptance.corrects_not")
        return Citation(row.id, row.index, row.leaf, self._ledger.context.random(32))

    async def retract(self, request: ThinRequest) -> ThinResponse:
        """Take an acceptance back; the answer lists every reliance on it (recall)."""
        wanted = bytes.fromhex(request.params["id"])

        def admits(retraction: Retraction) -> None:
            if retraction.acceptance.id != wanted:
                raise Problem("statement.mismatch")

        outcome = await self._ledger.acting.submit(
            request,
            self._retract,
            request.department,
            lambda fields: self.read_retraction(fields, wanted, request.department),
            admits,
        )
        recall = [_reliance(row) for row in reliances_on(wanted, self._ledger.store)]
        return self._ledger.acting.created(outcome, acceptance=wanted.hex(), recall=recall)

    async def prepare_retraction(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to retract."""
        wanted, department = bytes.fromhex(request.params["id"]), request.department
        return await self._ledger.acting.prepare(
            request,
            self._retract,
            department,
            lambda fields: self.read_retraction(fields, wanted, department),
        )

    async def reliances(self, request: ThinRequest) -> ThinResponse:
        """Who relied on an acceptance: for the department that accepted, the authority, and auditors."""
        ledger = self._ledger
        purpose = await ledger.oversight.purpose(request, "acceptances.reliances", None, "after", "limit")
        query = request.query("purpose", "after", "limit")
        after, limit = query_number(query.get("after"), 0, 2**53 - 1, -1, "after"), limit_of(query, MOST)
        row = acceptance_by_id(bytes.fromhex(request.params["id"]), ledger.store)
        allowed = row is not None and (
            is_auditor(request.principal) or request.principal.department in (row.accepted_by, row.authority)
        )
        if row is None or not allowed:
            await ledger.oversight.refuse(
                request, "acceptances.reliances", "acceptance.unknown", None, purpose
            )
        found = await run_in_threadpool(reliances_after, row.id, after, limit + 1, ledger.store)
        page, more = found[:limit], found[limit - 1].index if len(found) > limit else None
        await ledger.oversight.read(request, "acceptances.reliances", row.case_no, purpose, len(page))
        shown = {"acceptance": row.id.hex(), "reliances": [_reliance(one) for one in page]}
        return page_of(request, shown, more)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        base = "/api/v1/acceptances"
        return [
            ThinRoute("POST", base, self.accept, ACCEPT, department, write=True),
            ThinRoute("POST", f"{base}:prepare", self.prepare, PREPARE, department),
            ThinRoute("POST", f"{base}:batch", self.batch, BATCH, department, write=True),
            ThinRoute("POST", base + "/{id:hex32}:retract", self.retract, RETRACT, department, write=True),
            ThinRoute(
                "POST",
                base + "/{id:hex32}:retract:prepare",
                self.prepare_retraction,
                RETRACT_PREPARE,
                department,
            ),
            ThinRoute(
                "GET",
                base + "/{id:hex32}/reliances",
                self.reliances,
                RELIANCES,
                frozenset({DEPARTMENT, AUDITOR}),
            ),
        ]


def _denial(row: DenialRow) -> dict[str, object]:
    """What an issuer said against a paper: at which entry, why, and since when it stands no more."""
    return {
        "department": row.department,
        "denial": row.reason,
        "since": row.since.isoformat(),
        "index": row.index,
    }


def _held(row: AcceptanceRow) -> dict[str, object]:
    return {"acceptance": row.id.hex(), "index": row.index, "type": row.type, "case": row.case_no}


def _reliance(row: Any) -> dict[str, object]:
    return {
        "id": row.id.hex(),
        "index": row.index,
        "department": row.department,
        "requirement": row.requirement,
        "ground": row.ground,
        "time": row.time,
    }
