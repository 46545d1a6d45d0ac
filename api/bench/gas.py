# SPDX-License-Identifier: Apache-2.0
"""What one anchor costs, divided by its new materials: sent to the measured chain, read off receipts."""

from __future__ import annotations

from secrets import token_bytes
from typing import TYPE_CHECKING, Final

from ledger.chain.accounts import ChainAccount
from ledger.chain.client import Web3Chain
from ledger.chain.contract import Founding, anchor_call, grant_anchor_call
from ledger.chain.sending import Patience, send_and_wait
from ledger.eip712 import checkpoint_digest
from ledger.hashing import leaf_hash, node_hash
from ledger.merkle import consistency_proof, root_at
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from api.bench.floors import Measured

BATCHES: Final = (1, 100, 1_000, 10_000)
_LOG: Final = bytes(range(32))


def gas_costs(url: str, size: int) -> Measured:
    """Gas of an anchor from `size` entries on, for each batch, and divided by it."""
    chain = Web3Chain(url)
    admin, anchorer = ChainAccount(token_bytes(32)), ChainAccount(token_bytes(32))
    signer = Secp256k1Signer(token_bytes(32))
    # All leaves alike: a tree of any size, and proofs as long as those of any other tree.
    levels = [leaf_hash(b"a material")]
    for _ in range(63):
        levels.append(node_hash(levels[-1], levels[-1]))

    def read(level: int, _index: int) -> bytes:
        return levels[level]

    costs: Measured = {"from_size": float(size)}
    for batch in BATCHES:
        founding = Founding(_LOG, size, root_at(size, read), signer.address, admin.address)
        contract = send_and_wait(chain, admin, None, founding.call(), Patience()).contract
        if contract is None:
            raise RuntimeError("the contract was not deployed")
        send_and_wait(chain, admin, contract, grant_anchor_call(anchorer.address), Patience())
        root = root_at(size + batch, read)
        signature = signer.sign(checkpoint_digest(_LOG, size + batch, root))
        proof = consistency_proof(size, size + batch, read)
        call = anchor_call(size + batch, root, proof, signature)
        gas = send_and_wait(chain, anchorer, contract, call, Patience()).gas
        costs[f"gas_{batch}"] = float(gas)
        costs[f"per_material_{batch}"] = round(gas / batch, 1)
    return costs
