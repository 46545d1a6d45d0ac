# SPDX-License-Identifier: Apache-2.0
"""Files coming in, from programs and from the counter alike: streamed, checked, sealed into the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from attest.materials.repository import upload_key, upload_of
from attest.tables import uploads
from ledger.commands import Decision
from ledger.errors import BusyError, CommandRejected, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from api.core import Ledger
    from attest.materials.repository import Upload
    from ledger.commands import RequestKey, View

LIMIT: Final = 64 << 20
"""Bytes of one file."""
SIGNATURES: Final = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
"""Media types taken, with the bytes such a file begins with."""


@dataclass(frozen=True, slots=True)
class _Store:
    """Rows only: this department may now cite the file; the log knows nothing of it before an act does."""

    key: bytes
    document: bytes
    size: int
    media: str
    request: RequestKey
    entry_id: None = None
    reads: Collection[bytes] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """One department's upload of one file."""
        return (b"upload/" + self.key,)

    def decide(self, view: View) -> Decision[bytes]:
        """Keep the first upload; a second one of the same file is not kept."""
        known = view.query_raw("SELECT document FROM uploads WHERE upload = ?", (self.key,))
        if known:
            return Decision(answer=bytes(known[0][0]))
        return Decision(
            rows=[(uploads, (self.key, self.document, self.size, self.media))], answer=self.document
        )


async def keep_upload(
    ledger: Ledger,
    department: str,
    wanted: bytes,
    content_type: str | None,
    stream: AsyncIterator[bytes],
    request: RequestKey,
) -> Upload:
    """Take a file: known media type, digest as announced (SHA-256), durable before the answer."""
    if ledger.settings.documents == "department":
        raise Problem("document.kept_elsewhere")
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in SIGNATURES:
        raise Problem("media.unsupported", allowed=sorted(SIGNATURES))
    known = upload_of(department, wanted, ledger.store, ledger.context)
    document = ledger.context.random(16)
    writer = await run_in_threadpool(ledger.vault.begin, document)
    try:
        head = b""
        async for piece in stream:
            if len(head) < 8:
                head += piece[:8]
            await run_in_threadpool(writer.write, piece)
        _check(head, media, writer.digest(), wanted)
        if known is None:
            size = (await run_in_threadpool(writer.finish)).size
        else:
            document, size = known.document, known.size
            await run_in_threadpool(writer.abort)
    except BaseException:
        await run_in_threadpool(writer.abort)
        raise
    key = upload_key(department, wanted, ledger.context)
    try:
        await ledger.writer.submit(_Store(key, document, size, media, request))
    except (CommandRejected, ReadOnlyError, BusyError):  # nothing was committed that names the new file
        if known is None:
            await run_in_threadpool(ledger.vault.erase, document)
        raise
    kept = upload_of(department, wanted, ledger.store, ledger.context)
    if kept is None:
        raise Problem("internal.error")
    if kept.document != document:  # another upload of the same file was quicker
        await run_in_threadpool(ledger.vault.erase, document)
    return kept


def _check(head: bytes, media: str, digest: bytes, wanted: bytes) -> None:
    if not head.startswith(SIGNATURES[media]):
        raise Problem("media.mismatch")
    if digest != wanted:
        raise Problem("digest.mismatch")
