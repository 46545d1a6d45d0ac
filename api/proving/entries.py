# SPDX-License-Identifier: Apache-2.0
"""One entry as it stands in the log, its proof checked here and now; nothing private is opened.

The page shows commitments and codes, never what they stand for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.errors import UnknownVersionError
from attest.materials.model import RECTIFIED
from attest.reask.model import CLAIM
from attest.statements import Envelope
from ledger.errors import FormatError, LedgerError
from ledger.hashing import leaf_hash
from ledger.proof import verify_tlog_proof

if TYPE_CHECKING:
    from api.core import Ledger
    from ledger.rows import Head

_DIGEST: Final = re.compile(r"[0-9a-f]{40,}\Z")


@dataclass(frozen=True, slots=True)
class Fact:
    """A member of an entry's body: `digest` where its text is a long hexadecimal number."""

    name: str
    text: str
    digest: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry; `kind` and what follows from it are empty where its bytes cannot be read.

    `proved`: its stored bytes are in the tree under the log's signed head; `block` is that of its anchor.
    """

    index: int
    leaf: str
    proved: bool
    block: int | None
    id: str = ""
    digest: str = ""
    kind: str = ""
    issuer: str = ""
    time: int = 0
    key: str = ""
    body: tuple[Fact, ...] = ()
    evidence: bool = False
    """Whether the reader may have its evidence file."""

    @property
    def shown_as(self) -> str:
        """Its kind as readers are told it: a word alone is no asking on record, a correction no undoing."""
        if self.kind == "reask.recorded" and self.says("source") == CLAIM:
            return "reask.reported"
        if self.kind == "acceptance.retracted" and self.says("reason") == RECTIFIED:
            return "acceptance.rectified"
        return self.kind

    def says(self, name: str) -> str:
        """A member of the body; empty where there is none."""
        return next((one.text for one in self.body if one.name == name), "")


def show(index: int, head: Head, ledger: Ledger) -> Shown:
    """The entry at an index below an acknowledged head; a missing or damaged one is shown as not proved."""
    stored = ledger.store.stored_leaves(index, index + 1)
    anchor = ledger.store.anchor_covering(index)
    block = None if anchor is None else anchor.block
    if not stored:
        return Shown(index, "", False, block)
    leaf = stored[0][1]
    digest, proved = leaf_hash(leaf).hex(), _proved(index, leaf, head, ledger)
    try:
        envelope = Envelope.parse(leaf)
    except (UnknownVersionError, FormatError):
        return Shown(index, digest, proved, block)
    entry = envelope.entry
    return Shown(
        index,
        digest,
        proved,
        block,
        id=entry.id.hex(),
        digest=entry.digest().hex(),
        kind=entry.kind,
        issuer=entry.issuer,
        time=entry.time,
        key=envelope.key.hex(),
        body=tuple(_fact(name, value) for name, value in entry.body.items()),
    )


def _proved(index: int, leaf: bytes, head: Head, ledger: Ledger) -> bool:
    try:
        proof = ledger.receipts.proof(index, head)
        verify_tlog_proof(proof, leaf, ledger.trust.log_keys, ledger.context.origin)
    except LedgerError:
        return False
    return True


def _fact(name: str, value: Any) -> Fact:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Fact(name, text, _DIGEST.match(text) is not None)
