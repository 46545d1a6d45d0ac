# SPDX-License-Identifier: Apache-2.0
"""Back-ups: taken while the ledger works, restored elsewhere, refused when anything about them is wrong."""

from __future__ import annotations

import json
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ledger.note import NoteVerifier
from ledger.proof import TlogProof, verify_tlog_proof
from ledger.store import Store
from tests.homes import Serving, grow, once, register, wait_until

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.home_parts"]


def backup(home: Path, target: Path, *more: str) -> dict[str, Any]:
    """Take a back-up; what the command says of it."""
    done = once(home, "backup", str(target), "--json", *more)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def keys_only(home: Path, other: Path) -> Path:
    """Another machine's home that was given the keys and nothing else."""
    other.mkdir(mode=0o700)
    shutil.copytree(home / "keys", other / "keys")
    (other / "keys").chmod(0o700)
    return other


def restore(home: Path, source: Path, *more: str) -> CompletedProcess[str]:
    """Restore with the chain left alone."""
    return once(home, "restore", str(source), "--offline", "--json", *more)


def files_of(home: Path) -> set[str]:
    """Everything below a home."""
    return {str(path.relative_to(home)) for path in home.rglob("*")}


def drop_database(home: Path) -> None:
    """Lose the database."""
    for path in home.glob("ledger.db*"):
        path.unlink()


def test_a_back_up_taken_under_load_restores_elsewhere(own_world: World, tmp_path: Path) -> None:
    """Taken between writes, it restores with the same entries; audit, tables and receipts are sound."""
    world, home = own_world, own_world.ledger.settings.home
    world.ledger.publisher.publish_once()
    before = world.size
    receipts = [world.get("", f"entries/{index}/proof").content for index in range(before)]
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            register(world.ledger, f"L{number}")

    load = threading.Thread(target=work)
    load.start()
    try:
        taken = backup(home, tmp_path / "once.backup")
    finally:
        stop.set()
        load.join()
    assert before < taken["size"] <= taken["signed"] <= world.size

    elsewhere = keys_only(home, tmp_path / "elsewhere")
    done = restore(elsewhere, tmp_path / "once.backup")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (3, False), done.stderr
    assert json.loads(done.stdout)["root"] == world.ledger.store.root_at(taken["size"]).hex()
    with Serving(elsewhere, ("--no-worker",)) as serving:
        ready = serving.get("/health/ready")
        assert (ready.status_code, "mark.missing" in ready.json()["reasons"][0]) == (503, True)
        assert serving.get("/log/checkpoint").status_code == 200
    assert [once(elsewhere, name).returncode for name in ("audit", "rebuild")] == [0, 0]

    store = Store(f"sqlite:///{elsewhere / 'ledger.db'}", read_only=True)
    verifier = NoteVerifier.from_vkey(json.loads((elsewhere / "trust.json").read_text())["log_key"])
    for index, receipt in enumerate(receipts):
        proof = TlogProof.parse(receipt)
        signed = verify_tlog_proof(proof, store.leaf(index), verifier, world.ledger.context.origin)
        assert store.root_at(signed.size) == signed.root
    documents = store.query("SELECT document FROM uploads")
    store.close()
    assert len(documents) >= 2
    for (document,) in documents:
        name = bytes(document).hex()
        assert all((elsewhere / "vault" / part / name[:2] / name).is_file() for part in ("blobs", "keys"))


def test_where_the_mark_agrees_it_writes_at_once(home: Path, tmp_path: Path) -> None:
    """A lost database comes back from a back-up of the last acknowledged entry, and the ledger goes on."""
    grow(home, "D990061")
    backup(home, tmp_path / "b")
    drop_database(home)
    shutil.rmtree(home / "vault")
    done = restore(home, tmp_path / "b")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (0, True), done.stderr
    assert grow(home, "D990062") == 3


def test_an_older_back_up_needs_a_word(home: Path, tmp_path: Path) -> None:
    """Under a mark that is ahead it serves reads only; on the operator's word it writes, old marks kept."""
    backup(home, tmp_path / "old")
    grow(home, "D990063")
    drop_database(home)
    refused = restore(home, tmp_path / "old")
    assert refused.returncode == 3
    assert "2 entries were acknowledged, the database has 1" in refused.stdout
    drop_database(home)
    done = restore(home, tmp_path / "old", "--adopt-head")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (0, True)
    assert list((home / "head").glob("*.replaced-1"))


def test_a_chain_that_is_ahead_forbids_going_on(home: Path, tmp_path: Path) -> None:
    """What the chain holds cannot be given up: no word makes an older copy write."""
    with Serving(home) as serving:
        wait_until(lambda: serving.anchored() == 1)
        backup(home, tmp_path / "old")
        grow(home, "D990064")
        wait_until(lambda: serving.anchored() == 2)
        url = (home / "chain" / "url").read_text().strip()
        other = keys_only(home, tmp_path / "other")
        done = once(other, "restore", str(tmp_path / "old"), "--chain", url, "--adopt-head", "--json")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (3, False), done.stderr
    assert "would split the log" in json.loads(done.stdout)["reason"]


