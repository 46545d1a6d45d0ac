# SPDX-License-Identifier: Apache-2.0
"""T28: whoever reads or rearranges the vault and the encrypted columns learns nothing and deceives nobody."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from attest.errors import VaultError
from attest.sealing import Sealed, Sealer
from attest.vault import CHUNK_SIZE, Vault

if TYPE_CHECKING:
    from pathlib import Path

SEALER = Sealer(b"k" * 32)
CANARY = b"ZHANG SAN 990101199001010019"
ONE, TWO = b"\x01" * 16, b"\x02" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault = Vault(tmp_path, SEALER)
    for document, filling in ((ONE, b"1"), (TWO, b"2")):
        with vault.begin(document) as writer:
            writer.write(CANARY + filling * (2 * CHUNK_SIZE))
            writer.finish()
    return tmp_path


def places(folder: Path, document: bytes) -> tuple[Path, Path]:
    name = document.hex()
    return folder / "blobs" / name[:2] / name, folder / "keys" / name[:2] / name


def read(folder: Path, document: bytes) -> bytes:
    with Vault(folder, SEALER).open(document) as pieces:
        return b"".join(pieces)


def exchange(first: Path, second: Path) -> None:
    spare = first.with_name("spare")
    shutil.move(first, spare)
    shutil.move(second, first)
    shutil.move(spare, second)


def test_no_canary_in_the_vault(folder: Path) -> None:
    """No file of the vault holds a word of a document, and no name tells its digest."""
    for path in folder.rglob("*"):
        if path.is_file():
            octets = path.read_bytes()
            assert CANARY not in octets
            assert b"1" * 32 not in octets


def test_exchanged_blobs_do_not_open(folder: Path) -> None:
    """Two documents whose blobs are exchanged are both refused."""
    exchange(places(folder, ONE)[0], places(folder, TWO)[0])
    for document in (ONE, TWO):
        with pytest.raises(VaultError):
            read(folder, document)


def test_documents_exchanged_with_their_keys_do_not_open(folder: Path) -> None:
    """Nor do they when the wrapped keys are exchanged too: the id is bound to both."""
    for first, second in zip(places(folder, ONE), places(folder, TWO), strict=True):
        exchange(first, second)
    for document in (ONE, TWO):
        with pytest.raises(VaultError):
            read(folder, document)


def test_a_document_copied_to_a_new_id_does_not_open(folder: Path) -> None:
    """A genuine document cannot be planted under another id."""
    planted = b"\x01" * 15 + b"\x09"
    for genuine, copy in zip(places(folder, ONE), places(folder, planted), strict=True):
        shutil.copy(genuine, copy)
    with pytest.raises(VaultError):
        read(folder, planted)


def test_chunks_of_two_documents_do_not_mix(folder: Path) -> None:
    """A chunk of another document in the same place is refused."""
    one, two = places(folder, ONE)[0], places(folder, TWO)[0]
    sealed = CHUNK_SIZE + 16
    genuine, other = one.read_bytes(), two.read_bytes()
    one.write_bytes(genuine[: 1 + sealed] + other[1 + sealed : 1 + 2 * sealed] + genuine[1 + 2 * sealed :])
    with pytest.raises(VaultError):
        read(folder, ONE)


def test_exchanged_columns_do_not_open() -> None:
    """Sealed columns of two rows, of two columns or of two versions of a row cannot stand for each other."""
    rows = [b"entry 1/holder/1", b"entry 2/holder/1", b"entry 1/number/1", b"entry 1/holder/2"]
    sealed = {row: SEALER.seal(CANARY, row) for row in rows}
    for row in rows:
        assert CANARY not in sealed[row]
        for other in rows:
            if other != row:
                with pytest.raises(VaultError):
                    SEALER.open(sealed[row], other)


def test_parts_of_two_columns_do_not_mix() -> None:
    """A wrapped key and a ciphertext of different rows do not open under either row."""
    first, second = (Sealed.parse(SEALER.seal(CANARY, row)) for row in (b"row 1", b"row 2"))
    for mixed in (
        Sealed(first.wrapped_key, second.ciphertext),
        Sealed(second.wrapped_key, first.ciphertext),
    ):
        for row in (b"row 1", b"row 2"):
            with pytest.raises(VaultError):
                SEALER.open_parts(mixed, row)
