# SPDX-License-Identifier: Apache-2.0
"""Where an item is offered, and how its forms are filled in, as the guide's page shows both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from api.routes.availability import availability_of
from api.web.catalogue.shelf import chosen, code_in, place_of, today, versions
from api.web.frame import render
from attest.availability.rules import standing
from attest.catalogue.repository import document_of, latest_version, version_of
from attest.examples.document import parse_example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from api.core import Ledger
    from api.web.catalogue.words import GuideWords
    from attest.examples.model import Example


class GuidancePages:
    """The pages of filled examples of one ledger."""

    def __init__(self, ledger: Ledger, words: Callable[[Request], GuideWords]) -> None:
        """`words` are those that a request's page is said in."""
        self._ledger = ledger
        self._words = words

    async def example(self, request: Request) -> Response:
        """One filled example, to be read or printed."""
        return await run_in_threadpool(self._example, request)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue/examples/{code}", self.example, methods=["GET"])
        return router

    def _example(self, request: Request) -> Response:
        code = code_in(request)
        several = versions("example", code, self._ledger)
        version = chosen(several, request.query_params.get("version"))
        found = version_of("example", code, version.version, self._ledger.store)
        if found is None:
            raise Problem("not_found")
        return render(
            request,
            "catalogue-example.html",
            words=self._words(request),
            example=parse_example(document_of(found.digest, self._ledger.store)),
            version=version,
            versions=several,
            place=place_of(version, self._ledger),
        )


def places_now(code: str, ledger: Ledger) -> dict[str, Any] | None:
    """Where an item is offered today, with the hash of what says so; None where nothing is published."""
    found = availability_of(code, ledger)
    if found is None:
        return None
    read, published = found
    return {"places": standing(read, today()), "digest": published.digest.hex(), "read": read}


def examples_of(types: Iterable[str], ledger: Ledger) -> Mapping[str, Example]:
    """The newest filled example of each of these material types that has one."""
    found = {}
    for code in types:
        published = latest_version("example", code, ledger.store)
        if published is not None:
            found[code] = parse_example(document_of(published.digest, ledger.store))
    return found
