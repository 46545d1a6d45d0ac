# SPDX-License-Identifier: Apache-2.0
"""What was typed and can name nothing is said to be so, at the trace's box and at the counter's."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def looked_up(browser: Browser, query: str) -> str:
    """The page's words for a search."""
    form = {"csrf": browser.csrf, "q": query, "purpose": "审计抽查"}
    answer = browser.send("POST", "/trace", form)
    assert answer.status_code == 404
    return unescape(answer.text)


@pytest.mark.parametrize("user", ["auditor", "clerk"])
def test_a_block_without_a_root_is_no_matter_of_rights(world: World, user: str) -> None:
    """Blocks are public: none there, or not yet, and nothing of "not yours" or of a receipt slip."""
    add_accounts(world)
    browser = signed_in(world, user)
    page = looked_up(browser, "block 9999")
    assert "Nothing of this log is anchored in that block, or not yet" in page
    assert "not yours to see" not in page
    browser.language = "zh"
    assert "区块人人可查" in looked_up(browser, "区块 9999")


def test_nonsense_is_told_what_the_box_takes(world: World) -> None:
    """What has no form of a number is answered with the forms; a number of a known form is not."""
    add_accounts(world)
    browser = signed_in(world, "clerk")
    page = looked_up(browser, "nonsense")
    assert "This box takes a case number of 21 characters" in page
    assert "not yours to see" not in page
    for query in ("990101202601010000019", "ab" * 16, "ab" * 32):
        page = looked_up(browser, query)
        assert "not yours to see" in page, query
        assert "This box takes" not in page


def test_a_malformed_case_number_at_the_counter(world: World) -> None:
    """It is told to have 21 characters; one of the right form reads as before, whether it is there or not."""
    add_accounts(world)
    browser = signed_in(world, "clerk.sc")
    for typed in ("12", "99010120260101000001", "99010120260101000001?", "nonsense"):
        answer = browser.get(f"/counter?case={typed}")
        assert answer.status_code == 404
        assert "A case number has 21 characters" in answer.text
        assert "not yours to see" not in answer.text
    for typed in ("990101202601010000019", world.cases["XF-001"]):
        answer = browser.get(f"/counter?case={typed}")
        assert answer.status_code == 404
        assert "not yours to see" in answer.text
        assert "21 characters" not in answer.text
