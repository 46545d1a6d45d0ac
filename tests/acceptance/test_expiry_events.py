# SPDX-License-Identifier: Apache-2.0
"""Papers that end soon as events: once for each acceptance and department, with whose duty it is."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.auditing import known_acts
from api.operation.rebuild import rebuild
from api.workers.noticing import Noticing
from attest.acts import Custodial
from attest.expiry.commands import TellExpiry
from attest.expiry.model import EXPIRING, Notice
from attest.fields import Fields
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected
from tests.acceptance.test_expiries import listed, relied, today
from tests.numbers import licence_number

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
TYPE = "once." + EXPIRING
DAY = 86_400


def noticing(world: World, days: int = 30, ahead: int = 0) -> Noticing:
    """A calendar's eye, as another process or a later start has it, so many days later."""
    ledger = world.ledger
    return Noticing(
        ledger.store,
        ledger.writer,
        ledger.context,
        ledger.catalogue,
        days,
        lambda: time.time() + ahead * DAY,
    )


def told(world: World, who: str) -> list[dict[str, Any]]:
    """A department's events of this type."""
    world.settle()
    events = world.get(who, "events", limit="500").json()["events"]
    return [one for one in events if one["type"] == TYPE]


def test_everybody_concerned_is_told_once(own_world: World) -> None:
    """Window, authority and who relied get one event each; it names the reliance, and the type's owner."""
    world = own_world
    reliance, acceptance = relied(world, 5, licence_number(5))
    assert noticing(world).turn() == 3
    for who in ("ZW", "XF", "SC"):
        (event,) = told(world, who)
        data = event["data"]
        assert (data["by"], data["duty"], data["acceptance"]["id"]) == ("service", "SC", acceptance)
        assert world.kind_of(data["index"]) == EXPIRING
        assert ("reliance" in data) == (who == "SC")
    assert told(world, "SC")[0]["data"]["reliance"]["id"] == reliance
    assert told(world, "YC") == []
    (row,) = listed(world, "SC")
    assert (row["type"], row["duty"], row["reliance"]) == (TYPE, "SC", reliance)


def test_never_twice(own_world: World) -> None:
    """Not by the next turn, another process, another day, a second reliance, or a rebuilt database."""
    world = own_world
    _, acceptance = relied(world, 5, licence_number(5))
    eye, other = noticing(world), noticing(world, ahead=2)
    assert (eye.turn(), eye.turn(), other.turn()) == (3, 0, 0)
    case = world.made("SC", "cases", world.case("SC-002"))["case"]
    asked = {"case": case, "requirement": "licence", "acceptance": acceptance}
    world.made("SC", "reliances", asked)
    assert eye.turn() == 0
    before = told(world, "SC")
    ledger = world.ledger
    row = acceptance_by_id(bytes.fromhex(acceptance), ledger.store)
    assert row is not None
    notice = Notice(Citation(row.id, row.index, row.leaf, bytes(32)), "SC", "SC")
    another = Notice(notice.acceptance, "YC", "XF")
    for wrong, code in ((notice, "expiry.known"), (another, "statement.mismatch")):
        with pytest.raises(CommandRejected) as refused:
            ledger.writer.submit_wait(Custodial(TellExpiry(ledger.catalogue), wrong, SERVICE, ledger.context))
        assert refused.value.code == code
    assert told(world, "SC") == before
    found = rebuild(ledger.store, ledger.context, lambda _: None)
    assert (found.differences, found.unknown, found.rows["expiry_notices"]) == ([], 0, 3)


def test_who_comes_later_is_told_too(own_world: World) -> None:
    """A department that relies after the first notice gets its own, and nobody else another."""
    world = own_world
    until = (today() + timedelta(days=9)).isoformat()
    asked = world.acceptance(
        world.cases["XF-001"], "business-licence.pdf", number=licence_number(9), valid_until=until
    )
    acceptance = world.made("ZW", "acceptances", asked)["id"]
    eye = noticing(world)
    assert eye.turn() == 2
    case = world.made("SC", "cases", world.case("SC-002"))["case"]
    world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": acceptance})
    assert eye.turn() == 1
    assert len(told(world, "SC")) == len(told(world, "XF")) == 1


def test_only_what_ends_soon_and_stands(own_world: World) -> None:
    """Beyond the days, taken back or renewed: no notice; its time comes with the day."""
    world = own_world
    relied(world, 31, licence_number(31))
    fallen, renewed = relied(world, 6, licence_number(2))[1], relied(world, 7, licence_number(3))[1]
    world.made("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    newer = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=licence_number(4))
    newer["supersedes"] = {"acceptance": renewed, "how": "renewed"}
    world.made("ZW", "acceptances", newer)
    assert noticing(world).turn() == 0
    assert noticing(world, ahead=1).turn() == 3
    assert noticing(world, ahead=32).turn() == 0


def test_the_record_is_read_back_and_names_nobody(own_world: World) -> None:
    """The entry says department and duty in the open; the private record parses back to itself."""
    world = own_world
    relied(world, 5, licence_number(5))
    noticing(world).turn()
    ledger = world.ledger
    plain = open_private(world.size - 1, ledger.store, ledger.context.sealer)[1]
    act = known_acts()[EXPIRING]
    assert act.record(act.parse(Fields(plain))) == plain
    leaf = ledger.store.leaf(world.size - 1)
    assert licence_number(5).encode() not in leaf
    assert not any(one.encode() in leaf for one in world.holders.values())
