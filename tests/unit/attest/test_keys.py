# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any, Literal

import pytest
from eth_account import Account
from eth_keyfile.keyfile import create_keyfile_json
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.errors import KeystoreError
from attest.keys import KeyRing, read_keystore
from attest.keystore_write import DEMO_SCRYPT_N, SCRYPT_N, write_keystore
from ledger.secp256k1 import Secp256k1Signer
from ledger.wellknown import WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = bytes(range(1, 33))
LIGHT = 2
JUNK = "test test test test test test test test test test test junk"


def a_keystore(**changes: Any) -> bytes:
    document = Account.encrypt(SECRET, "open", kdf="scrypt", iterations=LIGHT)
    crypto = document["crypto"]
    for name, value in changes.items():
        if name in crypto:
            crypto[name] = value
        elif name in crypto["kdfparams"]:
            crypto["kdfparams"][name] = value
        else:
            document[name] = value
    return json.dumps(document).encode()


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 2**255),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["scrypt", "pbkdf2"]),
)
def test_a_keystore_of_eth_account_is_read(
    secret: int, passphrase: str, kdf: Literal["scrypt", "pbkdf2"]
) -> None:
    """Whatever eth_account encrypts, by either derivation and under any passphrase, is read back."""
    key = secret.to_bytes(32, "big")
    document = Account.encrypt(key, passphrase, kdf=kdf, iterations=LIGHT)
    assert read_keystore(json.dumps(document).encode(), passphrase) == key


def test_a_keystore_of_full_strength_is_read(tmp_path: Path) -> None:
    """A keystore written for production (scrypt n = 2^18) is read by us and by eth_account."""
    path = tmp_path / "d99.json"
    address = write_keystore(path, SECRET, "open")
    document = json.loads(path.read_bytes())
    assert document["crypto"]["kdfparams"]["n"] == SCRYPT_N == 2**18
    assert read_keystore(path.read_bytes(), "open") == SECRET == bytes(Account.decrypt(document, "open"))
    assert address == Secp256k1Signer(SECRET).address
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_published_keystores_are_read_or_refused_by_name() -> None:
    """The PBKDF2 example of the Web3 Secret Storage Definition gives the secret that it states.

    Its scrypt example (n = 2^18 with r = 1) is outside RFC 7914 and not derived by OpenSSL: it is refused.
    """
    common = {"cipher": "aes-128-ctr"}
    pbkdf2 = {
        "crypto": common
        | {
            "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
            "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
            "kdf": "pbkdf2",
            "kdfparams": {
                "c": 262144,
                "dklen": 32,
                "prf": "hmac-sha256",
                "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
            },
            "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
        },
        "version": 3,
    }
    scrypt = {
        "crypto": common
        | {
            "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
            "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
            "kdf": "scrypt",
            "kdfparams": {
                "dklen": 32,
                "n": 262144,
                "p": 8,
                "r": 1,
                "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
            },
            "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
        },
        "version": 3,
    }
    secret = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")
    assert read_keystore(json.dumps(pbkdf2).encode(), "testpassword") == secret
    with pytest.raises(KeystoreError) as refused:
        read_keystore(json.dumps(scrypt).encode(), "testpassword")
    assert refused.value.code == "keystore.unsupported"


def test_a_wrong_passphrase_is_told() -> None:
    """It has a code of its own and gives no key."""
    with pytest.raises(KeystoreError) as refused:
        read_keystore(a_keystore(), "shut")
    assert refused.value.code == "keystore.passphrase"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ciphertext": "00" * 32}, "keystore.passphrase"),
        ({"mac": "00" * 32}, "keystore.passphrase"),
        ({"mac": "00" * 31}, "keystore.invalid"),
        ({"ciphertext": "zz" * 32}, "keystore.invalid"),
        ({"ciphertext": None}, "keystore.invalid"),
        ({"kdfparams": {}}, "keystore.invalid"),
        ({"crypto": []}, "keystore.invalid"),
        ({"version": 1}, "keystore.unsupported"),
        ({"cipher": "aes-128-cbc"}, "keystore.unsupported"),
        ({"kdf": "argon2"}, "keystore.unsupported"),
        ({"dklen": 16}, "keystore.unsupported"),
        ({"n": 3}, "keystore.unsupported"),
        ({"n": 2**40}, "keystore.unsupported"),
        ({"p": 2**30}, "keystore.unsupported"),
        ({"n": True}, "keystore.invalid"),
        ({"n": "2"}, "keystore.invalid"),
        ({"r": 0}, "keystore.invalid"),
        ({"address": "00" * 20}, "keystore.address"),
    ],
)
def test_a_damaged_or_hostile_keystore_is_refused(changes: dict[str, Any], code: str) -> None:
    """Damage, foreign algorithms, and parameters that would exhaust the machine are refused by name."""
    with pytest.raises(KeystoreError) as refused:
        read_keystore(a_keystore(**changes), "open")
    assert refused.value.code == code


