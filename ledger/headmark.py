# SPDX-License-Identifier: Apache-2.0
"""The head mark: the signed checkpoint that a writer acknowledged, outside the database and its back-ups.

A file of two 512-byte slots, each a signed note padded with zero bytes; a write goes to the older slot, so
that a torn one leaves the other readable. The newest verifiable slot counts; among files the largest size.
Two further slots are for what else must not be older than the mark: signed notes whose text is the caller's.
The folder itself is locked too: shared by each writer that claimed a mark, whole by who must be alone.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.durable import sync_folder
from ledger.errors import FormatError, SignatureError, StoreError
from ledger.hashing import HASH_SIZE
from ledger.merkle import MAX_SIZE
from ledger.note import parse_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ledger.note import NoteSigning, NoteVerifying

SLOT_BYTES: Final = 512
SUFFIX: Final = ".mark"
REPLACED: Final = ".replaced"
_CHECKPOINTS: Final = 2
_SLOTS: Final = 4


@dataclass(frozen=True, slots=True)
class Marked:
    """What a folder of marks says: the largest verifiable checkpoint, and the files nobody can read."""

    checkpoint: Checkpoint | None
    note: bytes | None
    unreadable: tuple[str, ...] = ()


class MarkInUseError(StoreError):
    """Another writer has the mark file open."""


class HeldError(StoreError):
    """A command is alone in the ledger: nobody serves it or writes to it before that command ends."""

    code = "log.held"

    def __init__(self) -> None:
        super().__init__(
            "another command holds the ledger (`once keys rotate-…` or `once migrate`):"
            " wait for its end, then give this one again"
        )


class HeadMark:
    """One writer's own mark file, locked against a second writer for as long as it is open."""

    def __init__(self, path: Path, signer: NoteSigning, origin: str) -> None:
        """Open or create `path`; StoreError if it is in use."""
        longest = signer.sign(Checkpoint(origin, MAX_SIZE, bytes(HASH_SIZE)).text())
        if len(longest) > SLOT_BYTES:
            raise StoreError(f"checkpoints of {origin} do not fit a head mark of {SLOT_BYTES} bytes")
        self.path: Final = path
        self.origin: Final = origin
        self._signer = signer
        self._verifiers = (signer.verifier(),)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise MarkInUseError(f"head mark {path.name} is in use by another writer") from error
        sync_folder(path.parent)
        self._next = 1 - self._newest_slot()
        self._beside = 0
        self._shared: int | None = None

    @classmethod
    def claim(cls, folder: Path, signer: NoteSigning, origin: str) -> Self:
        """Open the first `writer-N.mark` of the folder that no other writer has open.

        HeldError while a command is alone in the ledger, which is so for none while this mark is open.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as undo:
            shared = _open_folder(folder)
            undo.callback(os.close, shared)
            if not _locked(shared, fcntl.LOCK_SH):
                raise HeldError
            for number in range(1, 1000):
                path = folder / f"writer-{number}{SUFFIX}"
                try:
                    mark = cls(path, signer, origin)
                except MarkInUseError:
                    continue
                mark._shared = shared
                undo.pop_all()
                return mark
        raise StoreError("no free head mark")

    def mark(self, size: int, root: bytes) -> bytes:
        """Sign `(size, root)`, write it to the older slot and fdatasync; the note. OSError is fatal."""
        note = self._signer.sign(Checkpoint(self.origin, size, root).text())
        self.write(note)
        return note

    def write(self, note: bytes) -> None:
        """Write a signed note to the older slot and fdatasync."""
        written = os.pwrite(self._file, note.ljust(SLOT_BYTES, b"\0"), self._next * SLOT_BYTES)
        if written != SLOT_BYTES:
            raise OSError(f"head mark {self.path.name}: {written} of {SLOT_BYTES} bytes written")
        os.fdatasync(self._file)
        self._next = 1 - self._next

    def keep_beside(self, text: str) -> None:
        """Sign a text (of lines) and write it into one of the two further slots in turn; fdatasync."""
        note = self._signer.sign(text)
        if len(note) > SLOT_BYTES:
            raise StoreError(f"a note of {len(note)} bytes does not fit a head mark")
        place = (_CHECKPOINTS + self._beside) * SLOT_BYTES
        os.pwrite(self._file, note.ljust(SLOT_BYTES, b"\0"), place)
        os.fdatasync(self._file)
        self._beside = 1 - self._beside

    def read(self) -> Marked:
        """Newest verifiable checkpoint of the own file."""
        return _read_file(self.path, self._verifiers, self.origin)

    def largest(self) -> Marked:
        """The largest verifiable checkpoint of all mark files beside this one."""
        return read_folder(self.path.parent, self._verifiers, self.origin)

    def replace_others(self) -> None:
        """Set every other mark file aside, keeping its bytes (`--adopt-head`)."""
        for other in _mark_files(self.path.parent):
            if other != self.path:
                other.rename(_free_name(other))
        sync_folder(self.path.parent)

    def replace_own(self) -> None:
        """Keep a copy of this file's bytes aside and clear the checkpoints' slots (`--adopt-head`)."""
        content = os.pread(self._file, _SLOTS * SLOT_BYTES, 0)
        if content.strip(b"\0"):
            _free_name(self.path).write_bytes(content)
            sync_folder(self.path.parent)
        os.pwrite(self._file, bytes(_CHECKPOINTS * SLOT_BYTES), 0)
        os.fdatasync(self._file)
        self._next = 0

    def close(self) -> None:
        """Close the file and give up its lock, and then the part in the folder's."""
        os.close(self._file)
        if self._shared is not None:
            os.close(self._shared)

    def _newest_slot(self) -> int:
        """Number of the slot to keep; 1 for a file without any, so that slot 0 is written first."""
        content = os.pread(self._file, 2 * SLOT_BYTES, 0)
        sizes = [
            -1 if found is None else found[0].size
            for found in (_open_slot(slot, self._verifiers, self.origin) for slot in _slots(content))
        ]
        return 0 if len(sizes) > 0 and sizes[0] >= max(sizes) and sizes[0] >= 0 else 1


