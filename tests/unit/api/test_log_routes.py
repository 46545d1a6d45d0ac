# SPDX-License-Identifier: Apache-2.0
"""Health and the log's public face, over a real log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import CachedKeys
from api.routes.health import Health
from ledger.checkpoint import open_checkpoint
from ledger.hashing import leaf_hash
from ledger.tiles import parse_bundle
from tests.builders import ORIGIN, a_log, a_signer
from tests.doors import AUDITOR_KEY, DEPARTMENT_KEY, ENTRIES, Parts, ask, code_of

if TYPE_CHECKING:
    from pathlib import Path


# Health


def test_ready_tells_why_not(parts: Parts) -> None:
    """Ready while writes are taken, whatever the chain does; 503 with the reason when they are not."""
    assert ask(parts, "GET", "/health/live", key=None).json() == {"live": True}
    ready = ask(parts, "GET", "/health/ready", key=None)
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert ready.json()["anchoring"] == {"anchored": 200, "lag": 103, "age": 4.0}
    parts.state = Health(size=5, published=5, read_only="the mark is ahead", writer_failed=True)
    response = ask(parts, "GET", "/health/ready", key=None)
    assert response.status_code == 503
    assert response.json()["reasons"] == ["log.read_only: the mark is ahead", "log.writer_failed"]


# The log


def test_the_checkpoint_is_the_published_note(parts: Parts) -> None:
    """/log/checkpoint gives the latest signed note as text, and it verifies."""
    response = ask(parts, "GET", "/log/checkpoint", key=None)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    checkpoint = open_checkpoint(response.content, a_signer().verifier(), ORIGIN)
    assert (checkpoint.size, checkpoint.root) == (ENTRIES, parts.store.root_at(ENTRIES))


def test_without_a_checkpoint_there_is_a_problem(tmp_path: Path) -> None:
    """A log that has published nothing says so with 503."""
    with a_log(tmp_path) as empty:
        parts = Parts(empty, CachedKeys(lambda _: None), Health(0, 0))
        response = ask(parts, "GET", "/log/checkpoint", key=None)
        assert (code_of(response), response.headers["retry-after"]) == ("log.no_checkpoint", "1")
        assert code_of(ask(parts, "GET", "/log/tile/0/000.p/1", key=None)) == "not_found"


def test_tiles_hold_the_leaf_hashes(parts: Parts) -> None:
    """Full and partial hash tiles are public, immutable, and hash the entries that auditors read."""
    full = ask(parts, "GET", "/log/tile/0/000", key=None)
    partial = ask(parts, "GET", "/log/tile/0/001.p/44", key=None)
    assert (len(full.content), len(partial.content)) == (256 * 32, 44 * 32)
    for tile in (full, partial):
        assert tile.headers["content-type"] == "application/octet-stream"
        assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
    hashes = full.content + partial.content
    bundle = ask(parts, "GET", "/log/tile/entries/001.p/44", key=AUDITOR_KEY)
    assert "no-store" in bundle.headers["cache-control"]
    for number, leaf in enumerate(parse_bundle(bundle.content), start=256):
        assert leaf_hash(leaf) == hashes[number * 32 : number * 32 + 32]
    assert ask(parts, "GET", "/log/tile/1/000.p/1", key=None).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "0/001.p/45",  # committed, but no published checkpoint covers it
        "0/001",
        "0/001.p/0",
        "0/001.p/256",
        "0/002.p/1",
        "0/1",
        "0/x000/001",
        "0/000.p/044",
        "00/000",
        "64/000",
        "-1/000",
        "0/..%2f..%2fetc",
        "0/%2e%2e/000",
        "0/000%00",
        "0\\000",
        "0/000/",
        "0/" + "x999/" * 60 + "999",
        "0/%2e%2e/%2e%2e/000",
        "CON",
    ],
)
def test_tile_paths_are_strict(parts: Parts, path: str) -> None:
    """A path outside the grammar, or a tile that is not published, is not found (T45)."""
    assert code_of(ask(parts, "GET", f"/log/tile/{path}", key=None)) == "not_found"


def test_entries_are_for_auditors(parts: Parts) -> None:
    """Entry bundles are refused without a key and to a department, and given to an auditor."""
    path = "/log/tile/entries/000"
    assert code_of(ask(parts, "GET", path, key=None)) == "auth.missing"
    assert code_of(ask(parts, "GET", path, key=DEPARTMENT_KEY)) == "auth.forbidden"
    bundle = ask(parts, "GET", path, key=AUDITOR_KEY)
    assert len(parse_bundle(bundle.content)) == 256
    assert parts.logged()[-1]["department"] == "D990009"
    assert code_of(ask(parts, "GET", "/log/tile/entries/001.p/45", key=AUDITOR_KEY)) == "not_found"
