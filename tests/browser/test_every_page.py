# SPDX-License-Identifier: Apache-2.0
"""Every page is looked at by some file of this folder; here those that no journey passes, and weights."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from playwright.sync_api import expect

import api.web
from api.demo import samples
from api.identity.permissions import PAGES
from tests.browser_looks import LOOKS, NO_PAGES, left_out
from tests.browser_parts import DESK, FIRST_PAGE, View, assert_sound, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

_TEMPLATES: Final = Path(api.web.__file__).parent / "templates"
PARTS: Final = {"counter-desk", "counter-form", "counter-use", "refusal_part", "verify_saved", "base"} | {
    one.stem for one in _TEMPLATES.glob("*parts.html")
}
"""Templates that are parts of a page, or a file to keep."""
COMPARED: Final = ("/catalogue/types/compare", "/catalogue/bundles/restaurant/compare")
STARTING: Final = ("clerk", "reviewer", "auditor", "editor", "operator", "chen")
PUBLIC: Final = (
    "/sign-in",
    "/catalogue/items/SC-001",
    "/catalogue/bundles/restaurant",
    "/catalogue/types",
    "/catalogue/standards",
    "/catalogue/standards/food-business",
    "/catalogue/examples/food_application",
)
OWN: Final = (
    "/my/materials",
    "/my/uses",
    "/my/handed-in",
    "/my/erasure",
    "/my/mandates",
    "/my/mandates/new",
)


def test_the_list_names_every_page() -> None:
    """A page that people open, by its row or by its template, has a file that looks at it; none twice."""
    named = [name for names in LOOKS.values() for name in names]
    rows = {row.path for row in PAGES if row.method == "GET"}
    templates = {one.stem for one in _TEMPLATES.glob("*.html")}
    assert sorted(named) == sorted(set(named))
    assert set(named) == (rows - NO_PAGES) | (templates - PARTS)
    assert rows >= NO_PAGES
    assert {f"test_{name}.py" for name in LOOKS} <= {one.name for one in Path(__file__).parent.glob("*.py")}


def test_a_page_left_out_is_named() -> None:
    """What the list gives a file and it did not look at is said, with the view; of other files nothing."""
    assert left_out("trace_page", (DESK,)) == ["/trace in 1280-zh", "trace in 1280-zh"]
    assert left_out("no_such_file", (DESK,)) == []


@pytest.fixture(scope="module")
def chen(served: Served) -> dict[str, str]:
    """The cookie of a citizen who is signed in."""
    return served.citizen("chen")


def test_the_start_page_of_each_role(
    chromium: Browser, served: Served, view: View, chen: dict[str, str]
) -> None:
    """Whoever is signed in finds their places there, the first of them as the one primary action."""
    with opened(chromium, served.url + "/", view) as tab:
        for who in STARTING:
            cookie = chen if who == "chen" else served.cookies(who)
            (value,) = cookie.values()
            tab.page.context.add_cookies([{"name": "once_session", "value": value, "url": served.url}])
            tab.page.goto(served.url + "/")
            expect(tab.page.locator(".who form[action='/sign-out']")).to_have_count(1)
            expect(tab.page.locator("main .btn.go")).to_have_count(1)
            assert_sound(tab)


def test_public_versions_are_compared(chromium: Browser, served: Served, view: View) -> None:
    """Versions of the material types and of a bundle, side by side."""
    with opened(chromium, served.url + COMPARED[0], view) as tab:
        assert_sound(tab)
        tab.page.goto(served.url + COMPARED[1])
        assert_sound(tab)


@pytest.fixture(scope="module")
def draft(served: Served) -> tuple[str, str]:
    """A draft of the food guide: where it lies, and its list with one name changed."""
    with httpx.Client(base_url=served.url, cookies=served.cookies("editor.sc")) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/catalogue/drafts").text)
        assert token is not None
        form = {"csrf": token[1], "start": "SC-002", "key": "for-every-page"}
        place = str(client.post("/catalogue/drafts", data=form).headers["location"])
        rows = list(csv.reader(io.StringIO(client.get(f"{place}/list?as=.csv").text.removeprefix("\ufeff"))))
    column = rows[0].index("承诺时限")
    out = io.StringIO()
    for row in rows[1:]:
        row[column] = row[column] and "0"
    csv.writer(out).writerows(rows)
    return place, out.getvalue()


def places_of() -> str:
    """Where the food guide is offered, with one place fewer."""
    (one,) = (one for one in samples.availability() if one["code"] == "SC-002")
    document: dict[str, Any] = {**one, "version": 2, "places": one["places"][:-1]}
    return json.dumps(document, ensure_ascii=False)


def test_lists_are_looked_over(chromium: Browser, served: Served, view: View, draft: tuple[str, str]) -> None:
    """A list that may be kept, one that may not, a document, and the report of a check."""
    place, text = draft
    bad = "事项编码,材料名称\nXF-001,相关证明\n"
    sent = (
        (place, text, "[data-dry] [data-sound=yes]"),
        (place, bad, "[data-dry] [data-sound=no]"),
        ("/catalogue/documents", places_of(), "[data-dry] [data-sound=yes]"),
        ("/catalogue/check", bad, "[data-count-error]"),
    )
    with opened(chromium, served.url + "/catalogue/drafts", view, served.cookies("editor.sc")) as tab:
        for path, typed, shown in sent:
            tab.page.goto(served.url + path)
            tab.page.locator("#text").fill(typed)
            tab.page.locator("form[data-list] button").click()
            expect(tab.page.locator(shown).first).to_be_visible()
            assert_sound(tab)


def test_waiting_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """While a case is looked up, the counter says so in words over an empty list."""
    with opened(chromium, served.url + "/counter", view, served.cookies("clerk")) as tab:
        page = tab.page
        page.route("**/counter?case=*", lambda route: route.fulfill(status=204))  # the page stays as it is
        page.locator("#q").fill("990101202601010000019")
        page.locator("#q").press("Enter")
        expect(page.locator("#busy")).to_be_visible()
        assert_sound(tab)


@pytest.mark.parametrize("path", [*PUBLIC, *OWN])
def test_a_first_page_is_light(chromium: Browser, served: Served, chen: dict[str, str], path: str) -> None:
    """Everything that a person's first page loads comes to at most 60 kB over the wire."""
    with opened(chromium, served.url + path, DESK, chen if path in OWN else None, own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert tab.page.url == served.url + path
        assert 0 < tab.bytes <= FIRST_PAGE
