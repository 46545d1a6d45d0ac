# SPDX-License-Identifier: Apache-2.0
"""The ledger under measurement: `once serve` with its worker as a real child process, on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from api.cli.child import once_command, once_environment
from api.settings import ENV_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.settings import Settings

READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
_KEPT: Final = ("ONCE_HOME", "ONCE_PROFILE", "ONCE_ORIGIN", "ONCE_CACHE")

_NO_QUOTA: Final = {
    f"{ENV_PREFIX}{whose}LOOKUPS_PER_{span}": str(10**9)
    for whose, spans in (("", "MINUTE"), ("KEY_", "HOUR DAY"), ("DEPARTMENT_", "MINUTE HOUR DAY"))
    for span in spans.split()
}
"""Counted as ever, never reached: one key asks here for a thousand counters."""


class BenchError(RuntimeError):
    """The measurement could not be made."""


@dataclass(frozen=True, slots=True)
class Served:
    """A serving process: its id and port."""

    process: int
    port: int


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Serve the home until the block ends; log lines go to `serve.log` beside it."""
    environment = {
        name: value
        for name, value in once_environment(settings).items()
        if not name.startswith(ENV_PREFIX) or name in _KEPT
    }
    command = once_command("serve", "--port", "0")
    with (settings.home.parent / "serve.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            env={**environment, "ONCE_CHAIN": settings.chain, **_NO_QUOTA},
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        yield Served(child.pid, _port_of(child))
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _port_of(child: subprocess.Popen[bytes]) -> int:
    """The port in the child's READY line."""
    late = threading.Timer(READY_SECONDS, child.kill)
    late.start()
    try:
        line = child.stdout.readline().decode() if child.stdout else ""
    finally:
        late.cancel()
    port = urlsplit(line.partition(" ")[2].strip()).port
    if not line.startswith("READY ") or port is None:
        raise BenchError("the serving process did not get ready; see serve.log")
    return port
