# SPDX-License-Identifier: Apache-2.0
"""What is built is what is meant."""

import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

from tests.wheels import ROOT, SOURCES

pytest_plugins = ["tests.packaging_parts"]


def test_top_level_is_exactly_three_packages(wheel: Path) -> None:
    """The wheel brings `ledger`, `attest` and `api`, its own metadata, and nothing else."""
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(SOURCES)


def test_every_module_and_data_file_is_in_the_wheel(wheel: Path) -> None:
    """Each module, type marker, compiled contract, npm lock, sample, page and browser library is packaged."""
    packaged = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path for name in SOURCES for path in (ROOT / name).rglob("*.py")}
    wanted |= {ROOT / name / "py.typed" for name in SOURCES}
    wanted |= set((ROOT / "ledger/chain/artifacts").glob("*.json"))
    wanted |= {path for path in (ROOT / "ledger/chain/npm").rglob("*") if path.is_file()}
    wanted |= {path for path in (ROOT / "api/demo").rglob("*") if path.is_file()}
    wanted |= {path for path in (ROOT / "api/web").rglob("*") if path.is_file()}
    wanted = {path for path in wanted if "__pycache__" not in path.parts}
    assert {str(path.relative_to(ROOT)) for path in wanted} - packaged == set()


def test_the_console_script_is_once(wheel: Path) -> None:
    """The one script that the wheel installs is `once`."""
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith("entry_points.txt"))
        assert files.read(name).decode().split() == ["[console_scripts]", "once", "=", "api.cli:main"]


def test_versions_agree() -> None:
    """The installed version is the one that pyproject.toml states."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version("once-ledger") == stated