@given(
    st.binary(max_size=100)
    | st.sampled_from([b"{}", b"[]", b"null", b'{"version":3}', b'{"crypto":1,"version":3}'])
)
def test_arbitrary_bytes_end_in_a_keystore_error(octets: bytes) -> None:
    """Reading what is no keystore raises KeystoreError and nothing else."""
    with pytest.raises(KeystoreError):
        read_keystore(octets, "")


def test_a_keystore_is_never_overwritten(tmp_path: Path) -> None:
    """Writing over a name that is taken is refused, the first key stays, and no spare file is left."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", LIGHT)
    with pytest.raises(KeystoreError) as refused:
        write_keystore(tmp_path / "d99.json", b"\x01" * 32, "open", LIGHT)
    assert refused.value.code == "keystore.exists"
    assert read_keystore((tmp_path / "d99.json").read_bytes(), "open") == SECRET
    assert [path.name for path in tmp_path.iterdir()] == ["d99.json"]


@pytest.mark.parametrize(("secret", "passphrase"), [(bytes(32), "open"), (bytes(31), "open"), (SECRET, "")])
def test_no_keystore_of_a_bad_secret_or_no_passphrase(tmp_path: Path, secret: bytes, passphrase: str) -> None:
    """Nothing is written for a secret that is no key, or without a passphrase."""
    with pytest.raises(KeystoreError):
        write_keystore(tmp_path / "d99.json", secret, passphrase, LIGHT)
    assert list(tmp_path.iterdir()) == []


def test_a_ring_opens_keys_by_name_when_asked(tmp_path: Path) -> None:
    """A ring lists names without opening, opens a key at its first use, and keeps it."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", DEMO_SCRYPT_N)
    write_keystore(tmp_path / "broken.json", b"\x01" * 32, "other", LIGHT)
    ring = KeyRing(tmp_path, "open")
    assert ring.names() == ["broken", "d99"]
    signer = ring.signer("d99")
    assert signer.address == Secp256k1Signer(SECRET).address
    (tmp_path / "d99.json").unlink()
    assert ring.signer("d99") is signer


def test_a_ring_in_many_threads_opens_a_key_once(tmp_path: Path) -> None:
    """Threads that ask together get the same signer."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", DEMO_SCRYPT_N)
    ring = KeyRing(tmp_path, "open")
    found: list[Secp256k1Signer] = []
    threads = [threading.Thread(target=lambda: found.append(ring.signer("d99"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize("name", ["", "..", "../d99", "a/b", "d99.json", "none", "d99\n", ".d99"])
def test_a_ring_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """A name that is a path, or that nobody has, is missing."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", LIGHT)
    (tmp_path / "ring").mkdir()
    with pytest.raises(KeystoreError) as refused:
        KeyRing(tmp_path / "ring", "open").signer(name)
    assert refused.value.code == "keystore.missing"


def test_the_well_known_addresses_are_those_of_the_mnemonic() -> None:
    """The list in the code is the twenty accounts that Hardhat and anvil print."""
    Account.enable_unaudited_hdwallet_features()
    derived = {
        bytes.fromhex(Account.from_mnemonic(JUNK, account_path=f"m/44'/60'/0'/0/{n}").address[2:])
        for n in range(20)
    }
    assert derived == WELL_KNOWN


def damaged_json(octets: bytes) -> bytes:
    return octets[:-3]


@pytest.mark.parametrize("damage", [damaged_json, lambda _: b"x" * 20_000, lambda _: b""])
def test_a_ring_reports_a_damaged_file(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A cut, oversized or empty file is a KeystoreError."""
    path = tmp_path / "d99.json"
    path.write_bytes(damage(a_keystore()))
    path.chmod(0o600)
    with pytest.raises(KeystoreError):
        KeyRing(tmp_path, "open").signer("d99")


def test_a_keystore_of_eth_keyfile_with_the_classic_parameters_is_read() -> None:
    """The oracle below eth_account, with a salt of another length, is read too."""
    document = create_keyfile_json(SECRET, b"open", kdf="pbkdf2", iterations=10, salt_size=32)
    assert read_keystore(json.dumps(document).encode(), "open") == SECRET


def test_a_folder_in_place_of_a_key_is_refused(tmp_path: Path) -> None:
    """What is not a regular file is no keystore."""
    os.mkfifo(tmp_path / "pipe.json", 0o600)
    (tmp_path / "folder.json").mkdir(mode=0o700)
    for name in ("folder", "pipe"):
        with pytest.raises(KeystoreError):
            KeyRing(tmp_path, "open").signer(name)
