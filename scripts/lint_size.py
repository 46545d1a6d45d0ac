# SPDX-License-Identifier: Apache-2.0
"""No code file is over 400 lines: past that, two rooms share a wall. Exits 1 and names those that are."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = {".py", ".sol", ".js", ".mjs", ".sh", ".css", ".html"}
LIMIT = 400
WRITTEN = ROOT / "api" / "migrations" / "versions"
"""Written by `new_migration.py` from what the tables say, one statement a table."""


def too_long(files: list[Path]) -> list[tuple[int, Path]]:
    """(lines, path) of each code file over the limit, longest first."""
    sizes = [
        (len(path.read_bytes().splitlines()), path)
        for path in files
        if path.suffix in CODE and path.parent != WRITTEN
    ]
    return sorted((size for size in sizes if size[0] > LIMIT), reverse=True)


def work_tree() -> list[Path]:
    """Files that git tracks or would track, as they stand on disk."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def main() -> None:
    found = too_long(work_tree())
    for lines, path in found:
        print(f"{path.relative_to(ROOT)}: {lines} lines, more than {LIMIT}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
