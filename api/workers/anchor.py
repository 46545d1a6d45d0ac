# SPDX-License-Identifier: Apache-2.0
"""The anchor worker of a home: founds the contract once, then anchors every published checkpoint.

It opens the keystores of its two accounts on the chain and no other key; it believes `trust.json`'s pins.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from api.database import open_store
from api.home import ADMIN, ANCHOR
from api.log_signer import require_rotations
from api.settings import SettingsError, refuse_failpoints
from api.trust_file import change_trust, pins_of, read_trust, with_pins
from attest.keyfiles import read_passphrase, read_private
from attest.keys import read_keystore
from ledger.chain.accounts import ChainAccount, refuse_well_known
from ledger.chain.anchor import AnchorTerms, AnchorWorker, Turn, leave_word
from ledger.chain.contract import CheckpointContract, Founding, set_signer_call
from ledger.chain.engine import DEMO_CHAIN_ID
from ledger.chain.founding import found, refound
from ledger.chain.log_view import StoreAnchorLog
from ledger.chain.sending import Patience, send_and_wait
from ledger.errors import ChainPinError, ChainRevertError, ChainUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import Settings
    from ledger.chain.founding import Founded, Pins
    from ledger.chain.protocol import CheckpointChain
    from ledger.store import Store

POLL_SECONDS: Final = 0.05
"""How often the database is asked for a newer checkpoint: a few microseconds each time."""
IDLE_SECONDS: Final = 1.0
"""How often the chain is looked at when nothing is to be anchored."""
AWAY_SECONDS: Final = 0.25
WRONG_SIGNER: Final = "WrongSigner"
"""The contract's error for a checkpoint that its signer did not sign."""
_FIRST_BLOCK: Final = "chain.first_block"

_log = logging.getLogger(__name__)


class HomeAnchor:
    """The worker of one home on one chain."""

    def __init__(self, settings: Settings, chain: CheckpointChain) -> None:
        """Open database and accounts; KeystoreError or ChainPinError if they may not be used."""
        refuse_failpoints(settings)
        self._settings = settings
        self._chain = chain
        passphrase = read_passphrase(settings.passphrase_file)
        self._admin = _account(settings, ADMIN, passphrase)
        self._anchorer = _account(settings, ANCHOR, passphrase)
        self._store: Store = open_store(settings)
        self._log = StoreAnchorLog(self._store)
        self._worker: AnchorWorker | None = None

    def run(self, stopped: Callable[[float], bool]) -> None:
        """Turn after turn until `stopped` (an event's `wait`) says so."""
        while not stopped(0.0):
            turn = self.turn()
            if turn.outcome in {"empty", "anchored"}:
                self._wait_for_more(turn.size, stopped)
            elif turn.outcome != "waiting" and stopped(AWAY_SECONDS):
                return

    def turn(self) -> Turn:
        """Found the contract where there is none yet, else one turn of the anchor worker."""
        try:
            if self._worker is None:
                self._worker = self._open()
            if self._worker is None:
                return Turn("empty")
            turn = self._worker.turn()
            if turn.outcome == "wrong_chain" and self._refound():
                return Turn("waiting")
            if turn.outcome == "refused" and turn.detail == WRONG_SIGNER and self._follow_signer():
                return Turn("waiting")
        except ChainUnreachableError as error:
            return self._say(Turn("unreachable", detail=str(error)))
        except (ChainPinError, ChainRevertError) as error:
            return self._say(Turn("wrong_chain", detail=str(error)))
        return turn

    def close(self) -> None:
        """Give the database back."""
        self._store.close()

    def _wait_for_more(self, size: int, stopped: Callable[[float], bool]) -> None:
        """Return when a larger checkpoint is published, or after a second."""
        for _ in range(round(IDLE_SECONDS / POLL_SECONDS)):
            published = self._store.latest_checkpoint()
            if (published is not None and published.size > size) or stopped(POLL_SECONDS):
                return

    def _open(self) -> AnchorWorker | None:
        """The worker on the pinned contract; founds it if there is none; None before the first checkpoint."""
        pins = pins_of(read_trust(self._settings.trust_file))
        if pins is not None:
            return self._worker_on(pins)
        founding = self._founding()
        if founding is None:
            return None
        return self._pinned(found(self._chain, self._admin, founding, self._anchorer.address))

    def _pinned(self, founded: Founded) -> AnchorWorker:
        """Write the pins of a new contract where verifiers find them, then work on it."""
        pins = founded.pins
        self._log.set_state(_FIRST_BLOCK, str(founded.block))
        change_trust(self._settings.trust_file, lambda trust: with_pins(trust, pins))
        _log.warning("contract 0x%s founded at size %d", pins.contract.hex(), pins.genesis_size)
        return self._worker_on(pins)

    def _worker_on(self, pins: Pins) -> AnchorWorker:
        terms = AnchorTerms(first_block=int(self._log.state(_FIRST_BLOCK) or 0))
        return AnchorWorker(self._log, self._chain, pins, self._anchorer, terms)

    def _founding(self) -> Founding | None:
        published = self._log.latest_published()
        if published is None or published.size == 0:
            return None
        trust = read_trust(self._settings.trust_file)
        return Founding(
            trust.log,
            published.size,
            published.root,
            trust.signer_at(published.size),
            self._admin.address,
        )

    def _follow_signer(self) -> bool:
        """Name the log's newest checkpoint signer to the contract; False where it is named, or we may not."""
        trust, published = read_trust(self._settings.trust_file), self._log.latest_published()
        if trust.chain is None or published is None:
            return False
        signer = trust.signer_at(published.size)
        contract = CheckpointContract(self._chain, trust.chain.contract)
        signers = [trust.checkpoint_signer, *(one.checkpoint_signer for one in trust.rotations)]
        named = contract.signer()
        if named not in signers or signers.index(named) >= signers.index(signer):
            return False  # never back to a key of before, nor over a stranger's head
        try:
            require_rotations(self._store, trust)
            receipt = send_and_wait(
                self._chain, self._admin, contract.address, set_signer_call(signer), Patience()
            )
        except SettingsError as error:  # a trust file of before would name a key of before
            _log.error("%s", error)
            return False
        except ChainRevertError:
            _log.error("the contract's administrator has to send setSigner(0x%s)", signer.hex())
            return False
        _log.warning("the contract takes signatures by 0x%s from now on", signer.hex())
        return receipt.succeeded

    def _refound(self) -> bool:
        """Found a demo's lost chain again, loudly; whether that was done."""
        founding, pins = self._founding(), pins_of(read_trust(self._settings.trust_file))
        if founding is None or pins is None:
            return False
        if self._settings.profile != "demo" or pins.chain_id != DEMO_CHAIN_ID:
            return False
        anew = refound(
            self._chain,
            self._admin,
            founding,
            self._anchorer.address,
            lost=pins,
            profile=self._settings.profile,
            log=self._log,
        )
        _log.error("%s", anew.message)
        self._worker = self._pinned(anew.founded)
        return True

    def _say(self, turn: Turn) -> Turn:
        """Leave for the serving processes what the worker itself had no turn to say."""
        leave_word(self._log, turn, int(time.time()))
        return turn


def _account(settings: Settings, name: str, passphrase: str) -> ChainAccount:
    """The account in a keystore; a well-known one is refused outside the demo."""
    account = ChainAccount(read_keystore(read_private(settings.keys_folder / f"{name}.json"), passphrase))
    refuse_well_known(account.address, settings.profile)
    return account
