# SPDX-License-Identifier: Apache-2.0
"""Routes of `/api/v1`: a path template, a method, who may call, one endpoint; and the table that finds them.

A template is `/api/v1/acceptances/{id}:retract`; a parameter may say its form, `{index:int}`, `{id:hex32}`,
`{sha256:hex64}`: another form is not found, like anything that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from api.problems import Problem
from api.requests import ThinRequest, ThinResponse

Endpoint = Callable[[ThinRequest], Awaitable[ThinResponse]]

_PARAMETER: Final = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z0-9]+))?\}")
_FORMS: Final = {
    "text": r"[^/:\\\x00-\x20\x7f]{1,128}",
    "int": r"0|[1-9][0-9]{0,15}",
    "hex32": r"[0-9a-f]{32}",
    "hex64": r"[0-9a-f]{64}",
}


@dataclass(frozen=True, slots=True)
class RouteDoc:
    """A route's part of the OpenAPI document; examples and schemas are JSON values.

    `answers` maps a status to (description, example); `problems` are codes of the table beyond the
    general ones, which the document adds by itself.
    """

    zh: str
    en: str
    tag: str
    request: object = None
    answers: Mapping[int, tuple[str, object]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    query: Mapping[str, str | Mapping[str, object]] = field(default_factory=dict)
    """Query parameters: a description, or the members of an OpenAPI parameter object."""
    schema: Mapping[str, object] | None = None
    """JSON Schema of the request body, where the example alone does not say enough."""
    media: str | tuple[str, ...] = "application/json"
    """Media type of the request body, or those that are taken."""
    shapes: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    """JSON Schema of each answer, by status; without one the schema is guessed from the example."""
    answer_media: str = "application/json"
    """Media type of the answers that are no problems."""
    notes: str = ""
    """More about the operation, in English, below its Chinese description."""


@dataclass(frozen=True, slots=True)
class ThinRoute:
    """One act at one address; `scopes` empty means any valid key, `public` means no key is asked for."""

    method: str
    path: str
    endpoint: Endpoint
    doc: RouteDoc
    scopes: frozenset[str] = frozenset()
    write: bool = False
    """Whether the act needs an Idempotency-Key."""
    public: bool = False

    def __post_init__(self) -> None:
        if self.method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            raise ValueError(f"unknown method {self.method}")
        if not self.path.startswith("/api/v1/"):
            raise ValueError(f"{self.path} is outside /api/v1/")
        if self.write and (self.public or self.method == "GET"):
            raise ValueError(f"{self.method} {self.path} cannot be a write")

    @property
    def template(self) -> str:
        """The path with bare parameter names, as it stands in logs, metrics and the document."""
        return _PARAMETER.sub(r"{\1}", self.path)


class Found(NamedTuple):
    """What stands at a path: its routes by method, its template, and the values of its parameters."""

    methods: Mapping[str, ThinRoute]
    template: str
    params: dict[str, str]

    def route(self, method: str) -> ThinRoute | None:
        """The route of a method. HEAD is GET where GET is public: it shows nothing, so it opens nothing."""
        if method != "HEAD":
            return self.methods.get(method)
        get = self.methods.get("GET")
        return get if get is not None and get.public else None

    def allow(self) -> bytes:
        """The Allow header: methods in order, HEAD where it is taken, OPTIONS always."""
        names = set(self.methods) | {"OPTIONS"} | ({"HEAD"} if self.route("HEAD") else set())
        return ", ".join(sorted(names)).encode("ascii")


class RouteTable:
    """All routes: plain paths in a dictionary, templates by regular expression in the order given."""

    def __init__(self, routes: Iterable[ThinRoute]) -> None:
        self.routes = tuple(routes)
        self._plain: dict[str, Found] = {}
        self._patterns: list[tuple[re.Pattern[str], str, dict[str, ThinRoute]]] = []
        by_path: dict[str, dict[str, ThinRoute]] = {}
        for route in self.routes:
            methods = by_path.setdefault(route.path, {})
            if route.method in methods:
                raise ValueError(f"{route.method} {route.path} stands twice")
            methods[route.method] = route
        for path, methods in by_path.items():
            template = _PARAMETER.sub(r"{\1}", path)
            if template == path and "{" not in path:
                self._plain[path] = Found(methods, template, {})
            else:
                self._patterns.append((_pattern_of(path), template, methods))

    def find(self, path: str) -> Found:
        """What stands at this path, else `not_found`."""
        found = self._plain.get(path)
        if found is not None:
            return found
        for pattern, template, methods in self._patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                return Found(methods, template, match.groupdict())
        raise Problem("not_found")


def _pattern_of(path: str) -> re.Pattern[str]:
    """The regular expression of a template; an unknown form is an error at start-up."""
    parts: list[str] = []
    position = 0
    for parameter in _PARAMETER.finditer(path):
        form = _FORMS[parameter[2] or "text"]
        parts += [re.escape(path[position : parameter.start()]), f"(?P<{parameter[1]}>{form})"]
        position = parameter.end()
    return re.compile("".join([*parts, re.escape(path[position:])]))
