# SPDX-License-Identifier: Apache-2.0
"""The masthead: who is at the desk, in words, and where its switches lead back to after a form's answer."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.test_counter_retract import taken_in
from tests.people import add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.people import Browser
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def back(page: str) -> str:
    """Where the masthead's switches lead."""
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def refused(clerk: Browser, case: str, acceptance: str, **more: str) -> str:
    """The page that a retraction without a reason gets."""
    form = {"case": case, "acceptance": acceptance, "key": a_request_key()}
    answer = clerk.post("/counter/retract", **{**form, **more})
    assert answer.status_code == 422
    return answer.text


def test_after_a_fault_the_switches_lead_to_the_form(own_world: World) -> None:
    """However often the form comes back, its switches lead to the page that it stood on, which opens."""
    clerk, case, acceptance = taken_in(own_world)
    path = f"/counter/retract?case={case}&acceptance={acceptance}"
    page = clerk.get(path).text
    for _ in range(2):
        here = re.search(r'name="here" value="([^"]*)"', page)
        assert here is not None
        page = refused(clerk, case, acceptance, here=unescape(here[1]))
        assert back(page) == path
    chosen = clerk.post("/preferences", lang="zh", next=back(page))
    assert chosen.status_code == 303
    assert clerk.get(chosen.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/counter/accept", "/counter"),
        ("/counter/recalls", "/counter"),
        ("/counter/mandate/end", "/counter/mandate"),
        ("/counter/new", "/counter/new"),
    ],
)
def test_a_form_that_does_not_say_leads_to_what_opens_nearest(
    own_world: World, path: str, leads: str
) -> None:
    """A form of an older page, or a made-up one: the nearest address above it that opens by GET."""
    add_accounts(own_world)
    clerk = signed_in(own_world, "clerk.sc")
    for foreign in ("", "//elsewhere.example/", "https://elsewhere.example/"):
        assert back(clerk.post(path, here=foreign).text) == leads


def test_the_masthead_names_the_department(own_world: World) -> None:
    """By its name in the reader's language, not by its code."""
    add_accounts(own_world)
    clerk = signed_in(own_world, "clerk.sc")
    for language, name in (("zh", "市场监督管理局"), ("en", "Market Regulation Bureau")):
        clerk.language = language
        head = clerk.get("/counter").text.partition("</header>")[0]
        assert f" · {name}" in head
        assert "SC" not in head
