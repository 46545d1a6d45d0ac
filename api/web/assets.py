# SPDX-License-Identifier: Apache-2.0
"""Style sheets, scripts and pictures, below one digest of them all, so that caches may keep them for ever.

`/static/{digest}/{path}`: scripts import each other by relative addresses and stay in one version together.
"""

from __future__ import annotations

import gzip
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response

from api.problems import Problem

FOLDER: Final = Path(__file__).resolve().parent / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """A file as it is sent, plain and by gzip."""

    body: bytes
    packed: bytes
    media: str


class Assets:
    """The files of a folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def files(self) -> dict[str, Asset]:
        """Every file of a known type by its path."""
        found = {}
        for path in sorted(self._folder.rglob("*")):
            media = TYPES.get(path.suffix)
            if media is not None and path.is_file():
                body = path.read_bytes()
                name = path.relative_to(self._folder).as_posix()
                found[name] = Asset(body, gzip.compress(body, 9, mtime=0), media)
        return found

    @cached_property
    def digest(self) -> str:
        """16 hex of the SHA-256 over all names and files."""
        whole = sha256()
        for name, one in self.files.items():
            whole.update(name.encode() + b"\0" + sha256(one.body).digest())
        return whole.hexdigest()[:16]

    def url(self, name: str) -> str:
        """Where a page finds the file; KeyError for one that is not there."""
        self.files[name]
        return f"/static/{self.digest}/{name}"

    def has(self, name: str) -> bool:
        """Whether the file is there: vendored scripts are absent before set-up."""
        return name in self.files

    def router(self) -> APIRouter:
        """The route of the files."""
        router = APIRouter()
        router.add_api_route("/static/{digest}/{name:path}", self._answer, include_in_schema=False)
        return router

    async def _answer(self, request: Request, digest: str, name: str) -> Response:
        """The file; under an old digest it is the file of now, and not to be kept."""
        one = self.files.get(name)
        if one is None:
            raise Problem("not_found")
        headers = {
            "cache-control": FOR_EVER if digest == self.digest else "no-cache",
            "vary": "accept-encoding",
        }
        body = one.body
        if takes_gzip(request) and len(one.packed) < len(body):
            body, headers["content-encoding"] = one.packed, "gzip"
        return Response(body, headers=headers, media_type=one.media)


def takes_gzip(request: Request) -> bool:
    """Whether the browser takes gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")


ASSETS: Final = Assets()
