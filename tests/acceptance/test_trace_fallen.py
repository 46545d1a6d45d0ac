# SPDX-License-Identifier: Apache-2.0
"""The trace says what became of a paper, in the case that holds it, those that used it, and at its entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.test_denials import changed
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def world(own_world: World) -> World:
    """A ledger in which SC relied on the licence that ZW accepted for XF."""
    add_accounts(own_world)
    return own_world


def used(world: World) -> dict[str, Any]:
    """SC's reliance on the licence, with its case."""
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    asked = {"case": case, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    return {**world.made("SC", "reliances", asked), "case": case}


def traced(browser: Browser, query: object) -> list[tuple[str, str]]:
    """(how, text) of every paper that fell, as the page shows it."""
    page = browser.post("/trace", q=str(query), purpose="audit").text
    found = re.findall(r'<li data-fallen="([a-z]+)">(.*?)</li>', page, re.DOTALL)
    return [(how, re.sub(r"<[^>]+>", " ", text)) for how, text in found]


def told(world: World, who: str, case: str) -> list[dict[str, Any]]:
    """What fell, as the API's trace of a case says."""
    answer = world.get(who, f"cases/{case}/trace", purpose="audit")
    assert answer.status_code == 200, answer.text
    fallen: list[dict[str, Any]] = answer.json()["fallen"]
    return fallen


def test_the_api_says_it_in_both_cases(world: World) -> None:
    """Of the acceptance and of the reliance: how, by which entry, whose, why; nothing before."""
    relied, licence = used(world), world.accepted["licence"]
    cases = {world.cases["XF-001"]: licence["index"], relied["case"]: relied["index"]}
    assert [told(world, "auditor", case) for case in cases] == [[], []]
    said = world.made("SC", "denials", changed(world))
    denied = {"how": "denied", "index": said["index"], "by": "SC", "reason": "superseded"}
    for case, of in cases.items():
        assert told(world, "auditor", case) == [{"of": of, **denied}]
    assert told(world, "SC", relied["case"]) == [{"of": relied["index"], **denied}]
    gone = world.made("ZW", f"acceptances/{licence['id']}:retract", {"reason": "checked_wrongly"})
    taken = {"how": "retracted", "index": gone["index"], "by": "ZW", "reason": "checked_wrongly"}
    for case, of in cases.items():
        assert told(world, "auditor", case) == [{"of": of, **taken}, {"of": of, **denied}]


def test_a_denial_is_shown_wherever_its_paper_is(world: World) -> None:
    """In both cases and at both entries: which entry of theirs, the denial's, by whom and why."""
    relied, licence, auditor = used(world), world.accepted["licence"], signed_in(world, "auditor")
    places = (world.cases["XF-001"], licence["index"], relied["case"], relied["index"])
    assert [traced(auditor, one) for one in places] == [[]] * 4
    said = world.made("SC", "denials", changed(world))
    for one, own in zip(places, (licence["index"],) * 2 + (relied["index"],) * 2, strict=True):
        [(how, text)] = traced(auditor, one)
        assert how == "denied"
        assert re.search(rf"What entry {own} (accepted|relied on)", text)
        assert re.search(rf"entry {said['index']}\b.*superseded by a new one", text)
        assert "2026-01-05" not in text


def test_a_retraction_is_shown_wherever_its_paper_is(world: World) -> None:
    """Also in the case of others that used it, and at the entry that was taken back."""
    relied, licence, auditor = used(world), world.accepted["licence"], signed_in(world, "auditor")
    gone = world.made("ZW", f"acceptances/{licence['id']}:retract", {"reason": "checked_wrongly"})
    for one in (world.cases["XF-001"], licence["index"], relied["case"], relied["index"]):
        [(how, text)] = traced(auditor, one)
        assert how == "retracted"
        assert re.search(rf"entry {gone['index']}\b.*checked wrongly", text)
    newer = world.acceptance(world.cases["XF-001"], "business-licence.pdf", issued="2026-09-01")
    anew = world.made("ZW", "acceptances", newer)
    assert traced(auditor, anew["index"]) == []


def test_a_department_sees_it_of_its_own_alone(world: World) -> None:
    """Who relied reads it in its own case; an entry of another's is not there for it, before and after."""
    relied, clerk = used(world), signed_in(world, "clerk.sc")
    world.made("SC", "denials", changed(world))
    assert [how for how, _ in traced(clerk, relied["case"])] == ["denied"]
    licence = world.accepted["licence"]["index"]
    assert clerk.post("/trace", q=str(licence), purpose="audit").status_code == 404
