# SPDX-License-Identifier: Apache-2.0
"""EIP-712 vectors of ethers and eth-sig-util.

They hash arbitrary structs under arbitrary domains. Ours are one fixed struct under one fixed domain, which
no vector has: so they prove the oracle of the property tests (eth_account) over all of them, and our last
step (`typed_digest`) over those whose struct hash is published or simple enough to write down here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from eth_account.messages import SignableMessage, encode_typed_data
from eth_hash.auto import keccak

from ledger.eip712 import typed_digest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ethers(vectors: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(
        (vectors / "eip712-ethers" / "eip712-first500.json").read_bytes()
    )
    assert len(cases) == 500
    return cases


@pytest.fixture(scope="module")
def sig_util(vectors: Path) -> dict[str, str]:
    text = (vectors / "eip712-eth-sig-util" / "sign-typed-data.test.ts.snap").read_text()
    return dict(re.findall(r'^exports\[`(.+) 1`\] = `"([0-9a-f]{64})"`;$', text, re.MULTILINE))


def by_eth_account(case: dict[str, Any]) -> SignableMessage:
    return encode_typed_data(
        domain_data=case["domain"], message_types=case["types"], message_data=case["data"]
    )


def test_eth_account_hashes_every_ethers_vector(ethers: list[dict[str, Any]]) -> None:
    """The oracle gives the published digest of all 500 vectors."""
    wrong = []
    for case in ethers:
        message = by_eth_account(case)
        if keccak(b"\x19" + message.version + message.header + message.body).hex() != case["digest"][2:]:
            wrong.append(case["name"])
    assert wrong == []


def test_our_last_step_gives_every_ethers_digest(ethers: list[dict[str, Any]]) -> None:
    """`typed_digest` of the oracle's separator and the published struct encoding is each of 500 digests."""
    wrong = []
    for case in ethers:
        struct_hash = keccak(bytes.fromhex(case["encoded"][2:]))
        if typed_digest(by_eth_account(case).header, struct_hash).hex() != case["digest"][2:]:
            wrong.append(case["name"])
    assert wrong == []


def test_our_way_of_encoding_gives_flat_ethers_structs(ethers: list[dict[str, Any]]) -> None:
    """Structs of only `string`, `bytes32` and `uint64`, encoded word by word as ours is, fit."""
    seen = set()
    for case in ethers:
        members = case["types"][case["primaryType"]]
        kinds = [member["type"] for member in members]
        if not set(kinds) <= {"string", "bytes32", "uint64"}:
            continue
        signature = ",".join(f"{member['type']} {member['name']}" for member in members)
        words = keccak(f"{case['primaryType']}({signature})".encode())
        for member in members:
            value = case["data"][member["name"]]
            if member["type"] == "string":
                words += keccak(value.encode())
            elif member["type"] == "bytes32":
                words += bytes.fromhex(value[2:])
            else:
                words += int(value).to_bytes(32, "big")
        assert words.hex() == case["encoded"][2:], case["name"]
        seen.update(kinds)
    assert {"string", "uint64"} <= seen


def test_our_last_step_gives_the_plain_sig_util_digest(sig_util: dict[str, str]) -> None:
    """The "Hello!" message of eth-sig-util under its domain of all fields has its digest, in V3 and V4."""
    fields = (
        b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    )
    texts = keccak(b"example.metamask.io") + keccak(b"1")
    domain = keccak(keccak(fields) + texts + (1).to_bytes(32, "big") + bytes(32) + b"\1\2\3".ljust(32, b"\0"))
    hello = keccak(keccak(b"Message(string data)") + keccak(b"Hello!"))
    for version in ("V3", "V4"):
        name = f"TypedDataUtils.eip712Hash {version} should hash a typed message with data"
        assert typed_digest(domain, hello).hex() == sig_util[name]


def test_string_structs_of_sig_util_are_hashed_alike(sig_util: dict[str, str]) -> None:
    """Each snapshot of `Message(string data)` is the hash of its text, as `kind` and `issuer` are."""
    head = keccak(b"Message(string data)")
    seen = 0
    for name, expected in sig_util.items():
        example = re.fullmatch(
            r'.+\.hashStruct V[34] example data type "string" should hash "(.*)" \(type "string"\)', name
        )
        if example:
            assert keccak(head + keccak(example[1].encode())).hex() == expected, name
            seen += 1
    assert seen > 0
