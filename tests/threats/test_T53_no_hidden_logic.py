# SPDX-License-Identifier: Apache-2.0
"""T53: the contract's owner replaces its logic."""

from __future__ import annotations

import pytest

from ledger.chain.artifact import FOLDER, load_artifact

FORBIDDEN = {
    0xF0: "CREATE",
    0xF1: "CALL",
    0xF2: "CALLCODE",
    0xF4: "DELEGATECALL",
    0xF5: "CREATE2",
    0xFF: "SELFDESTRUCT",
}
SINCE_SHANGHAI = {
    0x5F: "PUSH0",
    0x5C: "TLOAD",
    0x5D: "TSTORE",
    0x5E: "MCOPY",
    0x49: "BLOBHASH",
    0x4A: "BLOBBASEFEE",
}


def opcodes(code: bytes) -> set[int]:
    """Every opcode in the code, with the arguments of PUSH1 to PUSH32 skipped."""
    found, place = set(), 0
    while place < len(code):
        opcode = code[place]
        found.add(opcode)
        place += 1 + (opcode - 0x5F if 0x60 <= opcode <= 0x7F else 0)
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_opcodes(name: str) -> None:
    """No shipped contract can call, create, delegate or destroy; nothing needs more than Paris."""
    used = opcodes(load_artifact(name).deployed)
    assert not {FORBIDDEN[code] for code in used & FORBIDDEN.keys()}
    assert not {SINCE_SHANGHAI[code] for code in used & SINCE_SHANGHAI.keys()}
    assert 0xFA in used or name != "CheckpointLog", "STATICCALL to the SHA-256 precompile"


def test_scanner_sees() -> None:
    """The scanner finds a DELEGATECALL, and does not mistake pushed bytes for one."""
    assert 0xF4 in opcodes(bytes.fromhex("60f4f4"))
    assert 0xF4 not in opcodes(bytes.fromhex("60f461f4f4"))
