# SPDX-License-Identifier: Apache-2.0
"""A guide as a query to a wallet over HTTP: each published guide, there and back; bad questions by name."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from attest.catalogue.dcql import parse_query
from tests.doors import code_of
from tests.openapi_parts import Contract

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def situations(guide: dict[str, Any]) -> list[dict[str, str]]:
    """Every combination of answers that leads to this item and no other."""
    asked = guide["questions"]
    options = [[one["code"] for one in each["options"] if "instead" not in one] for each in asked]
    return [dict(zip([one["code"] for one in asked], some, strict=True)) for some in product(*options)]


def applying(guide: dict[str, Any], answers: dict[str, str]) -> list[dict[str, Any]]:
    """The document's own requirements in a situation."""
    return [
        one
        for one in guide["requirements"]
        if all(answers[question] in options for question, options in one.get("when", {}).items())
    ]


def put_together(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What query, terms and heads say, as a guide's document says it."""
    sets = answer["dcql_query"]["credential_sets"] if answer["dcql_query"] else []
    return [
        {
            **head,
            "alternatives": [
                {"evidence": [answer["terms"][name] for name in option]} for option in one["options"]
            ],
        }
        for head, one in zip(answer["requirements"], sets, strict=True)
    ]


@pytest.mark.parametrize("code", ["SC-002", "XF-001", "YC-004"])
def test_a_published_guide_there_and_back(world: World, code: str) -> None:
    """In every situation the answer is the published list again; nothing is recorded, nobody is asked who."""
    guide, before = world.get("", f"catalogue/versions/item/{code}/1"), world.size
    contract = Contract(world.send("GET", "/openapi.json").json())
    for answers in situations(guide.json()):
        said = ",".join(f"{question}:{option}" for question, option in answers.items())
        answer = world.get("", f"catalogue/items/{code}/dcql", answers=said)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert not contract.answer("GET", "/api/v1/catalogue/items/{item}/dcql", answer)
        assert (told["version"], told["guide"]) == (1, guide.headers["etag"].strip('"'))
        parse_query(told["dcql_query"])
        assert put_together(told) == applying(guide.json(), answers)
        later = [one["necessity"] == "may_follow" for one in told["requirements"]]
        assert [not one["required"] for one in told["dcql_query"]["credential_sets"]] == later
    assert world.size == before


def test_what_cannot_be_compiled_is_refused_by_name(world: World) -> None:
    """No such item or version, a question without an answer, an option that is none, a query that is none."""

    def refused(path: str, **query: str) -> dict[str, Any]:
        answer = world.get("", f"catalogue/items/{path}/dcql", **query)
        assert 400 <= answer.status_code < 500
        told = answer.json()
        assert told["title"]
        assert told["next"]
        return dict(told)

    assert refused("XX-000")["code"] == "item.unknown"
    assert refused("XF-001", answers="procedure:promise", version="9")["code"] == "item.unknown"
    missing = refused("XF-001")
    assert (missing["code"], missing["question"]) == ("situation.unanswered", "procedure")
    assert missing["options"]
    assert refused("XF-001", answers="procedure:bribe")["code"] == "situation.unknown_option"
    assert refused("XF-001", answers="procedure:promise,colour:red")["code"] == "situation.unknown_question"
    twice = "procedure:promise,procedure:check"
    for wrong in ("procedure", ":promise", "procedure:", "procedure:a b", ",", twice):
        told = refused("XF-001", answers=wrong)
        assert (told["code"], told["parameter"]) == ("query.invalid", "answers"), wrong
    for wrong in ("0", "-1", "x", "1" * 9):
        assert refused("XF-001", version=wrong)["parameter"] == "version"
    assert code_of(world.get("", "catalogue/items/XF-001/dcql", question="x")) == "query.invalid"
