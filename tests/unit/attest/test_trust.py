# SPDX-License-Identifier: Apache-2.0
"""A trust file is believed whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from attest.verify import ChainTrust, Trust
from attest.verify.model import ALWAYS, CHECKS
from ledger.errors import FormatError
from ledger.log_id import log_id
from tests.attest_context import a_key
from tests.builders import ORIGIN, a_signer


def a_trust() -> Trust:
    """A trust file of a ledger with a chain."""
    governance, signer = a_key("governance").address, a_key("checkpoint").address
    return Trust(
        origin=ORIGIN,
        log=log_id(ORIGIN, a_signer().public_key, signer, governance),
        log_key=a_signer().verifier().vkey(),
        checkpoint_signer=signer,
        governance=governance,
        service=a_key("service").address,
        profile="demo",
        chain=ChainTrust(31337, b"\1" * 20, b"\2" * 32, 9, b"\3" * 32),
    )


def test_round_trip() -> None:
    """`parse(format(x)) == x`, with a chain and without, in any layout."""
    bare = replace(a_trust(), chain=None, required=("status",), max_age_status=60)
    for trust in (a_trust(), bare):
        assert Trust.parse(trust.format()) == trust
        assert Trust.parse(json.dumps(trust.document(), indent=2).encode()) == trust


def test_what_is_demanded() -> None:
    """Only the anchor can be waived."""
    assert a_trust().demanded == set(CHECKS)
    assert replace(a_trust(), required=()).demanded == ALWAYS == set(CHECKS) - {"anchor"}


CHANGES: dict[str, dict[str, Any]] = {
    "version": {"v": 2},
    "origin": {"origin": "other.example"},
    "log": {"log": "00" * 32},
    "short log": {"log": "00"},
    "key of another name": {"log_key": a_signer().verifier().vkey().replace("log", "lag")},
    "no key": {"log_key": "x"},
    "signer": {"checkpoint_signer": "00" * 20},
    "governance": {"governance": "00" * 20},
    "service": {"service": "0x" + "00" * 20},
    "profile": {"profile": "test"},
    "chain": {"chain": {}},
    "chain missing a pin": {"chain": {"chain_id": 1}},
    "anchor without chain": {"chain": None},
    "age": {"max_age": {"anchor": 0, "status": 1}},
    "age missing": {"max_age": {"anchor": 1}},
    "age in words": {"max_age": {"anchor": "1d", "status": 1}},
    "unknown check": {"required": ["anchors"]},
    "check twice": {"required": ["status", "status"]},
    "witnesses": {"witnesses": ["w"]},
    "quorum": {"quorum": 1},
    "unknown member": {"more": 1},
}


@pytest.mark.parametrize("name", CHANGES)
def test_refused(name: str) -> None:
    """A trust file with a wrong, contradictory, unknown or unsupported member is refused."""
    with pytest.raises(FormatError):
        Trust.parse(json.dumps({**a_trust().document(), **CHANGES[name]}).encode())


@pytest.mark.parametrize("member", sorted(a_trust().document()))
def test_nothing_may_be_missing(member: str) -> None:
    """Every member has to be there."""
    document = a_trust().document()
    del document[member]
    with pytest.raises(FormatError):
        Trust.parse(json.dumps(document).encode())


@pytest.mark.parametrize("octets", [b"", b"[]", b"null", b'{"v":1,"v":1}', b"{" * 99], ids=range(5))
def test_no_trust_file(octets: bytes) -> None:
    """Other bytes are refused with one error."""
    with pytest.raises(FormatError):
        Trust.parse(octets)
