# SPDX-License-Identifier: Apache-2.0
"""Set up `.venv` for a verb of the Makefile: `setup.py STEP...`; a step already done costs nothing.

Standard library only, for it runs before anything is installed. Needs python3 >= 3.11 and, once, the network;
packages come from wherever this machine's pip and uv are configured to look, and only with the hashes of
`requirements/*.txt`; no package's own build script runs. Output goes to stderr.
"""

import fcntl
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NPM = ROOT / "ledger" / "chain" / "npm"
STAMPS = VENV / ".once"
LOCKED = ("run", "test", "build", "samples", "lint")  # one lock each in requirements/
BINARY_ONLY = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
CHAIN = {"chain": "anvil", "chain-full": "full"}  # npm packages, from the lock in ledger/chain/npm
WEB = ROOT / "api" / "web" / "npm"
WEB_FILES = ROOT / "api" / "web" / "static" / "vendor"
EDITABLE = ("--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", ".")


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def call(*command: str | Path, **environment: str) -> bool:
    """Run a command from the root, without input, its output on stderr; true if it exited 0."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    return done.returncode == 0


def find_pip_wheel() -> Path | None:
    """The pip wheel that comes with python3 (on Debian: with python3-venv), or None."""
    importlib.invalidate_caches()
    try:
        import ensurepip  # noqa: PLC0415  # absent from a bare Debian python3
    except ImportError:
        return None
    folders = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def pip_wheel() -> Path:
    """As find_pip_wheel; on Debian, as root, the missing package is installed, else it is named."""
    wheel = find_pip_wheel()
    if wheel is None and os.geteuid() == 0 and shutil.which("apt-get"):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        say(f"installing {package}")
        call("apt-get", "update", "-qq")
        call(
            "apt-get",
            "install",
            "-qq",
            "-y",
            "--no-install-recommends",
            package,
            DEBIAN_FRONTEND="noninteractive",
        )
        wheel = find_pip_wheel()
    if wheel is None:
        sys.exit("setup: python3 lacks ensurepip; install the package python3-venv, then try again")
    return wheel


def pip(*arguments: str | Path) -> bool:
    """Run the bundled pip for the environment, without installing pip itself (that takes five seconds)."""
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return call(PYTHON, "-m", "pip", *arguments, PYTHONPATH=str(pip_wheel()), **quiet)


def install(*arguments: str | Path) -> bool:
    """`pip install` by uv, which is several times faster; by pip where uv is missing or cannot."""
    uv = VENV / "bin" / "uv"
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        command.append("--compile-bytecode")  # else every start would compile web3 and its like again
    if uv.exists() and call(*command, *arguments):
        return True
    return pip("install", "--quiet", *arguments)


def create() -> None:
    """An empty environment with uv in it, where uv has a wheel for this machine."""
    if not PYTHON.exists():
        say("creating .venv")
        if not call(sys.executable, "-m", "venv", "--without-pip", "--clear", VENV):
            sys.exit("setup: python3 could not create .venv")
    if not pip("install", "--quiet", "--no-compile", *BINARY_ONLY, "-r", "requirements/uv.txt"):
        say("no uv for this machine; going on with pip, which is slower")


def install_project() -> None:
    """The packages of this work tree and the `once` script, built by the locked setuptools."""
    if not install(*EDITABLE):
        sys.exit("setup: the project could not be installed into .venv")


def install_lock(name: str) -> None:
    say(f"installing requirements/{name}.txt")
    if not install(*BINARY_ONLY, "-r", f"requirements/{name}.txt"):
        sys.exit(f"setup: requirements/{name}.txt could not be installed")


def install_chain(packages: str) -> None:
    """The local chain's npm packages, by the Node.js of the run-time lock, into the cache folder."""
    say(f"installing the local chain ({packages})")
    code = f"from ledger.chain.packages import ensure_chain_packages as go; go(packages={packages!r})"
    if not call(PYTHON, "-c", code):
        sys.exit("setup: the local chain could not be installed")


def install_web() -> None:
    """The browser libraries of the pages, by npm, checked file by file."""
    say("installing the browser libraries")
    if not call(PYTHON, "-I", "scripts/web_vendor.py"):
        sys.exit("setup: the browser libraries could not be installed")


def key(*inputs: Path) -> str:
    """Digest of what a step was made from; folders count, since scripts in .venv and stamps name them."""
    places = [str(ROOT), os.environ.get("ONCE_CACHE", ""), os.environ.get("HOME", "")]
    digest = hashlib.sha256("\0".join(places).encode())
    for path in (Path(__file__), *inputs):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_done(step: str, now: str) -> bool:
    stamp = STAMPS / step
    return PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == now


def mark(step: str, now: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(now, encoding="ascii")


def main(steps: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # this file meets whatever python3 the machine has
        sys.exit("setup: python3 is older than 3.11; install python3.11 or later, then try again")
    locks = ROOT / "requirements"
    plan: list[tuple[str, str, Callable[[], None]]] = [("venv", key(locks / "uv.txt"), create)]
    for step in steps:
        if step in LOCKED:
            plan.append((step, key(locks / f"{step}.txt"), partial(install_lock, step)))
        elif step == "project":
            plan.append((step, key(ROOT / "pyproject.toml"), install_project))
        elif step in CHAIN:
            plan.append((step, key(*sorted(NPM.glob("*.json"))), partial(install_chain, CHAIN[step])))
        elif step == "web":
            here = "" if WEB_FILES.is_dir() else "absent"
            plan.append((step, here + key(*sorted(WEB.glob("*.json"))), install_web))
        else:
            sys.exit(f"setup: no step {step}; there are {' '.join((*LOCKED, 'project', *CHAIN, 'web'))}")
    if all(is_done(step, now) for step, now, _ in plan):
        return
    fcntl.flock(os.open(ROOT, os.O_RDONLY), fcntl.LOCK_EX)  # two verbs started together must not both install
    for step, now, do in plan:
        if not is_done(step, now):
            do()
            mark(step, now)


if __name__ == "__main__":
    main(sys.argv[1:])
