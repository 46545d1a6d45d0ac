# SPDX-License-Identifier: Apache-2.0
"""Asking at the counter: a supplement notice or a request, on record, with what is asked in vain told before.

The printed notice (一次性告知单) shows what the case needs, and what was asked of the applicant by entry.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.identity.guard import note_refusal
from api.problems import problem_of, sentence_of
from api.requests import request_key
from api.routes.reasks import ReaskRoutes
from api.web.counter.faults import worded
from api.web.counter.laying import laid_out
from api.web.counter.looking import look_at
from api.web.counter.recalled import type_named
from api.web.counter.rows import HERE, Words
from api.web.counter.together import with_reason
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from attest.errors import AttestError, VaultError
from attest.fields import FieldError, Fields
from attest.private import open_private
from attest.reask.commands import Ask
from attest.reask.model import NOTICES, OUTSIDE_LIST, SUPPLEMENT
from attest.reask.repository import requests_in_case
from attest.recognition.model import RECOGNISED
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.desk import Desk
    from attest.reask.model import Request as Asked
    from attest.reask.repository import RequestRow

_ROUTE: Final = "page.counter.ask"
KINDS: Final = (SUPPLEMENT, *(one for one in NOTICES if one != SUPPLEMENT))
"""How a clerk asks, the notice to complete the papers first."""
MOST_WORDS: Final = 200
_WHAT: Final = "f-what"


@dataclass(frozen=True, slots=True)
class InVain:
    """What would be asked in vain: its requirement, its name, who accepted it (a name).

    `by` is None of what the guide does not ask for; `code` is empty where that is said in words.
    """

    code: str
    name: str
    by: str | None


@dataclass(frozen=True, slots=True)
class AskedLine:
    """What was asked, in words: how, for what, by whom, when (Unix seconds), and the index of its entry."""

    index: int
    notice: str
    what: str
    by: str
    time: int
    received: bool


class AskPages:
    """`/counter/ask` and `/counter/notice` of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._routes = ReaskRoutes(ledger)
        self._act = Ask(ledger.catalogue)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/notice", self.notice, methods=["GET"])
        router.add_api_route("/counter/ask", self.choose, methods=["GET"])
        router.add_api_route("/counter/ask", self.ask, methods=["POST"])
        return router

    async def notice(self, request: Request) -> Response:
        """The printed notice: what need not be handed in, all that is missing, and what was asked for."""
        staff = await staff_in(request, CLERK)
        desk = await self._desk(request, staff, request.query_params.get("case", ""))
        words = self._words(request)
        asked = await run_in_threadpool(asked_in, desk, self._ledger, words)
        return render(request, "counter-notice.html", desk=desk, staff=staff, words=words, asked=asked)

    async def choose(self, request: Request) -> Response:
        """The form: what is missing is ticked; the look is an entry."""
        staff = await staff_in(request, CLERK)
        desk = await self._desk(request, staff, request.query_params.get("case", ""))
        ticked = {f"ask.{row.code}": "yes" for row in desk.today}
        return self._page(request, desk, {"notice": SUPPLEMENT, **ticked}, [], [])

    async def ask(self, request: Request) -> Response:
        """Say each as an entry of its own; what would be in vain is told first, and goes with a tick."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        desk = await self._desk(request, staff, fields.get("case", ""))
        department, typed = staff.principal().acting_department(), fields.get("key", "")[:64]
        chosen = [row.code for row in desk.rows if fields.get(f"ask.{row.code}")]
        faults = ask_faults(fields, chosen)
        if faults:
            return self._page(request, desk, fields, faults, [])
        try:
            records = [
                self._routes.read_request(Fields(one), department).record
                for one in self._requests(desk, fields, chosen)
            ]
            vain = await run_in_threadpool(self._in_vain, records, desk, department, self._words(request))
            if vain and fields.get("despite") != _mark(vain):
                return self._page(request, desk, fields, [], vain)
            for record in records:
                said = repr((record.notice, record.requirement, record.what)).encode()
                key = request_key(
                    staff.principal().key_id,
                    "POST",
                    _ROUTE,
                    desk.case_no,
                    f"{typed}/{record.requirement or ''}",
                    said,
                )
                await self._ledger.acting.custodial(self._act, record, department, key)
        except (CommandRejected, FieldError, AttestError) as error:
            problem = problem_of(error)
            if problem.status >= 500:
                raise
            await note_refusal(request, problem)
            fault = (_WHAT, sentence_of(problem.code, language_for(request)))
            return self._page(request, desk, fields, [fault], [])
        return RedirectResponse(f"/counter/notice?case={desk.case_no}", 303)

    # Parts

    def _words(self, request: Request) -> Words:
        return Words(language_for(request), self._names(self._ledger.store))

    async def _desk(self, request: Request, staff: Staff, case_no: str) -> Desk:
        look = await look_at(self._ledger, staff, case_no)
        department = staff.principal().acting_department()
        return await run_in_threadpool(laid_out, look, department, self._ledger, self._words(request))

    def _requests(
        self, desk: Desk, fields: Mapping[str, str], chosen: Sequence[str]
    ) -> list[dict[str, object]]:
        """The API's requests (`POST requests`) that the form means."""
        said = {"case": desk.case_no, "notice": fields.get("notice", "")}
        asked: list[dict[str, object]] = [{**said, "requirement": code} for code in chosen]
        if fields.get("what", "").strip():
            asked.append({**said, "what": fields["what"].strip()})
        return asked

    def _in_vain(self, records: Sequence[Asked], desk: Desk, department: str, words: Words) -> list[InVain]:
        """What the ledger would record as asked in vain, and what it has recorded so in this case before."""
        store, context, now = self._ledger.store, self._ledger.context, int(time.time())
        rows, found = {row.code: row for row in desk.rows}, []
        for one in records:
            code = one.requirement or ""
            row, reask = rows.get(code), self._act.foresee(one, department, now, store, context)
            title = row.title if row is not None else one.what or ""
            if reask is not None:
                by = None if reask.finding == OUTSIDE_LIST else words.department(reask.earlier)
                found.append(InVain(code, title, by))
            elif row is not None and row.verdict == RECOGNISED and row.sources:
                found.append(InVain(code, title, row.sources[0].by))
        return found

    def _page(
        self,
        request: Request,
        desk: Desk,
        values: Mapping[str, str],
        faults: list[tuple[str, str]],
        vain: list[InVain],
    ) -> Response:
        told = worded(faults, texts_for(request))
        return render(
            request,
            "counter-ask.html",
            status=422 if faults else 200,
            desk=desk,
            kinds=KINDS,
            values=values,
            faults=told,
            faulty={id_ for id_, _ in told},
            vain=vain,
            mark=_mark(vain),
            most=MOST_WORDS,
            key=values.get("key") or self._ledger.context.random(12).hex(),
        )


