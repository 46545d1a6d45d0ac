# SPDX-License-Identifier: Apache-2.0
"""T13: the throw-away chain is started again and has forgotten the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.chain.anchor import Turn
from ledger.chain.client import Web3Chain
from ledger.chain.engine import AnvilEngine, HardhatEngine
from ledger.chain.founding import found, refound, verify_pins
from ledger.errors import ChainPinError
from tests.builders import a_log
from tests.chain_parts import PATIENCE, Anchoring, started

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("engine_class", [AnvilEngine, HardhatEngine])
def test_reset(tmp_path: Path, engine_class: type[AnvilEngine | HardhatEngine]) -> None:
    """After a reset nothing is redeployed by itself; a demo is founded again from where it stands."""
    engine = started(lambda: engine_class(tmp_path / "chain"))
    try:
        with a_log(tmp_path, entries=5) as log:
            anchoring = Anchoring(log, Web3Chain(engine.url))
            size = anchoring.grow(3)
            assert anchoring.worker().turn() == Turn("anchored", size)
            engine.stop()
            (tmp_path / "chain" / "state.json").unlink(missing_ok=True)
            engine.start()
            for _ in range(2):
                turn = anchoring.worker().turn()
                assert turn.outcome == "wrong_chain"
                assert "not the chain that the ledger was founded on" in turn.detail
            assert anchoring.chain.latest().number == 0
            again = refound(
                anchoring.chain,
                anchoring.admin,
                anchoring.founding(),
                anchoring.account.address,
                lost=anchoring.pins,
                profile="demo",
                log=anchoring.view,
            )
            assert again.lost == anchoring.pins
            assert again.message.startswith("THE DEMO CHAIN WAS LOST")
            anchoring.pins = again.founded.pins
            assert anchoring.worker().turn() == Turn("anchored", size)
            later = anchoring.grow(2)
            assert anchoring.worker().turn() == Turn("anchored", later)
    finally:
        engine.stop()


def test_same_address_again(tmp_path: Path) -> None:
    """Address, chain id and code hash can all be the same again; the genesis root is not."""
    engine = started(lambda: AnvilEngine(tmp_path / "chain"))
    try:
        with a_log(tmp_path, entries=5) as log:
            anchoring = Anchoring(log, Web3Chain(engine.url))
            engine.stop()
            engine.state.unlink()
            engine.start()
            founding = anchoring.founding()
            forged = type(founding)(
                founding.log_id, founding.size, b"\7" * 32, founding.signer, founding.admin
            )
            twin = found(anchoring.chain, anchoring.admin, forged, anchoring.account.address, PATIENCE).pins
            assert (twin.contract, twin.chain_id, twin.code_hash) == (
                anchoring.pins.contract,
                anchoring.pins.chain_id,
                anchoring.pins.code_hash,
            )
            with pytest.raises(ChainPinError, match="genesis root"):
                verify_pins(anchoring.chain, anchoring.pins)
    finally:
        engine.stop()
