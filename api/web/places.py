# SPDX-License-Identifier: Apache-2.0
"""The places of the menu: who may enter them. A place without a route in this application is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.routing import Route

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from fastapi import Request
    from starlette.routing import BaseRoute


class Place(NamedTuple):
    """An entry of the menu; `roles` empty: everybody's. Its word is the text `places.<key>`."""

    key: str
    path: str
    roles: frozenset[str] = frozenset()


class Shown(NamedTuple):
    """A place as the masthead shows it."""

    key: str
    path: str
    current: bool


PLACES: Final = (
    Place("counter", "/counter", frozenset({"clerk"})),
    Place("trace", "/trace", frozenset({"auditor", "clerk", "reviewer"})),
    Place("reasks", "/reasks", frozenset({"auditor", "reviewer"})),
    Place("disputes", "/disputes", frozenset({"reviewer"})),
    Place("alarms", "/oversight/alarms", frozenset({"auditor", "reviewer"})),
    Place("person", "/oversight/person", frozenset({"auditor"})),
    Place("drafts", "/catalogue/drafts", frozenset({"editor", "reviewer"})),
    Place("check", "/catalogue/check", frozenset({"editor", "reviewer"})),
    Place("materials", "/my/materials", frozenset({"citizen"})),
    Place("mandates", "/my/mandates", frozenset({"citizen"})),
    Place("catalogue", "/catalogue"),
    Place("verify", "/verify"),
    Place("health", "/health", frozenset({"operator", "auditor"})),
    Place("webhooks", "/webhooks", frozenset({"operator", "reviewer"})),
    Place("accounts", "/accounts", frozenset({"operator"})),
)


def places_for(request: Request, roles: frozenset[str]) -> list[Shown]:
    """What the masthead lists for these roles, in order."""
    routed = _routed(request)
    path = request.url.path
    shown = [
        one for one in PLACES if one.path in routed and (not one.roles or not one.roles.isdisjoint(roles))
    ]
    # A place may lie inside another: the innermost is where the reader is.
    within = [one.path for one in shown if path == one.path or path.startswith(one.path + "/")]
    here = max(within, key=len, default=None)
    return [Shown(one.key, one.path, one.path == here) for one in shown]


def opening_path(request: Request) -> str:
    """The request's path if it opens by GET, else the nearest path above it that does."""
    path = request.url.path
    while path != "/" and not any(one.match(path) for one in _opening(request)):
        path = path.rpartition("/")[0] or "/"
    return path


def _opening(request: Request) -> list[re.Pattern[str]]:
    """Patterns of the paths that answer GET; read once."""
    state = request.app.state
    known: list[re.Pattern[str]] | None = getattr(state, "opening", None)
    if known is None:
        known = [
            route.path_regex
            for route in _routes(request.app.routes)
            if isinstance(route, Route) and "GET" in (route.methods or ())
        ]
        state.opening = known
    return known


def _routed(request: Request) -> frozenset[str]:
    """Paths that the application answers; read once."""
    state = request.app.state
    known: frozenset[str] | None = getattr(state, "routed", None)
    if known is None:
        known = frozenset(str(getattr(one, "path", "")) for one in _routes(request.app.routes))
        state.routed = known
    return known


def _routes(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """Routes; FastAPI keeps those of an included router inside it."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from _routes(inside.routes)
        else:
            yield route
