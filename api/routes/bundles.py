# SPDX-License-Identifier: Apache-2.0
"""Bundles (一件事): the plan of one as a one-time notice, from the catalogue alone or for a case's people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.auth import CHECKER, DEPARTMENT
from api.department_names import DepartmentNames
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.bundle_docs import PLAN
from api.thin import ThinRoute
from attest.bundles.asking import ROUTE, BundleQuestion, PlanBundle
from attest.bundles.notice import Notice
from attest.bundles.repository import bundle_of, hashes_of, plan_on
from attest.catalogue.reading import CatalogueError
from attest.catalogue.situations import SituationError, concerned
from attest.days import day_of
from attest.fields import Fields
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.auth import Principal
    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.bundles.asking import BundleAnswer
    from attest.bundles.plan import Plan
    from ledger.canonical import Json


class BundleRoutes:
    """`POST bundles/{bundle}:plan`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def plan(self, request: ThinRequest) -> ThinResponse:
        """The smallest set to bring: for anybody, or, as a look-up, for the people of a case."""
        fields = Fields((await request.json())[0])
        version = fields.integer("version", 1) if fields.has("version") else None
        answers = fields.words("answers") if fields.has("answers") else {}
        case, purpose = fields.optional_text("case", 50), fields.optional_text("purpose", 200)
        fields.done()
        code = request.params["bundle"]
        if case is None and purpose is None:
            return ThinResponse.of(await run_in_threadpool(self._notice, code, version, answers))
        question = BundleQuestion(
            request.department, request.principal.key_id, case, purpose, code, answers, version
        )
        answer = await look_at_bundle(self._ledger, request.principal, question)
        return ThinResponse.of(await run_in_threadpool(self._told, question, answer))

    def _notice(self, code: str, version: int | None, answers: Mapping[str, str]) -> dict[str, Json]:
        store, catalogue = self._ledger.store, self._ledger.catalogue
        bundle, _ = bundle_of(code, version, store)
        try:
            plan = plan_on(bundle, answers, catalogue, store, day_of(int(time.time())))
        except SituationError as error:
            detail = "the answers do not fit the bundle's questions"
            raise CommandRejected(error.code, detail, **concerned(bundle, error)) from error
        except CatalogueError as error:
            raise CommandRejected("bundle.changed", str(error), place=error.path) from error
        except SearchLimitError as error:
            raise CommandRejected(error.code, str(error)) from error
        return self._written(plan)

    def _written(self, plan: Plan) -> dict[str, Json]:
        store, catalogue = self._ledger.store, self._ledger.catalogue
        hashes = hashes_of(plan, catalogue, store)
        return Notice(plan, catalogue.types(store), self._names(store), hashes).document()

    def _told(self, question: BundleQuestion, answer: BundleAnswer) -> dict[str, Any]:
        """The notice with where the look-up stands, and which steps it looked at."""
        if answer.plan is None:
            raise Problem("internal.error")
        notice: dict[str, Any] = self._written(answer.plan)
        for step in notice["steps"]:
            step["looked"] = step["step"] in answer.looked
            if step["step"] in answer.cases:
                step["case"] = answer.cases[step["step"]]
        return {
            **notice,
            "as_of": answer.as_of,
            "index": answer.index,
            "case": question.case_no,
            "answers": dict(answer.answers),
        }

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/bundles/{bundle}:plan",
                self.plan,
                PLAN,
                scopes=frozenset({DEPARTMENT, CHECKER}),
            )
        ]


async def look_at_bundle(ledger: Ledger, principal: Principal, question: BundleQuestion) -> BundleAnswer:
    """The look-up of a bundle for a case's people, counted and recorded; a refusal as its Problem."""
    await ledger.identity.count_lookup(principal, ROUTE)
    await ledger.acting.open_key(SERVICE)
    command = PlanBundle(question, ledger.catalogue, ledger.context, ledger.store, ledger.oversight.meter)
    answer = await ledger.oversight.metered(command, principal, ROUTE, question.case_no, question.purpose)
    if answer.refused is not None:
        problem = Problem(answer.refused, index=answer.index)
        problem.facts.update(answer.facts)
        raise problem
    return answer
