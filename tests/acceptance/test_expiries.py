# SPDX-License-Identifier: Apache-2.0
"""Papers that end soon: told to whoever relied on them, once each, and to nobody else."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from api.events.expiries import START, After, expiries_after, parse_after
from attest.days import day_of
from attest.expiry.model import OPEN_DAYS
from tests.numbers import licence_number
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def today() -> date:
    """The day as the service has it."""
    return day_of(int(time.time()))


def relied(world: World, left: int, number: str) -> tuple[str, str]:
    """SC relies on a licence that ends in so many days; reliance and acceptance."""
    until = (today() + timedelta(days=left)).isoformat()
    asked = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=number, valid_until=until)
    accepted = world.made("ZW", "acceptances", asked)["id"]
    case = world.made("SC", "cases", world.case("SC-002"))["case"]
    asked = {"case": case, "requirement": "licence", "acceptance": accepted}
    return world.made("SC", "reliances", asked)["id"], accepted


def listed(world: World, who: str, **query: str) -> list[dict[str, Any]]:
    """A department's notices."""
    answer = world.get(who, "expiries", purpose="review", **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["expiries"])


def test_what_ends_soon_is_told_soonest_first(own_world: World) -> None:
    """Within the days asked for, last day included; another department hears nothing."""
    world = own_world
    late, soon, far = (relied(world, left, licence_number(left))[0] for left in (30, 3, 31))
    found = listed(world, "SC")
    assert [(one["reliance"], one["days_left"]) for one in found] == [(soon, 3), (late, 30)]
    assert [one["reliance"] for one in listed(world, "SC", days="31")] == [soon, late, far]
    assert listed(world, "SC", days="2") == []
    assert listed(world, "XF") == listed(world, "ZW") == []


def test_each_is_told_once(own_world: World) -> None:
    """Seen moves it over for good; another department cannot, and a repeat is the same answer."""
    world = own_world
    reliance, _ = relied(world, 5, licence_number(5))

    def mark(who: str) -> Any:
        path = f"/api/v1/expiries/{reliance}:seen"
        return world.send("POST", path, who=who, headers=[("idempotency-key", a_request_key())])

    assert mark("YC").json()["code"] == "expiry.unknown"
    first = mark("SC")
    assert first.status_code == 200, first.text
    assert mark("SC").json() == first.json()
    assert listed(world, "SC") == []
    assert [one["reliance"] for one in listed(world, "SC", state="seen")] == [reliance]


def test_what_fell_or_was_renewed_is_told_elsewhere(own_world: World) -> None:
    """A paper that was taken back or renewed leaves the list: its recall says more."""
    world = own_world
    relied(world, 5, licence_number(1))
    fallen, renewed = relied(world, 6, licence_number(2))[1], relied(world, 7, licence_number(3))[1]
    world.made("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    newer = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=licence_number(4))
    newer["supersedes"] = {"acceptance": renewed, "how": "renewed"}
    world.made("ZW", "acceptances", newer)
    assert [one["days_left"] for one in listed(world, "SC")] == [5]


def test_pages_add_up(own_world: World) -> None:
    """Page by page, nothing is left out and nothing comes twice."""
    world = own_world
    for number in range(5):
        relied(world, 3 + number // 2, licence_number(number))
    whole, paged, after = listed(world, "SC"), [], None
    while True:
        query = {"limit": "2", **({"after": after} if after else {})}
        answer = world.get("SC", "expiries", purpose="review", **query).json()
        paged += answer["expiries"]
        after = answer["next"]
        if after is None:
            break
    assert paged == whole
    assert len(whole) == 5


def test_the_counter_begins_with_what_ends_soon(own_world: World) -> None:
    """A clerk of the department sees day and whose duty it is, and marks it; others see nothing."""
    world = own_world
    add_accounts(world)
    reliance, _ = relied(world, 5, licence_number(5))
    clerk, other, size = signed_in(world, "clerk.sc"), signed_in(world, "clerk"), world.size
    assert 'id="expiries"' not in other.get("/counter").text
    assert "usage.read" not in [world.kind_of(index) for index in range(size, world.size)]
    page = clerk.get("/counter").text
    assert f'data-expiry="{reliance}" data-duty="own"' in page
    for said in ("5 days left", (today() + timedelta(days=5)).strftime("%Y"), "Your department is to accept"):
        assert said in page, said
    assert [world.kind_of(index) for index in range(size, world.size)][-1] == "usage.read"
    assert other.post("/counter/expiries", id=reliance).status_code == 404
    assert clerk.post("/counter/expiries", id="0").status_code == 404
    for _ in range(2):
        assert clerk.post("/counter/expiries", id=reliance).status_code == 303
    assert f'data-expiry="{reliance}"' not in clerk.get("/counter").text
    assert f'data-expiry="{reliance}"' in clerk.get("/counter?expiries=seen").text
    assert listed(world, "SC") == []
    case = world.made("SC", "cases", world.case("SC-002"))["case"]  # one that SC itself took in
    world.upload("SC", "business-licence.pdf")
    until = (today() + timedelta(days=1)).isoformat()
    paper = world.acceptance(case, "business-licence.pdf", number=licence_number(1), valid_until=until)
    asked = {"case": world.made("SC", "cases", world.case("SC-002"))["case"], "requirement": "licence"}
    world.made("SC", "reliances", {**asked, "acceptance": world.made("SC", "acceptances", paper)["id"]})
    page = clerk.get("/counter").text
    assert 'data-duty="own"' in page
    assert "1 day left" in page


def test_the_day_is_an_argument(own_world: World) -> None:
    """The same tables give the notices of any day; an old case is open no more, and nothing is written."""
    world = own_world
    relied(world, 400, licence_number(400))
    store, size = world.ledger.store, world.size

    def told(day: date) -> int:
        return len(expiries_after("SC", day, 30, START, 9, store, world.ledger.catalogue, seen=False)[0])

    assert [told(today() + timedelta(days=ahead)) for ahead in (0, 369, 370)] == [0, 0, 0]
    relied(world, OPEN_DAYS, licence_number(365))
    assert [told(today() + timedelta(days=OPEN_DAYS - back)) for back in (31, 30, 0, -1)] == [0, 1, 1, 0]
    assert world.size > size


def test_places_read_back() -> None:
    """A page's end is text that reads back to itself and to nothing else."""
    place = After(date(2026, 12, 1), 57)
    assert parse_after(str(place)) == place
    for wrong in ("", "57", "2026-12-1-57", "2026-12-01-057", "2026-12-01-x", "2026-13-01-1"):
        assert parse_after(wrong) is None, wrong


def test_the_holder_reads_what_ends_first(own_world: World) -> None:
    """The page names what ends within thirty days with the days left, and nothing that ends later."""
    world = own_world
    add_accounts(world)
    for left in (9, 40):
        until = (today() + timedelta(days=left)).isoformat()
        asked = world.acceptance(world.cases["XF-001"], "business-licence.pdf", valid_until=until)
        world.made("ZW", "acceptances", asked)
    page = as_person(world, "chen").get("/my/materials").text  # a browser that asks for no language
    assert page.count('id="soon"') == 1
    assert ", 9 days left" in page
    assert ", 40 days left" not in page
