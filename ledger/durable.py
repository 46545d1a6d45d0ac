# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all, and still there after the power went."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = 0o600
"""Mode of a file for its owner alone."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a file's own fsync says nothing about its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """A new file, durable when this returns; FileExistsError if the name is taken, which stays as it is."""
    spare = _write_beside(path, content, mode)
    try:
        os.link(spare, path)  # unlike a rename it never replaces what is there by now
    finally:
        spare.unlink()
    sync_folder(path.parent)


def replace_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """The file with this content, durable when this returns: a reader sees the old one or the new one."""
    spare = _write_beside(path, content, mode)
    try:
        spare.rename(path)
    finally:
        spare.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_beside(path: Path, content: bytes, mode: int) -> Path:
    """The content in a file of another name in the same folder; nothing is left of one that failed."""
    spare = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        spare.unlink()
        raise
    return spare
