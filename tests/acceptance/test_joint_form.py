# SPDX-License-Identifier: Apache-2.0
"""A restaurant opened as one over HTTP: four cases, one form, taken in once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from attest.cases.model import BundleStep
from attest.cases.repository import case_by_no
from tests.acceptance.test_faults_at_fields import faults
from tests.joint_parts import JOINT, SINGLE, STEPS
from tests.people import add_accounts, signed_in
from tests.worlds import SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

WINDOW: Final = "ZW"
"""The one window: it receives for all four authorities."""
BUNDLE: Final = {"code": "restaurant"}
FORM: Final = "food-application.pdf"
OTHERS: Final = ("fire", "sign", "tobacco")


@pytest.fixture
def town(own_world: World) -> World:
    """The world with the sign's guide, signed for by another department, and the whole bundle."""
    world = own_world
    guide = next(one for one in samples.items() if one["code"] == "ZJ-051")
    document = {**guide, "authority": "SC"}
    world.made("SC", "catalogue/versions", {"subject": "item", "document": document})
    whole = next(one for one in samples.bundles() if one["code"] == "restaurant")
    world.made(WINDOW, "catalogue/versions", {"subject": "bundle", "document": {**whole, "version": 2}})
    world.upload(WINDOW, FORM)
    return world


def _asked(world: World, step: str, first: str | None = None, **more: Any) -> dict[str, Any]:
    item, _, answers = STEPS[step]
    bundle = BUNDLE if first is None else {**BUNDLE, "with": first}
    parties = [{"role": role, "holder": world.holders[one]} for role, one in world.firm()]
    asked = {"item": item, "channel": "window", "parties": parties, "answers": answers, "bundle": bundle}
    return {**asked, **more}


def _open(world: World, step: str, first: str | None = None, **more: Any) -> dict[str, Any]:
    return world.made(WINDOW, "cases", _asked(world, step, first, **more))


def _form(world: World, case: str, **more: Any) -> dict[str, Any]:
    return world.acceptance(case, FORM, **{"type": JOINT, **more})


def _verdict(world: World, step: str, case: str) -> tuple[str, str]:
    asked = {"case": case, "purpose": "admission", "requirements": [STEPS[step][1]]}
    answer = world.post(WINDOW, "recognitions:check", asked).json()
    (one,) = answer["results"]
    return one["verdict"], one["reason"]


def test_one_form_for_four_cases(town: World) -> None:
    """Taken in with the food case it need not be handed in with the three others, and each relies on it."""
    food = _open(town, "food")
    number = food["case"]
    assert food["bundle"] == {"code": "restaurant", "version": 2, "step": "food", "with": number}
    cases = {step: _open(town, step, number) for step in OTHERS}
    assert {step: one["bundle"]["step"] for step, one in cases.items()} == {step: step for step in OTHERS}
    asked = {"case": number, "purpose": "admission", "requirements": ["application"]}
    answer = town.post(WINDOW, "recognitions:check", asked).json()
    assert [one["type"] for one in answer["ask"]] == [JOINT]
    accepted = town.made(WINDOW, "acceptances", _form(town, number))
    assert _verdict(town, "food", number) == ("recognised", "case.on_file")
    for step, case in cases.items():
        assert _verdict(town, step, case["case"]) == ("recognised", "matched.bundle")
        relied = {"case": case["case"], "requirement": STEPS[step][1], "acceptance": accepted["id"]}
        town.made(WINDOW, "reliances", relied)


def test_nobody_elses_case_and_none_outside(town: World) -> None:
    """Another's step, the same person's case outside, and their next application do not have it."""
    number = _open(town, "food")["case"]
    town.made(WINDOW, "acceptances", _form(town, number))
    other = [{"role": "applicant", "holder": town.holders["ma"]}]
    refused = town.post(WINDOW, "cases", _asked(town, "fire", number, parties=other)).json()
    assert (refused["code"], refused["status"]) == ("bundle.no_such_case", 404)
    alone = _asked(town, "fire")
    alone.pop("bundle")
    for case in (_open(town, "fire", parties=other), town.made(WINDOW, "cases", alone), _open(town, "fire")):
        assert _verdict(town, "fire", case["case"])[0] == "required"


