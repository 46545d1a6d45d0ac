# SPDX-License-Identifier: Apache-2.0
"""T55: a guide that one channel shows otherwise is found from outside, by anybody, without a key."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.demo import samples
from tests.homes import Serving, copy_of, once
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def published(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with guides, a bundle, a standard, places of an item and a filled example, closed."""
    home = copy_of(bare_home, tmp_path_factory.mktemp("parity") / "home")
    world = open_world(home)
    fill(world)
    for subject, several in (
        ("availability", [one for one in samples.availability() if one["code"] == "SC-002"]),
        ("example", samples.examples()[:1]),
        ("standard", [one for one in samples.standards() if one["code"] == "food-business"]),
    ):
        for one in several:
            world.made(one["authority"], "catalogue/versions", {"subject": subject, "document": one})
    world.close()
    return home


def probed(home: Path, *arguments: str) -> tuple[int, Any]:
    """Exit code and answer of the probe."""
    done = once(home, "catalogue", "probe", "--json", *arguments)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


@pytest.fixture
def kiosk() -> Iterator[tuple[str, dict[str, str]]]:
    """A channel of somebody else: what it says by path; nothing for a path that it does not know."""
    said: dict[str, str] = {}

    class Kiosk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the server calls
            body = said.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Kiosk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{{code}}/{{version}}", said
    server.shutdown()
    server.server_close()


def test_one_character_is_noticed(published: Path, tmp_path: Path, kiosk: tuple[str, dict[str, str]]) -> None:
    """All is the same; one character edited in the database, or another hash at a kiosk: named, exit 1."""
    channel, said = kiosk
    home = copy_of(published, tmp_path / "home")
    with Serving(home, ("--no-worker",)) as serving:
        code, found = probed(home, "--url", serving.url)
        assert (code, found["apart"]) == (0, [])
        assert found["versions"] > 4
        for one in httpx.get(f"{serving.url}/api/v1/catalogue/versions").json()["versions"]:
            if one["subject"] != "item":
                continue
            place = f"{one['subject']}/{one['code']}/{one['version']}"
            hashed = httpx.get(f"{serving.url}/api/v1/catalogue/versions/{place}").headers["etag"].strip('"')
            said[f"/{one['code']}/{one['version']}"] = f"<p>guide {hashed}</p>"
        assert probed(home, "--url", serving.url, "--channel", channel)[0] == 0
        said["/XF-001/1"] = said["/SC-002/1"]
        code, found = probed(home, "--url", serving.url, "--channel", channel)
        assert code == 1
        assert [(one["code"], one["hashes"]["channel 1"]) for one in found["apart"]] == [("XF-001", "")]
    with closing(sqlite3.connect(home / "ledger.db")) as database, database:
        edited = database.execute(
            "UPDATE texts SET body = CAST(replace(CAST(body AS TEXT), '法定代表人', '法定代理人') AS BLOB)"
            " WHERE digest = (SELECT digest FROM catalogue WHERE code = 'SC-002' AND subject = 'item')"
        ).rowcount
        assert edited == 1
    with Serving(home, ("--no-worker",)) as serving:
        code, found = probed(home, "--url", serving.url)
    assert code == 1
    assert [one["code"] for one in found["apart"]] == ["SC-002"]
    hashes = found["apart"][0]["hashes"]
    assert hashes["api"] == hashes["page"] != hashes["document"]


def test_a_channel_of_guides_is_asked_for_guides(
    published: Path, tmp_path: Path, kiosk: tuple[str, dict[str, str]]
) -> None:
    """An address without `{subject}` is not asked for bundles or standards; with it, for all with pages."""
    channel, said = kiosk
    home = copy_of(published, tmp_path / "home")
    with Serving(home, ("--no-worker",)) as serving:
        every = httpx.get(f"{serving.url}/api/v1/catalogue/versions").json()["versions"]
        for one in every:
            if one["subject"] == "item":
                place = f"item/{one['code']}/{one['version']}"
                tag = httpx.get(f"{serving.url}/api/v1/catalogue/versions/{place}").headers["etag"]
                said[f"/{one['code']}/{one['version']}"] = tag
                said[f"/items/{one['code']}/{one['version']}"] = tag
        assert probed(home, "--url", serving.url, "--channel", channel)[0] == 0
        wider = channel.replace("/{code}", "/{subject}/{code}")
        code, found = probed(home, "--url", serving.url, "--channel", wider)
        assert code == 1
        apart = {(one["subject"], one["code"]) for one in found["apart"]}
        assert apart == {
            ("bundle", "restaurant"),
            ("standard", "food-business"),
            ("example", samples.examples()[0]["code"]),
        }


def test_places_that_were_edited_are_noticed(published: Path, tmp_path: Path) -> None:
    """One word of where an item is offered, changed in the database: named, and `where` still answers."""
    home = copy_of(published, tmp_path / "home")
    with closing(sqlite3.connect(home / "ledger.db")) as database, database:
        edited = database.execute(
            "UPDATE texts SET body = CAST(replace(CAST(body AS TEXT), '样例路', '别的路') AS BLOB)"
            " WHERE digest = (SELECT digest FROM catalogue WHERE subject = 'availability')"
        ).rowcount
        assert edited == 1
    with Serving(home, ("--no-worker",)) as serving:
        code, found = probed(home, "--url", serving.url)
        shown = once(home, "catalogue", "where", "SC-002", "--day", "2026-11-27", "--url", serving.url)
        unknown = once(home, "catalogue", "where", "XF-001", "--url", serving.url)
    assert code == 1
    assert [(one["subject"], one["code"]) for one in found["apart"]] == [("availability", "SC-002")]
    hashes = found["apart"][0]["hashes"]
    assert hashes["api"] == hashes["page"] == hashes["answer"] != hashes["document"]
    assert shown.returncode == 0
    assert "2027-03-31" in shown.stdout
    assert unknown.returncode == 2


def test_nobody_there_is_no_forgery(tmp_path: Path) -> None:
    """A ledger that does not answer is exit 3, never 1."""
    code, said = probed(tmp_path, "--url", "http://127.0.0.1:9")
    assert code == 3
    assert "ConnectError" in str(said)
