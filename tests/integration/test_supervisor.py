# SPDX-License-Identifier: Apache-2.0
"""Children in care: how they end is said, and a worker that has loaded is taken when one is wanted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from api.workers.supervisor import ProgramChild, Supervisor
from api.workers.warm import Spare
from tests.homes import Serving, settings_of, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.home_parts"]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
    ],
)
def test_how_a_child_ended_is_in_the_log(
    home: Path, caplog: pytest.LogCaptureFixture, program: str, words: str
) -> None:
    """The exit code, or the signal, stands in the line that says it is started again."""
    child = ProgramChild(settings_of(home), "thing", [sys.executable, "-c", program], dict(os.environ))
    supervisor = Supervisor(child)
    with caplog.at_level("WARNING"):
        supervisor.start()
        wait_until(lambda: words in caplog.text)
        supervisor.stop()
    assert f"thing {words}; starting it again in" in caplog.text


def test_a_spare_is_taken_once_and_ends_with_its_input(tmp_path: Path) -> None:
    """It becomes the command that it is told, with the log that it is told; then there is none."""
    spare = Spare()
    assert spare.take(["--version"], {}) is None
    spare.prepare()
    log = tmp_path / "log"
    spare.log_to(log)
    process = spare.take(["no-such-command"], {"ONCE_HOME": str(tmp_path)})
    assert process is not None
    assert process.wait(60) == 2
    assert "no such command" in log.read_text(encoding="utf-8")
    assert spare.take(["--version"], {}) is None


def test_a_spare_has_loaded_what_a_worker_is() -> None:
    """What is told to one that waits finds anchoring and the chain's library loaded."""
    probe = (
        "import sys; from api.workers.warm import main; main();"
        " print(sorted({'api.workers.anchor', 'ledger.chain.client'} - sys.modules.keys()))"
    )
    waiting = [sys.executable, "-c", probe]
    told = subprocess.run(waiting, input="", capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "[]\n"


def test_the_exit_of_a_killed_worker_is_in_the_service_log(home: Path) -> None:
    """A worker that was killed is named with its signal, as one JSON line, and comes back."""
    with Serving(home) as serving:
        wait_until((home / "chain" / "worker.pid").exists)
        first = serving.child_pid("worker")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: serving.child_pid("worker") != first)
        said = [json.loads(line) for line in serving.said().splitlines() if line.startswith("{")]
    messages = [line.get("message", "") for line in said]
    assert any("worker was ended by SIGKILL; starting it again" in message for message in messages)
