# SPDX-License-Identifier: Apache-2.0
"""Signing for the log by the key in force at each size (DESIGN 4)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from api.settings import SettingsError
from attest.errors import AttestError, KeystoreError
from attest.keyfiles import read_log_key, read_passphrase, read_private
from attest.keys import stated_address
from attest.registry.repository import rotations
from ledger.checkpoint import Checkpoint
from ledger.errors import FormatError, StoreError
from ledger.merkle import MAX_SIZE
from ledger.note import NoteSigner

if TYPE_CHECKING:
    from pathlib import Path

    from api.settings import Settings
    from attest.keys import KeyRing
    from attest.verify.log_keys import LogKeys
    from attest.verify.trust import Trust
    from ledger.store import Store

LOG_KEY: Final = "log.pem"
CHECKPOINT: Final = "checkpoint"
"""Name of the keystore whose signatures the contract takes."""
CUT_SHORT: Final = "a replacement of the log key that was cut short goes on with `once keys rotate-log`"


class LogSigner:
    """Signs checkpoints by the key of their size, all other texts by the newest key."""

    def __init__(self, keys: LogKeys, *signers: NoteSigner) -> None:
        """`signers` are the private keys at hand, of those that `keys` names."""
        self._keys = keys
        self._signers = {one.public_key: one for one in signers}

    def sign(self, text: str, /) -> bytes:
        """The signed note; StoreError where the key of that size is not at hand."""
        try:
            size = Checkpoint.parse(text).size
        except FormatError:
            size = MAX_SIZE
        signer = self._signers.get(self._keys.at(size)[0].public_key)
        if signer is None:
            raise StoreError(f"the key that signs a log of {size} entries is not here")
        return signer.sign(text)

    def verifier(self) -> LogKeys:
        """Who takes these notes."""
        return self._keys


class CheckpointSigner:
    """The checkpoint key, whose keystore is opened at the first signature."""

    def __init__(self, ring: KeyRing, address: bytes) -> None:
        """`address` (20 bytes) is the one that the log names; another key's keystore is refused."""
        self._ring, self._address = ring, address

    def sign(self, digest: bytes, /) -> bytes:
        """65 bytes r, s, v; StoreError where the key cannot be used now, so that it is tried again."""
        try:
            signer = self._ring.signer(CHECKPOINT)
        except AttestError as error:
            raise StoreError(f"{CHECKPOINT}.json: {error}") from error
        if signer.address != self._address:
            raise StoreError(f"{CHECKPOINT}.json is not the key that trust.json names: {CUT_SHORT}")
        return signer.sign(digest)


def log_signer(settings: Settings, trust: Trust) -> LogSigner:
    """Who signs for the ledger now; SettingsError where its keys are not the newest that trust names."""
    key = read_note_signer(settings.keys_folder / LOG_KEY, settings, trust)
    if key.public_key != trust.log_keys.at(MAX_SIZE)[0].public_key:
        raise SettingsError(f"the log key is not the one that trust.json names{_why(LOG_KEY, settings)}")
    file = f"{CHECKPOINT}.json"
    with suppress(KeystoreError):  # that it cannot be read is told where it is needed
        stated = stated_address(read_private(settings.keys_folder / file))
        if stated is not None and stated != trust.signer_at(MAX_SIZE):
            raise SettingsError(f"{file} is not the key that trust.json names{_why(file, settings)}")
    return LogSigner(trust.log_keys, key)


def _why(file: str, settings: Settings) -> str:
    if (settings.keys_folder / f"{file}.next").exists():
        return f"; {CUT_SHORT}"
    return ": trust.json and the keys belong together, take them from where the log key was replaced last"


def require_rotations(store: Store, trust: Trust) -> None:
    """SettingsError unless trust file and database tell of the same replacements of the log's key."""
    known, told = rotations(store), trust.rotations
    if known == told:
        return
    if known[: len(told)] == told:
        since = known[len(told)].index
        text = f"the log's key was replaced at entry {since}, which trust.json does not say: {CUT_SHORT};"
        text += " where it was done on another machine, take trust.json and the keys from there"
    elif told[: len(known)] == known:
        since = told[len(known)].index
        text = f"trust.json says that the log's key was replaced at entry {since}; the database is of before:"
        text += " restore a newer back-up, or this one into an empty folder with the keys of its time"
    else:
        text = "trust.json and the database tell of other keys of the log: `once audit` says more"
    raise SettingsError(text)


def read_note_signer(file: Path, settings: Settings, trust: Trust) -> NoteSigner:
    """The log key in a file of this ledger."""
    return NoteSigner(trust.origin, read_log_key(file, read_passphrase(settings.passphrase_file)))
