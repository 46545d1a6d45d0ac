# SPDX-License-Identifier: Apache-2.0
"""A database that cannot be read or written: commands say so in words, with their code and the next step."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.homes import grow, once
from tests.integration.test_doctor import failing
from tests.mounts import the_command, where_mounted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.home_parts"]

COMMANDS = (
    (3, ("audit", "--offline")),
    (3, ("rebuild",)),
    (3, ("reask", "replay")),
    (1, ("migrate",)),
    (1, ("migrate", "--check")),
    (1, ("keys", "list")),
    (1, ("keys", "rotate-lookup")),
    (1, ("accounts", "list")),
    (1, ("serve", "--port", "0", "--no-worker")),
)
PAGE = 8192


def told(done: CompletedProcess[str]) -> str:
    """The code of an error that was told whole: in words on stderr, in both languages in JSON."""
    assert "Traceback" not in done.stderr, done.stderr
    error = json.loads(done.stdout.splitlines()[-1])["error"]
    assert all(error[name] for name in ("zh", "en", "next_zh", "next_en"))
    assert error["en"] in done.stderr or error["zh"] in done.stderr
    return str(error["code"])


@pytest.mark.parametrize(("code", "arguments"), COMMANDS)
def test_a_cut_database(home: Path, code: int, arguments: tuple[str, ...]) -> None:
    """What judges cannot tell (3, never 1), all others refuse (1)."""
    os.truncate(home / "ledger.db", (home / "ledger.db").stat().st_size // 2)
    if arguments[0] == "serve":
        done = once(home, *arguments)
        assert (done.returncode, "is damaged" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
        return
    done = once(home, *arguments, "--json")
    assert (done.returncode, told(done)) == (code, "database.damaged")
    assert not list((home / "keys").glob("lookup.*"))


def test_a_page_that_was_overwritten(home: Path) -> None:
    """Met in the middle of an audit it is told as well, and `once doctor` names the database."""
    grow(home, "D990071", "D990072")
    size = (home / "ledger.db").stat().st_size // PAGE
    with (home / "ledger.db").open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xa5" * PAGE * (size - 1))
    done = once(home, "audit", "--offline", "--json")
    assert (done.returncode, told(done)) == (3, "database.damaged")
    assert failing(home) == {"database"}


@pytest.mark.parametrize(("code", "arguments"), [COMMANDS[0], COMMANDS[5]])
def test_a_server_that_does_not_answer(home: Path, code: int, arguments: tuple[str, ...]) -> None:
    """Nothing was judged then: 3 of an audit, 1 of what was to be shown."""
    away = {"ONCE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/ledger"}
    done = once(home, *arguments, "--json", more=away)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


@pytest.mark.parametrize(("room", "code"), [(0, "database.unusable"), (64, "database.full")])
def test_a_full_disk(new_world: Callable[[Path, Kind], World], tmp_path: Path, room: int, code: str) -> None:
    """Full when the database is opened, or while rows change: told; with room, the same command does it."""
    home, disk, moved = tmp_path / "home", tmp_path / "disk", tmp_path / "disk" / "home"
    disk.mkdir()
    world = new_world(home, "sqlite")
    for number in range(400):  # more rows than the room is for
        world.made("ZW", "holders", {"id_type": "provisional", "number": f"A{number}", "name": "甲"})
    world.close()
    mount = f"mount -t tmpfs -o size=8m tmpfs {shlex.quote(str(disk))}"
    rotate = the_command("keys", "rotate-lookup", "--json")
    script = f"""
        cp -a {shlex.quote(str(home))} {shlex.quote(str(moved))} && cd {shlex.quote(str(disk))} || exit 9
        dd if=/dev/zero of=room bs=1k count={room} status=none
        dd if=/dev/zero of=rest bs=4k status=none 2>/dev/null
        rm room
        {rotate}; echo "$?"
        {the_command("keys", "list", "--json")} >/dev/null; echo "$?"
        ls home/keys | grep lookup
        rm rest
        {rotate}; echo "$?"
    """
    done = where_mounted(moved, mount, script)
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    assert json.loads(lines[0])["error"]["code"] == code, done.stdout
    assert (lines[1], lines[2], lines[-1]) == ("1", "0", "0"), done.stdout
    assert json.loads(lines[-2])["version"] == 2
