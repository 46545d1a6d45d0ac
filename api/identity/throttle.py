# SPDX-License-Identifier: Apache-2.0
"""Token buckets in memory, the gate before every sign-in, and the one before doors that everybody may use.

A stranger who knows a user name can use up the tries of unknown devices, never those of a browser that the
owner signed in from before. Buckets are each process's own: n processes allow n times as much.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class Rate(NamedTuple):
    """`burst` at once, then one every `seconds`."""

    burst: float
    seconds: float


PAIR: Final = Rate(5, 30)
"""One account from one address, or from one known device."""
ACCOUNT: Final = Rate(60, 60)
"""One account from all unknown devices together: guesses by a crowd of addresses."""
ADDRESS: Final = Rate(40, 1)
"""One address for all accounts: a hall of counters may share one."""
PUBLIC: Final = Rate(300, 0.2)
"""One network at one door that is open to everybody: 200 counters, a paper a minute each, stay below it."""
CAPACITY: Final = 65_536


class Buckets:
    """One token bucket a key; the keys longest unused are forgotten beyond `capacity`."""

    def __init__(
        self, rate: Rate, *, capacity: int = CAPACITY, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate = rate
        self._capacity = capacity
        self._clock = clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, tokens: float = 1) -> float:
        """0 where the tokens were there and are taken; else the seconds until they would be."""
        now = self._clock()
        level, since = self._levels.get(key, (self.rate.burst, now))
        level = min(self.rate.burst, level + (now - since) / self.rate.seconds)
        missing = tokens - level
        self._levels[key] = (level if missing > 0 else level - tokens, now)
        self._levels.move_to_end(key)
        if len(self._levels) > self._capacity:
            self._levels.popitem(last=False)
        return missing * self.rate.seconds if missing > 0 else 0.0

    def give(self, key: Hashable) -> None:
        """Put one token back."""
        level, since = self._levels.get(key, (self.rate.burst, 0.0))
        self._levels[key] = (min(self.rate.burst, level + 1), since)

    def refill(self, key: Hashable) -> None:
        """Forget what was taken."""
        self._levels.pop(key, None)


class Gate:
    """Whether a password may be tried now; answers alike for names that exist and names that do not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pairs = Buckets(PAIR, clock=clock)
        self._accounts = Buckets(ACCOUNT, clock=clock)
        self._addresses = Buckets(ADDRESS, clock=clock)
        self._public = Buckets(PUBLIC, clock=clock)

    def admit(self, user: str, address: str, device: bytes | None) -> None:
        """Take one try; `sign_in.too_often` with Retry-After. `device` is a known one's digest, or None."""
        network = network_of(address)
        if device is not None:
            wait = self._pairs.take((user, device))
        else:
            wait = (
                self._addresses.take(network)
                or self._pairs.take((user, network))
                or self._accounts.take(user)
            )
        if wait > 0:
            raise too_often(wait)

    def admit_flow(self, address: str) -> float:
        """Begin a sign-in at the identity provider: 0, or the seconds to wait."""
        return self._addresses.take(network_of(address))

    def admit_public(self, door: str, address: str, code: str) -> None:
        """One request at a door that asks nobody who they are; `code` with Retry-After beyond the rate."""
        wait = self._public.take((door, network_of(address)))
        if wait > 0:
            raise too_often(wait, code)

    def passed(self, user: str, address: str, device: bytes | None) -> None:
        """The right password: only wrong ones count, and this pair's earlier slips no more."""
        network = network_of(address)
        self._pairs.refill((user, device if device is not None else network))
        if device is None:
            self._addresses.give(network)
            self._accounts.give(user)


def too_often(seconds: float, code: str = "sign_in.too_often") -> Problem:
    """The refusal, with the whole seconds to wait."""
    retry = str(max(1, math.ceil(seconds))).encode()
    return Problem(code, headers=((b"retry-after", retry),))


def network_of(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its /64: one subscriber has them all."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return parsed.packed[:8].hex()
    return str(parsed)
