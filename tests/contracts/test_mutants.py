# SPDX-License-Identifier: Apache-2.0
"""Tests of the tests: every seeded bug in the Solidity must make the suite fail."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.chain.artifact import Artifact, parse_artifact
from ledger.chain.client import Web3Chain
from ledger.chain.contract import Founding
from ledger.chain.packages import ensure_chain_packages
from ledger.errors import LedgerError
from scripts.compile_contracts import artifact, compile_sources, gather
from tests.contracts import test_chain_suite as suite
from tests.contracts.proof_cases import generated_cases, vector_cases
from tests.contracts.test_rfc6962 import Harness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.chain.accounts import ChainAccount
    from ledger.chain.engine import AnvilEngine
    from ledger.chain.protocol import Block, ContractCall, SignedTransaction

ROOT = Path(__file__).resolve().parents[2]
MUTANTS: list[dict[str, str]] = json.loads((ROOT / "contracts/test/mutants.json").read_text())
LIBRARY = "contracts/libraries/RFC6962.sol"
UNITS = {
    "CheckpointLog": "contracts/CheckpointLog.sol",
    "RFC6962Harness": "contracts/test/RFC6962Harness.sol",
}


class MutantChain(Web3Chain):
    """A chain where another program is deployed than asked for, and the node lies about its code."""

    pretended = b""

    def sign(
        self, account: ChainAccount, nonce: int, contract: bytes | None, call: ContractCall
    ) -> SignedTransaction:
        """Deploy the mutant, remember what was asked for."""
        if call.name == "constructor" and call.contract == "CheckpointLog":
            self.pretended = Founding(*call.arguments).code()  # type: ignore[arg-type]  # in its order
        return super().sign(account, nonce, contract, call)

    def code(self, contract: bytes, at: Block | None = None) -> bytes:
        """The code that was asked for."""
        return self.pretended if super().code(contract, at) else b""


@pytest.fixture(scope="module")
def compiled() -> Mapping[str, Mapping[str, Artifact]]:
    """By mutant, compiled in one run: the program that is tried, the other as in the unchanged `plain`."""
    packages = ensure_chain_packages(packages="full")
    plain = {name: gather([unit], packages) for name, unit in UNITS.items()}
    sources: dict[str, str] = {}
    tried: dict[str, tuple[str, ...]] = {"plain": tuple(UNITS)}
    for mutant in MUTANTS:
        tried[mutant["name"]] = ("RFC6962Harness" if mutant["file"] == LIBRARY else "CheckpointLog",)
    edits = {mutant["name"]: mutant for mutant in MUTANTS}
    for name, programs in tried.items():
        edit = edits.get(name)
        texts = {unit: text for one in programs for unit, text in plain[one].items()}
        if edit is not None:
            assert texts[edit["file"]].count(edit["find"]) == 1, f"{name} no longer fits"
            texts[edit["file"]] = texts[edit["file"]].replace(edit["find"], edit["put"])
        for unit, text in texts.items():
            sources[unit if unit.startswith("@") else f"{_folder(name)}/{unit}"] = text
    output = compile_sources(sources, warnings=False)
    made = {
        name: {one: _parsed(output, f"{_folder(name)}/{UNITS[one]}") for one in programs}
        for name, programs in tried.items()
    }
    return {name: {**made["plain"], **programs} for name, programs in made.items()}


def _folder(mutant: str) -> str:
    return mutant.replace(" ", "_")


def _parsed(output: Mapping[str, Any], unit: str) -> Artifact:
    return parse_artifact(artifact(output, unit))


def survives(check: Callable[[], None]) -> bool:
    """Whether a test passes."""
    try:
        check()
    except (AssertionError, LedgerError, pytest.fail.Exception):
        return False
    return True


def suite_holds(chain: MutantChain) -> bool:
    """Run the chain suite; False at the first test that fails."""
    for name, test in inspect.getmembers(suite, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        wanted = inspect.signature(test).parameters
        arguments: list[tuple[Any, ...]] = [(chain,)]
        if len(wanted) > 1:
            arguments = [(chain, *values) for values in suite.BAD_GENESIS]
        if not all(survives(lambda values=values, test=test: test(*values)) for values in arguments):  # type: ignore[misc]  # default arguments
            return False
    return True


def library_holds(chain: MutantChain, vectors: Path) -> bool:
    """Run vectors and generated proofs; False at the first wrong answer or revert."""
    harness = Harness(chain)
    cases = [*vector_cases(vectors), *generated_cases(1, 160)]
    return survives(
        lambda: None if all(not harness.wrong([case]) for case in cases) else pytest.fail("wrong")
    )


def test_plain_source_survives(
    compiled: Mapping[str, Mapping[str, Artifact]], anvil: AnvilEngine, vectors: Path
) -> None:
    """The unchanged source passes both suites, so a mutant's death is the mutation's doing."""
    chain = MutantChain(anvil.url, artifacts=compiled["plain"].__getitem__)
    assert suite_holds(chain)
    assert library_holds(chain, vectors)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant["name"] for mutant in MUTANTS])
def test_mutant_dies(
    compiled: Mapping[str, Mapping[str, Artifact]],
    anvil: AnvilEngine,
    vectors: Path,
    mutant: dict[str, str],
) -> None:
    """A seeded bug makes a test fail."""
    chain = MutantChain(anvil.url, artifacts=compiled[mutant["name"]].__getitem__)
    if mutant["file"] == LIBRARY:
        assert not library_holds(chain, vectors)
    else:
        assert not suite_holds(chain)
