# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: `/api/` goes through a thin table of routes, everything else through FastAPI.

Both answer with the same problems, headers, log lines and counters. No middleware stands in the way of
the thin routes: finding, authenticating and answering is one function (DESIGN 2 and 5).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from api.auth import KeyDirectory, Principal, authenticate
from api.body import declared_length, limited
from api.identity.guard import route_code
from api.ids import request_ids
from api.overreach import record_overreach
from api.pages import build_pages
from api.problems import Header, Problem, language_of, problem_headers, problem_of, render
from api.requests import ThinRequest, ThinResponse, check_headers, header_of
from api.thin import Found, RouteTable, ThinRoute

if TYPE_CHECKING:
    from fastapi import APIRouter

    from api.body import Receive
    from api.logging_setup import RequestLog
    from api.metrics import Metrics
    from api.routes.health import Health
    from ledger.store import Store

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Lifespan = Callable[[], AbstractAsyncContextManager[None]]

UNMATCHED: Final = "unmatched"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BASE_HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
"""On every answer, unless a page brings its own policy."""
NO_STORE: Final[Header] = (b"cache-control", b"no-store")
CLOSE: Final[Header] = (b"connection", b"close")


class Wiring(Protocol):
    """What the application is made of; the composition root builds it."""

    @property
    def store(self) -> Store:
        """The log, for tiles and checkpoints."""

    @property
    def keys(self) -> KeyDirectory:
        """API keys."""

    @property
    def routes(self) -> Sequence[ThinRoute]:
        """All routes of `/api/v1`."""

    @property
    def pages(self) -> Sequence[APIRouter]:
        """Further FastAPI routers, such as web pages."""

    @property
    def metrics(self) -> Metrics:
        """Where requests are counted."""

    @property
    def request_log(self) -> RequestLog:
        """Where request lines go."""

    def health(self) -> Health:
        """The state of log and writer now; may read the database."""


def create_app(wiring: Wiring, lifespan: Lifespan | None = None) -> App:
    """The application over its parts; `lifespan` is entered at start-up and left at shutdown."""
    return App(wiring, lifespan or _no_lifespan)


@asynccontextmanager
async def _no_lifespan() -> AsyncIterator[None]:
    yield


