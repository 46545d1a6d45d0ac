# SPDX-License-Identifier: Apache-2.0
"""Ask the pinned contract for its head: `python -m api.demo.story.contract_root URL TRUST` prints JSON.

A program of its own, since nothing that serves loads web3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api.trust_file import pins_of
from attest.verify.trust import Trust
from ledger.chain.client import Web3Chain
from ledger.chain.contract import CheckpointContract
from ledger.chain.founding import verify_pins


def main(url: str, trust_file: str) -> int:
    """Print `{size, root, contract}`; 1 where trust names no contract."""
    pins = pins_of(Trust.parse(Path(trust_file).read_bytes()))
    if pins is None:
        return 1
    chain = Web3Chain(url)
    verify_pins(chain, pins)
    head = CheckpointContract(chain, pins.contract).head()
    answer = {"size": head.size, "root": head.root.hex(), "contract": pins.contract.hex()}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
