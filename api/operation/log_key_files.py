# SPDX-License-Identifier: Apache-2.0
"""The files of a log's keys, and beside each the one that waits (`.next`) until an entry names it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from secrets import token_bytes
from typing import TYPE_CHECKING, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.log_signer import CHECKPOINT, LOG_KEY
from api.operation.key_place import KeysError, put_in_place, require_kept, require_place
from attest.errors import KeystoreError
from attest.keyfiles import read_log_key, read_passphrase, read_private, write_log_key
from attest.keys import read_keystore, stated_address
from attest.keystore_write import DEMO_SCRYPT_N, SCRYPT_N, write_keystore
from attest.registry.model import LogKeyRotated
from ledger.durable import sync_folder
from ledger.merkle import MAX_SIZE
from ledger.note import NoteSigner
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.settings import Settings
    from attest.verify.log_keys import Rotation
    from attest.verify.trust import Trust

UNCHANGED: Final = (
    (
        "没有改动任何内容。请让密钥文件夹和信任文件的位置放文件本身（不用链接，不单独挂载），再执行同一命令；"
        "然后把新文件的内容存回其来处。"
    ),
    (
        "Nothing was changed. Have the files themselves there (no link, not mounted alone), give the same"
        " command again, and store what the new files hold where they come from."
    ),
)
STANDS: Final = (
    "更换已记入账本。请让密钥文件夹和信任文件的位置放文件本身（不用链接，不单独挂载），再执行同一命令。",
    (
        "The entry stands already. Have the files themselves there (no link, not mounted alone), then give"
        " the same command again, which ends it."
    ),
)


class LogKeyError(KeysError):
    """The log key cannot be replaced now; nothing was, unless it says so."""

    code = "log_key.refused"


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Keys that were just made and are in no file yet."""

    log: Ed25519PrivateKey
    checkpoint: bytes

    @classmethod
    def made(cls) -> Self:
        return cls(Ed25519PrivateKey.generate(), token_bytes(32))


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that sign for the log, or are to: for notes, and for the chain."""

    log: NoteSigner
    checkpoint: Secp256k1Signer

    @classmethod
    def of(cls, new: NewKeys, origin: str) -> Self:
        return cls(NoteSigner(origin, new.log), Secp256k1Signer(new.checkpoint))

    def record(self, reason: str) -> LogKeyRotated:
        """As an entry names them."""
        return LogKeyRotated(self.log.public_key, self.checkpoint.address, reason)


class LogKeyFiles:
    """`log.pem` and `checkpoint.json` of a home, and what waits beside them."""

    def __init__(self, folder: Path, passphrase: str, trust: Trust) -> None:
        """The files in `folder`, of the ledger that `trust` names."""
        self._folder, self._passphrase, self._trust = folder, passphrase, trust
        self.log, self.checkpoint = folder / LOG_KEY, folder / f"{CHECKPOINT}.json"

    @classmethod
    def of_home(cls, settings: Settings, trust: Trust) -> Self:
        """Those that the service reads."""
        return cls(settings.keys_folder, read_passphrase(settings.passphrase_file), trust)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """LogKeyError while another command prepares or replaces these keys; ends with the process."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                text = "another command prepares or replaces the log key: wait for its end"
                raise LogKeyError(text) from None
            yield
        finally:
            os.close(folder)

    @property
    def are_there(self) -> bool:
        """Whether each file is in its place."""
        return self.log.exists() and self.checkpoint.exists()

    def present(self) -> list[NoteSigner]:
        """The key for notes in its place, where there is one; LogKeyError for what is none of this log."""
        if not self.log.exists():
            return []
        try:
            key = self._read(self.log)
        except KeystoreError as error:
            raise LogKeyError(f"{error}: where the key is lost, move {self.log} away first") from error
        if key.public_key != self._trust.log_keys.at(MAX_SIZE)[0].public_key:
            text = (
                f"{self.log} is not the key that trust.json names: take the keys from where it was replaced"
            )
            raise LogKeyError(f"{text} last; where the key is lost, move {self.log} away first")
        return [key]

    def wait(self, new: NewKeys) -> None:
        """Lay new keys where they wait, in the place of those that no entry named."""
        self.drop()
        write_log_key(_next(self.log), new.log, self._passphrase)
        rounds = DEMO_SCRYPT_N if self._trust.profile == "demo" else SCRYPT_N
        write_keystore(_next(self.checkpoint), new.checkpoint, self._passphrase, rounds)

    def drop(self) -> None:
        """Take away keys that wait and that no entry names."""
        for path in (self.log, self.checkpoint):
            _next(path).unlink(missing_ok=True)
        sync_folder(self.log.parent)

    def are_in_place(self, keys: LogKeyRotated | Rotation) -> bool:
        """Whether the files that the service reads hold these keys."""
        return self._log_of(self.log) == keys.log_key and _address(self.checkpoint) == keys.checkpoint_signer

    def are_at_hand(self, keys: LogKeyRotated | Rotation) -> bool:
        """Whether each of these keys waits, or is in its place."""
        return self._which(keys) is not None

    def of(self, keys: LogKeyRotated | Rotation, named_by: str) -> Keys:
        """These keys, waiting or in place; LogKeyError where a file has others."""
        found = self._which(keys)
        if found is None:
            places = f"{self.log} and {self.checkpoint}"
            raise LogKeyError(f"the keys that {named_by} names are not in {places}, nor in .next beside them")
        log, checkpoint = found
        secret = read_keystore(read_private(checkpoint), self._passphrase)
        return Keys(self._read(log), Secp256k1Signer(secret))

    def require_places(self, version: int, *, more: tuple[Path, ...], committed: bool) -> None:
        """Refuse where other files could not take these names, or the old ones not their numbered names."""
        step = STANDS if committed else UNCHANGED
        for path in (self.log, self.checkpoint, *more):
            if path.exists():
                require_place(path, step, LogKeyError.code)
        for path in (self.log, self.checkpoint):
            if not committed:
                require_kept(path, _numbered(path, version), LogKeyError)

    def put_in_place(self, keys: Rotation, version: int) -> tuple[Path, ...]:
        """Give these keys the names of the old ones, which stay under the number of `version`."""
        found = self._which(keys)
        for path in (self.log, self.checkpoint):
            if found is not None and _next(path) in found:
                put_in_place(path, _next(path), _numbered(path, version), LogKeyError.code)
        old = (_numbered(path, version) for path in (self.log, self.checkpoint))
        return tuple(path for path in old if path.exists())

    def fit(self) -> tuple[str, ...]:
        """Of keys of several times those that `trust` names as newest get the names; a word for each moved.

        For a folder that nobody reads yet, as a file of keys was laid there.
        """
        said = []
        newest = self._trust.log_keys.at(MAX_SIZE)[0].public_key
        wanted = (
            (self.log, self._log_of, newest),
            (self.checkpoint, _address, self._trust.signer_at(MAX_SIZE)),
        )
        for path, key_in, key in wanted:
            kept = sorted(self._folder.glob(f"{path.name}.v*"))
            older = next((one for one in kept if key_in(one) == key), None)
            if older is None or key_in(path) == key:
                continue
            later = path.with_name(f"{path.name}.later")
            if path.exists():
                path.rename(later)
            older.rename(path)
            said.append(f"{path.name} is the one of the back-up's time, the later one lies as {later.name}")
        return tuple(said)

    def _read(self, path: Path) -> NoteSigner:
        return NoteSigner(self._trust.origin, read_log_key(path, self._passphrase))

    def _which(self, keys: LogKeyRotated | Rotation) -> tuple[Path, Path] | None:
        logs = (self.log, _next(self.log))
        checkpoints = (self.checkpoint, _next(self.checkpoint))
        log = next((path for path in logs if self._log_of(path) == keys.log_key), None)
        address = keys.checkpoint_signer
        checkpoint = next((path for path in checkpoints if _address(path) == address), None)
        return None if log is None or checkpoint is None else (log, checkpoint)

    def _log_of(self, path: Path) -> bytes | None:
        with suppress(KeystoreError):
            return self._read(path).public_key
        return None


def _address(path: Path) -> bytes | None:
    with suppress(KeystoreError):
        return stated_address(read_private(path))
    return None


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _numbered(path: Path, version: int) -> Path:
    return path.with_name(f"{path.name}.v{version}")
