# SPDX-License-Identifier: Apache-2.0
"""The head mark: two slots, the newest verifiable one counts, the largest of a folder."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.log_signer import LogSigner
from attest.verify.log_keys import LogKeys, Rotation
from ledger.checkpoint import Checkpoint
from ledger.errors import StoreError
from ledger.hashing import EMPTY_ROOT
from ledger.headmark import SLOT_BYTES, HeadMark, HeldError, MarkInUseError, all_marks, read_beside
from ledger.note import NoteSigner
from tests.builders import ORIGIN, a_mark, a_signer

if TYPE_CHECKING:
    from pathlib import Path

ROOT = b"\7" * 32


def size_in(mark: HeadMark) -> int | None:
    """Size of the mark's own checkpoint."""
    checkpoint = mark.read().checkpoint
    return checkpoint.size if checkpoint else None


def test_what_was_marked_is_read(tmp_path: Path) -> None:
    """The last mark is read back with its signed note, also by a later process."""
    mark = a_mark(tmp_path)
    for size in range(1, 6):
        note = mark.mark(size, ROOT)
    mark.close()
    again = a_mark(tmp_path)

    assert again.read().checkpoint == Checkpoint(ORIGIN, 5, ROOT)
    assert again.read().note == note
    again.close()


def test_a_new_file_is_empty_and_not_unreadable(tmp_path: Path) -> None:
    """A mark that was never written says nothing."""
    mark = a_mark(tmp_path)

    assert (mark.read().checkpoint, mark.read().unreadable) == (None, ())
    mark.close()


@pytest.mark.parametrize("last", range(1, 5))
def test_a_torn_write_leaves_the_mark_before_it(tmp_path: Path, last: int) -> None:
    """With the newest slot damaged the other one counts, and the next write repairs the damaged one."""
    mark = a_mark(tmp_path)
    mark.mark(0, EMPTY_ROOT)
    for size in range(1, last + 1):
        mark.mark(size, ROOT)
    content = bytearray(mark.path.read_bytes())
    start = (last % 2) * SLOT_BYTES
    content[start : start + 256] = bytes(256)
    mark.path.write_bytes(content)

    assert size_in(mark) == last - 1
    mark.close()
    again = a_mark(tmp_path)
    again.mark(last + 1, ROOT)
    assert (size_in(again), again.path.read_bytes()[start : start + 4]) == (last + 1, b"log.")
    again.close()


def test_garbage_is_unreadable(tmp_path: Path) -> None:
    """A file in which no slot verifies is named, not taken for a new one."""
    mark = a_mark(tmp_path)
    mark.path.write_bytes(b"garbage")

    assert mark.largest().unreadable == ("writer-1.mark",)
    mark.close()


def test_another_keys_mark_does_not_count(tmp_path: Path) -> None:
    """A checkpoint signed by another key is unreadable, unless that key was the log's at its size."""
    mark = a_mark(tmp_path)
    mark.mark(3, ROOT)
    mark.close()
    rotated = HeadMark(mark.path, a_signer(b"\1" * 32), ORIGIN)
    assert rotated.read().checkpoint is None
    rotated.close()
    new = a_signer(b"\1" * 32)
    keys = LogKeys.of(a_signer().verifier(), [Rotation(3, new.public_key, bytes(20), "scheduled")])
    told = HeadMark(mark.path, LogSigner(keys, new), ORIGIN)
    assert size_in(told) == 3
    told.close()


def test_the_largest_of_several_counts(tmp_path: Path) -> None:
    """With several writers the largest mark in the folder is the log's."""
    first, second = a_mark(tmp_path), a_mark(tmp_path, "writer-2.mark")
    first.mark(9, ROOT)
    second.mark(4, ROOT)
    largest = second.largest().checkpoint

    assert largest is not None
    assert largest.size == 9
    first.close()
    second.close()


def test_a_mark_has_one_owner(tmp_path: Path) -> None:
    """A second writer cannot open the same file, and claims the next one."""
    folder = tmp_path / "marks"
    first = HeadMark.claim(folder, a_signer(), ORIGIN)
    with pytest.raises(StoreError, match="in use"):
        a_mark(tmp_path)
    second = HeadMark.claim(folder, a_signer(), ORIGIN)

    assert (first.path.name, second.path.name) == ("writer-1.mark", "writer-2.mark")
    first.close()
    second.close()


def test_who_is_alone_shuts_out_who_comes_later(tmp_path: Path) -> None:
    """While all marks are held nobody claims another one, nor is alone beside; afterwards both can be."""
    folder = tmp_path / "marks"
    HeadMark.claim(folder, a_signer(), ORIGIN).close()
    with all_marks(folder, a_signer(), ORIGIN):
        with pytest.raises(HeldError, match="another command holds the ledger"):
            HeadMark.claim(folder, a_signer(), ORIGIN)
        with pytest.raises(HeldError), all_marks(folder, a_signer(), ORIGIN):
            pass
    with closing(HeadMark.claim(folder, a_signer(), ORIGIN)) as mark:
        assert mark.path.name == "writer-1.mark"


def test_nobody_is_alone_beside_a_writer(tmp_path: Path) -> None:
    """Any claimed mark is in the way, also of a program that locks the file and not the folder."""
    folder = tmp_path / "marks"
    first, second = (HeadMark.claim(folder, a_signer(), ORIGIN) for _ in range(2))
    for mark in (first, second):
        with pytest.raises(MarkInUseError), all_marks(folder, a_signer(), ORIGIN):
            pass
        mark.close()
    with closing(a_mark(tmp_path)), pytest.raises(MarkInUseError), all_marks(folder, a_signer(), ORIGIN):
        pass
    with all_marks(folder, a_signer(), ORIGIN) as held:
        assert held.path == first.path


def test_an_origin_must_fit_a_slot(tmp_path: Path) -> None:
    """An origin whose checkpoints exceed 512 bytes is refused at once."""
    name = "o" * 255
    signer = NoteSigner(name, Ed25519PrivateKey.generate())
    with pytest.raises(StoreError, match="512"):
        HeadMark.claim(tmp_path, signer, name)


def test_what_is_kept_beside_outlasts_marks_and_their_replacement(tmp_path: Path) -> None:
    """Signed texts in slots of their own: no checkpoint touches them, nor does setting marks aside."""
    verifiers = [a_signer().verifier()]
    mark = a_mark(tmp_path)
    mark.keep_beside("first\n")
    mark.keep_beside("second\n")
    for size in range(1, 4):
        mark.mark(size, ROOT)
    assert sorted(read_beside(mark.path.parent, verifiers)) == ["first\n", "second\n"]
    mark.keep_beside("third\n")
    assert sorted(read_beside(mark.path.parent, verifiers)) == ["second\n", "third\n"]
    mark.replace_own()
    assert (size_in(mark), mark.read().unreadable) == (None, ())
    assert set(read_beside(mark.path.parent, verifiers)) == {"second\n", "third\n"}
    with pytest.raises(StoreError):
        mark.keep_beside("x" * SLOT_BYTES + "\n")
    mark.close()
    other = NoteSigner("other.test/once", Ed25519PrivateKey.generate())
    content = bytearray(mark.path.read_bytes())
    content[2 * SLOT_BYTES] ^= 1
    mark.path.write_bytes(content)
    assert "second\n" in read_beside(mark.path.parent, verifiers)
    assert read_beside(mark.path.parent, [other.verifier()]) == []
