# SPDX-License-Identifier: Apache-2.0
"""Request bodies: read under a limit and a time limit, then strict JSON, before anything is believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, Final, NoReturn

from api.problems import Problem
from ledger.canonical import Json, read_canonical, read_json
from ledger.errors import FormatError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

JSON_LIMIT: Final = 256 * 1024
"""Bytes of a JSON body, where a route does not say otherwise."""
JSON_SECONDS: Final = 8.0
"""Seconds in which a whole JSON body must have arrived (T47: slow senders are cut off within 10 s)."""
CHUNK_SECONDS: Final = 8.0
"""Seconds to wait for the next chunk of a streamed body."""
LEAST_RATE: Final = 4096
"""Bytes a second that a sender who keeps us waiting longer than that must bring on average."""
FORM_LIMIT: Final = 128 * 1024
"""Bytes that a page is sent, unless it is a file."""
FILE_LIMIT: Final = 64 << 20
"""Bytes of a file that a page is sent, in a body of its own."""
FILES: Final = ("application/pdf", "image/")
LIST_LIMIT: Final = 10 << 20
"""Bytes of a guide list that a page is sent, in a body of its own."""
LISTS: Final = (
    "text/csv",
    "application/json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.",
)
MAX_DEPTH: Final = 16

_CLOSE: Final = ((b"connection", b"close"),)


def declared_length(header: str | None) -> int | None:
    """Content-Length as an integer, None without the header."""
    if header is None:
        return None
    if not (header.isascii() and header.isdigit()) or len(header) > 15:
        raise Problem("body.length_invalid", headers=_CLOSE)
    return int(header)


async def read_body(
    receive: Receive, length: int | None, limit: int = JSON_LIMIT, seconds: float = JSON_SECONDS
) -> bytes:
    """The whole body; `body.too_large` before reading if announced so, else as soon as it is."""
    _check_announced(length, limit)
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            if not message.get("more_body", False):
                return _check_complete(_chunk(message), length, limit)
            parts = [_chunk(message)]
            total = len(parts[0])
            while message.get("more_body", False):
                if total > limit:
                    _too_large(limit)
                message = await receive()
                parts.append(_chunk(message))
                total += len(parts[-1])
    except TimeoutError:
        raise Problem("body.timeout", headers=_CLOSE) from None
    return _check_complete(b"".join(parts), length, limit)


async def stream_body(
    receive: Receive, length: int | None, limit: int, seconds: float = CHUNK_SECONDS
) -> AsyncIterator[bytes]:
    """The body in the chunks in which it arrives, never more than `limit` bytes in all."""
    _check_announced(length, limit)
    total, waited = 0, 0.0
    more = True
    clock = asyncio.get_running_loop().time
    while more:
        began = clock()
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            raise Problem("body.timeout", headers=_CLOSE) from None
        waited += clock() - began
        chunk = _chunk(message)
        more = bool(message.get("more_body", False))
        total += len(chunk)
        if total > limit:
            _too_large(limit)
        if more and waited > seconds and total < LEAST_RATE * waited:
            raise Problem("body.timeout", headers=_CLOSE)
        if chunk:
            yield chunk
    if length is not None and total != length:
        raise Problem("body.incomplete", headers=_CLOSE)


def limited(receive: Receive, content_type: str | None, length: int | None) -> Receive:
    """The same messages, of a body that stays within the limits of size and time of what a page is sent."""
    media = (content_type or "").strip().lower()
    limit = FILE_LIMIT if media.startswith(FILES) else LIST_LIMIT if media.startswith(LISTS) else FORM_LIMIT
    body = stream_body(receive, length, limit)
    ended = False

    async def next_message() -> MutableMapping[str, Any]:
        nonlocal ended
        if ended:
            return await receive()  # what comes after the body: that the client left
        chunk = await anext(body, None)
        ended = chunk is None
        return {"type": "http.request", "body": chunk or b"", "more_body": not ended}

    return next_message


def _check_announced(length: int | None, limit: int) -> None:
    if length is not None and length > limit:
        _too_large(limit)


def _check_complete(body: bytes, length: int | None, limit: int) -> bytes:
    if len(body) > limit:
        _too_large(limit)
    if length is not None and len(body) != length:
        raise Problem("body.incomplete", headers=_CLOSE)
    return body


def _too_large(limit: int) -> NoReturn:
    raise Problem("body.too_large", headers=_CLOSE, limit=limit)


def _chunk(message: MutableMapping[str, Any]) -> bytes:
    if message["type"] != "http.request":
        raise Problem("body.incomplete", headers=_CLOSE)
    chunk: bytes = message.get("body", b"")
    return chunk


def check_json_type(content_type: str | None, content_encoding: str | None) -> None:
    """`media.unsupported` unless the body is announced as plain UTF-8 application/json."""
    if content_encoding not in {None, "identity"}:
        raise Problem("media.unsupported", "a content encoding is not taken")
    if content_type == "application/json":
        return
    media, _, parameter = (content_type or "").partition(";")
    charset = parameter.strip().lower().replace('"', "")
    if media.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Problem("media.unsupported")


def parse_json(body: bytes, *, limit: int = JSON_LIMIT, canonical: bool = False) -> Json:
    """Strict JSON (I-JSON, depth ≤ 16); `canonical` also demands JCS bytes, for signed submissions."""
    try:
        if canonical:
            return read_canonical(body, max_bytes=limit, max_depth=MAX_DEPTH)
        return read_json(body, max_bytes=limit, max_depth=MAX_DEPTH)
    except FormatError:
        raise Problem(_json_fault(body, limit)) from None


class _DuplicateError(Exception):
    """Two members of one object have one name."""


def _json_fault(body: bytes, limit: int) -> str:
    """Which of the causes made a refused body refused; runs only on the way out."""
    try:
        read_json(body, max_bytes=limit, max_depth=MAX_DEPTH)
    except FormatError:
        pass
    else:
        return "json.not_canonical"
    if _depth(body) > MAX_DEPTH:
        return "json.too_deep"
    try:
        json.loads(body.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except _DuplicateError:
        return "json.duplicate_key"
    except (ValueError, RecursionError):
        return "json.malformed"
    return "json.outside_profile"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateError
    return members


def _depth(body: bytes) -> int:
    """The deepest nesting of brackets outside strings; needs no valid JSON."""
    deepest = depth = 0
    inside = escaped = False
    for byte in body:
        if inside:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                inside = False
        elif byte == 0x22:
            inside = True
        elif byte in {0x5B, 0x7B}:
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                return deepest
        elif byte in {0x5D, 0x7D}:
            depth -= 1
    return deepest
