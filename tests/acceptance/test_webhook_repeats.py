# SPDX-License-Identifier: Apache-2.0
"""Repeats of what is asked of a webhook: each has the answer of its own request, and no other's secret."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from api.events.model import Event, Place
from api.events.repository import event_rows
from api.events.tables import webhook_outcomes
from ledger.store import run
from tests.acceptance.test_webhooks import act, deliveries_at, hook, rely, wait_for
from tests.receivers import Receiver

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True

NOBODY = "http://127.0.0.1:9/x"


def replayed(world: World, made: dict[str, Any], asked: dict[str, Any], key: str = "") -> dict[str, Any]:
    """What a replay answers."""
    answer = act(world, "ZW", "POST", f"webhooks/{made['id']}:replay", asked, key)
    return {"status": answer.status_code, **answer.json()}


def told_thrice(world: World, receiver: Receiver) -> tuple[dict[str, Any], list[int]]:
    """A webhook of ZW that got three events, and the indexes of their entries."""
    made = hook(world, "ZW", receiver.url)
    indexes = [rely(world) for _ in range(3)]
    wait_for(lambda: len(receiver.got) == 3)
    return made, indexes


def queue(world: World) -> int:
    """How many rows are kept of what is to be sent again."""
    return int(world.ledger.store.query_raw("SELECT count(*) FROM webhook_replays")[0][0])


def test_each_replay_has_its_own_answer(own_world: World) -> None:
    """A replay asked for again by its key has the first answer, whatever was asked for in between."""
    world = own_world
    with Receiver() as receiver:
        made, indexes = told_thrice(world, receiver)
        last = {"after": f"{indexes[-1]}-0"}
        nothing = replayed(world, made, last, "nothing")
        several = replayed(world, made, {"after": f"{indexes[0]}-0"}, "several")
        wait_for(lambda: (len(receiver.got), queue(world)) == (5, 0))  # sent, and recorded as sent
        one = replayed(world, made, {"after": f"{indexes[1]}-0"}, "one")
        assert [said["events"] for said in (nothing, several, one)] == [0, 2, 1]
        wait_for(lambda: len(receiver.got) == 6)
        assert replayed(world, made, {"after": f"{indexes[0]}-0"}, "several") == several
        assert replayed(world, made, last, "nothing") == nothing
        assert replayed(world, made, {"after": f"{indexes[1]}-0"}, "one") == one
        assert len(receiver.got) == 6


def test_what_waits_is_not_asked_for_twice(own_world: World) -> None:
    """A replay of what waits already is refused, of which some waits adds the rest, and each is sent once."""
    world = own_world
    with Receiver() as receiver:
        made, indexes = told_thrice(world, receiver)
        world.ledger.deliveries.close()
        assert replayed(world, made, {"after": f"{indexes[1]}-0"})["events"] == 1
        again = replayed(world, made, {"after": f"{indexes[1]}-0"})
        assert (again["status"], again["code"], again["waiting"]) == (409, "webhook.replay_waits", 1)
        assert "waits to be sent again" in again["title"]
        assert replayed(world, made, {"after": f"{indexes[0]}-0"})["events"] == 1
        assert world.get("ZW", f"webhooks/{made['id']}").json()["queued"] == 2
        assert queue(world) == 2
        late = deliveries_at(world, time.time)
        wait_for(lambda: queue(world) == 0)
        late.close()
    assert [one.id for one in receiver.got[3:]] == [f"ZW-{indexes[2]}-0", f"ZW-{indexes[1]}-0"]
    assert world.get("ZW", f"webhooks/{made['id']}").json()["queued"] == 0


def test_no_more_waits_than_may(own_world: World) -> None:
    """A replay by which more than a thousand events would wait is refused; what waits stays as it was."""
    world = own_world
    made = hook(world, "ZW", NOBODY)
    world.ledger.deliveries.close()
    kept = [Event("ZW", Place(2**40 + n, 0), "key.added", "ZW", 0) for n in range(1200)]
    with world.ledger.store.transaction() as connection:
        for table, values in event_rows(kept):
            run(connection, insert(table).values(values))
    first = replayed(world, made, {"after": f"{2**40 + 699}-0"})
    assert first["events"] == 500
    full = replayed(world, made, {"after": f"{2**40 - 1}-0"})
    assert (full["status"], full["code"], full["waiting"]) == (409, "webhook.replay_full", 500)
    assert queue(world) == 500


def test_an_ended_webhook_keeps_no_queue(own_world: World) -> None:
    """What waits to be sent again goes when the webhook is ended."""
    world = own_world
    made = hook(world, "ZW", NOBODY)
    rely(world)
    world.settle()
    assert replayed(world, made, {"after": "0-0"})["events"] > 0
    assert queue(world) > 0
    act(world, "ZW", "DELETE", f"webhooks/{made['id']}")
    assert queue(world) == 0


def test_fresh_events_do_not_wait_for_repeats(own_world: World) -> None:
    """A new event arrives before what still waits to be sent again, and while that is failing."""
    world = own_world
    with Receiver() as receiver:
        made = hook(world, "ZW", receiver.url)
        old = [rely(world) for _ in range(3)]
        wait_for(lambda: len(receiver.got) == 3)
        receiver.says += [500] * 4
        assert replayed(world, made, {"after": f"{old[0] - 1}-0"})["events"] == 3
        wait_for(lambda: len(receiver.got) >= 6)  # tried three times: the next pause is two seconds at least
        began, new = len(receiver.got), rely(world)
        receiver.says[:] = [204, 500, 500]
        wait_for(lambda: len(receiver.got) > began, 1.5)
        assert receiver.got[began].id == f"ZW-{new}-0"
        assert {one.id for one in receiver.got[3:began]} == {f"ZW-{old[0]}-0"}


@pytest.mark.parametrize("between", [":rotate", "DELETE"])
def test_a_repeat_never_shows_another_secret(own_world: World, between: str) -> None:
    """A registration or a change sent again after the secret changed, or after the end, shows none."""
    world = own_world
    first = world.post("ZW", "webhooks", {"url": NOBODY}, "begin")
    path = f"webhooks/{first.json()['id']}"
    assert world.post("ZW", "webhooks", {"url": NOBODY}, "begin").json() == first.json()
    if between == ":rotate":
        changed = act(world, "ZW", "POST", f"{path}:rotate", key="change").json()
        assert act(world, "ZW", "POST", f"{path}:rotate", key="change").json() == changed
        act(world, "ZW", "POST", f"{path}:rotate")
        repeats = [world.post("ZW", "webhooks", {"url": NOBODY}, "begin")]
    else:
        act(world, "ZW", "POST", f"{path}:rotate", key="change")
        act(world, "ZW", "DELETE", path)
        repeats = [world.post("ZW", "webhooks", {"url": NOBODY}, "begin")]
    repeats.append(act(world, "ZW", "POST", f"{path}:rotate", key="change"))
    for answer in repeats:
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook.secret_made")
        assert "whsec_" not in answer.text


def test_a_registration_repeated_after_its_key_was_forgotten(own_world: World) -> None:
    """It is refused by its own rules, and shows no secret; whoever writes beside it is not concerned."""
    world = own_world
    made = world.post("ZW", "webhooks", {"url": NOBODY}, "week").json()
    world.ledger.store.forget_requests(int(time.time()) + 60)
    answer = world.post("ZW", "webhooks", {"url": NOBODY}, "week")
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook.secret_made")
    assert [one["id"] for one in world.get("ZW", "webhooks").json()["webhooks"]] == [made["id"]]


def test_what_was_given_up_on_often_is_counted_soon(own_world: World) -> None:
    """A thousand events, each given up on ten times, are counted once each, within seconds."""
    world = own_world
    made = bytes.fromhex(hook(world, "ZW", NOBODY)["id"])
    world.ledger.deliveries.close()
    kept = event_rows([Event("ZW", Place(2**40 + n, 0), "key.added", "ZW", 0) for n in range(1000)])
    names = [column.name for column in webhook_outcomes.columns]
    outcomes = [(made, again, 2**40 + n, 0, "dead", 0) for again in range(10) for n in range(1000)]
    with world.ledger.store.transaction() as connection:
        for table, values in kept:
            run(connection, insert(table).values(values))
        connection.execute(insert(webhook_outcomes), [dict(zip(names, one, strict=True)) for one in outcomes])
    began = time.monotonic()
    assert world.get("ZW", f"webhooks/{made.hex()}").json()["dead"] == 1000
    assert time.monotonic() - began < 3
