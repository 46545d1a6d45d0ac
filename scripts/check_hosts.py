# SPDX-License-Identifier: Apache-2.0
"""No committed file names a package registry's host, and no lock any place at all; else exits 1.

Where packages come from is the business of the machine that installs them (a mirror inside a government
network, say), so nothing here may point elsewhere.
"""

import re
import sys
from pathlib import Path

from scripts.lint_size import ROOT, work_tree

# registries by a word of their host name; only an address counts, so that prose may name the thing
_WORDS = (
    "pypi|pythonhosted|npmjs|npmmirror|yarnpkg|crates|goproxy|proxy.golang|maven|deb.debian|tuna.tsinghua"
)
REGISTRY = re.compile(rf"(?:https?:)?//[\w.@:-]*\b(?:{_WORDS})\b[\w.-]*", re.IGNORECASE)
PLACE = re.compile(r'://|"resolved"|^\s*--(?:index-url|extra-index-url|find-links|trusted-host)')


def is_python_lock(path: Path) -> bool:
    return path.parent.name == "requirements" and path.suffix == ".txt"


def findings(path: Path, text: str) -> list[tuple[int, str]]:
    """(line number, what it names) of each offence in one file."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = REGISTRY.search(line)
        if match is None and is_python_lock(path):
            match = PLACE.search(line)
        if match is None and path.name.endswith("package-lock.json"):
            match = re.search(r'"resolved"', line)
        if match is not None:
            found.append((number, match.group()))
    return found


def main() -> None:
    failed = False
    for path in work_tree():
        raw = path.read_bytes()
        if b"\0" in raw[:8192]:
            continue
        for number, what in findings(path, raw.decode(errors="replace")):
            print(f"{path.relative_to(ROOT)}:{number}: {what}")
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