def test_damage_anywhere_is_refused_and_lays_nothing_down(home: Path, tmp_path: Path) -> None:
    """A flipped bit, a missing end, another key: exit 1, the home as it was."""
    assert backup(home, tmp_path / "b")["keys"] == 0
    whole = (tmp_path / "b").read_bytes()
    other = keys_only(home, tmp_path / "other")
    before = files_of(other)
    middle = len(whole) // 2
    for bad in (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], whole[:-16]):
        (tmp_path / "bad").write_bytes(bad)
        assert restore(other, tmp_path / "bad").returncode == 1
    assert files_of(other) == before
    kek = other / "keys" / "kek"
    text = kek.read_text()
    kek.write_text(text.replace(text[10:20], "0123456789"))
    done = restore(other, tmp_path / "b")
    assert (done.returncode, "does not open" in done.stderr) == (1, True)
    assert files_of(other) == before


def test_nothing_is_ever_overwritten(home: Path, tmp_path: Path) -> None:
    """A back-up is not written over a file, nor restored over a database or under foreign trust."""
    backup(home, tmp_path / "b")
    assert once(home, "backup", str(tmp_path / "b")).returncode == 1
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    done = restore(home, tmp_path / "b")
    assert (done.returncode, "exists: move it" in done.stderr) == (1, True)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    other, foreign = keys_only(home, tmp_path / "other"), tmp_path / "foreign"
    assert once(foreign, "init", "--profile", "demo", "--origin", "foreign.test/once").returncode == 0
    done = restore(other, tmp_path / "b", "--trust", str(foreign / "trust.json"))
    assert (done.returncode, "another ledger" in done.stderr) == (1, True)


def test_keys_go_apart_and_only_when_asked(home: Path, tmp_path: Path) -> None:
    """The file of keys opens with its passphrase alone, and with it a bare machine restores everything."""
    (tmp_path / "phrase").write_text("correct horse battery staple\n")
    (tmp_path / "wrong").write_text("correct horse battery stable\n")
    for name in ("phrase", "wrong"):
        (tmp_path / name).chmod(0o600)
    assert once(home, "backup", str(tmp_path / "x"), "--with-keys", str(tmp_path / "k")).returncode == 2
    asked = ("--with-keys", str(tmp_path / "k"), "--passphrase-file", str(tmp_path / "phrase"))
    assert backup(home, tmp_path / "b", *asked)["keys"] == len(list((home / "keys").iterdir()))
    bare = tmp_path / "bare"
    keys = ("--keys", str(tmp_path / "k"), "--passphrase-file")
    wrong = restore(bare, tmp_path / "b", *keys, str(tmp_path / "wrong"))
    assert (wrong.returncode, files_of(bare)) == (1, set()), wrong.stderr
    done = restore(bare, tmp_path / "b", *keys, str(tmp_path / "phrase"), "--adopt-head")
    assert done.returncode == 0, done.stderr
    for path in (home / "keys").iterdir():
        assert (bare / "keys" / path.name).read_bytes() == path.read_bytes()
        assert (bare / "keys" / path.name).stat().st_mode & 0o777 == 0o600


def test_secrets_shared_with_issuers_go_with_the_keys(home: Path, tmp_path: Path) -> None:
    """In no back-up, in the file of keys, and back in their folder with their mode."""
    folder = home / "keys" / "issuers"
    folder.mkdir(mode=0o700)
    (folder / "SC").write_text("CANARY-SHARED-SECRET\n")
    (folder / "SC").chmod(0o600)
    (tmp_path / "phrase").write_text("correct horse battery staple\n")
    (tmp_path / "phrase").chmod(0o600)
    phrase = ("--passphrase-file", str(tmp_path / "phrase"))
    backup(home, tmp_path / "b", "--with-keys", str(tmp_path / "k"), *phrase)
    bare = tmp_path / "bare"
    done = restore(bare, tmp_path / "b", "--keys", str(tmp_path / "k"), *phrase)
    assert done.returncode == 3, done.stderr
    laid = bare / "keys" / "issuers" / "SC"
    assert laid.read_text() == "CANARY-SHARED-SECRET\n"
    assert laid.stat().st_mode & 0o777 == 0o600
    assert not [one for one in bare.rglob("*") if one.name == "SC" and one != laid]


@pytest.mark.parametrize("arguments", [("backup",), ("restore",), ("backup", "a", "b"), ("restore", "--x")])
def test_wrong_use_is_exit_2(home: Path, arguments: tuple[str, ...]) -> None:
    """A command line that cannot be meant ends with 2."""
    assert once(home, *arguments).returncode == 2
