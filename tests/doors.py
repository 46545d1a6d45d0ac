# SPDX-License-Identifier: Apache-2.0
"""A whole set of doors for tests: routes of each shape, keys in memory, log lines in a buffer, a real log."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from api.app import create_app
from api.auth import AUDITOR, DEPARTMENT, CachedKeys, KeyDirectory, StoredKey, mint_key
from api.logging_setup import RequestLog, line_writer
from api.metrics import Metrics
from api.problems import Problem
from api.requests import ThinRequest, ThinResponse
from api.thin import RouteDoc, ThinRoute
from ledger.errors import CommandRejected, FormatError, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fastapi import APIRouter

    from api.routes.health import Health
    from tests.builders import Log

ENTRIES = 300
"""Entries below the published checkpoint of the fixture `log`."""
DEPARTMENT_KEY, STORED_DEPARTMENT = mint_key("D990001", {DEPARTMENT})
AUDITOR_KEY, STORED_AUDITOR = mint_key("D990009", {AUDITOR})
DOC = RouteDoc("测试", "Test", "test", request={"name": "x"}, answers={200: ("what was sent", {"name": "x"})})


async def echo(request: ThinRequest) -> ThinResponse:
    """Give back the name that was sent."""
    fields, _ = await request.fields(limit=1000)
    name = fields.text("name", 50)
    fields.done()
    return ThinResponse.of({"name": name, "params": request.params, "department": request.department})


async def write(request: ThinRequest) -> ThinResponse:
    """Give back the key under which the writer would know this write."""
    raw = await request.json_body()
    return ThinResponse.created({"key": request.request_key(raw).key.hex()}, "/api/v1/things/1")


async def fail(request: ThinRequest) -> ThinResponse:
    """Raise what the path asks for."""
    errors: dict[str, Exception] = {
        "rejected": CommandRejected("acceptance.retracted", index=7),
        "readonly": ReadOnlyError("fork"),
        "format": FormatError("the key 'SECRETKEY' stands twice"),
        "bug": KeyError("SECRETBUG"),
        "foreign": Problem("not_found"),
    }
    raise errors[request.params["how"]]


async def show(request: ThinRequest) -> ThinResponse:
    """A public page of plain text."""
    return ThinResponse(
        body=request.language.encode(), media=b"text/plain", headers=((b"cache-control", b"max-age=1"),)
    )


async def stream(request: ThinRequest) -> ThinResponse:
    """Give the body back in the chunks in which it came."""
    return ThinResponse(stream=request.stream(100), media=b"application/octet-stream")


async def break_off(_: ThinRequest) -> ThinResponse:
    """Begin an answer and fail in the middle."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("SECRETBREAK")

    return ThinResponse(stream=chunks())


def the_routes() -> list[ThinRoute]:
    """Routes of each shape."""
    departments = frozenset({DEPARTMENT})
    return [
        ThinRoute("POST", "/api/v1/things", write, DOC, departments, write=True),
        ThinRoute("POST", "/api/v1/things:check", echo, DOC, departments),
        ThinRoute("POST", "/api/v1/things/{id:hex32}:retract", echo, DOC, departments),
        ThinRoute("GET", "/api/v1/cases/{no}/trace", show, DOC, public=True),
        ThinRoute("GET", "/api/v1/entries/{index:int}", show, DOC),
        ThinRoute("GET", "/api/v1/fail/{how}", fail, DOC),
        ThinRoute("GET", "/api/v1/broken", break_off, DOC),
        ThinRoute("PUT", "/api/v1/streams/{name}", stream, DOC),
    ]


@dataclass
class Parts:
    """What the application is made of here: a real log, keys in memory, log lines in a buffer."""

    log: Log
    keys: KeyDirectory
    state: Health
    routes: Sequence[ThinRoute] = field(default_factory=the_routes)
    pages: Sequence[APIRouter] = ()
    metrics: Metrics = field(default_factory=Metrics)
    lines: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        self.store = self.log.store
        self.request_log = RequestLog(line_writer(self.lines))

    def health(self) -> Health:
        return self.state

    def logged(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.lines.getvalue().splitlines()]


def the_keys() -> CachedKeys:
    """The two keys of these doors."""
    keys: dict[str, StoredKey] = {key.key_id: key for key in (STORED_DEPARTMENT, STORED_AUDITOR)}
    return CachedKeys(keys.get)


def ask(
    parts: Parts,
    method: str,
    path: str,
    *,
    key: str | None = DEPARTMENT_KEY,
    content: bytes | AsyncIterator[bytes] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """One request to a new application over the parts."""

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(parts))
        given = {"accept-language": "en", **({"authorization": f"Bearer {key}"} if key else {})}
        if isinstance(content, bytes):
            given["content-type"] = "application/json"
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, content=content, headers={**given, **(headers or {})})

    return asyncio.run(run())


def code_of(response: httpx.Response) -> str:
    """The problem's code, after a look at the form of the answer."""
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["instance"].endswith(response.headers["x-request-id"])
    assert document["title"]
    assert document["next"]
    code: str = document["code"]
    return code
