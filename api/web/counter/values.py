# SPDX-License-Identifier: Apache-2.0
"""What a paper says, as a clerk types it, against the data standards: checked, and not kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.days import day_of
from attest.standards.checking import checked, windows_of
from attest.standards.model import MOST_TEXT
from attest.standards.rules import UNTOLD
from attest.standards.value_texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from api.core import Ledger
    from api.web.counter.rows import Words
    from attest.catalogue.model import MaterialType

PREFIX: Final = "value."
MISSING: Final = "value.missing"


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field of the paper that a standard in force covers; `options` are (code, text) of a closed list."""

    code: str
    name: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()


def value_fields(
    kind: MaterialType, asked: Collection[str], ledger: Ledger, words: Words
) -> tuple[ValueField, ...]:
    """The fields to show for a type, but for those `asked` by the form itself; none without a standard."""
    windows = windows_of(kind.fields, day_of(int(time.time())), ledger.catalogue, ledger.store)
    found = []
    for use in kind.fields:
        standard = windows[use.standard].current
        field = standard.field(use.field) if standard is not None else None
        if standard is None or field is None or use.code in asked:
            continue
        codes = standard.list(field.list)
        options = tuple((one.code, words.of(one.text)) for one in codes.codes) if codes is not None else ()
        found.append(ValueField(use.code, words.of(field.name), field.kind, use.required, options))
    return tuple(found)


def value_faults(
    fields: Mapping[str, str],
    kind: MaterialType,
    asked: Collection[str],
    ledger: Ledger,
    words: Words,
) -> list[tuple[str, str]]:
    """What is wrong with what was typed, as faults of the form: (field id, sentence).

    What is missing is told only once something was typed; what no standard in force covers is no fault.
    """
    typed = {
        use.code: text[: MOST_TEXT + 1]
        for use in kind.fields
        if (text := fields.get(use.code if use.code in asked else PREFIX + use.code, "").strip())
    }
    if not typed:
        return []
    today = day_of(int(time.time()))
    found = checked(kind.fields, typed, {}, today, ledger.catalogue, ledger.store)
    whole = any(code not in asked for code in typed)
    colon = " " if words.language == "en" else ""
    return [
        (
            f"f-{one.field}" if one.field in asked else f"f-value-{one.field}",
            f"{words.of(said)}{colon}{words.of(following)}",
        )
        for one in found.faults
        if one.code not in UNTOLD and (whole or one.code != MISSING)
        for said, following in [texts_of(one)]
    ]
