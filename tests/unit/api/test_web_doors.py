# SPDX-License-Identifier: Apache-2.0
"""Addresses to come back to, forms, and files below one digest."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from api.web.assets import ASSETS, FOR_EVER
from api.web.forms import local_path

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
HTML = ("accept", "text/html")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a b",
        "/a\nb",
        None,
    ],
)
def test_nobody_is_sent_elsewhere(address: str | None) -> None:
    """Only a path of our own is gone back to."""
    assert local_path(address) == "/"


def test_own_paths_are_kept() -> None:
    """Path and query stay."""
    assert local_path("/counter?case=1") == "/counter?case=1"


def test_a_page_is_strict_and_small(world: World) -> None:
    """A page names its policy without inline, is never kept, and is sent compressed."""
    answer = world.send("GET", "/", headers=[HTML, ("accept-encoding", "gzip")])
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "gzip"


def test_files_are_kept_for_ever_under_their_digest(world: World) -> None:
    """The current digest is immutable, an old one is answered but not to be kept, an unknown file is 404."""
    now = world.send("GET", ASSETS.url("frame.css"), headers=[("accept-encoding", "gzip")])
    assert (now.status_code, now.headers["cache-control"]) == (200, FOR_EVER)
    old = world.send("GET", "/static/0000000000000000/frame.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert world.send("GET", "/static/0000000000000000/none.css").status_code == 404
    assert world.send("GET", f"/static/{ASSETS.digest}/../frame.py").status_code == 404


def test_programs_get_problems_and_people_pages(world: World) -> None:
    """The same refusal is a problem document to a program and a page to a browser."""
    assert world.send("GET", "/nowhere").headers["content-type"] == "application/problem+json"
    page = world.send("GET", "/nowhere", headers=[HTML])
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


def test_packed_files_are_the_files() -> None:
    """What is sent by gzip is the file."""
    for one in ASSETS.files.values():
        assert gzip.decompress(one.packed) == one.body
