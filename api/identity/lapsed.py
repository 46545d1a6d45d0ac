# SPDX-License-Identifier: Apache-2.0
"""A form that came after its session had ended: what had been typed and chosen, and the way back.

The form is read under the bounds of every form, after the refusal was decided; nothing of it is kept. What is
shown are fields that somebody types into, to copy from, and choices in the words of the form, to make again:
never passwords, tokens, hidden fields or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool

from api.identity.guard import SIGN_IN, form_of
from api.identity.permissions import roles_for
from api.identity.roles import CITIZEN
from api.problems import Problem
from api.web.chosen import Chosen
from api.web.forms import local_path
from api.web.frame import texts_for
from api.web.places import opening_path
from attest.recognition.reason_texts import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from api.identity.service import Identity
    from api.web.texts import Texts

LAPSED: Final = frozenset({"session.missing", "csrf.invalid"})
"""Refusals of a form whose session has ended, or has been followed by another."""
MOST_FIELDS: Final = 40
MOST_SHOWN: Final = 2_000
"""Characters of a field."""
_LABELS: Final = {
    "about": "counter.about",
    "counter": "accounts.counter",
    "issued": "counter.issued",
    "name": "accounts.name",
    "name.": "counter.other_name",
    "number": "refusal.typed_number",
    "number.": "counter.other_number",
    "purpose": "person.purpose",
    "q": "trace.q",
    "text": "refusal.typed_text",
    "until": "mandates.until_label",
    "user": "accounts.user",
    "valid_until": "counter.valid_until",
    "value.": "counter.values",
    "with": "counter.part_with",
}
"""A field's name, or its first part (`name.<role>.<slot>`, `value.<code>`), and what it is called."""


class Typed(NamedTuple):
    """One field: its label, what was typed or chosen, and how many characters of it are left out."""

    label: str
    text: str
    more: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What was typed; where to sign in and come back from, or the form's page where somebody is signed in."""

    typed: tuple[Typed, ...]
    place: str
    signed_in: bool


async def lapsed_form(request: Request, problem: Problem) -> Lapsed | None:
    """What the page of such a refusal shows; None for any other refusal, and for what is no form's."""
    if problem.code not in LAPSED or request.method != "POST":
        return None
    try:
        fields = await form_of(request) or {}
    except Problem:  # too long, or no form that can be read: refused as it would be without it
        fields = {}
    back = local_path(fields.get("here"), "") or opening_path(request)
    signed_in = problem.code != "session.missing"
    place = back if signed_in else f"{_door(request)}?next={quote(back)}"
    t, ledger = texts_for(request), getattr(request.app.state, "ledger", None)
    chosen: Mapping[str, tuple[str, str]] = {}
    if ledger is not None and fields:
        chosen = await run_in_threadpool(Chosen(ledger, request.url.path, fields, t).words)
    return Lapsed(_typed(fields, chosen, t), place, signed_in)


def _door(request: Request) -> str:
    """Where whoever uses this page signs in: citizens at the identity provider, where there is one."""
    identity: Identity | None = getattr(request.app.state, "identity", None)
    roles = roles_for(request.method, str(getattr(request.scope.get("route"), "path", "")))
    provider = identity is not None and identity.openid is not None
    return f"{SIGN_IN}/oidc" if provider and roles == {CITIZEN} else SIGN_IN


def _typed(fields: Mapping[str, str], chosen: Mapping[str, tuple[str, str]], t: Texts) -> tuple[Typed, ...]:
    found = []
    for name, text in fields.items():
        if name in chosen:
            found.append(Typed(*chosen[name], 0, chosen=True))
            continue
        first, dot, rest = name.partition(".")
        label = _LABELS.get(first + dot)
        if label is not None and text.strip():
            shown = text[:MOST_SHOWN]
            found.append(Typed(t(label) + _detail(rest, t), shown, len(text) - len(shown)))
    return tuple(found[:MOST_FIELDS])


def _detail(rest: str, t: Texts) -> str:
    """Whose it is, or which value."""
    if not rest:
        return ""
    code = rest.partition(".")[0][:40]
    word = WORDS.get(f"role.{code}")
    return f" · {word[t.language == 'en'] if word is not None else code}"
