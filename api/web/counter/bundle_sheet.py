# SPDX-License-Identifier: Apache-2.0
"""`/counter/bundle`: what the whole bundle still asks of the people of a case, to read out and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.problems import Problem
from api.routes.bundles import look_at_bundle
from api.web.catalogue.browse import unanswered
from api.web.catalogue.guide import answers_in, asked_of, situation_of
from api.web.catalogue.words import GuideWords
from api.web.counter.looking import PURPOSE, names_of, own_case
from api.web.frame import language_for, render
from attest.bundles.application import known_answers, own_cases
from attest.bundles.asking import BundleQuestion
from attest.bundles.notice import Notice
from attest.bundles.repository import hashes_of
from attest.recognition.decision import opening_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.catalogue.guide import Asked
    from attest.bundles.asking import BundleAnswer
    from attest.bundles.model import Bundle
    from attest.cases.model import CaseRow


class BundleSheetPages:
    """The sheet of one ledger's bundles."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def show(self, request: Request) -> Response:
        """First what no case has answered yet; then, as a look-up with its entry, what is still to bring."""
        staff, query = await staff_in(request, CLERK), request.query_params
        case = await own_case(self._ledger, staff, query.get("case", ""))
        principal = staff.principal()
        department = principal.acting_department()
        types = self._ledger.catalogue.types(self._ledger.store)
        words = GuideWords(language_for(request), self._names(self._ledger.store), types)
        if case.bundle is None:
            raise Problem("bundle.not_of")
        bundle = self._ledger.catalogue.bundle(case.bundle.code, case.bundle.version, self._ledger.store)
        asked = await run_in_threadpool(self._asked, case, bundle, department, answers_in(query), words)
        missing = [(one.code, one.text) for one in asked if not one.answer]
        told: dict[str, Any] = {"notice": None, "faults": []}
        if missing:
            told["faults"] = unanswered(missing, words) if "asked" in query else []
        else:
            answers = {one.code: one.answer for one in asked}
            question = BundleQuestion(
                department, principal.key_id, case.case_no, PURPOSE, bundle.code, answers, bundle.version
            )
            answer = await look_at_bundle(self._ledger, principal, question)
            told |= await run_in_threadpool(self._told, case, bundle, answer, words)
        return render(
            request,
            "counter-bundle.html",
            case=case,
            bundle=bundle,
            words=words,
            asked=asked,
            staff=staff,
            **told,
        )

    def _asked(
        self, case: CaseRow, bundle: Bundle, department: str, given: Mapping[str, str], words: GuideWords
    ) -> list[Asked]:
        """The questions that no case of the application has answered."""
        own = own_cases(case, department, self._ledger.catalogue, self._ledger.store, self._ledger.context)
        known = known_answers(bundle, own)
        return [one for one in asked_of(bundle, given, words) if one.code not in known]

    def _told(self, case: CaseRow, bundle: Bundle, answer: BundleAnswer, words: GuideWords) -> dict[str, Any]:
        if answer.plan is None:
            raise Problem("internal.error")
        known, store, plan = self._ledger.catalogue, self._ledger.store, answer.plan
        types = known.types(store)
        notice = Notice(plan, types, words.names, hashes_of(plan, known, store)).document()
        opening = opening_of(case, known, store, self._ledger.context)
        names = names_of({holder for _, holder in opening.parties}, self._ledger)
        return {
            "answer": answer,
            "notice": notice,
            "people": [
                (words.role(role), names.get(holder, holder.hex()[:8])) for role, holder in opening.parties
            ],
            "situation": situation_of(asked_of(bundle, answer.answers, words)),
        }

    def router(self) -> APIRouter:
        """The one route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/bundle", self.show, methods=["GET"])
        return router