def test_refusals_name_what_to_do(town: World) -> None:
    """A bundle or version that is unknown or old, another situation, a step taken, a case of no bundle."""

    def refused(step: str = "food", **bundle: Any) -> tuple[str, int]:
        answer = town.post(WINDOW, "cases", _asked(town, step, bundle={**BUNDLE, **bundle})).json()
        assert answer["title"]
        assert answer["next"]
        return answer["code"], answer["status"]

    assert refused(code="hotel") == ("bundle.unknown", 404)
    assert refused(version=9) == ("bundle.unknown", 404)
    assert refused(version=1) == ("bundle.version", 409)
    answers = {**STEPS["food"][2], "catering": "no"}
    answer = town.post(WINDOW, "cases", _asked(town, "food", answers=answers)).json()
    assert (answer["code"], answer["status"]) == ("bundle.no_step", 422)
    assert (answer["question"], answer["wanted"]) == ("catering", "yes")
    other = town.post(WINDOW, "cases", {**_asked(town, "food"), "bundle": {"code": "newborn"}}).json()
    assert other["code"] in ("bundle.no_step", "bundle.unknown")
    assert "question" not in other
    number = _open(town, "food")["case"]
    _open(town, "fire", number)
    assert refused("fire", **{"with": number}) == ("bundle.step_taken", 409)
    alone = _asked(town, "food")
    alone.pop("bundle")
    outside = town.post(WINDOW, "acceptances", _form(town, town.made(WINDOW, "cases", alone)["case"]))
    assert outside.json()["code"] == "acceptance.outside_list"


def test_the_single_form_is_a_re_ask_once_the_joint_one_is_in(town: World) -> None:
    """The answer to the request names the re-ask; before, there was none."""
    number = _open(town, "food")["case"]
    fire = _open(town, "fire", number)["case"]
    asked = {"case": fire, "requirement": "declaration", "type": SINGLE["fire"], "notice": "request"}
    assert town.made(WINDOW, "requests", asked)["reask"] is None
    town.made(WINDOW, "acceptances", _form(town, number))
    assert town.made(WINDOW, "requests", asked)["reask"]["finding"] == "recognisable"


def test_the_trace_tells_the_bundle(town: World) -> None:
    """The open entry names bundle and version; the opened record the step, and the case it goes with."""
    number = _open(town, "food")["case"]
    fire = _open(town, "fire", number)["case"]
    entry = town.get(WINDOW, f"cases/{fire}/trace", purpose="audit").json()["entries"][0]
    assert entry["body"]["bundle"] == {"code": "restaurant", "version": 2}
    step = {"code": "restaurant", "version": 2, "step": "fire", "with": number}
    assert entry["record"]["bundle"] == step


