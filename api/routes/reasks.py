# SPDX-License-Identifier: Apache-2.0
"""What is asked of applicants: requests, claims of 「我已交过」, the re-asks among them and their rates."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import AUDITOR, DEPARTMENT
from api.keyset import after_of, limit_of, page_of
from api.oversight import is_auditor
from api.requests import ThinResponse
from api.routes.reask_docs import CLAIM, CLAIM_PREPARE, LIST, RATES, REQUEST, REQUEST_PREPARE
from api.thin import ThinRoute
from attest.cases.model import CHANNELS
from attest.cases.repository import own_case
from attest.fields import CODE, Fields
from attest.oversight.quota import QuotaError
from attest.reask.commands import Ask, ClaimHeld
from attest.reask.model import AGAIN, NOTICES, OUTSIDE_LIST, Claim, Request
from attest.reask.model import CLAIM as CLAIM_SOURCE
from attest.reask.model import REQUEST as PLAIN_REQUEST
from attest.reask.rates import rates
from attest.reask.repository import (
    all_reasks,
    reask_of,
    reasks_after,
    receipts_by_place,
    requests_by_place,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.core import Ledger
    from api.problems import Language
    from api.requests import ThinRequest
    from attest.acts import Act, Written
    from attest.cases.model import CaseRow
    from attest.reask.model import Rate, ReaskRow
    from ledger.commands import Command, Outcome
    from ledger.store import Store

SaidT = TypeVar("SaidT", Request, Claim)
PURPOSES: Final = {"requests": "登记向申请人提出的要求", "claims": "登记申请人称「我已交过」"}
"""What the entries of these looks say they are for, by route."""
_NEXT: Final = {
    "zh": (
        "请撤销该要求，直接采信已核验的材料（recognitions:check，POST reliances）。",
        "该事项的办事指南未列此材料，请撤销该要求。",
        "这是申请人的说明，不是有记录的要求。如确实要过，请撤销，直接采信已核验的材料。",
    ),
    "en": (
        "Take the request back and rely on what was accepted before (recognitions:check, POST reliances).",
        "The item's guide does not ask for it: take the request back.",
        "The applicant's word; no asking is on record. If it was asked, rely on what was accepted before.",
    ),
}
"""What a department that asked in vain does now, by language: recognisable, outside the list, reported."""


class ReaskRoutes:
    """`requests`, `claims`, each with `:prepare`; `GET reasks`, `reasks/rates`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ask = Ask(ledger.catalogue)
        self._claim = ClaimHeld(ledger.catalogue)

    def _case(self, fields: Fields, department: str) -> CaseRow:
        return own_case(fields.text("case", 50), department, self._ledger.store)

    def read_request(self, fields: Fields, department: str) -> Asked[Request]:
        """A plain request to take down what is asked, as the department's record."""
        case = self._case(fields, department)
        request = Request(
            case_no=case.case_no,
            case_salt=self._ledger.context.random(32),
            notice=fields.choice("notice", NOTICES) if fields.has("notice") else PLAIN_REQUEST,
            channel=_channel(fields, case),
            requirement=fields.optional_text("requirement", 64, CODE),
            type=fields.optional_text("type", 64, CODE),
            what=fields.optional_text("what", 200),
        )
        fields.done()
        if request.requirement is None and request.what is None:
            fields.fail("what", "what is asked, where it is no requirement of the guide")
        return Asked(request)

    def read_claim(self, fields: Fields, department: str) -> Asked[Claim]:
        """A plain request to take a claim down, as the department's record."""
        case = self._case(fields, department)
        claim = Claim(
            case_no=case.case_no,
            case_salt=self._ledger.context.random(32),
            channel=_channel(fields, case),
            requirement=fields.text("requirement", 64, CODE),
            type=fields.optional_text("type", 64, CODE),
            again=fields.choice("again", AGAIN) == "yes" if fields.has("again") else True,
        )
        fields.done()
        return Asked(claim)

    async def request(self, request: ThinRequest) -> ThinResponse:
        """Take down what the department asks for."""
        outcome = await self._submit(request, self._ask, self.read_request, "requests")
        return self._answer(outcome, request.language)

    async def prepare_request(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to say so."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._ask, department, lambda fields: self.read_request(fields, department)
        )

    async def claim(self, request: ThinRequest) -> ThinResponse:
        """Take down that the applicant handed it in before."""
        outcome = await self._submit(request, self._claim, self.read_claim, "claims")
        return self._answer(outcome, request.language)

    async def prepare_claim(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to take it down."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._claim, department, lambda fields: self.read_claim(fields, department)
        )

    async def _submit(
        self,
        request: ThinRequest,
        act: Act[SaidT],
        read: Callable[[Fields, str], Asked[SaidT]],
        route: str,
    ) -> Outcome[Written]:
        """Take it down as a look-up: the answer tells whether something was accepted before."""
        ledger, principal, department = self._ledger, request.principal, request.department
        await ledger.identity.count_lookup(principal, route)

        cases: list[str] = []

        def around(inner: Command[Written], said: SaidT) -> Command[Written]:
            cases.append(said.case_no)
            return ledger.oversight.around(principal, route, said.case_no, PURPOSES[route], inner)

        try:
            return await ledger.acting.submit(
                request, act, department, lambda fields: read(fields, department), around=around
            )
        except QuotaError as error:
            await ledger.oversight.beyond(error, principal, route, cases[0], PURPOSES[route])

    def _answer(self, outcome: Outcome[Written], language: Language) -> ThinResponse:
        acting = self._ledger.acting
        _, id_, _ = acting.placed(outcome)
        case = acting.record_of(outcome).text("case", 50)
        found = reask_of(id_, self._ledger.store)
        return acting.created(outcome, case=case, reask=None if found is None else _shown(found, language))

    async def page(self, request: ThinRequest) -> ThinResponse:
        """Re-asks after an index; each page is a read of private records, and an entry."""
        ledger = self._ledger
        purpose = await ledger.oversight.purpose(request, "reasks", None, "after", "limit")
        query = request.query("purpose", "after", "limit")
        after, limit = after_of(query), limit_of(query)
        department = None if is_auditor(request.principal) else request.department
        found = await run_in_threadpool(reasks_after, department, after, limit + 1, ledger.store)
        page = found[:limit]
        await ledger.oversight.read(request, "reasks", None, purpose, len(page))
        more = page[-1].index if len(found) > limit else None
        return page_of(request, {"reasks": [_row(one) for one in page]}, more)

    async def rates(self, request: ThinRequest) -> ThinResponse:
        """Counts by department, item and channel."""
        request.query()
        department = None if is_auditor(request.principal) else request.department
        size, found = await run_in_threadpool(counted, self._ledger.store, department)
        return ThinResponse.of({"size": size, "rates": [rate_row(one) for one in found]})

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, readers = frozenset({DEPARTMENT}), frozenset({DEPARTMENT, AUDITOR})
        base = "/api/v1"
        return [
            ThinRoute("POST", f"{base}/requests", self.request, REQUEST, department, write=True),
            ThinRoute("POST", f"{base}/requests:prepare", self.prepare_request, REQUEST_PREPARE, department),
            ThinRoute("POST", f"{base}/claims", self.claim, CLAIM, department, write=True),
            ThinRoute("POST", f"{base}/claims:prepare", self.prepare_claim, CLAIM_PREPARE, department),
            ThinRoute("GET", f"{base}/reasks", self.page, LIST, readers),
            ThinRoute("GET", f"{base}/reasks/rates", self.rates, RATES, readers),
        ]


