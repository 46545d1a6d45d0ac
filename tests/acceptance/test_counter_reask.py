# SPDX-License-Identifier: Apache-2.0
"""At the counter: what is known is said before a paper is taken in, and recorded when it is all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.test_recall import row_of, state_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def at_the_counter(world: World) -> tuple[Browser, str]:
    """The clerk of SC with a new case, for which the licence is known."""
    add_accounts(world)
    return signed_in(world, "clerk.sc"), str(world.made("SC", "cases", world.case("SC-002"))["case"])


def take_in(world: World, clerk: Browser, case: str, **more: str) -> list[str]:
    """Take the licence in at the counter; the kinds of entries that this gave."""
    world.upload("SC", "business-licence.pdf")
    sha256 = world.acceptance(case, "business-licence.pdf")["document"]["sha256"]
    form = {
        "case": case,
        "requirement": "licence",
        "position": "0",
        "sha256": sha256,
        "assurance": "original",
    }
    size = world.size
    answer = clerk.post("/counter/accept", **{**form, "key": a_request_key(), **more})
    assert answer.status_code == 303, answer.text
    return [world.kind_of(index) for index in range(size, world.size)]


def test_the_form_says_first_that_it_need_not_be(own_world: World) -> None:
    """The form of a paper that is known names who accepted it; taken in all the same it is a re-ask."""
    world = own_world
    clerk, case = at_the_counter(world)
    page = clerk.get(f"/counter?case={case}").text
    link = f"/counter/add?case={case}&amp;requirement=licence&amp;position=0"
    assert link in row_of(page, "licence")
    form = clerk.get(link.replace("&amp;", "&")).text
    assert 'id="known"' in form
    assert "Fire and Rescue Brigade" in form or "Government Service Bureau" in form
    assert take_in(world, clerk, case)[-2:] == ["material.accepted", "reask.recorded"]
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "here"
    assert 'id="reasks"' in page


def test_what_is_reported_is_not_told_as_on_record(own_world: World) -> None:
    """A claim that was so is shown at the counter and in the trace as the applicant's word."""
    world = own_world
    clerk, case = at_the_counter(world)
    told = world.made("SC", "claims", {"case": case, "requirement": "licence"})["reask"]
    assert told["next"].startswith("The applicant's word")
    page = clerk.get(f"/counter?case={case}").text
    assert 'id="reported"' in page
    assert 'id="reasks"' not in page
    clerk.get("/trace")
    trace = clerk.post("/trace", q=case, purpose="review").text
    assert "Reported by the applicant" in trace
    assert "<h3>Asked for in vain" not in trace


def test_by_choice_is_the_applicants_word(own_world: World) -> None:
    """What the applicant hands in by choice is taken in without a re-ask."""
    world = own_world
    clerk, case = at_the_counter(world)
    assert take_in(world, clerk, case, submitted="by_choice")[-1:] == ["material.accepted"]
    assert 'id="reasks"' not in clerk.get(f"/counter?case={case}").text


def test_a_missing_paper_has_no_such_note(own_world: World) -> None:
    """For what nobody has accepted the form asks as ever, and takes no word of choice."""
    world = own_world
    clerk, case = at_the_counter(world)
    form = clerk.get(f"/counter/add?case={case}&requirement=application&position=0").text
    assert 'id="known"' not in form


def test_handed_in_before_is_taken_down(own_world: World) -> None:
    """The applicant's word stands in the log and on the page; of a paper not known it is no re-ask."""
    world = own_world
    clerk, case = at_the_counter(world)
    clerk.get(f"/counter?case={case}")
    size = world.size
    form = {"case": case, "requirement": "layout", "key": a_request_key()}
    assert clerk.post("/counter/claim", **form).status_code == 303
    assert [world.kind_of(index) for index in range(size, world.size)] == ["material.claimed"]
    assert f"entry {size}" in row_of(clerk.get(f"/counter?case={case}").text, "layout")
    assert clerk.post("/counter/claim", **{**form, "case": world.cases["XF-001"]}).status_code == 404
