# SPDX-License-Identifier: Apache-2.0
"""`PUT documents/{sha256}`: a file streams into the vault, sealed; refused unless its digest agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.auth import DEPARTMENT
from api.requests import ThinResponse
from api.routes.document_docs import UPLOAD
from api.thin import ThinRoute
from api.uploads import LIMIT, keep_upload

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest


class DocumentRoutes:
    """Uploads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def put(self, request: ThinRequest) -> ThinResponse:
        """Take a file: known media type, digest as announced, looked at, durable before the answer."""
        wanted = bytes.fromhex(request.params["sha256"])
        kept = await keep_upload(
            self._ledger,
            request.department,
            wanted,
            request.header(b"content-type"),
            request.stream(LIMIT),
            request.request_key(wanted),
        )
        said = {"sha256": wanted.hex(), "size": kept.size, "media": kept.media, "pages": kept.pages}
        return ThinResponse.of(said, 201)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "PUT",
                "/api/v1/documents/{sha256:hex64}",
                self.put,
                UPLOAD,
                scopes=frozenset({DEPARTMENT}),
                write=True,
            ),
        ]