def counted(store: Store, department: str | None) -> tuple[int, list[Rate]]:
    """The log's size and the rates of one department, or of all (None)."""
    size = store.head().size
    found = rates(receipts_by_place(store), requests_by_place(store), all_reasks(store))
    return size, [one for one in found if department in (None, one.place.department)]


def _channel(fields: Fields, case: CaseRow) -> str:
    return fields.choice("channel", CHANNELS) if fields.has("channel") else case.channel


def _shown(one: ReaskRow, language: Language) -> dict[str, object]:
    said = _NEXT["zh" if language == "zh" else "en"][
        2 if one.source == CLAIM_SOURCE else one.finding == OUTSIDE_LIST
    ]
    return {"id": one.id.hex(), "index": one.index, "finding": one.finding, "next": said}


def _row(one: ReaskRow) -> dict[str, Any]:
    return {
        "id": one.id.hex(),
        "index": one.index,
        "department": one.department,
        "case": one.case_no,
        "item": one.item,
        "channel": one.channel,
        "source": one.source,
        "finding": one.finding,
        "requirement": one.requirement,
        "type": one.type,
        "asked": one.asked.hex(),
        "acceptance": one.acceptance.hex() if one.acceptance is not None else None,
        "from_below": one.from_below,
        "time": one.time,
    }


def rate_row(one: Rate) -> dict[str, Any]:
    """A rate in JSON."""
    row = asdict(one)
    place = row.pop("place")
    return {"department": place[0], "item": place[1], "channel": place[2], **row}
