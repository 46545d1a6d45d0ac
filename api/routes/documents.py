# SPDX-License-Identifier: Apache-2.0
"""`PUT documents/{sha256}`: a file streams into the vault, sealed; refused unless its digest agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.auth import DEPARTMENT
from api.problems import Problem
from api.requests import ThinResponse
from api.thin import RouteDoc, ThinRoute
from attest.materials.repository import upload_key, upload_of
from attest.tables import uploads
from ledger.commands import Decision
from ledger.errors import BusyError, CommandRejected, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.requests import ThinRequest
    from api.wiring import Ledger
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


class DocumentRoutes:
    """Uploads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def put(self, request: ThinRequest) -> ThinResponse:
        """Take a file: known media type, digest as announced, durable before the answer."""
        ledger = self._ledger
        media = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
        if media not in SIGNATURES:
            raise Problem("media.unsupported", allowed=sorted(SIGNATURES))
        wanted = bytes.fromhex(request.params["sha256"])
        known = upload_of(request.department, wanted, ledger.store, ledger.context)
        document = ledger.context.random(16)
        writer = await run_in_threadpool(ledger.vault.begin, document)
        try:
            head = b""
            async for piece in request.stream(LIMIT):
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
        command = _Store(
            upload_key(request.department, wanted, ledger.context),
            document,
            size,
            media,
            request.request_key(wanted),
        )
        try:
            await ledger.writer.submit(command)
        except (CommandRejected, ReadOnlyError, BusyError):  # nothing was committed that names the new file
            if known is None:
                await run_in_threadpool(ledger.vault.erase, document)
            raise
        kept = upload_of(request.department, wanted, ledger.store, ledger.context)
        if kept is None:
            raise Problem("internal.error")
        if kept.document != document:  # another upload of the same file was quicker
            await run_in_threadpool(ledger.vault.erase, document)
        return self._answer(request, kept.size, kept.media)

    @staticmethod
    def _answer(request: ThinRequest, size: int, media: str) -> ThinResponse:
        return ThinResponse.of({"sha256": request.params["sha256"], "size": size, "media": media}, 201)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "PUT",
                "/api/v1/documents/{sha256:hex64}",
                self.put,
                RouteDoc(
                    "上传文件（加密入库）",
                    "Upload a file into the vault",
                    "documents",
                    answers={201: ("stored", {"sha256": "0" * 64, "size": 1, "media": "application/pdf"})},
                    problems=("digest.mismatch", "media.unsupported", "media.mismatch", "body.too_large"),
                    media="application/pdf",
                ),
                scopes=frozenset({DEPARTMENT}),
                write=True,
            ),
        ]


def _check(head: bytes, media: str, digest: bytes, wanted: bytes) -> None:
    if not head.startswith(SIGNATURES[media]):
        raise Problem("media.mismatch")
    if digest != wanted:
        raise Problem("digest.mismatch")
