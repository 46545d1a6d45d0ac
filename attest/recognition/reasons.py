# SPDX-License-Identifier: Apache-2.0
"""Sentences for verdict reasons, zh and en: what is so, and what to do now. Codes are stable, words are not.

A sentence names departments, days and kinds of use; never another person, another case, or why a department
retracted what it had accepted.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from attest.days import day_of
from attest.recognition.reason_texts import (
    ASK,
    ASK_FROM_AFAR,
    ASK_LATER,
    HOW,
    MAY_FOLLOW,
    REASONS,
    RELIED_UNTIL,
    UNKNOWN,
    VIA,
    WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from attest.catalogue.model import Text
    from attest.recognition.model import Params
    from attest.recognition.reason_texts import ReasonText

    Language = Literal["zh", "en"]

_HOUR: Final = 3600
_DEPARTMENTS: Final = ("by", "received_by", "issuer")
_DAYS: Final = ("valid_until", "valid_from", "day", "issued", "due", "since")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def sentence(code: str, params: Params, language: Language, names: Mapping[str, Text]) -> str:
    """What is so; `names` gives the departments' names by code (a code without a name stands for itself)."""
    words = _Words(params, language, names)
    text = REASONS.get(code, UNKNOWN)
    said = (text.zh if language == "zh" else text.en).format_map(words)
    if text.verdict == "recognised":
        if "received_by" in params:
            said += _of(VIA, language).format_map(words)
        if "valid_until" in params:
            said += _of(RELIED_UNTIL, language).format_map(words)
    return said


def next_step(
    code: str,
    params: Params,
    language: Language,
    names: Mapping[str, Text],
    *,
    may_follow: bool = False,
    channel: str = "window",
) -> str:
    """What to do now; a material that may follow later says so first. `channel`: how the application came."""
    text: ReasonText = REASONS.get(code, UNKNOWN)
    pair = (text.next_zh, text.next_en)
    later = may_follow and text.verdict == "required"
    if later and pair == ASK:
        pair = ASK_LATER
    said = _of(pair, language)
    if "{" in said:
        said = said.format_map(_Words(params, language, names))
    if channel in HOW and pair in ASK_FROM_AFAR:
        said = _of(ASK_FROM_AFAR[pair], language).format(how=_of(HOW[channel], language))
    return _of(MAY_FOLLOW, language) + said if later else said


class _Words(dict[str, str]):
    """The words of a text, each made when the text asks for it: most texts name few of their parameters.

    A parameter that is not there reads as a dash instead of failing the whole answer.
    """

    def __init__(self, params: Params, language: Language, names: Mapping[str, Text]) -> None:
        super().__init__()
        self._params, self._language, self._names = params, language, names

    def __missing__(self, key: str) -> str:
        value = self._params.get(key)
        return "—" if value is None else _word(key, value, self._language, self._names)


def _of(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "zh" else pair[1]


def _word(name: str, value: str | int, language: Language, names: Mapping[str, Text]) -> str:
    if name == "at" and isinstance(value, int):
        return _day_at(value // _HOUR, language)
    if name in _DAYS and isinstance(value, str):
        return _day(date.fromisoformat(value), language)
    if isinstance(value, int):
        return str(value)
    if name in _DEPARTMENTS:
        known = names.get(value)
        if known is not None:
            return known.zh if language == "zh" else known.en
    name = "assurance" if name == "least" else name
    return _of(WORDS.get(f"{name}.{value}", (value, value)), language)


@lru_cache(maxsize=4096)
def _day_at(hour: int, language: Language) -> str:
    """The day of an hour since 1970: civil days begin with whole hours."""
    return _day(day_of(hour * _HOUR), language)


def _day(day: date, language: Language) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
