# SPDX-License-Identifier: Apache-2.0
"""Commands where something is mounted for them alone; skipped where this machine does not allow it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from api.cli.child import once_command
from tests.homes import environment

if TYPE_CHECKING:
    from pathlib import Path


def the_command(*arguments: str) -> str:
    """`once ARGUMENT…` for a shell."""
    return shlex.join(once_command(*arguments))


def where_mounted(home: Path, mount: str, script: str) -> subprocess.CompletedProcess[str]:
    """What a shell says of `script` where `mount` was done, for the ledger in `home`."""
    apart = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*apart, mount], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    return subprocess.run(
        [*apart, f"{mount} && {script}"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