@contextmanager
def all_marks(folder: Path, signer: NoteSigning, origin: str, *, make: bool = False) -> Iterator[HeadMark]:
    """One of the folder's marks, while every one of them is held and nobody can claim another.

    Where there is none one is made, if that is wanted. MarkInUseError if a writer has one, HeldError if
    somebody else holds them all.
    """
    with ExitStack() as held:
        if make:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_dir():
            whole = _open_folder(folder)
            held.callback(os.close, whole)
            _take_whole(whole)
        paths = _mark_files(folder) if folder.is_dir() else []  # programs of before lock nothing else
        marks = [held.enter_context(closing(HeadMark(path, signer, origin))) for path in paths]
        if not marks and make:
            path = folder / f"writer-1{SUFFIX}"
            marks = [held.enter_context(closing(HeadMark(path, signer, origin)))]
        if not marks:
            raise StoreError("there is no head mark for this log")
        yield marks[0]


def read_folder(folder: Path, verifiers: Sequence[NoteVerifying], origin: str) -> Marked:
    """The largest verifiable checkpoint of all mark files in `folder`."""
    best = Marked(None, None)
    unreadable: list[str] = []
    for path in _mark_files(folder):
        found = _read_file(path, verifiers, origin)
        unreadable += found.unreadable
        if found.checkpoint and (not best.checkpoint or found.checkpoint.size > best.checkpoint.size):
            best = found
    return Marked(best.checkpoint, best.note, tuple(unreadable))


def read_beside(folder: Path, verifiers: Sequence[NoteVerifying]) -> list[str]:
    """The texts kept beside the checkpoints of all mark files, those set aside included; each verified."""
    found = []
    for path in sorted(one for one in folder.iterdir() if SUFFIX in one.suffixes):
        content = path.read_bytes()[_CHECKPOINTS * SLOT_BYTES : _SLOTS * SLOT_BYTES]
        for slot in _slots(content):
            found += _texts(slot.rstrip(b"\0"), verifiers)
    return found


def _open_folder(folder: Path) -> int:
    """A descriptor of the folder: locks on it are the process's, and go with it however it ends."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _locked(descriptor: int, how: int) -> bool:
    """Whether the lock was free to be taken so; StoreError on a file system that knows no such locks."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(f"the folder of head marks cannot be locked: {error.strerror}") from error
    return True


def _take_whole(descriptor: int) -> None:
    """Lock the folder against all others: where it can be shared writers have it, else somebody is alone."""
    if _locked(descriptor, fcntl.LOCK_EX):
        return
    if _locked(descriptor, fcntl.LOCK_SH):
        raise MarkInUseError("a writer has one of the head marks open")
    raise HeldError


def _texts(note: bytes, verifiers: Sequence[NoteVerifying]) -> list[str]:
    for verifier in verifiers:
        try:
            parsed = parse_note(note)
            verifier.verify(parsed)
        except (FormatError, SignatureError):
            continue
        return [parsed.text]
    return []


def _read_file(path: Path, verifiers: Sequence[NoteVerifying], origin: str) -> Marked:
    content = path.read_bytes()[: _CHECKPOINTS * SLOT_BYTES]
    found = [opened for slot in _slots(content) if (opened := _open_slot(slot, verifiers, origin))]
    if found:
        checkpoint, note = max(found, key=lambda pair: pair[0].size)
        return Marked(checkpoint, note)
    return Marked(None, None, (path.name,) if content.strip(b"\0") else ())


def _open_slot(
    slot: bytes, verifiers: Sequence[NoteVerifying], origin: str
) -> tuple[Checkpoint, bytes] | None:
    note = slot.rstrip(b"\0")
    for verifier in verifiers:
        try:
            return open_checkpoint(note, verifier, origin), note
        except (FormatError, SignatureError):
            continue
    return None


def _slots(content: bytes) -> list[bytes]:
    return [content[at : at + SLOT_BYTES] for at in range(0, min(len(content), 2 * SLOT_BYTES), SLOT_BYTES)]


def _mark_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)


def _free_name(path: Path) -> Path:
    number = 1
    while (name := path.with_name(f"{path.name}{REPLACED}-{number}")).exists():
        number += 1
    return name
