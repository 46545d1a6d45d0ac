# SPDX-License-Identifier: Apache-2.0
"""The service's keys in one file apart from back-ups, sealed under a passphrase (scrypt).

Whoever has this file, its passphrase and a back-up has everything: keep the three in different hands.
"""

from __future__ import annotations

import os
import secrets
from typing import IO, TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from api.operation import archive
from api.operation.errors import BackupError
from api.operation.room import telling_no_room
from api.operation.sealed_file import SealedReader
from attest.sealing import KEY_SIZE, Sealer
from ledger.durable import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.settings import Settings

FORMAT: Final = "once-keys/1"
COST: Final = 1 << 17
"""scrypt's N: 128 MiB and about half a second, once a file."""
SHORTEST: Final = 12
ISSUERS: Final = "issuers"
"""Folder, among the keys, of the secrets shared with issuers."""
_MOST_COST: Final = 1 << 20


def write_keys(settings: Settings, target: Path, passphrase: str) -> int:
    """Write every key file of the ledger to the new file `target`; how many."""
    if len(passphrase) < SHORTEST:
        raise BackupError(f"a passphrase for keys has at least {SHORTEST} characters")
    if target.exists():
        raise BackupError(f"{target} exists already", code="backup.exists")
    salt = secrets.token_bytes(16)
    spare = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    header: dict[str, Any] = {"format": FORMAT, "salt": salt.hex(), "n": COST, "r": 8, "p": 1}
    try:
        descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with telling_no_room(), os.fdopen(descriptor, "wb") as file:
            count = archive.write_archive(file, header, _sealer(passphrase, salt, COST), _members(settings))
            file.flush()
            os.fsync(file.fileno())
        os.link(spare, target)
    finally:
        spare.unlink(missing_ok=True)
    sync_folder(target.parent)
    return count


def _members(settings: Settings) -> Iterator[tuple[str, Path]]:
    """What lies in `keys/`, and under the names that it has there what settings keep elsewhere."""
    inside = {path.name: path for path in sorted(settings.keys_folder.iterdir()) if path.is_file()}
    elsewhere = {
        "kek": settings.kek_file,
        "lookup": settings.lookup_key_file,
        "passphrase": settings.passphrase_file,
    }
    if settings.issuer_secrets.is_dir():
        shared = (path for path in sorted(settings.issuer_secrets.iterdir()) if path.is_file())
        elsewhere |= {f"{ISSUERS}/{path.name}": path for path in shared if not path.name.startswith(".")}
    for name, path in {**inside, **elsewhere}.items():
        if not name.startswith("."):
            yield name, path


def read_keys(file: IO[bytes], into: Path, passphrase: str) -> list[str]:
    """Lay the keys of such a file into the new folder `into`; their names."""
    reader = SealedReader(file)
    said = reader.header
    try:
        salt, cost = bytes.fromhex(said["salt"]), int(said["n"])
        known = (said["format"], said["r"], said["p"]) == (FORMAT, 8, 1)
    except (KeyError, TypeError, ValueError):
        known, salt, cost = False, b"", 0
    if not known or not COST <= cost <= _MOST_COST or cost & (cost - 1):
        raise BackupError("this is no file of keys")
    try:
        reader.unlock(_sealer(passphrase, salt, cost))
    except BackupError:
        raise BackupError("the file of keys does not open: another passphrase, or damaged") from None
    return sorted(archive.read_archive(reader, into))


def _sealer(passphrase: str, salt: bytes, cost: int) -> Sealer:
    return Sealer(Scrypt(salt=salt, length=KEY_SIZE, n=cost, r=8, p=1).derive(passphrase.encode()))
