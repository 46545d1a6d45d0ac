# SPDX-License-Identifier: Apache-2.0
"""Documents at rest: one encrypted file each, its wrapped data key in a folder of its own (DESIGN 8).

    blobs/<2 hex>/<32 hex>   0x01 , then chunks of AES-256-GCM(1 MiB of plain bytes) , tag (16)
    keys/<2 hex>/<32 hex>    the data key, wrapped under the key encryption key

The associated data of a chunk is the document id, version, chunk number and final flag: a file cut short,
with chunks in another order, or put under another id does not open. `keys/` can have back-ups that are kept
for fewer days than those of `blobs/`; a destroyed key erases the document in all of them.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attest.errors import VaultError
from attest.sealing import FORMAT, KEY_SIZE, TAG_SIZE
from ledger.durable import sync_folder
from ledger.failpoints import failpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader
    from pathlib import Path
    from types import TracebackType

    from attest.sealing import Sealer

ID_SIZE: Final = 16
CHUNK_SIZE: Final = 1 << 20
_SEALED_CHUNK: Final = CHUNK_SIZE + TAG_SIZE
_HEADER: Final = bytes([FORMAT])
_LABEL: Final = b"once/vault/1\n"
_MAX_CHUNKS: Final = 1 << 32
_SPARE: Final = ".new-"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


class Stored(NamedTuple):
    """Size in bytes and SHA-256 of the plain document."""

    size: int
    digest: bytes


def _chunk_aad(document: bytes, number: int, *, final: bool) -> bytes:
    return _LABEL + document + _HEADER + number.to_bytes(4, "big") + bytes([final])


def _nonce(number: int, *, final: bool) -> bytes:
    """Unique under a data key, which encrypts one document once."""
    return bytes(7) + number.to_bytes(4, "big") + bytes([final])


def sealed_size(size: int) -> int:
    """Bytes of the file that holds a document of `size` bytes."""
    return len(_HEADER) + size + TAG_SIZE * max(1, -(-size // CHUNK_SIZE))


def _ensure_folder(folder: Path) -> None:
    """The folder exists, durably, for its owner alone."""
    if not folder.is_dir():
        _ensure_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


class Vault:
    """Documents by random ids of 16 bytes; every method may be called from any thread."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._blobs = folder / "blobs"
        self._keys = folder / "keys"
        self._sealer = sealer
        for part in (self._blobs, self._keys):
            _ensure_folder(part)

    def _places(self, document: bytes) -> tuple[Path, Path]:
        """Where the blob and the wrapped key of a document stand."""
        if len(document) != ID_SIZE:
            raise VaultError(f"a document id has {ID_SIZE} bytes, got {len(document)}")
        name = document.hex()
        return self._blobs / name[:2] / name, self._keys / name[:2] / name

    def begin(self, document: bytes) -> VaultWriter:
        """A writer for a new document; VaultError `vault.exists` when the id is taken."""
        blob, key = self._places(document)
        if blob.exists() or key.exists():
            raise VaultError("this document is stored already", code="vault.exists")
        for place in (blob, key):
            _ensure_folder(place.parent)
        return VaultWriter(document, blob, key, self._sealer)

    def open(self, document: bytes) -> VaultReader:
        """The stored document, to be iterated; VaultError when it is missing, erased or under another KEK."""
        blob, key = self._places(document)
        try:
            wrapped = key.read_bytes()
            file = blob.open("rb")
        except FileNotFoundError:
            raise VaultError("no such document, or erased", code="vault.missing") from None
        try:
            return VaultReader(document, file, self._sealer.unwrap(wrapped, _LABEL + document))
        except VaultError:
            file.close()
            raise

    def erase(self, document: bytes) -> None:
        """Destroy the key, then the blob, both durably; nothing to do is no error."""
        blob, key = self._places(document)
        for place in (key, blob):
            with suppress(FileNotFoundError):
                place.unlink()
                sync_folder(place.parent)

    def sweep(self, older_than: float, keep: Callable[[bytes], bool]) -> list[bytes]:
        """Erase what no row names: documents last written before `older_than` (Unix seconds) and not kept.

        `keep` is asked just before each erasure. Unfinished files of that age go too. The ids erased.
        """
        swept: set[bytes] = set()
        for place in [*self._keys.glob("*/*"), *self._blobs.glob("*/*")]:
            try:
                young = place.stat().st_mtime >= older_than
            except FileNotFoundError:
                continue
            if young:
                continue
            if place.name.startswith(_SPARE):
                place.unlink(missing_ok=True)
            if not _NAME.fullmatch(place.name):
                continue
            document = bytes.fromhex(place.name)
            if document in swept or self._is_young(document, older_than) or keep(document):
                continue
            self.erase(document)
            swept.add(document)
        return sorted(swept)

    def _is_young(self, document: bytes, older_than: float) -> bool:
        """Whether either file of a document is younger: its upload may have only now been finished."""
        for place in self._places(document):
            with suppress(FileNotFoundError):
                if place.stat().st_mtime >= older_than:
                    return True
        return False


