# SPDX-License-Identifier: Apache-2.0
"""Many at once: what a batch and a look-up take, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.numbers import licence_number
from tests.openapi_parts import Contract

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def shown(count: int) -> list[dict[str, Any]]:
    """So many papers, of which the first is the one that was accepted."""
    first = {"type": "business_licence", "issuer": "SC", "number": "92990101MA99A1172F", "role": "holder"}
    return [first, *({**first, "number": f"N{number}"} for number in range(1, count))]


def test_a_lookup_of_five_hundred_papers_is_one_entry(own_world: World) -> None:
    """500 presented papers and 500 named requirements are one look-up; 501 are refused and leave nothing."""
    world = own_world
    asked = {"case": world.cases["SC-002"], "purpose": "admission"}
    size = world.size
    answer = world.post(
        "SC", "recognitions:check", {**asked, "requirements": ["licence"] * 500, "presented": shown(500)}
    )
    assert answer.status_code == 200, answer.text
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("POST", "/api/v1/recognitions:check", answer)
    assert {one["verdict"] for one in answer.json()["results"]} == {"recognised"}
    assert world.size == size + 1
    assert world.kind_of(size) == "usage.checked"
    for more in ({"presented": shown(501)}, {"requirements": ["licence"] * 501}):
        refused = world.post("SC", "recognitions:check", {**asked, **more})
        assert refused.json()["code"] == "field.invalid"
    assert world.size == size + 1


def test_a_batch_stands_line_by_line(own_world: World) -> None:
    """Each line of a batch has its own answer, in order: it stands, or has its problem; 501 are refused."""
    world = own_world
    good = world.acceptance(world.cases["XF-001"], "business-licence.pdf")
    lines = [{**good, "number": licence_number(number)} for number in range(60)]
    lines[7] = {**good, "assurance": "hearsay"}
    lines[9] = {**good, "case": "990101202601010000019"}
    size = world.size
    answer = world.post("ZW", "acceptances:batch", {"acceptances": lines})
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("POST", "/api/v1/acceptances:batch", answer)
    results = answer.json()["results"]
    assert [at for at, one in enumerate(results) if one["status"] != 201] == [7, 9]
    assert results[7]["problem"]["code"] == "field.invalid"
    assert results[9]["problem"]["code"] == "case.unknown"
    assert world.acts(size) == ["material.accepted"] * 58
    assert world.size == size + 59  # and the refusal of a case that is not there
    refused = world.post("ZW", "acceptances:batch", {"acceptances": [good] * 501})
    assert refused.json()["code"] == "field.invalid"
