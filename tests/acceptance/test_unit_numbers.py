# SPDX-License-Identifier: Apache-2.0
"""Numbers of real-estate units (GB/T 37346): of their form at every door that writes, seen at the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from tests.acceptance.test_faults_at_fields import faults
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

UNIT: Final = SHOP["id"]
GROUPED: Final = "990101 001001 GB00017 F00010117"
BAD: Final = ("short", "x y<b>", UNIT[:-1], UNIT.lower(), f"{UNIT} ", GROUPED)


def _about(id_: str) -> dict[str, str]:
    return {**SHOP, "id": id_}


def _refused(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "about.unit_number"), answer.text
    assert answer.json()["path"] == "/about/id"
    assert "28" in answer.json()["title"]


@pytest.mark.parametrize("bad", BAD)
def test_a_case_is_not_opened_about_what_is_no_unit(own_world: World, bad: str) -> None:
    """Neither plainly nor prepared for a department that signs itself; nothing stands."""
    world = own_world
    size, asked = world.size, {**world.case("XF-001"), "about": _about(bad)}
    _refused(world.post("XF", "cases", asked))
    _refused(world.post("WJ", "cases:prepare", {**world.case("SC-002"), "about": _about(bad)}))
    assert world.size == size


def test_other_things_have_no_such_form(own_world: World) -> None:
    """Premises, vehicles and projects have numbers of whatever form their offices give them."""
    for kind in ("premises", "vehicle", "project"):
        own_world.made("XF", "cases", {**own_world.case("XF-001"), "about": {"kind": kind, "id": "X 1"}})


def test_a_paper_is_not_accepted_about_what_is_no_unit(own_world: World) -> None:
    """Plainly, in a batch, and prepared."""
    world = own_world
    case = str(world.made("YC", "cases", {**world.case("YC-004"), "about": SHOP})["case"])
    world.upload("YC", "deed-shop.jpg")
    asked = world.acceptance(case, "deed-shop.jpg", about=_about("short"))
    size = world.size
    _refused(world.post("YC", "acceptances", asked))
    _refused(world.post("YC", "acceptances:prepare", asked))
    (one,) = world.post("YC", "acceptances:batch", {"acceptances": [asked]}).json()["results"]
    assert one["problem"]["code"] == "about.unit_number"
    assert world.size == size
    world.made("YC", "acceptances", {**asked, "about": SHOP})


def _typed(world: World, about: str) -> dict[str, str]:
    people = {one["key"]: one for one in samples.people()}
    fields = {"item": "XF-001", "answer.procedure": "promise", "way": "window", "about": about}
    for role, who in world.firm():
        fields |= {f"name.{role}.0": people[who]["name"], f"number.{role}.0": people[who]["number"]}
    return fields


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    return signed_in(own_world, "clerk")


def test_the_form_says_so_at_the_field(own_world: World, clerk: Browser) -> None:
    """What is no unit number comes back as a fault of its field, as typed, and nothing is signed."""
    size = own_world.size
    for bad in ("short", "x y<b>", UNIT[:-1]):
        answer = clerk.post("/counter/new", **_typed(own_world, bad), key=a_request_key())
        assert answer.status_code == 200
        found = faults(answer.text)
        assert set(found) == {"f-about"}
        assert "28" in found["f-about"]
    assert own_world.size == size


@pytest.mark.parametrize("typed", [UNIT, GROUPED, UNIT.lower(), f" {UNIT}　", GROUPED.replace("0", "０")])
def test_the_desk_shows_the_number_as_the_certificate_prints_it(
    own_world: World, clerk: Browser, typed: str
) -> None:
    """Spaces, small and full-width letters make no difference; the case's facts show it in its groups."""
    answer = clerk.post("/counter/new", **_typed(own_world, typed), key=a_request_key())
    assert answer.status_code == 303, answer.text
    case = answer.headers["location"].partition("case=")[2]
    desk = clerk.get(f"/counter?case={case}").text
    assert re.search(rf"real-estate unit <b[^>]*>{GROUPED}</b>", desk)
    record = own_world.get("XF", f"cases/{case}/trace", purpose="audit").json()["entries"][0]["record"]
    assert record["about"] == SHOP
