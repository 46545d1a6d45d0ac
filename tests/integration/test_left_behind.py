# SPDX-License-Identifier: Apache-2.0
"""A back-up or a restore that was killed leaves no copy that nobody knows of."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.erasing import erase
from api.operation.backup import take_backup
from api.operation.backup_list import known_backups
from api.operation.staging import private_folder
from tests import warm
from tests.erasure_parts import a_world, live
from tests.homes import copy_of, environment, once, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest_plugins = ["tests.api_parts", "tests.home_parts"]

RUN = """
import os, signal, sys
from pathlib import Path
from api.operation.backup import take_backup
from api.operation.restore import Asked, restore
from api.settings import load_settings

def say(line):
    print(line, file=sys.stderr)
    if line.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "backup":
    take_backup(load_settings(), Path(sys.argv[3]), say)
else:
    asked = Asked(keys=Path(sys.argv[4]), passphrase=sys.argv[5], offline=True)
    restore(Path(sys.argv[3]), asked, say)
"""
PHRASE = "correct horse battery staple"


def killed(home: Path, verb: str, line: str, *arguments: str) -> None:
    """Run a back-up or a restore that is killed when it says `line`."""
    done = warm.run((verb, line, *arguments), environment(home), program=RUN)
    assert done.returncode == -signal.SIGKILL, done.stderr


def left_in(home: Path) -> list[Path]:
    """Folders of runs below a home."""
    return [path for path in home.iterdir() if path.name.startswith((".backup-", ".restore-"))]


def looked(home: Path) -> dict[str, str]:
    """What the doctor says of what was left."""
    looks = json.loads(once(home, "doctor", "--offline", "--json").stdout)["looks"]
    found: dict[str, str] = next(look for look in looks if look["name"] == "left")
    return found


def a_dead_backup(home: Path, target: Path) -> Path:
    """Killed while it reads back: database in clear below home, an unfinished file beside the target."""
    killed(home, "backup", "reading it back", str(target))
    (folder,) = left_in(home)
    assert (folder / "ledger.db").stat().st_size
    assert list(target.parent.glob(f".{target.name}.*"))
    return folder


def test_what_a_killed_restore_left_is_named_and_goes_with_the_next(home: Path, tmp_path: Path) -> None:
    """Keys, database and files in clear: the doctor names folder and command, the next run removes it."""
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    (tmp_path / "phrase").chmod(0o600)
    phrase = ("--passphrase-file", str(tmp_path / "phrase"))
    done = once(home, "backup", str(tmp_path / "b"), "--with-keys", str(tmp_path / "k"), *phrase)
    assert done.returncode == 0, done.stderr
    bare = tmp_path / "bare"
    killed(bare, "restore", "laying it down", str(tmp_path / "b"), str(tmp_path / "k"), PHRASE)
    (left,) = left_in(bare)
    assert (left / "keys" / "kek").is_file()
    said = looked(bare)
    assert (said["state"], f"rm -rf {left}" in said["todo"]) == ("warn", True)
    done = once(bare, "restore", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), *phrase, "--offline")
    assert done.returncode == 3, done.stderr
    assert f"removed {left}" in done.stderr
    assert (left_in(bare), looked(bare)["state"]) == ([], "ok")


@pytest.mark.parametrize("verb", ["backup", "rebuild"])
def test_what_a_killed_back_up_left_goes_with_the_next_run(home: Path, tmp_path: Path, verb: str) -> None:
    """The copy below home and the unfinished file beside the target, whatever command comes next."""
    folder = a_dead_backup(home, tmp_path / "b")
    assert str(folder) in looked(home)["text"]
    done = once(home, verb, *([str(tmp_path / "c")] if verb == "backup" else []))
    assert done.returncode == 0, done.stderr
    assert (left_in(home), list(tmp_path.glob(".b.*"))) == ([], [])


def test_a_run_that_lives_keeps_its_folder(home: Path, tmp_path: Path) -> None:
    """Neither swept nor named while it goes on."""
    said: list[str] = []
    with private_folder(home, "backup", said.append) as folder:
        assert looked(home)["state"] == "ok"
        assert once(home, "backup", str(tmp_path / "b")).returncode == 0
        assert folder.is_dir()
    assert (left_in(home), said) == ([], [])


def test_a_back_up_is_known_before_it_has_its_name(home: Path, tmp_path: Path) -> None:
    """One that ends just where it would get its name stands in the list already."""
    target = tmp_path / "b"

    def take_the_place(line: str) -> None:
        if line == "reading it back":
            target.touch()

    with pytest.raises(FileExistsError):
        take_backup(settings_of(home), target, take_the_place)
    assert [one.path for one in known_backups(home / "head")] == [str(target)]


def by_itself(home: Path, spare: Path) -> None:
    """Nothing is in the way."""
    assert spare.is_file()
    assert home.is_dir()


def on_a_disk_that_is_away(home: Path, spare: Path) -> None:
    """The unfinished file's folder is not there just now: nobody can say that it went."""
    assert home.is_dir()
    spare.parent.rename(spare.parent.with_name("away"))


@pytest.mark.parametrize(("meanwhile", "goes"), [(by_itself, True), (on_a_disk_that_is_away, False)])
def test_an_erasure_leaves_no_copy_unnamed(
    bare_home: Path, tmp_path: Path, meanwhile: Callable[[Path, Path], None], *, goes: bool
) -> None:
    """What a killed back-up left goes with the erasure; where that cannot be, the erasure's list names it."""
    home = copy_of(bare_home, tmp_path / "home")
    (tmp_path / "disk").mkdir()
    with closing(a_world(home, backup_days=0)) as world:
        life = live(world)
        world.ledger.publisher.publish_once()
        folder = a_dead_backup(home, tmp_path / "disk" / "b")
        (spare,) = (tmp_path / "disk").glob(".b.*")
        meanwhile(home, spare)
        world.runner.run(erase(world.ledger, [life.holder], "SC"))
    assert folder.exists() != goes
    done = once(home, "erase", "--list", "--json", more={"ONCE_BACKUP_DAYS": "0"})
    (said,) = json.loads(done.stdout)["erasures"]
    told = [one["path"] for one in said["held_by"]]
    assert (said["state"], told) == (("complete", []) if goes else ("overdue", [str(folder)]))
