# SPDX-License-Identifier: Apache-2.0
"""Environments that hold the wheel and nothing of this work tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
SOURCES = ("ledger", "attest", "api")
VERSIONS = ("3.11", "3.12", "3.13")


def interpreter(version: str) -> Path | None:
    """A Python of this version on this machine: ours, one of pyenv, one on the path."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return Path(sys.executable)
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    if found:
        return found[-1]
    there = shutil.which(f"python{version}")
    works = there is not None and subprocess.run([there, "-c", ""], capture_output=True, check=False)
    return Path(there) if there is not None and works and works.returncode == 0 else None


def bare_environment(**more: str) -> dict[str, str]:
    """Ours without what would lead back to the work tree or to a real ledger."""
    dropped = ("ONCE_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    cache = os.environ.get("ONCE_CACHE")
    return {**kept, **({"ONCE_CACHE": cache} if cache else {}), **more}


def install(python: Path, wheel: Path, folder: Path, extra: str = "") -> Path:
    """An empty environment of `python` with the run-time lock and the wheel; the path of its `once`.

    With an `extra` as its users install it: the wheel says what it needs, the lock only which versions.
    """
    quiet = [str(UV), "--quiet"]
    subprocess.run([*quiet, "venv", "--python", str(python), str(folder)], check=True, env=bare_environment())
    target = ["--python", str(folder / "bin" / "python")]
    locked = [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
        "-r",
        str(ROOT / "requirements/run.txt"),
    ]
    asked = [f"{wheel}[{extra}]", "--only-binary", ":all:", "-c", str(ROOT / "requirements/run.txt")]
    for arguments in [asked] if extra else [locked, ["--no-deps", str(wheel)]]:
        done = subprocess.run(
            [*quiet, "pip", "install", *target, *arguments],
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            if os.environ.get("CI") == "true":
                pytest.fail(done.stderr)
            pytest.skip(f"the lock cannot be installed here: {done.stderr[-200:]}")
    return folder / "bin" / "once"
