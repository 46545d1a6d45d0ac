# SPDX-License-Identifier: Apache-2.0
"""A step that another department receives: nobody is led to a list of other matters without a word."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.page_samples import STAFF
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

BUNDLE = "/catalogue/bundles/restaurant"


def clerk_of(world: World, user: str, language: str) -> Browser:
    """A clerk who reads this language."""
    add_accounts(world, *STAFF)
    clerk = signed_in(world, user)
    clerk.language = language
    return clerk


@pytest.mark.parametrize(
    ("language", "name", "who", "unknown"),
    [
        ("zh", "食品经营许可 新办", "市场监督管理局或政务服务管理局", "今天没有可以开立的事项“NO-999”"),
        (
            "en",
            "Food business licence, new",
            "Market Regulation Bureau or Government Service Bureau",
            "no case can be opened for NO-999",
        ),
    ],
)
def test_the_form_of_anothers_item_names_who_receives_it(
    world: World, language: str, name: str, who: str, unknown: str
) -> None:
    """The address of an item that one cannot open says who can; one that nobody knows is said to be so."""
    clerk = clerk_of(world, "clerk.yc", language)
    page = unescape(clerk.get("/counter/new?item=SC-002&bundle=restaurant").text)
    told = page.partition("data-elsewhere>")[2].partition("</p>")[0]
    assert name in told
    assert who in told
    assert 'href="/counter/new?item=YC-004"' in page
    assert unknown in unescape(clerk.get("/counter/new?item=NO-999").text)
    assert "data-elsewhere" not in clerk.get("/counter/new").text
    for unfit in ("%00", "%E2%80%AE", "x" * 500):
        page = clerk.get(f"/counter/new?item={unfit}").text
        assert "…" in page.partition("data-elsewhere>")[2].partition("</p>")[0]


def test_a_step_is_offered_to_whoever_receives_it(world: World) -> None:
    """The bundle's page has the button for one's own steps, and names who receives the others."""
    page = unescape(clerk_of(world, "clerk.yc", "zh").get(BUNDLE).text)
    assert 'href="/counter/new?item=YC-004&bundle=restaurant"' in page
    assert 'href="/counter/new?item=SC-002' not in page
    assert "由市场监督管理局或政务服务管理局" in page
    assert "受理，本单位不能开立。" in page
    everything = unescape(clerk_of(world, "clerk", "zh").get(BUNDLE).text)
    assert 'href="/counter/new?item=SC-002&bundle=restaurant"' in everything
    assert "data-elsewhere" not in everything
    assert "data-elsewhere" not in Browser(world).get(BUNDLE).text


def test_a_form_of_anothers_item_opens_nothing_and_says_so(world: World) -> None:
    """Sent all the same, it comes back as the choice of one's own, with what became of it."""
    clerk, size = clerk_of(world, "clerk.yc", "en"), world.size
    page = clerk.post("/counter/new", item="SC-002").text
    assert "SC-002 is none of the matters that your department opens" in page
    assert world.size == size
