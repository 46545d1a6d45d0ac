# SPDX-License-Identifier: Apache-2.0
"""`/my/handed-in`: 「我已交过」 in one's own case, its answer, and the proof of what was asked in vain."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.claiming import OwnCase, case_of_party, claim_handed_in
from api.mandates.acting import Acting, acting_in
from api.problems import Problem
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.looking import OWN, mine_of
from api.web.mine.words import AGENT_HANDED_IN, MineWords
from attest.cases.repository import case_by_no, cases_of
from attest.fields import octets_of
from attest.materials.repository import acceptance_by_id
from attest.oversight.evidence import Sources, build_evidence
from attest.reask.answering import NOT_MET, UNTOLD, answer_claim
from attest.reask.model import AGAIN
from attest.reask.repository import claim_at, reask_by_id, reasks_of_holder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from attest.cases.model import CaseRow
    from attest.materials.model import AcceptanceRow
    from attest.reask.answering import ClaimAnswer
    from attest.reask.model import ReaskRow

PAGE: Final = 50
"""Re-asks and cases that are shown, the newest first."""
_ROUTE: Final = "page.my.handed_in"
_EVIDENCE: Final = "page.my.reask_evidence"


@dataclass(frozen=True, slots=True)
class Vain:
    """Something that was asked of the holder in vain, and where it had been handed in (None: not listed)."""

    row: ReaskRow
    accepted: AcceptanceRow | None
    item: tuple[str, int] | None


class HandedPages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        own, agents = "/my/handed-in/{case}", "/my/mandates/{id}/handed-in/{case}"
        for method, path, endpoint in (
            ("GET", "/my/handed-in", self.cases),
            *(("GET", one, self.ask) for one in (own, agents)),
            *(("POST", one, self.claim) for one in (own, agents)),
            *(("GET", f"{one}/{{index}}", self.answer) for one in (own, agents)),
            ("POST", "/my/reasks/{id}/evidence", self.evidence),
        ):
            router.add_api_route(path, endpoint, methods=[method])

    async def cases(self, request: Request) -> Response:
        """The holder's cases, and what was asked of them in vain."""
        mine = await mine_of(request, self._ledger, _ROUTE)

        def look() -> tuple[list[OwnCase], list[Vain]]:
            store = self._ledger.store
            rows = [case_by_no(number, store) for number in cases_of(mine.holder, store)]
            newest = sorted((row for row in rows if row is not None), key=lambda row: -row.index)
            found = reasks_of_holder(mine.holder, PAGE, store)
            cases = [self._standing(mine.holder, row) for row in newest[:PAGE]]
            return cases, [_vain(one, self._ledger) for one in found]

        rows, vain = await run_in_threadpool(look)
        await self._ledger.oversight.read(mine.principal, _ROUTE, None, OWN, len(rows) + len(vain))
        return await self._page(request, "my-handed-in.html", cases=rows, vain=vain)

    def _standing(self, holder: bytes, row: CaseRow) -> OwnCase:
        """The case with what the holder is in it; without a say where its record cannot be read."""
        try:
            found = case_of_party(self._ledger, holder, row.case_no)
        except Problem:
            found = None
        return found or OwnCase(row, (), applies=False)

    async def ask(self, request: Request) -> Response:
        """The form: which of the case's requirements was handed in before."""
        acting, own, route = await self._own(request)
        await acting.note(self._ledger, route, own.row.case_no, 1)
        return await self._form(request, acting, own)

    async def claim(self, request: Request) -> Response:
        """Take it down; the answer has an address of its own."""
        acting, own, route = await self._own(request)
        fields = await read_form(request)
        wanted, case_no = fields.get("requirement", ""), own.row.case_no
        again = fields.get("again", "")
        known = wanted in {one.code for one in own.requirements if acting.admits(one)}
        if not known or again not in AGAIN:
            return await self._form(request, acting, own, fields)
        pressed = f"{acting.base} {fields.get('key', '')[:64]}"
        said = f"{wanted}\0{again}".encode()
        key = request_key(acting.principal.key_id, "POST", route, case_no, pressed, said)
        cited = acting.citation(self._ledger)
        index, _ = await claim_handed_in(
            self._ledger,
            acting.principal,
            acting.holder,
            case_no,
            wanted,
            again=again == "yes",
            key=key,
            mandate=cited,
        )
        return RedirectResponse(f"{acting.base}/handed-in/{case_no}/{index}", 303)

    async def answer(self, request: Request) -> Response:
        """What a claim came to: where and when it was accepted, or honestly why not."""
        acting, own, route = await self._own(request)
        text, ledger = request.path_params["index"], self._ledger
        index = int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else -1

        def look() -> tuple[str, ClaimAnswer] | None:
            claim = claim_at(own.row.case_no, index, ledger.store)
            shown = {one.code for one in own.requirements if acting.admits(one)}
            all_ = acting.one is None and own.applies
            if claim is None or (not all_ and claim.requirement not in shown):
                return None
            found = answer_claim(claim, own.row, ledger.catalogue, ledger.store, ledger.context)
            return claim.requirement, found

        found = await run_in_threadpool(look)
        if found is None:
            await ledger.oversight.refuse(acting.principal, route, "not_found", own.row.case_no, OWN)
        await acting.note(ledger, route, own.row.case_no, 1)
        requirement, said = found
        return await self._page(
            request,
            "my-handed-in-answer.html",
            acting=acting,
            case=own.row,
            index=index,
            requirement=requirement,
            said=said,
            unmet=said.outcome in (NOT_MET, UNTOLD),
        )

    async def evidence(self, request: Request) -> Response:
        """The proof of a re-ask in a case of one's own; private records stay closed, as they name others."""
        ledger = self._ledger
        mine = await mine_of(request, ledger, _EVIDENCE)
        text = request.path_params["id"]

        def find() -> ReaskRow | None:
            wanted = octets_of(text, 16) or b""
            row = reask_by_id(wanted, ledger.store)
            return row if row is not None and row.case_no in cases_of(mine.holder, ledger.store) else None

        row = await run_in_threadpool(find)
        if row is None:
            await ledger.oversight.refuse(mine.principal, _EVIDENCE, "evidence.unknown", None, OWN)
        head = await ledger.newest_head()
        await ledger.oversight.read(mine.principal, _EVIDENCE, row.case_no, OWN, 1)
        sources = Sources(ledger.store, ledger.context, ledger.receipts, ledger.trust.chain)
        made = await run_in_threadpool(build_evidence, row.index, sources, head, int(time.time()), reader="")
        headers = {
            "content-disposition": f'attachment; filename="{row.id.hex()}.evidence.json"',
            "cache-control": "no-store",
        }
        return Response(made.format(), media_type="application/json", headers=headers)

    # Parts

    async def _own(self, request: Request) -> tuple[Acting, OwnCase, str]:
        route = AGENT_HANDED_IN if "id" in request.path_params else _ROUTE
        acting, own = await acting_in(request, self._ledger, route)
        return acting, own, route

    async def _form(
        self, request: Request, acting: Acting, own: OwnCase, sent: Mapping[str, str] | None = None
    ) -> Response:
        """The form; as `sent` with its faults."""
        given, t, faults = sent or {}, texts_for(request), []
        requirements = [one for one in own.requirements if acting.admits(one)]
        if sent is not None and given.get("requirement") not in {one.code for one in requirements}:
            faults.append(("f-requirement", t("handed.fault")))
        if sent is not None and given.get("again") not in AGAIN:
            faults.append(("f-again", t("handed.fault_asked")))
        return await self._page(
            request,
            "my-handed-in-form.html",
            acting=acting,
            status=422 if faults else 200,
            case=own.row,
            requirements=requirements,
            chosen=given.get("requirement"),
            again=given.get("again"),
            faults=faults,
            key=given.get("key", "")[:64] or self._ledger.context.random(12).hex(),
        )

    async def _page(self, request: Request, template: str, *, status: int = 200, **more: Any) -> Response:
        def told() -> Response:
            words = MineWords(self._ledger, texts_for(request))
            return render(request, template, status=status, words=words, **more)

        return await run_in_threadpool(told)


def _vain(row: ReaskRow, ledger: Ledger) -> Vain:
    case = case_by_no(row.case_no, ledger.store)
    accepted = acceptance_by_id(row.acceptance, ledger.store) if row.acceptance is not None else None
    return Vain(row, accepted, (case.item, case.version) if case is not None else None)
