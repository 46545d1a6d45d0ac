# SPDX-License-Identifier: Apache-2.0
"""Complete the npm lock of `hardhat-node/` and write the copies that the package ships.

npm leaves out optional packages that its registry view does not serve, and `npm ci` on such a platform then
fails. Every optional dependency that a locked package names gets its entry here. `--check` writes nothing
and exits 1 on a difference.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "hardhat-node"
SHIPPED = ROOT / "ledger" / "chain" / "npm"
_SYSTEMS = ("darwin", "win32", "linux", "freebsd")
_PROCESSORS = {"amd64": "x64", "x64": "x64", "arm64": "arm64", "ia32": "ia32"}

Lock = dict[str, Any]


def _platform_entry(name: str, version: str) -> Lock:
    """Lock entry of a platform package, its system and processor read from its name."""
    words = name.rpartition("/")[2].split("-")
    entry: Lock = {"version": version}
    entry["cpu"] = [_PROCESSORS[word] for word in words if word in _PROCESSORS]
    if "musl" in words:
        entry["libc"] = ["musl"]
    elif "gnu" in words:
        entry["libc"] = ["glibc"]
    entry["optional"] = True
    entry["os"] = [word for word in words if word in _SYSTEMS]
    if not entry["cpu"] or not entry["os"]:
        raise SystemExit(f"{name}: cannot tell system and processor from the name")
    return entry


def completed(lock: Lock) -> Lock:
    """The lock with an entry for every optional dependency named in it, and without any host."""
    packages: Lock = dict(lock["packages"])
    for path, package in list(packages.items()):
        package.pop("resolved", None)
        for name, version in package.get("optionalDependencies", {}).items():
            if f"node_modules/{name}" in packages or f"{path}/node_modules/{name}" in packages:
                continue
            packages[f"node_modules/{name}"] = _platform_entry(name, version)
    return {**lock, "packages": dict(sorted(packages.items()))}


def anvil_only(lock: Lock) -> tuple[Lock, Lock]:
    """(package.json, lock) that install anvil's one platform package and nothing else."""
    packages = lock["packages"]
    wanted: dict[str, str] = packages["node_modules/@foundry-rs/anvil"]["optionalDependencies"]
    package = {
        "name": "once-ledger-anvil",
        "version": packages[""]["version"],
        "private": True,
        "license": packages[""]["license"],
        "optionalDependencies": wanted,
    }
    root = {key: value for key, value in package.items() if key != "private"}
    entries = {f"node_modules/{name}": packages[f"node_modules/{name}"] for name in sorted(wanted)}
    return package, {
        "name": package["name"],
        "version": package["version"],
        "lockfileVersion": lock["lockfileVersion"],
        "requires": True,
        "packages": {"": root, **entries},
    }


def _text(document: Lock) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def expected_files() -> dict[Path, str]:
    """Every generated file and the text that it must have."""
    lock = completed(json.loads((SOURCE / "package-lock.json").read_text()))
    anvil_package, anvil_lock = anvil_only(lock)
    return {
        SOURCE / "package-lock.json": _text(lock),
        SHIPPED / "package-lock.json": _text(lock),
        SHIPPED / "package.json": (SOURCE / "package.json").read_text(),
        SHIPPED / "hardhat.config.js": (SOURCE / "hardhat.config.js").read_text(),
        SHIPPED / "anvil-package.json": _text(anvil_package),
        SHIPPED / "anvil-package-lock.json": _text(anvil_lock),
    }


def main() -> int:
    """Write the files, or with `--check` name those that differ."""
    check = sys.argv[1:] == ["--check"]
    stale = [path for path, text in expected_files().items() if not path.exists() or path.read_text() != text]
    if check:
        for path in stale:
            print(f"differs: {path.relative_to(ROOT)}", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(expected_files()[path])
    print(f"{len(stale)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
