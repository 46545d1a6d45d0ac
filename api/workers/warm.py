# SPDX-License-Identifier: Apache-2.0
"""An anchor worker that loads before it is needed: web3 takes seconds, which cost nothing beside other work.

Run as a program it loads, reads one line of JSON `{arguments, environment, log}`, and is `once ARGUMENT…`
from there on; at the end of input it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import api
import ledger.chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEASH: Final = Path(next(iter(ledger.chain.__path__))) / "_leash.py"


class Spare:
    """At most one worker of this process that loads or waits; started and taken by the main thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._log: Path | None = None

    def prepare(self, environment: Mapping[str, str] | None = None) -> None:
        """Start one if there is none; the kernel ends it with the thread that calls this.

        Without an `environment` it gets ours, without the settings of any ledger.
        """
        if self._process is not None:
            return
        if environment is None:
            root = str(Path(api.__file__).resolve().parent.parent)
            kept = {
                name: value
                for name, value in os.environ.items()
                if not name.startswith("ONCE_") or name == "ONCE_FAILPOINT"  # read when modules are loaded
            }
            paths = filter(None, [root, os.environ.get("PYTHONPATH")])
            environment = {**kept, "PYTHONPATH": os.pathsep.join(paths)}
        program = [sys.executable, "-P", "-m", "api.workers.warm"]
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *program],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def log_to(self, log: Path) -> None:
        """Where its stderr goes once it works, if not where ours went when it was started."""
        self._log = log

    def take(
        self, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes] | None:
        """The waiting one, told what to be; None where there is none any more."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.poll() is not None:
            return None
        log = None if self._log is None else str(self._log)
        told = {"arguments": list(arguments), "environment": dict(environment), "log": log}
        try:
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.close()
        except OSError:
            process.kill()
            process.wait()
            return None
        return process


SPARE: Final = Spare()


def main() -> int:
    """Load, wait, be it."""
    from api.cli import loading  # noqa: PLC0415
    from api.cli import main as once  # noqa: PLC0415

    with loading():
        import api.workers.anchor  # noqa: F401, PLC0415  # loaded here, used by the command
        import ledger.chain.client  # noqa: F401, PLC0415

    line = sys.stdin.readline()
    if not line:
        return 0
    told = json.loads(line)
    os.environ.update(told["environment"])
    if told["log"] is not None:
        with Path(told["log"]).open("ab") as log:
            os.dup2(log.fileno(), sys.stderr.fileno())
    return once(told["arguments"])


if __name__ == "__main__":
    sys.exit(main())
