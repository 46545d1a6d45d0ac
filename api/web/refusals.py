# SPDX-License-Identifier: Apache-2.0
"""A refusal as a page in the frame, where a browser asked for one; programs get the problem document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.problems import seconds_of, text_of
from api.web.frame import language_for, render

if TYPE_CHECKING:
    from fastapi import Request, Response

    from api.problems import Problem

_NAME: Final = re.compile(r"/([a-z][a-z_]{0,39})")
UNCERTAIN = frozenset({502, 503, 504})
"""Neither refused nor broken: it cannot be told now, and trying again helps."""


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: a browser that asks for HTML, htmx included."""
    return "hx-request" in request.headers or "text/html" in request.headers.get("accept", "")


def refusal_page(request: Request, problem: Problem, **more: object) -> Response:
    """The problem in words: what is so, what to do now, the request's number; `more` for the template."""
    text = text_of(problem.code)
    zh = language_for(request) == "zh"
    if problem.status in UNCERTAIN:
        kind = "wait"
    elif problem.status == 404:
        kind = "na"
    else:
        kind = "fail" if problem.status >= 500 else "warn"
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in problem.headers}
    seconds = seconds_of(problem)
    if seconds is not None:
        headers.setdefault("retry-after", str(seconds))
    return render(
        request,
        "refusal_part.html" if "hx-request" in request.headers else "refusal.html",
        status=problem.status,
        headers=headers,
        kind=kind,
        code=problem.code,
        title=text.zh if zh else text.en,
        next_step=text.next_zh if zh else text.next_en,
        parameter=str(problem.facts.get("parameter", "")),
        field=_field(problem),
        case=problem.facts.get("case") if problem.code == "counter.not_missing" else None,
        seconds=seconds if problem.status == 429 else None,
        **{"lapsed": None, **more},
    )


def _field(problem: Problem) -> str:
    """The name of the form's field that a problem's `path` is about, where it is one of ours."""
    found = _NAME.fullmatch(str(problem.facts.get("path", "")))
    return found[1] if found else ""
