# SPDX-License-Identifier: Apache-2.0
"""T26: an auditor reads across departments, and no answer of any door names or numbers a person."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import pytest

from api.auth import AUDITOR
from api.demo import samples
from api.identity.permissions import PAGES
from tests.acceptance.door_samples import DOORS
from tests.canary_parts import spellings
from tests.homes import copy_of
from tests.people import add_accounts, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.people import Browser

pytest_plugins = ["tests.api_parts"]

WHY: Final = "年度抽查"
PEOPLE: Final = [one for one in samples.people() if one["id_type"] == "111"]


@pytest.fixture(scope="module")
def world(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A filled ledger in which cases were looked up, relied on and traced."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("harvest") / "home"))
    fill(made)
    add_accounts(made)
    for case in made.cases.values():
        made.post("SC", "recognitions:check", {"case": case, "purpose": "受理审查"})
    yield made
    made.close()


def named(content: bytes) -> set[str]:
    """Which citizen's name or number stands in an answer, in any spelling.

    A firm's number is that of its licence, which evidence of the licence opens.
    """
    text = html.unescape(content.decode("utf-8", "replace")).encode()
    return {
        one["key"]
        for one in PEOPLE
        for secret in (one["name"], one["number"])
        if any(spelt in content or spelt in text for spelt in spellings(secret.encode()))
    }


def test_no_door_of_the_api_names_anybody(world: World) -> None:
    """Every read that an auditor's key may call, and every entry of the log, answers without a person.

    Control: a number in hex is found.
    """
    reads = [route for route in world.app.table.routes if route.method == "GET" and AUDITOR in route.scopes]
    answered = 0
    for route in reads:
        door = DOORS[route.method, route.template](world)
        answer = world.get("auditor", door.path, **door.query)
        assert named(answer.content) == set(), route.path
        answered += answer.status_code == 200
    assert answered >= len(reads) - 1
    for index in range(world.size):
        assert named(world.get("auditor", f"entries/{index}").content) == set(), index
    for one in world.accepted.values():
        evidence = world.get("auditor", f"evidence/{one['id']}", purpose=WHY)
        assert evidence.status_code == 200
        assert named(evidence.content) == set()
    assert named(PEOPLE[0]["number"].encode().hex().encode()) == {PEOPLE[0]["key"]}


def looks(world: World, browser: Browser) -> Iterator[tuple[str, bytes]]:
    """Every page an auditor may open, and the trace of all there is to ask for."""
    for rule in PAGES:
        if rule.method == "GET" and (not rule.who or AUDITOR in rule.who) and "{" not in rule.path:
            yield rule.path, browser.get(rule.path).content
    asked = [*world.cases.values(), *(one["id"] for one in world.accepted.values())]
    for query in (*asked, *(str(index) for index in range(world.size))):
        assert browser.get("/trace").status_code == 200
        yield query, browser.post("/trace", q=query, purpose=WHY).content


def test_no_page_names_anybody(world: World) -> None:
    """Pages, traces of every case, acceptance and entry, and the look at a person by number: nobody named."""
    browser, seen = signed_in(world, "auditor"), 0
    for where, content in looks(world, browser):
        assert named(content) == set(), where
        seen += 1
    assert seen > world.size // 2
    for one in PEOPLE:
        assert browser.get("/oversight/person").status_code == 200
        page = browser.post("/oversight/person", number=one["number"], purpose=WHY)
        assert one["name"] not in html.unescape(page.text)
