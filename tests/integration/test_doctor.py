# SPDX-License-Identifier: Apache-2.0
"""`once doctor` finds what is wrong with an installation, says what to do, and changes nothing."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.log_signer import LOG_KEY
from api.operation.backup import sealer_for, take_backup
from api.operation.doctor_ledger import look_at_ledger
from api.operation.doctor_machine import look_at_machine
from api.settings import write_secret
from api.trust_file import read_trust
from attest.erasure.listed import ListEnd
from attest.keyfiles import read_log_key, read_passphrase
from attest.vault import CHUNK_SIZE, Vault
from ledger.chain.child import free_port
from ledger.headmark import HeadMark
from ledger.note import NoteSigner
from tests.databases import meddle
from tests.homes import Serving, grow, once, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.operation.looking import Look

pytest_plugins = ["tests.home_parts"]


def looks(home: Path, **stated: object) -> dict[str, Look]:
    """All looks at a home, by name, in this process."""
    found = look_at_ledger(settings_of(home, **{"port": 0, **stated}), offline=True)
    return {look.name: look for look in found}


def failing(home: Path, **stated: object) -> set[str]:
    """Names of the looks that failed."""
    return {name for name, look in looks(home, **stated).items() if look.state == "fail"}


def files_of(home: Path) -> dict[str, bytes]:
    """Every file of a home but SQLite's shared memory."""
    return {str(p): p.read_bytes() for p in home.rglob("*") if p.is_file() and p.suffix != ".db-shm"}


def test_a_sound_home_is_well_and_left_alone(home: Path) -> None:
    """Nothing fails, exit 0, one JSON object; no entry and no key has changed."""
    before = {name: one for name, one in files_of(home).items() if "ledger.db" not in name}
    done = once(home, "doctor", "--json", "--offline", more={"ONCE_PORT": str(free_port())})
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"]) == (0, True), done.stdout
    named = {look["name"] for look in said["looks"]}
    assert named >= {"python", "packages", "disk.home", "clock", "engine", "home", "secrets", "log_key"}
    assert named >= {"database", "mark", "checkpoint", "time", "vault", "port"}
    assert all(look["todo"] for look in said["looks"] if look["state"] != "ok")
    assert {name: one for name, one in files_of(home).items() if "ledger.db" not in name} == before


def test_the_port_of_a_demo_is_told_apart(home: Path) -> None:
    """A free port of the settings is not said to be a demo's: where that serves stands beside it."""
    port = free_port()
    write_secret(home / "demo.json", b'{"url":"http://127.0.0.1:4711"}')
    text = looks(home, port=port)["port"].text
    assert f"port {port} is free" in text
    assert "demo.json: http://127.0.0.1:4711" in text


def test_a_list_of_erasures_that_was_cut_is_found(home: Path) -> None:
    """The mark knows of one that the list has not; whole again, all is well."""
    settings = settings_of(home)
    signer = NoteSigner(
        read_trust(settings.trust_file).origin,
        read_log_key(settings.keys_folder / LOG_KEY, read_passphrase(settings.passphrase_file)),
    )
    with closing(HeadMark.claim(settings.head_mark, signer, signer.name)) as mark:
        mark.keep_beside(ListEnd(1, bytes(32)).text(signer.name))
    assert "1 erasures" in looks(home)["erasures"].text
    assert failing(home) >= {"erasures"}
    with closing(HeadMark.claim(settings.head_mark, signer, signer.name)) as mark:
        for _ in range(2):
            mark.keep_beside(ListEnd.of([]).text(signer.name))
    assert looks(home)["erasures"].state == "ok"


def open_to_others(home: Path) -> None:
    home.chmod(0o755)


def no_kek(home: Path) -> None:
    (home / "keys" / "kek").unlink()


def readable_keystore(home: Path) -> None:
    (home / "keys" / "service.json").chmod(0o644)


def foreign_log_key(home: Path) -> None:
    (home / "keys" / "log.pem").write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")


def no_database(home: Path) -> None:
    for path in home.glob("ledger.db*"):
        path.unlink()


def no_mark(home: Path) -> None:
    shutil.rmtree(home / "head")


