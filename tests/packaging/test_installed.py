# SPDX-License-Identifier: Apache-2.0
"""The wheel in an empty environment, far from the work tree, on every Python that is here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wheels import SOURCES, VERSIONS, bare_environment, install, interpreter

pytest_plugins = ["tests.packaging_parts"]

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
CHAIN = """
import sys
from pathlib import Path
from ledger.chain.engine import AnvilEngine, running
from ledger.chain.packages import find_node
with running(AnvilEngine(Path(sys.argv[1]))) as engine:
    assert engine.alive()
print(find_node().node)
"""
OWNERS = """
import json
from importlib.metadata import packages_distributions
owners = packages_distributions()
print(json.dumps({name: owners.get(name) for name in ("ledger", "attest", "api", "tests", "scripts")}))
"""


def run(once: Path, folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`once ARGUMENT...` in an empty folder."""
    return subprocess.run(
        [str(once), *arguments],
        cwd=folder,
        env=bare_environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`once` of the Python that runs the tests, with the extra that brings Node.js for local chains."""
    return install(Path(sys.executable), wheel, tmp_path_factory.mktemp("environment") / "venv", "demo")


def test_the_three_packages_have_one_owner(installed: Path, tmp_path: Path) -> None:
    """`ledger`, `attest` and `api` come from this distribution alone; nothing else of ours is importable."""
    done = subprocess.run(
        [str(installed.with_name("python")), "-P", "-c", OWNERS],
        cwd=tmp_path,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    owners = json.loads(done.stdout)
    assert {name: owners[name] for name in SOURCES} == {key: ["once-ledger"] for key in SOURCES}
    assert (owners["tests"], owners["scripts"]) == (None, None)


def test_the_whole_story_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """`once demo --check` passes on Hardhat from an empty folder, and leaves nothing there.

    Hardhat keeps nothing, so after the kill the contract is founded again; tests/acceptance plays anvil.
    """
    done = run(installed, tmp_path, "demo", "--check", "--chain", "hardhat")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "PASS  story  " in done.stdout
    assert re.search(r"^PASS  story\.chain_down  .*refounded, then anchored", done.stdout, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_the_extra_brings_node_and_anvil_starts(installed: Path, tmp_path: Path) -> None:
    """The environment's own Node.js, not one of the machine, starts the chain of the shipped lock."""
    done = subprocess.run(
        [str(installed.with_name("python")), "-P", "-c", CHAIN, str(tmp_path / "chain")],
        cwd=tmp_path,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.parents[1])


def test_the_pythons_of_this_machine_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Which versions the next tests run on is said, so that a skipped one is not taken for tried."""
    found = {version: interpreter(version) for version in VERSIONS}
    assert found[HERE] == Path(sys.executable)
    here = [version for version, python in found.items() if python is not None]
    absent = [version for version, python in found.items() if python is None]
    with capsys.disabled():
        print(
            f"\nwheel tried on Python {', '.join(here)}; not on this machine: {', '.join(absent) or 'none'}"
        )


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != HERE])
def test_each_python_founds_and_judges_a_ledger(version: str, wheel: Path, tmp_path: Path) -> None:
    """Another Python that is here: found, doctor, audit, rebuild, back up, all from the wheel."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    once = install(python, wheel, tmp_path / "venv")
    folder = tmp_path / "empty"
    folder.mkdir()
    stated = {"ONCE_HOME": str(tmp_path / "home"), "ONCE_PROFILE": "demo", "ONCE_PORT": "0"}
    for arguments in (
        ("init", "--origin", "wheel.test/once"),
        ("doctor", "--offline"),
        ("audit",),
        ("rebuild",),
        ("backup", str(tmp_path / "b")),
    ):
        done = run(once, folder, *arguments, **stated)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    assert list(folder.iterdir()) == []
