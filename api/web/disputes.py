# SPDX-License-Identifier: Apache-2.0
"""`/disputes`: the reviewer's pages of what the department has to answer, of materials and of uses."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import normalize

from fastapi import APIRouter, Request, Response  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.identity import REVIEWER, staff_in
from api.problems import sentence_of, text_of
from api.proving.trace_words import TraceWords
from api.requests import request_key
from api.routes.data_checks import answer_to
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.signed import signed_entry
from attest.data_check_requests.commands import AnswerDataCheck
from attest.data_check_requests.model import DECLINED, NOT_UPHELD, OUTCOMES, UPHELD, USE_DECLINED
from attest.data_check_requests.repository import request_by_id, requests_to, words_of
from attest.data_check_requests.rules import state_of
from attest.data_check_requests.upholding import RetractDisputed
from attest.days import day_of
from attest.fields import is_plain, octets_of
from attest.materials.model import RETRACTION_REASONS, Citation, Retraction
from attest.materials.repository import acceptance_by_id, retraction_of
from attest.recognition.repository import reliances_on
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.auth import Principal
    from api.core import Ledger
    from attest.data_check_requests.model import RequestRow
    from attest.materials.model import AcceptanceRow
    from attest.recognition.repository import RelianceRow

PURPOSE: Final = "答复异议"
"""Why a dispute is opened; the holder reads it in the list of look-ups."""
MOST: Final = 100
"""Disputes on the page: those that wait longest, or the newest that were answered."""
_STEP: Final = 200
_ROUTE: Final = "page.disputes"
_MOST_TEXT: Final = 500
_SAID: Final = frozenset({"data_check.answered", "data_check.retracted", "data_check.words"})
"""Refusals that the form itself explains."""


class _Row(NamedTuple):
    """A dispute, what it is about, and how it stands today."""

    one: RequestRow
    row: AcceptanceRow
    state: str


@dataclass(slots=True)
class _Form:
    """What was typed, and what has to be corrected: (field id, sentence)."""

    outcome: str = ""
    reason: str = ""
    retract: str = ""
    text: str = ""
    key: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


class DisputesPages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = AnswerDataCheck()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/disputes", self.page, methods=["GET"])
        router.add_api_route("/disputes/{id}", self.show, methods=["GET"])
        router.add_api_route("/disputes/{id}", self.answer, methods=["POST"])
        return router

    async def page(self, request: Request) -> Response:
        """Those that wait, or were answered: codes and days, so that nothing private is shown.

        After an answer, the entry that it made.
        """
        department = (await staff_in(request, REVIEWER)).principal().acting_department()
        query = request.query_params
        ended, said = query.get("state") == "answered", query.get("said", "")

        def told() -> Response:
            found = self._found(department, ended=ended)
            words = TraceWords(self._ledger, texts_for(request))
            signed = signed_entry(said, AnswerDataCheck.kind, department, self._ledger.store)
            return render(request, "disputes.html", found=found, ended=ended, words=words, signed=signed)

        return await run_in_threadpool(told)

    def _found(self, department: str, *, ended: bool) -> list[_Row]:
        store, today = self._ledger.store, day_of(int(time.time()))
        found: list[_Row] = []
        after = -1
        while some := requests_to(department, after, _STEP, store):
            after = some[-1].index
            for one in some:
                row = acceptance_by_id(one.acceptance, store)
                if row is not None and (one.answer is not None) == ended:
                    found.append(_Row(one, row, state_of(one, today)))
        return found[: -MOST - 1 : -1] if ended else found[:MOST]

    async def show(self, request: Request) -> Response:
        """One dispute with the holder's words, and the form to answer it; the look is an entry."""
        principal = (await staff_in(request, REVIEWER)).principal()
        return await self._page(request, principal, await self._own(request, principal), _Form())

    async def answer(self, request: Request) -> Response:
        """Answer it; where a material's dispute is upheld, its acceptance is taken back first."""
        principal = (await staff_in(request, REVIEWER)).principal()
        one = await self._own(request, principal)
        form = self._read(request, one, await read_form(request))
        if form.faults:
            return await self._page(request, principal, one, form, 422)
        department, said = principal.acting_department(), repr((form.outcome, form.reason, form.text))

        def key(part: str) -> Any:
            pressed = f"{form.key}/{part}"
            return request_key(principal.key_id, "POST", _ROUTE, one.id.hex(), pressed, said.encode())

        try:
            if form.outcome == UPHELD and one.reliance is None:
                await self._take_back(one, form, department, key("retract"))
            reason = form.reason if form.outcome == NOT_UPHELD else None
            record = answer_to(one, form.outcome, reason, form.text or None, self._ledger)
            outcome = await self._ledger.acting.custodial(self._act, record, department, key("answer"))
        except CommandRejected as error:
            if error.code not in _SAID:
                raise
            form.faults.append(("f-outcome", sentence_of(error.code, language_for(request))))
            return await self._page(request, principal, one, form, text_of(error.code).status)
        return RedirectResponse(f"/disputes?said={outcome.index}", 303)

    async def _take_back(self, one: RequestRow, form: _Form, department: str, key: Any) -> None:
        ledger = self._ledger
        row = acceptance_by_id(one.acceptance, ledger.store)
        if row is None or retraction_of(row.id, ledger.store) is not None:
            return
        random = ledger.context.random
        cited = Citation(row.id, row.index, row.leaf, random(32))
        record = Retraction(cited, row.case_no, random(32), form.retract, None)
        await ledger.acting.custodial(RetractDisputed(one.id), record, department, key)

    async def _own(self, request: Request, principal: Principal) -> RequestRow:
        """The dispute in the address; another department's is refused like none, as an entry."""
        id_ = octets_of(str(request.path_params["id"]), 16)
        found = request_by_id(id_, self._ledger.store) if id_ else None
        if found is None or principal.acting_department() not in (found.by, found.authority):
            await self._ledger.oversight.refuse(principal, _ROUTE, "data_check.unknown", None, PURPOSE)
        return found

    def _read(self, request: Request, one: RequestRow, given: Mapping[str, str]) -> _Form:
        t = texts_for(request)
        text = normalize("NFC", " ".join(given.get("text", "").split()))
        form = _Form(
            given.get("outcome", ""),
            given.get("reason", ""),
            given.get("retract", ""),
            text,
            given.get("key", "")[:64],
        )
        if form.outcome not in OUTCOMES:
            form.faults.append(("f-outcome", t("disputes.fault_outcome")))
        if form.outcome == NOT_UPHELD and form.reason not in _declined(one):
            form.faults.append(("f-reason", t("disputes.fault_reason")))
        if form.outcome == UPHELD and one.reliance is None and form.retract not in RETRACTION_REASONS:
            form.faults.append(("f-retract", t("disputes.fault_retract")))
        if len(text) > _MOST_TEXT:
            form.faults.append(("f-text", t("frame.too_long", n=len(text))))
        elif text and not is_plain(text):
            form.faults.append(("f-text", t("mine.fault_text")))
        elif form.outcome == NOT_UPHELD and one.reliance is not None and not text:
            form.faults.append(("f-text", t("disputes.fault_words")))
        return form

    async def _page(
        self, request: Request, principal: Principal, one: RequestRow, form: _Form, status: int = 200
    ) -> Response:
        ledger = self._ledger
        await ledger.identity.count_lookup(principal, _ROUTE)
        recorded = await ledger.oversight.read(principal, _ROUTE, one.case_no, PURPOSE, 1)

        def told() -> Response:
            store, sealer = ledger.store, ledger.context.sealer
            row = acceptance_by_id(one.acceptance, store)
            use: RelianceRow | None = next(
                (use for use in reliances_on(one.acceptance, store) if use.id == one.reliance), None
            )
            return render(
                request,
                "dispute.html",
                status=status,
                one=one,
                row=row,
                use=use,
                state=state_of(one, day_of(int(time.time()))),
                text=words_of(one.index, store, sealer),
                answered=None if one.answer is None else words_of(one.answer.index, store, sealer),
                words=TraceWords(ledger, texts_for(request)),
                form=form,
                faulty={id_ for id_, _ in form.faults},
                declined=_declined(one),
                retractions=RETRACTION_REASONS,
                recorded=recorded,
                key=form.key or ledger.context.random(12).hex(),
            )

        return await run_in_threadpool(told)


def _declined(one: RequestRow) -> tuple[str, ...]:
    """Why this dispute may be declined."""
    return DECLINED if one.reliance is None else USE_DECLINED


def disputes_router(ledger: Ledger) -> APIRouter:
    """The routes, for the composition root."""
    return DisputesPages(ledger).router()
