# SPDX-License-Identifier: Apache-2.0
"""What a guide does to the bundles it is a step of is said before it comes out, and to who leads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.identity.accounts import Account
from api.identity.roles import EDITOR
from tests.acceptance.test_catalogue_pages import STAFF, draft_of, guide, keep
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def staffed(own_world: World) -> World:
    """A ledger of its own with editors and a reviewer."""
    add_accounts(own_world, *STAFF)
    return own_world


def unfit_guide() -> dict[str, Any]:
    """The food guide with a role that the bundle does not know."""
    made = guide(version=2)
    return {**made, "roles": [*made["roles"], "owner"]}


def test_who_publishes_is_warned_of_the_bundles_that_break(staffed: World) -> None:
    """Dry run and draft name the bundle, who leads it and that it breaks; a guide that fits breaks none."""
    editor = signed_in(staffed, "editor")
    text = json.dumps(unfit_guide(), ensure_ascii=False)
    dry = editor.post("/catalogue/drafts", text=text, key="k0").text
    page = editor.get(draft_of(keep(editor, unfit_guide(), key="k1"))).text
    for one in (dry, page):
        assert 'data-bundle="restaurant" data-fits="no"' in one
        assert "Government Service Bureau" in one
    sound = guide(version=2)
    sound["clocks"][-1]["promised_limit"]["n"] -= 1
    fits = editor.get(draft_of(keep(editor, sound, key="k2"))).text
    assert 'data-bundle="restaurant" data-fits="yes"' in fits


def test_who_leads_a_stale_bundle_sees_it(staffed: World) -> None:
    """The lead's drafts and documents name the bundle that fits no more; nobody else's do."""
    add_accounts(staffed, Account("editor.zw", "目录壬", frozenset({EDITOR}), "ZW", ""))
    lead = signed_in(staffed, "editor.zw")
    places = ("/catalogue/drafts", "/catalogue/documents")
    assert not [one for one in places if "data-unfit" in lead.get(one).text]
    staffed.made("SC", "catalogue/versions", {"subject": "item", "document": unfit_guide()})
    assert all('data-unfit="restaurant"' in lead.get(one).text for one in places)
    assert not [one for one in places if "data-unfit" in signed_in(staffed, "editor").get(one).text]


def test_editors_and_reviewers_start_at_their_work(staffed: World) -> None:
    """An editor lands on the drafts; the menu and start page of both lead there and to the guide check."""
    for user, place in (("editor", "/catalogue/drafts"), ("reviewer.sc", "/trace")):
        browser = Browser(staffed)
        assert browser.sign_in(user).headers["location"] == place
        page = browser.get("/catalogue/drafts").text
        assert 'href="/catalogue/drafts" aria-current="page"' in page
        assert page.count("aria-current") == 1
        assert 'href="/catalogue/check"' in browser.get("/").text
    assert "/catalogue/drafts" not in Browser(staffed).get("/").text
