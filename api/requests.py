# SPDX-License-Identifier: Apache-2.0
"""What an endpoint of the API gets and gives: a request read on demand, a response of plain bytes."""

from __future__ import annotations

import asyncio
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.concurrency import run_in_threadpool

from api.body import (
    JSON_LIMIT,
    Receive,
    check_json_type,
    declared_length,
    parse_json,
    read_body,
    stream_body,
)
from api.problems import Header, Language, Problem, language_of
from attest.fields import Fields
from ledger.commands import RequestKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, MutableMapping

    from api.auth import Principal
    from ledger.canonical import Json

JSON: Final = b"application/json"
ONCE_ONLY: Final = frozenset(
    {b"authorization", b"content-type", b"content-encoding", b"content-length", b"host", b"origin"}
)
"""Headers that two readers would understand differently if they stood twice."""
_PARAMETER: Final = re.compile(r"[a-z][a-z_]{0,31}(?:\.[a-z][a-z_]{0,31})?")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")


def request_key(principal: str, method: str, route: str, path: str, key: str, body: bytes) -> RequestKey:
    """The writer's key: SHA-256(principal|route|key)[:16] and SHA-256(method|path|body), zero bytes between.

    `principal` is the sender, an API key's id from before its rotations, `route` the template, `body` the
    bytes (or digest) of what was sent.
    """
    scope = f"{principal}\x00{route}\x00{key}".encode()
    said = f"{method}\0{path}\0".encode() + body
    return RequestKey(sha256(scope).digest()[:16], sha256(said).digest())


def bad_query(detail: str, name: str, **facts: object) -> Problem:
    """`query.invalid` with the parameter named, if it is like one of ours: other text may be personal."""
    if _PARAMETER.fullmatch(name):
        facts["parameter"] = name
    problem = Problem("query.invalid", detail)
    problem.facts = facts
    return problem


