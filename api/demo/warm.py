# SPDX-License-Identifier: Apache-2.0
"""A process that loads what `once serve` needs while the ledger is still being founded, then becomes it.

Loading takes two seconds; on the second core they cost nothing. Run as a program it reads one line of JSON,
`{arguments, environment, log}`, and is `once ARGUMENT…` from there on; at the end of input it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import api
import ledger.chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEASH: Final = Path(next(iter(ledger.chain.__path__))) / "_leash.py"


def spawn() -> subprocess.Popen[bytes]:
    """Start one; the kernel ends it with the thread that calls this. It sees no setting of ours."""
    root = str(Path(api.__file__).resolve().parent.parent)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ONCE_") or name == "ONCE_FAILPOINT"  # read when modules are loaded
    }
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    program = [sys.executable, "-P", "-m", "api.demo.warm"]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *program],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def become(
    process: subprocess.Popen[bytes], arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> None:
    """Tell one what to be, and the file that takes its stderr from then on."""
    if process.stdin is not None:
        go = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        process.stdin.write(json.dumps(go).encode() + b"\n")
        process.stdin.close()


def main() -> int:
    """Load, wait, be it."""
    import api.serving  # noqa: PLC0415  # loaded here, used by the command
    import api.wiring  # noqa: F401, PLC0415
    from api.cli import main as once  # noqa: PLC0415
    from api.workers.warm import SPARE  # noqa: PLC0415

    line = sys.stdin.readline()
    if not line:
        return 0
    SPARE.prepare()  # the anchor worker loads while the ledger is being filled: nobody waits for it before
    go = json.loads(line)
    os.environ.update(go["environment"])
    SPARE.log_to(Path(go["log"]))
    with Path(go["log"]).open("ab") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    return once(go["arguments"])


if __name__ == "__main__":
    sys.exit(main())
