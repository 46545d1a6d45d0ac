# SPDX-License-Identifier: Apache-2.0
"""The Solidity library against outside vectors, and against our own verifier on generated proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.chain.accounts import ChainAccount
from ledger.chain.client import Web3Chain
from ledger.chain.protocol import ContractCall
from ledger.chain.sending import send_and_wait
from ledger.hashing import node_hash
from tests.chain_parts import PATIENCE, harness_artifact
from tests.contracts.proof_cases import ProofCase, generated_cases, vector_cases

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ledger.chain.engine import AnvilEngine

HARNESS = "RFC6962Harness"


class Harness:
    """The library behind a contract of its own."""

    def __init__(self, chain: Web3Chain) -> None:
        self.chain = chain
        account = ChainAccount.fresh()
        receipt = send_and_wait(chain, account, None, ContractCall("constructor", (), HARNESS), PATIENCE)
        assert receipt.contract is not None
        self.address = receipt.contract

    def ask(self, function: str, *arguments: int | bytes | tuple[bytes, ...]) -> object:
        """What the library answers."""
        return self.chain.view(self.address, ContractCall(function, arguments, HARNESS))[0]

    def wrong(self, cases: Iterable[ProofCase]) -> list[ProofCase]:
        """Cases that the library judges wrongly."""
        return [case for case in cases if self.ask(case.function, *case.arguments) is not case.valid]


@pytest.fixture(scope="module")
def harness(anvil: AnvilEngine) -> Harness:
    return Harness(Web3Chain(anvil.url, artifacts=harness_artifact))


def test_vectors(harness: Harness, vectors: Path) -> None:
    """Each of the 91 outside cases, mapped to 32 bytes and none left out, is judged as its author says."""
    cases = vector_cases(vectors)
    assert len(cases) == 91
    assert harness.wrong(cases) == []


def test_generated(harness: Harness) -> None:
    """On 600 proofs of real trees, half of them damaged, the library and our verifier agree."""
    cases = list(generated_cases(1, 300))
    assert sum(case.valid for case in cases) >= 300
    assert sum(not case.valid for case in cases) >= 250
    assert harness.wrong(cases) == []


def test_node(harness: Harness) -> None:
    """An inner node is SHA-256 of 0x01, left, right."""
    left, right = bytes(range(32)), bytes(range(32, 64))
    assert harness.ask("nodeHash", left, right) == node_hash(left, right)


def test_largest(harness: Harness) -> None:
    """At the largest sizes nothing overflows: the answer is false, not a revert."""
    top = 2**64 - 1
    word = b"\1" * 32
    for length in (0, 1, 63, 64, 65, 100):
        proof = (word,) * length
        assert harness.ask("isIncluded", word, top - 1, top, word, proof) is False
        assert harness.ask("isConsistent", top - 1, word, top, word, proof) is False
        assert harness.ask("isConsistent", 2**63, word, top, word, proof) is False
