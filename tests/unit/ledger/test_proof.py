# SPDX-License-Identifier: Apache-2.0
"""Offline proofs of c2sp.org/tlog-proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.checkpoint import Checkpoint
from ledger.errors import FormatError, ProofError, SignatureError
from ledger.hashing import leaf_hash, node_hash
from ledger.note import NoteSigner, encode_base64
from ledger.proof import TlogProof, verify_tlog_proof

ORIGIN = "example.com/log"
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
LEFT, RIGHT = leaf_hash(b"left"), leaf_hash(b"right")
NOTE = SIGNER.sign(Checkpoint(ORIGIN, 2, node_hash(LEFT, RIGHT)).text())
PROOF = TlogProof(1, (LEFT,), NOTE)
TEXT = PROOF.format()


def test_lines() -> None:
    """Header, index, path, blank line, note verbatim; the extra line only where there is one."""
    path = encode_base64(LEFT).encode()
    expected = b"c2sp.org/tlog-proof@v1\nindex 1\n" + path + b"\n\n" + NOTE
    assert expected == TEXT
    extra = replace(PROOF, extra=b"\0x").format()
    assert extra.startswith(b"c2sp.org/tlog-proof@v1\nextra AHg=\nindex 1\n")
    assert TlogProof.parse(extra).extra == b"\0x"


def test_a_tree_of_one_leaf_needs_no_path() -> None:
    """The proof of the only leaf has no hash, and verifies."""
    alone = TlogProof(0, (), SIGNER.sign(Checkpoint(ORIGIN, 1, LEFT).text()))
    assert verify_tlog_proof(TlogProof.parse(alone.format()), b"left", SIGNER.verifier(), ORIGIN).size == 1


def test_verification() -> None:
    """The true leaf verifies; another leaf, index, key or origin is refused by its own error."""
    verifier = SIGNER.verifier()
    assert verify_tlog_proof(PROOF, b"right", verifier, ORIGIN).size == 2
    for leaf in (b"left", b"", b"right ", LEFT + RIGHT):
        with pytest.raises(ProofError):
            verify_tlog_proof(PROOF, leaf, verifier, ORIGIN)
    for index in (0, 2, 3):
        with pytest.raises(ProofError):
            verify_tlog_proof(replace(PROOF, index=index), b"right", verifier, ORIGIN)
    with pytest.raises(SignatureError):
        verify_tlog_proof(PROOF, b"right", verifier, "example.com/other")
    stranger = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
    with pytest.raises(SignatureError):
        verify_tlog_proof(PROOF, b"right", stranger.verifier(), ORIGIN)


def test_extra_is_not_authenticated() -> None:
    """Extra content may be put there by anyone: it neither helps nor hinders the proof."""
    assert verify_tlog_proof(replace(PROOF, extra=b"anything"), b"right", SIGNER.verifier(), ORIGIN).size == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TEXT.replace(b"@v1", b"@v2"),
        b"\n" + TEXT,
        TEXT.replace(b"index 1", b"index 01"),
        TEXT.replace(b"index 1", b"index -1"),
        TEXT.replace(b"index 1", b"index  1"),
        TEXT.replace(b"index 1", b"index"),
        TEXT.replace(b"index 1\n", b""),
        TEXT.replace(b"index 1", b"index 18446744073709551616"),
        TEXT.replace(b"index 1", b"index 9223372036854775807"),
        TEXT.replace(b"index 1", b"extra \nindex 1"),
        TEXT.replace(b"index 1", b"extra\nindex 1"),
        TEXT.replace(b"index 1", b"extra AHh=\nindex 1"),
        TEXT.replace(b"index 1", b"extra AHg=\nextra AHg=\nindex 1"),
        TEXT.replace(b"index 1", b"index 1\nextra AHg="),
        TEXT.replace(b"index 1", b"index 1\nAAAA"),
        TEXT.replace(b"index 1", b"index 1\n" + b"\n".join([encode_base64(LEFT).encode()] * 63)),
        TEXT.replace(b"\n\n", b"\n", 1),
        TEXT.replace(b"\n\n", b"\n\n\n", 1),
        TEXT.replace(b"\n", b"\r\n"),
        TEXT[:-1],
        TEXT.partition(b"\n\n")[0] + b"\n\n",
        TEXT.partition(b"\n\n")[0] + b"\n\n" + SIGNER.sign("no checkpoint\n"),
        b"x" * 300_000,
    ],
)
def test_other_texts_are_refused(content: bytes) -> None:
    """A text that breaks one rule is no proof."""
    with pytest.raises(FormatError):
        TlogProof.parse(content)


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": 2**63 - 1},
        {"hashes": (b"x",)},
        {"hashes": (LEFT,) * 64},
        {"extra": b""},
        {"extra": bytes(65_537)},
    ],
)
def test_impossible_proofs_are_refused(change: dict[str, int]) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(FormatError):
        replace(PROOF, **change)  # type: ignore[arg-type]  # the table mixes types
