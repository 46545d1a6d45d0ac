# SPDX-License-Identifier: Apache-2.0
"""Departments that keep their files: no file comes in, and nothing asks for one."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from api.demo import samples
from api.logging_setup import line_writer
from api.wiring import open_ledger
from tests.homes import copy_of, once, settings_of
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

FILE = "business-licence.pdf"


@pytest.fixture(scope="module")
def hashing(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger whose departments keep their files from now on; what its vault held is gone."""
    first = open_world(copy_of(bare_home, tmp_path_factory.mktemp("hashing") / "home"))
    fill(first)
    home = first.ledger.settings.home
    first.close()
    shutil.rmtree(home / "vault")
    lines = io.BytesIO()
    ledger = open_ledger(settings_of(home, documents="department"), line_writer(lines))
    ledger.start()
    known = (first.keys, first.holders, first.cases, first.accepted)
    world = World(ledger, asyncio.Runner(), lines, *known)
    yield world
    world.close()


def by_digest(world: World, case: str, **more: Any) -> dict[str, Any]:
    """An acceptance of a sample that names its file by digest, size and media type alone."""
    one = samples.sample(FILE)
    asked = world.acceptance(world.cases[case], FILE)
    document = {**asked["document"], "size": len(one.content), "media": one.media}
    return {**asked, "document": {**document, **more}}


def test_a_file_is_refused_before_a_byte_is_kept(hashing: World) -> None:
    """PUT is 403 in two languages with the next step, writes no row and no file."""
    before, size = list(hashing.ledger.settings.vault.rglob("*")), hashing.size
    rows = hashing.ledger.store.query("SELECT count(*) FROM uploads")
    one = samples.sample("food-layout.pdf")
    said = hashing.put("SC", one.content, one.media)
    problem = json.loads(said.content)
    assert (said.status_code, problem["code"]) == (403, "document.kept_elsewhere")
    assert "kept: department" in problem["next"]
    assert list(hashing.ledger.settings.vault.rglob("*")) == before
    assert (hashing.ledger.store.query("SELECT count(*) FROM uploads"), hashing.size) == (rows, size)


def test_an_acceptance_by_digest_is_recognised_elsewhere(hashing: World) -> None:
    """Accepted without a file, relied on by another department, traced, proved offline, retracted."""
    asked = by_digest(hashing, "XF-001")
    wanted = {"sha256": asked["document"]["sha256"], "kept": "vault"}
    refused = hashing.post("ZW", "acceptances", {**asked, "document": wanted})
    assert json.loads(refused.content)["code"] == "document.kept_elsewhere"
    accepted = hashing.made("ZW", "acceptances", asked)
    assert hashing.made("ZW", "acceptances", by_digest(hashing, "XF-001", kept="department"))["id"]

    look = {"case": hashing.cases["SC-002"], "purpose": "application"}
    results = json.loads(hashing.post("SC", "recognitions:check", look).content)["results"]
    licence = next(one for one in results if one["requirement"] == "licence")
    assert licence["verdict"] == "recognised"
    relied = {"case": hashing.cases["SC-002"], "requirement": "licence", "acceptance": accepted["id"]}
    assert hashing.made("SC", "reliances", relied)["index"] > accepted["index"]
    trace = hashing.get("SC", f"cases/{hashing.cases['SC-002']}/trace", purpose="look")
    assert trace.status_code == 200

    hashing.ledger.publisher.publish_once()
    evidence = hashing.get("ZW", f"evidence/{accepted['id']}", purpose="proof")
    assert evidence.status_code == 200
    home = hashing.ledger.settings.home
    (home.parent / "e.json").write_bytes(evidence.content)
    (home.parent / FILE).write_bytes(samples.sample(FILE).content)
    proved = once(
        home,
        *("verify", str(home.parent / "e.json"), "--offline", "--json"),
        *("--trust", str(home / "trust.json"), "--document", str(home.parent / FILE)),
    )
    assert (proved.returncode, json.loads(proved.stdout)["verdict"]) == (0, "valid"), proved.stdout

    path = f"acceptances/{accepted['id']}:retract"
    assert hashing.made("ZW", path, {"reason": "checked_wrongly", "text": "wrong"})["index"]


def test_audit_tables_and_doctor_need_no_file(hashing: World) -> None:
    """With an empty vault the log is sound and its tables are what it gives; doctor does not fail."""
    home = hashing.ledger.settings.home
    for command in (("audit",), ("rebuild",), ("doctor", "--offline")):
        done = once(home, *command, more={"ONCE_DOCUMENTS": "department", "ONCE_PORT": "0"})
        assert done.returncode == 0, done.stdout + done.stderr
