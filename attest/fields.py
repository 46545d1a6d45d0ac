# SPDX-License-Identifier: Apache-2.0
"""A strict reader of JSON objects: each member typed, bounded and named in its error, none left over."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_HEX: Final = re.compile(r"[0-9a-f]*\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
CODE: Final = re.compile(r"[a-z][a-z0-9_.]{0,63}\Z")
DEPARTMENT: Final = re.compile(r"[A-Z][A-Z0-9_-]{0,31}\Z")
_MEMBER: Final = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,3}\Z")
ITEM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}\Z")


# Controls, invisible characters and letters, separators of lines, bidirectional marks and overrides, tags,
# surrogates: what would let a text look other than it is. Any visible letter may stand, private-use ones of
# rare names included.
_UNFIT: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\u2800\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)


def is_plain(text: str) -> bool:
    """Whether a text is fit to be signed and shown: NFC, nothing invisible, no mere spaces."""
    if text.isspace():
        return False
    if text.isascii():
        return text.isprintable()
    return _UNFIT.search(text) is None and unicodedata.is_normalized("NFC", text)


def octets_of(text: str, length: int) -> bytes | None:
    """`length` bytes that are written as lower-case hex; None for any other text."""
    return bytes.fromhex(text) if len(text) == 2 * length and _HEX.match(text) else None


class FieldError(ValueError):
    """A member is missing, unknown or not of its type; `code` is `field.missing|unknown|invalid`."""

    def __init__(self, code: str, path: str, expected: str = "") -> None:
        super().__init__(f"{code} {path} {expected}".rstrip())
        self.code = code
        self.path = path
        self.expected = expected

    @property
    def place(self) -> str:
        """The path as it may be shown: a name that was sent stands there only if it is like a member's.

        Otherwise, as it may be personal data, the object that has it.
        """
        parent, _, name = self.path.rpartition("/")
        return self.path if self.code != "field.unknown" or _MEMBER.match(name) else parent or "/"


class Fields:
    """Reads one JSON object member by member; `done()` refuses what was not read."""

    __slots__ = ("_object", "_path", "_read")

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise FieldError("field.invalid", path or "/", "an object")
        self._object: dict[str, Any] = value
        self._path = path
        self._read: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether the member is there (a JSON null is not allowed anywhere)."""
        return name in self._object

    def fail(self, name: str, expected: str) -> NoReturn:
        """Refuse the member: `expected` says in a few words what would be right."""
        raise FieldError("field.invalid", f"{self._path}/{name}", expected)

    def _take(self, name: str) -> Any:
        try:
            value = self._object[name]
        except KeyError:
            raise FieldError("field.missing", f"{self._path}/{name}") from None
        self._read.add(name)
        return value

    def text(self, name: str, most: int = 200, pattern: re.Pattern[str] | None = None) -> str:
        """A string of 1 to `most` characters, matching `pattern`, or plain text (`is_plain`) without one."""
        value = self._take(name)
        if not isinstance(value, str) or not 0 < len(value) <= most:
            self.fail(name, f"text of 1 to {most} characters")
        if pattern is not None:
            if pattern.match(value) is None:
                self.fail(name, f"text like {pattern.pattern}")
        elif not is_plain(value):
            self.fail(name, "text in Unicode form NFC without control or invisible characters")
        return value

    def optional_text(self, name: str, most: int = 200, pattern: re.Pattern[str] | None = None) -> str | None:
        """As `text`, or None where the member is absent."""
        return self.text(name, most, pattern) if name in self._object else None

    def choice(self, name: str, among: Collection[str]) -> str:
        """One of the named words."""
        value = self._take(name)
        if not isinstance(value, str) or value not in among:
            self.fail(name, "one of " + ", ".join(sorted(among)))
        return value

    def octets(self, name: str, length: int) -> bytes:
        """`length` bytes written as lower-case hex."""
        value = self._take(name)
        octets = octets_of(value, length) if isinstance(value, str) else None
        if octets is None:
            self.fail(name, f"{2 * length} lower-case hex digits")
        return octets

    def integer(self, name: str, least: int = 0, most: int = 2**53 - 1) -> int:
        """A whole number between the bounds."""
        value = self._take(name)
        if type(value) is not int or not least <= value <= most:
            self.fail(name, f"a whole number from {least} to {most}")
        return value

    def optional_day(self, name: str) -> date | None:
        """A calendar day `YYYY-MM-DD`, or None where the member is absent."""
        if name not in self._object:
            return None
        value = self._take(name)
        if not isinstance(value, str) or _DATE.match(value) is None:
            self.fail(name, "a day YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(name, "a day that exists")

    def fields(self, name: str) -> Fields:
        """A nested object."""
        return Fields(self._take(name), f"{self._path}/{name}")

    def raw(self, name: str) -> Any:
        """The member as it is, for a reader of its own."""
        return self._take(name)

    def objects(self, name: str, least: int = 0, most: int = 64) -> Iterator[Fields]:
        """A list of objects."""
        value = self._take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.fail(name, f"a list of {least} to {most} objects")
        for number, one in enumerate(value):
            yield Fields(one, f"{self._path}/{name}/{number}")

    def texts(self, name: str, most: int = 64, pattern: re.Pattern[str] = CODE) -> tuple[str, ...]:
        """A list of strings that match `pattern`."""
        value = self._take(name)
        if not isinstance(value, list) or len(value) > most:
            self.fail(name, f"a list of at most {most} words")
        for one in value:
            if not isinstance(one, str) or pattern.match(one) is None:
                self.fail(name, f"words like {pattern.pattern}")
        return tuple(value)

    def words(self, name: str, most: int = 16) -> dict[str, str]:
        """An object of code → code (the answers to situation questions)."""
        value = self._take(name)
        if not isinstance(value, dict) or len(value) > most:
            self.fail(name, f"an object of at most {most} answers")
        for key, answer in value.items():
            if not isinstance(answer, str) or CODE.match(key) is None or CODE.match(answer) is None:
                self.fail(name, "codes as keys and answers")
        return dict(value)

    def names(self, most: int, pattern: re.Pattern[str]) -> list[str]:
        """The object's own member names, at most `most`, sorted; one unlike `pattern` is not repeated."""
        if len(self._object) > most or any(pattern.match(name) is None for name in self._object):
            raise FieldError(
                "field.invalid", self._path or "/", f"at most {most} members like {pattern.pattern}"
            )
        return sorted(self._object)

    def done(self) -> None:
        """Refuse members that nobody read."""
        if len(self._read) != len(self._object):
            name = min(set(self._object) - self._read)
            raise FieldError("field.unknown", f"{self._path}/{name[:64]}")
