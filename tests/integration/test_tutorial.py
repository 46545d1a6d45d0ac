# SPDX-License-Identifier: Apache-2.0
"""The tutorial is run as it stands: each block in order against a real demo, each shown output found."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from api.cli.child import once_command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGE: Final = ROOT / "docs" / "tutorial" / "integrator.md"
FOLDER: Final = "/tmp/once-tutorial"  # noqa: S108  # as the page names it; replaced by the test's own
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK: Final = "\x1e"
FIRST_ANSWER_SECONDS: Final = 20.0


class Block(NamedTuple):
    """A fenced block of the page: its language and text."""

    language: str
    text: str


def blocks() -> list[Block]:
    """Every block of the page, in order."""
    return [Block(*found) for found in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


class Demo(NamedTuple):
    """A demo that said READY, what it had printed, and when."""

    folder: Path
    printed: str
    ready: float

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ONCE_")}
        python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        return {**kept, "ONCE_HOME": str(self.folder), "PYTHONPATH": python_path}

    def local(self, text: str) -> str:
        """A block with the test's own places in place of the page's."""
        once = shlex.join(once_command())
        text = re.sub(r"(?<!\S)\.venv/bin/python ", f"{sys.executable} ", text)
        # a demo that was not started by its script cannot name it
        return re.sub(r"(?:(?<!\S)\.venv/bin/once|(?<=[;&] )-c) ", lambda _: f"{once} ", text).replace(
            FOLDER, str(self.folder)
        )

    def shell(self, text: str) -> str:
        """What a shell block prints on stdout; it must succeed."""
        done = subprocess.run(
            ["bash", "-e", "-c", self.local(text)],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in {0, 3}, (text, done.returncode, done.stderr)
        return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that the page's first block starts, in a folder of the test's own."""
    folder = tmp_path_factory.mktemp("tutorial") / "once-tutorial"
    log = folder.parent / "printed"
    first = blocks()[0]
    assert first.text.split() == [".venv/bin/once", "demo", "--dir", FOLDER]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONCE_")}
    cache = {name: os.environ[name] for name in ("ONCE_CACHE",) if name in os.environ}
    with log.open("wb") as printed:
        process = subprocess.Popen(
            once_command("demo", "--dir", str(folder)),
            stdout=subprocess.PIPE,
            stderr=printed,
            cwd=ROOT,
            env={**kept, **cache, "PYTHONPATH": str(ROOT)},
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert line.startswith("READY "), log.read_text(encoding="utf-8")
        yield Demo(folder, log.read_text(encoding="utf-8"), time.monotonic())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        if process.stdout is not None:
            process.stdout.close()


def matches(shown: str, printed: str) -> None:
    """Every line that the page shows stands in what was printed, `…` for anything."""
    for line in shown.splitlines():
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{pattern}", printed, re.MULTILINE), (line, printed)


def test_one_copied_line_gives_a_recognised_answer(demo: Demo) -> None:
    """From READY, the line that the demo printed gives a first recognised answer within 20 seconds."""
    lines = [line.strip() for line in demo.printed.splitlines()]
    copied = next(line for line in lines if " submit " in line and " check " in line)
    printed = demo.shell(copied)
    seconds = time.monotonic() - demo.ready
    print(f"first recognised answer {seconds:.1f} s after READY")
    assert "✓ Business licence" in printed
    assert seconds <= FIRST_ANSWER_SECONDS


def test_every_block_does_what_the_page_shows(demo: Demo) -> None:
    """Shell and Python blocks run in order; what the page shows as output is what they print."""
    page = blocks()[1:]
    shells = [at for at, block in enumerate(page) if block.language == "sh"]
    pythons = [at for at, block in enumerate(page) if block.language == "python"]
    assert len(shells) + len(pythons) + sum(block.language == "text" for block in page) == len(page)
    assert pythons[0] > shells[1]
    assert pythons[-1] < shells[-1]  # so that Python's blocks are one session

    printed: dict[int, str] = {}
    for at in shells[:-1]:
        printed[at] = demo.shell(page[at].text)
    program = demo.folder.parent / "session.py"
    texts = [f"print({_MARK!r}, {at})\n{demo.local(page[at].text)}" for at in pythons]
    program.write_text("\n".join(texts), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=ROOT,
        env=demo.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for said in done.stdout.split(f"{_MARK} ")[1:]:
        number, _, text = said.partition("\n")
        printed[int(number)] = text
    printed[shells[-1]] = demo.shell(page[shells[-1]].text)

    for at, block in enumerate(page):
        if block.language == "text":
            matches(block.text, printed[at - 1])


def test_the_page_needs_nothing_else() -> None:
    """The page names no command that a checkout with its environment does not have."""
    assert shutil.which("bash")
    for block in blocks():
        if block.language == "sh":
            assert re.match(r"export |\.venv/bin/|case_of", block.text)
