# SPDX-License-Identifier: Apache-2.0
"""The golden vectors, the page that explains them and the code say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from attest.verify import Evidence, Trust, verify
from attest.verify.model import OFFLINE
from ledger.errors import FormatError
from ledger.hashing import sha256
from scripts import make_golden

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGE = (FOLDER / "formats.md").read_text(encoding="utf-8")
FORMATS: dict[str, Any] = json.loads((FOLDER / "golden" / "formats.json").read_bytes())
VERDICTS: dict[str, Any] = json.loads((FOLDER / "golden" / "verdicts.json").read_bytes())
_BLOCK = re.compile(r"^```golden\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = [tuple(line.split(" = ", 1)) for block in _BLOCK.findall(PAGE) for line in block.splitlines() if line]


@pytest.mark.parametrize("name", ["formats.json", "verdicts.json"])
def test_committed_files_are_what_the_code_makes(name: str) -> None:
    """Byte for byte: a change of any format shows as a change of the committed vectors."""
    assert (FOLDER / "golden" / name).read_bytes() == make_golden.golden()[name]


@pytest.mark.parametrize(("path", "value"), SHOWN, ids=[path for path, _ in SHOWN])
def test_the_page_shows_the_vectors(path: str, value: str) -> None:
    """Each value on the page is the vectors'."""
    inner: Any = FORMATS
    for step in path.split("."):
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    assert inner == value


def test_the_page_shows_every_part() -> None:
    """No part of the vectors is left without a value or a mention on the page."""
    assert len(SHOWN) >= 30
    shown = {path.split(".")[0] for path, _ in SHOWN}
    assert {"log", "entry", "private", "eip712", "commitments", "lookups", "roots"} <= shown


@pytest.mark.parametrize("case", VERDICTS["cases"], ids=lambda case: case["name"])
def test_verdicts(case: dict[str, Any]) -> None:
    """Each golden file gets exactly its verdict, check by check; what is well-formed round-trips."""
    trust = Trust.parse(VERDICTS["trust"].encode())
    digest = sha256(bytes.fromhex(VERDICTS["document"]))
    octets = case["evidence"].encode()
    verdict = verify(octets, trust, case["now"], profile=OFFLINE, document=digest)
    assert verdict.document() == case["verdict"]
    try:
        assert Evidence.parse(octets).format() == octets
    except FormatError:
        assert verdict.reason.startswith("format.")
