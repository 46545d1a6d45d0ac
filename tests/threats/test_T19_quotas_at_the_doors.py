# SPDX-License-Identifier: Apache-2.0
"""T19: a user's look-ups of an hour are counted over all doors, and a restart gives none back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from attest.oversight.quota import HOUR
from attest.private import open_private
from tests.homes import copy_of
from tests.people import ACCOUNTS, add_accounts, as_person, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]

MOST = 5
ASKINGS = {"material.requested", "material.claimed", "reask.recorded"}
WHY = "supervision"
API: dict[str, Callable[[World], httpx.Response]] = {
    "recognitions.check": lambda w: w.post(
        "SC", "recognitions:check", {"case": w.cases["SC-002"], "purpose": WHY}
    ),
    "cases.trace": lambda w: w.get("SC", f"cases/{w.cases['SC-002']}/trace", purpose=WHY),
    "acceptances.reliances": lambda w: w.get(
        "auditor", f"acceptances/{w.accepted['licence']['id']}/reliances", purpose=WHY
    ),
    "evidence": lambda w: w.get("auditor", f"evidence/{w.accepted['licence']['id']}", purpose=WHY),
    "data-check-requests": lambda w: w.get(
        "auditor", f"data-check-requests/{w.disputed('licence', 'eatery')}", purpose=WHY
    ),
    "reasks": lambda w: w.get("SC", "reasks", purpose=WHY),
    "lookup-alarms": lambda w: w.get("SC", "lookup-alarms", purpose=WHY),
    "requests": lambda w: w.post(
        "SC", "requests", {"case": w.cases["SC-002"], "requirement": "licence", "type": "business_licence"}
    ),
    "claims": lambda w: w.post("SC", "claims", {"case": w.cases["SC-002"], "requirement": "licence"}),
    "recalls": lambda w: w.get("SC", "recalls", purpose=WHY),
}
"""Every route of the API that shows what is private, with somebody who may see it."""


def limited(home: Path) -> World:
    """A ledger whose quota is five an hour, for accounts and for keys."""
    return open_world(home, lookups_per_hour=MOST, key_lookups_per_hour=MOST)


@pytest.fixture(scope="module")
def quick(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Filled, early enough in the clock's hour for all tests to run inside it."""
    if HOUR - time.time() % HOUR < 120:
        time.sleep(HOUR - time.time() % HOUR + 1)
    made = limited(copy_of(bare_home, tmp_path_factory.mktemp("hour") / "home"))
    fill(made)
    add_accounts(made, *ACCOUNTS)
    yield made
    made.close()


def require_refused(world: World, answer: httpx.Response, who: str) -> None:
    """429 by the rule of the hour, in words, with the end of the hour, and an entry that names who asked."""
    told = answer.json()
    assert (answer.status_code, told["code"], told["most"]) == (429, "quota.user_hour", MOST), answer.text
    assert told["retry_at"] % HOUR == 0
    assert 0 < int(answer.headers["retry-after"]) <= HOUR
    assert abs(time.time() + int(answer.headers["retry-after"]) - told["retry_at"]) < 3
    _, record = open_private(told["index"], world.ledger.store, world.ledger.context.sealer)
    assert (world.kind_of(told["index"]), record["outcome"]) == ("usage.refused", ["quota.user_hour"])
    assert record["key"] == who


@pytest.mark.parametrize("door", API)
def test_each_door_of_the_api_ends_with_the_hour_s_quota(quick: World, door: str) -> None:
    """Whoever used up the hour at any doors gets nothing more at this one; the refusal is an entry."""
    for _ in range(2 * MOST):
        size = quick.size
        first = API[door](quick)
        if first.status_code == 429:
            assert not {quick.kind_of(at) for at in range(size, quick.size)} & ASKINGS
            break
    assert first.status_code == 429
    who = "auditor" if quick.key_id("auditor") in _key_of(quick, first) else "SC"
    require_refused(quick, first, quick.key_id(who))


@pytest.mark.parametrize("door", ["requests", "claims"])
def test_a_refused_asking_names_its_case(quick: World, door: str) -> None:
    """Beyond the quota nothing is taken down, and the refusal's entry says in which case and for what."""
    while (answer := API[door](quick)).status_code == 201:
        pass
    require_refused(quick, answer, quick.key_id("SC"))
    _, record = open_private(answer.json()["index"], quick.ledger.store, quick.ledger.context.sealer)
    assert (record["case"], record["route"]) == (quick.cases["SC-002"], door)
    assert record["purpose"]


@pytest.mark.parametrize(
    ("door", "kind"), [("requests", "material.requested"), ("claims", "material.claimed")]
)
def test_what_tells_of_an_acceptance_is_a_look(bare_home: Path, tmp_path: Path, door: str, kind: str) -> None:
    """An asking that is answered is followed by its use, which says for what; its repeat adds nothing."""
    world = limited(copy_of(bare_home, tmp_path / "home"))
    try:
        fill(world)
        size = world.size
        body = {"case": world.cases["SC-002"], "requirement": "licence"}
        answers = [world.post("SC", door, body, key="key-of-this-asking") for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json()["reask"] == answers[1].json()["reask"] is not None
        kinds = [world.kind_of(at) for at in range(size, world.size)]
        assert kinds == [kind, "reask.recorded", "usage.read"]
        _, record = open_private(world.size - 1, world.ledger.store, world.ledger.context.sealer)
        assert (record["route"], record["count"], record["key"]) == (door, 1, world.key_id("SC"))
    finally:
        world.close()


def _key_of(world: World, answer: httpx.Response) -> str:
    _, record = open_private(answer.json()["index"], world.ledger.store, world.ledger.context.sealer)
    return str(record["key"])


def test_pages_count_like_the_api(quick: World) -> None:
    """A clerk at the counter, an auditor's trace and a citizen's own list end alike, in words for people."""
    clerk, auditor, citizen = signed_in(quick, "clerk"), signed_in(quick, "auditor"), as_person(quick, "chen")
    case = quick.cases["XF-001"]
    looks: list[Callable[[], httpx.Response]] = [
        lambda: clerk.get(f"/counter?case={case}"),
        lambda: auditor.post("/trace", q=case, purpose=WHY),
        lambda: citizen.get("/my/materials"),
    ]
    for look in looks:
        answers = [look() for _ in range(MOST + 1)]
        assert [one.status_code for one in answers] == [200] * MOST + [429]
        assert "This account or key has used up its look-ups of this hour" in answers[-1].text
        assert int(answers[-1].headers["retry-after"]) > 0


def test_another_process_and_a_restart_give_nothing_back(bare_home: Path, tmp_path: Path) -> None:
    """The quota stands in the log: after a restart the same key is refused as before, a fresh one is not."""
    home = copy_of(bare_home, tmp_path / "home")
    world = limited(home)
    fill(world)
    while API["reasks"](world).status_code == 200:
        pass
    key = world.keys["SC"]
    world.close()
    again = limited(home)
    try:
        assert API["reasks"](again).status_code == 200
        again.keys["SC"] = key
        require_refused(again, API["reasks"](again), again.key_id("SC"))
    finally:
        again.close()
