# SPDX-License-Identifier: Apache-2.0
"""Lists of papers by name: a name that holds a comma does not read as two papers."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from api.web.catalogue.words import GuideWords
from attest.catalogue.model import Citation, ItemResult
from attest.catalogue.types_document import parse_types
from tests.people import add_accounts, signed_in
from tests.worlds import FOOD_ANSWERS

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_tells_papers_apart(own_world: World, language: str) -> None:
    """What is to be added today stands between semicolons: so many papers as the desk counts."""
    add_accounts(own_world)
    clerk = signed_in(own_world, "clerk.sc")
    clerk.language = language
    asked = {**own_world.case("SC-002"), "answers": {**FOOD_ANSWERS, "catering": "yes"}}
    case = own_world.made("SC", "cases", asked)["case"]
    page = unescape(clerk.get(f"/counter?case={case}").text)
    said = re.search(r"<b>(?:今天请补：|Please add today: )(.*?)[。.]</b>", page)
    assert said is not None
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    names = {one["text"][language] for one in guide["requirements"]}
    assert any("、" in one or ", " in one for one in names)
    told = said[1].split("；" if language == "zh" else "; ")
    assert set(told) <= names
    assert len(told) > 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bundles_notice_tells_steps_apart(own_world: World, language: str) -> None:
    """For which steps a paper is stands between semicolons: names of steps and papers hold commas."""
    add_accounts(own_world)
    answers = "a.procedure=check&a.premises=owned&a.tobacco=yes&a.residence=local&a.applicant=self"
    browser = signed_in(own_world, "clerk")
    browser.language = language
    page = unescape(browser.get(f"/catalogue/bundles/restaurant?{answers}").text)
    several = re.findall(r"<p>(?:用于|For )(.*?[）)])[。.]", page)
    assert any(("；" if language == "zh" else "; ") in one for one in several)
    assert not any("）、" in one or "), " in one for one in several)


@pytest.mark.parametrize(("language", "between"), [("zh", "；"), ("en", "; ")])
def test_guides_tell_papers_apart(language: str, between: str) -> None:
    """What an item ends in, and for which papers a ground of not asking holds."""
    types = parse_types(samples.types())
    words = GuideWords("zh" if language == "zh" else "en", {}, types)
    codes = ("food_layout", "health_certificate")
    names = [words.type(code) for code in codes]
    assert words.listed(names) == between.join(names)
    assert between.join(names) in words.waiver(replace(types.waivers[-1], types=codes))
    ends = ItemResult(codes[0], "none", None, Citation("law", "[gen]"), codes[1:])
    assert between.join(names) in words.result(ends)
