# SPDX-License-Identifier: Apache-2.0
"""Fixture of the built wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.wheels import ROOT, SOURCES, UV

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy of the sources by the locked setuptools."""
    if not UV.exists():
        pytest.skip("no uv in this environment")
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        shutil.copytree(
            ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, copy / name)
    (copy / "scripts").mkdir()
    for name in ("build_backend.py", "web_vendor.py"):
        shutil.copyfile(ROOT / "scripts" / name, copy / "scripts" / name)
    command = [str(UV), "build", "--wheel", "--offline", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*command, "--quiet", "--out-dir", str(copy / "out"), str(copy)], check=True)
    (built,) = (copy / "out").glob("*.whl")
    return built
