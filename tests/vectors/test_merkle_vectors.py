# SPDX-License-Identifier: Apache-2.0
"""transparency-dev/merkle testdata, every case, through our verifier."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from ledger.errors import ProofError
from ledger.hashing import sha256
from ledger.merkle import verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


def _raw(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def _mapped(value: str | None) -> bytes:
    """A value that is no hash becomes a hash that is wrong, so that its length cannot save the verifier."""
    content = _raw(value)
    return content if len(content) == 32 else sha256(b"wrong" + content)


READERS = pytest.mark.parametrize("reader", [_raw, _mapped], ids=["raw", "mapped"])


def _cases(vectors: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = vectors / "transparency-dev-merkle" / "testdata" / kind
    return [(path.name, json.loads(path.read_bytes())) for path in sorted(folder.rglob("*.json"))]


@READERS
def test_inclusion(vectors: Path, reader: Callable[[str | None], bytes]) -> None:
    """Each of the 49 inclusion proofs is accepted or refused as its author says."""
    cases = _cases(vectors, "inclusion")
    assert len(cases) == 49
    for name, case in cases:
        proof = [reader(value) for value in case["proof"] or []]
        arguments = (reader(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, reader(case["root"]))
        try:
            verify_inclusion(*arguments)
        except ProofError:
            assert case["wantErr"], (name, case["desc"])
        else:
            assert not case["wantErr"], (name, case["desc"])


@READERS
def test_consistency(vectors: Path, reader: Callable[[str | None], bytes]) -> None:
    """Each of the 42 consistency proofs is accepted or refused as its author says, size 0 refused always.

    transparency-dev refuses 0 to n too; it allows only 0 to 0, which we refuse like any other size 0.
    """
    cases = _cases(vectors, "consistency")
    assert len(cases) == 42
    for name, case in cases:
        proof = [reader(value) for value in case["proof"] or []]
        roots = reader(case["root1"]), reader(case["root2"])
        refused = case["wantErr"] or case["size1"] == 0
        try:
            verify_consistency(case["size1"], roots[0], case["size2"], roots[1], proof)
        except ProofError:
            assert refused, (name, case["desc"])
        else:
            assert not refused, (name, case["desc"])
