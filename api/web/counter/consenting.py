# SPDX-License-Identifier: Apache-2.0
"""`/counter/consent`: what somebody said at the window, where the guide names a law that asks for consent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.problems import Problem, sentence_of
from api.requests import request_key
from api.routes.consents import ConsentRoutes
from api.web.counter.faults import worded
from api.web.counter.looking import look_at, names_of, own_case
from api.web.counter.people import OtherNameError, named, person_fault, typed_person
from api.web.counter.rows import Words
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.terms import last_day_in, term_from
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import PRESENT, STANDS
from attest.consents.repository import consents_in
from attest.days import day_of
from attest.fields import Fields, octets_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.looking import Look
    from attest.catalogue.model import Requirement
    from attest.consents.model import ConsentRow

_ROUTE: Final = "page.counter.consent"
_OTHER: Final = "other"
_FIELDS: Final = ("f-holder", "f-present", "f-until")
"""The fields in the form's order, in which faults stand too."""


@dataclass(frozen=True, slots=True)
class ConsentHere:
    """A requirement for which a law asks consent, and the entries of those that stand for the case."""

    code: str
    title: str
    entries: tuple[int, ...]


def consents_here(look: Look, words: Words) -> tuple[ConsentHere, ...]:
    """What the desk says of consents; nothing where no law asks for any."""
    given = {
        code: {
            row.index for (code_, _), rows in look.judged.consents.items() if code_ == code for row in rows
        }
        for code in {one.code for one in look.judged.requirements if one.consent is not None}
    }
    return tuple(
        ConsentHere(one.code, words.of(one.text), tuple(sorted(given[one.code])))
        for one in look.judged.requirements
        if one.code in given
    )


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """The form: whom it may be about, what was typed, and what is wrong with it."""

    requirement: Requirement
    people: tuple[tuple[str, str], ...]
    given: tuple[tuple[ConsentRow, str], ...]
    values: Mapping[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)


class ConsentPages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._routes = ConsentRoutes(ledger)
        self._give, self._withdraw = GiveConsent(ledger.catalogue), WithdrawConsent()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/consent", self.ask, methods=["GET"])
        router.add_api_route("/counter/consent", self.record, methods=["POST"])
        router.add_api_route("/counter/consent/withdraw", self.withdraw, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """The form for one requirement of a case."""
        staff = await staff_in(request, CLERK)
        query = request.query_params
        look = await look_at(self._ledger, staff, query.get("case", ""))
        form = await run_in_threadpool(self._form, look, query)
        return await self._page(request, look, form)

    async def record(self, request: Request) -> Response:
        """Record what was said; faults come back with the form, in words."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        look = await look_at(self._ledger, staff, fields.get("case", ""))
        form = await run_in_threadpool(self._form, look, fields)
        last = last_day_in(fields.get("until", ""), day_of(int(time.time())))
        if last is None:
            form.faults.append(("f-until", "consents.fault_until"))
        if fields.get("present") not in PRESENT:
            form.faults.append(("f-present", "consents.fault_present"))
        holder = await self._holder(staff, form, fields)
        if form.faults or holder is None or last is None:
            return await self._page(request, look, form)
        department, pressed = staff.principal().acting_department(), fields.get("key", "")[:64]
        asked = {
            "case": look.case.case_no,
            "requirement": form.requirement.code,
            "holder": holder,
            "present": fields["present"],
            "last_day": last.isoformat(),
        }
        key = request_key(
            staff.principal().key_id, "POST", _ROUTE, look.case.case_no, pressed, repr(asked).encode()
        )
        record = self._routes.read(Fields(asked), department).record
        try:
            await self._ledger.acting.custodial(self._give, record, department, key)
        except CommandRejected as error:
            if error.code not in ("consent.given", "consent.until"):
                raise
            place = "f-until" if error.code == "consent.until" else "f-holder"
            form.faults.append((place, sentence_of(error.code, language_for(request))))
            return await self._page(request, look, form)
        return RedirectResponse(f"/counter?case={look.case.case_no}", 303)

    async def withdraw(self, request: Request) -> Response:
        """Record that it was taken back at the window."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        case = await own_case(self._ledger, staff, fields.get("case", ""))
        wanted = octets_of(fields.get("consent", ""), 16)
        if wanted is None:
            raise Problem("field.invalid", path="/consent")
        department = staff.principal().acting_department()
        asked = Fields({"present": fields.get("present", "")})
        record = self._routes.read_end(asked, wanted, department).record
        await self._ledger.acting.custodial(self._withdraw, record, department)
        return RedirectResponse(f"/counter?case={case.case_no}", 303)

    # Parts

    def _form(self, look: Look, values: Mapping[str, str]) -> ConsentForm:
        wanted = values.get("requirement", "")
        one = next((one for one in look.judged.requirements if one.code == wanted), None)
        if one is None:
            raise Problem("requirement.unknown")
        if one.consent is None:
            raise Problem("consent.not_asked")
        people = dict.fromkeys(holder for _, holder in look.opening.parties)
        now, store = int(time.time()), self._ledger.store
        rows = [
            row
            for row in consents_in(look.case.case_no, store)
            if row.requirement == one.code and row.state(now) == STANDS
        ]
        names = {**look.names, **names_of({row.holder for row in rows} - look.names.keys(), self._ledger)}
        return ConsentForm(
            one,
            tuple((holder.hex(), names.get(holder, "")) for holder in people),
            tuple((row, names.get(row.holder, "")) for row in rows),
            values,
        )

    async def _holder(self, staff: Staff, form: ConsentForm, fields: Mapping[str, str]) -> str | None:
        """Whose paper it is, as the form says it: one of the case's people, or somebody by their number."""
        said = fields.get("holder", "")
        if said in dict(form.people):
            return said
        other = typed_person(fields, _OTHER, "f-holder")
        if said != _OTHER or other is None:
            form.faults.append(("f-holder", "consents.fault_holder"))
        elif fault := person_fault(other):
            form.faults.append(("f-holder", fault))
        elif not form.faults:
            try:
                return (await named(self._ledger, staff, [other]))[0]
            except OtherNameError as error:
                form.faults.extend(error.faults)
        return None

    async def _page(self, request: Request, look: Look, form: ConsentForm) -> Response:
        form.faults.sort(key=lambda fault: _FIELDS.index(fault[0]))
        words = Words(language_for(request), self._names(self._ledger.store))
        return render(
            request,
            "counter-consent.html",
            status=422 if form.faults else 200,
            form=form,
            case=look.case.case_no,
            item=words.of(look.item.name),
            authority=words.department(look.case.authority),
            title=words.of(form.requirement.text),
            present=PRESENT,
            faults=worded(form.faults, texts_for(request)),
            faulty={id_ for id_, _ in form.faults},
            term=term_from(day_of(int(time.time()))),
            last_of=lambda row: day_of(row.until - 1),
            key=form.values.get("key") or self._ledger.context.random(12).hex(),
        )