class VaultReader:
    """A stored document in pieces of at most 1 MiB; `size` is its length in bytes.

    VaultError at the first damaged piece. Earlier pieces are genuine, but whoever must not act on half a
    document reads it to its end first. Closes itself at the end; not for two threads at once.
    """

    def __init__(self, document: bytes, file: BufferedReader, data_key: bytes) -> None:
        if file.read(len(_HEADER)) != _HEADER:
            raise VaultError("not a vault file of this format", code="vault.format")
        self._document, self._file, self._cipher = document, file, AESGCM(data_key)
        body = os.fstat(file.fileno()).st_size - len(_HEADER)
        self._count = max(1, -(-body // _SEALED_CHUNK))
        self._number = 0
        self.size = body - TAG_SIZE * self._count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._number == self._count or self._file.closed:
            self.close()
            raise StopIteration
        number, final = self._number, self._number == self._count - 1
        sealed = self._file.read(_SEALED_CHUNK)
        try:
            plain = self._cipher.decrypt(
                _nonce(number, final=final), sealed, _chunk_aad(self._document, number, final=final)
            )
        except (InvalidTag, ValueError):
            self.close()
            raise VaultError(f"chunk {number} is damaged or out of place", code="vault.damaged") from None
        self._number += 1
        return plain

    def close(self) -> None:
        """Give the file back; what was not read will not be."""
        self._file.close()


class VaultWriter:
    """One document on its way in: `write` pieces of any length, then `finish` or `abort`.

    As a context manager it aborts what was not finished. Not for two threads at once.
    """

    def __init__(self, document: bytes, blob: Path, key: Path, sealer: Sealer) -> None:
        self._document, self._blob, self._key = document, blob, key
        secret = os.urandom(KEY_SIZE)
        self._cipher = AESGCM(secret)
        self._wrapped = sealer.wrap(secret, _LABEL + document)
        self._digest = sha256()
        self._size = 0
        self._number = 0
        self._pending = bytearray()
        self._spare = blob.with_name(f"{_SPARE}{secrets.token_hex(16)}")
        self._file = os.fdopen(_create(self._spare), "wb", buffering=0)
        self._file.write(_HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._file.closed:
            self.abort()

    def write(self, piece: bytes | memoryview) -> None:
        """Take the next bytes of the document."""
        if self._file.closed:
            raise VaultError("this document is finished")
        self._digest.update(piece)
        self._size += len(piece)
        self._pending += piece
        # The last chunk carries the final flag, so one is held back until more follows.
        if len(self._pending) > CHUNK_SIZE:
            whole = (len(self._pending) - 1) // CHUNK_SIZE
            for start in range(0, whole * CHUNK_SIZE, CHUNK_SIZE):
                self._put(bytes(self._pending[start : start + CHUNK_SIZE]), final=False)
            del self._pending[: whole * CHUNK_SIZE]

    def _put(self, plain: bytes, *, final: bool) -> None:
        if self._number >= _MAX_CHUNKS:
            raise VaultError("the document is too long")
        number = self._number
        sealed = memoryview(
            self._cipher.encrypt(
                _nonce(number, final=final), plain, _chunk_aad(self._document, number, final=final)
            )
        )
        while sealed:
            sealed = sealed[self._file.write(sealed) or 0 :]
        self._number += 1

    def digest(self) -> bytes:
        """SHA-256 of what was written so far: compare it before `finish`."""
        return self._digest.digest()

    def finish(self) -> Stored:
        """Publish the document: when this returns, key and blob are on the disk under their names."""
        if self._file.closed:
            raise VaultError("this document is finished")
        try:
            self._put(bytes(self._pending), final=True)
            failpoint("F2")
            os.fsync(self._file.fileno())
            self._file.close()
            self._publish()
        except BaseException:
            self.abort()
            raise
        failpoint("F3")
        return Stored(self._size, self._digest.digest())

    def _publish(self) -> None:
        """The key first, and only where none is.

        So a blob that can be seen can be read, and two writers of one id cannot mix their files.
        """
        try:
            key = os.fdopen(_create(self._key), "wb", buffering=0)
        except FileExistsError as error:
            raise VaultError("this document is stored already", code="vault.exists") from error
        try:
            with key:
                key.write(self._wrapped)
                os.fsync(key.fileno())
            sync_folder(self._key.parent)
            self._spare.rename(self._blob)
        except BaseException:
            self._key.unlink(missing_ok=True)
            raise
        sync_folder(self._blob.parent)

    def abort(self) -> None:
        """Drop the unfinished document."""
        self._file.close()
        self._pending.clear()
        self._spare.unlink(missing_ok=True)
