# SPDX-License-Identifier: Apache-2.0
"""Checkpoints of c2sp.org/tlog-checkpoint, each rule broken in turn."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import FormatError, SignatureError
from ledger.hashing import EMPTY_ROOT
from ledger.note import NoteSigner, encode_base64

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")


def test_example_of_the_specification() -> None:
    """The specification's own checkpoint is read and written."""
    checkpoint = Checkpoint.parse(TEXT)
    assert checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, ROOT)
    assert checkpoint.text() == TEXT


def test_empty_tree() -> None:
    """The empty tree has size 0 and the root SHA-256 of nothing; another root for it is refused."""
    assert Checkpoint.parse(Checkpoint("a", 0, EMPTY_ROOT).text()).size == 0
    with pytest.raises(FormatError):
        Checkpoint.parse(f"a\n0\n{encode_base64(ROOT)}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension line\n",
        "\n" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("example.com", "").replace("/behind-the-sofa", ""),
        TEXT.replace("behind-the-sofa", "behind the sofa"),
        TEXT.replace("behind-the-sofa", "behind+the+sofa"),
        TEXT.replace("20852163", ""),
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "+20852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", " 20852163"),
        TEXT.replace("20852163", "20_852_163"),
        TEXT.replace("20852163", "2e7"),
        TEXT.replace("20852163", "0x10"),
        TEXT.replace("20852163", "٢٠"),
        TEXT.replace("20852163", "²"),
        TEXT.replace("20852163", str(2**63)),
        TEXT.replace("20852163", str(2**64)),
        TEXT.replace("20852163", "9" * 5000),
        TEXT.replace("q2I=", "q2I"),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("q2I=", "q2I=="),
        TEXT.replace("m/X", "m_X"),
        TEXT.replace("CsUY", ""),
        TEXT.replace("CsUY", "CsUYCsUY"),
        "x" * 2000 + TEXT,
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    """A text that breaks one rule is no checkpoint; extension lines are not read on purpose."""
    with pytest.raises(FormatError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, ROOT),
        ("a b", 1, ROOT),
        ("a", -1, ROOT),
        ("a", 2**63, ROOT),
        ("a", 1, ROOT[:31]),
        ("a", 0, ROOT),
    ],
)
def test_impossible_checkpoints_are_refused(origin: str, size: int, root: bytes) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(FormatError):
        Checkpoint(origin, size, root)


def test_opening() -> None:
    """A checkpoint opens for its key and origin; another key, another log or no checkpoint does not."""
    signer = NoteSigner("example.com/behind-the-sofa", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    other = NoteSigner("example.com/behind-the-sofa", Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
    signed = signer.sign(TEXT)
    assert open_checkpoint(signed, signer.verifier(), signer.name) == Checkpoint.parse(TEXT)
    with pytest.raises(SignatureError, match="no signature by"):
        open_checkpoint(other.sign(TEXT), signer.verifier(), signer.name)
    with pytest.raises(SignatureError, match="is of log"):
        open_checkpoint(signed, signer.verifier(), "example.com/elsewhere")
    with pytest.raises(FormatError):
        open_checkpoint(signer.sign("text\n"), signer.verifier(), signer.name)
    with pytest.raises(SignatureError, match="is not of this text"):
        open_checkpoint(signed.replace(b"20852163", b"20852164"), signer.verifier(), signer.name)
