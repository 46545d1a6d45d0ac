# SPDX-License-Identifier: Apache-2.0
"""Asking in vain over the API: told at once, counted, proved to whoever holds the file; who may see it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from api.claiming import claim_handed_in
from api.identity.roles import Citizen, Session
from api.problems import Problem
from attest.verify import verify
from attest.verify.model import OFFLINE
from tests.acceptance.test_events import listed
from tests.openapi_parts import Contract

if TYPE_CHECKING:
    from attest.reask.model import ReaskRow
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def ask(world: World, who: str = "SC", **more: Any) -> dict[str, Any]:
    """A request of SC in its own case, for the licence that ZW accepted for XF."""
    asked = {"case": world.cases["SC-002"], "requirement": "licence", **more}
    return world.made(who, "requests", asked)


def test_a_request_for_what_is_known_is_told_at_once(own_world: World) -> None:
    """The answer names the re-ask; its department, and nobody else, gets the event; asked again it is one."""
    world = own_world
    before = {who: len(listed(world, who)) for who in ("SC", "ZW", "XF")}
    first = ask(world, notice="supplement")
    told = first["reask"]
    assert (told["finding"], told["index"]) == ("recognisable", first["index"] + 1)
    assert world.kind_of(told["index"]) == "reask.recorded"
    assert told["next"].startswith("Take the request back")
    news = {who: [one["type"] for one in listed(world, who)[count:]] for who, count in before.items()}
    assert news == {"SC": ["once.reask.recorded"], "ZW": [], "XF": []}
    assert ask(world)["reask"] is None


def test_a_repeat_has_the_first_answer(own_world: World) -> None:
    """The same idempotency key is answered with the first request and its re-ask; nothing is added."""
    world = own_world
    asked = {"case": world.cases["YC-004"], "requirement": "licence"}
    first, size = world.post("YC", "requests", asked, "one-key"), world.size
    again = world.post("YC", "requests", asked, "one-key")
    assert first.json()["reask"] == again.json()["reask"] is not None
    assert world.size == size


def test_what_the_case_still_needs_may_be_asked_for(own_world: World) -> None:
    """A request for what nobody has accepted, and a paper handed in by choice, are no re-asks."""
    world = own_world
    assert ask(world, requirement="application")["reask"] is None
    world.upload("YC", "business-licence.pdf")
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    size = world.size
    world.made("YC", "acceptances", world.acceptance(case, "business-licence.pdf", submitted="by_choice"))
    assert world.size == size + 1


def test_a_material_of_the_list_is_never_outside_it(own_world: World) -> None:
    """Asked for by its type alone, what the guide asks for is judged as that; another type is outside."""
    asked = {"case": own_world.cases["YC-004"], "what": "请交材料"}
    assert own_world.made("YC", "requests", {**asked, "type": "lease_contract"})["reask"] is None
    known = own_world.made("YC", "requests", {**asked, "type": "business_licence"})["reask"]
    assert known["finding"] == "recognisable"
    misspelt = own_world.post("YC", "requests", {**asked, "requirement": "licnce"})
    assert (misspelt.status_code, misspelt.json()["code"]) == (404, "requirement.unknown")
    assert misspelt.json()["near"] == ["licence"]
    slip = own_world.post("YC", "requests", {**asked, "type": "busines_licence"})
    assert (slip.status_code, slip.json()["code"]) == (404, "requirement.type_unknown")
    assert slip.json()["near"][0] == "business_licence"
    elsewhere = own_world.made("YC", "requests", {**asked, "requirement": "layout"})["reask"]
    assert elsewhere["finding"] == "outside_list"
    strange = own_world.made("YC", "requests", {**asked, "type": "marriage_certificate"})["reask"]
    assert strange["finding"] == "outside_list"


def test_a_claim_counts_beside_a_copy_by_choice(own_world: World) -> None:
    """Who handed in a copy nevertheless may say so: it counts as reported, so that no rate exceeds all."""
    world = own_world
    world.upload("YC", "business-licence.pdf")
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    world.made("YC", "acceptances", world.acceptance(case, "business-licence.pdf", submitted="by_choice"))
    told = world.made("YC", "claims", {"case": case, "requirement": "licence", "channel": "window"})["reask"]
    assert told["finding"] == "recognisable"
    for one in world.get("auditor", "reasks/rates").json()["rates"]:
        assert one["recognisable"] + one["outside_list"] <= (
            one["receipts"] - one["by_choice"] + one["requests"]
        )


def test_the_proof_of_a_re_ask_verifies_by_itself(own_world: World) -> None:
    """A copy taken in vain: evidence for its department and the auditor alone, in which no check fails."""
    world = own_world
    world.upload("YC", "business-licence.pdf")
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    taken = world.made("YC", "acceptances", world.acceptance(case, "business-licence.pdf"))
    page = world.get("YC", "reasks", purpose="review").json()["reasks"]
    told = next(one for one in page if one["asked"] == taken["id"])
    assert (told["source"], told["department"], told["case"]) == ("receipt", "YC", case)
    assert told["acceptance"] == world.accepted["licence"]["id"]
    files = {who: world.get(who, f"evidence/{told['id']}", purpose="review") for who in ("YC", "auditor")}
    for file in files.values():
        verdict = verify(file.content, world.ledger.trust, int(time.time()), profile=OFFLINE)
        state = {one.name: (one.state, one.reason) for one in verdict.checks}
        assert state["status"] == ("passed", "status.recognisable")
        assert not [one for one in verdict.checks if one.state == "failed"]
    for who in ("ZW", "SC"):
        refused = world.get(who, f"evidence/{told['id']}", purpose="review")
        assert refused.json()["code"] == "evidence.unknown"


def test_rates_count_what_stands_in_the_log(own_world: World) -> None:
    """A department sees its own counts, the auditor all; the numbers are those of what happened."""
    world = own_world
    ask(world)
    ask(world, requirement="layout")
    words = {"case": world.cases["SC-002"], "what": "婚育证明"}
    assert world.made("SC", "requests", words)["reask"]["finding"] == "outside_list"
    contract = Contract(world.send("GET", "/openapi.json").json())
    answer = world.get("SC", "reasks/rates")
    assert not contract.answer("GET", "/api/v1/reasks/rates", answer)
    mine = [one for one in answer.json()["rates"] if one["item"] == "SC-002" and one["requests"]]
    assert len(mine) == 1
    assert mine[0]["department"] == "SC"
    assert {one["department"] for one in answer.json()["rates"]} == {"SC"}
    everybody = world.get("auditor", "reasks/rates").json()["rates"]
    assert mine[0] in everybody
    assert {one["department"] for one in everybody} > {"SC"}
    pages = world.get("auditor", "reasks", purpose="review", limit="1").json()
    assert len(pages["reasks"]) == 1
    told, after = list(pages["reasks"]), pages["next"]
    while after is not None:
        page = world.get("auditor", "reasks", purpose="review", limit="1", after=str(after)).json()
        told, after = told + page["reasks"], page["next"]
    of_sc = [one for one in told if one["department"] == "SC"]
    assert sum(one["recognisable"] + one["outside_list"] for one in answer.json()["rates"]) == len(of_sc)
    assert (mine[0]["outside_list"], mine[0]["recognisable"] >= 1) == (1, True)


def test_a_claim_counts_until_the_paper_is_used(own_world: World) -> None:
    """「我已交过」 is a re-ask where nobody relied on what was there; once it was relied on, it is none."""
    world = own_world
    case = world.made("SC", "cases", world.case("SC-002"))["case"]
    claimed = world.made("SC", "claims", {"case": case, "requirement": "licence"})
    assert claimed["reask"]["finding"] == "recognisable"
    other = world.made("SC", "cases", world.case("SC-002"))["case"]
    licence = world.accepted["licence"]["id"]
    world.made("SC", "reliances", {"case": other, "requirement": "licence", "acceptance": licence})
    assert world.made("SC", "claims", {"case": other, "requirement": "licence"})["reask"] is None


def test_a_citizen_says_so_in_the_own_case(own_world: World) -> None:
    """The service signs a party's own word, against whoever took the case in; a stranger's is unknown."""
    world = own_world
    case = world.made("SC", "cases", world.case("SC-002"))["case"]
    session = Session(bytes(32), "citizen", "test", 0, 0, 2**40)

    def claim(who: str) -> tuple[int, ReaskRow | None]:
        citizen = Citizen(bytes.fromhex(world.holders[who]), session)
        asked = claim_handed_in(
            world.ledger, citizen.principal(), citizen.holder, case, "licence", again=True
        )
        return world.runner.run(asked)

    index, told = claim("chen")
    assert world.kind_of(index) == "material.claimed"
    assert told is not None
    assert (told.department, told.source, told.channel) == ("SC", "claim", "window")
    size = world.size
    with pytest.raises(Problem, match=r"case\.unknown"):
        claim("luo")
    assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.refused"]
