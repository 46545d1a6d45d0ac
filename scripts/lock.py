# SPDX-License-Identifier: Apache-2.0
"""Make the Python locks again from pyproject.toml: `scripts/lock.py [--upgrade]`.

Each lock names exact versions and hashes for every platform, and no host: the reader's own pip or uv
configuration says where packages come from. The first line carries a digest of what was asked for, so that
`scripts/check_locks.py` can tell, without a network, that a lock is no longer the answer to pyproject.toml.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
UV = ["uv>=0.9,<1"]


def groups(pyproject: dict[str, Any]) -> dict[str, list[str]]:
    """What each lock has to satisfy: group name -> requirement lines, in the order they are resolved."""
    project = pyproject["project"]
    run = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
        *pyproject["build-system"]["requires"],  # the project itself is built in the same environment
    ]
    return {"run": run, **pyproject["dependency-groups"], "uv": UV}


def asked(lines: list[str]) -> str:
    """Digest of what a lock answers, independent of order: 64 hex."""
    return hashlib.sha256(json.dumps(sorted(lines)).encode()).hexdigest()


def read_pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        sys.exit("lock: no uv here; run `make setup` first")
    return found


def resolve(name: str, lines: list[str], under: list[str], *, upgrade: bool) -> str:
    """The text of one lock that agrees with those `under` it; pins that still fit stay, unless `upgrade`."""
    target = FOLDER / f"{name}.txt"
    command = [_uv(), "pip", "compile", "-", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet", "--no-config"]
    if upgrade:
        command.append("--upgrade")
    elif target.exists():
        command += ["--output-file", str(target)]  # uv reads its preferences from the file it would write
    for lower in under:
        command += ["--constraint", f"{lower}.txt"]
    given = "\n".join(lines) + "\n"
    # PIP_* and UV_* of the caller may name hosts or folders; the lock must not depend on them
    quiet = {key: value for key, value in os.environ.items() if key != "PIP_FIND_LINKS"}
    done = subprocess.run(
        command, input=given, text=True, stdout=subprocess.PIPE, check=True, cwd=FOLDER, env=quiet
    )
    body = (done.stdout or target.read_text(encoding="utf-8")).replace("-r -", "pyproject.toml")
    body = "".join(line for line in body.splitlines(keepends=True) if not line.startswith("# asked:"))
    return f"# asked: {asked(lines)}  (made by scripts/lock.py)\n{body}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    done: list[str] = []
    for name, lines in groups(read_pyproject()).items():
        text = resolve(name, lines, done, upgrade=options.upgrade)
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
        done.append(name)
        print(f"lock: requirements/{name}.txt")


if __name__ == "__main__":
    main()
