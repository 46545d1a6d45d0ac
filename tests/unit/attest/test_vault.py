# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from attest.errors import VaultError
from attest.sealing import Sealer
from attest.vault import CHUNK_SIZE, Stored, Vault

if TYPE_CHECKING:
    from pathlib import Path

SEALER = Sealer(b"k" * 32)
ONE, TWO = b"\x01" * 16, b"\x02" * 16
SEALED = CHUNK_SIZE + 16


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", SEALER)


def store(vault: Vault, document: bytes, plain: bytes, piece: int = 65_536) -> Stored:
    with vault.begin(document) as writer:
        for start in range(0, len(plain), piece):
            writer.write(plain[start : start + piece])
        return writer.finish()


def fetch(vault: Vault, document: bytes) -> bytes:
    with vault.open(document) as pieces:
        return b"".join(pieces)


def blob_of(folder: Path, document: bytes) -> Path:
    return folder / "vault" / "blobs" / document.hex()[:2] / document.hex()


def key_of(folder: Path, document: bytes) -> Path:
    return folder / "vault" / "keys" / document.hex()[:2] / document.hex()


def everything(folder: Path) -> list[Path]:
    return [path for path in (folder / "vault").rglob("*") if path.is_file()]


SIZES = [0, 1, 1000, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 3 * CHUNK_SIZE + 7]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [65_536, 5 * CHUNK_SIZE])
def test_a_document_comes_back(vault: Vault, size: int, piece: int) -> None:
    """Whatever its length and the pieces it came in, a document is read back, with its size and SHA-256."""
    plain = os.urandom(size)
    assert store(vault, ONE, plain, piece) == Stored(size, sha256(plain).digest())
    assert fetch(vault, ONE) == plain
    with vault.open(ONE) as reader:
        assert reader.size == size


def test_files_are_their_owners_alone(vault: Vault, tmp_path: Path) -> None:
    """Blobs, keys and their folders have no permission for group or others."""
    store(vault, ONE, b"x")
    for path in (tmp_path / "vault").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_id_is_used_once(vault: Vault) -> None:
    """A second document of an id is refused, at its begin or at its end, and the first stays as it was."""
    late = vault.begin(ONE)
    late.write(b"second")
    store(vault, ONE, b"first")
    with pytest.raises(VaultError) as refused:
        vault.begin(ONE)
    assert refused.value.code == "vault.exists"
    with pytest.raises(VaultError) as refused:
        late.finish()
    assert refused.value.code == "vault.exists"
    assert fetch(vault, ONE) == b"first"


def test_an_aborted_document_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    """Neither `abort` nor an error within the context leaves a file."""
    writer = vault.begin(ONE)
    writer.write(b"x" * (CHUNK_SIZE + 5))
    writer.abort()
    with suppress(RuntimeError), vault.begin(ONE) as writer:
        writer.write(b"x")
        raise RuntimeError
    assert everything(tmp_path) == []
    with pytest.raises(VaultError):
        writer.write(b"more")
    with pytest.raises(VaultError):
        writer.finish()


def test_an_unfinished_document_cannot_be_read(vault: Vault) -> None:
    """Until `finish` there is no such document."""
    with vault.begin(ONE) as writer:
        writer.write(b"x" * (2 * CHUNK_SIZE))
        with pytest.raises(VaultError) as refused:
            vault.open(ONE)
    assert refused.value.code == "vault.missing"


@pytest.mark.parametrize("left", [0, 1, 16, SEALED, 1 + SEALED, SEALED + 9, 1 + 2 * SEALED, 2 * SEALED + 30])
def test_a_file_cut_short_does_not_open(vault: Vault, tmp_path: Path, left: int) -> None:
    """Truncation is noticed, at the end of a chunk too."""
    store(vault, ONE, os.urandom(2 * CHUNK_SIZE + 100))
    os.truncate(blob_of(tmp_path, ONE), left)
    with pytest.raises(VaultError):
        fetch(vault, ONE)


def test_a_lengthened_file_does_not_open(vault: Vault, tmp_path: Path) -> None:
    """Bytes added behind the final chunk are noticed, be it a copy of a chunk."""
    plain = os.urandom(CHUNK_SIZE)
    store(vault, ONE, plain)
    blob = blob_of(tmp_path, ONE)
    octets = blob.read_bytes()
    for more in (b"\0", octets[1:]):
        blob.write_bytes(octets + more)
        with pytest.raises(VaultError):
            fetch(vault, ONE)


