# SPDX-License-Identifier: Apache-2.0
"""The masthead: who is at the desk, in words, and where its switches lead back to after a form's answer."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from api.identity.permissions import PAGES
from tests.acceptance.test_counter_retract import taken_in
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
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


def test_the_address_of_a_form_leads_to_its_page(own_world: World) -> None:
    """Whatever takes POST alone, opened as a person does, leads to a page; a program is told 405."""
    add_accounts(own_world)
    operator, stranger = signed_in(own_world, "operator"), Browser(own_world)
    opens = {row.path for row in PAGES if row.method == "GET"}
    closed = {row.path for row in PAGES} - opens
    assert len(closed) > 20
    for path in closed:
        place = re.sub(r"\{[^}]*\}", "0" * 32, path)
        answer = operator.get(place)
        assert answer.status_code == 303, path
        assert operator.get(answer.headers["location"]).status_code in {200, 303, 403, 404}, path
        program = operator.send("GET", place, headers={"accept": "application/json"})
        assert (program.status_code, program.headers["allow"]) in {(405, "POST"), (405, "PUT")}, path
    assert operator.get("/accounts/password").headers["location"] == "/accounts"
    webhook = f"/webhooks/{'0' * 32}"
    assert operator.get(f"{webhook}/replay").headers["location"] == webhook
    assert stranger.get(f"{webhook}/replay").headers["location"] == webhook
    assert stranger.get(webhook).headers["location"] == f"/sign-in?next={webhook}"


def test_who_is_signed_in_stays_so_where_nothing_is(own_world: World) -> None:
    """The page of an address that leads nowhere offers to sign out, not to sign in."""
    add_accounts(own_world)
    head = signed_in(own_world, "clerk.sc").get("/nowhere").text.partition("</header>")[0]
    assert 'action="/sign-out"' in head
    assert 'href="/sign-in"' not in head
