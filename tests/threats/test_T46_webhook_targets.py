# SPDX-License-Identifier: Apache-2.0
"""T46: a webhook's URL cannot make this service call inside its own network."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.events.addresses import ForbiddenTargetError, check_address, checked_address, parse_target
from api.events.sending import post, request_bytes
from tests.receivers import Receiver, certificate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

REFUSED = [
    "http://example.org/x",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[::]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://0.0.0.0/",
    "https://user@example.org/",
    "https://user:password@example.org/",
    "https://example.org:0/",
    "https://example.org:99999/",
    "https://example.org/#x",
    "https://example.org\\@127.0.0.1/",
    "https://example.org/ x",
    "https://0X7F.1/",
    "https://127.0.0.0x1/",
    "https://a.0x/",
    "https://0x7f000001./",
    "https://192.88.99.1/",
    "https://example.org/\r\nX-Injected: 1",
    "https://",
    "https:///x",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "https://例.org/",
    "https://example.org/" + "x" * 500,
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_forbidden_url_is_refused_at_the_door(url: str) -> None:
    """A URL that is not https, names an internal address or hides one is refused."""
    with pytest.raises(ForbiddenTargetError):
        parse_target(url, demo=False)


@pytest.mark.parametrize("url", [one for one in REFUSED if "127.0.0.1/" not in one and "[::1]" not in one])
def test_the_demo_opens_loopback_alone(url: str) -> None:
    """In the demo profile http to this machine is taken; everything else stays refused."""

    async def look() -> str:
        return await checked_address(parse_target(url, demo=True), demo=True)

    with pytest.raises((ForbiddenTargetError, OSError)):
        asyncio.run(look())


def test_one_internal_address_of_a_name_is_enough() -> None:
    """A name with any internal address is refused, whatever else it resolves to."""
    target = parse_target("https://rebind.example/", demo=False)
    for addresses in (["93.184.216.34", "10.0.0.1"], ["127.0.0.1"], ["::ffff:10.0.0.1"], [], ["fd00::1"]):

        async def lookup(
            _host: str, _port: int, answer: tuple[str, ...] = tuple(addresses)
        ) -> tuple[str, ...]:
            return answer

        with pytest.raises(ForbiddenTargetError):
            asyncio.run(checked_address(target, demo=False, lookup=lookup))


def test_what_was_checked_is_what_is_called() -> None:
    """The name is resolved once: an answer that would differ the second time is never asked for."""
    asked = []

    async def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Receiver() as receiver:
        target = parse_target(f"http://localhost:{receiver.port}/x", demo=True)
        request = request_bytes(target, "SC-1-0", 1, "v1,x", b"{}")
        result = asyncio.run(post(target, request, demo=True, lookup=lookup))
        assert result.taken
        assert asked == ["localhost"]
        assert len(receiver.got) == 1


@given(st.ip_addresses(v=4))
def test_only_global_addresses_pass(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address passes only if it is global unicast, and its IPv6 disguises never do."""
    try:
        check_address(address)
    except ForbiddenTargetError:
        pass
    else:
        assert address.is_global
        assert not address.is_multicast
    number = int(address)
    for disguise in ((0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)):
        with pytest.raises(ForbiddenTargetError):
            check_address(ipaddress.IPv6Address(disguise))


def test_no_redirect_is_followed() -> None:
    """An answer that points elsewhere is a failed attempt; nobody calls where it points."""
    with Receiver() as inner, Receiver(says=[302], location=inner.url) as outer:
        target = parse_target(outer.url, demo=True)
        result = asyncio.run(post(target, request_bytes(target, "SC-1-0", 1, "v1,x", b"{}"), demo=True))
        assert (result.cause, result.status) == ("status", 302)
        assert inner.got == []


def test_https_is_verified_by_name(tmp_path: Path) -> None:
    """A certificate that nobody vouches for, or of another name, is no receiver; the right one is."""
    file = certificate(tmp_path)
    says = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    says.load_cert_chain(file)
    trusting = ssl.create_default_context(cafile=str(file))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run(host: str, context: ssl.SSLContext | None) -> str:
        async def lookup(_host: str, _port: int) -> list[str]:
            return ["127.0.0.1"]

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=says)
        target = parse_target(f"https://{host}:{server.sockets[0].getsockname()[1]}/x", demo=True)
        request = request_bytes(target, "SC-1-0", 1, "v1,x", b"{}")
        result = await post(target, request, demo=True, lookup=lookup, context=context)
        server.close()
        await asyncio.sleep(0.05)
        return result.cause

    assert asyncio.run(run("localhost", trusting)) == "ok"
    assert asyncio.run(run("localhost", None)) == "tls"
    assert asyncio.run(run("127.0.0.1", trusting)) == "tls"


def test_answers_are_not_read() -> None:
    """A receiver that sends without end, a long status line or nothing at all holds nobody up."""

    async def run(says: bytes, *, forever: bool = False) -> tuple[str, float]:
        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.write(says)
                while forever:
                    writer.write(b"x" * 65536)
                    await writer.drain()
                await asyncio.sleep(5)
            except ConnectionError:
                pass
            finally:
                writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        target = parse_target(f"http://127.0.0.1:{port}/", demo=True)
        began = asyncio.get_running_loop().time()
        request = request_bytes(target, "SC-1-0", 1, "v1,x", b"{}")
        result = await post(target, request, demo=True, seconds=0.5)
        seconds = asyncio.get_running_loop().time() - began
        server.close()
        await asyncio.sleep(0.05)
        return result.cause, seconds

    for says, forever, cause in (
        (b"HTTP/1.1 200 OK\r\n\r\n", True, "ok"),
        (b"x" * 100_000, False, "answer"),
        (b"SSH-2.0-x\r\n", False, "answer"),
        (b"", False, "timeout"),
    ):
        found, seconds = asyncio.run(run(says, forever=forever))
        assert found == cause
        assert seconds < 2


def test_the_api_refuses_such_a_webhook(world: World) -> None:
    """A forbidden URL is a 422 with its rule, and no address or URL is repeated."""
    for url in ("https://169.254.169.254/latest/", "http://example.org/", "https://user@example.org/"):
        answer = world.post("SC", "webhooks", {"url": url})
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] == "webhook.target"
        assert url not in answer.text
        assert "169.254" not in answer.text
