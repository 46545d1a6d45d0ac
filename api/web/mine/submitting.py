# SPDX-License-Identifier: Apache-2.0
"""`/my/submission/{case}`: per requirement, whether the applicant hands it in or lets the log serve.

Below `/my/mandates/{id}` an agent who may hand in chooses for the principal; the entry cites the mandate.
"""

from __future__ import annotations

import time
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
from attest.data_check_requests.repository import fallen_uses
from attest.errors import AttestError
from attest.reask.repository import relied_in_case
from attest.recognition.alternatives import nearest
from attest.recognition.decision import OutsideListError, gather
from attest.recognition.model import RECOGNISED
from attest.recognition.repository import relied_in
from attest.recognition.rules import pool_of, result_of
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from attest.submission.rules import is_shown
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from api.claiming import OwnCase
    from api.core import Ledger
    from api.mandates.acting import Acting
    from attest.catalogue.model import Requirement

_ROUTE: Final = "page.my.submission"
RELIED, CHOSEN, CHOSEN_BY_OTHER, FREE = "relied", "chosen", "chosen_by_other", "free"
SHOWN, HERE, FELL = "shown", "here", "fell"
"""How a requirement stands: relied on already · this holder's choice stands · another party's · no choice ·
nothing to choose, since what it asks for is shown and never kept · nothing to choose, since this case has its
papers · relied on, and that fell since."""


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement of the case, how it stands, and the `act` that is offered; empty where none is left."""

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
        standing, found = choosers(case_no, store), settled_in(own, self._ledger)
        types = self._ledger.catalogue.types(store).types

        def state(one: Requirement) -> str:
            code = one.code
            if is_shown(one, types):
                return SHOWN
            if found.get(code) == HERE:
                return HERE
            if acting.holder in standing.get(code, ()):
                return CHOSEN
            if code in standing:
                return CHOSEN_BY_OTHER
            relied = RELIED if relied_in_case(case_no, code, None, store) else FREE
            return found.get(code, relied)

        back = (CHOSEN, CHOSEN_BY_OTHER) if own.applies else (CHOSEN,)

        def line(one: Requirement) -> Line:
            stands = state(one)
            late = stands in (RELIED, SHOWN, HERE) or relied_in_case(case_no, one.code, None, store)
            act = "release" if stands in back else "" if late else "choose"
            return Line(one, stands, act)

        return render(
            request,
            "my-submission.html",
            acting=acting,
            words=MineWords(self._ledger, texts_for(request)),
            case=own.row,
            lines=[line(one) for one in own.requirements if acting.admits(one)],
            key=self._ledger.context.random(12).hex(),
        )


def settled_in(own: OwnCase, ledger: Ledger) -> dict[str, str]:
    """By requirement of the case: `HERE` where what it took in meets it, `FELL` where what it used fell.

    Nothing of a case of which a record cannot be read: then the window tells.
    """
    store, case_no = ledger.store, own.row.case_no
    wanted = [one.code for one in own.requirements]
    try:
        found = gather(own.row, ledger.catalogue, store, ledger.context, int(time.time()), wanted=wanted)
    except (AttestError, CommandRejected, OutsideListError):
        return {}
    pool, settled = pool_of(found.candidates), dict[str, str]()
    fallen = {one.acceptance for one in found.candidates if one.retracted or one.condemned or one.denied}
    gone = fallen_uses(case_no, store, MAX_SIZE)
    for one in found.requirements:
        result = result_of(one, *nearest(one, pool, found.facts, found.types))
        used = {acceptance for code, acceptance, _ in relied_in(case_no, store) if code == one.code}
        if result.verdict == RECOGNISED:
            here = [each.case_no == case_no and each.authority == own.row.authority for each in result.used]
            if here and all(here):
                settled[one.code] = HERE
        elif used and used <= fallen | gone.get(one.code, frozenset()):
            settled[one.code] = FELL
    return settled
