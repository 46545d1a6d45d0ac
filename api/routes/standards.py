# SPDX-License-Identifier: Apache-2.0
"""Data standards: whether values of a form or paper meet those that its fields name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.auth import CHECKER, DEPARTMENT
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.standard_docs import VALUES_CHECK
from api.thin import ThinRoute
from attest.bundles.repository import bundle_of
from attest.catalogue.types_document import TYPE_CODE
from attest.days import day_of
from attest.fields import CODE, ITEM, Fields
from attest.standards.checking import checked
from attest.standards.model import MOST_TEXT, MOST_VERSIONS
from attest.standards.rules import UNTOLD
from attest.standards.value_texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.core import Ledger
    from api.problems import Language
    from api.requests import ThinRequest
    from attest.catalogue.model import FieldUse, Text
    from attest.standards.rules import Applied, Checked
    from ledger.canonical import Json

ACCEPTED, REFUSED, CANNOT_TELL = "accepted", "refused", "cannot_tell"
VERDICTS: Final = (ACCEPTED, REFUSED, CANNOT_TELL)
MOST_VALUES: Final = 128


class StandardRoutes:
    """`POST catalogue/values:check`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def check(self, request: ThinRequest) -> ThinResponse:
        """Values against the standards; nothing of them is kept or logged."""
        fields = Fields((await request.json())[0])
        type_ = fields.optional_text("type", 64, TYPE_CODE)
        bundle = fields.optional_text("bundle", 50, ITEM)
        values = values_in(fields.fields("values"))
        stated = _versions(fields.fields("standards")) if fields.has("standards") else {}
        day = fields.optional_day("day") or day_of(int(time.time()))
        fields.done()
        if (type_ is None) == (bundle is None):
            raise Problem("field.invalid", path="/type", expected="either `type` or `bundle`")
        found = await run_in_threadpool(self._checked, type_, bundle, values, stated, day)
        return ThinResponse.of(answer_of(found, day, request.language))

    def _checked(
        self,
        type_: str | None,
        bundle: str | None,
        values: Mapping[str, str],
        stated: Mapping[str, int],
        day: date,
    ) -> Checked:
        known, store = self._ledger.catalogue, self._ledger.store
        if type_ is not None:
            kind = known.types(store).get(type_)
            if kind is None:
                raise Problem("field.invalid", path="/type", expected="a material type in force")
            uses: Sequence[FieldUse] = kind.fields
        else:
            form = bundle_of(bundle or "", None, store)[0].fields
            uses = [one.use for one in form if one.use is not None]
        return checked(uses, values, stated, day, known, store)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/catalogue/values:check",
                self.check,
                VALUES_CHECK,
                scopes=frozenset({DEPARTMENT, CHECKER}),
            )
        ]


def values_in(fields: Fields) -> dict[str, str]:
    """An object of field → text, each at most 500 characters; the rules say what else is wrong."""
    found: dict[str, str] = {}
    for name in fields.names(MOST_VALUES, CODE):
        value = fields.raw(name)
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            fields.fail(name, f"text of at most {MOST_TEXT} characters")
        found[name] = value
    return found


def _versions(fields: Fields) -> dict[str, int]:
    return {name: fields.integer(name, 1, MOST_VERSIONS) for name in fields.names(64, ITEM)}


def answer_of(checked: Checked, day: date, language: Language) -> dict[str, Json]:
    """The outcome in one language: a fault names its field, what is so and what to do, never the value."""
    if checked.sound:
        verdict = ACCEPTED
    else:
        verdict = CANNOT_TELL if all(one.code in UNTOLD for one in checked.faults) else REFUSED
    faults: list[Json] = []
    for one in checked.faults:
        said, following = texts_of(one)
        fault: dict[str, Json] = {"code": one.code}
        if one.field:
            fault["field"] = one.field
        faults.append({**fault, "text": _in(said, language), "next": _in(following, language)})
    return {
        "day": day.isoformat(),
        "verdict": verdict,
        "standards": [_standard(one, language) for one in checked.applied],
        "faults": faults,
    }


def _standard(one: Applied, language: Language) -> dict[str, Json]:
    made: dict[str, Json] = {"code": one.code, "state": "refused"}
    if one.standard is not None:
        made.update({"version": one.standard.version, "state": "older" if one.until else "current"})
    current = one.window.current
    if one.until is not None and current is not None and current.migration is not None:
        made["until"] = one.until.isoformat()
        made["notes"] = [_in(note.text, language) for note in current.migration.notes]
    return made


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
