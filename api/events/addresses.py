# SPDX-License-Identifier: Apache-2.0
"""Where a webhook may point (T46): https to public addresses; what a name resolves to is checked, each of it.

The address that was checked is the one that is connected to, so a name that changes its mind gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_URL: Final = 500
_TRANSLATED: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10")
)
"""IPv6 ranges that carry an IPv4 address which nobody here can check, and site-local ones."""
_RELAYS: Final = ipaddress.ip_network("192.88.99.0/24")
"""6to4 relays (RFC 7526): what stands behind one is anybody's, of the public network only by name."""
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that resolvers take for a part of an IPv4 address, whatever stands before it."""


class ForbiddenTargetError(Exception):
    """The target may not be called; the text says which rule, never an address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's URL in parts; `path` is what stands in the request line."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse_target(url: str, *, demo: bool) -> Target:
    """Read a URL strictly; ForbiddenTargetError unless https, or (demo profile) http to loopback."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > MOST_URL:
        raise ForbiddenTargetError("a URL of at most 500 printable ASCII characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ForbiddenTargetError("not a URL") from None
    host = (parts.hostname or "").rstrip(".")
    if not host or "@" in parts.netloc or parts.fragment or "%" in host or port == 0:
        raise ForbiddenTargetError("a URL with a host, without user, password or fragment")
    secure = parts.scheme == "https"
    if not secure and not (demo and parts.scheme == "http" and is_loopback(host)):
        raise ForbiddenTargetError("https only")
    literal = literal_of(host)
    if literal is not None and not (demo and literal.is_loopback):
        check_address(literal)
    elif literal is None and _NUMBER.fullmatch(host.rpartition(".")[2].lower()):
        raise ForbiddenTargetError("an address in an unusual form")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def literal_of(host: str) -> IpAddress | None:
    """The address that a host is written as, None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its own spelling."""
    literal = literal_of(host)
    return host == "localhost" or (literal is not None and literal.is_loopback)


def check_address(address: IpAddress) -> None:
    """ForbiddenTargetError for an address that is not of the public network."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            raise ForbiddenTargetError("an IPv4 address inside an IPv6 one")
        if any(address in network for network in _TRANSLATED) or address.scope_id is not None:
            raise ForbiddenTargetError("a translated or scoped address")
    elif address in _RELAYS:
        raise ForbiddenTargetError("a relay's address")
    if (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    ):
        raise ForbiddenTargetError("not a public address")


def addresses_of(host: str, port: int) -> list[str]:
    """Every address of a name, as text; waits for the name servers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def resolve(host: str, port: int) -> list[str]:
    """The same in a thread."""
    return await asyncio.to_thread(addresses_of, host, port)


async def checked_address(
    target: Target, *, demo: bool, lookup: Callable[[str, int], Awaitable[Sequence[str]]] = resolve
) -> str:
    """An address to connect to; ForbiddenTargetError if any that the name has is forbidden."""
    found = await lookup(target.host, target.port)
    if not found:
        raise ForbiddenTargetError("the name has no address")
    for one in found:
        address = ipaddress.ip_address(one)
        if demo and is_loopback(target.host) and address.is_loopback:
            continue
        check_address(address)
    return found[0]
