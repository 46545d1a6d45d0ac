# SPDX-License-Identifier: Apache-2.0
"""Agents and guardians at the counter: papers of a case that prove one, the form that records it, its end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.mandates.reading import name_of, opened
from api.problems import Problem, sentence_of
from api.requests import request_key
from api.routes.mandates import MandateRoutes
from api.web.counter.faults import worded
from api.web.counter.looking import accepted_in, look_at, names_of, own_case
from api.web.counter.rows import Words
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from attest.catalogue.model import AGENT, GUARDIAN
from attest.days import day_in, day_of, first_second
from attest.fields import Fields, octets_of
from attest.holders.repository import holder_by_lookup, naming_index
from attest.mandates.ground import of_age_at, record_at
from attest.mandates.model import ACTS, END_REASONS, MOST_DAYS, STANDS
from attest.mandates.recording import EndMandate, RecordMandate
from attest.mandates.repository import mandates_in
from attest.materials.repository import acceptance_by_id
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.mandates.reading import Opened
    from api.web.counter.looking import Look
    from attest.catalogue.model import MaterialType, Representation
    from attest.materials.model import AcceptanceRow

_ROUTE: Final = "page.counter.mandate"
THIS_CASE, THIS_ITEM = "case", "item"


@dataclass(frozen=True, slots=True)
class PaperHere:
    """A paper of the case that proves an agent or a guardian; `id` and index of its acceptance."""

    id: str
    name: str
    relation: str
    index: int


@dataclass(frozen=True, slots=True)
class RecordedHere:
    """What the case records: who acts for whom, by names, by which department's word, to which day."""

    one: Opened
    agent: str
    by: str
    last: date


@dataclass(frozen=True, slots=True)
class ActingHere:
    """Everything of agents and guardians that a desk shows."""

    papers: tuple[PaperHere, ...] = ()
    recorded: tuple[RecordedHere, ...] = ()
    reasons: tuple[str, ...] = END_REASONS


