# SPDX-License-Identifier: Apache-2.0
"""The totals above and below the desk's list are totals of the same list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.people import add_accounts, signed_in
from tests.worlds import FOOD_ANSWERS

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

HEAD = {
    "zh": {
        "可免交": "spared",
        "本次已收": "here",
        "需提交": "lacking",
        "只出示": "shown",
        "暂无法核验": "cannot",
    },
    "en": {
        "Not needed": "spared",
        "Received here": "here",
        "Needed": "lacking",
        "To show": "shown",
        "Cannot tell": "cannot",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_heading_counts_what_the_bar_says(own_world: World, language: str) -> None:
    """What is only shown and what came in are counted apart: the bar asks for so many as the heading."""
    world = own_world
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    clerk.language = language
    asked = {**world.case("SC-002"), "answers": {**FOOD_ANSWERS, "catering": "yes"}}
    case = world.made("SC", "cases", asked)["case"]
    world.upload("SC", "food-application.pdf")
    for came in (0, 1):
        page = clerk.get(f"/counter?case={case}").text
        told = re.findall(r"<span class=\"tag[^>]*>(?:<svg.*?</svg>)?([^<]*?) ([0-9]+)</span>", head_of(page))
        heads = {HEAD[language][name]: int(n) for name, n in told}
        rows = re.findall(r'<li class="req".*?data-verdict="([a-z_]+)" data-state="([a-z_]*)"', page)
        assert sum(heads.values()) == len(rows)
        assert heads["shown"] == 1  # the identity card
        assert heads.get("here", 0) == came == [state for _, state in rows].count("here")
        bar = re.search(r"(?:还缺 |<p>)([0-9]+) (?:项|is still missing|are still missing)", page)
        assert bar is not None
        assert int(bar[1]) == heads["lacking"]
        if not came:
            world.made("SC", "acceptances", world.acceptance(case, "food-application.pdf"))


def head_of(page: str) -> str:
    """The heading of the list."""
    return page.partition('id="list-h"')[2].partition("</header>")[0]
