# SPDX-License-Identifier: Apache-2.0
"""The list of erasures that is kept outside the database, so that an older back-up is erased again.

A line is canonical JSON `{"item", "note", "previous"}`: the item names erased entries by index and leaf hash,
files by their random id, and nobody; `previous` is the SHA-256 of the line before (zeros at the first); the
note, under the log key, is over `once-erasure/1`, the origin and the SHA-256 of item and previous. Beside the
head marks a note over `once-erasures-end/1`, the origin, the count of lines and the SHA-256 of the last says
how far the list reached, so that one that was cut is not taken for whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from attest.erasure.model import MOST_ENTRIES
from attest.errors import AttestError
from attest.fields import DEPARTMENT, FieldError, Fields
from ledger.canonical import dump, read_canonical
from ledger.errors import FormatError, SignatureError
from ledger.hashing import HASH_SIZE, sha256
from ledger.note import parse_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.canonical import Json
    from ledger.note import NoteSigning, NoteVerifying

LABEL: Final = "once-erasure/1"
END_LABEL: Final = "once-erasures-end/1"
FIRST: Final = bytes(HASH_SIZE)
_MOST_BYTES: Final = 4 << 20
_ID: Final = 16


class ErasureListError(AttestError):
    """A list of erasures is damaged, cut within, or of another ledger."""

    code = "erasures.invalid"


@dataclass(frozen=True, slots=True)
class Listed:
    """An erasure as others keep it: its entry, who was asked, and what it closed for ever."""

    erasure: bytes
    index: int
    time: int
    department: str
    entries: tuple[tuple[int, bytes], ...]
    """Index and leaf hash (32 bytes): in a log that went on otherwise the index is somebody else's."""
    documents: tuple[bytes, ...]

    def document(self) -> dict[str, Json]:
        """The item as JSON; `parse` gives it back."""
        return {
            "department": self.department,
            "documents": [one.hex() for one in self.documents],
            "entries": [[index, leaf.hex()] for index, leaf in self.entries],
            "erasure": self.erasure.hex(),
            "index": self.index,
            "time": self.time,
        }

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        """Read an item strictly (FieldError)."""
        entries = fields.raw("entries")
        if not isinstance(entries, list) or not 0 < len(entries) <= MOST_ENTRIES:
            fields.fail("entries", "a list of pairs")
        pairs = [Fields({"i": one[0], "h": one[1]}) for one in entries if _is_pair(one)]
        if len(pairs) != len(entries):
            fields.fail("entries", "a list of pairs")
        documents = fields.raw("documents")
        if not isinstance(documents, list) or len(documents) > MOST_ENTRIES:
            fields.fail("documents", "a list of ids")
        item = cls(
            fields.octets("erasure", _ID),
            fields.integer("index"),
            fields.integer("time"),
            fields.text("department", 32, DEPARTMENT),
            tuple((one.integer("i"), one.octets("h", HASH_SIZE)) for one in pairs),
            tuple(Fields({"d": one}).octets("d", _ID) for one in documents),
        )
        fields.done()
        return item


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2  # an index and a hash


def write_line(item: Listed, previous: bytes, signer: NoteSigning, origin: str) -> bytes:
    """One signed line, without its newline; `previous`: SHA-256 of the line before, or `FIRST`."""
    note = signer.sign(_signed(item, previous, origin)).decode()
    return dump({"item": item.document(), "note": note, "previous": previous.hex()})


def read_line(line: bytes, verifier: NoteVerifying, origin: str) -> tuple[Listed, bytes]:
    """The item of a line and the hash of the line before it; ErasureListError for anything else."""
    try:
        fields = Fields(read_canonical(line, max_bytes=_MOST_BYTES))
        item, previous = Listed.parse(fields.fields("item")), fields.octets("previous", HASH_SIZE)
        note = parse_note(str(fields.raw("note")).encode())
        fields.done()
        if note.text != _signed(item, previous, origin):
            raise ErasureListError("a note in the list of erasures is over something else")
        verifier.verify(note)
    except (FieldError, FormatError, SignatureError, ValueError) as error:
        raise ErasureListError(f"the list of erasures is damaged: {error}") from None
    return item, previous


def read_list(lines: Iterable[bytes], verifier: NoteVerifying, origin: str) -> list[Listed]:
    """Every item of a list, in order; ErasureListError where a line is damaged, missing or moved."""
    found: list[Listed] = []
    at = FIRST
    for line in lines:
        item, previous = read_line(line, verifier, origin)
        if previous != at:
            raise ErasureListError("a line of the list of erasures is missing or moved")
        found.append(item)
        at = sha256(line)
    return found


def _signed(item: Listed, previous: bytes, origin: str) -> str:
    digest = sha256(dump({"item": item.document(), "previous": previous.hex()}))
    return f"{LABEL}\n{origin}\n{digest.hex()}\n"


@dataclass(frozen=True, slots=True)
class ListEnd:
    """How far a list reached: how many lines, and the SHA-256 of the last (`FIRST` of an empty one)."""

    count: int
    last: bytes

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> Self:
        """The end of a list as it stands."""
        return cls(len(lines), sha256(lines[-1]) if lines else FIRST)

    def text(self, origin: str) -> str:
        """What the head mark's key signs; `read_end` gives it back."""
        return f"{END_LABEL}\n{origin}\n{self.count}\n{self.last.hex()}\n"

    def is_in(self, lines: Sequence[bytes]) -> bool:
        """Whether a list reaches as far, by the same line."""
        return self.count == 0 or (len(lines) >= self.count and sha256(lines[self.count - 1]) == self.last)


def read_end(text: str, origin: str) -> ListEnd | None:
    """The end that a verified note states; None where it is about something else."""
    lines = text.split("\n")
    try:
        end = ListEnd(int(lines[2]), bytes.fromhex(lines[3]))
    except (IndexError, ValueError):
        return None
    return end if end.text(origin) == text and len(end.last) == HASH_SIZE else None
