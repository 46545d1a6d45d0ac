# SPDX-License-Identifier: Apache-2.0
"""T47: bombs and slow clients meet a served ledger: each is refused or cut off, and others do not notice."""

from __future__ import annotations

import gc
import hashlib
import struct
import time
import zlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from api.body import JSON_LIMIT
from api.connections import HEAD_BYTES, HEAD_SECONDS, READ_SECONDS
from tests.homes import copy_of
from tests.papers import a_pdf
from tests.served import Others, Wire, memory, p99, prepared_home, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.homes import Serving

pytest_plugins = ["tests.home_parts"]

MIB = 1 << 20
GROWTH = 50 * MIB


class Target:
    """A served ledger and the key of a department."""

    def __init__(self, serving: Serving, key: str) -> None:
        self.serving, self.key = serving, key
        self.head = (
            f"Host: localhost\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: bomb\r\n"
            "Content-Type: application/json\r\n"
        ).encode()

    def sent(self, *parts: bytes) -> bytes:
        """Send this on a connection; all that comes back, within 10 s."""
        began = time.monotonic()
        with Wire(self.serving) as wire:
            wire.send(*parts)
            answer = wire.answer()
        assert time.monotonic() - began < 10
        return answer


@pytest.fixture(scope="module")
def target(founded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One for all tests: what one bomb leaves behind the next one meets."""
    home = copy_of(founded_home, tmp_path_factory.mktemp("bombs") / "home")
    key = prepared_home(home)
    with served(home) as serving:
        Others(serving).ask(20)
        yield Target(serving, key)
        assert "Traceback" not in serving.said()


def refused(answer: bytes) -> bool:
    """A 4xx in the first line, or nothing at all."""
    return not answer or answer.startswith(b"HTTP/1.1 4")


ROUTES = (b"POST /api/v1/holders", b"POST /api/v1/acceptances:batch", b"POST /counter", b"POST /health/live")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "length",
    [
        b"10000000000",
        b"-1",
        b"1e3",
        b"0x10",
        b"18446744073709551616",
        b"5\r\nContent-Length: 6",
        b"5\r\nTransfer-Encoding: chunked",
    ],
)
def test_lengths_that_lie_are_refused(target: Target, route: bytes, length: bytes) -> None:
    """10 GB declared, no number, two lengths, length and chunks: refused and closed, nothing swallowed."""
    head = route + b" HTTP/1.1\r\n" + target.head + b"Content-Length: " + length + b"\r\n\r\n"
    assert refused(target.sent(head, b"x" * 100_000))


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_without_end_is_cut(target: Target, route: bytes) -> None:
    """42 MB in chunks and no length: cut soon after the limit, at doors that take no body as well."""
    before = memory(target.serving)
    head = route + b" HTTP/1.1\r\n" + target.head + b"Transfer-Encoding: chunked\r\n\r\n"
    assert refused(target.sent(head, *[b"100000\r\n" + b"[" * MIB + b"\r\n"] * 42))
    assert memory(target.serving) - before < GROWTH


def test_deep_json_is_refused(target: Target) -> None:
    """Depth 100,000 within the size that is read: 400, and the server lives."""
    deep = b"[" * 100_000
    assert len(deep) < JSON_LIMIT
    head = b"POST /api/v1/holders HTTP/1.1\r\nConnection: close\r\n" + target.head
    answer = target.sent(head + b"Content-Length: %d\r\n\r\n" % len(deep) + deep)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"json.too_deep" in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * HEAD_BYTES + b"\r\n\r\n",
        b"GET /" + b"y" * HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX" + b"y" * (20 * MIB),
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * MIB,
        b"\r\n" * MIB,
        b"G" * MIB,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nX:\x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda head: repr(head[:24]),
)
def test_heads_that_are_too_much_are_refused(target: Target, head: bytes) -> None:
    """Many headers, a huge header, an endless one, no HTTP at all: 4xx or closed, and no memory is kept."""
    before = memory(target.serving)
    assert refused(target.sent(head))
    assert memory(target.serving) - before < GROWTH


@pytest.mark.parametrize("beside", [b"x: y\r\n" * 200_000, b"x: " + b"y" * MIB], ids=["many", "one"])
def test_what_stands_behind_a_body_is_bounded(target: Target, beside: bytes) -> None:
    """42 MB of trailer fields, or a field as long: the connection is cut, and no memory is kept."""
    before = memory(target.serving)
    head = b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    with Wire(target.serving) as wire:
        wire.send(head, *[beside] * (42 * MIB // len(beside)))
        assert memory(target.serving) - before < GROWTH
        assert refused(wire.answer())


def test_what_stands_behind_a_body_is_no_header(target: Target) -> None:
    """RFC 9110, 6.5.1: a key in a trailer field opens nothing, and one in the head is not given twice."""
    key = b"Authorization: Bearer " + target.key.encode() + b"\r\n"
    keyless = target.head.replace(key, b"")
    small = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n"
    for head, code in ((keyless, b"auth.missing"), (target.head, b"field.missing")):
        assert code in target.sent(b"POST /api/v1/holders HTTP/1.1\r\n" + head + small + key + b"\r\n")


def test_an_upgrade_is_answered_as_plain_http(target: Target) -> None:
    """Nobody's request makes the log tell the operator to install something."""
    asked = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    with Wire(target.serving) as wire:
        wire.send(asked + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        assert wire.socket.recv(65_536).startswith(b"HTTP/1.1 200")
    assert "pip install" not in target.serving.said()


def dripped(wires: dict[Wire, bytes], seconds: float) -> list[bytes]:
    """Send each wire its drop again and again; what each answered until it was closed, within `seconds`."""
    began = time.monotonic()
    answers = dict.fromkeys(wires, b"")
    open_ = set(wires)
    while open_:
        assert time.monotonic() - began < seconds, [answers[wire][:100] for wire in open_]
        time.sleep(0.3)
        for wire in list(open_):
            part = wire.drip(wires[wire])
            if part is None:
                open_.discard(wire)
            answers[wire] += part or b""
    for wire in wires:
        wire.close()
    return list(answers.values())


def test_a_slow_head_is_cut(target: Target) -> None:
    """A head that comes in drops, on a new connection or one that was used: closed within 10 s."""
    wires = {}
    for drip in (b"X-a: b\r\n", b"x", b"\r\n", b""):
        for used in (False, True):
            wire = Wire(target.serving)
            if used:
                wire.send(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            if drip != b"\r\n":
                wire.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
            wires[wire] = drip
    answers = dripped(wires, HEAD_SECONDS + 2)
    assert [answer.count(b"HTTP/1.1 200") for answer in answers] == [0, 1] * 4


def test_a_body_in_drops_is_cut(target: Target) -> None:
    """A body of a few bytes a second is refused and closed within 10 s: JSON, uploads and forms."""
    pdf = target.head.replace(b"application/json", b"application/pdf")
    form = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    files = b"Host: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    length = b"Content-Length: 100000\r\n\r\n"
    wires = {}
    for route, head, begin in (
        (b"POST /api/v1/holders", target.head, b"{"),
        (b"PUT /api/v1/documents/" + b"0" * 64, pdf, b"%PDF-1.7"),
        (b"POST /sign-in", form, b"name="),
        (b"POST /sign-in", files, b"--x\r\n"),
        (b"POST /health/live", form, b"name="),
    ):
        wire = Wire(target.serving)
        wire.send(route, b" HTTP/1.1\r\n", head, length, begin)
        wires[wire] = b"x"
    for answer in dripped(wires, 10):
        assert refused(answer), answer[:300]


def test_who_does_not_read_is_let_go(target: Target) -> None:
    """A client that asks for much and reads nothing is cut off in time, and what waits for it is bounded."""
    before = memory(target.serving)
    with Wire(target.serving, seconds=1) as wire:
        began = time.monotonic()
        wire.send(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        while time.monotonic() - began < READ_SECONDS + 3:
            time.sleep(0.5)
            try:
                wire.socket.sendall(b"\r\n")
            except OSError:
                break
        else:
            raise AssertionError("still connected")
    assert memory(target.serving) - before < GROWTH


def test_pipelined_requests_are_answered_in_order(target: Target) -> None:
    """A hundred requests in one write have a hundred answers, in order."""
    one = b"GET /api/v1/entries/%d/proof HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    answer = target.sent(*[one % (n % 2, b"Connection: close\r\n" if n == 99 else b"") for n in range(100)])
    assert answer.count(b"HTTP/1.1 200") == 100
    found = [part[:30] for part in answer.split(b"c2sp.org/tlog-proof@v1\nindex ")[1:]]
    assert [int(part.split(b"\n")[0]) for part in found] == [n % 2 for n in range(100)]


def test_a_flood_of_pipelined_requests_is_cut(target: Target) -> None:
    """Requests without end on one connection are not queued up: the connection is closed."""
    before = memory(target.serving)
    flood = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" * 20_000
    answer = target.sent(flood)
    assert answer.count(b"HTTP/1.1 200") < 20_000
    assert memory(target.serving) - before < GROWTH


# documents


def a_png_bomb() -> bytes:
    """A picture of 65,535 × 65,535 points of nothing: 12.9 GB when drawn."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(MIB)) for _ in range(64)) + rows.flush()

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    size = struct.pack(">IIBBBBB", 65_535, 65_535, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def a_pdf_bomb() -> bytes:
    """A PDF whose page's stream unfolds to 256 MiB, ten times packed."""
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(bytes(MIB)) for _ in range(256)) + packed.flush()
    for _ in range(9):
        body = zlib.compress(body, 9)
    filters = b" ".join([b"/FlateDecode"] * 10)
    return a_pdf(content=body, coding=b"/Filter[%s]" % filters)


@pytest.mark.parametrize(
    ("content", "media", "code"),
    [
        (a_png_bomb, "image/png", "document.too_heavy"),
        (a_pdf_bomb, "application/pdf", "document.too_heavy"),
        (b"PK\x03\x04" + b"\x00" * 100_000, "application/zip", "media.unsupported"),
        (b"PK\x03\x04" + b"\x00" * 100_000, "application/pdf", "media.mismatch"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "image/svg+xml",
            "media.unsupported",
        ),
    ],
    ids=["png", "pdf", "zip", "zip as pdf", "svg"],
)
def test_documents_are_never_unfolded(
    target: Target, content: bytes | Callable[[], bytes], media: str, code: str
) -> None:
    """A file that would fill the memory is looked at aside, is not taken, and the service does not grow."""
    content = content if isinstance(content, bytes) else content()  # packed where it is used alone
    before = memory(target.serving)
    digest = hashlib.sha256(content).hexdigest()
    headers = {"authorization": f"Bearer {target.key}", "content-type": media, "idempotency-key": digest}
    url = f"{target.serving.url}/api/v1/documents/{digest}"
    answer = httpx.put(url, content=content, headers=headers, timeout=40)
    assert answer.json()["code"] == code, answer.text
    assert memory(target.serving) - before < GROWTH


# everybody else


def test_others_do_not_notice_slow_clients(target: Target) -> None:
    """With 400 slow heads and bodies open, others are answered as before, and all slow ones are let go."""
    others = Others(target.serving)
    gc.collect()
    alone = others.ask(200)
    before = memory(target.serving)
    half = b"POST /api/v1/holders HTTP/1.1\r\n" + target.head
    with ExitStack() as crowd:
        slow = [crowd.enter_context(Wire(target.serving)) for _ in range(400)]
        with others.asking():
            for number, wire in enumerate(slow):
                wire.send(half if number % 2 else half + b"Content-Length: 100\r\n\r\n{")
            time.sleep(HEAD_SECONDS + 2)
        assert not others.failed
        assert len(others.seconds) > 50
        assert p99(others.seconds) < 2 * p99(alone) + 0.05, (p99(others.seconds), p99(alone))
        assert memory(target.serving) - before < GROWTH
        for wire in slow:
            assert refused(wire.answer())
