# SPDX-License-Identifier: Apache-2.0
"""A command that is alone in a ledger: nobody opens it meanwhile, wherever he is, and each is told why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from api.operation.alone import alone
from api.operation.key_place import LookupKeysError
from api.operation.lookup_keys import replace_lookup_keys
from api.operation.migrating import MigrationError
from api.wiring import open_ledger
from attest.errors import KeystoreError
from ledger.alone import require_not_shut_out, shutting_out
from ledger.errors import StoreError
from ledger.headmark import HeldError
from ledger.store import Store
from tests.homes import environment, once
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.settings import Settings
    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True
HELD = "another command holds the ledger"
WAITING = """
import sys
from pathlib import Path
from api.operation.alone import alone
from tests.homes import settings_of
with alone(settings_of(Path(sys.argv[1])), "a test", RuntimeError):
    print("alone", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> Settings:
    """Of a ledger that was used and is served no more."""
    world = new_world(tmp_path / "home", world_on)
    world.close()
    return world.ledger.settings


def on_another_machine(settings: Settings, tmp_path: Path) -> Settings:
    """The same database from a machine that has a folder of head marks of its own."""
    return settings.model_copy(update={"head_mark": tmp_path / "other-head"})


@pytest.fixture
def places(settings: Settings, tmp_path: Path) -> list[Settings]:
    """From where a ledger can be opened: a file from one machine, a server from others too."""
    here = settings.database_url.startswith("sqlite")
    return [settings] if here else [settings, on_another_machine(settings, tmp_path)]


@pytest.fixture
def held(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is alone in the ledger until it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(settings.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment(settings.home)},
    )
    assert child.stdout is not None
    assert child.stdin is not None
    with child.stdout, child.stdin:
        assert child.stdout.readline() == b"alone\n"
        yield child
        child.kill()
        child.wait()


def test_nobody_opens_it_meanwhile(places: list[Settings], settings: Settings) -> None:
    """Whoever comes is refused before keys are read, which are being replaced; afterwards he gets in."""
    aside = settings.lookup_key_file.with_name("aside")
    with alone(settings, "once keys", LookupKeysError) as held:
        held.require_settled()
        settings.lookup_key_file.rename(aside)
        for place in places:
            with pytest.raises(HeldError, match=HELD):
                open_ledger(place)
        held.require_settled()
    with pytest.raises(KeystoreError, match="lookup"):
        open_ledger(settings)
    aside.rename(settings.lookup_key_file)
    first = open_world(settings.home)  # who was refused has nothing open, and two serve together
    second = open_world(settings.home)
    first.close()
    second.close()


def test_two_commands_at_once(places: list[Settings], settings: Settings) -> None:
    """The second is told that another command is there, not that the ledger is served."""
    with alone(settings, "once migrate", MigrationError):
        for place in places[:1]:
            with pytest.raises(LookupKeysError, match=HELD):
                replace_lookup_keys(place, lambda _: None)
    for place in places[1:]:
        open_world(settings.home).close()
        place.head_mark.mkdir()
        for mark in settings.head_mark.glob("*.mark"):
            (place.head_mark / mark.name).write_bytes(mark.read_bytes())
        with (
            alone(settings, "once migrate", MigrationError),
            pytest.raises(LookupKeysError, match=HELD),
        ):
            replace_lookup_keys(place, lambda _: None)
    assert not list(settings.lookup_key_file.parent.glob("lookup.*"))


@pytest.mark.parametrize(
    "arguments", [("serve", "--port", "0"), ("serve", "--port", "0", "--workers", "2"), ("keys", "end", "k")]
)
def test_a_start_that_is_refused_says_so(
    settings: Settings, held: subprocess.Popen[bytes], arguments: tuple[str, ...]
) -> None:
    """In words, with exit code 1 (of a group: 2), and whoever is alone goes on."""
    done = once(settings.home, *arguments, more={"ONCE_DATABASE_URL": settings.database_url})
    assert (done.returncode, HELD in done.stderr, "Traceback" in done.stderr) == (
        2 if "--workers" in arguments else 1,
        True,
        False,
    ), done.stderr
    assert held.poll() is None


def test_a_refused_start_is_told_in_two_languages(settings: Settings, held: subprocess.Popen[bytes]) -> None:
    """One code, what is so and what to do next, in the language of the environment."""
    del held
    stated = {"ONCE_DATABASE_URL": settings.database_url, "LC_ALL": "zh_CN.UTF-8"}
    done = once(settings.home, "keys", "end", "k", more=stated)
    assert (done.returncode, done.stdout) == (1, "")
    assert "另一条命令独占着账本" in done.stderr
    assert "请等它结束，再执行同一命令" in done.stderr


def test_who_is_killed_holds_nothing(settings: Settings, held: subprocess.Popen[bytes]) -> None:
    """A killed command is in nobody's way."""
    with pytest.raises(StoreError, match=HELD):
        open_ledger(settings)
    held.send_signal(signal.SIGKILL)
    held.wait()
    open_world(settings.home).close()


def test_who_is_gone_in_a_moment_is_waited_for(settings: Settings) -> None:
    """The lock of a program that was killed, which a server holds for a moment more, refuses nobody."""
    with ExitStack() as held, closing(Store(settings.database_url)) as store:
        other = held.enter_context(closing(Store(settings.database_url)))
        lock = ExitStack()
        lock.enter_context(shutting_out(other))
        timer = threading.Timer(0.3, lock.close)
        timer.start()
        held.callback(timer.join)
        require_not_shut_out(store)
        with shutting_out(store):
            pass
