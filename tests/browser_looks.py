# SPDX-License-Identifier: Apache-2.0
"""Which file of `tests/browser` looks at which pages; `assert_sound` writes down what was looked at.

A page is named by its row among the GET rows of `PAGES`, and by its template (`<html data-page>`): some
come by POST alone. A file that ran whole and left one out, in any view, fails at its end (`looks_kept`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from api.identity.permissions import PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.browser_parts import Tab, View

NO_PAGES: Final = frozenset(
    {
        "/openapi.json",
        "/log/checkpoint",
        "/log/tile/{path:path}",
        "/log/tile/entries/{path:path}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/static/{digest}/{name:path}",
        "/trust.json",
        "/verify/now",
        "/verify/legal",
        "/verify/saved",  # a file to keep, which test_verify_page opens off line
        "/catalogue/drafts/{id}/list",
        "/catalogue/documents/{id}/list",
        "/counter/uses/{id}",  # a part of the desk
        "/sign-in/oidc",  # these two send on
        "/sign-in/oidc/callback",
    }
)
"""GET rows that answer with no page."""
LOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "alarms_page": ("/oversight/alarms", "oversight-alarms"),
    "bundle_journey": (
        *("/catalogue/documents", "/catalogue/documents/{id}"),
        *("catalogue-document", "catalogue-documents", "/counter/bundle", "counter-bundle"),
    ),
    "catalogue_pages": (
        *("/catalogue", "/catalogue/items/{code}", "/catalogue/items/{code}/compare"),
        *("/catalogue/bundles/{code}", "/catalogue/types", "/catalogue/standards"),
        *("/catalogue/standards/{code}", "/catalogue/standards/{code}/compare"),
        *("/catalogue/examples/{code}", "/catalogue/drafts", "/catalogue/drafts/{id}"),
        *("catalogue", "catalogue-bundle", "catalogue-changes", "catalogue-draft", "catalogue-drafts"),
        *("catalogue-example", "catalogue-item", "catalogue-standard", "catalogue-standards"),
        *("catalogue-compare", "catalogue-types"),
    ),
    "check_sheet": (
        *("/counter/sheet", "/counter/receipt", "/verify"),
        *("counter-sheet", "counter-receipt", "verify"),
    ),
    "consents_page": ("/my/consents", "/counter/consent", "my-consents", "counter-consent"),
    "counter": (
        *("/counter", "/counter/add", "/counter/ask", "/counter/new", "/counter/notice"),
        *("counter", "counter-add", "counter-ask", "counter-items", "counter-new", "counter-notice"),
    ),
    "counter_mistakes": (
        *("/counter/deny", "/counter/link", "/counter/retract"),
        *("counter-deny", "counter-link", "counter-retract"),
    ),
    "disputes_page": ("/disputes", "/disputes/{id}", "dispute", "disputes"),
    "erasure_page": (
        *("/my/erasure", "/my/erasure/confirm"),
        *("my-erasure", "my-erasure-confirm", "my-erasure-done"),
    ),
    "every_page": (
        *("/catalogue/bundles/{code}/compare", "/catalogue/types/compare", "/catalogue/check"),
        *("catalogue-check", "catalogue-document-dry", "catalogue-dry"),
    ),
    "frame": ("/", "refusal", "start"),
    "handed_in_page": (
        *("/my/handed-in", "/my/handed-in/{case}", "/my/handed-in/{case}/{index}"),
        *("/my/submission/{case}", "my-handed-in", "my-handed-in-answer", "my-handed-in-form"),
        "my-submission",
    ),
    "health_page": ("/health", "health"),
    "identity_pages": (
        *("/accounts", "/accounts/end", "/accounts/password", "/password", "/sessions", "/sign-in"),
        *("account-confirm", "accounts", "password", "sessions", "sign-in"),
    ),
    "mandates_page": (
        *("/my/mandates", "/my/mandates/new", "/my/mandates/{id}"),
        *("my-mandate", "my-mandate-new", "my-mandates"),
    ),
    "my_materials_page": (
        *("/my/materials", "/my/materials/{id}", "/my/materials/{id}/dispute"),
        *("/my/materials/{id}/reuse", "/my/uses", "/my/uses/{id}/dispute"),
        *("my-dispute", "my-material", "my-materials", "my-reuse", "my-uses"),
    ),
    "recall": ("/reasks", "reasks"),
    "recorded_mandates_page": (
        *("/counter/mandate", "/my/mandates/{id}/submission/{case}"),
        *("/my/mandates/{id}/handed-in/{case}", "/my/mandates/{id}/handed-in/{case}/{index}"),
        "counter-mandate",
    ),
    "trace_page": ("/trace", "trace"),
    "webhooks_page": ("/webhooks", "/webhooks/{id}", "webhook", "webhooks"),
    "who_looked_page": ("/oversight/person", "oversight-person"),
}
"""`test_<name>.py` → the pages that it looks at in every view."""
ONCE: Final = frozenset({"my-erasure-done"})
"""Pages that end a person's data: looked at in one view."""
LOOKED: Final[set[tuple[str, View]]] = set()
"""(page, view) of the file that runs."""


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Rows that answer GET, those with fewer parameters first."""
    paths = sorted((one.path for one in PAGES if one.method == "GET"), key=lambda path: path.count("{"))
    return tuple((one, re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(one)))) for one in paths)


def row_of(path: str) -> str:
    """The row that a path belongs to; empty where none answers it by GET."""
    return next((row for row, pattern in _rows() if pattern.fullmatch(path)), "")


def look_at(tab: Tab) -> None:
    """Write down the page that the tab shows."""
    shown = tab.page.locator("html").get_attribute("data-page") or ""
    LOOKED.update((name, tab.view) for name in (shown, row_of(urlsplit(tab.page.url).path)) if name)


def left_out(file: str, views: tuple[View, ...]) -> list[str]:
    """What the file `test_<file>.py` promises to look at and did not, with the view."""
    seen_once = {name for name, _ in LOOKED}
    return [
        f"{name} in {view}"
        for name in LOOKS.get(file, ())
        for view in views
        if (name not in seen_once if name in ONCE else (name, view) not in LOOKED)
    ]
