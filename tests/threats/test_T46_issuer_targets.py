# SPDX-License-Identifier: Apache-2.0
"""T46: the address of an issuer cannot make this service call inside its own network, or somebody else."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest

from api.events.addresses import Target, parse_target
from api.issuers.addresses import Address, read_addresses
from api.issuers.asking import Transport
from api.settings import SettingsError
from tests.receivers import Receiver, certificate
from tests.threats.test_T46_webhook_targets import REFUSED

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "0123456789abcdef"


def folder_of(home: Path, secret: str = SECRET, mode: int = 0o600, code: str = "SC") -> Path:
    """A folder with one secret."""
    folder = home / "issuers"
    folder.mkdir()
    (folder / code).touch(mode)
    (folder / code).write_text(secret)
    (folder / code).chmod(mode)
    return folder


def cause(address: Address, *found: str, demo: bool = False, context: ssl.SSLContext | None = None) -> str:
    """What comes of a question to a name that resolves to `found`."""

    async def lookup(_host: str, _port: int) -> list[str]:
        return list(found)

    async def run() -> str:
        transport = Transport(2.0, demo=demo, lookup=lookup, context=context)
        try:
            return (await transport.post(address, b"{}")).cause
        finally:
            await transport.close()

    return asyncio.run(run())


@pytest.mark.parametrize("url", [one for one in REFUSED if " " not in one and "\r" not in one])
def test_a_forbidden_address_never_serves(url: str, tmp_path: Path) -> None:
    """Settings with it do not open; a host that only the resolver takes for an address is never called."""
    folder = folder_of(tmp_path)
    try:
        address = read_addresses(f"SC={url}", folder, demo=False)["SC"]
    except SettingsError as error:
        assert url not in str(error)  # noqa: PT017  # either is right; neither repeats the URL
        return
    assert cause(address, "127.0.0.1") == "forbidden"


@pytest.mark.parametrize(
    "stated",
    [
        "SC",
        "sc=https://example.org/",
        "SC=",
        "=https://example.org/",
        "SC=https://a.example/ SC=https://b.example/",
        "GA=https://example.org/",
    ],
)
def test_settings_name_each_issuer_once_with_its_secret(stated: str, tmp_path: Path) -> None:
    """A code that is none, twice, without URL or without a secret: the service does not open."""
    with pytest.raises(SettingsError):
        read_addresses(stated, folder_of(tmp_path), demo=False)


@pytest.mark.parametrize(
    ("secret", "mode"), [("short", 0o600), ("with space 0123456789", 0o600), (SECRET, 0o644)]
)
def test_a_secret_that_is_weak_or_open_to_others_is_refused(tmp_path: Path, secret: str, mode: int) -> None:
    """Too short, unfit for a header, or readable by others; the error does not repeat it."""
    with pytest.raises(SettingsError) as caught:
        read_addresses("SC=https://example.org/", folder_of(tmp_path, secret, mode), demo=False)
    assert secret not in str(caught.value)


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    """Neither an address nor the settings print it."""
    address = read_addresses("SC=https://example.org/", folder_of(tmp_path), demo=False)["SC"]
    assert SECRET not in repr(address)


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fd00::1"], []]
)
def test_one_internal_address_of_its_name_is_enough(found: list[str]) -> None:
    """A name that resolves to any internal address is not called, whatever else it has."""
    assert cause(Address(parse_target("https://issuer.example/", demo=False), SECRET), *found) == "forbidden"


def test_what_was_checked_is_what_is_called() -> None:
    """The connection goes to the address that was checked, under the name that was asked for."""
    with Receiver(says=[500]) as receiver:
        target = parse_target(f"http://localhost:{receiver.port}/x", demo=True)
        assert cause(Address(target, SECRET), "127.0.0.1", demo=True) == "status"
        assert receiver.got[0].headers["host"] == f"localhost:{receiver.port}"


def test_https_is_verified_by_name(tmp_path: Path) -> None:
    """The certificate must be of the name in the settings, by somebody trusted; no secret goes out else."""
    file = certificate(tmp_path)
    says = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    says.load_cert_chain(file)
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async def run(host: str, trusted: ssl.SSLContext | None) -> str:
        async def lookup(_host: str, _port: int) -> list[str]:
            return ["127.0.0.1"]

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=says)
        target = Target(secure=True, host=host, port=server.sockets[0].getsockname()[1], path="/x")
        transport = Transport(2.0, demo=True, lookup=lookup, context=trusted)
        reply = await transport.post(Address(target, SECRET), b"{}")
        await transport.close()
        server.close()
        await asyncio.sleep(0.05)
        return reply.cause

    trusting = ssl.create_default_context(cafile=str(file))
    assert asyncio.run(run("localhost", trusting)) == "ok"
    assert len(got) == 1
    assert asyncio.run(run("localhost", None)) == "tls"
    assert asyncio.run(run("127.0.0.1", trusting)) == "tls"
    assert len(got) == 1
