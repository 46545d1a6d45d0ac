# SPDX-License-Identifier: Apache-2.0
"""One encrypted file: a header that everybody may read, then chunks of 1 MiB under AES-256-GCM.

    once-sealed/1 LF
    header length (4, big-endian) , header (canonical JSON)
    wrapped data key (63, see attest.sealing)
    chunk, chunk, …                 each with its tag of 16; the last is marked as the last

Header, chunk number and the mark of the last chunk are authenticated: a file that was cut, reordered or
given another header does not open.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.operation.errors import BackupError
from attest.errors import VaultError
from attest.sealing import KEY_SIZE, TAG_SIZE, WRAPPED_SIZE
from ledger.canonical import dump, read_canonical
from ledger.errors import FormatError
from ledger.hashing import sha256

if TYPE_CHECKING:
    from attest.sealing import Sealer
    from ledger.canonical import Json

MAGIC: Final = b"once-sealed/1\n"
CHUNK: Final = 1 << 20
_MAX_HEADER: Final = 1 << 16
_LABEL: Final = b"once/sealed-file/1\n"


class SealingWriter:
    """Writes one sealed file; `write` takes pieces of any length, `finish` writes the last chunk."""

    def __init__(self, file: IO[bytes], header: dict[str, Json], sealer: Sealer) -> None:
        """Write the head of the file."""
        canonical = dump(header)
        if len(canonical) > _MAX_HEADER:
            raise BackupError("the header is too long")
        secret = os.urandom(KEY_SIZE)
        self._aad = _LABEL + sha256(canonical)
        self._cipher = AESGCM(secret)
        self._file, self._pending, self._number = file, bytearray(), 0
        file.write(MAGIC + len(canonical).to_bytes(4, "big") + canonical + sealer.wrap(secret, self._aad))

    def write(self, piece: bytes | memoryview) -> int:
        """Take the next bytes."""
        self._pending += piece
        while len(self._pending) > CHUNK:  # one chunk is held back: the last carries the mark
            self._put(bytes(self._pending[:CHUNK]), final=False)
            del self._pending[:CHUNK]
        return len(piece)

    def finish(self) -> None:
        """Write what is left as the last chunk."""
        self._put(bytes(self._pending), final=True)
        self._pending.clear()

    def _put(self, plain: bytes, *, final: bool) -> None:
        nonce = _nonce(self._number, final=final)
        self._file.write(self._cipher.encrypt(nonce, plain, self._aad))
        self._number += 1


class SealedReader:
    """Reads one sealed file; the header at once, the content after `unlock`."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read the header; BackupError for a file of another format."""
        self._file = file
        if file.read(len(MAGIC)) != MAGIC:
            raise BackupError("this is no back-up of this program")
        length = int.from_bytes(file.read(4), "big")
        canonical = file.read(length) if length <= _MAX_HEADER else b""
        try:
            header = read_canonical(canonical, max_bytes=_MAX_HEADER)
        except FormatError:
            raise BackupError("the header of the back-up is damaged") from None
        if not isinstance(header, dict):
            raise BackupError("the header of the back-up is damaged")
        self.header: Final[dict[str, Any]] = header
        self._aad = _LABEL + sha256(canonical)
        self._wrapped = file.read(WRAPPED_SIZE)
        self._cipher: AESGCM | None = None
        self._pending, self._number, self._ended = b"", 0, False

    def unlock(self, sealer: Sealer) -> None:
        """Open the data key; BackupError under another key encryption key."""
        try:
            self._cipher = AESGCM(sealer.unwrap(self._wrapped, self._aad))
        except VaultError as error:
            raise BackupError(f"the back-up does not open: {error}") from None

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; BackupError where a chunk is damaged or missing."""
        pieces, wanted = [self._pending], size - len(self._pending)
        while (size < 0 or wanted > 0) and not self._ended:
            plain = self._next()
            pieces.append(plain)
            wanted -= len(plain)
        joined = b"".join(pieces)
        cut = len(joined) if size < 0 else size
        self._pending = joined[cut:]
        return joined[:cut]

    def finish(self) -> None:
        """Read on to the last chunk, so that a file that was cut cannot pass."""
        while self.read(CHUNK):
            pass

    def _next(self) -> bytes:
        if self._cipher is None:
            raise BackupError("the back-up was not unlocked")
        sealed = self._file.read(CHUNK + TAG_SIZE)
        final = len(sealed) < CHUNK + TAG_SIZE or not self._file.peek(1)  # type: ignore[attr-defined]  # buffered
        try:
            plain = self._cipher.decrypt(_nonce(self._number, final=final), sealed, self._aad)
        except (InvalidTag, ValueError):
            raise BackupError(f"the back-up is damaged or cut in its piece {self._number}") from None
        self._number += 1
        self._ended = final
        return plain


def _nonce(number: int, *, final: bool) -> bytes:
    """Unique under a data key, which encrypts one file once."""
    return bytes(3) + number.to_bytes(8, "big") + bytes([final])
