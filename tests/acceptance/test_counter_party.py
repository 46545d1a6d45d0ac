# SPDX-License-Identifier: Apache-2.0
"""A role that was left empty when the case was opened is filled at the counter with its paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.demo import samples
from api.operation.rebuild import rebuild
from tests.acceptance.test_recall import state_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import FOOD_ANSWERS, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CERTIFICATE = "health-certificate.jpg"


def kitchen(world: World) -> tuple[Browser, str]:
    """The clerk of SC with a case of a kitchen in which nobody is named as its staff."""
    add_accounts(world)
    asked = {**world.case("SC-002"), "answers": {**FOOD_ANSWERS, "catering": "yes"}}
    world.upload("SC", CERTIFICATE)
    return signed_in(world, "clerk.sc"), str(world.made("SC", "cases", asked)["case"])


def form_of(case: str, **more: str) -> dict[str, str]:
    """The filled form for a certificate in date, without whose it is."""
    form = {
        "case": case,
        "requirement": "health",
        "position": "0",
        "sha256": samples.sample(CERTIFICATE).sha256,
        "issued": "2026-11-01",
        "assurance": "original",
        "key": a_request_key(),
    }
    return {**form, **more}


def ma() -> dict[str, str]:
    one = next(one for one in samples.people() if one["key"] == "ma")
    return {"name.holder": one["name"], "number.holder": one["number"]}


def test_the_form_asks_who_it_is_and_the_case_takes_them_in(own_world: World) -> None:
    """Name and number are asked; one press adds the person and accepts the paper, which then serves."""
    world = own_world
    clerk, case = kitchen(world)
    form = clerk.get(f"/counter/add?case={case}&requirement=health&position=0").text
    assert 'id="f-who-holder"' in form
    size, sent = world.size, form_of(case, **ma())
    assert clerk.post("/counter/accept", **sent).status_code == 303
    kinds = [world.kind_of(index) for index in range(size, world.size)]
    assert kinds.index("case.party.added") < kinds.index("material.accepted")
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "health") == "here"
    size = world.size
    assert clerk.post("/counter/accept", **sent).status_code == 303  # a second press
    assert {world.kind_of(index) for index in range(size, world.size)} == {"usage.checked"}
    done = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert done.rows["party_additions"] == 1
    assert done.differences == []


def test_every_refusal_names_its_field(own_world: World) -> None:
    """Nobody named, half a person, a wrong number, a day that is none: told at its field, by name."""
    world = own_world
    clerk, case = kitchen(world)
    half = {"name.holder": "马"}
    wrong = {**ma(), "number.holder": "990101199001010010"}
    for more, place, name in (
        ({}, "f-who-holder", "employee"),
        (half, "f-who-holder", "employee"),
        (wrong, "f-who-holder", "employee"),
        ({**ma(), "issued": "2026-13-40"}, "f-issued", "Date of issue"),
        ({**ma(), "number": "\u0007"}, "f-number", "Number"),
    ):
        size = world.size
        answer = clerk.post("/counter/accept", **form_of(case, **more))
        assert answer.status_code == 200, (more, answer.status_code)
        assert f'<a href="#{place}">{name}' in answer.text, more
        assert f'id="{place}"' in answer.text
        assert "material.accepted" not in [world.kind_of(index) for index in range(size, world.size)]
