# SPDX-License-Identifier: Apache-2.0
"""Removal from reuse over the doors: what the citizen does, and how little the departments learn of it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from api.operation.rebuild import rebuild
from attest.verify import verify
from attest.verify.model import OFFLINE
from tests.homes import copy_of
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def removing(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this file's own, for tests that follow one another."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("removing") / "home"))
    fill(made)
    yield made
    made.close()


def licence(world: World) -> str:
    """The id of the licence that ZW accepted for XF; eatery and chen are its parties."""
    return str(world.accepted["licence"]["id"])


def press(browser: Browser, acceptance: str, act: str) -> httpx.Response:
    """Open the page that says what it means, then press."""
    page = browser.get(f"/my/materials/{acceptance}/reuse")
    assert page.status_code == 200, page.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert key is not None
    return browser.post(f"/my/materials/{acceptance}/reuse", key=key[1], act=act)


def check(world: World, case: str) -> dict[str, Any]:
    """SC asks whether the licence is needed."""
    asked = {"case": case, "purpose": "受理审查", "requirements": ["licence"]}
    answer = world.post("SC", "recognitions:check", asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["results"][0])


def test_a_citizen_removes_and_puts_back(removing: World) -> None:
    """One entry by the service each time; recognition, reliance, re-ask follow; old evidence stays valid."""
    world, chen, id_ = removing, as_person(removing, "chen"), licence(removing)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    relied = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": id_})
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    assert check(world, case)["verdict"] == "recognised"
    before = world.size
    assert press(chen, id_, "remove").headers["location"] == f"/my/materials/{id_}"
    made = [at for at in range(before, world.size) if world.kind_of(at).startswith("reuse.")]
    assert [world.kind_of(at) for at in made] == ["reuse.removed"]
    result = check(world, case)
    assert (result["verdict"], result["reason"]) == ("required", "reuse.not_available")
    assert result["text"] == "What is on file is not available for reuse."
    assert result["next"] == "Please photograph it or hand it in today."
    refused = world.post("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": id_})
    assert refused.json()["code"] == "reliance.not_recognised"
    assert world.made("SC", "requests", {"case": case, "requirement": "licence"})["reask"] is None
    page = chen.get(f"/my/materials/{id_}").text
    assert "You removed it from reuse (today " in page
    file = world.get("SC", f"evidence/{relied['id']}", purpose="review").content
    verdict = verify(file, world.ledger.trust, int(time.time()), profile=OFFLINE)
    assert verdict.verdict == "valid"
    assert press(chen, id_, "restore").status_code == 303
    assert check(world, case)["verdict"] == "recognised"


def test_the_asking_department_learns_no_more(removing: World) -> None:
    """Answer, trace and events of SC hold neither the removal, nor who made it, nor the acceptance."""
    world, chen, id_ = removing, as_person(removing, "chen"), licence(removing)
    world.settle()
    place = world.get("SC", "events", limit="500").json()["events"][-1]["id"]
    assert press(chen, id_, "remove").status_code == 303
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    said = check(world, case)
    assert said.get("acceptance") is None
    told = str(said) + world.get("SC", f"cases/{case}/trace", purpose="审查").text
    for hidden in (id_, "removed", world.cases["XF-001"], "reuse.removed"):
        assert hidden not in told
    world.settle()
    news = world.get("SC", "events", limit="500", after=place).json()["events"]
    assert not [one for one in news if "reuse" in one["type"]]
    trace = world.get("XF", f"cases/{world.cases['XF-001']}/trace", purpose="审查").json()["entries"]
    assert [one["kind"] for one in trace if one["kind"].startswith("reuse.")][-1] == "reuse.removed"
    assert press(chen, id_, "restore").status_code == 303


def test_refused_in_words_and_once(removing: World) -> None:
    """A stranger's look is an entry; an unknown act, a double press and a second removal change nothing."""
    world, chen, id_ = removing, as_person(removing, "chen"), licence(removing)
    he = as_person(world, "he")
    for send in (he.get, he.post):
        before = world.size
        assert send(f"/my/materials/{id_}/reuse").status_code == 404
        assert [world.kind_of(at) for at in range(before, world.size)] == ["usage.refused"]
    before = world.size
    assert press(chen, id_, "burn").status_code == 200
    assert press(chen, id_, "restore").status_code == 409
    for _ in range(2):
        answer = chen.post(f"/my/materials/{id_}/reuse", key="one-press", act="remove")
        assert answer.status_code == 303
    again = chen.post(f"/my/materials/{id_}/reuse", key="another-press", act="remove")
    assert (again.status_code, "removed it from reuse already" in again.text) == (409, True)
    kinds = [world.kind_of(at) for at in range(before, world.size)]
    assert [one for one in kinds if one.startswith("reuse.")] == ["reuse.removed"]
    eatery = as_person(world, "eatery").get(f"/my/materials/{id_}").text
    assert "Another party removed it from reuse" in eatery
    add_accounts(world)
    assert signed_in(world, "clerk").get(f"/my/materials/{id_}/reuse").status_code == 403


def test_all_tables_come_out_again(removing: World) -> None:
    """After all of this every table is what entries and private records give."""
    found = rebuild(removing.ledger.store, removing.ledger.context, lambda _: None)
    assert found.differences == []
    assert found.rows["reuse_choices"] == 5
