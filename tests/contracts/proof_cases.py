# SPDX-License-Identifier: Apache-2.0
"""Merkle proof cases for any verifier: the outside vectors, and real trees with real damage."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.errors import ProofError
from ledger.hashing import node_hash, sha256
from ledger.merkle import verify_consistency, verify_inclusion
from tests.chain_parts import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class ProofCase:
    """Arguments of `isIncluded` or `isConsistent` in the order of the Solidity, and the right answer."""

    name: str
    function: str
    arguments: tuple[int | bytes | tuple[bytes, ...], ...]
    valid: bool


def _word(value: str | None) -> bytes:
    """A value that is no hash becomes a wrong hash: dropping the case would spare the verifier."""
    content = base64.b64decode(value or "")
    return content if len(content) == 32 else sha256(b"wrong" + content)


def vector_cases(vectors: Path) -> list[ProofCase]:
    """transparency-dev's 91 cases; from size 0 everything is refused, as DESIGN asks of the contract."""
    folder = vectors / "transparency-dev-merkle" / "testdata"
    cases = []
    for path in sorted(folder.rglob("*.json")):
        case = json.loads(path.read_bytes())
        proof = tuple(_word(node) for node in case["proof"] or [])
        if "leafIdx" in case:
            known = _word(case["leafHash"]), case["leafIdx"], case["treeSize"], _word(case["root"]), proof
            cases.append(ProofCase(case["desc"], "isIncluded", known, not case["wantErr"]))
        else:
            roots = case["size1"], _word(case["root1"]), case["size2"], _word(case["root2"]), proof
            valid = not case["wantErr"] and case["size1"] > 0
            cases.append(ProofCase(case["desc"], "isConsistent", roots, valid))
    return cases


def generated_cases(seed: int, count: int) -> Iterator[ProofCase]:
    """Proofs of real trees of 1 to 130 leaves, each followed by one damaged copy; ours is the oracle."""
    rng, tree = random.Random(seed), Tree(130)
    for number in range(count):
        size = rng.randint(1, 130)
        if number % 2:
            index = rng.randrange(size)
            proof = tuple(tree.inclusion(index, size))
            yield _judged("sound", "isIncluded", (tree.leaf(index), index, size, tree.root(size), proof))
            name, first, second, root_1, root_2, damaged = _damage(
                rng, index, size, tree.leaf(index), tree.root(size), proof, leaf=True
            )
            yield _judged(name, "isIncluded", (root_1, first, second, root_2, damaged))
        else:
            old = size if number % 4 == 0 else rng.randint(1, size)
            proof = tuple(tree.consistency(old, size))
            yield _judged("sound", "isConsistent", (old, tree.root(old), size, tree.root(size), proof))
            name, first, second, root_1, root_2, damaged = _damage(
                rng, old, size, tree.root(old), tree.root(size), proof, leaf=False
            )
            yield _judged(name, "isConsistent", (first, root_1, second, root_2, damaged))


def _damage(
    rng: random.Random,
    first: int,
    second: int,
    start: bytes,
    root: bytes,
    proof: tuple[bytes, ...],
    *,
    leaf: bool,
) -> tuple[str, int, int, bytes, bytes, tuple[bytes, ...]]:
    """One of eleven kinds of damage to (number, size, first hash, root, proof)."""
    noise = rng.randbytes(32)
    place = rng.randrange(len(proof)) if proof else 0
    kind = rng.randrange(11)
    if kind == 0:
        return "first hash", first, second, noise, root, proof
    if kind == 1:
        return "root", first, second, start, noise, proof
    if kind == 2:
        return "hashes swapped", first, second, root, start, proof
    if kind == 3:
        return "shorter", first, second, start, root, proof[:-1]
    if kind == 4:
        return "longer", first, second, start, root, (*proof, rng.choice([noise, root, start]))
    if kind == 5:
        return "longer before", first, second, start, root, (rng.choice([noise, root, start]), *proof)
    if kind == 6 and proof:
        return "node", first, second, start, root, (*proof[:place], noise, *proof[place + 1 :])
    if kind == 7 and len(proof) > 1:
        return "order", first, second, start, root, proof[::-1]
    if kind == 8:
        return (
            "number",
            rng.choice([0, first + 1, first ^ 1, first * 2, second, second + 1]),
            second,
            start,
            root,
            proof,
        )
    if kind == 9:
        # A longer proof whose roots were made to match: only its length betrays it.
        start = start if leaf else node_hash(noise, start)
        return "extended", first, second, start, node_hash(noise, root), (*proof, noise)
    return (
        "size",
        first,
        rng.choice([0, second + 1, second * 2, max(second - 1, 0), 2**63 - 1]),
        start,
        root,
        proof,
    )


def _judged(name: str, function: str, arguments: tuple[int | bytes | tuple[bytes, ...], ...]) -> ProofCase:
    verify = verify_inclusion if function == "isIncluded" else verify_consistency
    order = arguments if function == "isConsistent" else (*arguments[:3], arguments[4], arguments[3])
    try:
        verify(*order)  # type: ignore[arg-type]  # the tuple's members are of the right types in order
    except ProofError:
        return ProofCase(name, function, arguments, valid=False)
    return ProofCase(name, function, arguments, valid=True)
