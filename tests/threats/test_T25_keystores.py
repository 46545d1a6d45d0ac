# SPDX-License-Identifier: Apache-2.0
"""T25: signing keys rest in files that only their owner may read, and never show elsewhere."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING

import pytest
from eth_account import Account

from attest.errors import KeystoreError
from attest.keyfiles import create_kek, create_lookup_keys, read_kek, read_lookup_keys, read_passphrase
from attest.keys import KeyRing
from attest.keystore_write import write_keystore
from ledger.secp256k1 import Secp256k1Signer
from ledger.wellknown import WELL_KNOWN

if TYPE_CHECKING:
    from pathlib import Path

SECRET = bytes.fromhex("5ec2e7" * 10 + "0102")
LIGHT = 2
JUNK = "test test test test test test test test test test test junk"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o601, 0o777])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    """Any permission for group or others closes keystores, look-up keys, the KEK and the passphrase alike."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", LIGHT)
    create_kek(tmp_path / "kek.json")
    create_lookup_keys(tmp_path / "lookup.json")
    for path in tmp_path.iterdir():
        path.chmod(mode)
    for read in (
        lambda: KeyRing(tmp_path, "open").signer("d99"),
        lambda: read_kek(tmp_path / "kek.json"),
        lambda: read_lookup_keys(tmp_path / "lookup.json"),
        lambda: read_passphrase(tmp_path / "kek.json"),
    ):
        with pytest.raises(KeystoreError) as refused:
            read()
        assert refused.value.code == "keystore.permissions"


def test_a_permissive_umask_opens_nothing(tmp_path: Path) -> None:
    """Key files are 0600 even where the umask would let everybody in."""
    before = os.umask(0)
    try:
        write_keystore(tmp_path / "keys" / "d99.json", SECRET, "open", LIGHT)
        create_kek(tmp_path / "keys" / "kek.json")
    finally:
        os.umask(before)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_keystore_does_not_hold_the_key(tmp_path: Path) -> None:
    """The secret is in the file neither raw nor as hexadecimal or base64, nor is the passphrase."""
    write_keystore(tmp_path / "d99.json", SECRET, "a passphrase of words", LIGHT)
    octets = (tmp_path / "d99.json").read_bytes()
    for canary in (SECRET, SECRET.hex().encode(), base64.b64encode(SECRET), b"a passphrase of words"):
        assert canary.lower() not in octets.lower()


@pytest.mark.parametrize("number", [0, 1, 19])
def test_a_well_known_key_is_refused_outside_the_demo(tmp_path: Path, number: int) -> None:
    """An account from the manuals of Hardhat and anvil signs for nobody, except in the demo profile."""
    Account.enable_unaudited_hdwallet_features()
    known = Account.from_mnemonic(JUNK, account_path=f"m/44'/60'/0'/0/{number}")
    write_keystore(tmp_path / "d99.json", bytes(known.key), "open", LIGHT)
    with pytest.raises(KeystoreError) as refused:
        KeyRing(tmp_path, "open").signer("d99")
    assert refused.value.code == "keystore.well_known"
    assert KeyRing(tmp_path, "open", demo=True).signer("d99").address in WELL_KNOWN


def test_no_representation_or_traceback_shows_a_key(tmp_path: Path) -> None:
    """Printing what holds keys, or failing to open one, shows neither key nor passphrase."""
    write_keystore(tmp_path / "d99.json", SECRET, "open", LIGHT)
    ring, wrong = KeyRing(tmp_path, "open"), KeyRing(tmp_path, "another passphrase")
    shown = [
        repr(ring),
        repr(ring.signer("d99")),
        repr(Secp256k1Signer(SECRET)),
        repr(create_kek(tmp_path / "k")),
    ]
    try:
        wrong.signer("d99")
    except KeystoreError as error:
        shown += traceback.format_exception(error)
    kek = (tmp_path / "k").read_text().split('"kek":"')[1][:64]
    for canary in (SECRET.hex(), str(SECRET), "another passphrase", kek, str(bytes.fromhex(kek))):
        assert canary not in "".join(shown)


def test_reading_keys_does_not_load_eth_account() -> None:
    """What serves reads keystores without web3 or eth_account, whose import costs time, memory and trust."""
    script = "import sys, attest.keys, attest.statements, attest.vault; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    roots = {name.split(".")[0] for name in loaded.split()}
    assert not roots & {"eth_account", "web3", "eth_keyfile", "sqlalchemy", "fastapi", "httpx"}
