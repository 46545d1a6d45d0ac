# SPDX-License-Identifier: Apache-2.0
"""The file of erasures beside the head marks: outside the database, and so outside of its back-ups."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from api.settings import SettingsError
from attest.erasure.commands import EraseHolder
from attest.erasure.listed import FIRST, ErasureListError, Listed, ListEnd, read_end, read_list, write_line
from attest.erasure.repository import all_erasures
from attest.fields import Fields
from attest.private import open_private
from ledger.durable import PRIVATE, replace_file
from ledger.hashing import leaf_hash, sha256
from ledger.headmark import read_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.erasure.repository import ErasureRow
    from attest.sealing import Sealer
    from attest.verify.trust import Trust
    from ledger.headmark import HeadMark
    from ledger.note import NoteSigner, NoteSigning, NoteVerifying
    from ledger.store import Store

NAME: Final = "erasures.jsonl"

_log = logging.getLogger(__name__)


class ErasureList:
    """One folder's list, and how far it reached in the process's own head mark; processes take turns."""

    def __init__(self, folder: Path, signer: NoteSigning, origin: str, mark: HeadMark) -> None:
        self.path: Final = folder / NAME
        self._signer, self._origin, self._mark = signer, origin, mark

    def keep_up(self, store: Store, sealer: Sealer) -> int:
        """Write down every erasure of the log that is not in the list yet; how many.

        An empty list is written too: then nothing was erased, which no list does not say.
        """
        done = all_erasures(store)
        with _alone(self.path):
            lines = lines_of(self.path) if self.path.exists() else None
            listed = read_list(lines or (), self._signer.verifier(), self._origin)
            missing = [one for one in done if one.id not in {item.erasure for item in listed}]
            if lines is not None and not missing:
                self._say_end(lines)
                return 0
            lines = lines or []
            at = sha256(lines[-1]) if lines else FIRST
            for row in missing:
                line = write_line(_item(row, store, sealer), at, self._signer, self._origin)
                lines.append(line)
                at = sha256(line)
            replace_file(self.path, b"".join(line + b"\n" for line in lines), PRIVATE)
            self._say_end(lines)
        return len(missing)

    def _say_end(self, lines: list[bytes]) -> None:
        """State in the mark how far the list reaches; of one that was cut the mark keeps what it knew."""
        known, end = ends_in(self.path.parent, self._signer.verifier(), self._origin), ListEnd.of(lines)
        if not all(one.is_in(lines) for one in known):
            _log.error("the list of erasures was cut: put a whole copy back into %s", self.path)
        elif end not in known:
            self._mark.keep_beside(end.text(self._origin))


def sign_again(folder: Path, before: NoteVerifying, signer: NoteSigner, origin: str) -> None:
    """Sign the list by the newest key, since one that `before` still takes vouches for nothing any more.

    ErasureListError where it is damaged, or ends before what the marks state by that one.
    """
    path = folder / NAME
    if not path.exists():
        return
    with _alone(path):
        lines = lines_of(path)
        with suppress(ErasureListError):
            read_list(lines, signer.verifier(), origin)
            if lines:
                return  # by a run that was killed
        require_whole(folder, before, origin)
        again: list[bytes] = []
        for item in read_list(lines, before, origin):
            again.append(write_line(item, sha256(again[-1]) if again else FIRST, signer, origin))
        replace_file(path, b"".join(line + b"\n" for line in again), PRIVATE)


def require_whole(folder: Path, verifier: NoteVerifying, origin: str) -> None:
    """ErasureListError where the list is damaged, or ends before what the marks state."""
    path = folder / NAME
    lines = lines_of(path) if path.exists() else []
    read_list(lines, verifier, origin)
    if not all(end.is_in(lines) for end in ends_in(folder, verifier, origin)):
        raise ErasureListError(f"the list of erasures was cut: put a whole copy back into {path}")


def require_readable(folder: Path, trust: Trust) -> None:
    """SettingsError where the list is not one of this log's keys: nothing could be added to it."""
    path = folder / NAME
    try:
        read_list(lines_of(path) if path.exists() else (), trust.log_keys, trust.origin)
    except ErasureListError as error:
        step = "put a whole copy there, from where the log key was replaced last, or move it away:"
        raise SettingsError(f"{path}: {error}. {step} what the log tells is listed anew") from None


def ends_in(folder: Path, verifier: NoteVerifying, origin: str) -> list[ListEnd]:
    """How far the list reached, as each mark file of the folder states it; none without the folder."""
    if not folder.is_dir():
        return []
    found = [read_end(text, origin) for text in read_beside(folder, [verifier])]
    return [one for one in found if one is not None]


def lines_of(path: Path) -> list[bytes]:
    """The lines of a list as they stand."""
    return path.read_bytes().splitlines()


def _item(row: ErasureRow, store: Store, sealer: Sealer) -> Listed:
    record = EraseHolder().parse(Fields(open_private(row.index, store, sealer)[1]))
    entries = tuple((index, leaf_hash(store.leaf(index))) for index in record.entries)
    return Listed(row.id, row.index, row.time, record.department, entries, record.documents)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time."""
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
