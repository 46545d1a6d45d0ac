# SPDX-License-Identifier: Apache-2.0
"""Where items are offered and how forms are filled in: published, shown, answered, compared by the probe."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.identity.accounts import Account
from api.identity.roles import EDITOR
from attest.statements import Envelope
from tests.doors import code_of
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def availability(code: str = "SC-002", **change: Any) -> dict[str, Any]:
    return {**next(one for one in samples.availability() if one["code"] == code), **change}


def example(code: str = "food_application", **change: Any) -> dict[str, Any]:
    return {**next(one for one in samples.examples() if one["code"] == code), **change}


def publish(world: World, subject: str, document: dict[str, Any], who: str = "SC") -> httpx.Response:
    return world.post(who, "catalogue/versions", {"subject": subject, "document": document})


def test_where_an_item_is_offered(own_world: World) -> None:
    """Signed by the item's department; page and API say why a place is closed, to when, and where to go."""
    world, anyone = own_world, Browser(own_world)
    assert code_of(world.get("", "catalogue/items/SC-002/availability")) == "availability.unknown"
    assert "data-availability" not in anyone.get("/catalogue/items/SC-002").text
    made = publish(world, "availability", availability())
    assert made.status_code == 201, made.text
    entry = Envelope.parse(world.ledger.store.leaf(made.json()["index"])).entry
    assert (entry.issuer, entry.body["subject"]) == ("SC", "availability")
    answer = world.get("", "catalogue/items/SC-002/availability?day=2026-11-27").json()
    assert answer["document"] == made.json()["document"]
    town = next(one for one in answer["places"] if one["code"] == "town")
    assert (town["state"], town["until"], town["instead"]) == ("closed", "2027-03-31", "hall")
    later = world.get("", "catalogue/items/SC-002/availability?day=2027-04-01").json()
    assert {one["state"] for one in later["places"]} == {"offered"}
    page = anyone.get("/catalogue/items/SC-002").text
    assert f'data-availability="{answer["document"]}"' in page
    for day in ("2026-13-01", "tomorrow", ""):
        told = world.get("", f"catalogue/items/SC-002/availability?day={day}")
        assert (code_of(told), told.json().get("parameter")) == ("query.invalid", "day"), day


def test_whose_availability_it_is(own_world: World) -> None:
    """Another's item, an item without a guide, a place that is none: refused, nothing written."""
    world, size = own_world, own_world.size
    assert code_of(publish(world, "availability", availability(), "YC")) == "issuer.mismatch"
    assert code_of(publish(world, "availability", availability(authority="YC"), "YC")) == "issuer.mismatch"
    assert code_of(publish(world, "availability", {**availability(), "code": "SC-999"})) == "item.unknown"
    assert code_of(publish(world, "availability", availability(places=[]))) == "catalogue.invalid"
    assert world.acts(size) == []


def test_how_a_form_is_filled_in(own_world: World) -> None:
    """Published by the form's owner; on the guide's page and on a page of its own; real numbers refused."""
    world, anyone = own_world, Browser(own_world)
    assert code_of(publish(world, "example", example(), "YC")) == "issuer.mismatch"
    assert code_of(publish(world, "example", example(authority="YC"), "YC")) == "catalogue.invalid"
    assert anyone.get("/catalogue/examples/food_application").status_code == 404
    made = publish(world, "example", example())
    assert made.status_code == 201, made.text
    page = unescape(anyone.get("/catalogue/items/SC-002").text)
    assert 'data-example="food_application"' in page
    assert "exactly as on the business licence" in page
    alone = anyone.get("/catalogue/examples/food_application").text
    assert f'data-hash="{made.json()["document"]}"' in alone


def test_an_example_meets_the_standard(own_world: World) -> None:
    """Once the standard stands, an example whose value it refuses is refused with its place."""
    world = own_world
    for one in (one for one in samples.standards() if one["code"] == "food-business"):
        assert publish(world, "standard", one).status_code == 201
    fields = [
        {**one, "value": {"zh": "canteen", "en": "canteen"}} if one["code"] == "business_form" else one
        for one in example()["fields"]
    ]
    refused = publish(world, "example", example(fields=fields))
    assert (code_of(refused), refused.json()["path"]) == ("catalogue.invalid", "/fields/3/value")
    assert publish(world, "example", example()).status_code == 201


def test_the_guide_check_misses_examples(own_world: World) -> None:
    """A form without an example is a note of the guide check; with one it is none."""
    add_accounts(own_world, Account("editor", "目录戊", frozenset({EDITOR}), "SC", ""))
    editor = signed_in(own_world, "editor")
    text = "事项编码,材料名称,材料类型\nSC-009,食品经营许可申请书,food_application\n"

    def named() -> list[str]:
        page = editor.post("/catalogue/check", text=text).text
        return re.findall(r'data-code="(guide.form_without_example)"', page)

    assert named() == ["guide.form_without_example"]
    assert publish(own_world, "example", example()).status_code == 201
    assert named() == []
