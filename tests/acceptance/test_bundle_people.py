# SPDX-License-Identifier: Apache-2.0
"""What a bundle still asks of the people of a case: over HTTP, at the counter and on paper the same."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from api.schemas.bundles import PLAN_EXAMPLE
from attest.private import open_private
from tests.acceptance.test_guide_hashes import published
from tests.homes import copy_of
from tests.joint_parts import JOINT, STEPS
from tests.openapi_parts import Contract
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import SHOP, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

WINDOW: Final = "ZW"
PATH: Final = "bundles/restaurant:plan"
ANSWERS: Final[dict[str, str]] = {**PLAN_EXAMPLE["answers"], "tobacco": "yes"}
PURPOSE: Final = "受理开办餐饮店一件事"


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


@pytest.fixture(scope="module")
def town(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this file's own, where every step has its guide; each test opens its own application."""
    world = open_world(copy_of(bare_home, tmp_path_factory.mktemp("bundle") / "home"))
    fill(world)
    guide = next(one for one in samples.items() if one["code"] == "ZJ-051")
    document = {**guide, "authority": "SC"}
    world.made("SC", "catalogue/versions", {"subject": "item", "document": document})
    whole = next(one for one in samples.bundles() if one["code"] == "restaurant")
    world.made(WINDOW, "catalogue/versions", {"subject": "bundle", "document": {**whole, "version": 2}})
    world.upload(WINDOW, "food-application.pdf")
    yield world
    world.close()


def begun(world: World, step: str = "food", first: str | None = None) -> str:
    """A step's case, opened by the one window for the eatery's shop."""
    item, _, answers = STEPS[step]
    bundle = {"code": "restaurant"} if first is None else {"code": "restaurant", "with": first}
    parties = [{"role": role, "holder": world.holders[one]} for role, one in world.firm()]
    asked = {"item": item, "channel": "window", "parties": parties, "answers": answers, "bundle": bundle}
    return str(world.made(WINDOW, "cases", {**asked, "about": SHOP})["case"])


def plan(world: World, who: str = WINDOW, **asked: Any) -> dict[str, Any]:
    """The answer, as the contract of the API has it."""
    answer = world.post(who, PATH, {"answers": ANSWERS, **asked})
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("POST", "/api/v1/bundles/{bundle}:plan", answer)
    return dict(answer.json())


def uses(told: dict[str, Any], type_: str) -> list[str]:
    return [use["step"] for one in told["bring"] if one["type"] == type_ for use in one["for"]]


def test_what_is_on_file_is_left_out_by_whom_and_when(town: World) -> None:
    """The form, once it is in, is brought for no step; what remains says why; one entry says who looked."""
    case = begun(town)
    before = plan(town, case=case, purpose=PURPOSE)
    assert uses(before, JOINT) == ["food", "fire", "sign", "tobacco"]
    form = next(one for one in before["bring"] if one["type"] == JOINT)
    assert [(why["step"], bool(why["text"]["zh"]), bool(why["text"]["en"])) for why in form["why"]] == [
        (step, True, True) for step in ("food", "fire", "sign", "tobacco")
    ]
    asked = town.acceptance(case, "food-application.pdf", type=JOINT)
    accepted = town.made(WINDOW, "acceptances", asked)
    size = town.size
    told = plan(town, case=case, purpose=PURPOSE)
    assert town.size == size + 1
    assert uses(told, JOINT) == []
    (spared,) = [one for one in told["spared"] if one["type"] == JOINT]
    assert (spared["ground"], spared["by"], spared["received_by"]) == ("recognised", "SC", WINDOW)
    assert spared["entries"] == [accepted["index"]]
    assert spared["accepted_at"] <= told["as_of"]
    assert [use["step"] for use in spared["for"]] == ["food", "fire", "sign", "tobacco"]
    assert told["counts"]["papers"] == before["counts"]["papers"] - 1
    assert all(one["why"] for one in told["bring"])
    assert town.kind_of(told["index"]) == "usage.checked"
    record = open_private(told["index"], town.ledger.store, town.ledger.context.sealer)[1]
    assert (record["case"], record["purpose"], record["route"]) == (case, PURPOSE, "bundles.plan")


