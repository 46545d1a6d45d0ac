# SPDX-License-Identifier: Apache-2.0
"""T49, T50: what a refusal tells, and what HEAD opens."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import draft
from attest.codes import case_number
from attest.days import day_of
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.recognition.commands import Reliance, Rely
from attest.statements import sign_entry
from ledger.canonical import dump
from tests.numbers import licence_number
from tests.people import add_accounts, signed_in
from tests.worlds import OWN, OWN_SIGNER, World, a_request_key

if TYPE_CHECKING:
    import httpx

pytest_plugins = ["tests.api_parts"]

ABSENT = "0" * 32


def said(answer: httpx.Response) -> Any:
    """A refusal without what is about this one request."""
    return {name: one for name, one in answer.json().items() if name not in {"instance", "index"}}


@pytest.fixture(scope="module")
def strangers(world: World) -> str:
    """An acceptance of somebody else's licence, of no case that SC may see."""
    case = world.cases["XF-001"]
    asked = world.acceptance(case, "business-licence.pdf", number=licence_number(7003))
    asked["parties"] = [{"role": "holder", "holder": world.holders["he"]}]
    accepted: str = world.made("ZW", "acceptances", asked)["id"]
    return accepted


@pytest.mark.parametrize("path", ["reliances", "reliances:prepare"])
@pytest.mark.parametrize("requirement", ["licence", "layout", "marriage"])
@pytest.mark.parametrize("ground", [{}, {"ground": "guess"}, {"other": 1}])
def test_a_foreign_acceptance_is_cited_like_an_absent_one(
    world: World, strangers: str, path: str, requirement: str, ground: dict[str, Any]
) -> None:
    """Relying on an acceptance of another person's paper is refused like one that is not there."""
    asked = {"case": world.cases["SC-002"], "requirement": requirement, **ground}
    size = world.size
    foreign = world.post("SC", path, {**asked, "acceptance": strangers})
    absent = world.post("SC", path, {**asked, "acceptance": ABSENT})
    assert (foreign.status_code, said(foreign)) == (absent.status_code, said(absent))
    assert foreign.status_code in {400, 403, 404}
    tried = 2 if foreign.json()["code"] == "acceptance.unknown" else 0  # the rest is a slip
    assert [world.kind_of(at) for at in range(size, world.size)] == ["usage.refused"] * tried


def test_a_signed_reliance_on_a_foreign_acceptance_is_refused_alike(world: World, strangers: str) -> None:
    """A department that signs for itself learns no more, even if it cites index and leaf hash rightly."""
    asked = {"case": world.cases[OWN], "requirement": "licence", "acceptance": strangers}
    assert world.post(OWN, "reliances:prepare", asked).json()["code"] == "acceptance.unknown"
    row = acceptance_by_id(bytes.fromhex(strangers), world.ledger.store)
    assert row is not None
    right = Citation(row.id, row.index, row.leaf, bytes(32))
    refusals = [
        world.post(OWN, "reliances", rely(world, one))
        for one in (right, Citation(bytes(16), 1, bytes(32), bytes(32)))
    ]
    assert [one.json()["code"] for one in refusals] == ["acceptance.unknown"] * 2
    assert said(refusals[0]) == said(refusals[1])


def rely(world: World, cited: Citation) -> bytes:
    """A reliance that the department signed with its own key."""
    ledger = world.ledger
    _, guide = ledger.catalogue.item("SC-002", 1, ledger.store)
    policy = ledger.catalogue.policy("SC", day_of(int(time.time())), ledger.store)
    where = ("SC", world.cases[OWN], bytes(32), "licence")
    reliance = Reliance(*where, cited, "recognition", guide.digest, policy.digest)
    made = draft(Rely(ledger.catalogue), reliance, OWN, int(time.time()), ledger.context)
    envelope = sign_entry(made.entry, OWN_SIGNER)
    value: dict[str, Any] = {
        "entry": json.loads(made.entry.canonical()),
        "private": {"salt": made.salt.hex(), "record": made.record},
        "key": envelope.key.hex(),
        "sig": envelope.sig.hex(),
    }
    return dump(value, max_depth=18)


def test_a_taken_case_number_is_told_to_nobody_who_would_not_open_it(world: World) -> None:
    """A request that could not open a case is refused alike whether its number is taken or free."""
    taken, free = world.cases["XF-001"], case_number("990101", date(2026, 1, 2), 77)
    good = world.case("SC-002")
    nobody = [{"role": "applicant", "holder": ABSENT}]
    for wrong in ({"parties": nobody}, {"answers": {"prepacked": "yes"}}, {"version": 9}):
        answers = [world.post("SC", "cases", {**good, **wrong, "case": number}) for number in (taken, free)]
        assert said(answers[0]) == said(answers[1])
        assert answers[0].json()["code"] != "case.exists"
    prepared = [world.post("SC", "cases:prepare", {**good, "case": one}).status_code for one in (taken, free)]
    assert prepared == [200, 200]


