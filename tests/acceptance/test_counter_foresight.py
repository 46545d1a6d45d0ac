# SPDX-License-Identifier: Apache-2.0
"""Before a paper is signed for, the counter says that by its dates it would not serve, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.demo import samples
from tests.acceptance.test_recall import state_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import FOOD_ANSWERS, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CERTIFICATE = "health-certificate.jpg"


def with_staff(world: World) -> tuple[Browser, str]:
    """The clerk of SC with a case of a kitchen, in which Ma works."""
    add_accounts(world)
    asked = world.case("SC-002")
    asked["answers"] = {**FOOD_ANSWERS, "catering": "yes"}
    asked["parties"].append({"role": "employee", "holder": world.holders["ma"]})
    case = str(world.made("SC", "cases", asked)["case"])
    world.upload("SC", CERTIFICATE)
    return signed_in(world, "clerk.sc"), case


def form_of(case: str, **more: str) -> dict[str, str]:
    """The filled form for the health certificate."""
    one = samples.sample(CERTIFICATE)
    form = {
        "case": case,
        "requirement": "health",
        "position": "0",
        "sha256": one.sha256,
        "issued": "2019-03-04",
        "assurance": "original",
        "key": a_request_key(),
    }
    return {**form, **more}


def kinds_since(world: World, size: int) -> list[str]:
    """Kinds of entries since."""
    return [world.kind_of(index) for index in range(size, world.size)]


def test_a_paper_too_old_is_told_before_it_is_signed(own_world: World) -> None:
    """The press is answered with why; nothing is signed until the clerk goes on knowingly."""
    world = own_world
    clerk, case = with_staff(world)
    size = world.size
    answer = clerk.post("/counter/accept", **form_of(case))
    assert answer.status_code == 200
    shut = re.search(r'id="f-despite".*?</section>', answer.text, re.DOTALL)
    assert shut is not None
    assert "365 days" in shut[0]
    assert "material.accepted" not in kinds_since(world, size)
    assert clerk.post("/counter/accept", **form_of(case, despite="validity.expired")).status_code == 200
    assert "material.accepted" not in kinds_since(world, size)  # what was known is another reason
    answer = clerk.post("/counter/accept", **form_of(case, despite="validity.too_old"))
    assert answer.status_code == 303
    assert "material.accepted" in kinds_since(world, size)


def test_a_paper_that_serves_is_signed_at_once(own_world: World) -> None:
    """One in date meets the line with one press."""
    world = own_world
    clerk, case = with_staff(world)
    assert clerk.post("/counter/accept", **form_of(case, issued="2026-11-01")).status_code == 303
    assert state_of(clerk.get(f"/counter?case={case}").text, "health") == "here"


def test_the_applicant_is_told_why(own_world: World) -> None:
    """What is to be brought is told with its reason, where one paper is there and does not serve."""
    world = own_world
    clerk, case = with_staff(world)
    clerk.post("/counter/accept", **form_of(case, despite="validity.too_old"))
    page = clerk.get(f"/counter?case={case}").text
    told = re.search(r'id="say".*?</section>', page, re.DOTALL)
    assert told is not None
    assert "Issued on 4 March 2019, it is over 365 days old" in told[0]
    assert "Nothing suitable" not in told[0]


def test_papers_that_may_be_superseded_are_told_apart(own_world: World) -> None:
    """Two of the same day differ by number, person and entry."""
    world = own_world
    clerk, case = with_staff(world)
    for number in ("N-1", "N-2"):
        clerk.post("/counter/accept", **form_of(case, issued="2026-11-01", number=number))
    form = clerk.get(f"/counter/add?case={case}&requirement=health&position=0")
    options = re.findall(r'<option value="renewed\.[0-9a-f]{32}"[^>]*>(.*?)</option>', form.text)
    assert len(options) == len(set(options)) == 2
    assert all(any(number in one for one in options) for number in ("N-1", "N-2"))
    assert all("entry" in one for one in options)
