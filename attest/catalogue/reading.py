# SPDX-License-Identifier: Apache-2.0
"""Strict reading of catalogue documents: the error names the member by JSON pointer."""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.model import Citation, Text
from attest.fields import CODE, FieldError, Fields
from ledger.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator


class CatalogueError(FormatError):
    """A catalogue document is not what it must be; `path` is the JSON pointer of the wrong member."""

    code = "catalogue.invalid"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


@contextmanager
def one_error() -> Iterator[None]:
    """Turn the field reader's error into the catalogue's."""
    try:
        yield
    except FieldError as error:
        raise CatalogueError(error.place or "/", f"{error.code} {error.expected}".rstrip()) from None


_UNWANTED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What would let a published text look other than it is; right-to-left scripts need none of it."""
_NO_LETTERS: Final = 0xFFFE
"""The last two places of every plane and `_NONE_EITHER` are no characters; no XML can hold the first two."""
_NONE_EITHER: Final = range(0xFDD0, 0xFDF0)


def _unfit(letter: str) -> bool:
    """Whether a letter may not stand in a published text."""
    if unicodedata.category(letter) in _UNWANTED or letter in _TURNING:
        return True
    return ord(letter) & _NO_LETTERS == _NO_LETTERS or ord(letter) in _NONE_EITHER


class Document(Fields):
    """A JSON object of a catalogue document, read member by member."""

    __slots__ = ()

    def prose(self, name: str, most: int = 500) -> str:
        """Unicode text of 1 to `most` characters without controls, of direction too, and lone surrogates.

        No spaces stand around it: lists are read without them, and would bring another text back.
        """
        value = self._take(name)
        if not isinstance(value, str) or not 0 < len(value) <= most or value != value.strip():
            self.fail(name, f"text of 1 to {most} characters, without spaces around it")
        if not value.isprintable() and any(map(_unfit, value)):  # what is printable has no unfit letter
            self.fail(name, "text without control characters")
        return value

    def both(self, name: str) -> Text:
        """A text in zh and en."""
        inner = self.document(name)
        text = Text(inner.prose("zh"), inner.prose("en"))
        inner.done()
        return text

    def citation(self, name: str) -> Citation:
        """A source `{text, certainty}`."""
        return _citation(self.document(name))

    def citations(self, name: str) -> tuple[Citation, ...]:
        """A list of at least one source."""
        return tuple(_citation(one) for one in self.documents(name, 1, 32))

    def flag(self, name: str) -> bool:
        """A JSON true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            self.fail(name, "true or false")
        return value

    def mark(self, name: str) -> bool:
        """A flag that is written only where it is true."""
        if self.has(name):
            if not self.flag(name):
                self.fail(name, "true, or no such member")
            return True
        return False

    def conditions(self, name: str) -> dict[str, tuple[str, ...]]:
        """An object of question → list of options, or nothing where the member is absent."""
        if not self.has(name):
            return {}
        inner = self.document(name)
        found = {key: inner.texts(key) for key in inner.keys_like()}
        if not found or not all(found.values()):
            self.fail(name, "at least one question with at least one option")
        return found

    def keys_like(self) -> list[str]:
        """The object's own keys, each a code, sorted: the order of members says nothing."""
        for key in self._object:
            if CODE.match(key) is None:
                raise FieldError("field.invalid", f"{self._path}/{key[:64]}", f"a key like {CODE.pattern}")
        return sorted(self._object)

    def any_of(self, name: str) -> Any:
        """The bare value: the caller looks at its type."""
        return self._take(name)

    def document(self, name: str) -> Document:
        """A nested object."""
        return Document(self._take(name), f"{self._path}/{name}")

    def documents(self, name: str, least: int, most: int) -> Iterator[Document]:
        """A list of objects."""
        value = self._take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.fail(name, f"a list of {least} to {most} objects")
        for number, one in enumerate(value):
            yield Document(one, f"{self._path}/{name}/{number}")


def _citation(document: Document) -> Citation:
    citation = Citation(document.prose("text"), document.prose("certainty", 200))
    if not (citation.certainty.startswith("[") and citation.certainty.endswith("]")):
        document.fail("certainty", "a mark such as [read L …] or [gen]")
    document.done()
    return citation
