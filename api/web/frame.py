# SPDX-License-Identifier: Apache-2.0
"""`render`: a template inside the frame, in the reader's language and size, under a strict content policy."""

from __future__ import annotations

import gzip
import io
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from fastapi import Response

from api.problems import language_of
from api.web.assets import ASSETS, takes_gzip
from api.web.cited import aside
from api.web.places import opening_path, places_for
from api.web.texts import Texts
from api.web.times import CHINA, day_words, full_day, stamp, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from api.problems import Language

TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What no HTML may hold; it can only have come in with a request."""
LANGUAGE_COOKIE: Final = "once_lang"
SIZE_COOKIE: Final = "once_size"
KEYS_COOKIE: Final = "once_keys"
CAME_FROM: Final = "once.came_from"
"""Where the guard leaves the page that a form stood on, as the form says."""
VIEWER: Final = "once.viewer"
"""Where the sign-in leaves the `Viewer` in the request's scope."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, as the masthead says it; `desk` is the department or desk in the page's language."""

    name: str
    desk: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    csrf: str = ""
    department: str | None = None
    """Its code; None of whoever works for none."""


@cache
def environment() -> jinja2.Environment:
    """The templates; an undefined name is an error, and everything is escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=ASSETS.url, has_asset=ASSETS.has)
    return made


def language_for(request: Request) -> Language:
    """The language by the cookie, else by Accept-Language."""
    match request.cookies.get(LANGUAGE_COOKIE):
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return language_of(request.headers.get("accept-language"))


def texts_for(request: Request) -> Texts:
    """The pages' texts in the reader's language."""
    return Texts(language_for(request))


def viewer_of(request: Request) -> Viewer | None:
    """Who is signed in, or None."""
    viewer = request.scope.get(VIEWER)
    return viewer if isinstance(viewer, Viewer) else None


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page (or a part of one, for htmx) as the answer; never kept by caches, compressed where it can be."""
    named = {"page": template.removesuffix(".html")}
    text = environment().get_template(template).render(frame_context(request) | named | context)
    body = _CONTROLS.sub("\ufffd", text).encode()
    sent = {
        "content-security-policy": POLICY,
        "content-language": "zh-CN" if language_for(request) == "zh" else "en",
        "cache-control": "no-store",
        "vary": "cookie, accept-language, accept-encoding, hx-request",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(self), microphone=(), geolocation=()",
        **(headers or {}),
    }
    if takes_gzip(request) and len(body) > 1024:
        body, sent["content-encoding"] = packed(body), "gzip"
    return Response(body, status, sent, media_type="text/html; charset=utf-8")


def packed(body: bytes) -> bytes:
    """A page by gzip, its length blurred: pages hold form tokens beside what was asked for (BREACH)."""
    out = io.BytesIO()
    with gzip.GzipFile("x" * (1 + secrets.randbelow(100)), "wb", 6, out, mtime=0) as file:
        file.write(body)
    return out.getvalue()


def frame_context(request: Request) -> dict[str, Any]:
    """What every template may use."""
    texts = texts_for(request)
    viewer = viewer_of(request)
    now = int(time.time())
    return {
        "t": texts,
        "lang": texts.language,
        "large": request.cookies.get(SIZE_COOKIE) == "large",
        "keys": request.cookies.get(KEYS_COOKIE) != "off",
        "viewer": viewer,
        "csrf": viewer.csrf if viewer is not None else "",
        "places": places_for(request, viewer.roles if viewer is not None else frozenset()),
        "here": _here(request),
        "request_id": str(request.scope.get("once.request_id", "")),
        "now": now,
        "told": lambda moment: told(moment, now, texts.language),
        "day": lambda day: day_words(day, datetime.fromtimestamp(now, CHINA).date(), texts.language),
        "stamp": lambda moment: stamp(moment, texts.language),
        "aside": lambda text, mark: aside(text, mark, texts),
        "full_day": lambda day: full_day(day, texts.language),
        "alone": False,
    }


def _here(request: Request) -> str:
    """Path and query of this page, to come back to after a switch; of a form's answer, of the form's page."""
    path, query = request.url.path, request.url.query
    if request.method == "GET":
        return f"{path}?{query}" if query else path
    return request.scope.get(CAME_FROM) or opening_path(request)
