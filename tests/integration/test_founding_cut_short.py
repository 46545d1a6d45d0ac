# SPDX-License-Identifier: Apache-2.0
"""Founding that fails or is killed in the middle: nothing of it stays, or the next one says what stays."""

from __future__ import annotations

import json
import shlex
import signal
import time
from typing import TYPE_CHECKING

import pytest

from api.home import found_home
from api.settings import SettingsError
from tests import warm
from tests.homes import environment, once, settings_of
from tests.mounts import the_command, where_mounted

if TYPE_CHECKING:
    from pathlib import Path

FOUND = ("init", "--origin", "ledger.test/once", "--profile", "demo", "--json")


@pytest.mark.parametrize("room", [1, 16, 100, 300, 600])
def test_a_full_disk_leaves_a_place_to_found_in(tmp_path: Path, room: int) -> None:
    """Wherever the disk fills up: told in words, nothing is left, and the same command does it with room."""
    disk, home = tmp_path / "disk", tmp_path / "disk" / "home"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=8m tmpfs {shlex.quote(str(disk))}"
    found = the_command(*FOUND)
    script = f"""
        cd {shlex.quote(str(disk))} || exit 9
        dd if=/dev/zero of=room bs=1k count={room} status=none
        dd if=/dev/zero of=rest bs=4k status=none 2>/dev/null
        rm room
        {found} >/dev/null; echo "$?"
        ls -A home 2>/dev/null | wc -l
        rm rest
        {found}; echo "$?"
    """
    done = where_mounted(home, mount, script)
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] in {"1", "2"}
    assert (lines[1], lines[-1]) == ("0", "0"), done.stdout + done.stderr
    assert json.loads(lines[-2])["operator_key"]


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    """Of folders elsewhere only what founding made is taken away, and what comes after it is part of it."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (elsewhere / "vault").mkdir(mode=0o700)
    (elsewhere / "vault" / "mine").touch()
    stated = {
        "kek_file": elsewhere / "kek",
        "head_mark": elsewhere / "head",
        "vault": elsewhere / "vault",
        "database_url": f"sqlite:///{elsewhere / 'ledger.db'}",
    }

    def fails(_: object) -> None:
        raise SettingsError("afterwards")

    with pytest.raises(SettingsError, match="afterwards"):
        found_home(settings_of(home, **stated), then=fails)
    assert not home.exists()
    assert [path.name for path in elsewhere.rglob("*")] == ["vault", "mine"]
    assert found_home(settings_of(home, **stated)).log_id


def test_a_killed_founding_is_told_from_a_ledger(tmp_path: Path) -> None:
    """The next `once init` says that it was not founded to its end; in a ledger, that it is one."""
    home = tmp_path / "home"
    child = warm.start(FOUND, environment(home))
    while not (home / "once.toml").exists():
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    assert child.stdout is not None
    child.stdout.close()
    assert not (home / "trust.json").exists()
    done = once(home, *FOUND)
    assert (done.returncode, "was not founded to its end" in done.stderr) == (2, True)
    assert once(tmp_path / "other", *FOUND).returncode == 0
    done = once(tmp_path / "other", *FOUND)
    assert (done.returncode, "a ledger was founded here" in done.stderr) == (2, True)
