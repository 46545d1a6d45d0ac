# SPDX-License-Identifier: Apache-2.0
"""A guide's requirements in a situation as a query to a wallet (DCQL)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.requests import ThinResponse, bad_query, query_number
from api.routes.wallet_docs import QUERY
from api.thin import ThinRoute
from attest.catalogue.dcql import compile_requirements, format_compiled
from attest.catalogue.situations import SituationError, concerned, requirements_for
from attest.days import day_of
from attest.fields import CODE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Published
    from ledger.canonical import Json

_MOST_VERSION = 9_999_999


class WalletRoutes:
    """`GET catalogue/items/{item}/dcql`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def query(self, request: ThinRequest) -> ThinResponse:
        """The query of a guide for the answers given. It looks at nobody and records nothing."""
        given = request.query("answers", "version")
        answers = answers_in(given.get("answers", ""))
        version = query_number(given.get("version"), 1, _MOST_VERSION, 0, "version")
        code = request.params["item"]
        return ThinResponse.of(await run_in_threadpool(self._compiled, code, version, answers))

    def _compiled(self, code: str, version: int, answers: Mapping[str, str]) -> dict[str, Json]:
        item, published = self._guide(code, version)
        try:
            applying = requirements_for(item, answers)
        except SituationError as error:
            detail = "the answers do not fit the guide's questions"
            raise CommandRejected(error.code, detail, **concerned(item, error)) from error
        made: dict[str, Json] = {"dcql_query": None, "terms": {}, "requirements": []}
        if applying:
            made = format_compiled(compile_requirements(applying))
        return {"item": code, "version": item.version, "guide": published.digest.hex(), **made}

    def _guide(self, code: str, version: int) -> tuple[ServiceItem, Published]:
        """The version that is asked for; without one that in force today, else the newest."""
        known, store = self._ledger.catalogue, self._ledger.store
        if version:
            return known.item(code, version, store)
        return known.guide_on(code, day_of(int(time.time())), store)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [ThinRoute("GET", "/api/v1/catalogue/items/{item}/dcql", self.query, QUERY, public=True)]


def answers_in(text: str) -> dict[str, str]:
    """`question:option,question:option` as answers, each question once (`query.invalid`)."""
    answers: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        question, colon, option = pair.partition(":")
        sound = colon and CODE.match(question) and CODE.match(option)
        if not sound or question in answers:
            raise bad_query("`question:option`, each question once, with commas between", "answers")
        answers[question] = option
    return answers
