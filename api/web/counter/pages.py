# SPDX-License-Identifier: Apache-2.0
"""The pages of the counter: every list shown is a look-up with its entry, every act is the API's own."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, Staff, staff_in
from api.identity.guard import note_refusal
from api.problem_texts.intake import INTAKE_TEXTS
from api.problems import Problem, problem_of
from api.requests import request_key
from api.routes.acceptances import AcceptanceRoutes
from api.routes.reasks import ReaskRoutes
from api.uploads import keep_upload, limited
from api.web.counter.acting import ActingPages
from api.web.counter.adding import AddForm, acceptance_request, add_form, form_faults
from api.web.counter.asking import AskPages
from api.web.counter.bundle_sheet import BundleSheetPages
from api.web.counter.consenting import ConsentPages
from api.web.counter.denying import DenyPages
from api.web.counter.expiring import ExpiryLines
from api.web.counter.faults import is_case_like, said, told_at_fields
from api.web.counter.foreseeing import shut_by_days, shut_by_denial, shut_by_thing
from api.web.counter.judging import judge_acceptance
from api.web.counter.laying import laid_out
from api.web.counter.linking import LinkPages
from api.web.counter.looking import Look, look_at, names_of, own_case
from api.web.counter.opening import OpeningPages
from api.web.counter.people import OtherNameError, Parties, boxes, people_of, typed_people
from api.web.counter.recalled import RecallLines
from api.web.counter.reliance_sheet import sheets_router
from api.web.counter.retracting import RetractPages
from api.web.counter.rows import Words, evidence_of, known_for, parties_for
from api.web.counter.twins import earlier_of, twin_of
from api.web.counter.uses import Choose, Undo, receipts_of
from api.web.counter.values import value_faults, value_fields
from api.web.forms import read_form, said_in
from api.web.frame import language_for, render, texts_for
from attest.cases.model import CHANNELS
from attest.errors import AttestError
from attest.fields import CODE, DEPARTMENT, FieldError, Fields, is_plain, octets_of
from attest.reask.commands import ClaimHeld, Receive
from attest.recognition.model import Presented
from ledger.errors import CommandRejected, LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.counter.desk import Desk
    from api.web.counter.signing import Signing

MOST_NUMBER: Final = 64
MOST: Final = 60
"""Pairs of requirement and acceptance in one use."""


class CounterPages:
    """The counter of one ledger."""

    def __init__(self, ledger: Ledger, signing: Signing) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._signing = signing
        self._acceptances = AcceptanceRoutes(ledger)
        self._accept = Receive(ledger.catalogue)
        self._parties = Parties(ledger)
        self._claims = ReaskRoutes(ledger)
        self._recalls, self._expiries = RecallLines(ledger), ExpiryLines(ledger)
        self._claim = ClaimHeld(ledger.catalogue)

    # Looking

    async def show(self, request: Request) -> Response:
        """The counter, empty or with the case that was scanned or typed."""
        staff = await self._clerk(request)
        typed = "".join(request.query_params.get("case", "").split())[:80]
        if not typed:
            told = await self._recalls.told(request, staff) | await self._expiries.told(request, staff)
            return render(request, "counter.html", desk=None, fault=None, typed="", **told)
        try:
            desk = await self._desk(request, staff, typed)
        except (Problem, LedgerError, AttestError) as error:
            problem = problem_of(error)
            if problem.code not in ("case.unknown", "lookup.case_missing") and problem.status < 500:
                raise
            return self._not_shown(request, problem, typed)
        return render(request, "counter.html", desk=desk, fault=None, typed=typed)

    async def check(self, request: Request) -> Response:
        """Ask the issuer of a paper that is only shown, by the number that the clerk has typed."""
        staff = await self._clerk(request)
        fields = await read_form(request)
        kind, issuer = fields.get("type", ""), fields.get("issuer", "")
        number = fields.get("number", "").strip()
        if not 0 < len(number) <= MOST_NUMBER or not is_plain(number):
            raise Problem("field.invalid", path="/number")
        for name, sound in (("type", CODE.match(kind)), ("issuer", DEPARTMENT.match(issuer))):
            if not sound:
                raise Problem("field.invalid", path=f"/{name}")
        shown = (Presented(kind, issuer, number),)
        desk = await self._desk(request, staff, fields.get("case", ""), shown)
        if "hx-request" in request.headers:
            return render(request, "counter-desk.html", desk=desk)
        here = f"/counter?case={desk.case_no}"
        return render(request, "counter.html", desk=desk, fault=None, typed=desk.case_no, here=here)

    # Using, and taking back

    async def use(self, request: Request) -> Response:
        """Choose one or all of what is recognised; signed when ten seconds have passed."""
        staff = await self._clerk(request)
        fields = await read_form(request)
        only = fields.get("only")
        chosen = tuple(
            pair
            for name, ids in fields.items()
            if name.startswith("use.") and only in (None, name.removeprefix("use."))
            for pair in _pairs(name.removeprefix("use."), ids)
        )
        case_no, department = fields.get("case", ""), staff.principal().acting_department()
        if not 0 < len(chosen) <= MOST:
            raise Problem("field.invalid", path="/use")
        pressed = f"{staff.user}\0{fields.get('key', '')}\0{case_no}\0{chosen}"
        command = Choose(sha256(pressed.encode()).digest()[:16], case_no, department, staff.user, chosen)
        await own_case(self._ledger, staff, case_no)
        use = (await self._ledger.writer.submit(command)).answer
        if use is not None:
            self._signing.expect(use)
        return await self._back(request, staff, case_no)

    async def undo(self, request: Request) -> Response:
        """Take a choice back within its ten seconds."""
        staff = await self._clerk(request)
        fields = await read_form(request)
        use = (await self._ledger.writer.submit(Undo(_id(fields.get("id", "")), _department(staff)))).answer
        if use is None:
            raise Problem("internal.error")
        return await self._back(request, staff, use.case_no, undone=True)

    async def outcome(self, request: Request) -> Response:
        """How a use stands, for the bar that counts the seconds."""
        staff = await self._clerk(request)
        id_ = _id(request.path_params["id"])
        use = await self._signing.finish(id_)
        if use is None or use.department != staff.department:
            raise Problem("use.unknown")
        return render(request, "counter-use.html", use=use, receipts=receipts_of(use, self._ledger.store))

    # What the applicant says

    async def claim(self, request: Request) -> Response:
        """Take down that the applicant handed it in before (「我已交过」)."""
        staff = await self._clerk(request)
        fields = await read_form(request)
        case = await own_case(self._ledger, staff, fields.get("case", ""))
        department = _department(staff)
        asked = {"case": case.case_no, "requirement": fields.get("requirement", "")}
        record = self._claims.read_claim(Fields(asked), department).record
        pressed = f"{case.case_no}\0{record.requirement}\0{fields.get('key', '')}".encode()
        key = request_key(
            staff.principal().key_id,
            "POST",
            "page.counter.claim",
            request.url.path,
            fields.get("key", ""),
            pressed,
        )
        await self._ledger.acting.custodial(self._claim, record, department, key)
        return await self._back(request, staff, case.case_no, taken_down=record.requirement)

    # Adding

    async def upload(self, request: Request) -> Response:
        """A file as a raw body, into the vault; the digest in the address is what the browser computed."""
        staff = await self._clerk(request)
        wanted = bytes.fromhex(_hex(request.path_params["sha256"], 64, "/sha256"))
        department = _department(staff)
        key = request_key(
            staff.principal().key_id, "PUT", "page.counter.documents", request.url.path, wanted.hex(), wanted
        )
        media = request.headers.get("content-type")
        try:
            kept = await keep_upload(self._ledger, department, wanted, media, limited(request.stream()), key)
        except Problem as problem:
            if problem.code not in INTAKE_TEXTS:
                raise
            return JSONResponse({"said": said(request, problem)[1]}, problem.status)
        return Response(
            f'{{"sha256":"{wanted.hex()}","size":{kept.size}}}', 201, media_type="application/json"
        )

    async def add(self, request: Request) -> Response:
        """The form for one missing material, alone on a page or inside its row."""
        staff, query = await self._clerk(request), request.query_params
        look = await look_at(self._ledger, staff, query.get("case", ""))
        form = self._form(request, staff, look, query)
        return self._form_page(request, look, form, [])

    async def accept(self, request: Request) -> Response:
        """Accept the material; faults come back with the form, in words, nothing lost."""
        staff = await self._clerk(request)
        fields = await read_form(request)
        look = await look_at(self._ledger, staff, fields.get("case", ""))
        form = self._form(request, staff, look, fields)
        faults = form_faults(fields, form)
        faults += value_faults(fields, form.kind, form.asks, self._ledger, self._words(request))
        if faults:
            return self._form_page(request, look, form, faults)
        asked = acceptance_request(fields, form, look, staff.user, [])
        form = replace(form, shut=self._shut(request, asked, look, form))
        if form.shut and fields.get("despite") != form.despite:
            return self._form_page(request, look, form, [])
        key = request_key(
            staff.principal().key_id,
            "POST",
            "page.counter.accept",
            look.case.case_no,
            fields.get("key", ""),
            said_in(fields),
        )
        try:
            if await self._ledger.acting.given(key) is not None:  # a repeat names nobody anew
                return await self._back(request, staff, look.case.case_no)
            await judge_acceptance(self._ledger, staff, fields, form, look)
            people = await people_of(self._ledger, staff, form, fields)
            if form.gaps:
                await self._parties.add(staff, look.case.case_no, form, people)
                look = await look_at(self._ledger, staff, look.case.case_no)
                form = self._form(request, staff, look, fields)
            more = [(role, people[role]) for role, _ in form.others if role in people]
            asked = acceptance_request(fields, form, look, staff.user, more)
            record = self._acceptances.read(Fields(asked), _department(staff)).record
            await self._ledger.acting.custodial(self._accept, record, _department(staff), key)
        except OtherNameError as error:
            return self._form_page(request, look, form, error.faults)
        except (CommandRejected, FieldError, AttestError) as error:
            problem = problem_of(error)
            if problem.status >= 500:
                raise
            await note_refusal(request, problem)
            return self._form_page(request, look, form, [said(request, problem)])
        return await self._back(request, staff, look.case.case_no)

    def router(self) -> APIRouter:
        """The routes of the counter."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter", self.show, methods=["GET"])
        self._recalls.add_to(router)
        self._expiries.add_to(router)
        router.add_api_route("/counter/check", self.check, methods=["POST"])
        router.add_api_route("/counter/use", self.use, methods=["POST"])
        router.add_api_route("/counter/undo", self.undo, methods=["POST"])
        router.add_api_route("/counter/uses/{id}", self.outcome, methods=["GET"])
        router.add_api_route("/counter/documents/{sha256}", self.upload, methods=["PUT"])
        router.add_api_route("/counter/claim", self.claim, methods=["POST"])
        router.add_api_route("/counter/add", self.add, methods=["GET"])
        router.add_api_route("/counter/accept", self.accept, methods=["POST"])
        return router

    # Parts

    async def _clerk(self, request: Request) -> Staff:
        return await staff_in(request, CLERK)

    def _words(self, request: Request) -> Words:
        return Words(language_for(request), self._names(self._ledger.store))

    async def _desk(
        self, request: Request, staff: Staff, case_no: str, shown: tuple[Presented, ...] = ()
    ) -> Desk:
        look = await look_at(self._ledger, staff, case_no, shown)
        return await run_in_threadpool(laid_out, look, _department(staff), self._ledger, self._words(request))

    async def _back(self, request: Request, staff: Staff, case_no: str, **done: Any) -> Response:
        """To htmx the list as it stands now, with what was `done` said in focus; to a plain form the page.

        The address follows in place of that of a form that is done with: going back does not lead to it. To
        a form on a page of its own that address alone (204): the desk does not fit into that page.
        """
        place = f"/counter?case={case_no}"
        if "hx-request" not in request.headers:
            return RedirectResponse(place, status_code=303)
        if urlsplit(request.headers.get("hx-current-url", "")).path == "/counter/add":
            return Response(status_code=204, headers={"hx-replace-url": place})
        desk = await self._desk(request, staff, case_no)
        return render(request, "counter-desk.html", headers={"hx-replace-url": place}, desk=desk, **done)

    def _not_shown(self, request: Request, problem: Problem, typed: str) -> Response:
        """The counter with what is so, and what to do now, in place of a list."""
        t = texts_for(request)
        what = "down" if problem.status >= 500 else "not_found" if is_case_like(typed) else "no_number"
        fault = {
            "kind": "wait" if what == "down" else "fail",
            "code": problem.code,
            "title": t(f"counter.{what}"),
            "next": t(f"counter.{what}_next"),
        }
        return render(request, "counter.html", status=problem.status, desk=None, fault=fault, typed=typed)

    def _form(self, request: Request, staff: Staff, look: Look, values: Mapping[str, str]) -> AddForm:
        requirement, position = values.get("requirement", ""), values.get("position", "")
        told = position.isascii() and position.isdecimal() and len(position) <= 3
        found = evidence_of(look, requirement, int(position), values.get("type", "")) if told else None
        if found is None:
            raise Problem("counter.not_missing", case=look.case.case_no)
        bound = parties_for(look, requirement, found[0])
        strangers = {holder for _, holders in bound for holder in holders} - look.names.keys()
        look.names.update(names_of(strangers, self._ledger))
        words = self._words(request)
        known = known_for(look, requirement, int(position), words)
        holders = {holder for _, holder in look.opening.parties} | {one for _, some in bound for one in some}
        twin = twin_of(values.get("sha256", ""), _department(staff), holders, look, self._ledger, words)
        form = add_form(look, requirement, int(position), *found, words, bound, values, known)
        return replace(
            form,
            twin=twin,
            earlier=earlier_of(found[1].code, look, self._ledger, words),
            value_fields=value_fields(form.kind, form.asks, self._ledger, words),
        )

    def _shut(
        self, request: Request, asked: dict[str, Any], look: Look, form: AddForm
    ) -> tuple[tuple[str, str], ...]:
        words = self._words(request)
        found = evidence_of(look, form.requirement, form.position, form.kind.code)
        every = (
            shut_by_denial(asked, look, self._ledger, words),
            shut_by_thing(form, look, words),
            shut_by_days(asked, found[0], look, words) if found is not None else None,
        )
        return tuple(one for one in every if one is not None)

    def _form_page(
        self, request: Request, look: Look, form: AddForm, faults: list[tuple[str, str]]
    ) -> Response:
        """The form; to htmx alone, in place of the row's file field."""
        t = texts_for(request)
        told = told_at_fields(faults, form, t, language_for(request))
        part = "hx-request" in request.headers
        stays = part and bool(faults or form.shut)
        return render(
            request,
            "counter-form.html" if part else "counter-add.html",
            headers={"hx-retarget": "this", "hx-reswap": "outerHTML"} if stays else None,
            form=form,
            channels=CHANNELS,
            look=look,
            faults=told,
            faulty={id_ for id_, _ in told},
            boxes=boxes(typed_people(form, form.values).values(), faults),
            key=form.values.get("key") or self._ledger.context.random(12).hex(),
        )


def counter_router(ledger: Ledger, signing: Signing) -> APIRouter:
    """The routes of the counter, for the composition root."""
    router = CounterPages(ledger, signing).router()
    router.include_router(sheets_router(ledger))
    for pages in (
        OpeningPages,
        ActingPages,
        ConsentPages,
        RetractPages,
        BundleSheetPages,
        LinkPages,
        AskPages,
        DenyPages,
    ):
        router.include_router(pages(ledger).router())
    return router


def _pairs(requirement: str, ids: str) -> list[tuple[str, bytes]]:
    if not CODE.match(requirement):
        raise Problem("field.invalid", path="/use")
    return [(requirement, _id(one, "/use")) for one in ids.split()]


def _id(text: str, path: str = "/id") -> bytes:
    return bytes.fromhex(_hex(text, 32, path))


def _hex(text: str, length: int, path: str) -> str:
    if octets_of(text, length // 2) is None:
        raise Problem("field.invalid", path=path)
    return text


def _department(staff: Staff) -> str:
    return staff.principal().acting_department()