def test_the_hashes_of_the_bundle_and_its_steps(town: World) -> None:
    """With a case and without, the answer names the hash of every document that it goes by."""
    for more in ({}, {"case": begun(town), "purpose": PURPOSE}):
        told = plan(town, **more)
        assert told["document"] == published(town, "bundle", "restaurant", 2)
        guides = {one["step"]: one["guide"] for one in told["steps"]}
        assert guides == {step: published(town, "item", STEPS[step][0]) for step in STEPS}


def test_each_department_sees_its_own_steps_and_cases(town: World) -> None:
    """The window receives for all and sees all; the brigade its own step; who has no case there, nothing."""
    food = begun(town)
    fire = begun(town, "fire", food)
    window = plan(town, case=fire, purpose=PURPOSE)
    assert {one["step"]: one["looked"] for one in window["steps"]} == dict.fromkeys(STEPS, True)
    assert {one["step"]: one.get("case") for one in window["steps"]} == {
        **dict.fromkeys(STEPS),
        "food": food,
        "fire": fire,
    }
    brigade = plan(town, "XF", case=fire, purpose=PURPOSE)
    assert [one["step"] for one in brigade["steps"] if one["looked"]] == ["fire"]
    assert food not in str(brigade)
    layout = next(one for one in brigade["bring"] if one["type"] == "food_layout")
    assert [why["reason"] for why in layout["why"]] == ["bundle.not_looked"]
    assert plan(town, "YC", case=fire, purpose=PURPOSE)["code"] == "case.unknown"


def test_refusals_are_named_and_recorded(town: World) -> None:
    """Half a look-up, another bundle's case, an answer against the case's own: by name, and an entry each."""
    case, alone = begun(town), town.cases["SC-002"]
    for code, asked in (
        ("lookup.purpose_missing", {"case": case}),
        ("lookup.case_missing", {"purpose": PURPOSE}),
        ("bundle.not_of", {"case": alone, "purpose": PURPOSE}),
        ("bundle.not_of", {"case": case, "purpose": PURPOSE, "version": 1}),
        ("case.unknown", {"case": "990101202601010000019", "purpose": PURPOSE}),
    ):
        who, size = ("SC" if asked.get("case") == alone else WINDOW), town.size
        told = plan(town, who, **asked)
        assert told["code"] == code, told
        assert told["title"]
        assert told["next"]
        assert told["index"] == size == town.size - 1
        assert town.kind_of(size) == "usage.refused"
    tobacco = begun(town, "tobacco")
    told = plan(town, case=tobacco, purpose=PURPOSE, answers={**ANSWERS, "premises": "leased"})
    assert (told["code"], told["question"], told["wanted"]) == ("bundle.other_answer", "premises", "owned")
    open_ = plan(town, case=tobacco, purpose=PURPOSE, answers={})
    assert (open_["code"], open_["question"]) == ("situation.unanswered", "procedure")
    assert open_["options"]


def test_the_counters_page_says_the_same_and_prints(town: World) -> None:
    """First the questions that no case has answered; then the API's own answer with title and hashes."""
    add_accounts(town)
    clerk, case = signed_in(town, "clerk"), begun(town)
    form = town.acceptance(case, "food-application.pdf", type=JOINT)
    town.made(WINDOW, "acceptances", form)
    size = town.size
    open_ = clerk.get(f"/counter/bundle?case={case}")
    assert open_.status_code == 200
    assert town.size == size  # nobody was looked at yet
    assert "data-papers" not in open_.text
    assert 'name="a.tobacco"' in open_.text
    faulty = clerk.get(f"/counter/bundle?case={case}&asked=yes&a.tobacco=perhaps").text
    assert 'href="#q-tobacco"' in faulty
    query = "&".join(f"a.{name}={said}" for name, said in ANSWERS.items())
    page = unescape(clerk.get(f"/counter/bundle?case={case}&{query}").text)
    assert town.kind_of(town.size - 1) == "usage.checked"
    told = plan(town, case=case, purpose=PURPOSE)
    assert f'data-papers="{told["counts"]["papers"]}"' in page
    assert re.findall(r'data-bring="([a-z_]+)"', page) == [one["type"] for one in told["bring"]]
    for one in (*told["bring"], *told["spared"], *told["show"]):
        assert one["text"]["en"] in page
        assert all(why["text"]["en"] in page for why in one.get("why", ()))
    assert "One-time notice of materials" in page
    assert "data-print" in page
    assert f'data-document="{told["document"]}"' in page
    assert re.findall(r'data-guide="([0-9a-f]{64})"', page) == [one["guide"] for one in told["steps"]]
    desk = clerk.get(f"/counter?case={case}").text
    assert f'href="/counter/bundle?case={case}"' in desk


