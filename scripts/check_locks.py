# SPDX-License-Identifier: Apache-2.0
"""The Python locks still answer pyproject.toml, by reading alone (no network); else exits 1."""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import FOLDER, asked, groups, read_pyproject

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;[^\\]*)?\s*(\\?)$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(text: str) -> dict[str, tuple[str, int]]:
    """Package name -> (version, number of hashes) of a lock; ValueError on a line of any other form."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for line in text.splitlines():
        if not line or line.lstrip().startswith("#"):
            continue
        pin = _PIN.match(line)
        if pin:
            name = canonicalize_name(pin[1])
            if name in found:
                raise ValueError(f"two versions of {name}")
            found[name] = (pin[2], 0)
        elif _HASH.match(line) and name:
            version, hashes = found[name]
            found[name] = (version, hashes + 1)
        else:
            raise ValueError(f"unknown line {line!r}")
    return found


def stale(name: str, lines: list[str], text: str) -> list[str]:
    """What is wrong with one lock, as sentences."""
    try:
        found = pins(text)
    except ValueError as error:
        return [f"{name}: {error}"]
    wrong = [f"{name}: {package} has no hash" for package, (_, hashes) in found.items() if not hashes]
    if not text.startswith(f"# asked: {asked(lines)} "):
        wrong.append(f"{name}: made for other requirements than pyproject.toml states now")
    for line in lines:
        requirement = Requirement(line)
        version, _ = found.get(canonicalize_name(requirement.name), ("", 0))
        if not version or not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{name}: {line} is not met (locked: {version or 'nothing'})")
    return wrong


def disagreements(locks: dict[str, dict[str, tuple[str, int]]]) -> list[str]:
    """Packages that two locks pin to different versions: they are installed into one environment."""
    seen: dict[str, tuple[str, str]] = {}
    wrong = []
    for lock, found in locks.items():
        for package, (version, _) in found.items():
            first = seen.setdefault(package, (version, lock))
            if first[0] != version:
                wrong.append(f"{package}: {first[0]} in {first[1]}, {version} in {lock}")
    return wrong


def check(folder: Path = FOLDER) -> list[str]:
    """All that is wrong with the locks in a folder."""
    wanted = groups(read_pyproject())
    present = {path.stem for path in folder.glob("*.txt")}
    wrong = [f"{name}: no lock" for name in sorted(wanted.keys() - present)]
    wrong += [f"{name}: a lock that nothing asks for" for name in sorted(present - wanted.keys())]
    texts = {name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in wanted if name in present}
    for name, text in texts.items():
        wrong += stale(name, wanted[name], text)
    return wrong or disagreements({name: pins(text) for name, text in texts.items()})


def main() -> None:
    wrong = check()
    for line in wrong:
        print(line)
    if wrong:
        print("run scripts/lock.py and commit requirements/")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
