# SPDX-License-Identifier: Apache-2.0
"""T42: another site has a signed-in browser send a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.test_permissions import filled, page_routes
from tests.homes import copy_of
from tests.people import ACCOUNTS, Browser, add_accounts, as_person, signed_in
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def staffed(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger with accounts, in which a few refusals of each person are entries: here are thousands."""
    home = copy_of(bare_home, tmp_path_factory.mktemp("forms") / "home")
    made = open_world(home, refusals_per_day=20)
    fill(made)
    add_accounts(made)
    yield made
    made.close()


def unsafe(world: World) -> list[tuple[str, str]]:
    """Every page route that changes something."""
    found = [(method, filled(path)) for method, path in page_routes(world) if method != "GET"]
    assert len(found) >= 9
    return found


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({}, "https://evil.example"),
        ({}, "http://localhost.evil.example"),
        ({}, "http://localhost:81"),
        ({}, "null"),
        ({"sec-fetch-site": "cross-site"}, None),
        ({"sec-fetch-site": "same-site"}, None),
    ],
    ids=str,
)
def test_a_form_of_another_site_does_nothing(
    staffed: World, headers: dict[str, str], origin: str | None
) -> None:
    """Every unsafe page × every role × a foreign origin: 403, with the right token or without."""
    browsers = [signed_in(staffed, one.user) for one in ACCOUNTS[:1]] + [Browser(staffed)]
    for method, path in unsafe(staffed):
        for browser in browsers:
            for form in ({}, {"csrf": browser.csrf}):
                answer = browser.send(method, path, form, headers={**JSON, **headers}, origin=origin)
                assert (answer.status_code, answer.json()["code"]) == (403, "origin.foreign"), path
    assert browsers[0].get("/sessions").status_code == 200


def test_a_form_without_the_token_does_nothing(staffed: World) -> None:
    """Every unsafe page × every person × a wrong or missing token: 403, the first of them on record."""
    browsers = [signed_in(staffed, one.user) for one in ACCOUNTS] + [as_person(staffed, "chen")]
    cells, size = 0, staffed.size
    for method, path in unsafe(staffed):
        for browser, other in zip(browsers, browsers[1:] + browsers[:1], strict=True):
            for form in ({}, {"csrf": ""}, {"csrf": other.csrf}, {"csrf": browser.csrf[:-1]}):
                answer = browser.send(method, path, form, headers=JSON)
                assert (answer.status_code, answer.json()["code"]) == (403, "csrf.invalid"), path
                cells += 1
    grown = [staffed.kind_of(index) for index in range(size, staffed.size)]
    assert set(grown) == {"usage.refused"}
    assert len(grown) >= 20 * (len(browsers) - 1)  # one of them was refused by the tests before
    print(f"{cells} cells (page x person x token)")
    for browser in browsers:
        assert browser.get("/sessions").status_code == 200


def test_the_token_counts_in_a_header_too(staffed: World) -> None:
    """A script of our own sends the token as a header, and a token dies with its session."""
    browser = signed_in(staffed, "clerk")
    old = browser.csrf
    answer = browser.send("POST", "/sessions/end", {"session": "others"}, headers={"x-csrf-token": old})
    assert answer.status_code == 303
    fresh = signed_in(staffed, "clerk")
    assert fresh.csrf != old
    answer = fresh.send("POST", "/sessions/end", {"session": "others"}, headers={**JSON, "x-csrf-token": old})
    assert answer.json()["code"] == "csrf.invalid"


def test_programs_have_no_cookies(staffed: World) -> None:
    """A session's cookie opens nothing below `/api/v1`: there only a key counts, which no form can send."""
    browser = signed_in(staffed, "operator")
    for route in staffed.app.table.routes:
        if route.public:
            continue
        path = route.template.replace("{", "").replace("}", "")
        if "{" in route.path:
            path = filled(route.template)
        answer = browser.send(route.method, path, {} if route.method != "GET" else None, headers=JSON)
        assert answer.status_code in {401, 404}, route.template


def test_a_sign_in_form_of_another_site_signs_nobody_in(staffed: World) -> None:
    """Nor can another site sign a browser in as somebody it chose."""
    browser = Browser(staffed)
    form = {"user": "clerk", "password": "correct horse 7 staple"}
    assert browser.send("POST", "/sign-in", form, origin="https://evil.example").status_code == 403
    assert browser.cookies == {}
