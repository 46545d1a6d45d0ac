# SPDX-License-Identifier: Apache-2.0
"""One suite for every chain: the fake in memory, anvil, Hardhat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ledger.chain.accounts import ChainAccount
from ledger.chain.contract import (
    ContractHead,
    anchor_call,
    grant_anchor_call,
    set_signer_call,
)
from ledger.chain.founding import found, verify_pins
from ledger.chain.protocol import ContractCall
from ledger.chain.sending import send_and_wait
from ledger.errors import ChainPinError, ChainRevertError, ChainUnreachableError
from ledger.secp256k1 import Secp256k1Signer
from tests.builders import LOG_ID
from tests.chain_parts import PATIENCE, SIGNER, Site, Tree, a_founding, a_site, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.chain.protocol import CheckpointChain

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

BAD_GENESIS: list[tuple[str, int | bytes]] = [
    ("size", 0),
    ("root", bytes(32)),
    ("log_id", bytes(32)),
    ("signer", bytes(20)),
    ("admin", bytes(20)),
]


def refusal(act: Callable[[], object]) -> str:
    """Name of the custom error that the contract answers with."""
    with pytest.raises(ChainRevertError) as caught:
        act()
    return caught.value.name


def test_founding(chain: CheckpointChain) -> None:
    """A founded contract states its log, genesis, signer and code, and its pins verify."""
    site = a_site(chain, 5)
    pins = site.founded.pins
    assert site.contract.head() == ContractHead(5, site.tree.root(5))
    assert site.contract.root_at(5) == pins.genesis_root == site.tree.root(5)
    assert site.contract.log_id() == LOG_ID
    assert site.contract.signer() == SIGNER.address
    assert site.contract.may_anchor(site.anchorer.address)
    assert not site.contract.may_anchor(site.admin.address)
    assert not site.contract.paused()
    assert chain.code(pins.contract) == a_founding(site.tree, 5, site.admin).code()
    verify_pins(chain, pins)


@pytest.mark.parametrize(("field", "value"), BAD_GENESIS)
def test_bad_genesis(chain: CheckpointChain, field: str, value: bytes | int) -> None:
    """No contract is founded on size 0, or without root, log id or signer."""
    admin, tree = ChainAccount.fresh(), Tree(5)
    founding = replace(a_founding(tree, 5, admin), **{field: value})  # type: ignore[arg-type]  # by name
    receipt = send_and_wait(chain, admin, None, founding.call(), PATIENCE)
    assert not receipt.succeeded
    assert receipt.contract is None or chain.code(receipt.contract) == b""


def test_growth(chain: CheckpointChain) -> None:
    """Each larger checkpoint with its proof is taken, kept under its size, and leaves an event."""
    site = a_site(chain, 1)
    for size in (2, 3, 4, 7, 8, 9, 64, 65, 130):
        receipt = site.anchor(size)
        assert receipt.succeeded
        assert site.contract.head() == ContractHead(size, site.tree.root(size))
        event = chain.anchored(site.contract.address, size, site.founded.block)
        assert event is not None
        assert (event.root, event.tx) == (site.tree.root(size), receipt.hash)
        assert (event.block_number, event.block_hash) == (receipt.block_number, receipt.block_hash)
    assert site.contract.root_at(7) == site.tree.root(7)
    assert site.contract.root_at(6) is None
    assert chain.anchored(site.contract.address, 6, 0) is None


def test_no_growth(chain: CheckpointChain) -> None:
    """The same size again, with the same or another root, and a smaller size are refused."""
    site = a_site(chain, 8)
    assert refusal(lambda: site.anchor(8, proof=[])) == "NoGrowth"
    assert refusal(lambda: site.anchor(8, root=Tree(8, fork_at=3).root(), proof=[])) == "NoGrowth"
    assert refusal(lambda: site.anchor(4, proof=site.tree.consistency(4, 8))) == "NoGrowth"


def test_inconsistent(chain: CheckpointChain) -> None:
    """A root that does not extend the last one, and a proof that is shorter or longer, are refused."""
    site, forged = a_site(chain, 5), Tree(9, fork_at=2)
    proof = site.tree.consistency(5, 9)
    assert refusal(lambda: site.anchor(9, root=forged.root(9))) == "Inconsistent"
    assert (
        refusal(lambda: site.anchor(9, root=forged.root(9), proof=forged.consistency(5, 9))) == "Inconsistent"
    )
    assert refusal(lambda: site.anchor(9, proof=proof[:-1])) == "Inconsistent"
    assert refusal(lambda: site.anchor(9, proof=[*proof, proof[0]])) == "Inconsistent"
    assert refusal(lambda: site.anchor(9, proof=[])) == "Inconsistent"
    assert site.anchor(9).succeeded


def test_long_proof(chain: CheckpointChain) -> None:
    """65 nodes are refused before anything is hashed, 64 are looked at."""
    site = a_site(chain)
    assert refusal(lambda: site.anchor(9, proof=[bytes(32)] * 65)) == "ProofTooLong"
    assert refusal(lambda: site.anchor(9, proof=[bytes(32)] * 64)) == "Inconsistent"


def test_signature(chain: CheckpointChain) -> None:
    """Only 65 bytes of the signer over exactly this checkpoint of this log count, with a low s."""
    site = a_site(chain)
    root = site.tree.root(9)
    good = signed(9, root)
    s = int.from_bytes(good[32:64], "big")
    high = good[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - good[64]])
    compact = good[:32] + (s | (good[64] - 27) << 255).to_bytes(32, "big")
    wrong = {
        "another key": signed(9, root, Secp256k1Signer(b"\2" * 32)),
        "another size": signed(10, root),
        "another root": signed(9, site.tree.root(8)),
        "another log": signed(9, root, log_id=bytes(32)),
        "high s": high,
        "EIP-2098": compact,
        "v of 0 or 1": good[:64] + bytes([good[64] - 27]),
        "v of 29": good[:64] + b"\x1d",
        "empty": b"",
        "66 bytes": good + b"\0",
        "zeros": bytes(65),
    }
    for name, signature in wrong.items():
        assert refusal(lambda signature=signature: site.anchor(9, signature=signature)) == "WrongSigner", name  # type: ignore[misc]  # a default argument
    assert site.anchor(9, signature=good).succeeded


def test_roles(chain: CheckpointChain) -> None:
    """Strangers can neither anchor nor administer, and the administrator cannot anchor."""
    site, stranger = a_site(chain), ChainAccount.fresh()
    denied = "AccessControlUnauthorizedAccount"
    assert refusal(lambda: site.anchor(9, account=stranger)) == denied
    assert refusal(lambda: site.anchor(9, account=site.admin)) == denied
    for call in (
        set_signer_call(stranger.address),
        grant_anchor_call(stranger.address),
        ContractCall("pause"),
        ContractCall("unpause"),
    ):
        assert refusal(lambda call=call: site.send(stranger, call)) == denied  # type: ignore[misc]  # a default argument
        assert refusal(lambda call=call: site.send(site.anchorer, call)) == denied  # type: ignore[misc]  # a default argument


def test_signer_is_sender(chain: CheckpointChain) -> None:
    """The checkpoint key cannot anchor itself, even if it is given the role."""
    site, both = a_site(chain), ChainAccount(b"\1" * 32)
    site.send(site.admin, grant_anchor_call(both.address))
    assert refusal(lambda: site.anchor(9, account=both)) == "SignerIsSender"


def test_rotation(chain: CheckpointChain) -> None:
    """After setSigner only the new key counts; nobody can set the zero address."""
    site, new = a_site(chain), Secp256k1Signer(b"\3" * 32)
    site.send(site.admin, set_signer_call(new.address))
    assert site.contract.signer() == new.address
    assert refusal(lambda: site.anchor(9)) == "WrongSigner"
    assert site.anchor(9, signature=signed(9, site.tree.root(9), new)).succeeded
    assert refusal(lambda: site.send(site.admin, set_signer_call(bytes(20)))) == "BadSigner"


def test_verdicts(chain: CheckpointChain) -> None:
    """The contract verifies inclusion and consistency under anchored roots and under no others."""
    site = a_site(chain, 5)
    site.anchor(100)
    tree, contract = site.tree, site.contract
    assert contract.verify_inclusion(tree.leaf(42), 42, 100, tree.inclusion(42, 100))
    assert not contract.verify_inclusion(tree.leaf(41), 42, 100, tree.inclusion(42, 100))
    assert not contract.verify_inclusion(tree.leaf(42), 43, 100, tree.inclusion(42, 100))
    assert contract.verify_consistency(77, tree.root(77), 100, tree.consistency(77, 100))
    assert not contract.verify_consistency(77, tree.root(76), 100, tree.consistency(77, 100))
    assert not contract.verify_consistency(0, tree.root(5), 5, [])
    assert refusal(lambda: contract.verify_inclusion(tree.leaf(42), 42, 99, [])) == "UnknownSize"
    assert refusal(lambda: contract.verify_consistency(5, tree.root(5), 99, [])) == "UnknownSize"


def test_reads_by_block(chain: CheckpointChain) -> None:
    """State is read as of a block, by its hash; a block that is not on the chain is no answer."""
    site = a_site(chain, 5)
    before = chain.latest()
    site.anchor(9)
    assert site.contract.head(before) == ContractHead(5, site.tree.root(5))
    assert site.contract.root_at(9, before) is None
    assert chain.block(before.number) == before
    assert chain.block(chain.latest().number + 1000) is None
    strange = type(before)(before.number, b"\7" * 32, before.time)
    with pytest.raises(ChainUnreachableError):
        site.contract.head(strange)


def test_resending(chain: CheckpointChain) -> None:
    """Identical bytes sent again are known, their nonce counts once, and the receipt stays the same."""
    site = a_site(chain, 5)
    call = anchor_call(9, site.tree.root(9), site.tree.consistency(5, 9), signed(9, site.tree.root(9)))
    nonce = chain.nonce(site.anchorer.address)
    tx = chain.sign(site.anchorer, nonce, site.contract.address, call)
    assert tx == chain.sign(site.anchorer, nonce, site.contract.address, call)
    assert chain.send(tx.raw).outcome == "accepted"
    receipt = PATIENCE.receipt(chain, [tx.hash])
    assert receipt is not None
    assert receipt.succeeded
    assert chain.send(tx.raw).outcome == "known"
    assert chain.nonce(site.anchorer.address) == nonce + 1
    assert chain.receipt(tx.hash) == receipt
    assert chain.receipt(b"\5" * 32) is None


def test_reverted_transaction(chain: CheckpointChain) -> None:
    """A refused transaction is mined without effect: its nonce is used, the head stays."""
    site = a_site(chain, 5)
    call = anchor_call(9, site.tree.root(9), [], signed(9, site.tree.root(9)))
    tx = chain.sign(site.anchorer, chain.nonce(site.anchorer.address), site.contract.address, call)
    chain.send(tx.raw)
    receipt = PATIENCE.receipt(chain, [tx.hash])
    assert receipt is not None
    assert not receipt.succeeded
    assert site.contract.head().size == 5
    assert chain.nonce(site.anchorer.address) == 1


def test_no_contract(chain: CheckpointChain) -> None:
    """Where no contract stands, reading says so and no code is found."""
    site = Site(chain, Tree(5), a_site(chain).founded, ChainAccount.fresh(), ChainAccount.fresh())
    assert chain.code(b"\x11" * 20) == b""
    empty = type(site.contract)(chain, b"\x11" * 20)
    assert refusal(empty.head) == "no contract"


def test_found_refuses_another_admin(chain: CheckpointChain) -> None:
    """The account that deploys must be the administrator that the founding names."""
    tree, admin = Tree(5), ChainAccount.fresh()
    with pytest.raises(ChainPinError, match="administrator"):
        found(chain, ChainAccount.fresh(), a_founding(tree, 5, admin), admin.address)


def test_pause(chain: CheckpointChain) -> None:
    """While paused nothing is anchored; afterwards it goes on where it was."""
    site = a_site(chain)
    site.send(site.admin, ContractCall("pause"))
    assert site.contract.paused()
    assert refusal(lambda: site.anchor(9)) == "EnforcedPause"
    site.send(site.admin, ContractCall("unpause"))
    assert site.anchor(9).succeeded
