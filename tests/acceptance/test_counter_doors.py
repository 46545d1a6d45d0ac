# SPDX-License-Identifier: Apache-2.0
"""The counter's doors without a browser: uses that nobody signed, and odd numbers in addresses."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import update

from api.demo import samples
from api.web.counter.signing import Signing
from api.web.counter.tables import counter_uses
from api.web.counter.uses import OPEN, SIGNED, Choose, use_by_id
from ledger.store import run
from tests.people import add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ID = bytes(range(16))


def test_a_use_left_open_is_signed_by_another_process(own_world: World) -> None:
    """What a process that died had to sign is taken up once it is overdue, whoever is at the counter."""
    world = own_world
    case, store = world.cases["YC-004"], world.ledger.store
    found = world.post("YC", "recognitions:check", {"case": case, "purpose": "测试"}).json()["results"]
    one = next(one for one in found if one["verdict"] == "recognised")
    chosen = ((one["requirement"], bytes.fromhex(one["acceptance"]["id"])),)
    world.ledger.writer.submit_wait(Choose(ID, case, "YC", "clerk.yc", chosen))

    def watched() -> str:
        async def briefly() -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(Signing(world.ledger).watch(), 2)

        world.runner.run(briefly())
        use = use_by_id(ID, store)
        assert use is not None
        return use.outcome

    assert watched() == OPEN  # it may still be taken back
    with store.transaction() as connection:
        run(connection, update(counter_uses).values(due=int(time.time()) - 60))
    assert watched() == SIGNED


def test_a_position_is_a_small_number(world: World) -> None:
    """A number of thousands of digits, or of other scripts, is refused like one that is not there."""
    add_accounts(world)
    clerk, case = signed_in(world, "clerk"), world.cases["XF-001"]
    for position in ("9" * 5000, "٣", "-1", "1e3", "", "999"):
        answer = clerk.get(f"/counter/add?case={case}&requirement=drawings&position={position}")
        assert 400 <= answer.status_code < 500, position


def test_a_form_that_is_done_with_leads_to_its_case(own_world: World) -> None:
    """To htmx the address of the desk, and to a form on a page of its own that alone: the desk is loaded.

    The form opened again says so, and links to the case.
    """
    world = own_world
    add_accounts(world)
    world.upload("ZW", "food-application.pdf")
    case = str(world.made("ZW", "cases", world.case("SC-002"))["case"])
    clerk, sample = signed_in(world, "clerk"), samples.sample("food-application.pdf")
    clerk.get(f"/counter?case={case}")
    form = {"case": case, "requirement": "application", "position": "0", "sha256": sample.sha256}
    form |= {"assurance": "original", "key": a_request_key(), "csrf": clerk.csrf}
    answer = clerk.send("POST", "/counter/accept", form, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-replace-url"]) == (200, f"/counter?case={case}")
    own = {"hx-request": "true", "hx-current-url": f"http://localhost/counter/add?case={case}"}
    alone = clerk.send("POST", "/counter/accept", form, headers=own)
    place = f"/counter?case={case}"
    assert (alone.status_code, alone.headers["hx-replace-url"], alone.text) == (204, place, "")
    again = clerk.get(f"/counter/add?case={case}&requirement=application&position=7")
    assert again.status_code == 409
    assert f'href="/counter?case={case}"' in again.text