def test_a_clerk_types_the_first_cases_number(town: World) -> None:
    """A later step finds its application in an earlier version too; no such case is a fault of the form."""
    first = _open(town, "fire")["case"]
    whole = next(one for one in samples.bundles() if one["code"] == "restaurant")
    town.made(WINDOW, "catalogue/versions", {"subject": "bundle", "document": {**whole, "version": 3}})
    add_accounts(town)
    clerk = signed_in(town, "clerk.sc")
    offered = clerk.get("/counter/new?item=SC-002&bundle=restaurant").text
    assert re.search(r'name="bundle" value="restaurant" checked', offered)
    assert re.search(r'name="answer.catering" value="yes" checked', offered)
    assert "f-bundle" not in clerk.get("/counter/new?item=SC-001").text
    people = {one["key"]: one for one in samples.people()}
    fields = {f"answer.{code}": said for code, said in STEPS["food"][2].items()}
    for role, who in town.firm():
        fields |= {f"name.{role}.0": people[who]["name"], f"number.{role}.0": people[who]["number"]}
    fields |= {"item": "SC-002", "way": "window", "bundle": "restaurant", "about": SHOP["id"]}
    for number, code in (("990101202601010000019", 1), (f" {first} ", 2), (first, 3)):
        key = re.search(r'name="key" value="([0-9a-f]+)"', offered)
        assert key is not None
        answer = clerk.post("/counter/new", **fields, **{"with": number, "key": f"{key[1]}{code}"})
        if code != 2:  # not there, or taken by now
            assert answer.status_code == 200
            assert 'href="#f-bundle"' in answer.text
            continue
        assert answer.status_code == 303
        case = case_by_no(answer.headers["location"].partition("case=")[2], town.ledger.store)
        assert case is not None
        assert case.bundle == BundleStep("restaurant", 2, "food", first)
        desk = clerk.get(f"/counter?case={case.case_no}").text
        assert 'data-bundle="restaurant"' in desk
        assert 'data-step="opened"' in desk


def test_an_answer_that_excludes_a_step_is_told_at_its_question(town: World) -> None:
    """Title asked for: no step of the bundle, and the fault stands at that question; nothing is opened."""
    add_accounts(town)
    clerk = signed_in(town, "clerk.sc")
    people = {one["key"]: one for one in samples.people()}
    item, _, answers = STEPS["sign"]
    fields = {f"answer.{code}": said for code, said in answers.items()} | {"answer.title_asked": "yes"}
    for role, who in town.firm():
        fields |= {f"name.{role}.0": people[who]["name"], f"number.{role}.0": people[who]["number"]}
    fields |= {"item": item, "way": "window", "bundle": "restaurant", "about": SHOP["id"]}
    fields["key"] = a_request_key()
    page = clerk.post("/counter/new", **fields)
    assert page.status_code == 200
    found = faults(page.text)
    assert set(found) == {"q-title_asked"}
    assert "bundle" in found["q-title_asked"]
    assert clerk.post("/counter/new", **{**fields, "bundle": "", "key": a_request_key()}).status_code == 303


def test_a_department_that_signs_itself_opens_a_step(town: World) -> None:
    """What is prepared has the step; the signed submission stands as it was signed."""
    made = town.made("WJ", "cases", town.signed("WJ", "cases", _asked(town, "food")))
    assert re.fullmatch("[0-9A-Z]{21}", made["case"])
    assert made["bundle"]["step"] == "food"


def _parties(world: World, case: str) -> list[dict[str, str]]:
    """Who stands in a case, by its opening."""
    entry = world.get(WINDOW, f"cases/{case}/trace", purpose="audit").json()["entries"][0]
    found: list[dict[str, str]] = sorted(entry["record"]["parties"], key=lambda one: one["role"])
    return found


def _same(first: str, case: str) -> dict[str, Any]:
    return {**BUNDLE, "with": first, "people": case}


def test_a_later_step_has_the_people_of_an_earlier_case(town: World) -> None:
    """Nobody is named again: the opening holds who stands in the other case, added ones among them."""
    applicant, *_ = ({"role": role, "holder": town.holders[one]} for role, one in town.firm())
    number = _open(town, "food", parties=[applicant])["case"]
    operator = {"role": "operator", "holder": town.holders["chen"]}
    town.made(WINDOW, "parties", {"case": number, "parties": [operator]})
    asked = _asked(town, "fire", bundle=_same(number, number))
    asked.pop("parties")
    fire = town.made(WINDOW, "cases", asked)
    assert fire["bundle"] == {"code": "restaurant", "version": 2, "step": "fire", "with": number}
    assert _parties(town, fire["case"]) == [applicant, operator]
    agent = {"role": "agent", "holder": town.holders["ma"]}
    asked = _asked(town, "tobacco", bundle=_same(number, fire["case"]), parties=[agent])
    assert _parties(town, town.made(WINDOW, "cases", asked)["case"]) == [agent, applicant, operator]