def ask_faults(fields: Mapping[str, str], chosen: Sequence[str]) -> list[tuple[str, str]]:
    """What a person has to correct: (field id, key of the text)."""
    faults = []
    if fields.get("notice") not in NOTICES:
        faults.append(("f-notice", "counter.fault_ask_notice"))
    if not chosen and not fields.get("what", "").strip():
        faults.append(("f-ask", "counter.fault_ask_nothing"))
    if len(fields.get("what", "").strip()) > MOST_WORDS:
        faults.append((_WHAT, "counter.fault_ask_long"))
    return faults


def asked_in(desk: Desk, ledger: Ledger, words: Words) -> list[AskedLine]:
    """What was asked of the applicant in the case, in words."""
    titles = {
        row.code: with_reason(row.title, row.both.parts if row.both else "", words) for row in desk.rows
    }
    here = {row.code for row in desk.rows if row.state == HERE}
    return [
        AskedLine(
            one.index,
            one.notice,
            titles.get(one.requirement or "") or _said(one, ledger, words),
            words.department(one.department),
            one.time,
            one.requirement in here,
        )
        for one in requests_in_case(desk.case_no, ledger.store)
    ]


def _said(one: RequestRow, ledger: Ledger, words: Words) -> str:
    """What was asked that is no requirement of the list: its own words, else its material, else its code."""
    try:
        record = open_private(one.index, ledger.store, ledger.context.sealer)[1]
    except (LookupError, VaultError):  # erased since
        record = {}
    named = type_named(one.type, ledger, words) if one.type is not None else ""
    return str(record.get("what") or named or one.requirement or one.type or "")


def _mark(vain: Sequence[InVain]) -> str:
    """What a tick stands for: these askings in vain, and no other."""
    return "/".join(one.code or OUTSIDE_LIST for one in vain)
