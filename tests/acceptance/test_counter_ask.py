# SPDX-License-Identifier: Apache-2.0
"""A clerk asks for papers on record: what is in vain is told before it goes out, and the notice prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from attest.private import open_private
from tests.acceptance.test_faults_at_fields import faults
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    return signed_in(own_world, "clerk.sc")


def asking(case: str, *codes: str, **more: str) -> dict[str, str]:
    """The filled form of a supplement notice for these requirements."""
    form = {"case": case, "notice": "supplement", "key": a_request_key(), **more}
    return {**form, **{f"ask.{code}": "yes" for code in codes}}


def acts(world: World, since: int) -> list[str]:
    """The kinds of the entries since then, but for those of looks."""
    kinds = [world.kind_of(index) for index in range(since, world.size)]
    return [kind for kind in kinds if not kind.startswith("usage.")]


def mark_of(page: str) -> str:
    """The value of the box that lets it go out all the same."""
    found = re.search(r'name="despite" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_supplement_notice_is_on_record_and_prints(own_world: World, clerk: Browser) -> None:
    """What is missing is ticked; each is an entry signed by the department, and stands on the notice."""
    world, case = own_world, own_world.cases["SC-002"]
    form = clerk.get(f"/counter/ask?case={case}").text
    assert 'name="ask.application" value="yes" checked' in form
    assert 'name="ask.licence" value="yes" checked' not in form
    assert "data-asked" not in clerk.get(f"/counter/notice?case={case}").text
    size, sent = world.size, asking(case, "application")
    for _ in range(2):  # a second press says nothing more
        answer = clerk.post("/counter/ask", **sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/counter/notice?case={case}")
    assert acts(world, size) == ["material.requested"]
    (at,) = [one for one in range(size, world.size) if world.kind_of(one) == "material.requested"]
    assert world.entry(at).issuer == "SC"
    assert world.entry(at).body["notice"] == "supplement"
    page = clerk.get(f"/counter/notice?case={case}").text
    assert 'data-asked="1"' in page
    assert "supplement notice" in page
    assert f"entry {at:,}" in page
    rates = world.get("SC", "reasks/rates").json()["rates"]
    assert [one["requests"] for one in rates if one["item"] == "SC-002" and one["channel"] == "window"] == [1]


def test_what_is_recognisable_is_told_before_it_goes_out(own_world: World, clerk: Browser) -> None:
    """Nothing is signed until the box is ticked that stands for just these; then the re-ask follows."""
    world, case = own_world, own_world.cases["SC-002"]
    size = world.size
    sent = asking(case, "application", "licence")
    page = clerk.post("/counter/ask", **sent)
    assert page.status_code == 200
    assert 'data-vain="1"' in page.text
    assert "accepted by" in page.text
    assert acts(world, size) == []
    page = clerk.post("/counter/ask", **sent, despite="layout")
    assert 'data-vain="1"' in page.text
    assert acts(world, size) == []
    answer = clerk.post("/counter/ask", **sent, despite=mark_of(page.text))
    assert answer.status_code == 303
    assert sorted(acts(world, size)) == ["material.requested", "material.requested", "reask.recorded"]
    assert "data-reasks" in clerk.get(f"/counter/notice?case={case}").text
    again = clerk.post("/counter/ask", **asking(case, "licence"))  # counted once, and told each time
    assert 'data-vain="1"' in again.text


def test_what_the_guide_does_not_ask_for_is_told(own_world: World, clerk: Browser) -> None:
    """Something in words is outside the list: told before, and then taken down with its words sealed."""
    world, case = own_world, own_world.cases["SC-002"]
    size, sent = world.size, asking(case, what="a letter of <intent>", notice="request")
    page = clerk.post("/counter/ask", **sent).text
    assert 'data-vain="1"' in page
    assert "the guide does not ask for it" in page
    assert acts(world, size) == []
    assert clerk.post("/counter/ask", **sent, despite=mark_of(page)).status_code == 303
    assert acts(world, size) == ["material.requested", "reask.recorded"]
    at = next(one for one in range(size, world.size) if world.kind_of(one) == "material.requested")
    assert open_private(at, world.ledger.store, world.ledger.context.sealer)[1]["what"] == sent["what"]
    assert b"intent" not in world.ledger.store.leaf(at)
    assert "a letter of &lt;intent&gt;" in clerk.get(f"/counter/notice?case={case}").text


def test_what_is_missing_stands_at_its_field(own_world: World, clerk: Browser) -> None:
    """No kind, nothing chosen, what is no requirement here, too many words, signs that are no text."""
    world, case = own_world, own_world.cases["SC-002"]
    size = world.size
    for form, place in (
        (asking(case, "application", notice="x"), "f-notice"),
        (asking(case), "f-ask"),
        (asking(case, "nothing_such"), "f-ask"),
        (asking(case, what="x" * 201), "f-what"),
        (asking(case, what="a\u0000b"), "f-what"),
    ):
        answer = clerk.post("/counter/ask", **form)
        assert (answer.status_code, set(faults(answer.text))) == (422, {place}), form
    assert acts(world, size) == []
