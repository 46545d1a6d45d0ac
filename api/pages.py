# SPDX-License-Identifier: Apache-2.0
"""The FastAPI half of the application: log tiles, health, metrics, the OpenAPI document, later pages."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.identity.guard import admit, note_refusal, present
from api.identity.lapsed import lapsed_form
from api.problems import Problem, language_of, problem_headers, problem_of, render
from api.routes.health import Health, health_router
from api.routes.log import log_router
from api.schemas.openapi import complete_document
from api.web.assets import ASSETS
from api.web.places import opening_path
from api.web.preferences import preferences_router
from api.web.queries import each_once
from api.web.refusals import refusal_page, wants_page
from api.web.start import start_page
from attest.errors import AttestError
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.auth import KeyDirectory
    from api.identity.lapsed import Lapsed
    from api.metrics import Metrics
    from api.thin import ThinRoute
    from ledger.store import Store


def build_pages(
    store: Store,
    keys: KeyDirectory,
    health: Callable[[], Health],
    metrics: Metrics,
    routers: Sequence[APIRouter],
    routes: Sequence[ThinRoute],
) -> FastAPI:
    """The FastAPI application; its document also holds the thin `routes`."""
    app = FastAPI(
        title="Once Ledger",
        version=version("once-ledger"),
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(admit), Depends(each_once)],
    )
    for error in (Problem, LedgerError, AttestError):
        app.add_exception_handler(error, _answer)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(Exception, _answer_fault)
    frame = (ASSETS.router(), preferences_router())
    for router in (log_router(store, keys), health_router(health, metrics), *frame, *routers):
        app.include_router(router)
    app.add_api_route("/", _front, include_in_schema=False)
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            base = get_openapi(
                title=app.title,
                version=app.version,
                description="A document accepted once is accepted everywhere. 一次核验，处处认可。",
                routes=app.routes,
            )
            document.update(complete_document(base, routes))
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
    return app


async def _front(request: Request) -> Response:
    """Where things are, for whoever opens the bare address."""
    if wants_page(request):
        return start_page(request)
    return Response(
        "Once Ledger\n\n/openapi.json    the API\n/health/ready    state\n/log/checkpoint  the log's head\n",
        media_type="text/plain; charset=utf-8",
    )


async def _answer(request: Request, error: Exception) -> Response:
    """Any refusal as a problem; what was not theirs to try is recorded, of those who are signed in."""
    problem = problem_of(error)
    await note_refusal(request, problem)
    if problem.status == 500 and problem is not error:
        request.scope["once.fault"] = error  # the application writes the log line
    return _told(request, problem, await lapsed_form(request, problem) if wants_page(request) else None)


async def _answer_fault(request: Request, error: Exception) -> Response:
    """What nobody expected; the application, to which it goes on, writes the log line."""
    return _told(request, problem_of(error))


def _told(request: Request, problem: Problem, lapsed: Lapsed | None = None) -> Response:
    """To a browser a page, to a program a problem document."""
    if wants_page(request):
        return refusal_page(request, problem, lapsed=lapsed)
    language = language_of(request.headers.get("accept-language"))
    response = Response(
        render(problem, str(request.scope.get("once.request_id", "")), language),
        problem.status,
        media_type=None,
    )
    response.raw_headers.extend(problem_headers(problem, language))
    return response


async def _answer_http(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: no such page, no such method.

    The address of a form, opened by a person, leads to the page that the form is on, which guards itself.
    """
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = tuple(
        (name.lower().encode("ascii"), value.encode("latin-1"))
        for name, value in ((error.headers if isinstance(error, HTTPException) else None) or {}).items()
    )
    if status == 405 and request.method == "OPTIONS":
        return Response(status_code=204, headers={name.decode(): value.decode() for name, value in headers})
    if wants_page(request):
        if status == 405 and request.method == "GET":
            return RedirectResponse(opening_path(request), 303)
        await present(request)  # no route, so no guard, has asked yet: the masthead says who is signed in
    codes = {404: "not_found", 405: "method_not_allowed", 413: "body.too_large", 500: "internal.error"}
    return await _answer(
        request, Problem(codes.get(status, "request.refused"), status=status, headers=headers)
    )


async def _answer_validation(request: Request, _error: Exception) -> Response:
    """A parameter FastAPI could not read; what was sent is not repeated."""
    return await _answer(request, Problem("query.invalid"))
