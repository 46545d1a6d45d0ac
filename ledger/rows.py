# SPDX-License-Identifier: Apache-2.0
"""What the log's tables give back: small immutable records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


class Head(NamedTuple):
    """Size and root of a committed tree; `halt` says why the log takes no entries."""

    size: int
    root: bytes
    halt: str | None = None


class Published(NamedTuple):
    """A published checkpoint: the signed note, and the chain's 65-byte signature over the same head."""

    size: int
    root: bytes
    note: bytes
    evm_signature: bytes | None
    time: int


class AnchorRow(NamedTuple):
    """One root that the contract held at a block; `withdrawn` if the chain went back behind it."""

    size: int
    contract: bytes
    root: bytes
    tx: bytes
    block: int
    block_hash: bytes
    time: int
    withdrawn: bool

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From a database row; SQLite knows no booleans."""
        size, contract, root, tx, block, block_hash, time, withdrawn = row
        return cls(size, contract, root, tx, block, block_hash, time, bool(withdrawn))