def test_a_first_case_that_is_not_the_applicants_reads_like_none(own_world: World) -> None:
    """Naming a case to go with tells nobody which there are: another's, one of no bundle, none read alike."""
    world = own_world
    answers = {"prepacked": "no", "catering": "yes", "applicant": "self"}
    asked = {**world.case("SC-002"), "answers": answers, "bundle": {"code": "restaurant"}}
    first = world.made("SC", "cases", asked)["case"]
    fire = {**world.case("XF-001"), "parties": [{"role": "applicant", "holder": world.holders["ma"]}]}
    numbers = (first, world.cases["YC-004"], case_number("990101", date(2026, 1, 2), 78))
    bundles = [{"code": "restaurant", "with": number} for number in numbers]
    refusals = [world.post("XF", "cases", {**fire, "bundle": one}) for one in bundles]
    assert [one.json()["code"] for one in refusals] == ["bundle.no_such_case"] * 3
    assert said(refusals[0]) == said(refusals[1]) == said(refusals[2])
    store, sealer = world.ledger.store, world.ledger.context.sealer
    tried = [open_private(one.json()["index"], store, sealer)[1]["case"] for one in refusals]
    assert tried == list(numbers)
    prepared = [world.post("XF", "cases:prepare", {**fire, "bundle": one}).status_code for one in bundles]
    assert prepared == [200] * 3


def test_head_opens_nothing_private(world: World) -> None:
    """HEAD on a route that is not public is refused, reads nothing and leaves no entry."""
    size, tried = world.size, 0
    for route in world.app.table.routes:
        if route.method != "GET":
            continue
        path = route.template.replace("{id}", world.accepted["licence"]["id"])
        path = path.replace("{no}", world.cases["XF-001"]).replace("{index}", "1")
        if route.public:
            continue
        tried += 1
        answer = world.send("HEAD", f"{path}?purpose=testing", who="auditor")
        assert (answer.status_code, answer.content) == (405, b""), path
        assert "HEAD" not in answer.headers["allow"]
    assert tried
    assert world.size == size
    assert world.send("HEAD", "/api/v1/departments/keys").status_code == 200


def test_head_opens_no_page_of_the_signed_in(own_world: World) -> None:
    """HEAD on a page for roles is refused and leaves no entry, even with a session; public pages take it."""
    world = own_world
    add_accounts(world)
    browser = signed_in(world, "clerk")
    size = world.size
    for path in (f"/counter?case={world.cases['XF-001']}", "/counter/new", "/trace"):
        answer = browser.send("HEAD", path)
        assert (answer.status_code, answer.content) == (405, b""), path
    assert world.size == size
    assert browser.send("HEAD", "/verify").status_code == 200


@pytest.mark.parametrize("purpose", ["", " ", "\t", "   ", "\u3000", "\u3164", "\u2800\u2800"])
def test_a_purpose_of_spaces_is_no_purpose(world: World, purpose: str) -> None:
    """A purpose that shows nothing opens nothing: refused, and the refusal is an entry."""
    size = world.size
    answer = world.get("ZW", f"cases/{world.cases['XF-001']}/trace", purpose=purpose)
    assert answer.json()["code"] == "lookup.purpose_missing"
    assert (world.size, world.kind_of(size)) == (size + 1, "usage.refused")
    checked = world.post("SC", "recognitions:check", {"case": world.cases["SC-002"], "purpose": purpose})
    assert checked.json()["code"] == "field.invalid"
    assert world.size == size + 1


def test_a_repeat_is_answered_before_its_request_is_judged_again(own_world: World) -> None:
    """A publication whose types have changed since has its first answer under its key, another body a 409."""
    world, key = own_world, a_request_key()
    version = world.get("", "catalogue/versions/item/SC-002/1").json()
    asked = {"subject": "item", "document": {**version, "version": 2}}
    first = world.post("SC", "catalogue/versions", asked, key)
    assert first.status_code == 201, first.text
    types = world.get("", "catalogue/versions/types/types/1").json()
    fewer = [one for one in types["types"] if one["code"] != "business_licence"]
    world.made(
        "operator",
        "catalogue/versions",
        {"subject": "types", "document": {**types, "types": fewer, "version": 2}},
    )
    refused = world.post("SC", "catalogue/versions", {**asked, "document": {**version, "version": 3}})
    assert refused.json()["code"] == "catalogue.invalid"
    size = world.size
    again = world.post("SC", "catalogue/versions", asked, key)
    assert (again.status_code, again.json().get("index")) == (201, first.json()["index"]), again.text
    other = world.post("SC", "catalogue/versions", {**asked, "document": {**version, "version": 3}}, key)
    assert other.json()["code"] == "idempotency.conflict"
    assert world.size == size