@dataclass(frozen=True, slots=True)
class ActingForm:
    """The form for one paper: people by id in hex, bounds of its last day, what was typed and is wrong."""

    paper: AcceptanceRow
    kind: MaterialType
    shown: Representation
    principals: tuple[tuple[str, str], ...]
    agents: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    today: date
    last: date
    values: Mapping[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def this_case(self) -> bool:
        """Whether such a paper counts in its own case alone."""
        return self.kind.reuse == "this_case"


def acting_here(look: Look, ledger: Ledger, words: Words) -> ActingHere:
    """What the desk of a case shows of them."""
    now, store, case_no = int(time.time()), ledger.store, look.case.case_no
    recorded, used = [], set()
    for one in (opened(row, ledger, now) for row in mandates_in(case_no, store)):
        if one is not None and one.row.ground is not None:
            agent = holder_by_lookup(one.row.agent, store)
            name = name_of(agent, ledger) if agent is not None else ""
            by = words.department(one.row.ground.department)
            recorded.append(RecordedHere(one, name, by, day_of(one.until - 1)))
            if one.state == STANDS and one.row.relation == AGENT:  # a guardian may have another beside
                used.add(one.row.ground.acceptance)
    papers = []
    for row in accepted_in(look.case.case_no, ledger):
        kind = look.types.get(row.type)
        if kind is None or kind.represents is None or row.id in used:
            continue
        papers.append(PaperHere(row.id.hex(), words.of(kind.name), kind.represents.relation, row.index))
    return ActingHere(tuple(papers), tuple(recorded))


class ActingPages:
    """`/counter/mandate` and its end, of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._routes = MandateRoutes(ledger)
        self._record, self._end = RecordMandate(ledger.catalogue), EndMandate()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/mandate", self.ask, methods=["GET"])
        router.add_api_route("/counter/mandate", self.record, methods=["POST"])
        router.add_api_route("/counter/mandate/end", self.end, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """The form for one paper of a case."""
        staff = await staff_in(request, CLERK)
        query = request.query_params
        look = await look_at(self._ledger, staff, query.get("case", ""))
        form = await run_in_threadpool(self._form, request, look, query)
        return await self._page(request, look, form)

    async def record(self, request: Request) -> Response:
        """Record what the paper says; faults come back with the form, in words."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        look = await look_at(self._ledger, staff, fields.get("case", ""))
        form = await run_in_threadpool(self._form, request, look, fields)
        asked = self._asked(form, look, fields)
        if form.faults:
            return await self._page(request, look, form)
        department, pressed = staff.principal().acting_department(), fields.get("key", "")[:64]
        key = request_key(
            staff.principal().key_id, "POST", _ROUTE, look.case.case_no, pressed, repr(asked).encode()
        )
        try:
            record = self._routes.read(Fields(asked), department).record
            await self._ledger.acting.custodial(self._record, record, department, key)
        except CommandRejected as error:
            if not error.code.startswith("mandate."):
                raise
            form.faults.append(self._said(request, error.code))
            return await self._page(request, look, form)
        return RedirectResponse(f"/counter?case={look.case.case_no}", 303)

    async def end(self, request: Request) -> Response:
        """End what this case records."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        case = await own_case(self._ledger, staff, fields.get("case", ""))
        wanted, department = _id(fields.get("mandate", ""), "/mandate"), staff.principal().acting_department()
        asked = Fields({"reason": fields.get("reason", "")})
        record = self._routes.read_end(asked, wanted, department).record
        await self._ledger.acting.custodial(self._end, record, department)
        return RedirectResponse(f"/counter?case={case.case_no}", 303)

    # Parts

    def _form(self, request: Request, look: Look, values: Mapping[str, str]) -> ActingForm:
        ledger, store = self._ledger, self._ledger.store
        row = acceptance_by_id(_id(values.get("acceptance", ""), "/acceptance"), store)
        if row is None or row.case_no != look.case.case_no:
            raise Problem("acceptance.unknown")
        kind, record = look.types.get(row.type), record_at(row.index, store, ledger.context)
        if kind is None or kind.represents is None or record is None:
            raise Problem("mandate.not_proof")
        shown, words = kind.represents, self._words(request)
        parties = [(one["role"], bytes.fromhex(one["holder"])) for one in record["parties"]]
        names = names_of({holder for _, holder in parties}, ledger)

        def people(*roles: str) -> tuple[tuple[str, str], ...]:
            found = dict.fromkeys(holder for role, holder in parties if role in roles)
            return tuple((one.hex(), names.get(one, "")) for one in found)

        today, principals = day_of(int(time.time())), people(shown.principal)
        last = today + timedelta(days=MOST_DAYS - 1)
        if shown.relation == GUARDIAN:
            last = self._last_day([bytes.fromhex(one) for one, _ in principals], today)
        listed = sorted(ledger.catalogue.listed(look.case, store))
        types = [(code, found) for code in listed if (found := look.types.get(code)) is not None]
        return ActingForm(
            row,
            kind,
            shown,
            principals,
            people(*shown.by),
            tuple((code, words.of(one.name)) for code, one in types if one.handling == "keep"),
            today,
            last,
            values,
        )

    def _last_day(self, wards: list[bytes], today: date) -> date:
        """The last day on which a guardian of one of them can be recorded."""
        lasts = []
        for ward in wards:
            of_age = of_age_at(ward, self._ledger.store, self._ledger.context)
            if of_age is not None and of_age > first_second(today):
                lasts.append(day_of(of_age - 1))
            else:
                lasts.append(today + timedelta(days=MOST_DAYS - 1))
        return max(lasts, default=today)

    def _asked(self, form: ActingForm, look: Look, fields: Mapping[str, str]) -> dict[str, Any]:
        """What the API's own reader is given; what is missing goes to the form's faults."""
        known, acting = dict(form.principals), dict(form.agents)
        principal, agent = fields.get("principal", ""), fields.get("agent", "")
        number = self._number(agent) if agent in acting and agent != principal else None
        acts = [one for one in ACTS if fields.get(f"act.{one}") == "yes"]
        until = day_in(fields.get("until", "")) or date.min
        if principal not in known or number is None:
            form.faults.append(("f-people", "mandates.fault_people"))
        if not acts:
            form.faults.append(("f-acts", "mandates.fault_acts"))
        if not form.today <= until <= form.last:
            form.faults.append(("f-until", "mandates.fault_last"))
        scope: dict[str, Any] = {"acts": acts}
        scope["types"] = [code for code, _ in form.types if fields.get(f"type.{code}") == "yes"]
        where = THIS_CASE if form.this_case else fields.get("where", "")
        if where == THIS_CASE:
            scope["case"] = look.case.case_no
        elif where == THIS_ITEM:
            scope["item"] = look.case.item
        return {
            "case": look.case.case_no,
            "acceptance": form.paper.id.hex(),
            "principal": principal,
            "agent": number or {},
            "scope": scope,
            "last_day": until.isoformat(),
        }

    def _number(self, holder: str) -> dict[str, str] | None:
        """The agent's identity document as the ledger knows it."""
        store = self._ledger.store
        record = record_at(naming_index(bytes.fromhex(holder), store), store, self._ledger.context)
        return None if record is None else {"id_type": record["id_type"], "number": record["number"]}

    def _words(self, request: Request) -> Words:
        return Words(language_for(request), self._names(self._ledger.store))

    @staticmethod
    def _said(request: Request, code: str) -> tuple[str, str]:
        said = sentence_of(code, language_for(request))
        return "f-until" if code == "mandate.until" else "f-people", said

    async def _page(self, request: Request, look: Look, form: ActingForm) -> Response:
        words = self._words(request)
        return render(
            request,
            "counter-mandate.html",
            status=422 if form.faults else 200,
            form=form,
            case=look.case.case_no,
            item=words.of(look.item.name),
            paper=words.of(form.kind.name),
            acts=ACTS,
            faults=worded(form.faults, texts_for(request)),
            faulty={id_ for id_, _ in form.faults},
            key=form.values.get("key") or self._ledger.context.random(12).hex(),
        )


def _id(text: str, path: str) -> bytes:
    octets = octets_of(text, 16)
    if octets is None:
        raise Problem("field.invalid", path=path)
    return octets
