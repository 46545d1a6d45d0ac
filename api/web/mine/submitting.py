# SPDX-License-Identifier: Apache-2.0
"""`/my/submission/{case}`: per requirement, whether the applicant hands it in or lets the log serve.

Below `/my/mandates/{id}` an agent who may hand in chooses for the principal; the entry cites the mandate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.mandates.acting import acting_in
from api.problems import Problem
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.words import AGENT_SUBMISSION, MineWords
from attest.reask.repository import relied_in_case
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from attest.submission.rules import is_shown

if TYPE_CHECKING:
    from api.claiming import OwnCase
    from api.core import Ledger
    from api.mandates.acting import Acting
    from attest.catalogue.model import Requirement

_ROUTE: Final = "page.my.submission"
RELIED, CHOSEN, CHOSEN_BY_OTHER, FREE = "relied", "chosen", "chosen_by_other", "free"
SHOWN: Final = "shown"
"""How a requirement stands: relied on already · this holder's choice stands · another party's · no choice ·
nothing to choose, since what it asks for is shown and never kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement of the case, how it stands, and the `act` that is offered."""

    requirement: Requirement
    state: str
    act: str


class SubmissionPages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._acts = {
            "choose": ChooseSubmission(ledger.catalogue),
            "release": ReleaseSubmission(ledger.catalogue),
        }

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        for path in ("/my/submission/{case}", "/my/mandates/{id}/submission/{case}"):
            router.add_api_route(path, self.look, methods=["GET"])
            router.add_api_route(path, self.choose, methods=["POST"])

    async def look(self, request: Request) -> Response:
        """What the case asks for, and for each whether it is handed in or taken from the log."""
        acting, own, route = await self._own(request)
        await acting.note(self._ledger, route, own.row.case_no, 1)
        return await run_in_threadpool(self._page, request, acting, own)

    async def choose(self, request: Request) -> Response:
        """The entry that the service signs; the window's next look-up reads it."""
        acting, own, route = await self._own(request)
        fields, ledger, case_no = await read_form(request), self._ledger, own.row.case_no
        act, wanted = self._acts.get(fields.get("act", "")), fields.get("requirement", "")
        if act is None or wanted not in {one.code for one in own.requirements}:
            raise Problem("requirement.unknown")
        said = f"{fields['act']} {wanted}".encode()
        pressed = f"{acting.base} {fields.get('key', '')[:64]}"
        key = request_key(acting.principal.key_id, "POST", route, case_no, pressed, said)
        salt, cited = ledger.context.random(32), acting.citation(ledger)
        record = SubmissionChoice(case_no, salt, wanted, acting.holder, cited)
        await ledger.acting.custodial(act, record, SERVICE, key)
        return RedirectResponse(f"{acting.base}/submission/{case_no}", 303)

    async def _own(self, request: Request) -> tuple[Acting, OwnCase, str]:
        route = AGENT_SUBMISSION if "id" in request.path_params else _ROUTE
        acting, own = await acting_in(request, self._ledger, route)
        return acting, own, route

    def _page(self, request: Request, acting: Acting, own: OwnCase) -> Response:
        store, case_no = self._ledger.store, own.row.case_no
        standing = choosers(case_no, store)

        types = self._ledger.catalogue.types(store).types

        def state(one: Requirement) -> str:
            code = one.code
            if is_shown(one, types):
                return SHOWN
            if acting.holder in standing.get(code, ()):
                return CHOSEN
            if code in standing:
                return CHOSEN_BY_OTHER
            return RELIED if relied_in_case(case_no, code, None, store) else FREE

        taken_back = (CHOSEN, CHOSEN_BY_OTHER) if own.applies else (CHOSEN,)

        def line(one: Requirement) -> Line:
            stands = state(one)
            return Line(one, stands, "release" if stands in taken_back else "choose")

        return render(
            request,
            "my-submission.html",
            acting=acting,
            words=MineWords(self._ledger, texts_for(request)),
            case=own.row,
            lines=[line(one) for one in own.requirements if acting.admits(one)],
            key=self._ledger.context.random(12).hex(),
        )
