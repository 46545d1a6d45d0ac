# SPDX-License-Identifier: Apache-2.0
"""Ledger homes for tests: one is founded for all of a session, each test gets a copy of it."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import httpx

from api.home import found_home
from api.settings import Settings, load_settings
from api.wiring import open_ledger
from attest.acts import Custodial
from attest.registry.commands import RegisterDepartment
from attest.registry.model import GOVERNANCE, Department
from ledger.hashing import sha256
from tests import warm

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

    import pytest

    from api.wiring import Ledger

ORIGIN = "ledger.test/once"
SILENT = {
    "alarm_holders_per_hour": 10**6,
    "alarm_unknown_per_day": 10**6,
    "alarm_outside_list_per_day": 10**6,
    "alarm_sequence": 10**6,
    "alarm_off_hours_per_day": 10**6,
}
"""No rule about look-ups speaks, whatever tests do and at whatever hour; those of the rules say otherwise."""
PATIENT = {"refusals_per_day": 10**6, "lookups_per_hour": 10**6, "lookups_per_day": 10**6}
"""Quotas of what many tests cause together in a ledger that they share; those of the quotas say otherwise."""
DEPARTMENT = "D990001"


def settings_of(home: Path, **stated: object) -> Settings:
    """The settings of a demo home (or what is stated), whatever the environment says about others."""
    return load_settings(**{"home": home, "profile": "demo", "origin": ORIGIN, **SILENT, **PATIENT, **stated})


def founded_once(
    factory: pytest.TempPathFactory, name: str, departments: Sequence[str], profile: str = "demo"
) -> Path:
    """A home founded by whichever worker asks first, for all of a run: keystores take seconds to seal."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder in the folder of the run
        folder = folder.parent
    home = folder / f"founded-{name}" / "home"
    with (folder / f"founded-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            draft = folder / f"founding-{name}-{os.getpid()}"
            draft.mkdir()
            found_home(settings_of(draft / "home", profile=profile), departments=departments)
            draft.rename(home.parent)
    return home


def copy_of(home: Path, target: Path) -> Path:
    """The same ledger in another folder; only of a home that nobody has open."""
    shutil.copytree(home, target)
    target.chmod(0o700)
    return target


def register(ledger: Ledger, *codes: str) -> int:
    """Register departments, one entry each; the size of the log afterwards."""
    for code in codes:
        text = f"name of {code}".encode()
        act, record = RegisterDepartment(), Department(code, "county", sha256(text))
        ledger.writer.submit_wait(Custodial(act, record, GOVERNANCE, ledger.context, attached=[text]))
    return ledger.store.head().size


def grow(home: Path, *codes: str) -> int:
    """Register departments from a process of its own mark, published; the size of the log afterwards."""
    ledger = open_ledger(settings_of(home))
    ledger.start()
    try:
        size = register(ledger, *codes)
        ledger.publisher.publish_once()
        return size
    finally:
        ledger.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of `once` with this home and nothing of another."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONCE_")}
    root = Path(__file__).resolve().parent.parent
    cache = os.environ.get("ONCE_CACHE")
    return {
        **kept,
        **({"ONCE_CACHE": cache} if cache else {}),
        "PYTHONPATH": str(root),
        "ONCE_HOME": str(home),
        "ONCE_ALARM_OFF_HOURS_PER_DAY": "1000000",
        **more,
    }


def once(
    home: Path, *arguments: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `once ARGUMENT…` to its end."""
    return warm.run(arguments, environment(home, **(more or {})))


@dataclass
class Serving:
    """A `once serve` of one home on a free port."""

    home: Path
    arguments: tuple[str, ...] = ()
    from_nothing: bool = False
    """Not by a fork of what has loaded already."""
    child: warm.Started | subprocess.Popen[str] = field(init=False)
    url: str = field(init=False)
    errors: IO[str] = field(init=False)

    def __post_init__(self) -> None:
        self.errors = (self.home.parent / f"{self.home.name}.err").open("a", encoding="utf-8")
        asked = ("serve", "--port", "0", *self.arguments)
        told = environment(self.home)
        self.child = warm.start(asked, told, stderr=self.errors, from_nothing=self.from_nothing)
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        assert line.startswith("READY "), self.said()
        self.url = line.split()[1]

    def said(self) -> str:
        """Everything on standard error."""
        self.errors.flush()
        return (self.home.parent / f"{self.home.name}.err").read_text(encoding="utf-8")

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One request."""
        return httpx.get(self.url + path, headers=headers, timeout=10)

    def child_pid(self, name: str) -> int:
        """Process id of the chain or of the worker."""
        return int((self.home / "chain" / f"{name}.pid").read_text())

    def anchored(self) -> int:
        """Entries below the newest root on the chain."""
        return int(self.get("/health/ready").json()["anchoring"]["anchored"] or 0)

    def kill(self) -> None:
        """SIGKILL, as the kernel does when memory ends."""
        self.child.kill()
        self._end()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.child.terminate()
        return self._end()

    def _end(self) -> int:
        code = self.child.wait(30)
        assert self.child.stdout is not None
        self.child.stdout.close()
        self.errors.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:  # what a failed test needs to be understood
            print(self.said()[-20_000:])
            for log in sorted((self.home / "chain").glob("*.log")):
                print(log.name, log.read_text(errors="replace")[-2_000:])
        if self.child.poll() is None:
            self.stop()


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Return when it holds; AssertionError after `seconds`: a chain alone may take 30 to start."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
