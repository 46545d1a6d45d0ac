# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from ledger.durable import PRIVATE, create_file, replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """The mask of most systems: others may read what is not private."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_mask")
@pytest.mark.parametrize("write", [create_file, replace_file])
def test_content_and_mode(tmp_path: Path, write: Callable[[Path, bytes, int], None]) -> None:
    """What was given is in the file, readable by others only where it is not private."""
    for name, mode in (("open", 0o666), ("private", PRIVATE)):
        write(tmp_path / name, name.encode(), mode)
        assert (tmp_path / name).read_bytes() == name.encode()
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == PRIVATE
    assert {one.name for one in tmp_path.iterdir()} == {"open", "private"}


def test_a_name_that_is_taken_stays(tmp_path: Path) -> None:
    """Creating never replaces, not even an empty file or a link that leads nowhere."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    for name in ("file", "link"):
        with pytest.raises(FileExistsError):
            create_file(tmp_path / name, b"new")
    assert (tmp_path / "file").read_bytes() == b""
    assert {one.name for one in tmp_path.iterdir()} == {"file", "link"}


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    """Replacing changes the name, not the file that somebody reads."""
    path = tmp_path / "file"
    replace_file(path, b"old")
    with path.open("rb") as reader:
        replace_file(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    """Where the name is a folder's the folder stays, and no unfinished file lies beside it."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "folder", b"new")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "folder", b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
