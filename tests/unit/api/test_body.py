# SPDX-License-Identifier: Apache-2.0
"""Bodies: limits before reading, strict JSON before believing, fields by path."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.body import Receive, check_json_type, declared_length, parse_json, read_body, stream_body
from api.fields import Fields
from api.problems import Problem
from ledger.canonical import Json, dump

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


# Fields

SAMPLE: dict[str, Json] = {
    "case": "990100-2025-0001",
    "name": "张三　丰",
    "digest": "00ff" * 8,
    "count": 3,
    "on": True,
    "kind": "scan",
    "day": "2024-02-29",
    "tags": ["a", "b"],
    "parts": [{"role": "holder"}, {"role": "agent"}],
    "about": {"type": "premises"},
    "nothing": None,
}


def test_fields_reads_every_type() -> None:
    """Each reader gives the typed value, and `done` is content when all were read."""
    fields = Fields(dict(SAMPLE))
    assert fields.text("case", 50, re.compile(r"[0-9-]+")) == "990100-2025-0001"
    assert fields.text("name") == "张三　丰"
    assert fields.hex("digest", 16) == bytes.fromhex("00ff" * 8)
    assert fields.integer("count", 1, 3) == 3
    assert fields.boolean("on") is True
    assert fields.choice("kind", {"scan", "original"}) == "scan"
    assert fields.date("day") == dt.date(2024, 2, 29)
    assert fields.texts("tags", 2) == ["a", "b"]
    assert [part.choice("role", ("holder", "agent")) for part in fields.objects("parts", 8)] == [
        "holder",
        "agent",
    ]
    assert fields.object("about").raw("type") == "premises"
    assert fields.optional(fields.hex, "nothing", 32) is None
    assert fields.optional(fields.text, "absent", 5) is None
    fields.done()


def refusal(read: Any) -> tuple[str, object]:
    """Code and path with which a read is refused."""
    with pytest.raises(Problem) as caught:
        read(Fields(dict(SAMPLE)))
    return caught.value.code, caught.value.facts["path"]


@pytest.mark.parametrize(
    ("read", "code", "path"),
    [
        (lambda f: f.text("absent"), "field.missing", "$.absent"),
        (lambda f: f.text("count"), "field.invalid", "$.count"),
        (lambda f: f.text("case", 5), "field.invalid", "$.case"),
        (lambda f: f.text("case", 50, re.compile("[a-z]+")), "field.invalid", "$.case"),
        (lambda f: f.hex("digest", 32), "field.invalid", "$.digest"),
        (lambda f: f.hex("name", 2), "field.invalid", "$.name"),
        (lambda f: f.integer("on"), "field.invalid", "$.on"),
        (lambda f: f.integer("count", 4), "field.invalid", "$.count"),
        (lambda f: f.boolean("count"), "field.invalid", "$.count"),
        (lambda f: f.choice("kind", {"original"}), "field.invalid", "$.kind"),
        (lambda f: f.date("case"), "field.invalid", "$.case"),
        (lambda f: f.list("tags", 1), "field.invalid", "$.tags"),
        (lambda f: f.texts("parts", 8), "field.invalid", "$.parts[0]"),
        (lambda f: f.objects("tags", 8), "field.invalid", "$.tags[0]"),
        (lambda f: f.objects("parts", 8)[1].text("code"), "field.missing", "$.parts[1].code"),
        (lambda f: f.object("about").done(), "field.unknown", "$.about"),
        (lambda f: f.raw("case") and f.done(), "field.unknown", "$"),
        (lambda f: f.invalid("case", "is closed"), "field.invalid", "$.case"),
    ],
)
def test_a_wrong_field_is_named_by_path(read: Any, code: str, path: str) -> None:
    """A refused field has its code and its JSON path."""
    assert refusal(read) == (code, path)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\nb", "a\x7f", "\u202eabc", "a\u2028", "e\u0301", "\u2066x\u2069"]
)
def test_text_is_printable_and_normal(text: str) -> None:
    """Control characters, bidirectional overrides and text that is not NFC are refused."""
    with pytest.raises(Problem, match=r"field\.invalid"):
        Fields({"name": text}).text("name")


@pytest.mark.parametrize("day", ["2023-02-29", "20240229", "2024-2-9", "2024-W09-4", "２０２４-02-29"])
def test_dates_are_plain_calendar_dates(day: str) -> None:
    """Only YYYY-MM-DD of a day that exists is a date."""
    with pytest.raises(Problem, match=r"field\.invalid"):
        Fields({"day": day}).date("day")


def test_names_that_were_sent_are_not_repeated() -> None:
    """An unknown member is told by its place, since its name may be personal."""
    with pytest.raises(Problem) as caught:
        Fields({"张三": 1}).done()
    assert "张三" not in str(caught.value.facts)
    assert caught.value.facts["members"] == [0]


@pytest.mark.parametrize("value", [None, [], "x", 1, True])
def test_a_body_is_an_object(value: Json) -> None:
    """Anything but an object at the top is refused."""
    with pytest.raises(Problem, match=r"field\.invalid"):
        Fields(value)
