# SPDX-License-Identifier: Apache-2.0
"""Which back-ups were taken here, and by when each is to be deleted: a file beside the head marks."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.fields import FieldError, Fields
from ledger.canonical import dump, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME: Final = "backups.jsonl"
_MOST_LINE: Final = 8192
_MOST_PATH: Final = 4096


@dataclass(frozen=True, slots=True)
class KnownBackup:
    """A back-up as it was taken: its place, entries, Unix second, and the day by which it is to be gone."""

    path: str
    size: int
    time: int
    until: date

    @property
    def is_there(self) -> bool:
        """Whether the file still lies where it was written; elsewhere nobody here can look."""
        return Path(self.path).exists()

    def may_hold(self, index: int, today: date) -> bool:
        """Whether it was taken before the entry at `index`, and is there or may have been carried away."""
        return self.size <= index and (self.is_there or today < self.until)


def note_backup(folder: Path, one: KnownBackup) -> None:
    """Append a back-up, durably."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = dump({"path": one.path, "size": one.size, "time": one.time, "until": one.until.isoformat()})
    file = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.write(file, line + b"\n")
        os.fsync(file)
    finally:
        os.close(file)


def known_backups(folder: Path) -> list[KnownBackup]:
    """Every back-up that was written down, in order; a line that a crash cut is passed over."""
    path = folder / NAME
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().splitlines():
        try:
            fields = Fields(read_json(line, max_bytes=_MOST_LINE))
            until = fields.optional_day("until")
            one = KnownBackup(
                str(fields.raw("path"))[:_MOST_PATH],
                fields.integer("size"),
                fields.integer("time"),
                date.max if until is None else until,
            )
        except (FieldError, FormatError):
            continue
        found.append(one)
    return found


def holding(index: int, known: Iterable[KnownBackup], today: date) -> list[KnownBackup]:
    """Those that may still hold what the erasure at `index` destroyed."""
    return [one for one in known if one.may_hold(index, today)]


def overdue(known: Iterable[KnownBackup], today: date) -> list[KnownBackup]:
    """Those that are still there on or after the day by which they were to be gone."""
    return [one for one in known if one.is_there and today >= one.until]
