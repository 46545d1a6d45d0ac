# SPDX-License-Identifier: Apache-2.0
"""Files coming in, from programs and from the counter alike: streamed, checked, sealed into the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.intake.aside import looked_at
from api.intake.sniffing import HEAD, TAKEN, sniffed
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


@dataclass(frozen=True, slots=True)
class _Store:
    """Rows only: this department may now cite the file; the log knows nothing of it before an act does."""

    key: bytes
    document: bytes
    size: int
    media: str
    pages: int | None
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
        row = (self.key, self.document, self.size, self.media, self.pages)
        return Decision(rows=[(uploads, row)], answer=self.document)


async def keep_upload(
    ledger: Ledger,
    department: str,
    wanted: bytes,
    content_type: str | None,
    stream: AsyncIterator[bytes],
    request: RequestKey,
) -> Upload:
    """Take a file: known media type, digest as announced (SHA-256), looked at, durable before the answer.

    One that the department sent before is not looked at again.
    """
    if ledger.settings.documents == "department":
        raise Problem("document.kept_elsewhere")
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in TAKEN:
        raise Problem("media.unsupported", allowed=sorted(TAKEN))
    known = upload_of(department, wanted, ledger.store, ledger.context)
    document = ledger.context.random(16)
    writer = await run_in_threadpool(ledger.vault.begin, document)
    try:
        head = b""
        async for piece in stream:
            if len(head) < HEAD:
                head += piece[:HEAD]
            await run_in_threadpool(writer.write, piece)
        _check(head, media, writer.digest(), wanted)
        if known is None:
            size = (await run_in_threadpool(writer.finish)).size
            pages: int | None = await _pages(ledger, document, media, department)
        else:
            document, size, pages = known.document, known.size, known.pages
            await run_in_threadpool(writer.abort)
    except BaseException:
        await run_in_threadpool(writer.abort)
        raise
    key = upload_key(department, wanted, ledger.context)
    try:
        await ledger.writer.submit(_Store(key, document, size, media, pages, request))
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


async def _pages(ledger: Ledger, document: bytes, media: str, department: str) -> int:
    """Pages of a file in the vault; it does not stay there if it cannot be taken."""
    try:
        reader = await run_in_threadpool(ledger.vault.open, document)
        return (await looked_at(media, reader, department)).pages
    except BaseException:
        await run_in_threadpool(ledger.vault.erase, document)
        raise


def _check(head: bytes, media: str, digest: bytes, wanted: bytes) -> None:
    if not head:
        raise Problem("document.empty")
    found = sniffed(head)
    if found != media:
        raise Problem("media.mismatch", found=found)
    if digest != wanted:
        raise Problem("digest.mismatch")


async def limited(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A body in pieces; `body.too_large` past the limit of one file."""
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > LIMIT:
            raise Problem("body.too_large")
        if piece:
            yield piece
