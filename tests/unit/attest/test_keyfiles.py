# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from attest.errors import KeystoreError
from attest.keyfiles import (
    create_kek,
    create_lookup_keys,
    create_private,
    read_kek,
    read_log_key,
    read_lookup_keys,
    read_passphrase,
    write_log_key,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_created_keys_are_read_back(tmp_path: Path) -> None:
    """Look-up keys and a KEK come back as they were created, with their versions, from files of mode 0600."""
    lookup, kek = create_lookup_keys(tmp_path / "lookup.json"), create_kek(tmp_path / "new" / "kek.json", 7)
    assert read_lookup_keys(tmp_path / "lookup.json") == lookup
    assert read_kek(tmp_path / "new" / "kek.json") == kek
    assert (lookup.version, kek.version, len(kek.key)) == (1, 7, 32)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.json")} == {0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert repr(kek) == "Kek(version=7)"


def test_two_created_keys_differ(tmp_path: Path) -> None:
    """Keys are drawn at random."""
    assert create_kek(tmp_path / "a").key != create_kek(tmp_path / "b").key


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    """A second creation is refused and the first key stays."""
    kek = create_kek(tmp_path / "kek.json")
    with pytest.raises(KeystoreError) as refused:
        create_kek(tmp_path / "kek.json")
    assert refused.value.code == "keystore.exists"
    assert read_kek(tmp_path / "kek.json") == kek


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 0},
        {"v": 65_536},
        {"v": True},
        {"v": "1"},
        {"kek": "00" * 31},
        {"kek": "AB" * 32},
        {"kek": 1},
        {"more": 1},
    ],
)
def test_a_defective_kek_file_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Wrong versions, lengths, spellings and members are KeystoreErrors that do not repeat the key."""
    create_private(tmp_path / "kek.json", json.dumps({"v": 1, "kek": "00" * 32} | changes).encode())
    with pytest.raises(KeystoreError) as refused:
        read_kek(tmp_path / "kek.json")
    assert "0000" not in str(refused.value)


def test_look_up_keys_must_differ(tmp_path: Path) -> None:
    """A file in which one key stands twice is refused."""
    same = {"v": 1, "k_holder": "00" * 32, "k_content": "00" * 32, "k_number": "01" * 32}
    create_private(tmp_path / "lookup.json", json.dumps(same).encode())
    with pytest.raises(KeystoreError):
        read_lookup_keys(tmp_path / "lookup.json")


@pytest.mark.parametrize("octets", [b"", b"[]", b"{", b'{"v":1,"v":1}', b"\xff", b"x" * 20_000])
def test_what_is_no_key_file_is_refused(tmp_path: Path, octets: bytes) -> None:
    """Other bytes are a KeystoreError in every reader."""
    create_private(tmp_path / "file", octets)
    for read in (read_kek, read_lookup_keys):
        with pytest.raises(KeystoreError):
            read(tmp_path / "file")
    with pytest.raises(KeystoreError):
        read_log_key(tmp_path / "file", "open")


def test_a_passphrase_is_one_line(tmp_path: Path) -> None:
    """One line, its end left off; nothing, two lines or broken UTF-8 are refused."""
    for number, (octets, expected) in enumerate(
        [(b"open", "open"), (b"open \n", "open "), (b"open\r\n", "open"), ("口令\n".encode(), "口令")]
    ):
        create_private(tmp_path / f"good{number}", octets)
        assert read_passphrase(tmp_path / f"good{number}") == expected
    for number, octets in enumerate([b"", b"\n", b"a\nb\n", b"\xff"]):
        create_private(tmp_path / f"bad{number}", octets)
        with pytest.raises(KeystoreError):
            read_passphrase(tmp_path / f"bad{number}")


def test_the_log_key_is_read_back_under_its_passphrase_only(tmp_path: Path) -> None:
    """The Ed25519 key comes back; another passphrase gives `keystore.passphrase`."""
    key = Ed25519PrivateKey.generate()
    write_log_key(tmp_path / "log.pem", key, "open")
    again = read_log_key(tmp_path / "log.pem", "open")
    assert again.private_bytes_raw() == key.private_bytes_raw()
    assert (tmp_path / "log.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeystoreError) as refused:
        read_log_key(tmp_path / "log.pem", "shut")
    assert refused.value.code == "keystore.passphrase"


def test_only_an_encrypted_ed25519_key_is_a_log_key(tmp_path: Path) -> None:
    """A key without encryption and a key of another kind are refused."""
    plain = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open")
    )
    for name, octets in (("plain", plain), ("other", other)):
        create_private(tmp_path / name, octets)
        with pytest.raises(KeystoreError):
            read_log_key(tmp_path / name, "open")
