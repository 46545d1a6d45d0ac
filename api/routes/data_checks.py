# SPDX-License-Identifier: Apache-2.0
"""Data check requests (校核): what holders dispute, for the departments that have to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import AUDITOR, DEPARTMENT
from api.keyset import after_of, limit_of, page_of
from api.oversight import is_auditor
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.data_check_docs import ANSWER, ANSWER_PREPARE, LIST, READ
from api.schemas.data_checks import MOST
from api.thin import ThinRoute
from attest.data_check_requests.commands import AnswerDataCheck
from attest.data_check_requests.model import (
    DECLINED,
    NOT_UPHELD,
    OUTCOMES,
    UPHELD,
    USE_DECLINED,
    DataCheckAnswer,
)
from attest.data_check_requests.repository import request_by_id, requests_to, words_of
from attest.data_check_requests.rules import STATES, state_of
from attest.days import day_of
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id, retraction_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from datetime import date

    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.data_check_requests.model import RequestRow
    from attest.fields import Fields
    from attest.materials.model import AcceptanceRow

PAGE: Final = 50
_ROUTE: Final = "data_check_requests.read"


class DataCheckRoutes:
    """`GET data-check-requests`, `…/{id}`, `POST …/{id}:answer`, `…:answer:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = AnswerDataCheck()

    async def page(self, request: ThinRequest) -> ThinResponse:
        """What the department has to answer, or did: codes and days alone."""
        query = request.query("state", "after", "limit")
        state = query.get("state")
        if state is not None and state not in STATES:
            raise Problem("query.invalid", f"one of {', '.join(STATES)}", parameter="state")
        after, limit = after_of(query), limit_of(query, PAGE, MOST)
        department, today = request.department, day_of(int(time.time()))
        found = await run_in_threadpool(self._found, department, state, after, limit + 1, today)
        more = found[limit - 1][0].index if len(found) > limit else None
        rows = [_shown(*one, today) for one in found[:limit]]
        return page_of(request, {"requests": rows}, more)

    def _found(
        self, department: str, state: str | None, after: int, most: int, today: date
    ) -> list[tuple[RequestRow, AcceptanceRow]]:
        found: list[tuple[RequestRow, AcceptanceRow]] = []
        while len(found) < most and (some := requests_to(department, after, MOST, self._ledger.store)):
            after = some[-1].index
            for one in some:
                row = acceptance_by_id(one.acceptance, self._ledger.store)
                if row is not None and state in (None, state_of(one, today)):
                    found.append((one, row))
        return found[:most]

    async def read(self, request: ThinRequest) -> ThinResponse:
        """One request with what the holder wrote; the look is an entry."""
        ledger = self._ledger
        purpose = await ledger.oversight.purpose(request, _ROUTE, None)
        found = self._own(request, None if is_auditor(request.principal) else request.department)
        if found is None:
            await ledger.oversight.refuse(request, _ROUTE, "data_check.unknown", None, purpose)
        one, row = found
        read_at = await ledger.oversight.read(request, _ROUTE, one.case_no, purpose, 1)
        shown = _shown(one, row, day_of(int(time.time())))
        if one.answer is not None:
            shown["answer"]["text"] = words_of(
                one.answer.index, self._ledger.store, self._ledger.context.sealer
            )
        return ThinResponse.of(
            {
                **shown,
                "text": words_of(one.index, self._ledger.store, self._ledger.context.sealer),
                "read_at": read_at,
            }
        )

    def _own(self, request: ThinRequest, department: str | None) -> tuple[RequestRow, AcceptanceRow] | None:
        """The request in the address, if the department (None: any) has to answer it."""
        store = self._ledger.store
        one = request_by_id(bytes.fromhex(request.params["id"]), store)
        row = acceptance_by_id(one.acceptance, store) if one is not None else None
        if one is None or row is None or department not in (None, one.by, one.authority):
            return None
        return one, row

    def _asked(self, fields: Fields, request: ThinRequest) -> Asked[DataCheckAnswer]:
        found = self._own(request, request.department)
        if found is None:
            raise CommandRejected("data_check.unknown")
        one, _ = found
        outcome = fields.choice("outcome", OUTCOMES)
        declined = USE_DECLINED if one.reliance is not None else DECLINED
        reason = fields.choice("reason", declined) if outcome == NOT_UPHELD else None
        text = fields.optional_text("text", 500)
        fields.done()
        return Asked(answer_to(one, outcome, reason, text, self._ledger))

    async def answer(self, request: ThinRequest) -> ThinResponse:
        """Answer as the department that accepted, or as the authority."""
        wanted = bytes.fromhex(request.params["id"])

        def admits(answer: DataCheckAnswer) -> None:
            if answer.request.id != wanted:
                raise Problem("statement.mismatch")

        acting = self._ledger.acting
        outcome = await acting.submit(
            request, self._act, request.department, lambda fields: self._asked(fields, request), admits
        )
        answer = self._act.parse(acting.record_of(outcome))
        return acting.created(outcome, request=wanted.hex(), said=answer.outcome)

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to answer."""
        return await self._ledger.acting.prepare(
            request, self._act, request.department, lambda fields: self._asked(fields, request)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        base = "/api/v1/data-check-requests"
        one = base + "/{id:hex32}"
        return [
            ThinRoute("GET", base, self.page, LIST, department),
            ThinRoute("GET", one, self.read, READ, frozenset({DEPARTMENT, AUDITOR})),
            ThinRoute("POST", f"{one}:answer", self.answer, ANSWER, department, write=True),
            ThinRoute("POST", f"{one}:answer:prepare", self.prepare, ANSWER_PREPARE, department),
        ]


def answer_to(
    one: RequestRow, outcome: str, reason: str | None, text: str | None, ledger: Ledger
) -> DataCheckAnswer:
    """The record of an answer; CommandRejected where a material's dispute is upheld before its deed."""
    retraction = None
    if outcome == UPHELD and one.reliance is None:
        retraction = retraction_of(one.acceptance, ledger.store)
        if retraction is None:
            raise CommandRejected("data_check.not_retracted")
    random = ledger.context.random
    cited = Citation(one.id, one.index, one.leaf, random(32))
    return DataCheckAnswer(cited, one.case_no, random(32), outcome, reason, text, retraction)


def _shown(one: RequestRow, row: AcceptanceRow, today: date) -> dict[str, Any]:
    answer = one.answer
    return {
        "id": one.id.hex(),
        "index": one.index,
        "acceptance": {"id": row.id.hex(), "index": row.index},
        "reliance": one.reliance.hex() if one.reliance is not None else None,
        "case": one.case_no,
        "type": row.type,
        "reason": one.reason,
        "made": one.time,
        "due": one.due.isoformat(),
        "state": state_of(one, today),
        "answer": None
        if answer is None
        else {
            "index": answer.index,
            "by": answer.department,
            "outcome": answer.outcome,
            "reason": answer.reason,
            "time": answer.time,
        },
    }
