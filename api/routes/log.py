# SPDX-License-Identifier: Apache-2.0
"""The log's public face: `/log/checkpoint` and `/log/tile/…` (C2SP tlog-tiles).

Checkpoints and hash tiles are public; entry bundles are for auditors. Only what the latest published
checkpoint covers is served, so that nobody sees hashes that no signature stands for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import AUDITOR, KeyDirectory, authenticate
from api.identity.guard import forbid
from api.problems import Problem
from ledger.errors import FormatError
from ledger.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, encode_bundle, parse_tile_path

if TYPE_CHECKING:
    from ledger.store import Store

IMMUTABLE: Final = "public, max-age=31536000, immutable"


def log_router(store: Store, keys: KeyDirectory) -> APIRouter:
    """Routes over one store; what reads the database runs in worker threads."""
    router = APIRouter(tags=["log"])

    @router.get("/log/checkpoint", summary="The latest published checkpoint, a signed note")
    def checkpoint() -> Response:
        published = store.latest_checkpoint()
        if published is None:
            raise Problem("log.no_checkpoint")
        return Response(
            published.note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"}
        )

    @router.get("/log/tile/entries/{path:path}", summary="An entry bundle, for auditors")
    async def entries(request: Request, path: str) -> Response:
        principal = authenticate(request.headers.get("authorization"), keys, time.time())
        request.scope["once.department"] = principal.department
        if AUDITOR not in principal.scopes:
            await forbid(request, principal)
        bundle = await run_in_threadpool(_bundle, store, path)
        return Response(
            bundle,
            media_type="application/octet-stream",
            headers={"Cache-Control": "private, no-store", "Vary": "Authorization"},
        )

    @router.get("/log/tile/{path:path}", summary="A tile of hashes, 32 bytes each")
    def hashes(path: str) -> Response:
        tile = _published_tile(store, f"tile/{path}")
        if tile.level is None:
            raise Problem("not_found")
        return Response(
            store.hash_tile(tile.level, tile.index, tile.width),
            media_type="application/octet-stream",
            headers={"Cache-Control": IMMUTABLE},
        )

    return router


def _bundle(store: Store, path: str) -> bytes:
    """The entries of a published tile, as one bundle."""
    tile = _published_tile(store, f"tile/entries/{path}")
    start = tile.index * TILE_WIDTH
    return encode_bundle(store.leaves(start, start + tile.width))


def _published_tile(store: Store, path: str) -> Tile:
    """The tile a path names, if its grammar is right and the latest published checkpoint covers it."""
    try:
        tile = parse_tile_path(path)
    except FormatError:
        raise Problem("not_found") from None
    published = store.latest_checkpoint()
    size = 0 if published is None else published.size
    hashes = size >> (TILE_HEIGHT * (tile.level or 0))
    if tile.index * TILE_WIDTH + tile.width > hashes:
        raise Problem("not_found")
    return tile
