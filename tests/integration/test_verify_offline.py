# SPDX-License-Identifier: Apache-2.0
"""`once verify --offline` in a process of its own: exit codes, words, no socket, nothing heavy loaded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.attest_parts import DEMO, a_ledger
from tests.evidence_damage import DAMAGES
from tests.evidence_parts import LICENCE, Scene, altered, restated

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(event) if event.startswith("socket.") else None)
from api.cli import main
code = main(sys.argv[1:])
heavy = [one for one in ("web3", "eth_account", "sqlalchemy", "fastapi", "httpx") if one in sys.modules]
print("OPENED", *opened, "LOADED", *heavy, file=sys.stderr)
sys.exit(code)
"""
NOTHING = "OPENED LOADED"


@dataclass(frozen=True)
class Files:
    """Paths of what an outsider was handed."""

    folder: Path
    trust: Path
    accepted: Path
    relied: Path
    retracted: Path
    expired_status: Path

    def write(self, name: str, octets: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(octets)
        return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Evidence made now, since the command has only the machine's clock."""
    folder = tmp_path_factory.mktemp("handed")
    scene = Scene(a_ledger(folder / "ledger"), now=int(time.time()))
    made = {"trust": scene.trust.format()}
    made["accepted"] = scene.evidence(scene.accepted.index).format()
    made["relied"] = scene.evidence(scene.relied.index).format()
    made["expired_status"] = restated(
        scene, made["accepted"], "acceptance.status", "XF", expires=scene.now - 1
    )
    scene.ledger.retract(scene.accepted, "XF")
    scene.anchor()
    made["retracted"] = scene.evidence(scene.accepted.index).format()
    scene.ledger.close()
    paths = {name: folder / f"{name}.json" for name in made}
    for name, octets in made.items():
        paths[name].write_bytes(octets)
    return Files(folder, **paths)


def verify(files: Files, file: Path, *more: str, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """Run the command offline; whatever happens it opens no socket and loads nothing heavy."""
    command = [sys.executable, "-c", PROBE, "verify", str(file), "--trust", str(files.trust), "--offline"]
    done = subprocess.run(
        [*command, *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "LC_ALL": lang, "PYTHONUTF8": "1"},
    )
    assert done.stderr.splitlines()[-1] == NOTHING
    return done


def read(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The verdict on stdout: one line of JSON with exactly the members that others rely on."""
    assert done.stdout.count("\n") == 1
    verdict: dict[str, Any] = json.loads(done.stdout)
    assert list(verdict) == ["verdict", "reason", "as_of", "checks"]
    assert all(list(one) == ["name", "state", "reason"] for one in verdict["checks"])
    return verdict


def test_exit_codes(files: Files) -> None:
    """0 valid, 1 not valid, 3 cannot tell, 4 retracted: of the same ledger, from files alone."""
    document = str(DEMO / "documents" / LICENCE)
    other = str(DEMO / "documents" / "fire-promise.pdf")
    bent = files.write("bent.json", altered(files.accepted.read_bytes(), DAMAGES["leaf signature"][0]))
    rows: list[tuple[Path, tuple[str, ...], int, str]] = [
        (files.accepted, (), 0, "status.standing"),
        (files.accepted, ("--document", document), 0, "status.standing"),
        (files.accepted, ("--document", other), 1, "content.other_document"),
        (files.relied, ("--document", document), 0, "status.stood"),
        (bent, (), 1, "inclusion.proof"),
        (files.write("no.json", b"{}"), (), 1, "format.invalid"),
        (files.expired_status, (), 3, "freshness.stale"),
        (files.accepted, ("--max-age", "0"), 3, "freshness.stale"),
        (files.accepted, ("--as-of", "2100-01-01T00:00:00Z"), 3, "freshness.future"),
        (files.retracted, (), 4, "status.retracted"),
    ]
    time.sleep(1.1)  # so that nothing is of age nought any more
    for file, more, code, reason in rows:
        done = verify(files, file, *more, "--json")
        assert (done.returncode, read(done)["reason"]) == (code, reason), more


def test_a_receipt_names_its_ground(files: Files) -> None:
    """Without a ledger the command says on which ground a reliance rests; of an acceptance there is none."""
    assert "ground for not asking: mutual recognition" in verify(files, files.relied).stdout
    assert "ground for not asking" not in verify(files, files.accepted).stdout


@pytest.mark.parametrize(
    "more",
    [
        ("--max-age", "soon"),
        ("--as-of", "yesterday"),
        ("--as-of", "2026-01-01"),
        ("--rpc", "http://127.0.0.1:1"),
        ("--document", "/nonexistent"),
        ("--lang", "fr"),
        ("--trust", "/nonexistent"),
    ],
    ids=" ".join,
)
def test_usage(files: Files, more: tuple[str, ...]) -> None:
    """What was asked wrongly is exit code 2 and no verdict."""
    done = verify(files, files.accepted, *more)
    assert (done.returncode, done.stdout) == (2, "")


def test_bad_trust_is_usage(files: Files) -> None:
    """A trust file that is none is the asker's mistake, not the file's fault."""
    bad = files.write("bad-trust.json", b'{"v":1}')
    done = verify(files, files.accepted, "--trust", str(bad))
    assert done.returncode == 2
    assert "trust" in done.stderr


def test_words(files: Files) -> None:
    """The verdict's word comes first, in the reader's language; one line a check; the next step last."""
    english = verify(files, files.retracted).stdout.splitlines()
    assert english[0] == "Not valid: The acceptance was retracted."
    assert len([line for line in english if line[2] in "✓✗?-"]) == 8
    assert english[-1] == "  next: Ask the applicant to submit it."
    for more, lang in (((), "zh_CN.UTF-8"), (("--lang", "zh"), "C.UTF-8")):
        chinese = verify(files, files.retracted, *more, lang=lang).stdout.splitlines()
        assert chinese[0] == "核验不通过：核验结论已撤回。"
        assert chinese[-1].startswith("  下一步：")
    assert verify(files, files.accepted, "--lang", "zh").stdout.startswith("核验通过：")


def test_a_valid_verdict_says_what_its_status_is_of(files: Files) -> None:
    """Beside the moment of judging stand who signed the status, when, and until when it counts."""
    said = verify(files, files.accepted, "--max-age", "1h").stdout
    found = re.search(r"status signed by XF at (\S+Z), counts until (\S+Z);", said)
    assert found is not None
    made, until = (datetime.fromisoformat(one) for one in found.groups())
    assert until - made == timedelta(hours=1)
    assert "status signed" not in verify(files, files.retracted).stdout
