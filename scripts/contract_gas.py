# SPDX-License-Identifier: Apache-2.0
"""Measure what each entry point of the contracts costs, into `contracts/gas.json`; `--check` compares.

Keys, trees and sizes are fixed, so the same bytecode gives the same numbers on anvil (rules of Prague).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.chain.accounts import ChainAccount
from ledger.chain.artifact import load_artifact
from ledger.chain.client import Web3Chain
from ledger.chain.contract import Founding, anchor_call, grant_anchor_call, set_signer_call
from ledger.chain.engine import AnvilEngine, running
from ledger.chain.protocol import ContractCall
from ledger.chain.sending import Patience, send_and_wait
from ledger.eip712 import checkpoint_digest
from ledger.hashing import leaf_hash, node_hash
from ledger.merkle import consistency_proof, root_at
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.chain.protocol import CheckpointChain

ROOT = Path(__file__).resolve().parent.parent
GAS = ROOT / "contracts" / "gas.json"
LOG_ID = bytes(range(32))
SIGNER = Secp256k1Signer(b"\1" * 32)
ADMIN, ANCHORER = ChainAccount(b"\x0a" * 32), ChainAccount(b"\x0b" * 32)
BASES = {"100,001": 100_001, "2^40 - 1": 2**40 - 1}
BATCHES = (1, 100, 1_000, 10_000)


def _alike() -> Callable[[int, int], bytes]:
    """Nodes of a tree whose leaves are all the same, so that trees of any size cost nothing to make."""
    levels = [leaf_hash(b"a material")]
    for _ in range(63):
        levels.append(node_hash(levels[-1], levels[-1]))
    return lambda level, _index: levels[level]


class _Meter:
    """A contract founded at `size`, and the gas of calls to it."""

    def __init__(self, chain: CheckpointChain, size: int) -> None:
        self._chain = chain
        self._read = _alike()
        founding = Founding(LOG_ID, size, root_at(size, self._read), SIGNER.address, ADMIN.address)
        receipt = send_and_wait(chain, ADMIN, None, founding.call(), Patience())
        if receipt.contract is None:
            raise SystemExit("the contract was not deployed")
        self.size = size
        self.deployment = receipt.gas
        self._contract = receipt.contract

    def call(self, account: ChainAccount, call: ContractCall) -> int:
        receipt = send_and_wait(self._chain, account, self._contract, call, Patience())
        if not receipt.succeeded:
            raise SystemExit(f"{call.name} reverted")
        return receipt.gas

    def anchor(self, new: int) -> int:
        root = root_at(new, self._read)
        signature = SIGNER.sign(checkpoint_digest(LOG_ID, new, root))
        proof = consistency_proof(self.size, new, self._read)
        return self.call(ANCHORER, anchor_call(new, root, proof, signature))


def measure(chain: CheckpointChain) -> dict[str, Any]:
    """Gas of each entry point, and of one anchor divided by its new materials; bytecode sizes in bytes."""
    artifact = load_artifact("CheckpointLog")
    meter = _Meter(chain, 5)
    calls = {
        "constructor": meter.deployment,
        "grantRole": meter.call(ADMIN, grant_anchor_call(ANCHORER.address)),
        "setSigner": meter.call(ADMIN, set_signer_call(Secp256k1Signer(b"\2" * 32).address)),
        "pause": meter.call(ADMIN, ContractCall("pause")),
        "unpause": meter.call(ADMIN, ContractCall("unpause")),
    }
    anchors: dict[str, dict[str, Any]] = {}
    for name, base in BASES.items():
        anchors[name] = {}
        for batch in BATCHES:
            meter = _Meter(chain, base)
            meter.call(ADMIN, grant_anchor_call(ANCHORER.address))
            gas = meter.anchor(base + batch)
            anchors[name][f"{batch:,}"] = {"gas": gas, "per_material": round(gas / batch, 1)}
    return {
        "CheckpointLog": {
            "bytecode": {"creation": len(artifact.bytecode), "runtime": len(artifact.deployed)},
            "calls": calls,
            "anchor": {f"from {name} entries": costs for name, costs in anchors.items()},
        }
    }


def text(costs: dict[str, Any]) -> str:
    """The file's text."""
    return json.dumps(costs, indent=2) + "\n"


def main() -> int:
    """Measure on an anvil of our own; write, or compare."""
    with tempfile.TemporaryDirectory() as folder:
        engine = AnvilEngine(Path(folder))
        with running(engine):
            measured = text(measure(Web3Chain(engine.url)))
    if sys.argv[1:] == ["--check"]:
        return 0 if GAS.read_text() == measured else 1
    GAS.write_text(measured)
    print(measured, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
