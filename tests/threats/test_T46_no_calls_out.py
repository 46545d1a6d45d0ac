# SPDX-License-Identifier: Apache-2.0
"""T46: whatever is asked of the doors, the service calls nobody: no connection, no name looked up."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.acceptance.door_faults import head
from tests.acceptance.door_samples import door_of, plain
from tests.hostile import leaves, one_of_each, with_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

URLS: Final = (
    "http://canary.example/x",
    "https://canary.example/x",
    "//canary.example/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://192.0.2.1:8545/",
    "ftp://canary.example/x",
    "ldap://canary.example/x",
    "gopher://192.0.2.1:6379/_INFO",
    "file:///etc/passwd",
    "canary.example",
    "\\\\192.0.2.1\\share",
)

READER: Final = "from api.intake.papers import answer"


class Lookout:
    """An audit hook (PEP 578), which nothing in the process can go round, while it is watching."""

    def __init__(self) -> None:
        self.watching = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event == "socket.connect":
            address = arguments[1]
            if isinstance(address, tuple) and not _is_loopback(str(address[0])):
                self.seen.append(f"connect {address}")
        elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
            if not _is_loopback(str(arguments[0])):
                self.seen.append(f"look-up of {arguments[0]}")
        elif event == "subprocess.Popen" and READER in "".join(map(str, arguments[1])):
            return  # the process aside that opens what comes in, with no network of its own
        elif event in {"subprocess.Popen", "os.system", "urllib.Request"}:
            self.seen.append(f"{event} {arguments[0]}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


LOOKOUT: Final = Lookout()


@pytest.fixture
def lookout() -> Iterator[Lookout]:
    """The hook, watching for the length of a test."""
    LOOKOUT.seen.clear()
    LOOKOUT.watching = True
    yield LOOKOUT
    LOOKOUT.watching = False


def test_the_lookout_sees(lookout: Lookout) -> None:
    """A connection to another machine, and the look-up of a name, are noticed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
    with pytest.raises(OSError, match=r".*"):
        socket.getaddrinfo("canary.invalid", 80)
    assert len(lookout.seen) == 2


def test_no_door_calls_out(own_world: World, lookout: Lookout) -> None:
    """Every route, asked rightly and with a URL in each of its members, headers and queries: 0 attempts."""
    world = own_world
    asked = 0
    doors = [(route, door_of(route, world)) for route in world.app.table.routes]  # before a key is retired
    for number, (route, door) in enumerate(doors):
        path = f"/api/v1/{door.path}"
        headers = [*head(route, door), ("accept-language", "en")]
        bodies: list[bytes | None] = [plain(door.value) if door.value is not None else None]
        if door.value is not None:
            whole = {**door.value, **door.optional}
            for place, one in enumerate(one_of_each(leaves(whole))):
                url = URLS[(number + place) % len(URLS)]
                if not url.startswith("https://canary") or "webhooks" not in path:
                    bodies.append(plain(with_text(whole, one, url)))
        for body in bodies:
            world.send(route.method, path, who=door.who, content=body, headers=headers)
            asked += 1
        for url in URLS[:3]:
            strange = [("referer", url), ("origin", url), ("x-forwarded-host", url), ("accept-language", url)]
            world.send(route.method, f"{path}?url={url}&purpose={url}", who=door.who, headers=strange)
    for page in (
        "/",
        "/sign-in",
        "/verify",
        "/counter",
        "/trace",
        "/openapi.json",
        "/health/ready",
        "/metrics",
    ):
        for url in URLS:
            world.send(
                "GET", f"{page}?next={url}&url={url}&evidence={url}", headers=[("host", "canary.example")]
            )
    assert asked > 100
    assert lookout.seen == []
