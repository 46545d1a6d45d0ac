# SPDX-License-Identifier: Apache-2.0
"""Sealed files and the archives inside them."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.operation import archive, sealed_file
from api.operation.errors import BackupError
from api.operation.sealed_file import CHUNK, SealedReader, SealingWriter
from attest.sealing import Sealer

if TYPE_CHECKING:
    from pathlib import Path

SEALER = Sealer(b"k" * 32)


def sealed(*pieces: bytes, header: str = "x") -> bytes:
    """A sealed file of these pieces."""
    file = io.BytesIO()
    writer = SealingWriter(file, {"about": header}, SEALER)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return file.getvalue()


def opened(content: bytes, sealer: Sealer = SEALER) -> bytes:
    """The content of a sealed file, read in odd pieces."""
    reader = SealedReader(io.BufferedReader(io.BytesIO(content)))
    reader.unlock(sealer)
    pieces = []
    while piece := reader.read(70_001):
        pieces.append(piece)
    reader.finish()
    return b"".join(pieces)


@given(st.lists(st.binary(max_size=200)))
@settings(deadline=None)
def test_what_goes_in_comes_out(pieces: list[bytes]) -> None:
    """Any pieces come back as one."""
    assert opened(sealed(*pieces)) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_every_length_around_a_chunk(size: int) -> None:
    """A file of whole chunks ends as surely as any other, and cut behind a whole chunk it does not open."""
    content = bytes(size)
    whole = sealed(content)
    assert opened(whole) == content
    if size > CHUNK:
        for cut in (size - CHUNK + 16, 16, 1):
            with pytest.raises(BackupError):
                opened(whole[:-cut])


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    """Whatever byte is changed, of header, key or content: BackupError."""
    whole = bytearray(sealed(b"some content", header="about a log"))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupError):
        opened(bytes(whole))


def test_another_key_opens_nothing() -> None:
    """Another key, or another version of the key, is refused in words."""
    for other in (Sealer(b"x" * 32), Sealer(b"k" * 32, 2)):
        with pytest.raises(BackupError, match="does not open"):
            opened(sealed(b"content"), other)


def members(*pairs: tuple[str, bytes], listed: bytes | None = None) -> SealedReader:
    """A sealed tar of these members."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in (*pairs, *([(archive.LIST, listed)] if listed is not None else [])):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    content = sealed(plain.getvalue())
    reader = SealedReader(io.BufferedReader(io.BytesIO(content)))
    reader.unlock(SEALER)
    return reader


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a/.hidden", "a\\b", "a\nb", "x" * 101])
def test_no_name_leads_outside(name: str, tmp_path: Path) -> None:
    """A member's name that leads elsewhere is refused before anything is written."""
    with pytest.raises(BackupError, match="outside"):
        archive.read_archive(members((name, b"x"), listed=b"{}"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("listed", [None, b"{}", b'{"a": "00"}'])
def test_a_list_that_does_not_fit_is_refused(listed: bytes | None, tmp_path: Path) -> None:
    """What is inside must be exactly what the list names, with its digest."""
    with pytest.raises(BackupError, match="list"):
        archive.read_archive(members(("a", b"x"), listed=listed), tmp_path)


def test_other_files_are_not_taken_for_ours() -> None:
    """A file of another kind, or none at all, is refused by its first bytes."""
    for content in (b"", b"PK\x03\x04", sealed_file.MAGIC, sealed_file.MAGIC + b"\xff" * 100):
        with pytest.raises(BackupError):
            SealedReader(io.BufferedReader(io.BytesIO(content)))
