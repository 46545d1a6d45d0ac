# SPDX-License-Identifier: Apache-2.0
"""What the contracts cost, and that generated files are what their sources give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ledger.chain.client import Web3Chain
from ledger.chain.engine import AnvilEngine, running
from scripts.compile_contracts import expected_files
from scripts.contract_gas import GAS, measure
from tests.chain_parts import started

if TYPE_CHECKING:
    from pathlib import Path

FLOOR_PER_MATERIAL = 90
LARGEST_RUNTIME = 24_576  # EIP-170


def test_gas_file_is_fresh(tmp_path: Path) -> None:
    """contracts/gas.json holds what is measured now; a change must be seen in the diff."""
    engine = started(lambda: AnvilEngine(tmp_path))
    engine.stop()
    with running(AnvilEngine(tmp_path / "fresh")) as fresh:
        assert measure(Web3Chain(fresh.url)) == json.loads(GAS.read_text())


def test_floor() -> None:
    """A checkpoint of 1,000 new materials costs at most 90 gas each, and never 16,777,216 in all."""
    costs = json.loads(GAS.read_text())["CheckpointLog"]
    assert costs["anchor"]["from 100,001 entries"]["1,000"]["per_material"] <= FLOOR_PER_MATERIAL
    everything = [*costs["calls"].values(), *(c["gas"] for a in costs["anchor"].values() for c in a.values())]
    assert max(everything) < 16_777_216
    assert costs["bytecode"]["runtime"] <= LARGEST_RUNTIME


def test_artifacts_are_fresh() -> None:
    """Compiling the committed sources gives the committed artifacts, byte for byte."""
    for path, text in expected_files().items():
        assert path.read_text() == text, f"{path.name}: run scripts/compile_contracts.py"
