# SPDX-License-Identifier: Apache-2.0
"""What had been chosen in a form stands on the page that says that its session has ended, in words."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def staffed(world: World) -> World:
    add_accounts(world)
    return world


def chosen(world: World, path: str, language: str = "en", **fields: str) -> list[tuple[str, str]]:
    """Headings and options on the page that a form without a session is answered with."""
    browser = Browser(world)
    browser.cookies.update({"once_lang": language})
    page = browser.post(path, **fields)
    assert page.status_code == 401
    found = re.findall(r'<dt>([^<]*)</dt><dd data-chosen><span class="kept">([^<]*)</span></dd>', page.text)
    return [(unescape(label), unescape(said)) for label, said in found]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_answers_bundle_and_way_are_said_in_words(staffed: World, language: str) -> None:
    """Questions and options as the guide words them, the bundle's name, how papers came."""
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    answers = {one["code"]: one["options"][0] for one in guide["questions"]}
    fields = {f"answer.{code}": option["code"] for code, option in answers.items()}
    found = chosen(
        staffed, "/counter/new", language, item="SC-002", bundle="restaurant", way="courier", **fields
    )
    said = dict(found)
    for question in guide["questions"]:
        assert said[question["text"][language]] == answers[question["code"]]["text"][language]
    bundle = next(one for one in samples.bundles() if one["code"] == "restaurant")
    assert bundle["name"][language] in said.values()
    assert len(found) == len(answers) + 2


@pytest.mark.parametrize(
    ("path", "fields", "count"),
    [
        ("/counter/retract", {"reason": "checked_wrongly"}, 1),
        ("/disputes/" + "0" * 32, {"outcome": "not_upheld", "reason": "not_shown"}, 2),
        ("/counter/accept", {"issuer": "SC", "channel": "window"}, 2),
        (
            "/counter/new",
            {"item": "SC-002", "answer.catering": "<b>", "way": "window.<b>", "bundle": "<i>"},
            1,
        ),
        ("/counter/new", {"item": "none", "answer.catering": "yes", "way": "other", "bundle": "no"}, 0),
        ("/counter/new", {"item": "\u0000", "issuer": "NOBODY", "channel": "x" * 5000, "reason": "no"}, 0),
    ],
)
def test_only_known_choices_have_words(staffed: World, path: str, fields: dict[str, str], count: int) -> None:
    """What the form does not offer is left out; nothing that was sent is repeated as it came."""
    found = chosen(staffed, path, **fields)
    assert len(found) == count
    assert not any("<" in said for pair in found for said in pair)


def test_what_was_typed_is_still_to_be_copied(staffed: World) -> None:
    """Typed fields keep their button; a choice has none."""
    page = Browser(staffed).post(
        "/counter/new", **{"item": "SC-002", "way": "window", "name.applicant.0": "甲"}
    )
    assert page.text.count("data-copy=") == 1
    assert page.text.count("data-chosen") == 1
    assert signed_in(staffed, "clerk").get("/counter/new?item=SC-002").status_code == 200
