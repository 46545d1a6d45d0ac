# SPDX-License-Identifier: Apache-2.0
"""Folders below home in which commands keep copies in clear while they run; those of runs that died go.

A run holds a lock on its folder for as long as it lives, however it ends. Where a file system knows no such
locks nobody can tell, and what is left there is named to the operator instead.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.operation.backup_list import KnownBackup
from attest.days import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ELSEWHERE: Final = "elsewhere"
"""File, in such a folder, of the paths of unfinished files outside of it; they go with the folder."""
_FOLDER: Final = re.compile(r"\.(backup|restore|rebuild|reask)-[0-9a-f]{16}")
_SPARE: Final = re.compile(r"\..+\.[0-9a-f]{16}")
_LIVE: Final = -1
_UNKNOWN: Final = -2


@contextmanager
def private_folder(home: Path, purpose: str, say: Callable[[str], None]) -> Iterator[Path]:
    """A folder of our own below home, gone afterwards; before that what runs that died left there."""
    for path in sweep(home):
        say(f"removed {path}: a run that died had left it")
    folder, lock = _claim(home, purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def spare_name(path: Path, staging: Path) -> Path:
    """A name beside `path` for what is not finished yet; it goes with the folder `staging` if we die."""
    spare = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with (staging / ELSEWHERE).open("ab") as file:
        file.write(os.fsencode(spare) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return spare


def left_behind(home: Path) -> list[Path]:
    """What runs left that are over, or of which nobody can tell: folders, and files outside of them."""
    found = []
    for folder in _folders(home):
        lock = _lock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if lock != _LIVE:
            found += [folder, *(path for path in _elsewhere(folder) if path.exists())]
        _let_go(lock)
    return found


def copies_left(home: Path) -> list[KnownBackup]:
    """The same as copies that may hold whatever was ever in this ledger, and are to be deleted now."""
    copies = []
    for path in left_behind(home):
        with suppress(FileNotFoundError):
            made = int(path.stat().st_mtime)
            copies.append(KnownBackup(str(path), 0, made, day_of(made)))
    return copies


def sweep(home: Path) -> list[Path]:
    """Remove what runs left that are over for certain; the folders that went."""
    gone = []
    for folder in _folders(home):
        lock = _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        others = _elsewhere(folder)
        if lock >= 0 and all(path.parent.is_dir() for path in others):
            for path in others:
                with suppress(OSError):
                    path.unlink()
            if not any(map(os.path.lexists, others)):
                shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                gone.append(folder)
        _let_go(lock)
    return gone


def _claim(home: Path, purpose: str) -> tuple[Path, int]:
    """A new folder with its lock; another one if a sweep took it for a dead run's before it was locked."""
    while True:
        folder = home / f".{purpose}-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            with suppress(OSError):  # a file system without such locks: nobody sweeps there
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _folders(home: Path) -> list[Path]:
    if not home.is_dir():
        return []
    named = [path for path in home.iterdir() if _FOLDER.fullmatch(path.name)]
    return sorted(path for path in named if path.is_dir() and not path.is_symlink())


def _lock(folder: Path, how: int) -> int:
    """A descriptor that holds the lock; or that a run has it, or that nobody can tell."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return _UNKNOWN
    try:
        fcntl.flock(opened, how)
    except OSError as error:
        os.close(opened)
        return _LIVE if isinstance(error, BlockingIOError) else _UNKNOWN
    return opened


def _let_go(lock: int) -> None:
    if lock >= 0:
        os.close(lock)


def _elsewhere(folder: Path) -> list[Path]:
    """Unfinished files outside; a line that a crash cut names none of ours."""
    try:
        lines = (folder / ELSEWHERE).read_bytes().split(b"\n")[:-1]
    except OSError:
        return []
    paths = [Path(os.fsdecode(line)) for line in lines]
    return [path for path in paths if path.is_absolute() and _SPARE.fullmatch(path.name)]
