# SPDX-License-Identifier: Apache-2.0
"""T17, T26, T49, T50: a principal reaches the objects of its own department, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from tests.worlds import CUSTODIAL, OWN, World

if TYPE_CHECKING:
    import httpx

pytest_plugins = ["tests.api_parts"]

ABSENT: Final = "0" * 32
NO_CASE: Final = "990101202601010000019"
ABOUT_THIS_REQUEST: Final = ("instance", "index")
"""Members of a problem that differ from one request to the next."""


def without_occasion(answer: httpx.Response) -> Any:
    """A refusal without what is about this one request."""
    said = answer.json()
    return answer.status_code, {name: one for name, one in said.items() if name not in ABOUT_THIS_REQUEST}


def parties_of(world: World, accepted: str) -> set[str]:
    """Who may see an acceptance: who accepted it and the authority of its case."""
    return {"licence": {"ZW", "XF"}, "layout": {OWN, "SC"}}[accepted]


def attempts(world: World, acceptance: str, case: str) -> dict[str, tuple[str, str, Any]]:
    """Every route that takes an object's id, with this acceptance and case in its place."""
    purpose = {"purpose": "testing"}
    licence = {**world.acceptance(case, "business-licence.pdf")}
    asked = ABSENT
    if acceptance == world.accepted["layout"]["id"]:
        asked = world.disputed("layout", "chen")
    declined = {"outcome": "not_upheld", "reason": "record_correct"}
    licence["document"] = {"sha256": "ab" * 32, "kept": "department", "size": 1, "media": "application/pdf"}
    return {
        "reliances of": ("GET", f"acceptances/{acceptance}/reliances", purpose),
        "evidence": ("GET", f"evidence/{acceptance}", purpose),
        "dispute": ("GET", f"data-check-requests/{asked}", purpose),
        "answer": ("POST", f"data-check-requests/{asked}:answer", declined),
        "answer:prepare": ("POST", f"data-check-requests/{asked}:answer:prepare", declined),
        "trace": ("GET", f"cases/{case}/trace", purpose),
        "retract": ("POST", f"acceptances/{acceptance}:retract", {"reason": "checked_wrongly"}),
        "retract:prepare": (
            "POST",
            f"acceptances/{acceptance}:retract:prepare",
            {"reason": "checked_wrongly"},
        ),
        "check": ("POST", "recognitions:check", {"case": case, "purpose": "testing"}),
        "check batch": ("POST", "recognitions:batch", {"checks": [{"case": case, "purpose": "testing"}]}),
        "accept": ("POST", "acceptances", licence),
        "accept:prepare": ("POST", "acceptances:prepare", licence),
        "batch": ("POST", "acceptances:batch", {"acceptances": [licence]}),
        "rely": ("POST", "reliances", {"case": case, "requirement": "licence", "acceptance": acceptance}),
        "rely:prepare": (
            "POST",
            "reliances:prepare",
            {"case": case, "requirement": "licence", "acceptance": acceptance},
        ),
    }


def ask(world: World, who: str, attempt: tuple[str, str, Any]) -> httpx.Response:
    """Send one attempt."""
    method, path, value = attempt
    return world.get(who, path, **value) if method == "GET" else world.post(who, path, value)


@pytest.mark.parametrize("accepted", ["licence", "layout"])
def test_foreign_and_absent_objects_look_the_same(own_world: World, accepted: str) -> None:
    """Every other department × every route: 403 or 404, with the very answer for what does not exist."""
    world = own_world  # who relied on a paper is a party of it: nobody did here
    case = world.cases["XF-001" if accepted == "licence" else OWN]
    theirs = attempts(world, world.accepted[accepted]["id"], case)
    nobodys = attempts(world, ABSENT, NO_CASE)
    for who in (*CUSTODIAL, OWN):
        if who in parties_of(world, accepted):
            continue
        for name, attempt in theirs.items():
            size = world.size
            foreign, absent = ask(world, who, attempt), ask(world, who, nobodys[name])
            if name.endswith("batch"):
                [one], [other] = foreign.json()["results"], absent.json()["results"]
                assert one["status"] == 404
                assert one["problem"]["code"] == other["problem"]["code"] == "case.unknown"
            else:
                assert foreign.status_code in {403, 404}, (who, name, foreign.text)
                assert without_occasion(foreign) == without_occasion(absent), (who, name)
            for index in range(size, world.size):
                assert world.kind_of(index) == "usage.refused", (who, name)


def test_an_entry_is_shown_to_its_issuer_and_auditors(world: World) -> None:
    """Entries of another issuer are not found, with the very answer for an index beyond the log."""
    beyond, tried = without_occasion(world.get("SC", "entries/999999999")), Counter[str]()
    for index in range(world.size):
        issuer = world.entry(index).issuer
        tried[issuer] += 1
        if tried[issuer] > 3:  # each refusal is an entry
            continue
        answer = world.get("auditor", f"entries/{index}")
        assert json.loads(answer.content)["envelope"]["entry"]["issuer"] == issuer
        for who in (*CUSTODIAL, OWN):
            answer = world.get(who, f"entries/{index}")
            if who == issuer:
                assert answer.status_code == 200
            else:
                assert without_occasion(answer) == beyond
    assert {"service", *CUSTODIAL, OWN} <= set(tried)


def test_uploads_are_each_departments_own(world: World) -> None:
    """A file that another department uploaded cannot be cited: it is not uploaded, as far as one can see."""
    said = world.acceptance(world.cases["SC-002"], "food-layout.pdf")
    foreign = world.post("SC", "acceptances", said)
    absent = world.post("SC", "acceptances", {**said, "document": {"sha256": "00" * 32}})
    assert foreign.json()["code"] == "document.unknown"
    assert without_occasion(foreign) == without_occasion(absent)


def test_no_other_role_reads_private_records(world: World) -> None:
    """The operator's and the checker's key read no private record; without a key nobody does."""
    paths = [
        attempt
        for name, attempt in attempts(world, world.accepted["licence"]["id"], world.cases["XF-001"]).items()
        if attempt[0] == "GET"
    ]
    for attempt in paths:
        size = world.size
        for who in ("operator", "checker"):
            assert ask(world, who, attempt).json()["code"] == "auth.forbidden"
        assert ask(world, "", attempt).json()["code"] == "auth.missing"
        assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.refused"] * 2
    assert world.get("operator", "entries/5").json()["code"] == "auth.forbidden"
    bundle = [("authorization", f"Bearer {world.keys['operator']}")]
    assert world.send("GET", "/log/tile/entries/000.p/1", headers=bundle).status_code == 403
    assert world.send("GET", "/log/tile/entries/000.p/1").status_code == 401


def test_an_auditor_reads_with_an_entry_and_bundles_without_names(world: World) -> None:
    """What opens private records for an auditor is an entry each time; entries and bundles name nobody."""
    case = world.cases["XF-001"]
    for path in (f"cases/{case}/trace", f"evidence/{world.accepted['licence']['id']}"):
        size = world.size
        assert world.get("auditor", path, purpose="supervision").status_code == 200
        assert (world.size, world.kind_of(size)) == (size + 1, "usage.read")
        size = world.size
        assert world.get("auditor", path).json()["code"] == "lookup.purpose_missing"
        assert (world.size, world.kind_of(size)) == (size + 1, "usage.refused")
    shown = b"".join(world.get("auditor", f"entries/{index}").content for index in range(world.size))
    for person in samples.people():
        for text in (person["number"], person["name"]):
            assert text.encode() not in shown
            assert text.encode().hex().encode() not in shown
    for text in world.cases.values():
        assert text.encode() not in shown
