# SPDX-License-Identifier: Apache-2.0
"""Bundle documents: what is read is what was published; what does not fit is named by its place."""

from __future__ import annotations

from typing import Any

import pytest

from attest.bundles.document import parse_bundle
from attest.bundles.fitting import check_bundle
from attest.bundles.format import format_bundle
from attest.bundles.order import CycleError, ordered, waits_for
from attest.catalogue.item_document import check_item
from attest.catalogue.model import LEVELS, SAMPLE_NOTICE
from attest.catalogue.reading import CatalogueError
from ledger.canonical import dump, read_json
from tests.bundle_parts import BUNDLES, demo_bundle, demo_guides
from tests.recognition_parts import catalogue_json, changed, demo_types


@pytest.mark.parametrize("code", BUNDLES)
def test_round_trip(code: str) -> None:
    """A bundle document read and written again is the same bytes."""
    document = catalogue_json(f"bundles/{code}")
    bundle = parse_bundle(document)
    assert dump(format_bundle(bundle)) == dump(document)
    assert parse_bundle(read_json(dump(document), max_bytes=1 << 20)) == bundle
    assert (bundle.code, bundle.version, bundle.notice) == (code, 1, SAMPLE_NOTICE)


@pytest.mark.parametrize("code", BUNDLES)
def test_the_demo_fits(code: str) -> None:
    """The demo's bundles fit the demo's guides and types, and every statement has its mark."""
    bundle = demo_bundle(code)
    check_bundle(bundle, demo_guides(bundle), demo_types())
    cited = [*bundle.sources, *(one.citation for one in bundle.conditions)]
    cited += [one.citation for one in bundle.feeds] + [one.citation for one in bundle.forms]
    assert all(one.certainty.startswith("[") for one in cited)


@pytest.mark.parametrize("code", BUNDLES)
def test_member_guides(code: str) -> None:
    """Every member's guide fits the types, is marked as sample and carries its department's code."""
    departments = {one["code"]: one["uscc"] for one in catalogue_json("departments")["departments"]}
    for item in demo_guides(demo_bundle(code)).values():
        check_item(item, demo_types())
        assert item.notice == SAMPLE_NOTICE
        assert item.authority == item.code.split("-", maxsplit=1)[0]
        level = str(LEVELS.index(item.level) + 1)
        assert item.impl_code == departments[item.authority] + level + item.basic_code
        assert item.handling_code == f"{item.impl_code}01"
        assert all(clock.promised_limit.n <= clock.statutory_limit.n for clock in item.clocks)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["format"], "once/bundle/2", "/format"),
        (["version"], 0, "/version"),
        (["members"], [], "/members"),
        (["members", 0, "version"], "newest", "/members/0/version"),
        (["members", 0, "version"], 0, "/members/0/version"),
        (["members", 0, "step"], "fire", "/members"),
        (["members", 0, "roles", "agent"], "friend", "/members/0/roles/agent"),
        (["members", 0, "answers", "applicant"], {"question": "who"}, "/members/0/answers/applicant"),
        (["members", 0, "answers", "applicant"], {"question": "applicant", "or": 1}, "/members/0/answers"),
        (["members", 0, "asks"], [], "/members/0/asks"),
        (["members", 3, "when"], {"tobacco": ["perhaps"]}, "/members/3/when/tobacco"),
        (["members", 3, "when"], {}, "/members/3/when"),
        (["forms", 0, "instead_of"], ["food_application"] * 2, "/forms/0/instead_of"),
        (["forms", 0, "roles"], {}, "/forms/0/roles"),
        (["checked", 1, "type"], "business_licence", "/checked"),
        (["checked", 0, "citation", "certainty"], "sure", "/checked/0/citation/certainty"),
        (["joint"], True, "/"),
        (["notice"], ..., "/notice"),
    ],
)
def test_what_is_wrong_is_named(path: list[str | int], value: object, place: str) -> None:
    """A member that is missing, unknown or not of its kind is named by its place."""
    with pytest.raises(CatalogueError) as caught:
        parse_bundle(changed(catalogue_json("bundles/restaurant"), path, value))
    assert caught.value.path.startswith(place)


def test_a_cycle_is_refused_by_name() -> None:
    """Steps that wait for each other are refused, and the cycle is named in the order of doing."""
    document = catalogue_json("bundles/newborn")
    back = {**document["feeds"][1], "from": "card", "to": ["certificate"]}
    with pytest.raises(CatalogueError, match="certificate → registration → card → certificate") as caught:
        parse_bundle({**document, "feeds": [document["feeds"][1], _to_one(document), back]})
    assert caught.value.path == "/feeds"


def _to_one(document: Any) -> Any:
    return {**document["feeds"][0], "to": ["registration"]}


def test_order() -> None:
    """A step comes after those it waits for, and else in the order in which it is listed."""
    waiting = waits_for(["a", "b", "c", "d"], [("c", ["a"]), ("d", ["c", "b"]), ("gone", ["a"])])
    assert waiting == {"a": ("c",), "b": ("d",), "c": ("d",), "d": ()}
    assert ordered(waiting) == ("d", "b", "c", "a")
    with pytest.raises(CycleError) as caught:
        ordered({"a": ("a",)})
    assert caught.value.steps == ("a", "a")


@pytest.mark.parametrize(
    ("code", "path", "value", "place"),
    [
        ("restaurant", ["members", 0, "roles"], {"applicant": "applicant"}, "/members/0/roles"),
        ("restaurant", ["members", 0, "answers"], {"prepacked": "no"}, "/members/0/answers"),
        ("restaurant", ["members", 0, "answers", "catering"], "often", "/members/0/answers/catering"),
        (
            "restaurant",
            ["members", 0, "answers", "catering"],
            {"question": "premises"},
            "/members/0/answers/catering",
        ),
        ("restaurant", ["members", 0, "asks"], ["mandates"], "/members/0/asks"),
        ("restaurant", ["forms", 0, "type"], "no_such_form", "/forms/0/type"),
        ("restaurant", ["forms", 0, "roles"], {"member": "applicant"}, "/forms/0/roles"),
        ("restaurant", ["forms", 0, "instead_of"], ["no_such_form"], "/forms/0/instead_of"),
        ("restaurant", ["checked", 0, "issuer"], "GA", "/checked/0"),
        ("newborn", ["feeds", 0, "type"], "household_register", "/feeds/0/type"),
        ("newborn", ["feeds", 0, "roles"], {"baby": "newborn"}, "/feeds/0/roles"),
    ],
)
def test_what_does_not_fit_the_guides(code: str, path: list[str | int], value: object, place: str) -> None:
    """A role, answer, requirement, result or issuer that the members' guides do not know is named."""
    bundle = parse_bundle(changed(catalogue_json(f"bundles/{code}"), path, value))
    with pytest.raises(CatalogueError) as caught:
        check_bundle(bundle, demo_guides(bundle), demo_types())
    assert caught.value.path == place
