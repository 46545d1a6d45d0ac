# SPDX-License-Identifier: Apache-2.0
"""JSONTestSuite: valid texts are read unless the profile refuses them by name, invalid ones are refused."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from ledger.canonical import read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 1 << 20

# Valid JSON that the profile refuses, and why.
REFUSED = {
    # a fraction or an exponent
    "y_number.json",
    "y_number_0e+1.json",
    "y_number_0e1.json",
    "y_number_double_close_to_zero.json",
    "y_number_int_with_exp.json",
    "y_number_real_capital_e.json",
    "y_number_real_capital_e_neg_exp.json",
    "y_number_real_capital_e_pos_exp.json",
    "y_number_real_exponent.json",
    "y_number_real_fraction_exponent.json",
    "y_number_real_neg_exp.json",
    "y_number_real_pos_exponent.json",
    "y_number_simple_real.json",
    "y_object_extreme_numbers.json",
    "y_structure_lonely_negative_real.json",
    # one key twice
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
}


def test_valid_texts(vectors: Path) -> None:
    """All 95 valid texts are read to what the standard library reads, but for the 17 named ones."""
    paths = sorted((vectors / "JSONTestSuite" / "test_parsing").glob("y_*.json"))
    assert len(paths) == 95
    refused = set()
    for path in paths:
        content = path.read_bytes()
        try:
            value = read_json(content, max_bytes=LIMIT)
        except FormatError:
            refused.add(path.name)
        else:
            assert value == json.loads(content), path.name
    assert refused == REFUSED


def test_invalid_texts(vectors: Path) -> None:
    """All 188 invalid texts raise FormatError and nothing else, 100,000 open arrays included."""
    paths = sorted((vectors / "JSONTestSuite" / "test_parsing").glob("n_*.json"))
    assert len(paths) == 188
    read = set()
    for path in paths:
        with contextlib.suppress(FormatError):
            read_json(path.read_bytes(), max_bytes=LIMIT)
            read.add(path.name)
    assert read == set()