def test_chunks_in_another_order_do_not_open(vault: Vault, tmp_path: Path) -> None:
    """Exchanged or repeated chunks of one document are noticed."""
    store(vault, ONE, os.urandom(3 * CHUNK_SIZE))
    blob = blob_of(tmp_path, ONE)
    octets = blob.read_bytes()
    first, second, third = (octets[1 + n * SEALED : 1 + (n + 1) * SEALED] for n in range(3))
    for order in ((second, first, third), (first, first, third), (first, third, second), (first, third)):
        blob.write_bytes(octets[:1] + b"".join(order))
        with pytest.raises(VaultError):
            fetch(vault, ONE)


def test_a_changed_byte_is_noticed(vault: Vault, tmp_path: Path) -> None:
    """One flipped bit of the blob or of the wrapped key keeps the document shut."""
    store(vault, ONE, b"words")
    for path in (blob_of(tmp_path, ONE), key_of(tmp_path, ONE)):
        octets = path.read_bytes()
        for at in range(len(octets)):
            path.write_bytes(octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :])
            with pytest.raises(VaultError):
                fetch(vault, ONE)
        path.write_bytes(octets)
    assert fetch(vault, ONE) == b"words"


def test_another_kek_does_not_open(vault: Vault, tmp_path: Path) -> None:
    """A vault opened with another key encryption key gives nothing away."""
    store(vault, ONE, b"words")
    with pytest.raises(VaultError) as refused:
        Vault(tmp_path / "vault", Sealer(b"o" * 32)).open(ONE)
    assert refused.value.code == "vault.key"


def test_an_erased_document_is_gone_from_copies_of_the_blobs(vault: Vault, tmp_path: Path) -> None:
    """Once its key is destroyed, a blob put back from a back-up does not open."""
    store(vault, ONE, b"words")
    copy = blob_of(tmp_path, ONE).read_bytes()
    vault.erase(ONE)
    vault.erase(ONE)
    assert everything(tmp_path) == []
    blob_of(tmp_path, ONE).write_bytes(copy)
    with pytest.raises(VaultError) as refused:
        vault.open(ONE)
    assert refused.value.code == "vault.missing"


def test_a_document_id_has_16_bytes(vault: Vault) -> None:
    """Nothing else can become a file name."""
    for document in (b"", bytes(15), b"../../../etc/pwd.."):
        with pytest.raises(VaultError):
            vault.begin(document)


def test_the_sweep_takes_orphans_and_leaves_the_rest(vault: Vault, tmp_path: Path) -> None:
    """The old and not kept go, so do unfinished files and lone keys; kept, young and foreign files stay."""
    kept, old, young, lone = (bytes([n]) * 16 for n in range(1, 5))
    for document in (kept, old, young, lone):
        store(vault, document, b"words")
    blob_of(tmp_path, lone).unlink()
    unfinished = vault.begin(b"\x05" * 16)
    foreign = tmp_path / "vault" / "blobs" / "01" / "lost+found.txt"
    foreign.touch()
    for path in everything(tmp_path):
        if path != blob_of(tmp_path, young):
            os.utime(path, (1000, 1000))
    assert vault.sweep(2000, lambda document: document == kept) == [old, lone]
    assert fetch(vault, kept) == fetch(vault, young) == b"words"
    assert len(everything(tmp_path)) == 5
    assert foreign.exists()
    unfinished.abort()


CRASH = """
import sys
from pathlib import Path
from attest.sealing import Sealer
from attest.vault import Vault
with Vault(Path(sys.argv[1]), Sealer(b"k" * 32)).begin(b"\\1" * 16) as writer:
    writer.write(b"words")
    writer.finish()
"""


@pytest.mark.parametrize(("point", "published"), [("F2", False), ("F3", True)])
def test_a_crash_leaves_the_whole_document_or_none(
    vault: Vault, tmp_path: Path, point: str, *, published: bool
) -> None:
    """Killed before publication there is no document, after it the whole one; the sweep clears both."""
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path / "vault")],
        env=os.environ | {"ONCE_FAILPOINT": f"{point}:1:kill"},
        check=False,
    )
    assert crashed.returncode == -9
    if published:
        assert fetch(vault, ONE) == b"words"
    else:
        with pytest.raises(VaultError):
            vault.open(ONE)
        store(vault, ONE, b"again")
        assert fetch(vault, ONE) == b"again"
    for path in everything(tmp_path):
        os.utime(path, (1000, 1000))
    vault.sweep(2000, lambda _: False)
    assert everything(tmp_path) == []