def old_database(home: Path) -> None:
    shutil.copy(home / "ledger.db", home / "yesterday.db")
    grow(home, "D990071")
    no_database(home)
    (home / "yesterday.db").rename(home / "ledger.db")


def damaged_head(home: Path) -> None:
    with sqlite3.connect(home / "ledger.db") as connection:
        connection.execute("UPDATE head SET root = zeroblob(32)")
    connection.close()


def no_trust(home: Path) -> None:
    (home / "trust.json").unlink()


def damaged_trust(home: Path) -> None:
    (home / "trust.json").write_text("{}")


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (open_to_others, "home"),
        (no_kek, "secrets"),
        (readable_keystore, "keystores"),
        (foreign_log_key, "log_key"),
        (no_database, "database"),
        (no_mark, "mark"),
        (old_database, "mark"),
        (damaged_head, "mark"),
        (no_trust, "founded"),
        (damaged_trust, "founded"),
    ],
)
def test_each_harm_is_named(home: Path, harm: Callable[[Path], None], named: str) -> None:
    """What was done to the home fails the look that is about it, and no other."""
    harm(home)
    assert failing(home) == {named}


def test_a_port_that_another_program_has(home: Path) -> None:
    """A taken port fails; one that our own service answers on is well; so is a free one."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(5)
        assert "port" in failing(home, port=other.getsockname()[1])
    with Serving(home, ("--no-worker",)) as serving:
        port = int(serving.url.rpartition(":")[2])
        assert "served by a ledger" in looks(home, port=port)["port"].text
    assert "free" in looks(home, port=free_port())["port"].text


def test_settings_that_cannot_be_read_are_the_first_look(home: Path) -> None:
    """A wrong setting is one failing look that names it, and exit 1."""
    done = once(home, "doctor", "--json", more={"ONCE_PORT": "many"})
    said = json.loads(done.stdout)
    assert (done.returncode, [look["name"] for look in said["looks"]]) == (1, ["config"])
    assert "ONCE_PORT" in said["looks"][0]["text"]


def test_an_outside_chain_needs_no_engine(home: Path) -> None:
    """With the URL of a chain no Node.js is asked for; one that does not answer is no failure."""
    url = f"http://127.0.0.1:{free_port()}/?token=secret"
    settings = settings_of(home, chain=url, port=0)
    engine = next(look for look in look_at_machine(settings) if look.name == "engine")
    chain = next(look for look in look_at_ledger(settings, offline=False) if look.name == "chain")
    assert (engine.state, chain.state) == ("ok", "warn")
    assert "secret" not in chain.text


def test_a_back_up_past_its_day_is_named(home: Path, tmp_path: Path) -> None:
    """One that is still where it was written past its day warns and is named; once gone all is well."""
    grow(home, "D990071")
    assert looks(home)["backups"].state == "ok"
    late, kept = tmp_path / "late.backup", tmp_path / "kept.backup"
    take_backup(settings_of(home, backup_days=0), late, lambda _: None)
    take_backup(settings_of(home), kept, lambda _: None)
    look = looks(home)["backups"]
    assert (look.state, str(late) in look.text, str(kept) in look.text) == ("warn", True, False)
    late.unlink()
    assert looks(home)["backups"].state == "ok"


@pytest.mark.parametrize("size", [0, 1, 100_000, CHUNK_SIZE, CHUNK_SIZE + 1])
def test_a_file_of_the_vault_that_was_cut_is_named(home: Path, size: int) -> None:
    """Whole it is well; without its last byte it fails by its name; gone it is to be looked at."""
    document = bytes(range(16))
    with Vault(home / "vault", sealer_for(home / "keys" / "kek")).begin(document) as writer:
        writer.write(bytes(size))
        writer.finish()
    meddle(home, f"INSERT INTO uploads VALUES (zeroblob(16), X'{document.hex()}', {size}, 'text/plain', 1)")
    assert looks(home)["vault"].text == "1 files looked for, all there and of their size"
    blob = home / "vault" / "blobs" / document.hex()[:2] / document.hex()
    blob.write_bytes(blob.read_bytes()[:-1])
    assert failing(home) == {"vault"}
    assert str(blob) in looks(home)["vault"].text
    blob.unlink()
    assert looks(home)["vault"].state == "warn"