class App:
    """An ASGI 3 application."""

    def __init__(self, wiring: Wiring, lifespan: Lifespan) -> None:
        self.table: Final = RouteTable(wiring.routes)
        self.pages: Final = build_pages(
            wiring.store, wiring.keys, wiring.health, wiring.metrics, wiring.pages, self.table.routes
        )
        self.pages.state.identity = getattr(wiring, "identity", None)  # tests have doors without accounts
        self.pages.state.ledger = wiring if hasattr(wiring, "catalogue") else None
        self._keys = wiring.keys
        self._log = wiring.request_log
        self._metrics = wiring.metrics
        self._lifespan = lifespan
        self._next_id = request_ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            if scope["path"].startswith("/api/"):
                await self._serve_thin(scope, receive, send)
            else:
                await self._serve_page(scope, receive, send)
        elif kind == "lifespan":
            await self._serve_lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    # Thin routes

    async def _serve_thin(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id = self._next_id()
        method: str = scope["method"]
        template = UNMATCHED
        request: ThinRequest | None = None
        principal: Principal | None = None
        try:
            check_headers(scope)
            found = self.table.find(scope["path"])
            template = found.template
            route = found.route(method)
            if route is None:
                response = _no_such_method(method, found)
            else:
                principal = self._principal_of(scope, route)
                if principal is not None and route.scopes:
                    principal.require(*route.scopes)
                request = ThinRequest(
                    scope,
                    receive,
                    request_id=request_id,
                    method=method,
                    route=template,
                    params=found.params,
                    principal=principal,
                )
                if route.write:
                    request.idempotency_key()
                response = await route.endpoint(request)
        except Exception as error:  # noqa: BLE001  # the one place where any fault becomes an answer
            problem = problem_of(error)
            place = route_code(template.removeprefix("/"))
            await record_overreach(problem, self.pages.state.identity, principal, place)
            response = self._refusal(error, problem, scope, request_id, template)
        unread = request.has_unread_body() if request is not None else _announces_body(scope)
        try:
            await self._send(send, response, request_id, head=method == "HEAD", close=unread)
        except Exception as error:
            self._log.failed(request_id, template, error)
            raise  # the server cuts the connection: the answer was begun and cannot be taken back
        finally:
            seconds = time.perf_counter() - started
            department = principal.department if principal is not None else None
            self._note(request_id, method, template, response.status, seconds, department)

    def _principal_of(self, scope: Scope, route: ThinRoute) -> Principal | None:
        header = header_of(scope, b"authorization")
        if header is None and route.public:
            return None
        return authenticate(header, self._keys, time.time())

    def _refusal(
        self, error: Exception, problem: Problem, scope: Scope, request_id: str, template: str
    ) -> ThinResponse:
        if problem.status == 500 and problem is not error:
            self._log.failed(request_id, template, error)
        language = language_of(header_of(scope, b"accept-language"))
        return ThinResponse(
            problem.status,
            render(problem, request_id, language),
            media=None,
            headers=problem_headers(problem, language),
        )

    @staticmethod
    async def _send(send: Send, response: ThinResponse, request_id: str, *, head: bool, close: bool) -> None:
        headers: list[Header] = [
            (b"x-request-id", request_id.encode("ascii")),
            *BASE_HEADERS,
            *response.headers,
        ]
        if response.media is not None:
            headers.append((b"content-type", response.media))
        if not any(name == b"cache-control" for name, _ in response.headers):
            headers.append(NO_STORE)
        if close and CLOSE not in response.headers:
            headers.append(CLOSE)
        if response.stream is None and response.status != 204:
            headers.append((b"content-length", str(len(response.body)).encode("ascii")))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        if response.stream is not None and not head:
            async for chunk in response.stream:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.body", "body": b"" if head else response.body})

    def _note(
        self, request_id: str, method: str, template: str, status: int, seconds: float, department: str | None
    ) -> None:
        label = method if method in METHODS else "OTHER"
        self._metrics.request(label, template, status, seconds)
        self._log.answered(request_id, label, template, status, seconds, department)

    # FastAPI

    async def _serve_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id = self._next_id()
        method: str = scope["method"]
        scope = {**scope, "once.request_id": request_id, "once.method": method}
        if method == "HEAD":
            scope["method"] = "GET"
        status = 0

        async def send_on(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _completed(message.get("headers", ()), request_id)}
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            check_headers(scope)
            if _announces_body(scope):
                length = declared_length(header_of(scope, b"content-length"))
                receive = limited(receive, header_of(scope, b"content-type"), length)
            await self.pages(scope, receive, send_on)
        except Exception as error:  # noqa: BLE001  # the one place where any fault becomes an answer
            if not isinstance(error, Problem):
                self._log.failed(request_id, _template_of(scope), error)
            if status == 0:
                response = self._refusal(error, problem_of(error), scope, request_id, _template_of(scope))
                status = response.status
                await self._send(send, response, request_id, head=method == "HEAD", close=True)
        if "once.fault" in scope:
            self._log.failed(request_id, _template_of(scope), scope["once.fault"])
        seconds = time.perf_counter() - started
        self._note(request_id, method, _template_of(scope), status, seconds, scope.get("once.department"))

    async def _serve_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._lifespan():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": type(error).__qualname__})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _no_such_method(method: str, found: Found) -> ThinResponse:
    """OPTIONS says what there is; any other method that is not there is refused with the same list."""
    allow = (b"allow", found.allow())
    if method == "OPTIONS":
        return ThinResponse(204, media=None, headers=(allow,))
    raise Problem("method_not_allowed", headers=(allow,))


def _announces_body(scope: Scope) -> bool:
    length = header_of(scope, b"content-length")
    return length not in {None, "0"} or header_of(scope, b"transfer-encoding") is not None


def _completed(headers: Sequence[Header], request_id: str) -> list[Header]:
    """A page's headers with ours added where it has none of its own."""
    present = {name.lower() for name, _ in headers}
    added = [header for header in (*BASE_HEADERS, NO_STORE) if header[0] not in present]
    return [*headers, (b"x-request-id", request_id.encode("ascii")), *added]


def _template_of(scope: Scope) -> str:
    """The template of the FastAPI route that answered."""
    template: str = getattr(scope.get("route"), "path", UNMATCHED)
    return template
