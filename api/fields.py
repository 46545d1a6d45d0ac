# SPDX-License-Identifier: Apache-2.0
"""A typed reader of JSON objects for the doors: each fault is a `field.*` problem that names the path.

    body = Fields(parse_json(raw))
    case, purpose = body.text("case", 50), body.text("purpose", 200)
    cited = body.optional(body.hex, "acceptance", 16)
    body.done()

Problems name paths of members we define, never a value or a name that was sent (it may be personal).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Concatenate, Final, NoReturn, ParamSpec, TypeVar

from api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from re import Pattern

    from ledger.canonical import Json

P = ParamSpec("P")
T = TypeVar("T")

MAX_INTEGER: Final = 2**53 - 1
# Controls, line and paragraph separators, bidirectional overrides, surrogates.
_REFUSED: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)


class Fields:
    """One JSON object, read member by member; `done()` at the end refuses members that nobody read."""

    __slots__ = ("_object", "_path", "_read")

    def __init__(self, value: Json, path: str = "$") -> None:
        if not isinstance(value, dict):
            _invalid(path, "must be an object")
        self._object = value
        self._path = path
        self._read: set[str] = set()

    @property
    def path(self) -> str:
        """Where this object stands: `$.presented[0]`."""
        return self._path

    def has(self, name: str) -> bool:
        """Whether the member is there and not null; counts as read, so that null may stand for absent."""
        self._read.add(name)
        return self._object.get(name) is not None

    def optional(
        self, read: Callable[Concatenate[str, P], T], name: str, /, *args: P.args, **named: P.kwargs
    ) -> T | None:
        """`read(name, …)` if the member is there and not null, else None."""
        return read(name, *args, **named) if self.has(name) else None

    def raw(self, name: str) -> Json:
        """The member as it is; absent is `field.missing`, null is a value."""
        self._read.add(name)
        try:
            return self._object[name]
        except KeyError:
            raise Problem("field.missing", path=self._at(name)) from None

    def text(
        self,
        name: str,
        max_length: int = 200,
        pattern: Pattern[str] | None = None,
        *,
        min_length: int = 1,
    ) -> str:
        """Text of `min_length` to `max_length` characters in NFC without control characters."""
        value = self.raw(name)
        if not isinstance(value, str):
            _invalid(self._at(name), "must be text")
        self._check_text(value, name, max_length, pattern, min_length)
        return value

    def _check_text(
        self, value: str, name: str, max_length: int, pattern: Pattern[str] | None, min_length: int
    ) -> None:
        if not min_length <= len(value) <= max_length:
            _invalid(self._at(name), f"must have {min_length} to {max_length} characters")
        if not (value.isascii() and value.isprintable()) and (fault := _text_fault(value)):
            _invalid(self._at(name), fault)
        if pattern is not None and pattern.fullmatch(value) is None:
            _invalid(self._at(name), "must have the documented form", pattern=pattern.pattern)

    def hex(self, name: str, size: int) -> bytes:
        """`size` bytes as lower-case hex."""
        value = self.raw(name)
        if isinstance(value, str) and len(value) == 2 * size and value.isascii() and value == value.lower():
            try:
                found = bytes.fromhex(value)
            except ValueError:
                found = b""
            if len(found) == size:
                return found
        return _invalid(self._at(name), f"must be {2 * size} lower-case hex characters")

    def integer(self, name: str, low: int = 0, high: int = MAX_INTEGER) -> int:
        """An integer from `low` to `high`, both included."""
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            _invalid(self._at(name), f"must be an integer from {low} to {high}")
        return value

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self.raw(name)
        if not isinstance(value, bool):
            _invalid(self._at(name), "must be true or false")
        return value

    def choice(self, name: str, options: Collection[str]) -> str:
        """One of the options."""
        value = self.raw(name)
        if not isinstance(value, str) or value not in options:
            _invalid(self._at(name), "must be one of `options`", options=sorted(options))
        return value

    def date(self, name: str) -> dt.date:
        """A calendar date, YYYY-MM-DD."""
        value = self.raw(name)
        if isinstance(value, str) and len(value) == 10 and value.isascii():
            try:
                found = dt.date.fromisoformat(value)
            except ValueError:
                return _invalid(self._at(name), "must be a date, YYYY-MM-DD")
            if found.isoformat() == value:
                return found
        return _invalid(self._at(name), "must be a date, YYYY-MM-DD")

    def list(self, name: str, max_items: int, min_items: int = 0) -> Sequence[Json]:
        """A list of `min_items` to `max_items` values."""
        value = self.raw(name)
        if not isinstance(value, list):
            _invalid(self._at(name), "must be a list")
        if not min_items <= len(value) <= max_items:
            _invalid(self._at(name), f"must have {min_items} to {max_items} items")
        return value

    def texts(
        self,
        name: str,
        max_items: int,
        max_length: int = 200,
        pattern: Pattern[str] | None = None,
        *,
        min_items: int = 0,
    ) -> Sequence[str]:
        """A list of texts, each like `text`."""
        found = []
        for position, value in enumerate(self.list(name, max_items, min_items)):
            item = f"{name}[{position}]"
            if not isinstance(value, str):
                _invalid(self._at(item), "must be text")
            self._check_text(value, item, max_length, pattern, 1)
            found.append(value)
        return found

    def objects(self, name: str, max_items: int, min_items: int = 0) -> Sequence[Fields]:
        """A list of objects, each to be read (and `done()`) on its own."""
        at = self._at(name)
        return [
            Fields(value, f"{at}[{position}]")
            for position, value in enumerate(self.list(name, max_items, min_items))
        ]

    def invalid(self, name: str, detail: str, **facts: Any) -> NoReturn:
        """Refuse a member for a rule of the caller's own; `detail` must not repeat the value."""
        _invalid(self._at(name), detail, **facts)

    def object(self, name: str) -> Fields:
        """An object to be read (and `done()`) on its own."""
        return Fields(self.raw(name), self._at(name))

    def done(self) -> None:
        """Refuse members that were not read: a caller who misspells must not be half understood."""
        if not self._object.keys() <= self._read:
            names = list(self._object)
            unread = [position for position, name in enumerate(names) if name not in self._read]
            raise Problem("field.unknown", path=self._path, members=unread[:16], allowed=sorted(self._read))

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}"


def _invalid(path: str, detail: str, **facts: Any) -> NoReturn:
    problem = Problem("field.invalid", detail, path=path)
    problem.facts.update(facts)
    raise problem


def _text_fault(value: str) -> str | None:
    """What makes a text unfit for a record that is signed and shown, or None."""
    if _REFUSED.search(value) is not None:
        return "must not have control characters"
    if not unicodedata.is_normalized("NFC", value):
        return "must be in Unicode normalisation form C"
    return None
