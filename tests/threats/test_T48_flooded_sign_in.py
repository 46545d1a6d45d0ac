# SPDX-License-Identifier: Apache-2.0
"""T48: sign-in is flooded, to guess a password or to keep its owner out; so are doors open to all."""

from __future__ import annotations

import asyncio
import html
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from api.identity.passwords import WAITING, Passwords
from api.identity.throttle import ACCOUNT, ADDRESS, PAIR, PUBLIC, Buckets, Gate, Rate, network_of
from api.problem_texts import PROBLEM_TEXTS
from api.problems import Problem
from tests.homes import copy_of
from tests.people import PASSWORD, Browser, add_accounts
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
    known = Browser(staffed)
    assert known.sign_in("clerk").status_code == 303
    known.get("/sessions")
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


DOORS = {
    "verify": ("POST", "/verify", {"evidence": ""}, "verify.too_often"),
    "verify/now": ("GET", f"/verify/now?entry=1&digest={'0' * 64}", None, "verify.too_often"),
    "verify/legal": ("GET", f"/verify/legal?entry=1&digest={'0' * 64}", None, "verify.too_often"),
    "persona": ("POST", "/sign-in/persona", {"person": "nobody"}, "sign_in.too_often"),
}
"""Doors that ask nobody who they are: method, address, form, refusal."""


@pytest.mark.parametrize("door", DOORS)
def test_a_flooded_public_door_costs_its_sender_alone(staffed: World, door: str) -> None:
    """Beyond its rate a network is told when to come again, in words; others are answered meanwhile."""
    method, path, form, code = DOORS[door]
    flood, honest = Browser(staffed, "198.51.100.77"), Browser(staffed, "203.0.113.77")
    before = honest.send(method, path, form).status_code
    assert before not in {429, 500}
    assert flood.send(method, path, form).status_code == before
    gate, size = staffed.ledger.identity.gate, staffed.size
    for _ in range(2 * int(PUBLIC.burst)):
        with suppress(Problem):
            gate.admit_public(door, flood.address, code)
    said = [flood.send(method, path, form) for _ in range(20)]
    late = [one for one in said if one.status_code == 429]
    assert len(late) >= 10  # on a slow machine a few of the twenty are answered
    assert {one.headers["retry-after"] for one in late} == {"1"}
    assert f'data-code="{code}"' in late[0].text
    assert "You can try again in 1 second.<" in late[0].text
    assert PROBLEM_TEXTS[code].next_en in html.unescape(late[0].text)
    assert honest.send(method, path, form).status_code == before
    assert staffed.size == size


def test_no_office_behind_one_address_reaches_the_rate() -> None:
    """200 counters at one address, each verifying a paper a minute, all at the full minute: none waits."""
    now = [0.0]
    gate = Gate(lambda: now[0])
    for minute in range(60):
        now[0] = 60.0 * minute
        for _ in range(200):
            gate.admit_public("verify", "192.0.2.1", "verify.too_often")
            gate.admit_public("verify/now", "192.0.2.1", "verify.too_often")
    now[0] += 0.1
    for _ in range(int(PUBLIC.burst) - 200):
        gate.admit_public("verify", "192.0.2.1", "verify.too_often")
    with pytest.raises(Problem, match=r"verify\.too_often"):
        gate.admit_public("verify", "192.0.2.1", "verify.too_often")
    gate.admit_public("verify", "192.0.2.2", "verify.too_often")
