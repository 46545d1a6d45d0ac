# SPDX-License-Identifier: Apache-2.0
"""The issuer's word at the counter: its clerks say that a paper of theirs stands no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from api.demo import samples
from attest.days import day_of
from tests.acceptance.test_faults_at_fields import faults
from tests.acceptance.test_recall import inbox
from tests.homes import copy_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import a_request_key, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

EATERY: Final = next(one for one in samples.people() if one["key"] == "eatery")
NUMBER: Final = "92990101MA99A1172F"


@pytest.fixture
def clerk(own_world: World) -> Browser:
    """A clerk of the department that issues business licences."""
    add_accounts(own_world)
    return signed_in(own_world, "clerk.sc")


def word(**more: str) -> dict[str, str]:
    """The filled form by which SC says that the eatery's licence was changed."""
    who = {"name.holder": str(EATERY["name"]), "number.holder": str(EATERY["number"])}
    form = {"type": "business_licence", "number": NUMBER, "reason": "superseded", "since": "2026-01-05"}
    return {**form, **who, "key": a_request_key(), **more}


def test_the_papers_of_a_department_are_offered(clerk: Browser) -> None:
    """The counter leads to a list of what the department issues, and each to its form."""
    assert 'href="/counter/deny"' in clerk.get("/counter").text
    page = clerk.get("/counter/deny").text
    assert 'value="business_licence"' in page
    assert "marriage_certificate" not in page
    form = clerk.get("/counter/deny?type=business_licence").text
    assert 'data-deny="business_licence"' in form
    assert 'name="number.holder"' in form
    assert 'data-deny="3"' in clerk.get("/counter/deny?type=marriage_certificate").text


def test_the_word_is_an_entry_and_reaches_who_relied(own_world: World, clerk: Browser) -> None:
    """Once however often the form is sent; the page names the entry, whoever relied finds it in the inbox."""
    world = own_world
    relied = {
        "case": world.cases["YC-004"],
        "requirement": "licence",
        "acceptance": world.accepted["licence"]["id"],
    }
    world.made("YC", "reliances", relied)
    size, form = world.size, word(number=f" {NUMBER.lower()} ")
    answers = [clerk.post("/counter/deny", **form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    kinds = [world.kind_of(index) for index in range(size, world.size)]
    assert kinds.count("material.denied") == 1
    index = size + kinds.index("material.denied")
    assert {one.headers["location"] for one in answers} == {f"/counter/deny?said={index}"}
    assert world.entry(index).issuer == "SC"
    assert f'data-said="{index}"' in clerk.get(f"/counter/deny?said={index}").text
    [row] = inbox(world, "YC")
    assert (row["type"], row["by"], row["case"]) == ("once.acceptance.denied", "SC", relied["case"])


def test_an_address_names_no_other_entry(own_world: World, clerk: Browser) -> None:
    """Of another department's denial, of another entry, of none and of nonsense the page says nothing."""
    world = own_world
    index = int(str(clerk.post("/counter/deny", **word()).headers["location"]).partition("=")[2])
    other = signed_in(world, "clerk")
    assert "data-said" not in other.get(f"/counter/deny?said={index}").text
    for said in ("0", str(world.size), "9" * 18, "9" * 400, "-1", "²", "x", ""):
        assert "data-said" not in clerk.get(f"/counter/deny?said={said}").text, said


def test_each_fault_stands_at_its_field(own_world: World, clerk: Browser) -> None:
    """What is missing, wrong or to come is said where it is typed, which stays; nothing is signed."""
    world, tomorrow = own_world, (day_of(2**31) + timedelta(days=1)).isoformat()
    for more, places in (
        ({"number": ""}, {"f-number"}),
        ({"number": "92990101MA99A1172G"}, {"f-number"}),
        ({"number": "9" * 65}, {"f-number"}),
        ({"name.holder": "", "number.holder": ""}, {"f-who-holder"}),
        ({"name.holder": ""}, {"f-who-holder"}),
        ({"number.holder": "990101199001010011"}, {"f-who-holder"}),
        ({"name.holder": "别人"}, {"f-who-holder"}),
        ({"reason": "lost"}, {"f-reason"}),
        ({"since": tomorrow}, {"f-since"}),
        ({"since": "5 January"}, {"f-since"}),
        ({"number": "", "reason": "", "since": ""}, {"f-number", "f-reason", "f-since"}),
        ({"number": "92990101MA99A1172G", "reason": ""}, {"f-number", "f-reason"}),
    ):
        size = world.size
        answer = clerk.post("/counter/deny", **word(**more))
        assert answer.status_code == 422, more
        assert set(faults(answer.text)) == places, more
        assert "material.denied" not in [world.kind_of(index) for index in range(size, world.size)]
    page = clerk.post("/counter/deny", **word(reason="")).text
    assert f'value="{NUMBER}"' in page
    assert f'value="{EATERY["name"]}"' in page


def test_only_its_own_papers(own_world: World, clerk: Browser) -> None:
    """A department says nothing of another's paper; one that issues none is told so, before any types too."""
    world, size = own_world, own_world.size
    answer = clerk.post("/counter/deny", **word(type="marriage_certificate"))
    assert set(faults(answer.text)) == {"f-type"}
    other = signed_in(world, "clerk")
    assert 'data-deny="0"' in other.get("/counter/deny").text
    assert other.post("/counter/deny", **word()).status_code == 422
    assert "material.denied" not in [world.kind_of(index) for index in range(size, world.size)]


def test_before_the_first_types(bare_home: Path, tmp_path: Path) -> None:
    """A ledger without material types offers nothing."""
    world = open_world(copy_of(bare_home, tmp_path / "home"))
    try:
        add_accounts(world)
        assert 'data-deny="0"' in signed_in(world, "clerk").get("/counter/deny").text
    finally:
        world.close()
