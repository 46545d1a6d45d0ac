# SPDX-License-Identifier: Apache-2.0
"""A case says what it is about when it is opened; where it does not, nobody is left to wait for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from api.web.counter.opening_form import Thing
from attest.catalogue.item_document import parse_item
from attest.catalogue.model import MaterialTypes
from attest.catalogue.types_document import parse_types
from tests.acceptance.test_faults_at_fields import faults
from tests.acceptance.test_handed_in import claim
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

PHOTO: Final = "premises-photo.jpg"
STEP: Final[dict[str, str]] = {"item": "XF-001", "answer.procedure": "promise", "way": "window"}
FIRE: Final = {"code": "restaurant"}


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    return signed_in(own_world, "clerk")


def _people(world: World, fields: dict[str, str]) -> dict[str, str]:
    people = {one["key"]: one for one in samples.people()}
    for role, who in world.firm():
        fields |= {f"name.{role}.0": people[who]["name"], f"number.{role}.0": people[who]["number"]}
    return fields


def _cases(world: World, size: int) -> list[int]:
    return [index for index in range(size, world.size) if world.kind_of(index) == "case.opened"]


def _about(world: World, case: str) -> Any:
    entry = world.get("ZW", f"cases/{case}/trace", purpose="audit").json()["entries"][0]
    return entry["record"].get("about")


def test_the_form_asks_for_what_papers_are_about(own_world: World, clerk: Browser) -> None:
    """Left empty it is a fault of its field, and nothing is written; filled in, the case names it."""
    world, form = own_world, _people(own_world, dict(STEP))
    size = world.size
    for typed in ("", "　"):
        page = clerk.post("/counter/new", **form, about=typed, key=a_request_key())
        assert set(faults(page.text)) == {"f-about"}
    assert world.size == size
    answer = clerk.post("/counter/new", **form, about=SHOP["id"], key=a_request_key())
    assert _about(world, answer.headers["location"].partition("case=")[2]) == SHOP


@pytest.mark.parametrize(
    ("code", "more", "kind", "needed"),
    [
        ("XF-001", {}, "real_estate_unit", "needed"),
        ("SC-001", {"premises": "owned"}, "real_estate_unit", "needed"),
        ("GA-009", {"ground": "residence"}, "real_estate_unit", "optional"),
        ("GA-010", {}, "vehicle", "needed"),
        ("ZJ-018", {}, "project", "needed"),
        ("WJ-051", {}, "real_estate_unit", "optional"),
    ],
)
def test_what_a_guide_needs(code: str, more: dict[str, str], kind: str, needed: str) -> None:
    """The kind of thing is the guide's; it has to be named where no other paper would do instead."""
    item = parse_item(next(one for one in samples.items() if one["code"] == code))
    thing = Thing.of(item, parse_types(samples.types()))
    answers = {
        one.code: next(option.code for option in one.options if option.instead is None)
        for one in item.questions
    }
    assert (thing.kind, thing.needed(item, {**answers, **more})) == (kind, needed == "needed")


def test_a_number_of_another_thing_is_plain() -> None:
    """A vehicle's or a project's has no form but that it can be read."""
    thing = Thing("vehicle", always=True, types=MaterialTypes(1, {}))
    assert thing.fault(" lsvaa49j132047371") is None
    for bad in ("9" * 65, "a\u202eb", "a\u0000"):
        assert thing.fault(bad) == "counter.fault_about_plain"


def test_a_step_is_about_what_the_other_is_about(own_world: World, clerk: Browser) -> None:
    """The tick that takes the people takes the thing; where nobody named one, the form asks for it."""
    world = own_world
    asked = {**world.case("SC-002"), "bundle": FIRE}
    asked["answers"] = {**asked["answers"], "catering": "yes"}
    first = str(world.made("ZW", "cases", {**asked, "about": SHOP})["case"])
    none = str(world.made("ZW", "cases", asked)["case"])
    more = {**STEP, "bundle": "restaurant", "same": "yes"}
    for case, about in ((first, SHOP), (none, None)):
        form = {**more, "with": case, "people": case, "key": a_request_key()}
        page = clerk.get(f"/counter/new?item=XF-001&bundle=restaurant&with={case}&people={case}")
        assert SHOP["id"] not in page.text
        answer = clerk.post("/counter/new", **form)
        if about is None:
            assert set(faults(answer.text)) == {"f-about"}
            continue
        assert _about(world, answer.headers["location"].partition("case=")[2]) == about
    asked = world.case("XF-001")
    asked.pop("parties")
    bundle = {"code": "restaurant", "with": none, "people": none}
    made = world.made("ZW", "cases", {**asked, "bundle": bundle})
    assert (_about(world, made["case"]), made["thing_missing"]) == (None, "real_estate_unit")


def test_the_api_tells_what_a_case_lacks(own_world: World) -> None:
    """It opens the case as ever; the answer names the kind of thing, unless the case does."""
    world = own_world
    assert world.made("YC", "cases", world.case("YC-004"))["thing_missing"] == "real_estate_unit"
    assert "thing_missing" not in world.made("YC", "cases", {**world.case("YC-004"), "about": SHOP})
    other = {"kind": "vehicle", "id": "LSVAA49J132047371"}
    assert "thing_missing" in world.made("YC", "cases", {**world.case("YC-004"), "about": other})


def _form(case: str, **more: str) -> dict[str, str]:
    form = {"case": case, "requirement": "photo", "position": "0", "sha256": samples.sample(PHOTO).sha256}
    return {**form, "assurance": "original", "key": a_request_key(), **more}


def test_it_is_told_before_the_paper_is_signed_for(own_world: World) -> None:
    """A paper about a thing in a case that names none: told with what can be done, signed on purpose."""
    world = own_world
    world.upload("ZW", PHOTO)
    add_accounts(world)
    clerk, size = signed_in(world, "clerk"), world.size
    case = str(world.made("ZW", "cases", world.case("YC-004"))["case"])
    assert "data-lacks" in clerk.get(f"/counter?case={case}").text
    answer = clerk.post("/counter/accept", **_form(case))
    assert answer.status_code == 200
    assert 'data-shut="case.thing_unknown"' in answer.text
    assert "Open a case that names it" in answer.text
    assert "material.accepted" not in [world.kind_of(at) for at in range(size, world.size)]
    answer = clerk.post("/counter/accept", **_form(case, despite="case.thing_unknown"))
    assert answer.status_code == 303
    page = clerk.get(f"/counter?case={case}").text
    row = re.search(r'data-row="photo".*?</li>', page, re.DOTALL)
    assert row is not None
    assert "It cannot be added later" in row[0]
    assert "Add it to the case" not in page
    said = re.search(r'id="say".*?</section>', page, re.DOTALL)
    assert said is not None
    assert "Still being checked" not in said[0]
    assert "data-thingless" in said[0]
    notice = clerk.get(f"/counter/notice?case={case}").text
    assert "These need another case" in notice
    assert "Still being checked" not in notice
    told = claim(as_person(world, "chen"), case, "photo").text
    assert "ask the counter for a case that names it" in told


def test_a_case_that_names_it_hears_nothing_of_it(own_world: World) -> None:
    """The same paper is signed at once where the case says what it is about."""
    world = own_world
    world.upload("ZW", PHOTO)
    add_accounts(world)
    case = str(world.made("ZW", "cases", {**world.case("YC-004"), "about": SHOP})["case"])
    clerk = signed_in(world, "clerk")
    assert clerk.post("/counter/accept", **_form(case)).status_code == 303
    assert "data-lacks" not in clerk.get(f"/counter?case={case}").text
