# SPDX-License-Identifier: Apache-2.0
"""An issuer says unasked that a paper of its own was changed or taken back: who relied on it is told."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.operation.rebuild import rebuild
from attest.days import day_of
from tests.acceptance.test_recall import inbox
from tests.acceptance.test_supersession import events
from tests.numbers import licence_number
from tests.openapi_parts import Contract
from tests.people import add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
TOLD = "once.acceptance.denied"


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def changed(world: World, **more: Any) -> dict[str, Any]:
    """The request by which SC says that the eatery's licence was changed."""
    parties = [{"role": "holder", "holder": world.holders["eatery"]}]
    paper = {"type": "business_licence", "number": "92990101MA99A1172F", "parties": parties}
    return {**paper, "reason": "superseded", "since": "2026-01-05", **more}


def test_an_issuers_word_reaches_each_that_relied(own_world: World) -> None:
    """Outside every list: event, inbox and banner; the old acceptance serves no more, a new one does."""
    world = own_world
    add_accounts(world)
    licence = world.accepted["licence"]["id"]
    case = str(world.made("ZW", "cases", world.case("XF-001"))["case"])
    world.made("ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    yc = {"case": world.cases["YC-004"], "requirement": "licence", "acceptance": licence}
    world.made("YC", "reliances", yc)
    contract = Contract(world.send("GET", "/openapi.json").json())
    answer = world.post("SC", "denials", changed(world))
    assert not contract.answer("POST", "/api/v1/denials", answer)
    index = answer.json()["index"]
    assert (world.kind_of(index), "case" in world.entry(index).body) == ("material.denied", False)
    for who, relied in (("YC", 1), ("ZW", 2), ("XF", 2)):
        told = [data for type_, data in events(world, who) if type_ == TOLD]
        assert [(one["by"], one["index"], one["acceptance"]["id"]) for one in told] == [
            ("SC", index, licence)
        ] * relied
    [row] = inbox(world, "YC")
    assert (row["type"], row["by"], row["case"]) == (TOLD, "SC", yc["case"])
    page = signed_in(world, "clerk").get(f"/counter?case={case}").text
    assert 'id="denied"' in page
    assert 'id="recalled"' not in page
    asked = {"case": yc["case"], "purpose": "review", "requirements": ["licence"]}
    [result] = world.post("YC", "recognitions:check", asked).json()["results"]
    assert (result["verdict"], result["reason"]) == ("required", "issuer.not_valid")
    anew = world.acceptance(world.cases["XF-001"], "business-licence.pdf", issued="2026-09-01")
    world.made("ZW", "acceptances", anew)
    [result] = world.post("YC", "recognitions:check", asked).json()["results"]
    assert result["verdict"] == "recognised"
    newer = world.made(
        "ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": result["acceptance"]["id"]}
    )
    assert newer["index"] > index
    assert 'id="denied"' not in signed_in(world, "clerk").get(f"/counter?case={case}").text
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert (found.differences, found.unknown) == ([], 0)


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("XF", {}, "acceptance.issuer"),
        ("SC", {"type": "food_layout"}, "acceptance.issuer"),
        ("SC", {"type": "invoice"}, "types.unknown"),
        ("SC", {"number": "N-1"}, "number.credit_code"),
        ("SC", {"since": "2999-01-01"}, "acceptance.dates"),
        ("SC", {"since": None}, "field.missing"),
        ("SC", {"reason": "lost"}, "field.invalid"),
        ("SC", {"parties": [{"role": "holder", "holder": "00" * 16}]}, "holder.unknown"),
        ("SC", {"parties": [{"role": "tenant", "holder": None}]}, "acceptance.role"),
        ("SC", {"case": "1"}, "field.unknown"),
    ],
)
def test_only_the_issuer_speaks_of_its_own_papers(
    world: World, who: str, more: dict[str, Any], code: str
) -> None:
    """Each refusal has its code; nothing is written."""
    asked = {name: value for name, value in changed(world, **more).items() if value is not None}
    for one in asked["parties"]:
        one["holder"] = one["holder"] or world.holders["eatery"]
    before = world.size
    answer = world.post(who, "denials", asked)
    assert answer.json()["code"] == code, answer.text
    assert world.size == before


def test_the_answer_does_not_tell_whether_anybody_has_it(world: World) -> None:
    """A number that nobody holds is answered alike."""
    known, unknown = (
        world.made("SC", "denials", changed(world, number=number))
        for number in ("92990101MA99A1172F", licence_number(41))
    )
    assert known.keys() == unknown.keys()


def test_nobody_is_given_to_sign_a_day_to_come(world: World) -> None:
    """What is prepared is refused like what is written: a day that has not come, by its own name."""
    asked = changed(world, since=(day_of(int(time.time())) + timedelta(days=1)).isoformat())
    for door in ("denials:prepare", "denials"):
        size = world.size
        answer = world.post("SC", door, asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "acceptance.dates"), door
        assert answer.json()["path"] == "/since"
        assert world.size == size
    today = changed(world, since=day_of(int(time.time())).isoformat())
    assert world.post("SC", "denials:prepare", today).status_code == 200
