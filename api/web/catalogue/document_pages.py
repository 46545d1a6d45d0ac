# SPDX-License-Identifier: Apache-2.0
"""`/catalogue/documents`: bundles, types, standards and more are drafted; a second person publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import OPERATOR
from api.identity.accounts import all_accounts
from api.identity.guard import staff_in
from api.identity.roles import EDITOR, REVIEWER
from api.problems import Problem
from api.web.catalogue.changed import document_changes
from api.web.catalogue.check_page import KINDS, as_file, told
from api.web.catalogue.document_drafting import (
    DRAFTED,
    authority_of,
    document_run,
    fault_of,
    own_documents,
)
from api.web.catalogue.drafts import (
    OPEN,
    Drop,
    Keep,
    Revise,
    body_of,
    draft_named,
    open_drafts,
    require_newest,
    require_open,
)
from api.web.catalogue.pressed import draft_id, go, revision_in
from api.web.catalogue.publishing import PublishDraft, require_second
from api.web.catalogue.sheets import MEDIA, ListRefusedError, sent_list
from api.web.catalogue.shelf import today
from api.web.forms import read_form
from api.web.frame import language_for, render
from attest.bundles.breaking import unfit_by, unfit_with
from attest.bundles.touched import stale_bundles
from attest.catalogue.commands import Publication
from attest.catalogue.listing.model import NOTE
from attest.catalogue.repository import document_of, latest_version, list_versions, policies_of, version_of
from attest.catalogue.types_document import parse_types
from attest.standards.document import parse_standard
from attest.standards.rules import day_in
from ledger.canonical import read_json
from ledger.commands import RequestKey
from ledger.errors import CommandRejected
from ledger.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from api.core import Ledger
    from api.identity import Staff
    from api.web.catalogue.browse import BrowsePages
    from api.web.catalogue.document_drafting import DocumentRun
    from api.web.catalogue.drafts import GuideDraft
    from api.web.catalogue.sheets import Sent, Sheets
    from api.web.catalogue.words import GuideWords
    from attest.bundles.breaking import Unfit

ROOMS: Final = {
    "bundle": "/catalogue/bundles/{code}",
    "standard": "/catalogue/standards/{code}",
    "example": "/catalogue/examples/{code}",
    "availability": "/catalogue/items/{code}",
    "types": "/catalogue/types",
    "policy": "/api/v1/catalogue/versions/policy/{code}/{version}",
}
"""Where a published document is read."""


class DocumentPages:
    """Drafts of documents that are no guides, of one ledger."""

    def __init__(self, ledger: Ledger, browse: BrowsePages, sheets: Sheets) -> None:
        self._ledger = ledger
        self._browse = browse
        self._sheets = sheets

    # Looking

    async def drafts(self, request: Request) -> Response:
        """The open drafts of whoever looks, and what stands to start from."""
        staff = await self._staff(request)
        return await run_in_threadpool(self._list, request, staff)

    async def show(self, request: Request) -> Response:
        """One draft: what it changes, whether it fits, what can be done now."""
        staff = await self._staff(request)
        return await run_in_threadpool(self._show, request, staff, self._own(request, staff))

    async def as_file(self, request: Request) -> Response:
        """The draft as a table of places or as JSON, to be worked on and sent back."""
        staff = await self._staff(request)
        draft, wanted = self._own(request, staff), request.query_params.get("as", ".xlsx")
        if wanted not in MEDIA:
            raise Problem("field.invalid", path="/as")
        body = await run_in_threadpool(body_of, draft, self._ledger.store)
        more = {"document": _read(body), "as": wanted, "language": language_for(request)}
        _, file = await self._sheets.ask("table", b"", {}, **more)
        return as_file(file, wanted, f"{draft.code}.draft")

    # Writing

    async def add(self, request: Request) -> Response:
        """Start from what stands, or from a file: looked over first, kept at the second press."""
        staff = await self._staff(request, writes=True)
        authority, sent = authority_of(staff, writes=True), await sent_list(request)
        if sent.typed and "start" in sent.fields:
            return await self._start(staff, authority, sent.fields)
        run = await self._sent(request, staff, sent, None)
        if isinstance(run, Response):
            return run
        named = run.named
        if named is None:
            raise Problem("field.invalid", path="/file")
        id_ = draft_id(staff, sent, f"{named.subject}/{named.code}")
        kept = ((id_, named.code, run.base, run.body),)
        await self._ledger.writer.submit(Keep(authority, staff.user, kept, named.subject))
        return go(f"/catalogue/documents/{id_.hex()}")

    async def revise(self, request: Request) -> Response:
        """Another text for a draft."""
        staff = await self._staff(request, writes=True)
        draft, sent = self._own(request, staff), await sent_list(request)
        run = await self._sent(request, staff, sent, draft)
        if isinstance(run, Response):
            return run
        command = Revise(
            draft.id,
            draft.code,
            draft.department,
            revision_in(sent.fields),
            run.base,
            run.body,
            staff.user,
            draft.subject,
        )
        await self._ledger.writer.submit(command)
        return go(f"/catalogue/documents/{draft.name}")

    async def publish(self, request: Request) -> Response:
        """The second person's act: signed by the department's key or governance's, as over the API."""
        staff = await self._staff(request)
        draft, fields = self._own(request, staff), await read_form(request)
        body = await run_in_threadpool(body_of, draft, self._ledger.store)
        version = draft.base + 1
        record = Publication(draft.subject, draft.code, version, sha256(body))
        if draft.outcome == OPEN:  # else a second press, which the writer answers
            await run_in_threadpool(self._require_publishable, draft, revision_in(fields), staff, body)
            if fields.get("despite") != "drops" and self._gone(draft, _read(body)):
                raise CommandRejected("standard.drops")
        line = b"guide-draft" + draft.id + draft.revision.to_bytes(4, "big")
        key = RequestKey(sha256(line + staff.user.encode())[:16], record.document)
        act = PublishDraft(draft, staff.user)
        await self._ledger.acting.custodial(act, record, draft.department, key, (body,))
        return go(ROOMS[draft.subject].format(code=draft.code, version=version))

    async def drop(self, request: Request) -> Response:
        """End a draft unpublished."""
        staff = await self._staff(request, writes=True)
        draft, fields = self._own(request, staff), await read_form(request)
        await self._ledger.writer.submit(Drop(draft.id, draft.department, revision_in(fields), staff.user))
        return go("/catalogue/documents")

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue/documents", self.drafts, methods=["GET"])
        router.add_api_route("/catalogue/documents", self.add, methods=["POST"])
        router.add_api_route("/catalogue/documents/{id}", self.show, methods=["GET"])
        router.add_api_route("/catalogue/documents/{id}", self.revise, methods=["POST"])
        router.add_api_route("/catalogue/documents/{id}/list", self.as_file, methods=["GET"])
        router.add_api_route("/catalogue/documents/{id}/publish", self.publish, methods=["POST"])
        router.add_api_route("/catalogue/documents/{id}/drop", self.drop, methods=["POST"])
        return router

    # Parts

    async def _staff(self, request: Request, *, writes: bool = False) -> Staff:
        return await staff_in(request, *((EDITOR, OPERATOR) if writes else (EDITOR, REVIEWER, OPERATOR)))

    def _own(self, request: Request, staff: Staff) -> GuideDraft:
        """The draft of the address; another authority's looks like none."""
        return draft_named(request.path_params["id"], authority_of(staff), DRAFTED, self._ledger.store)

    def _people(self) -> dict[str, str]:
        return {one.user: one.name for one in all_accounts(self._ledger.store)}

    async def _start(self, staff: Staff, authority: str, fields: Mapping[str, str]) -> Response:
        subject, _, code = fields["start"].partition("/")
        latest = latest_version(subject, code, self._ledger.store) if subject in DRAFTED else None
        if latest is None or latest.department != authority:
            raise Problem("draft.unknown")
        document = await run_in_threadpool(document_of, latest.digest, self._ledger.store)
        run = await run_in_threadpool(document_run, document, authority, self._ledger, (subject, code))
        pressed = f"{staff.user}\0{fields.get('key', '')}\0{subject}/{code}"
        id_ = sha256(pressed.encode())[:16]
        kept = ((id_, code, latest.version, run.body),)
        await self._ledger.writer.submit(Keep(authority, staff.user, kept, subject))
        return go(f"/catalogue/documents/{id_.hex()}")

    async def _sent(
        self, request: Request, staff: Staff, sent: Sent, draft: GuideDraft | None
    ) -> DocumentRun | Response:
        """What the file would become; the page that says so until somebody wants it kept and it is sound."""
        try:
            read, _ = await self._sheets.ask("document", sent.content, {}, ending=sent.ending)
        except ListRefusedError as error:
            return await run_in_threadpool(self._dry, request, sent, draft, 422, refused=error.words)
        only = (draft.subject, draft.code) if draft is not None else None
        authority = authority_of(staff, writes=True)
        run = await run_in_threadpool(document_run, read["document"], authority, self._ledger, only)
        keep = sent.fields.get("keep") == "yes"
        if keep and run.fault is None and _reads(read):
            return run
        status = 422 if keep else 200
        return await run_in_threadpool(self._dry, request, sent, draft, status, run=run, read=read)

    def _require_publishable(self, draft: GuideDraft, revision: int, staff: Staff, body: bytes) -> None:
        """Everything that a page can tell before the writer decides: it says the same under the lock."""
        store = self._ledger.store
        require_open(draft.id, draft.department, revision, store)
        require_second(draft, staff.user)
        require_newest(draft.code, draft.base, store, draft.subject)
        run = document_run(_read(body), draft.department, self._ledger, (draft.subject, draft.code))
        if not run.differs:
            raise CommandRejected("draft.unchanged")
        if run.fault is not None:
            raise CommandRejected("draft.unfit")

    def _list(self, request: Request, staff: Staff) -> Response:
        store, authority = self._ledger.store, authority_of(staff)
        every = list_versions(store)
        newest = {(subject, code): version for subject, code, version, _ in every}
        drafts = [one for one in open_drafts(authority, store) if one.subject in DRAFTED]
        words = self._browse.words(request)
        return render(
            request,
            "catalogue-documents.html",
            words=words,
            authority=authority,
            drafts=[(one, newest.get((one.subject, one.code), 0) != one.base) for one in drafts],
            documents=own_documents(authority, every),
            people=self._people(),
            may_edit=not {EDITOR, OPERATOR}.isdisjoint(staff.roles),
            unfit=stale_bundles(authority, self._ledger.catalogue, store),
            key=self._ledger.context.random(12).hex(),
        )

    def _show(self, request: Request, staff: Staff, draft: GuideDraft) -> Response:
        store, words = self._ledger.store, self._browse.words(request)
        body = body_of(draft, store)
        value = _read(body)
        latest = latest_version(draft.subject, draft.code, store)
        newest = latest.version if latest is not None else 0
        before = self._document(draft.subject, draft.code, draft.base)
        compared = document_changes(before, value, words) if before is not None else None
        fault = None
        if draft.outcome == OPEN and newest == draft.base:
            fault = fault_of(value, draft.subject, draft.department, self._ledger)
        return render(
            request,
            "catalogue-document.html",
            words=words,
            draft=draft,
            name=name_of(value, words),
            value=value,
            digest=sha256(body).hex(),
            newest=newest,
            stale=newest != draft.base,
            compared=compared,
            fault=fault,
            overtakes=self._overtakes(draft, value),
            drops=self._drops(draft, value) if fault is None else [],
            unfit=self._unfit(draft, value) if fault is None else [],
            changed=compared is None or compared.count > 0,
            people=self._people(),
            own=draft.login == staff.user,
            may_edit=not {EDITOR, OPERATOR}.isdisjoint(staff.roles),
            published=ROOMS[draft.subject].format(code=draft.code, version=draft.base + 1),
            key=self._ledger.context.random(12).hex(),
        )

    def _overtakes(self, draft: GuideDraft, value: Any) -> list[int]:
        """Versions of a policy still to come that would never hold once this draft is published."""
        if draft.subject != "policy":
            return []
        first, waiting = day_in(str(value.get("in_force", ""))) or today(), []
        for published in policies_of(draft.code, self._ledger.store):
            begins = self._ledger.catalogue.policy_at(published.digest, self._ledger.store).in_force
            if begins is not None and begins > today() and begins >= first:
                waiting.append(published.version)
        return sorted(waiting)

    def _drops(self, draft: GuideDraft, value: Any) -> list[tuple[str, str, str]]:
        """Fields in use that a draft of a standard drops: the type, its field, the standard's."""
        if draft.subject != "standard" or draft.outcome != OPEN:
            return []
        found = self._ledger.catalogue.dropped(parse_standard(value), self._ledger.store)
        return [(one.type, one.field, one.standard_field) for one in found]

    def _gone(self, draft: GuideDraft, value: Any) -> bool:
        """Whether a draft of a standard drops what types or bundles use, so that a tick is asked."""
        return draft.subject == "standard" and bool(self._drops(draft, value) or self._unfit(draft, value))

    def _unfit(self, draft: GuideDraft, value: Any) -> list[Unfit]:
        """Guides and bundles that a draft of the types or of a standard leaves unfit."""
        known, store = self._ledger.catalogue, self._ledger.store
        if draft.outcome != OPEN or not draft.base:
            return []
        if draft.subject == "types":
            return unfit_with(parse_types(value), known.types(store), known, store)
        return unfit_by(parse_standard(value), store) if draft.subject == "standard" else []

    def _document(self, subject: str, code: str, version: int) -> Any:
        found = version_of(subject, code, version, self._ledger.store) if version else None
        return document_of(found.digest, self._ledger.store) if found is not None else None

    def _dry(
        self,
        request: Request,
        sent: Sent,
        draft: GuideDraft | None,
        status: int,
        *,
        refused: Mapping[str, str] | None = None,
        run: DocumentRun | None = None,
        read: Mapping[str, Any] | None = None,
    ) -> Response:
        words = self._browse.words(request)
        sound = run is not None and run.fault is None and (read is None or _reads(read))
        compared = None
        if run is not None and run.named is not None and run.before is not None:
            compared = document_changes(run.before, run.value, words)
        return render(
            request,
            "catalogue-document-dry.html",
            status=status,
            words=words,
            action="/catalogue/documents" if draft is None else f"/catalogue/documents/{draft.name}",
            refused=refused,
            run=run,
            sound=sound,
            name=name_of(run.value, words) if run is not None else "",
            compared=compared,
            faults=[told(one, words) for one in read["faults"]] if read is not None else [],
            kinds=KINDS,
            typed=sent.fields.get("text", "") if sent.typed else "",
            revision=sent.fields.get("revision", ""),
            key=sent.fields.get("key") or self._ledger.context.random(12).hex(),
        )


def name_of(value: Any, words: GuideWords) -> str:
    """What a document calls itself; its item's or type's code where it has no name."""
    if not isinstance(value, dict):
        return ""
    name = value.get("name")
    if isinstance(name, dict) and isinstance(name.get(words.language), str):
        return str(name[words.language])
    return str(value.get("code", words.t("catalogue.types")))


def _read(body: bytes) -> Any:
    return read_json(body, max_bytes=len(body))


def _reads(read: Mapping[str, Any]) -> bool:
    """Whether nothing is wrong in what was read; a note says how."""
    return all(one["severity"] == NOTE for one in read["faults"])
