# SPDX-License-Identifier: Apache-2.0
"""Data standards over HTTP: published and signed, read by anybody, held against values."""

from __future__ import annotations

from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any

from api.demo import samples
from attest.statements import Envelope
from tests.doors import code_of
from tests.people import Browser

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

VALUES = {
    "name": "样例餐饮店",
    "credit_code": "11990000MA0TE5T914",
    "business_form": "canteen",
    "premises": "样例市样例路 1 号",
}


def standard(code: str, version: int = 1, **change: Any) -> dict[str, Any]:
    found = [one for one in samples.standards() if (one["code"], one["version"]) == (code, version)]
    return {**found[0], **change}


def publish(world: World, document: dict[str, Any], who: str = "SC") -> httpx.Response:
    return world.post(who, "catalogue/versions", {"subject": "standard", "document": document})


def check(world: World, **more: Any) -> dict[str, Any]:
    asked = {"type": "food_application", "values": VALUES, "day": "2026-11-27", **more}
    answer = world.post("SC", "catalogue/values:check", asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_standard_is_published_and_held_to(own_world: World) -> None:
    """Signed by its department or by governance, version by version; values meet it, old and new by day."""
    world = own_world
    assert check(world)["verdict"] == "cannot_tell"
    made = publish(world, standard("food-business"))
    assert made.status_code == 201, made.text
    assert publish(world, standard("national-codes"), "operator").status_code == 201
    entry = Envelope.parse(world.ledger.store.leaf(made.json()["index"])).entry
    assert (entry.kind, entry.issuer, entry.body["subject"]) == ("catalogue.published", "SC", "standard")
    read = world.get("", "catalogue/versions/standard/food-business/1")
    assert sha256(read.content).hexdigest() == made.json()["document"] == read.headers["etag"].strip('"')
    assert check(world)["verdict"] == "accepted"
    assert publish(world, standard("food-business", 2)).status_code == 201
    new = check(world)
    assert new["verdict"] == "refused"
    assert [(one["code"], one["field"]) for one in new["faults"]] == [("value.not_listed", "business_form")]
    old = check(world, standards={"food-business": 1})
    assert old["verdict"] == "accepted"
    assert old["standards"][0]["state"] == "older"
    assert old["standards"][0]["until"] == "2027-12-31"
    over = check(world, standards={"food-business": 1}, day="2028-01-01")
    assert over["faults"][0]["code"] == "standard.replaced"
    assert "collective_canteen" in over["faults"][0]["next"]


def test_whose_standard_it_is(own_world: World) -> None:
    """Another's, out of turn, or one whose days run backwards: refused, nothing written."""
    world = own_world
    size = world.size
    assert code_of(publish(world, standard("food-business"), "YC")) == "issuer.mismatch"
    assert code_of(publish(world, standard("food-business"), "operator")) == "issuer.mismatch"
    assert code_of(publish(world, standard("food-business", 2))) == "catalogue.version"
    assert code_of(publish(world, standard("food-business", fields=[]))) == "catalogue.invalid"
    assert world.acts(size) == []
    assert publish(world, standard("food-business")).status_code == 201
    back = standard("food-business", 2, in_force="2015-01-01")
    assert code_of(publish(world, back)) == "catalogue.invalid"
    foreign = standard("food-business", 2, authority="YC")
    assert code_of(publish(world, foreign, "YC")) == "issuer.mismatch"


def test_types_may_not_name_what_no_standard_has(own_world: World) -> None:
    """Once a standard stands, the types name fields that it has; one to come may be named."""
    world = own_world
    types = {**samples.types(), "version": 2}
    assert publish(world, standard("food-business")).status_code == 201
    kind = next(one for one in types["types"] if one["code"] == "food_application")
    wrong = {**kind, "fields": [{"code": "name", "standard": "food-business", "field": "nothing"}]}
    document = {**types, "types": [wrong if one is kind else one for one in types["types"]]}
    answer = world.post("operator", "catalogue/versions", {"subject": "types", "document": document})
    assert code_of(answer) == "catalogue.invalid"


def without(document: dict[str, Any], field: str) -> dict[str, Any]:
    """The standard without one field, and without the rules that name it."""
    fields = [one for one in document["fields"] if one["code"] != field]
    rules = [one for one in document.get("rules", []) if field not in (one["field"], one.get("other"))]
    return {**document, "fields": fields, **({"rules": rules} if "rules" in document else {})}


def test_a_field_in_use_that_is_dropped_is_said(own_world: World) -> None:
    """Refused unless it comes with a word; then published with a warning that names type and fields."""
    world = own_world
    first = publish(world, standard("food-business"))
    assert (first.status_code, "drops" in first.json()) == (201, False)
    lesser, size = without(standard("food-business", 2), "area"), world.size
    for path in ("catalogue/versions", "catalogue/versions:prepare"):
        refused = world.post("SC", path, {"subject": "standard", "document": lesser})
        assert (refused.status_code, code_of(refused)) == (409, "standard.drops")
        assert refused.json()["drops"][0]["type"] == "food_application"
    assert world.size == size
    asked = {"subject": "standard", "document": lesser, "despite": "drops"}
    made = world.post("SC", "catalogue/versions", asked)
    assert made.status_code == 201, made.text
    assert made.json()["drops"] == [{"type": "food_application", "field": "area", "standard_field": "area"}]
    told = check(world, values={**VALUES, "business_form": "collective_canteen", "area": "80"})
    assert ("value.no_such_field", "area") in {(one["code"], one.get("field")) for one in told["faults"]}


ODD: tuple[dict[str, Any], ...] = (
    {"type": "nothing"},
    {"type": "food_application", "bundle": "restaurant"},
    {"values": []},
    {"values": {"name": 7}},
    {"values": {"Name\u0000": "x"}},
    {"values": {"name": "x" * 501}},
    {"values": {f"f{n}": "x" for n in range(129)}},
    {"standards": {"food-business": 0}},
    {"day": "2026-02-30"},
    {"other": 1},
)


def test_no_question_is_too_odd(world: World) -> None:
    """What cannot be read is refused with a code; no answer and no refusal repeats a value."""
    size = world.size
    for odd in ODD:
        asked = {"type": "food_application", "values": VALUES, **odd}
        answer = world.post("SC", "catalogue/values:check", asked)
        assert answer.status_code in (400, 404, 422), (odd, answer.text)
    secret = "990101199003075010"
    told = world.post(
        "SC", "catalogue/values:check", {"type": "id_card", "values": {"citizen_number": secret}}
    )
    assert secret not in told.text
    assert world.post("", "catalogue/values:check", {}).status_code == 401
    assert world.size == size


def test_pages_show_the_window(own_world: World) -> None:
    """The standard's pages say which versions are accepted, what to change, and what differs by its codes."""
    world, anyone = own_world, Browser(own_world)
    assert "/catalogue/standards" not in anyone.get("/catalogue").text
    for document, who in (
        (standard("food-business"), "SC"),
        (standard("food-business", 2), "SC"),
        (standard("national-codes"), "operator"),
    ):
        assert publish(world, document, who).status_code == 201
    assert "/catalogue/standards" in anyone.get("/catalogue").text
    listed = unescape(anyone.get("/catalogue/standards").text)
    assert "v1 and v2 hold" in listed
    current = anyone.get("/catalogue/standards/food-business").text
    assert 'data-window="both"' in current
    assert "/catalogue/types#food_application" in current
    digest = world.get("", "catalogue/versions/standard/food-business/2").headers["etag"].strip('"')
    assert f'data-hash="{digest}"' in current
    older = anyone.get("/catalogue/standards/food-business?version=1").text
    assert 'data-window="before"' in older
    compared = unescape(anyone.get("/catalogue/standards/food-business/compare?from=1&to=2").text)
    assert "collective_canteen" in compared
    assert 'data-count="5"' in compared
    for path in ("nothing", "nothing/compare", "food-business?version=9", "food-business/compare?from=9"):
        assert anyone.get(f"/catalogue/standards/{path}").status_code == 404, path


def test_a_parameter_stands_once(world: World) -> None:
    """On every page of the catalogue and in the API a repeated parameter is refused, and named."""
    anyone = Browser(world)
    for path in (
        "/catalogue?q=a&q=b",
        "/catalogue/items/SC-002?version=1&version=2",
        "/catalogue/items/SC-002?a.catering=yes&a.catering=no",
        "/catalogue/items/SC-002/compare?from=1&from=2",
        "/catalogue/types?version=1&version=2",
        "/catalogue/bundles/restaurant?version=1&version=1",
        "/catalogue/standards?version=1&version=2",
    ):
        answer = anyone.get(path)
        name = path.partition("?")[2].partition("=")[0]
        assert (answer.status_code, f"<code>{name}</code>" in answer.text) == (400, True), path
        assert 'data-code="query.invalid"' in answer.text
    told = world.get("", "catalogue/versions?nothing=1").json()
    assert (told["code"], told["parameter"]) == ("query.invalid", "nothing")
    assert "parameter" not in world.get("", "catalogue/versions?99010119900307501X=1").json()
