# SPDX-License-Identifier: Apache-2.0
"""RFC 8785's own vectors, where the narrow profile applies.

The profile refuses by design: fractions and exponents (`values.json`, and `structures.json` for its
`56.0`), and keys that are not ASCII (`french.json`, `weird.json`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.canonical import dump, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = {"values.json", "structures.json", "french.json", "weird.json"}


def test_reference_outputs(vectors: Path) -> None:
    """What the profile reads comes out byte for byte as the reference writes it; the rest is refused."""
    folder = vectors / "json-canonicalization" / "testdata"
    written, refused = set(), set()
    for path in sorted((folder / "input").iterdir()):
        content = path.read_bytes()
        if path.name in REFUSED:
            with pytest.raises(FormatError):
                read_json(content, max_bytes=4096)
            refused.add(path.name)
        else:
            output = dump(read_json(content, max_bytes=4096))
            assert output == (folder / "output" / path.name).read_bytes().strip()
            assert output == bytes.fromhex((folder / "outhex" / path.with_suffix(".txt").name).read_text())
            written.add(path.name)
    assert written == {"arrays.json", "unicode.json"}
    assert refused == REFUSED


def test_structures_without_its_fraction(vectors: Path) -> None:
    """`structures.json` with 56 in place of 56.0 comes out as the reference writes it."""
    folder = vectors / "json-canonicalization" / "testdata"
    content = (folder / "input" / "structures.json").read_bytes().replace(b"56.0", b"56")
    assert dump(read_json(content, max_bytes=4096)) == (folder / "output" / "structures.json").read_bytes()


def test_values_without_its_numbers(vectors: Path) -> None:
    """The string and literals of `values.json` come out as the reference writes them."""
    folder = vectors / "json-canonicalization" / "testdata"
    numbers = b"[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]"
    content = (folder / "input" / "values.json").read_bytes().replace(numbers, b"[]")
    expected = (folder / "output" / "values.json").read_bytes()
    expected = expected.replace(b"[333333333.3333333,1e+30,4.5,0.002,1e-27]", b"[]")
    assert dump(read_json(content, max_bytes=4096)) == expected
