# SPDX-License-Identifier: Apache-2.0
"""A number and a name that do not belong together are told at the counter, and guessing is on record."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from attest.codes import citizen_number
from attest.private import open_private
from tests.acceptance.test_counter_party import form_of, kitchen
from tests.acceptance.test_faults_at_fields import faults
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

PEOPLE: Final = {one["key"]: one for one in samples.people()}
NOBODYS: Final = citizen_number("990101", date(1980, 1, 1), 5)
CERTIFICATE: Final = "health-certificate.jpg"


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    return signed_in(own_world, "clerk")


def new(name: str = PEOPLE["chen"]["name"], **more: str) -> dict[str, str]:
    """The filled form of a case of the eatery, whose operator has chen's number and this name."""
    eatery = PEOPLE["eatery"]
    form = {
        "item": "XF-001",
        "answer.procedure": "promise",
        "way": "window",
        "about": SHOP["id"],
        "name.applicant.0": eatery["name"],
        "number.applicant.0": eatery["number"],
        "name.operator.0": name,
        "number.operator.0": PEOPLE["chen"]["number"],
        "key": a_request_key(),
    }
    return {**form, **more}


def kinds(world: World, size: int) -> list[str]:
    return [world.kind_of(index) for index in range(size, world.size)]


def record(world: World, index: int) -> dict[str, Any]:
    return open_private(index, world.ledger.store, world.ledger.context.sealer)[1]


def tick(page: str, name: str) -> str:
    """The value of the box that lets the act go on; empty where there is none."""
    found = re.search(rf'type="checkbox"[^>]* name="{re.escape(name)}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_another_name_is_a_fault_that_does_not_tell_the_name(own_world: World, clerk: Browser) -> None:
    """Nobody is named, nothing opened; one refusal on record, about the holder and who else was found."""
    world = own_world
    size = world.size
    answer = clerk.post("/counter/new", **new("陈一名"))
    assert answer.status_code == 200
    assert set(faults(answer.text)) == {"f-operator"}
    assert PEOPLE["chen"]["name"] not in answer.text
    assert tick(answer.text, "changed.operator.0")
    assert not tick(answer.text, "changed.applicant.0")
    assert not {"case.opened", "holder.named"} & set(kinds(world, size))
    (refused,) = [at for at in range(size, world.size) if world.kind_of(at) == "usage.refused"]
    said = record(world, refused)
    assert (said["outcome"], said["key"]) == (["person.unknown"], "user/clerk")
    assert said["consulted"] == sorted(world.holders[one] for one in ("chen", "eatery"))


@pytest.mark.parametrize("typed", ["九九县一鸣小馆 ", "九九县 一鸣小馆", "九九县一鸣小馆　"])
def test_spaces_are_no_other_name(clerk: Browser, typed: str) -> None:
    """Spaces within or around a name make no difference."""
    answer = clerk.post("/counter/new", **new(**{"name.applicant.0": typed}))
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("一味店（城南）", "一味店(城南)"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("Ａ＆Ｂ Bakery", "a&b bakery"),
    ],
)
def test_width_and_marks_are_no_other_name(own_world: World, clerk: Browser, known: str, typed: str) -> None:
    """Full and half width, brackets, the dot within a name, and case make no difference."""
    own_world.made("ZW", "holders", {"id_type": "111", "number": NOBODYS, "name": known})
    form = new(typed, **{"number.operator.0": NOBODYS})
    assert clerk.post("/counter/new", **form).status_code == 303


def test_a_changed_name_goes_on_with_the_tick_for_that_name(own_world: World, clerk: Browser) -> None:
    """The box holds for the name that it was shown for; with it the new name is recorded, the case opens."""
    world = own_world
    page = clerk.post("/counter/new", **new("陈一新")).text
    ticked = {"changed.operator.0": tick(page, "changed.operator.0")}
    again = clerk.post("/counter/new", **new("陈一旧", **ticked))
    assert set(faults(again.text)) == {"f-operator"}
    size = world.size
    assert clerk.post("/counter/new", **new("陈一新", **ticked)).status_code == 303
    assert kinds(world, size).count("case.opened") == 1
    names = [
        record(world, at)["name"] for at in range(size, world.size) if world.kind_of(at) == "holder.named"
    ]
    assert "陈一新" in names


def test_a_number_that_is_new_is_taken_with_its_name(own_world: World, clerk: Browser) -> None:
    """Nobody is on record under it: nothing to compare."""
    assert clerk.post("/counter/new", **new("新来者", **{"number.operator.0": NOBODYS})).status_code == 303


def test_people_whom_a_paper_names_are_compared_too(own_world: World, clerk: Browser) -> None:
    """Who fills an empty role: told at the field, and neither party nor paper is written."""
    world = own_world
    staff, case = kitchen(world)
    form = form_of(case, **{"name.holder": "马晓艳", "number.holder": PEOPLE["ma"]["number"]})
    size = world.size
    page = staff.post("/counter/accept", **form).text
    assert set(faults(page)) == {"f-who-holder"}
    assert not {"holder.named", "case.party.added", "material.accepted"} & set(kinds(world, size))
    form["changed.holder"] = tick(page, "changed.holder")
    assert staff.post("/counter/accept", **form).status_code == 303
    assert "material.accepted" in kinds(world, size)


def test_a_lessor_of_another_name(own_world: World) -> None:
    """The party of a lease whom the case does not know: another name, a wrong number, half of the two."""
    world = own_world
    add_accounts(world)
    case = str(world.made("ZW", "cases", {**world.case("YC-004"), "about": SHOP})["case"])
    world.upload("ZW", "lease-contract.pdf")
    clerk = signed_in(world, "clerk")
    form = {
        "case": case,
        "requirement": "premises.leased",
        "position": "0",
        "type": "lease_contract",
        "sha256": samples.sample("lease-contract.pdf").sha256,
        "issued": "2026-01-05",
        "assurance": "original",
        "key": a_request_key(),
        "name.lessor": "林淑芳",
        "number.lessor": PEOPLE["lin"]["number"],
    }
    size = world.size
    for wrong, said in (("123", "ID number"), ("", "both")):
        found = faults(clerk.post("/counter/accept", **{**form, "number.lessor": wrong}).text)
        assert set(found) == {"f-who-lessor"}
        assert found["f-who-lessor"].startswith("lessor: ")
        assert said in found["f-who-lessor"]
    page = clerk.post("/counter/accept", **form).text
    assert set(faults(page)) == {"f-who-lessor"}
    assert "material.accepted" not in kinds(world, size)
    assert clerk.post("/counter/accept", **{**form, "name.lessor": PEOPLE["lin"]["name"]}).status_code == 303