def test_people_of_a_case_that_is_not_seen_read_like_those_of_none(town: World) -> None:
    """No case, one of another application, another department's: one answer, with an entry each."""
    number, other = _open(town, "food")["case"], _open(town, "food")["case"]
    alone = _asked(town, "fire")
    alone.pop("bundle")
    outside = town.made(WINDOW, "cases", alone)["case"]
    size = town.size
    tried = [(WINDOW, "990101202601010000019"), (WINDOW, other), (WINDOW, outside), ("XF", number)]
    for who, case in tried:
        asked = _asked(town, "fire", bundle=_same(number, case))
        asked.pop("parties")
        answer = town.post(who, "cases", asked).json()
        assert (answer["code"], answer["status"]) == ("bundle.no_such_case", 404)
    assert [town.kind_of(at) for at in range(size, town.size)] == ["usage.refused"] * 4


def test_people_of_another_case_are_asked_for_with_an_application_alone(town: World) -> None:
    """The first case has nobody's people to take; what is prepared shows none that were not given."""
    number = _open(town, "food")["case"]
    begins = _asked(town, "fire", bundle={**BUNDLE, "people": number})
    answer = town.post(WINDOW, "cases", begins).json()
    assert (answer["code"], answer["path"]) == ("field.invalid", "/bundle/people")
    asked = _asked(town, "fire", bundle=_same(number, number))
    answer = town.post(WINDOW, "cases:prepare", asked).json()
    assert (answer["code"], answer["path"]) == ("field.unknown", "/bundle/people")


def test_a_clerk_opens_the_next_step_with_the_same_people(town: World) -> None:
    """The desk's link brings the tick; nothing is typed, and the page names nobody."""
    first = _open(town, "food", about=SHOP)["case"]
    add_accounts(town)
    clerk = signed_in(town, "clerk")
    link = re.search(r'href="(/counter/new\?item=XF-001[^"]*)"', clerk.get(f"/counter?case={first}").text)
    assert link is not None
    page = clerk.get(link[1].replace("&amp;", "&")).text
    assert re.search(r'name="same" value="yes" checked', page)
    people = {one["key"]: one for one in samples.people()}
    assert not any(people[who]["name"] in page for _, who in town.firm())
    fields = {f"answer.{code}": said for code, said in STEPS["fire"][2].items()}
    fields |= {"item": "XF-001", "way": "window", "bundle": "restaurant", "with": first, "people": first}
    for name in ("bundle", "with"):
        lacking = clerk.post("/counter/new", **{**fields, "same": "yes", name: "", "key": a_request_key()})
        assert set(faults(lacking.text)) == {"f-bundle"}
    typed = clerk.post("/counter/new", **fields, key=a_request_key())
    assert set(faults(typed.text)) == {"f-about", "f-applicant"}
    answer = clerk.post("/counter/new", **fields, same="yes", key=a_request_key())
    assert answer.status_code == 303
    case = answer.headers["location"].partition("case=")[2]
    assert _parties(town, case) == _parties(town, first)


def test_who_is_not_in_the_other_case_is_still_asked_for(town: World) -> None:
    """Without an applicant there the form asks for one; a case that is not there is told at the bundle."""
    operator = [{"role": "operator", "holder": town.holders["chen"]}]
    first = _open(town, "food", parties=operator, about=SHOP)["case"]
    add_accounts(town)
    clerk = signed_in(town, "clerk")
    fields = {f"answer.{code}": said for code, said in STEPS["fire"][2].items()}
    fields |= {"item": "XF-001", "way": "window", "bundle": "restaurant", "with": first, "same": "yes"}
    answer = clerk.post("/counter/new", **fields, key=a_request_key())
    assert set(faults(answer.text)) == {"f-applicant"}
    nowhere = clerk.post("/counter/new", **fields, people="990101202601010000019", key=a_request_key())
    assert set(faults(nowhere.text)) == {"f-bundle"}
