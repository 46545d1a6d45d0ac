# SPDX-License-Identifier: Apache-2.0
"""T48: sign-in is flooded, to guess a password or to keep its owner out."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from api.identity.passwords import WAITING, Passwords
from api.identity.throttle import ACCOUNT, ADDRESS, PAIR, Buckets, Gate, Rate, network_of
from api.problems import Problem
from tests.homes import copy_of
from tests.people import PASSWORD, Browser, add_accounts, signed_in
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

WRONG = "surely not the 1 password"


@pytest.fixture(scope="module")
def staffed(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger with accounts, of this module alone: its limits are used up."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("flood") / "home"))
    add_accounts(made)
    yield made
    made.close()


def test_the_sixth_wrong_try_waits(staffed: World) -> None:
    """After five wrong tries from one address: 429 with Retry-After, for real users and unreal ones."""
    for user in ("reviewer", "nobody-here"):
        browser = Browser(staffed, "192.0.2.10")
        said = [browser.sign_in(user, WRONG).status_code for _ in range(7)]
        assert said == [401] * 5 + [429] * 2
        late = browser.sign_in(user, WRONG)
        assert 1 <= int(late.headers["retry-after"]) <= PAIR.seconds
        assert browser.sign_in(user).status_code == 429  # the right password waits too, and tells nothing


def test_the_owner_is_not_kept_out(staffed: World) -> None:
    """While strangers use up every try, a known browser and another address still come in."""
    known = signed_in(staffed, "clerk")
    known.post("/sign-out")
    assert "once_device" in known.cookies
    stranger = Browser(staffed, known.address)
    for number in range(6):
        Browser(staffed, f"198.51.100.{number}").sign_in("clerk", WRONG)
    while stranger.sign_in("clerk", WRONG).status_code == 401:
        pass
    assert stranger.sign_in("clerk").status_code == 429
    assert known.sign_in("clerk").status_code == 303
    assert Browser(staffed, "203.0.113.9").sign_in("clerk").status_code == 303


def test_a_flood_costs_its_sender_alone(staffed: World) -> None:
    """50 tries from one address: beyond its limit 429 at once, and an honest sign-in takes no longer."""

    def timed(browser: Browser, user: str, password: str = PASSWORD) -> tuple[int, float]:
        browser.cookies.pop("once_session", None)  # a browser that is signed in would need its token
        began = time.perf_counter()
        return browser.sign_in(user, password).status_code, time.perf_counter() - began

    honest, flood = Browser(staffed, "203.0.113.44"), Browser(staffed, "198.51.100.200")
    alone = sorted(timed(honest, "clerk.sc")[1] for _ in range(3))[1]
    refused, beside = [], []
    for turn in range(5):
        while not staffed.ledger.identity.gate.admit_flow(flood.address):
            pass
        refused += [timed(flood, f"other{turn}.{number}", WRONG)[0] for number in range(10)]
        status, seconds = timed(honest, "clerk.sc")
        assert status == 303
        beside.append(seconds)
    # the bucket gives one token a second: on a slow machine a few of the fifty are tried
    assert refused.count(429) >= 35
    assert sorted(beside)[2] < 2 * alone + 0.1


def test_a_bucket_gives_what_it_holds() -> None:
    """A burst at once, then one by one as time goes; a refusal takes nothing; old keys are forgotten."""
    now = [0.0]
    buckets = Buckets(Rate(3, 10), capacity=2, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == 10
    assert buckets.take("a") == 10
    now[0] = 10.0
    assert buckets.take("a") == 0
    assert buckets.take("a") == 10
    now[0] = 1000.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 10]
    buckets.take("b")
    buckets.take("c")
    assert buckets.take("a") == 0


def test_a_crowd_of_addresses_is_slowed_for_one_account() -> None:
    """Guesses from ever new addresses: the account's bucket ends them; known devices never feel it."""
    now = [0.0]
    gate = Gate(lambda: now[0])
    for number in range(int(ACCOUNT.burst)):
        gate.admit("clerk", f"198.51.100.{number}", None)
    with pytest.raises(Problem, match=r"sign_in\.too_often"):
        gate.admit("clerk", "198.51.100.250", None)
    gate.admit("clerk", "198.51.100.1", b"known device")
    gate.admit("other", "198.51.100.1", None)
    now[0] = ACCOUNT.seconds
    gate.admit("clerk", "203.0.113.1", None)


def test_an_address_is_slowed_for_all_accounts() -> None:
    """One address that tries ever new names runs dry; an IPv6 subscriber is one address."""
    gate = Gate(lambda: 0.0)
    for number in range(int(ADDRESS.burst)):
        gate.admit(f"user{number}", f"2001:db8::{number:x}", None)
    with pytest.raises(Problem, match=r"sign_in\.too_often"):
        gate.admit("another", "2001:db8::ffff", None)
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8:0:2::1")
    assert network_of("nonsense") == "unknown"


def test_hashing_is_bounded_and_leaves_the_loop_alone() -> None:
    """More checks than may wait are sent away at once, and the loop goes on while others are hashed."""

    async def flood() -> tuple[int, int]:
        passwords = Passwords()
        turns = 0

        async def tick() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        ticking = asyncio.create_task(tick())
        asked = [asyncio.create_task(passwords.check(None, WRONG)) for _ in range(WAITING + 8)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        ticking.cancel()
        passwords.close()
        return sum(isinstance(one, Problem) and one.code == "sign_in.busy" for one in done), turns

    sent_away, turns = asyncio.run(flood())
    assert sent_away == 8
    assert turns > 20
