# SPDX-License-Identifier: Apache-2.0
"""Bodies: limits before reading, strict JSON before believing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.body import Receive, check_json_type, declared_length, parse_json, read_body, stream_body
from api.problems import Problem
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import MutableMapping


def arriving(*chunks: bytes, disconnects: bool = False) -> Receive:
    """An ASGI receive that gives these chunks, the last one marked as last unless the client goes away."""
    messages: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": disconnects or number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]
    if disconnects:
        messages.append({"type": "http.disconnect"})
    pending = iter(messages)

    async def receive() -> MutableMapping[str, Any]:
        return next(pending)

    return receive


def code_of(failing: Any) -> str:
    """The code of the problem that the coroutine raises."""
    with pytest.raises(Problem) as caught:
        asyncio.run(failing)
    return caught.value.code


def parse_code(body: bytes, *, canonical: bool = False) -> str:
    """The code with which a body is refused as JSON."""
    with pytest.raises(Problem) as caught:
        parse_json(body, canonical=canonical)
    return caught.value.code


def test_a_body_is_joined() -> None:
    """Chunks arrive as one body."""
    assert asyncio.run(read_body(arriving(b"ab", b"", b"c"), 3)) == b"abc"


def test_a_large_body_is_refused_before_it_is_read() -> None:
    """An announced length over the limit is refused without asking for a byte; chunked when it is over."""
    assert code_of(read_body(arriving(), 11, limit=10)) == "body.too_large"
    for chunks in ([b"x" * 4] * 3, [b"x" * 11]):
        endless = arriving(*chunks, disconnects=True)
        assert code_of(read_body(endless, None, limit=10)) == "body.too_large"
    assert code_of(read_body(arriving(b"x" * 11), None, limit=10)) == "body.too_large"


def test_a_body_must_be_complete() -> None:
    """A client that goes away, or sends another length than it said, is refused."""
    assert code_of(read_body(arriving(b"ab", disconnects=True), 4)) == "body.incomplete"
    assert code_of(read_body(arriving(b"ab"), 3)) == "body.incomplete"


def test_a_stream_keeps_its_limit() -> None:
    """A streamed body is given chunk by chunk and cut at the limit and at a wrong length."""

    async def collect(receive: Receive, length: int | None, limit: int) -> list[bytes]:
        return [chunk async for chunk in stream_body(receive, length, limit)]

    assert asyncio.run(collect(arriving(b"ab", b"", b"c"), 3, 3)) == [b"ab", b"c"]
    assert code_of(collect(arriving(b"ab", b"cd"), None, 3)) == "body.too_large"
    assert code_of(collect(arriving(b"ab"), 3, 9)) == "body.incomplete"
    assert code_of(collect(arriving(b"ab"), 10, 9)) == "body.too_large"


def test_a_slow_body_is_cut_off() -> None:
    """A sender that stops sending is refused when its time is over, whole bodies and streams alike (T47)."""

    async def never() -> MutableMapping[str, Any]:
        await asyncio.sleep(60)
        return {}

    async def collect() -> list[bytes]:
        return [chunk async for chunk in stream_body(never, 10, 10, seconds=0.01)]

    assert code_of(read_body(never, 10, seconds=0.01)) == "body.timeout"
    assert code_of(collect()) == "body.timeout"


@pytest.mark.parametrize("header", ["-1", "1.5", "0x10", "", " 1", "٣", "1" * 16])
def test_length_must_be_a_length(header: str) -> None:
    """Content-Length is decimal digits or refused."""
    with pytest.raises(Problem, match=r"body\.length_invalid"):
        declared_length(header)


def test_only_plain_json_is_taken() -> None:
    """application/json with UTF-8 and no content encoding, nothing else."""
    for good in ("application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'):
        check_json_type(good, None)
    for bad in (
        None,
        "",
        "text/plain",
        "application/json; charset=gbk",
        "application/jsonx",
        "application/json;a=b",
    ):
        with pytest.raises(Problem, match=r"media\.unsupported"):
            check_json_type(bad, None)
    with pytest.raises(Problem, match=r"media\.unsupported"):
        check_json_type("application/json", "gzip")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json.malformed"),
        (b"{", "json.malformed"),
        (b'{"a":1,}', "json.malformed"),
        (b"[NaN]", "json.malformed"),
        (b"[Infinity]", "json.malformed"),
        (b"\xef\xbb\xbf{}", "json.malformed"),
        (b'"\xff"', "json.malformed"),
        (b'{"a":1,"a":2}', "json.duplicate_key"),
        (b'{"b":{"a":1,"\\u0061":2}}', "json.duplicate_key"),
        (b"[1.5]", "json.outside_profile"),
        (b"[1e3]", "json.outside_profile"),
        (b"[9007199254740992]", "json.outside_profile"),
        (b'["\\ud800"]', "json.outside_profile"),
        ('{"名":1}'.encode(), "json.outside_profile"),
        (b"[" * 17 + b"]" * 17, "json.too_deep"),
        (b"[" * 100_000, "json.too_deep"),
        (b'{"a":' * 100_000, "json.too_deep"),
    ],
)
def test_bad_json_has_a_cause(body: bytes, code: str) -> None:
    """Each way of being no strict JSON has its own code, and none is a fault of the server."""
    assert parse_code(body) == code


def test_brackets_inside_strings_are_no_depth() -> None:
    """Depth counts brackets of the structure only."""
    assert parse_json(b'["' + b"[{" * 40 + b'\\"["]') == ["[{" * 40 + '"[']
    assert parse_code(b'["' + b"[" * 40 + b'",]') == "json.malformed"


def test_signed_bytes_must_be_canonical() -> None:
    """Canonical mode takes JCS bytes and calls the rest of valid JSON not canonical."""
    assert parse_json(b'{"a":1,"b":2}', canonical=True) == {"a": 1, "b": 2}
    assert parse_code(b'{"b":2,"a":1}', canonical=True) == "json.not_canonical"
    assert parse_code(b'{"a": 1}', canonical=True) == "json.not_canonical"
    assert parse_code(b'{"a":1,"a":1}', canonical=True) == "json.duplicate_key"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Arbitrary bytes give a value or a `json.*` problem, nothing else."""
    try:
        value = parse_json(body)
    except Problem as problem:
        assert problem.code.startswith("json.")  # noqa: PT017  # either outcome is right
    else:
        assert parse_json(dump(value), canonical=True) == value