@pytest.mark.parametrize(
    ("language", "said", "raw"),
    [
        ("zh", "房屋租赁合同的出租方", "lease_contract的"),
        ("en", "lessor of the Lease contract", "of the lease_contract"),
    ],
)
def test_whose_a_paper_is_stands_there_in_words(town: World, language: str, said: str, raw: str) -> None:
    """A title that is on record is its lessor's, of the lease by its name: before it came and after."""
    add_accounts(town)
    clerk, case = signed_in(town, "clerk"), begun(town)
    clerk.language = language
    answers = {**ANSWERS, "premises": "leased"}
    path = f"/counter/bundle?case={case}&" + "&".join(f"a.{name}={one}" for name, one in answers.items())
    before = visible(clerk.get(path).text)
    for file in ("lease-contract.pdf", "deed-shop.jpg"):
        town.upload("YC", file)
        until = {"valid_until": "2045-02-28"} if file == "lease-contract.pdf" else {}
        paper = town.acceptance(town.cases["YC-004"], file, about=SHOP, **until)
        town.made("YC", "acceptances", paper)
    after = clerk.get(path).text
    spared = after.partition('data-list="spared"')[2].partition("</section>")[0]
    assert 'data-type="real_estate_deed"' in spared
    for page in (before, visible(after), visible(spared)):
        assert said in page
        assert raw not in page


def visible(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_a_case_of_no_bundle_has_no_such_page(town: World) -> None:
    """It is said so; another department's case looks like none."""
    add_accounts(town)
    clerk = signed_in(town, "clerk")
    alone = clerk.get(f"/counter/bundle?case={town.cases['XF-001']}")
    assert (alone.status_code, 'data-code="bundle.not_of"' in alone.text) == (409, True)
    other = clerk.get(f"/counter/bundle?case={town.cases['SC-002']}")
    assert (other.status_code, 'data-code="case.unknown"' in other.text) == (404, True)


def test_the_public_page_is_a_notice_to_hand_over(town: World) -> None:
    """Answered, it has title, day, issuer, situation, every hash and a button to print; unanswered, none."""
    anyone = Browser(town)
    query = "&".join(f"a.{name}={said}" for name, said in ANSWERS.items())
    page = unescape(anyone.get(f"/catalogue/bundles/restaurant?asked=yes&{query}").text)
    told = plan(town)
    assert 'data-notice="restaurant"' in page
    assert "One-time notice of materials" in page
    assert "data-print" in page
    assert re.search(r"Led by [A-Z]", page)
    assert f'data-document="{told["document"]}"' in page
    assert re.findall(r'data-guide="([0-9a-f]{64})"', page) == [one["guide"] for one in told["steps"]]
    assert "<time datetime=" in page
    assert "data-print" not in anyone.get("/catalogue/bundles/restaurant").text


def test_its_people_read_what_was_asked(town: World) -> None:
    """To the holder a look for several items is told as one of several items, with how much it asked."""
    case = begun(town)
    plan(town, case=case, purpose=PURPOSE)
    page = unescape(as_person(town, "chen").get("/my/uses").text)
    assert re.search(r"Asked about [0-9]+ requirements of several items applied for at once: [0-9]+", page)
