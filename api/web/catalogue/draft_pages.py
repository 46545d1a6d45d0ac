# SPDX-License-Identifier: Apache-2.0
"""`/catalogue/drafts`: an editor drafts, a second person of the same department publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity.accounts import all_accounts
from api.identity.guard import staff_in
from api.identity.roles import EDITOR, REVIEWER
from api.problems import Problem
from api.web.catalogue.check_page import KINDS, as_file, told
from api.web.catalogue.comparing import comparison_of
from api.web.catalogue.drafting import dry_run, findings_of, proposed
from api.web.catalogue.drafts import (
    OPEN,
    Drop,
    Keep,
    Revise,
    body_of,
    draft_named,
    item_of,
    open_drafts,
    require_newest,
    require_open,
)
from api.web.catalogue.guide import guide_of
from api.web.catalogue.pressed import draft_id, go, revision_in
from api.web.catalogue.publishing import PublishDraft, require_second
from api.web.catalogue.sheets import MEDIA, ListRefusedError, sent_list
from api.web.catalogue.shelf import codes
from api.web.catalogue.words import GuideWords
from api.web.forms import read_form
from api.web.frame import language_for, render
from attest.bundles.touched import stale_bundles, touched_by
from attest.catalogue.commands import Publication
from attest.catalogue.item_format import format_item
from attest.catalogue.repository import latest_version, list_versions
from ledger.commands import RequestKey
from ledger.errors import CommandRejected
from ledger.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity import Staff
    from api.web.catalogue.drafting import DryRun
    from api.web.catalogue.drafts import GuideDraft
    from api.web.catalogue.sheets import Sent, Sheets
    from attest.bundles.touched import Touched
    from attest.catalogue.model import MaterialTypes

MOST_AT_ONCE: Final = 50
"""Drafts that one list may become."""


class DraftPages:
    """Drafts of one ledger."""

    def __init__(self, ledger: Ledger, sheets: Sheets) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._sheets = sheets

    # Looking

    async def list(self, request: Request) -> Response:
        """The department's open drafts, and its guides to start from."""
        staff = await self._staff(request)
        return await run_in_threadpool(self._list, request, staff)

    async def show(self, request: Request) -> Response:
        """One draft: what it changes, what the guide check says, what can be done now."""
        staff = await self._staff(request)
        return await run_in_threadpool(self._show, request, staff, self._own(request, staff))

    async def as_list(self, request: Request) -> Response:
        """The draft as a spreadsheet or a JSON list, to be worked on and sent back."""
        staff = await self._staff(request)
        draft, wanted = self._own(request, staff), request.query_params.get("as", ".xlsx")
        if wanted not in MEDIA:
            raise Problem("field.invalid", path="/as")
        body = await run_in_threadpool(body_of, draft, self._ledger.store)
        documents = [format_item(item_of(body))]
        more = {"items": documents, "as": wanted, "language": language_for(request)}
        _, file = await self._sheets.ask("write", b"", {}, **more)
        return as_file(file, wanted, f"{draft.code}.draft")

    # Writing

    async def add(self, request: Request) -> Response:
        """Start from a published version, or from a list: looked over first, kept at the second press."""
        staff = await staff_in(request, EDITOR)
        sent = await sent_list(request)
        if sent.typed and "start" in sent.fields:
            return await self._start(staff, sent.fields)
        read = await self._read(request, staff, sent, None)
        if isinstance(read, Response):
            return read
        kept = tuple(
            (draft_id(staff, sent, one.item.code), one.item.code, one.base, one.body)
            for one in read.proposals
        )
        await self._ledger.writer.submit(Keep(staff.department or "", staff.user, kept))
        return go("/catalogue/drafts" if len(kept) > 1 else f"/catalogue/drafts/{kept[0][0].hex()}")

    async def revise(self, request: Request) -> Response:
        """Another text for a draft, from a list with this one item."""
        staff = await staff_in(request, EDITOR)
        draft = self._own(request, staff)
        sent = await sent_list(request)
        read = await self._read(request, staff, sent, draft)
        if isinstance(read, Response):
            return read
        one = read.proposals[0]
        await self._ledger.writer.submit(
            Revise(
                draft.id,
                draft.code,
                draft.department,
                revision_in(sent.fields),
                one.base,
                one.body,
                staff.user,
            )
        )
        return go(f"/catalogue/drafts/{draft.name}")

    async def publish(self, request: Request) -> Response:
        """The second person's act: signed by the department's key, as over the API."""
        staff = await self._staff(request)
        draft, fields = self._own(request, staff), await read_form(request)
        store, department = self._ledger.store, draft.department
        body = body_of(draft, store)
        item = item_of(body)
        record = Publication("item", draft.code, item.version, sha256(body))
        if draft.outcome == OPEN:  # else a second press, which the writer answers
            await run_in_threadpool(self._require_publishable, draft, revision_in(fields), staff)
        line = b"guide-draft" + draft.id + draft.revision.to_bytes(4, "big")
        key = RequestKey(sha256(line + staff.user.encode())[:16], record.document)
        act = PublishDraft(draft, staff.user)
        await self._ledger.acting.custodial(act, record, department, key, (body,))
        return go(f"/catalogue/items/{draft.code}?version={item.version}")

    async def drop(self, request: Request) -> Response:
        """End a draft unpublished."""
        staff = await staff_in(request, EDITOR)
        draft, fields = self._own(request, staff), await read_form(request)
        await self._ledger.writer.submit(Drop(draft.id, draft.department, revision_in(fields), staff.user))
        return go("/catalogue/drafts")

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue/drafts", self.list, methods=["GET"])
        router.add_api_route("/catalogue/drafts", self.add, methods=["POST"])
        router.add_api_route("/catalogue/drafts/{id}", self.show, methods=["GET"])
        router.add_api_route("/catalogue/drafts/{id}", self.revise, methods=["POST"])
        router.add_api_route("/catalogue/drafts/{id}/list", self.as_list, methods=["GET"])
        router.add_api_route("/catalogue/drafts/{id}/publish", self.publish, methods=["POST"])
        router.add_api_route("/catalogue/drafts/{id}/drop", self.drop, methods=["POST"])
        return router

    # Parts

    async def _staff(self, request: Request) -> Staff:
        return await staff_in(request, EDITOR, REVIEWER)

    def _own(self, request: Request, staff: Staff) -> GuideDraft:
        """The draft of the address; another department's looks like none."""
        return draft_named(request.path_params["id"], staff.department, ("item",), self._ledger.store)

    def _types(self) -> MaterialTypes:
        return self._ledger.catalogue.types(self._ledger.store)

    def _words(self, request: Request, types: MaterialTypes | None = None) -> GuideWords:
        return GuideWords(language_for(request), self._names(self._ledger.store), types)

    def _people(self) -> dict[str, str]:
        return {one.user: one.name for one in all_accounts(self._ledger.store)}

    async def _start(self, staff: Staff, fields: Mapping[str, str]) -> Response:
        code, department = fields["start"], staff.department or ""
        latest = latest_version("item", code, self._ledger.store)
        if latest is None or latest.department != department:
            raise Problem("item.unknown")
        item, _ = self._ledger.catalogue.item(code, latest.version, self._ledger.store)
        one = proposed(item, latest.version, self._ledger)
        pressed = f"{staff.user}\0{fields.get('key', '')}\0{code}"
        id_ = sha256(pressed.encode())[:16]
        await self._ledger.writer.submit(Keep(department, staff.user, ((id_, code, one.base, one.body),)))
        return go(f"/catalogue/drafts/{id_.hex()}")

    async def _read(
        self, request: Request, staff: Staff, sent: Sent, draft: GuideDraft | None
    ) -> DryRun | Response:
        """What the list would become; the page that says so until somebody wants it kept and it is sound."""
        names = self._names(self._ledger.store)
        try:
            read, _ = await self._sheets.ask("read", sent.content, names, ending=sent.ending)
        except ListRefusedError as error:
            return await run_in_threadpool(
                self._dry_page, request, staff, sent, draft, status=422, refused=error.words
            )
        only = draft.code if draft is not None else None
        found = await run_in_threadpool(dry_run, read, staff.department or "", self._ledger, only)
        if sent.fields.get("keep") == "yes" and found.sound and len(found.proposals) <= MOST_AT_ONCE:
            return found
        status = 422 if sent.fields.get("keep") == "yes" else 200
        return await run_in_threadpool(
            self._dry_page, request, staff, sent, draft, status=status, found=found
        )

    def _require_publishable(self, draft: GuideDraft, revision: int, staff: Staff) -> None:
        """Everything that a page can tell before the writer decides: it says the same under the lock."""
        store = self._ledger.store
        require_open(draft.id, draft.department, revision, store)
        require_second(draft, staff.user)
        require_newest(draft.code, draft.base, store)
        item = item_of(body_of(draft, store))
        if not proposed(item, draft.base, self._ledger).differs:
            raise CommandRejected("draft.unchanged")
        if any(one.severity == "error" for one in findings_of(item, self._types())):
            raise CommandRejected("draft.faulty")

    def _list(self, request: Request, staff: Staff) -> Response:
        store, types, department = self._ledger.store, self._types(), staff.department or ""
        words = self._words(request, types)
        drafts = [one for one in open_drafts(department, store) if one.subject == "item"]
        newest = {
            code: version
            for subject, code, version, who in list_versions(store)
            if subject == "item" and who == department
        }
        guides = [
            (code, version, self._ledger.catalogue.item(code, version, store)[0])
            for code, version in newest.items()
        ]
        return render(
            request,
            "catalogue-drafts.html",
            words=words,
            department=department,
            drafts=[
                (one, item_of(body_of(one, store)), newest.get(one.code, 0) != one.base) for one in drafts
            ],
            guides=sorted(guides),
            people=self._people(),
            may_edit=EDITOR in staff.roles,
            unfit=stale_bundles(department, self._ledger.catalogue, store),
            key=self._ledger.context.random(12).hex(),
        )

    def _show(self, request: Request, staff: Staff, draft: GuideDraft) -> Response:
        store, types = self._ledger.store, self._types()
        words, body = self._words(request, types), body_of(draft, store)
        item, latest = item_of(body), latest_version("item", draft.code, store)
        newest = latest.version if latest is not None else 0
        before = self._ledger.catalogue.item(draft.code, draft.base, store)[0] if draft.base else None
        compared = comparison_of(before, item, words) if before is not None else None
        names = {code: {"zh": name.zh, "en": name.en} for code, name in words.names.items()}
        examples = codes("example", self._ledger)
        findings = [told(one.json(names), words) for one in findings_of(item, types, examples)]
        errors = sum(one["severity"] == "error" for one in findings)
        return render(
            request,
            "catalogue-draft.html",
            words=words,
            draft=draft,
            item=item,
            digest=sha256(body).hex(),
            newest=newest,
            stale=newest != draft.base,
            compared=compared,
            guide=guide_of(item, {}, types, words),
            findings=findings,
            errors=errors,
            kinds=KINDS,
            people=self._people(),
            own=draft.login == staff.user,
            may_edit=EDITOR in staff.roles,
            changed=compared is None or compared.count > 0,
            touched=touched_by(item, self._ledger.catalogue, store),
            key=self._ledger.context.random(12).hex(),
        )

    def _touched(self, found: DryRun) -> tuple[Touched, ...]:
        known, store = self._ledger.catalogue, self._ledger.store
        return tuple(bundle for one in found.proposals for bundle in touched_by(one.item, known, store))

    def _dry_page(
        self,
        request: Request,
        staff: Staff,
        sent: Sent,
        draft: GuideDraft | None,
        *,
        status: int,
        refused: Mapping[str, str] | None = None,
        found: DryRun | None = None,
    ) -> Response:
        words = self._words(request, self._types())
        compared = None
        if found is not None and len(found.proposals) == 1 and found.proposals[0].base:
            one = found.proposals[0]
            before, _ = self._ledger.catalogue.item(one.item.code, one.base, self._ledger.store)
            compared = comparison_of(before, one.item, words)
        action = "/catalogue/drafts" if draft is None else f"/catalogue/drafts/{draft.name}"
        return render(
            request,
            "catalogue-dry.html",
            status=status,
            words=words,
            action=action,
            draft=draft,
            refused=refused,
            found=found,
            compared=compared,
            faults=[told(one, words) for one in found.faults] if found is not None else [],
            touched=[] if found is None else self._touched(found),
            too_many=found is not None and len(found.proposals) > MOST_AT_ONCE,
            typed=sent.fields.get("text", "") if sent.typed else "",
            revision=sent.fields.get("revision", ""),
            key=sent.fields.get("key") or self._ledger.context.random(12).hex(),
            kinds=KINDS,
        )
