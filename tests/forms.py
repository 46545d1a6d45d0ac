# SPDX-License-Identifier: Apache-2.0
"""The forms of pages as a browser finds them: by following links, with the values that stand in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.people import Browser

_TYPED: Final = frozenset({"text", "search", "email", "tel", "password", "date", "number", ""})
_ELSEWHERE: Final = ("/static", "/log/", "/openapi", "/metrics", "/trust", "/health/", "/sign-in/oidc")


@dataclass
class Form:
    """Where a form goes, what stands in it, and which of its fields somebody types into."""

    path: str
    method: str
    found_at: str
    values: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    unchecked: set[str] = field(default_factory=set)
    """Boxes that are sent only when somebody ticks them; `values` says as what."""


class _Page(HTMLParser):
    """Forms and links of one page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._form: Form | None = None
        self._select = self._area = ""
        self.forms: list[Form] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, form = given.get("name", ""), self._form
        if tag == "a" and given.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self._address, given["href"]).partition("#")[0])
        if tag == "form":
            action = urljoin(self._address, given.get("action") or self._address)
            self._form = Form(action, given.get("method", "get").upper(), self._address)
            self.forms.append(self._form)
        elif form is None:
            return
        elif tag == "input" and name:
            kind = given.get("type", "")
            if kind in _TYPED:
                form.typed.add(name)
            if kind not in {"checkbox", "radio"} or "checked" in given or name not in form.values:
                form.values[name] = given.get("value", "on" if kind == "checkbox" else "")
            if kind == "checkbox" and "checked" not in given:
                form.unchecked.add(name)
        elif tag == "textarea" and name:
            form.typed.add(name)
            form.values[name], self._area = "", name
        elif tag == "select" and name:
            form.values[name], self._select = "", name
        elif tag == "option" and self._select:
            value = given.get("value", "")
            if "selected" in given or not form.values[self._select]:
                form.values[self._select] = value
        elif tag == "button" and name and given.get("type", "submit") == "submit":
            form.values.setdefault(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def _shape(address: str) -> str:
    """An address without the names of single things: pages alike are looked at once."""
    parts = urlsplit(address)
    path = re.sub(
        r"[0-9]{8,}[0-9A-Z]?|[0-9a-f]{16,}|[0-9]+|(?<=/items/)[^/]+|(?<=/examples/)[^/]+", "*", parts.path
    )
    return f"{path}?{sorted({name for name, _ in parse_qsl(parts.query)})}"


def forms_of(browser: Browser, starts: Iterable[str], most: int = 60) -> list[Form]:
    """Every form that a person meets by following links from these pages, one of a kind."""
    waiting, seen, found, kinds = list(starts), set[str](), list[Form](), set[tuple[str, ...]]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if _shape(address) in seen or address.startswith(_ELSEWHERE):
            continue
        seen.add(_shape(address))
        answer = browser.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = _Page(address)
        page.feed(answer.text)
        waiting += page.links
        for one in page.forms:
            kind = (one.method, _shape(one.path), *sorted(one.values))
            if kind not in kinds:
                kinds.add(kind)
                found.append(one)
    return found
