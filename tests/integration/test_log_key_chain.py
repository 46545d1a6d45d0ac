# SPDX-License-Identifier: Apache-2.0
"""A replaced checkpoint signer reaches the contract: by the worker, or by whoever administers it."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.operation.log_key import replace_log_key
from api.trust_file import read_trust, write_trust
from api.workers.anchor import WRONG_SIGNER, HomeAnchor
from attest.keyfiles import read_passphrase, read_private
from attest.keys import read_keystore
from attest.registry.repository import rotations
from ledger.chain.accounts import ChainAccount
from ledger.chain.contract import ADMIN_ROLE, CheckpointContract, anchor_call, set_signer_call
from ledger.chain.protocol import ContractCall
from ledger.chain.sending import send_and_wait
from ledger.eip712 import checkpoint_digest
from ledger.errors import ChainRevertError
from ledger.secp256k1 import Secp256k1Signer
from ledger.store import Store
from tests.chain_parts import PATIENCE
from tests.homes import grow, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from attest.verify.log_keys import Rotation
    from ledger.chain.anchor import Turn
    from ledger.chain.protocol import CheckpointChain

pytest_plugins = ["tests.home_parts"]


def settled(home: Path, chain: CheckpointChain) -> Turn:
    """What a worker that remembers nothing comes to."""
    with closing(HomeAnchor(settings_of(home), chain)) as worker:
        turn = worker.turn()
        for _ in range(20):
            if turn.outcome != "waiting":
                break
            turn = worker.turn()
    return turn


def contract_of(home: Path, chain: CheckpointChain) -> CheckpointContract:
    """The contract that the trust file pins."""
    pinned = read_trust(settings_of(home).trust_file).chain
    assert pinned is not None
    return CheckpointContract(chain, pinned.contract)


def key_of(home: Path, file: str) -> bytes:
    """The secret of a keystore file."""
    settings = settings_of(home)
    return read_keystore(read_private(settings.keys_folder / file), read_passphrase(settings.passphrase_file))


def rotations_of(home: Path) -> tuple[Rotation, ...]:
    """As the database has them."""
    with closing(Store(settings_of(home).database_url, read_only=True)) as store:
        return rotations(store)


def replaced(home: Path) -> tuple[int, bytes]:
    """Replace the keys; the entry, and the new signer."""
    rotation = replace_log_key(settings_of(home), "scheduled", lambda _: None, again=True).rotation
    return rotation.index, rotation.checkpoint_signer


def test_the_worker_names_the_new_signer(home: Path, chain: CheckpointChain) -> None:
    """The contract takes the new key's checkpoints and no more the old one's, on every chain; twice over."""
    assert settled(home, chain).outcome == "anchored"
    contract = contract_of(home, chain)
    for number in (1, 2):
        at, signer = replaced(home)
        assert settled(home, chain).size == at + 1
        assert contract.signer() == signer
        size = grow(home, f"D99008{number}")
        turn = settled(home, chain)
        assert (turn.outcome, turn.size, contract.head().size) == ("anchored", size, size)
        root = bytes(31) + b"\1"
        old = Secp256k1Signer(key_of(home, f"checkpoint.json.v{number}"))
        trust = read_trust(settings_of(home).trust_file)
        forged = old.sign(checkpoint_digest(trust.log, size + 1, root))
        anchorer = ChainAccount(key_of(home, "anchor.json"))
        with pytest.raises(ChainRevertError, match=WRONG_SIGNER):
            chain.view(contract.address, anchor_call(size + 1, root, [], forged), sender=anchorer.address)


def test_a_contract_that_others_administer(
    home: Path, chain: CheckpointChain, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the role nothing is anchored and the log says what is to be sent; sent by them, it goes on."""
    settled(home, chain)
    contract, admin = contract_of(home, chain), ChainAccount(key_of(home, "admin.json"))
    other = ChainAccount.fresh()
    for call in (
        ContractCall("grantRole", (ADMIN_ROLE, other.address)),
        ContractCall("revokeRole", (ADMIN_ROLE, admin.address)),
    ):
        assert send_and_wait(chain, admin, contract.address, call, PATIENCE).succeeded
    at, signer = replaced(home)
    with caplog.at_level(logging.ERROR):
        turn = settled(home, chain)
    assert (turn.outcome, turn.detail) == ("refused", WRONG_SIGNER)
    assert f"setSigner(0x{signer.hex()})" in caplog.text
    assert send_and_wait(chain, other, contract.address, set_signer_call(signer), PATIENCE).succeeded
    turn = settled(home, chain)
    assert (turn.outcome, turn.size) == ("anchored", at + 1)


def test_a_contract_that_is_founded_afterwards(home: Path, chain: CheckpointChain) -> None:
    """It begins with the signer that counts at its size, which is not the founding's."""
    at, signer = replaced(home)
    assert settled(home, chain).size == at + 1
    assert contract_of(home, chain).signer() == signer


def test_a_worker_with_a_trust_file_of_before(home: Path, chain: CheckpointChain) -> None:
    """It gives the contract back to no key of before, however old its trust file is; the newest goes on."""
    settled(home, chain)
    contract, file = contract_of(home, chain), settings_of(home).trust_file
    first = read_trust(file)
    replaced(home)
    settled(home, chain)
    second = read_trust(file)
    at, signer = replaced(home)
    named = contract.signer()
    for stale in (first, second):
        write_trust(file, replace(stale, chain=second.chain))
        assert settled(home, chain).detail == WRONG_SIGNER
        assert contract.signer() == named
    write_trust(file, replace(second, rotations=(*second.rotations, rotations_of(home)[-1])))
    assert (settled(home, chain).size, contract.signer()) == (at + 1, signer)
