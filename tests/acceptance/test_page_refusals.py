# SPDX-License-Identifier: Apache-2.0
"""Forms that come empty, doubled, overlong or unreadable: a page in words that names the field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import api.web
from tests.acceptance.test_permissions import filled, page_routes
from tests.homes import copy_of
from tests.people import ACCOUNTS, HOST, Browser, add_accounts, as_person, signed_in
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

_TEMPLATES: Final = Path(api.web.__file__).parent / "templates"
NAMES: Final = sorted(
    {
        name
        for file in _TEMPLATES.glob("*.html")
        for name in re.findall(r'name="([a-z_.]+)"', file.read_text("utf-8"))
        if name != "csrf"
    }
)
"""Every name that some form of ours has."""
ENDS: Final = {
    "/sign-out",
    "/sessions/end",
    "/sign-in",
    "/sign-in/persona",
    "/my/erasure/confirm",
    "/preferences",
}
"""Forms that end or begin a session, the person's data, or that keep a cookie alone."""


@pytest.fixture(scope="module")
def world(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger in which a few refusals of each person are entries: here are thousands."""
    home = copy_of(bare_home, tmp_path_factory.mktemp("forms") / "home")
    made = open_world(home, refusals_per_day=20)
    fill(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(world: World) -> list[Browser]:
    """One signed-in browser a role."""
    add_accounts(world)
    return [*(signed_in(world, one.user) for one in ACCOUNTS), as_person(world, "chen")]


def places(world: World, browser: Browser) -> list[str]:
    """Every form's address of this person: with an id of nothing, and with one of a real case."""
    found = []
    for method, path in page_routes(world):
        if method in {"GET", "PUT"} or path in ENDS:
            continue
        place = filled(path)
        if browser.post(place).status_code not in {401, 403, 405}:
            found.append(place)
            if "{case}" in path:
                found.append(path.replace("{case}", world.cases["SC-002"]).replace("{mandate}", "0" * 32))
    return found


def require_words(answer: httpx.Response, about: str) -> None:
    """A page with words and a next step; where it says that one is named, a field or parameter is."""
    if answer.status_code == 303:
        return
    assert answer.status_code < 500, (about, answer.text)
    assert answer.headers["content-type"].startswith("text/html"), about
    assert re.search(r"<h[12][ >]", answer.text), (about, answer.text)
    code = re.search(r'data-code="([a-z_.]+)"', answer.text)
    if code is not None and code[1] in {"field.invalid", "field.missing", "query.invalid"}:
        assert re.search(r"(?:Field|Parameter): <code>[a-z_.]+</code>", answer.text), (about, answer.text)


def test_an_empty_form_is_answered_in_words(world: World, people: list[Browser]) -> None:
    """Each form of each person, with nothing in it, alone and for a real case: the field is named."""
    for browser in people:
        for place in places(world, browser):
            for more in ({}, {"case": world.cases["SC-002"]}):
                require_words(browser.post(place, **more), place)


def test_a_field_that_stands_twice_is_named(world: World, people: list[Browser]) -> None:
    """No form chooses one of two values."""
    for browser in people:
        for place in places(world, browser):
            answer = sent(browser, place, f"csrf={browser.csrf}&key=1&reason=a&reason=b")
            assert (answer.status_code, "<code>reason</code>" in answer.text) == (400, True), place
            unread = sent(browser, place, f"csrf={browser.csrf}&key=%FF")
            assert 'data-code="form.unreadable"' in unread.text, place


@pytest.mark.parametrize("value", ["x" * 5000, "０", "\x1f", "2026-12-01T00", "-1"], ids=repr)
def test_values_that_nobody_types_are_answered_in_words(
    world: World, people: list[Browser], value: str
) -> None:
    """All fields that any form has, with such a value, at each form: words, and never a fault of ours."""
    for browser in people:
        for place in places(world, browser):
            require_words(browser.post(place, **dict.fromkeys(NAMES, value)), place)
            most = {**dict.fromkeys(NAMES, value), "case": world.cases["SC-002"]}
            require_words(browser.post(place, **most), place)


def sent(browser: Browser, place: str, body: str) -> httpx.Response:
    """A form's octets as they are."""
    given = {
        "host": HOST,
        "accept": "text/html",
        "accept-language": "en",
        "origin": f"http://{HOST}",
        "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "content-type": "application/x-www-form-urlencoded",
    }
    return browser.world.send("POST", place, content=body.encode(), headers=list(given.items()))
