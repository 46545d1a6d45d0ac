# SPDX-License-Identifier: Apache-2.0
"""The identity of a log."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import FormatError
from ledger.log_id import log_id

ORIGIN = "example.com/log"
KEY, SIGNER, GOVERNANCE = b"\1" * 32, b"\2" * 20, b"\3" * 20


def test_bytes() -> None:
    """The id is SHA-256 over label, origin, log key, checkpoint signer and governance, in that order."""
    content = b"once/log/1\nexample.com/log\n" + KEY + SIGNER + GOVERNANCE
    assert log_id(ORIGIN, KEY, SIGNER, GOVERNANCE) == hashlib.sha256(content).digest()


def test_each_part_changes_the_id() -> None:
    """Another origin or any other key is another log."""
    ids = {
        log_id(ORIGIN, KEY, SIGNER, GOVERNANCE),
        log_id("example.com/log2", KEY, SIGNER, GOVERNANCE),
        log_id(ORIGIN, b"\4" * 32, SIGNER, GOVERNANCE),
        log_id(ORIGIN, KEY, GOVERNANCE, SIGNER),
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("origin", "key", "signer", "governance"),
    [
        ("", KEY, SIGNER, GOVERNANCE),
        ("two\nlines", KEY, SIGNER, GOVERNANCE),
        (ORIGIN, KEY[:31], SIGNER, GOVERNANCE),
        (ORIGIN, KEY, SIGNER + b"\0", GOVERNANCE[:19]),
        (ORIGIN, KEY, SIGNER, b""),
    ],
)
def test_other_parts_are_refused(origin: str, key: bytes, signer: bytes, governance: bytes) -> None:
    """No id is made of parts whose bounds could be shifted."""
    with pytest.raises(FormatError):
        log_id(origin, key, signer, governance)
