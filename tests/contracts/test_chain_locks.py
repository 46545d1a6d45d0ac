# SPDX-License-Identifier: Apache-2.0
"""The npm locks that the package ships."""

from __future__ import annotations

import json
import re

import pytest

from scripts.chain_locks import SHIPPED, expected_files

LOCKS = ("package-lock.json", "anvil-package-lock.json")


def test_copies_are_fresh() -> None:
    """What the package ships is generated from hardhat-node/, byte for byte."""
    for path, text in expected_files().items():
        assert path.read_text() == text, f"{path.name}: run scripts/chain_locks.py"


@pytest.mark.parametrize("name", LOCKS)
def test_no_hosts(name: str) -> None:
    """A lock names versions and hashes, never where to fetch them."""
    text = (SHIPPED / name).read_text()
    assert "resolved" not in text
    hosts = set(re.findall(r"https?://([^/\"]+)", text)) - {
        "opencollective.com",
        "github.com",
        "paulmillr.com",
    }
    assert not hosts, "only funding pages are named"


@pytest.mark.parametrize("name", LOCKS)
def test_complete(name: str) -> None:
    """Every optional package that a locked one names has its entry, for every system; all others a hash."""
    packages = json.loads((SHIPPED / name).read_text())["packages"]
    for path, package in packages.items():
        for wanted in package.get("optionalDependencies", {}):
            assert f"node_modules/{wanted}" in packages or f"{path}/node_modules/{wanted}" in packages
        if path and not package.get("optional"):
            assert package["integrity"].startswith("sha512-")


def test_same_anvil() -> None:
    """The small lock has exactly the anvil that the full one has."""
    full, small = (json.loads((SHIPPED / name).read_text())["packages"] for name in LOCKS)
    for path, package in small.items():
        if path:
            assert full[path] == package
