# SPDX-License-Identifier: Apache-2.0
"""Wait for receipts by asking, since nodes mine after they have answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.errors import ChainUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ledger.chain.accounts import ChainAccount
    from ledger.chain.protocol import CheckpointChain, ContractCall, Receipt

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25


@dataclass(frozen=True)
class Patience:
    """How long to wait for a receipt, and the clock to wait by."""

    seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def receipt(self, chain: CheckpointChain, hashes: Iterable[bytes]) -> Receipt | None:
        """Receipt of whichever of the transactions is mined first; None when the time is over."""
        known = tuple(hashes)
        deadline = self.clock() + self.seconds
        pause = _FIRST_PAUSE
        while True:
            for tx in known:
                receipt = chain.receipt(tx)
                if receipt is not None:
                    return receipt
            left = deadline - self.clock()
            if left <= 0:
                return None
            self.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE)


def send_and_wait(
    chain: CheckpointChain,
    account: ChainAccount,
    contract: bytes | None,
    call: ContractCall,
    patience: Patience,
) -> Receipt:
    """Send one call at the account's next nonce and wait; ChainRevertError if the contract refuses it."""
    if contract is not None:
        chain.view(contract, call, sender=account.address)
    tx = chain.sign(account, chain.nonce(account.address), contract, call)
    sent = chain.send(tx.raw)
    if sent.outcome == "refused":
        raise ChainUnreachableError(f"the node refuses {call.name}: {sent.reason}")
    receipt = patience.receipt(chain, [tx.hash])
    if receipt is None:
        raise ChainUnreachableError(f"{call.name} was not mined within {patience.seconds:.0f} s")
    return receipt
