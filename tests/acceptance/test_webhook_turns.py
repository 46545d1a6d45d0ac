# SPDX-License-Identifier: Apache-2.0
"""Departments share the deliveries: what is slow at one holds up no other, and its own for a turn."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import insert

from api.events.addresses import addresses_of
from api.events.delivering import TURN_SECONDS
from api.events.lookups import SHARED_SECONDS, Lookups
from api.events.model import Event, Place
from api.events.repository import event_rows
from ledger.store import run
from tests.acceptance.test_webhooks import act, deliveries_at, hook, rely, wait_for
from tests.receivers import Receiver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

SILENT = ".silent.example"


def ask_again(world: World, who: str, url: str, most: int = 16) -> list[str]:
    """Webhooks of a department with a queue each; their ids."""
    made = [hook(world, who, url.format(number))["id"] for number in range(most)]
    for one in made:
        assert act(world, who, "POST", f"webhooks/{one}:replay", {"after": "0-0"}).json()["events"] > 5
    return made


def more_events(world: World, *departments: str) -> None:
    """Events of old, to be asked for again."""
    kept = [Event(who, Place(1, 100 + n), "key.added", who, 0) for who in departments for n in range(6)]
    with world.ledger.store.transaction() as connection:
        for table, values in event_rows(kept):
            run(connection, insert(table).values(values))


def test_names_that_nobody_answers_for(own_world: World) -> None:
    """While a department's names are being looked up in vain, another's events arrive at once."""
    world, end = own_world, threading.Event()

    def find(host: str, port: int) -> Sequence[str]:
        if host.endswith(SILENT):
            end.wait(60)
            raise OSError
        return addresses_of(host, port)

    world.ledger.deliveries.close()
    more_events(world, "SC")
    ask_again(world, "SC", "https://h{}" + SILENT)
    with Receiver() as receiver:
        made = hook(world, "ZW", f"http://localhost:{receiver.port}/x")
        delivering = deliveries_at(world, time.time, find)
        time.sleep(1)  # all that SC may have is under way
        rely(world)
        wait_for(lambda: bool(receiver.got), 5)
        wait_for(lambda: world.get("ZW", f"webhooks/{made['id']}").json()["waiting"] is None, 2)
        delivering.close()
        end.set()
    causes = world.ledger.store.query_raw(
        "SELECT DISTINCT cause FROM webhook_attempts WHERE webhook = ?", (bytes.fromhex(made["id"]),)
    )
    assert [row[0] for row in causes] == ["ok"]


def test_a_name_that_nobody_answers_for_holds_up_no_other_of_its_department(own_world: World) -> None:
    """Ten webhooks of one silent host: another one of the department has its event before they give up."""
    world, end = own_world, threading.Event()

    def find(host: str, port: int) -> Sequence[str]:
        if host.endswith(SILENT):
            end.wait(60)
            raise OSError
        return addresses_of(host, port)

    world.ledger.deliveries.close()
    more_events(world, "SC")
    ask_again(world, "SC", "https://h" + SILENT + "/{}", 10)
    with Receiver() as receiver:
        own = hook(world, "SC", f"http://localhost:{receiver.port}/x")["id"]
        act(world, "SC", "POST", f"webhooks/{own}:replay", {"after": "0-0"})
        delivering = deliveries_at(world, time.time, find)
        wait_for(lambda: bool(receiver.got), SHARED_SECONDS + 3)
        delivering.close()
        end.set()


def test_a_lookup_that_was_given_up_keeps_its_place() -> None:
    """A department has four look-ups under way, counting those nobody waits for; then its next ones go on."""
    end, begun = threading.Event(), []

    def find(host: str, _port: int) -> Sequence[str]:
        begun.append(host)
        end.wait(10)
        return ["192.0.2.1"]

    async def look() -> None:
        lookups = Lookups(find)

        async def ask(department: str, number: int) -> Sequence[str] | None:
            try:
                return await asyncio.wait_for(
                    lookups.addresses(department, f"{department}{number}", 443), 0.3
                )
            except TimeoutError:
                return None

        assert await asyncio.gather(*(ask("SC", number) for number in range(9))) == [None] * 9
        assert [await one for one in (ask("SC", 9), ask("ZW", 0))] == [None, None]
        assert sorted(begun) == ["SC0", "SC1", "SC2", "SC3", "ZW0"]
        end.set()
        assert [await one for one in (ask("SC", 0), ask("SC", 9), ask("ZW", 0))] == [["192.0.2.1"]] * 3

    asyncio.run(look())


def test_who_shares_a_lookup_that_never_began_gives_up_with_it() -> None:
    """Given up while it waited for a place: whoever shares it is told at once, and the next asks anew."""
    end = threading.Event()

    def find(host: str, _port: int) -> Sequence[str]:
        if host.startswith("dead"):
            end.wait(10)
        return ["192.0.2.1"]

    async def look() -> None:
        lookups = Lookups(find)
        dead = [asyncio.ensure_future(lookups.addresses("SC", f"dead{n}", 443)) for n in range(4)]
        await asyncio.sleep(0.1)
        first, second = (asyncio.ensure_future(lookups.addresses("SC", "late", 443)) for _ in range(2))
        await asyncio.sleep(0.1)
        first.cancel()
        became = await asyncio.gather(first, second, return_exceptions=True)
        assert [type(one) for one in became] == [asyncio.CancelledError, TimeoutError]
        end.set()
        assert await lookups.addresses("SC", "late", 443) == ["192.0.2.1"]
        await asyncio.gather(*dead)

    asyncio.run(look())


def test_a_name_has_one_place() -> None:
    """Nine who ask for one name share one look-up; those who came later are let go soon, and others go on."""
    end, begun = threading.Event(), []

    def find(host: str, _port: int) -> Sequence[str]:
        begun.append(host)
        if host == "dead":
            end.wait(20)
        return ["192.0.2.1"]

    async def look() -> None:
        lookups = Lookups(find)
        dead = [asyncio.ensure_future(lookups.addresses("SC", "dead", 443)) for _ in range(9)]
        await asyncio.sleep(0.2)
        others = [lookups.addresses("SC", f"other{number}", 443) for number in range(9)]
        assert await asyncio.wait_for(asyncio.gather(*others), SHARED_SECONDS) == [["192.0.2.1"]] * 9
        _, waiting = await asyncio.wait(dead, timeout=SHARED_SECONDS + 1)
        assert waiting == {dead[0]}
        assert {type(one.exception()) for one in dead[1:]} == {TimeoutError}
        end.set()
        assert await dead[0] == ["192.0.2.1"]
        assert await lookups.addresses("SC", "dead", 8443) == ["192.0.2.1"]

    asyncio.run(look())
    assert begun.count("dead") == 2


def test_who_shares_a_lookup_has_its_answer() -> None:
    """An answer, or what went wrong, is for all who wait; a name of two departments is looked up for each."""
    go, begun = threading.Event(), []

    def find(host: str, _port: int) -> Sequence[str]:
        begun.append(host)
        go.wait(10)
        if host == "lost":
            raise OSError(host)
        return ["192.0.2.1"]

    async def look() -> None:
        lookups = Lookups(find)
        named = [("SC", "found"), ("SC", "found"), ("ZW", "found"), ("SC", "lost"), ("SC", "lost")]
        asked = [asyncio.ensure_future(lookups.addresses(*one, 443)) for one in named]
        await asyncio.sleep(0.1)
        go.set()
        became = await asyncio.gather(*asked, return_exceptions=True)
        assert became[:3] == [["192.0.2.1"]] * 3
        assert {type(one) for one in became[3:]} == {OSError}

    asyncio.run(look())
    assert sorted(begun) == ["found", "found", "lost"]


def test_slow_receivers_hold_up_nobody_else(own_world: World) -> None:
    """Thirty-five slow receivers of three departments leave a fourth its place, and each other a turn."""
    world = own_world
    more_events(world, "SC", "YC", "XF")
    with Receiver(seconds=2.5) as slow, Receiver() as quick:
        ask_again(world, "SC", slow.url, 15)
        ask_again(world, "YC", slow.url, 16)
        ask_again(world, "XF", slow.url, 4)
        hook(world, "ZW", quick.url)
        wait_for(lambda: len(slow.got) >= 20)
        rely(world)
        wait_for(lambda: bool(quick.got), 2)
        own = hook(world, "SC", f"{quick.url}&of=SC")["id"]
        act(world, "SC", "POST", f"webhooks/{own}:replay", {"after": "0-0"})
        wait_for(lambda: any("of=SC" in one.path for one in quick.got), TURN_SECONDS + 5)
        slow.end.set()
