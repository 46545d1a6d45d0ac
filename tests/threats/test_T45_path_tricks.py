# SPDX-License-Identifier: Apache-2.0
"""T45: addresses that try to leave their folder: tiles, static files, documents, evidence."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pytest

from api.web.assets import ASSETS, FOLDER
from ledger.errors import FormatError
from ledger.tiles import parse_tile_path
from tests.homes import copy_of
from tests.papers import a_pdf
from tests.served import Wire, prepared_home, served
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.homes import Serving
    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.home_parts"]

TRICKS: Final = (
    "..",
    "../",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%252e%252e%252fetc%252fpasswd",
    "..%c0%af..%c0%afetc/passwd",
    "%c0%ae%c0%ae/etc/passwd",
    "..%5c..%5cwindows%5cwin.ini",
    "....//....//etc/passwd",
    "..;/..;/etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "file:%2f%2f%2fetc%2fpasswd",
    "C:%5cwindows%5cwin.ini",
    "%00",
    "tokens.css%00.png",
    "%0d%0aSet-Cookie:%20x=1",
    "CON",
    "NUL",
    "aux.css",
    "COM1",
    "~root",
    ".git/config",
    "once.toml",
    "keys/log.json",
    "ledger.db",
    "vendor/../../api.py",
    "a" * 255,
    "a" * 4000,
    "%e2%80%ae",
    "%ff%fe",
    "*",
    "?",
    "./tokens.css",
    ".",
    "%20",
)
DOORS: Final = (
    "/log/tile/{}",
    "/log/tile/0/{}",
    "/log/tile/entries/{}",
    "/log/tile/0/000.p/{}",
    "/static/{}",
    "/static/" + "0" * 16 + "/{}",
    "/static/" + "0" * 16 + "/vendor/{}",
    "/api/v1/documents/{}",
    "/api/v1/evidence/{}",
    "/api/v1/cases/{}/trace",
    "/api/v1/catalogue/versions/item/{}/1",
    "/api/v1/{}",
    "/verify/{}",
    "/trace/{}",
    "/counter/documents/{}",
    "/{}",
)
SECRETS: Final = (b"root:x:0:0", b"from __future__", b"profile =", b"SQLite format", b"[core]", b"scrypt")


def inside(world: World) -> set[str]:
    """Names of everything in the ledger's home."""
    home = world.ledger.settings.home
    return {path.relative_to(home).as_posix() for path in home.rglob("*")}


@pytest.mark.parametrize("door", DOORS)
def test_no_address_leaves_its_folder(world: World, door: str) -> None:
    """Dots, encodings, NUL, backslashes, drives, device names, overlong names: 4xx, and no file is shown."""
    before = inside(world)
    for trick in TRICKS:
        for who in ("auditor", ""):
            for method in ("GET", "PUT"):
                answer = world.send(
                    method,
                    door.format(trick),
                    who=who,
                    content=b"%PDF-x" if method == "PUT" else None,
                    headers=[("idempotency-key", a_request_key()), ("content-type", "application/pdf")],
                )
                plain = (
                    answer.status_code in {200, 302, 303, 307} and method == "GET" and _is_page(door, trick)
                )
                assert 400 <= answer.status_code < 500 or plain, (door, trick, answer.status_code)
                assert not any(secret in answer.content for secret in SECRETS), (door, trick)
                assert "set-cookie" not in answer.headers or "x=1" not in answer.headers["set-cookie"]
    new = {name for name in inside(world) - before if not name.startswith(("ledger.db", "marks", "head"))}
    assert not new


def _is_page(door: str, trick: str) -> bool:
    """Whether it asks for a page that is there, a sign-in first, or a static file under another digest."""
    if door == "/static/{}":
        return trick == "./tokens.css"
    return trick in {"?", ".", "%20"} or door.startswith(("/trace", "/verify"))


def test_tile_grammar_takes_its_own_paths_alone() -> None:
    """No trick is a tile, whatever stands before it."""
    for trick in TRICKS:
        for path in (
            trick,
            f"tile/{trick}",
            f"tile/0/{trick}",
            f"tile/entries/{trick}",
            f"tile/0/000.p/{trick}",
        ):
            with pytest.raises(FormatError):
                parse_tile_path(path)


def test_static_files_are_a_list(world: World) -> None:
    """What is served below /static is exactly what stood in the folder at the start, under its own type."""
    for name, asset in ASSETS.files.items():
        assert FOLDER in (FOLDER / name).resolve().parents
        answer = world.send("GET", ASSETS.url(name))
        assert (answer.status_code, answer.headers["content-type"]) == (200, asset.media)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content == asset.body
    for name in ("", "vendor", "vendor/", "../assets.py", "verify"):
        assert world.send("GET", f"/static/{ASSETS.digest}/{name}").status_code == 404
    assert not [path for path in FOLDER.rglob("*") if path.is_symlink()]


def test_a_documents_name_is_its_digest(own_world: World) -> None:
    """A file goes into the vault under a name that the server made; no part of a request is in it."""
    content = a_pdf("where am I")
    assert own_world.put("ZW", content, "application/pdf").status_code == 201
    names = {path.name for path in own_world.ledger.settings.vault.rglob("*") if path.is_file()}
    assert names
    assert sha256(content).hexdigest() not in " ".join(names)
    for name in names:
        assert set(name.partition(".")[0]) <= set("0123456789abcdef-")


@pytest.fixture(scope="module")
def serving(founded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A served ledger: raw bytes reach it as they are."""
    home = copy_of(founded_home, tmp_path_factory.mktemp("paths") / "home")
    prepared_home(home)
    with served(home) as one:
        yield one
        assert "Traceback" not in one.said()


def test_raw_request_lines(serving: Serving) -> None:
    """Targets that no client library would send: absolute, of other hosts, with dots, bytes and spaces."""
    for target in (
        b"http://evil.example/health/live",
        b"//evil.example/../../etc/passwd",
        b"/../../../../etc/passwd",
        b"/static/../../../etc/passwd",
        b"/static/0/..\\..\\etc\\passwd",
        b"/log/tile/0/%2e%2e/%2e%2e/checkpoint",
        b"/log/tile/../../etc/passwd",
        b"/log/tile/0/x\x00y",
        b"/\xff\xfe",
        b"/%",
        b"/%zz",
        b"/a b",
        b"*",
        b"",
        b"?x",
        b"#",
        b"evil.example:443",
        b"/" + b"../" * 1000,
        b"/" + b"%2e%2e%2f" * 1000,
    ):
        with Wire(serving) as wire:
            wire.send(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = wire.answer()
        assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200 ")), (target, answer[:80])
        if answer.startswith(b"HTTP/1.1 200 "):
            assert target == b"http://evil.example/health/live", target
        assert not any(secret in answer for secret in SECRETS)
