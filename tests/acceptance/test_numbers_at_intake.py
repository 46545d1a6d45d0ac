# SPDX-License-Identifier: Apache-2.0
"""Numbers on papers are held to their national code at intake, at every door, before anything is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.demo import samples
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import format_types, parse_types
from tests.numbers import licence_number
from tests.openapi_parts import Contract

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

WRONG = ("92990101MA99A1172X", "not a credit code", licence_number(1) + "-2", "990101197912030193")
AS_TYPED = (licence_number(21).lower(), f" {licence_number(22)[:8]} {licence_number(22)[8:]} ")


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def asked(world: World, number: str) -> dict[str, Any]:
    """A request to accept a licence with this number."""
    return world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=number)


@pytest.mark.parametrize("number", WRONG)
def test_a_number_that_is_no_credit_code_is_refused(world: World, number: str) -> None:
    """Refused plain, in a batch and where it is prepared, with the standard named and the field; no entry."""
    before = world.size
    contract = Contract(world.send("GET", "/openapi.json").json())
    for path in ("acceptances", "acceptances:prepare"):
        answer = world.post("ZW", path, asked(world, number))
        told = answer.json()
        assert (answer.status_code, told["code"], told["path"]) == (422, "number.credit_code", "/number")
        assert (told["standard"], number in answer.text) == ("GB 32100", False)
        assert "GB 32100" in told["title"]
        assert told["next"]
        assert not contract.answer("POST", f"/api/v1/{path}", answer)
    many = world.post("ZW", "acceptances:batch", {"acceptances": [asked(world, number)]}).json()["results"]
    assert [one["problem"]["code"] for one in many] == ["number.credit_code"]
    assert world.size == before


@pytest.mark.parametrize("number", AS_TYPED)
def test_width_spaces_and_case_do_not_count(world: World, number: str) -> None:
    """A sound number is taken as it is typed; the look-up finds it by either form."""
    assert world.post("ZW", "acceptances", asked(world, number)).status_code == 201


def test_types_without_a_code_take_any_number(world: World) -> None:
    """A deed's number is of no national code: it is taken as it is printed."""
    world.upload("YC", "deed-shop.jpg")
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    made = world.acceptance(case, "deed-shop.jpg", number="九（2019）九九县 / 1")
    assert world.post("YC", "acceptances", made).status_code == 201


def test_the_types_say_which_code_their_numbers_are() -> None:
    """`number` is read strictly and comes back; the sample types name it for licence and identity card."""
    types = parse_types(samples.types())
    named = {one.code: str(one.number) for one in types.types.values() if one.number is not None}
    assert named == {"business_licence": "credit_code", "id_card": "citizen_number"}
    assert parse_types(format_types(types)) == types
    document = samples.types()
    document["types"][0]["number"] = "item_basic"
    with pytest.raises(CatalogueError):
        parse_types(document)