def query_number(text: str | None, least: int, most: int, default: int, name: str = "") -> int:
    """A whole number of a query from `least` to `most`, or the default; else `query.invalid`, naming it."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise bad_query(f"a whole number from {least} to {most}", name)
    return int(text)


MOST_OF_NOTHING: Final = 1024
"""Bytes of a body that has nothing to say."""


class ThinRequest:
    """One request: headers, path parameters and principal at once, the body when it is asked for."""

    __slots__ = ("_consumed", "_principal", "_receive", "id", "method", "params", "path", "route", "scope")

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Receive,
        *,
        request_id: str,
        method: str,
        route: str,
        params: dict[str, str],
        principal: Principal | None,
    ) -> None:
        self.scope = scope
        self._receive = receive
        self.id = request_id
        self.method = method
        self.path: str = scope["path"]
        self.route = route
        self.params = params
        self._principal = principal
        self._consumed = False

    @property
    def principal(self) -> Principal:
        """Who is asking; `auth.missing` on a public route without a key."""
        if self._principal is None:
            raise Problem("auth.missing")
        return self._principal

    @property
    def department(self) -> str:
        """The department the key acts for, else `auth.forbidden`."""
        return self.principal.acting_department()

    @property
    def language(self) -> Language:
        """The language of texts in the answer."""
        return language_of(self.header(b"accept-language"))

    def header(self, name: bytes) -> str | None:
        """The first header of that lower-case name, as Latin-1 text."""
        return header_of(self.scope, name)

    def query(self, *allowed: str) -> dict[str, str]:
        """The query parameters; one that is not allowed, or stands twice, is `query.invalid`."""
        raw: bytes = self.scope.get("query_string", b"")
        if not raw:
            return {}
        try:
            pairs = parse_qsl(
                raw.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=True,
                max_num_fields=32,
                errors="strict",
            )
        except (ValueError, UnicodeError):
            raise Problem("query.invalid", "not a query", allowed=sorted(allowed)) from None
        found: dict[str, str] = {}
        for name, value in pairs:
            if name in found:
                raise bad_query("a parameter stands twice", name, allowed=sorted(allowed))
            if name not in allowed:
                raise bad_query("no such parameter", name, allowed=sorted(allowed))
            found[name] = value
        return found

    async def body(self, limit: int = JSON_LIMIT) -> bytes:
        """The whole body of any type; once only."""
        self._begin()
        return await read_body(self._receive, declared_length(self.header(b"content-length")), limit)

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        """The body in chunks, for files; once only."""
        self._begin()
        return stream_body(self._receive, declared_length(self.header(b"content-length")), limit)

    async def json_body(self, limit: int = JSON_LIMIT) -> bytes:
        """The bytes of a body announced as JSON, not parsed yet."""
        check_json_type(self.header(b"content-type"), self.header(b"content-encoding"))
        return await self.body(limit)

    async def json(self, limit: int = JSON_LIMIT, *, canonical: bool = False) -> tuple[Json, bytes]:
        """The parsed body and its bytes (for `request_key`)."""
        raw = await self.json_body(limit)
        return parse_json(raw, limit=limit, canonical=canonical), raw

    async def large_json(self, limit: int) -> Json:
        """The parsed body of a route that takes much: read in a thread, so that other requests go on."""
        raw = await self.json_body(limit)
        return await run_in_threadpool(parse_json, raw, limit=limit)

    async def no_body(self) -> bytes:
        """Of a request that says all in its address: nothing, or an empty JSON object, which means the same.

        The bytes are for `request_key`; any member is `field.unknown`.
        """
        raw = await self.body(MOST_OF_NOTHING)
        if raw.strip():
            check_json_type(self.header(b"content-type"), self.header(b"content-encoding"))
            Fields(parse_json(raw, limit=MOST_OF_NOTHING)).done()
        return b""

    async def fields(self, limit: int = JSON_LIMIT) -> tuple[Fields, bytes]:
        """The body as a reader of one JSON object, and its bytes (for `request_key`)."""
        value, raw = await self.json(limit)
        return Fields(value), raw

    def idempotency_key(self) -> str:
        """The Idempotency-Key; `idempotency.missing` without one, `.malformed` if twice or not visible."""
        found = [value for name, value in self.scope["headers"] if name == b"idempotency-key"]
        if not found:
            raise Problem("idempotency.missing")
        key: str = found[0].decode("latin-1")
        if len(found) > 1 or _KEY.fullmatch(key) is None:
            raise Problem("idempotency.malformed")
        return key

    def request_key(self, body: bytes) -> RequestKey:
        """Inputs of the writer's request key for a write with this body (or this digest of a file)."""
        return request_key(
            self.principal.sender, self.method, self.route, self.path, self.idempotency_key(), body
        )

    async def disconnected(self) -> None:
        """Return when the client has gone; for streams, whose request has no body to read."""
        self._consumed = True
        kind = ""
        while kind != "http.disconnect":
            kind = (await self._receive())["type"]
            await asyncio.sleep(0)  # a server that says the same again must not hold the loop

    def has_unread_body(self) -> bool:
        """Whether a body was announced and nobody read it: the connection is then of no further use."""
        if self._consumed:
            return False
        length = self.header(b"content-length")
        return length not in {None, "0"} or self.header(b"transfer-encoding") is not None

    def _begin(self) -> None:
        if self._consumed:
            raise RuntimeError("a request body is read once")
        self._consumed = True


def check_headers(scope: MutableMapping[str, Any]) -> None:
    """`header.repeated` where a header stands twice of which there is one (`ONCE_ONLY`)."""
    once = [name for name, _ in scope["headers"] if name in ONCE_ONLY]
    if len(once) != len(set(once)):
        raise Problem("header.repeated")


def header_of(scope: MutableMapping[str, Any], name: bytes) -> str | None:
    """The first header of that lower-case name in an ASGI scope, as Latin-1 text."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


class ThinResponse:
    """Status, headers, and a body of bytes or a stream of chunks."""

    __slots__ = ("body", "headers", "media", "status", "stream")

    def __init__(
        self,
        status: int = 200,
        body: bytes = b"",
        *,
        media: bytes | None = JSON,
        headers: Iterable[Header] = (),
        stream: AsyncIterator[bytes] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.media = media
        self.headers = tuple(headers)
        self.stream = stream

    @classmethod
    def of(cls, value: object, status: int = 200, headers: Iterable[Header] = ()) -> ThinResponse:
        """A JSON answer; bytes must have become hex or base64 before."""
        return cls(status, orjson.dumps(value), headers=headers)

    @classmethod
    def created(cls, value: object, location: str) -> ThinResponse:
        """201 with where the new object stands."""
        return cls(201, orjson.dumps(value), headers=((b"location", location.encode("ascii")),))
