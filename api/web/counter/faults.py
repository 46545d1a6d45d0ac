# SPDX-License-Identifier: Apache-2.0
"""Faults of the counter's forms in words; refusals of a paper that comes in, each at its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.problems import sentence_of
from api.web.frame import language_for, texts_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request

    from api.problems import Language, Problem
    from api.web.counter.adding import AddForm
    from api.web.texts import Texts

_FIELDS: Final = {
    "number": "number",
    "issued": "issued",
    "valid_until": "valid_until",
    "issuer": "issuer",
    "channel": "channel",
    "supersedes": "supersedes",
    "parties": "whose",
    "document": "file",
}
"""Members of the API's request, and the names of their fields."""
_FILE: Final = "sha256"
_CASE: Final = re.compile(r"[0-9]{20}[0-9A-Za-z]\Z")


def is_case_like(typed: str) -> bool:
    """Whether what was typed has the form of a case number; says nothing of whether there is such a case."""
    return _CASE.match(typed) is not None


def said(request: Request, problem: Problem) -> tuple[str, str]:
    """A refusal as a fault of the form: the id of its field, and a sentence that names the field."""
    t, language = texts_for(request), language_for(request)
    sentence = sentence_of(problem.code, language)
    place = str(problem.facts.get("path", "")).strip("/").partition("/")[0]
    if problem.code.startswith("supersession."):
        place = "supersedes"
    if place not in _FIELDS:
        return f"f-{_FILE}", sentence
    name = t(f"counter.{_FIELDS[place]}")
    at = _FILE if place == "document" else place
    return f"f-{at}", f"{name}{'：' if language == 'zh' else ': '}{sentence}"


def worded(faults: Iterable[tuple[str, str]], t: Texts) -> list[tuple[str, str]]:
    """Faults with their sentences: of a key its text, and what is a sentence already as it is."""
    return [(id_, t(said) if t.has(said) else said) for id_, said in faults]


def told_at_fields(
    faults: Iterable[tuple[str, str]], form: AddForm, t: Texts, language: Language
) -> list[tuple[str, str]]:
    """Faults with their sentences; one about a person names the role."""
    names = {f"f-who-{one.role}": one.word for one in form.gaps}
    names |= {f"f-who-{role}": word for role, word in form.others}
    colon = "：" if language == "zh" else ": "
    return [
        (id_, f"{names[id_]}{colon}{words}" if id_ in names else words) for id_, words in worded(faults, t)
    ]
