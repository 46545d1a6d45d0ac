# SPDX-License-Identifier: Apache-2.0
"""Taking back what the counter took in by mistake: the form says first what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.problems import Problem
from api.requests import request_key
from api.routes.acceptances import AcceptanceRoutes
from api.web.counter.looking import accepted_in, look_at, own_case
from api.web.counter.row_parts import Taken
from api.web.counter.rows import Words
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from attest.fields import Fields, octets_of
from attest.mandates.repository import mandates_on
from attest.materials.commands import Retract
from attest.materials.model import RECTIFIED, RETRACTION_REASONS, Citation
from attest.materials.rectifying import corrects
from attest.materials.repository import acceptance_by_id
from attest.recognition.condemned import OF_THE_DOCUMENT
from attest.recognition.repository import reliances_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.core import Ledger
    from api.web.counter.looking import Look
    from api.web.counter.rows import Row
    from attest.materials.model import AcceptanceRow

_ROUTE: Final = "page.counter.retract"
MOST_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class Relied:
    """One reliance on the paper: by whom (a name), when (Unix seconds), and whether in this very case."""

    by: str
    at: int
    here: bool


@dataclass(frozen=True, slots=True)
class RetractForm:
    """The paper and what hangs on it; `mandates` counts what was recorded by it and has not ended."""

    paper: AcceptanceRow
    name: str
    by: str
    through: str
    relied: tuple[Relied, ...]
    mandates: int
    newer: AcceptanceRow | None
    """The newest acceptance of this case by which it may be corrected (更正)."""


def with_taken(
    rows: Sequence[Row], look: Look, department: str, ledger: Ledger, words: Words
) -> tuple[Row, ...]:
    """The rows with the papers of this case that the department may take back, each where its type serves."""
    types = {one.code: one.types for one in look.judged.requirements}
    papers = [
        one
        for one in accepted_in(look.case.case_no, ledger)
        if department in (one.accepted_by, one.authority)
    ]
    return tuple(
        replace(
            row,
            taken=tuple(
                Taken(one.id.hex(), _name(one, look, words), one.index)
                for one in papers
                if one.type in types[row.code]
            ),
        )
        for row in rows
    )


class RetractPages:
    """`/counter/retract` of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._routes = AcceptanceRoutes(ledger)
        self._act = Retract()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/retract", self.ask, methods=["GET"])
        router.add_api_route("/counter/retract", self.retract, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """What is taken back, what hangs on it, and why; the look is an entry."""
        staff = await staff_in(request, CLERK)
        query = request.query_params
        look = await look_at(self._ledger, staff, query.get("case", ""))
        department = staff.principal().acting_department()
        row = self._own(query.get("acceptance", ""), look.case.case_no, department)
        return await self._page(request, row, look, query, department)

    async def retract(self, request: Request) -> Response:
        """Sign the retraction; without a reason the form comes back."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        case = await own_case(self._ledger, staff, fields.get("case", ""))
        department = staff.principal().acting_department()
        reason, text = fields.get("reason", ""), fields.get("text", "").strip()
        pressed = repr((fields.get("acceptance", ""), reason, text)).encode()
        key = request_key(
            staff.principal().key_id, "POST", _ROUTE, case.case_no, fields.get("key", "")[:64], pressed
        )
        row = self._own(fields.get("acceptance", ""), case.case_no, department, standing=False)
        newer = self._newer(row, department) if reason == RECTIFIED else None
        known = reason in RETRACTION_REASONS or newer is not None
        if not known or len(text) > MOST_TEXT:
            look = await look_at(self._ledger, staff, case.case_no)
            fault = ("f-text", "counter.fault_retract_text")
            if not known:
                fault = ("f-reason", "counter.fault_retract_reason")
            return await self._page(request, row, look, fields, department, fault)
        asked = {"reason": reason, "text": text} if text else {"reason": reason}
        if newer is not None:
            asked["rectified_by"] = newer.id.hex()
        record = self._routes.read_retraction(Fields(asked), row.id, department).record
        await self._ledger.acting.custodial(self._act, record, department, key)
        return RedirectResponse(f"/counter?case={case.case_no}", 303)

    def _own(self, wanted: str, case_no: str, department: str, *, standing: bool = True) -> AcceptanceRow:
        """The paper of this case that the department may take back; `acceptance.unknown` for any other."""
        id_ = octets_of(wanted, 16)
        row = acceptance_by_id(id_, self._ledger.store) if id_ else None
        if (
            row is None
            or row.case_no != case_no
            or department not in (row.accepted_by, row.authority)
            or (standing and row.fallen is not None)
        ):
            raise Problem("acceptance.unknown")
        return row

    def _newer(self, row: AcceptanceRow, department: str) -> AcceptanceRow | None:
        """The newest acceptance of the same case that corrects this one, if its department names it."""
        store = self._ledger.store
        found = [one for one in accepted_in(row.case_no, self._ledger) if one.type == row.type]
        named = (Citation(one.id, one.index, one.leaf, bytes(32)) for one in reversed(found))
        newer = next((one for one in named if corrects(one, row, department, store)), None)
        return None if newer is None else acceptance_by_id(newer.id, store)

    def _form(self, row: AcceptanceRow, look: Look, words: Words, department: str) -> RetractForm:
        store = self._ledger.store
        relied = tuple(
            Relied(words.department(one.department), one.time, one.case_no == look.case.case_no)
            for one in reliances_on(row.id, store)
        )
        through = words.department(row.accepted_by) if row.accepted_by != row.authority else ""
        mandates = sum(1 for one in mandates_on([row.id], store) if one.ended is None)
        return RetractForm(
            row,
            _name(row, look, words),
            words.department(row.authority),
            through,
            relied,
            mandates,
            self._newer(row, department),
        )

    async def _page(
        self,
        request: Request,
        row: AcceptanceRow,
        look: Look,
        values: Mapping[str, str],
        department: str,
        fault: tuple[str, str] | None = None,
    ) -> Response:
        words, t = Words(language_for(request), self._names(self._ledger.store)), texts_for(request)
        form = await run_in_threadpool(self._form, row, look, words, department)
        return render(
            request,
            "counter-retract.html",
            status=422 if fault else 200,
            form=form,
            case=look.case.case_no,
            reasons=[(one, one in OF_THE_DOCUMENT) for one in RETRACTION_REASONS],
            values=values,
            faults=[(fault[0], t(fault[1]))] if fault else [],
            most=MOST_TEXT,
            key=values.get("key") or self._ledger.context.random(12).hex(),
        )


def _name(row: AcceptanceRow, look: Look, words: Words) -> str:
    kind = look.types.get(row.type)
    return words.of(kind.name) if kind is not None else row.type
