# SPDX-License-Identifier: Apache-2.0
"""Private records: what opens an entry, sealed in the database, bound to the entry's index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.reading import Prepared
from attest.tables import private_records
from ledger.canonical import read_canonical

if TYPE_CHECKING:
    from attest.reading import Reader
    from attest.sealing import Sealer
    from ledger.commands import Row

_MOST: Final = 1 << 20
_ONE = Prepared(select(private_records.c.sealed).where(private_records.c.idx == bindparam("index")))


def _bound(index: int) -> bytes:
    return b"private/%d" % index


def private_row(index: int, salt: bytes, canonical: bytes, sealer: Sealer) -> Row:
    """The row that keeps the salt (32 bytes) and the record in canonical JSON sealed, bound to the index."""
    return (private_records, (index, sealer.seal(salt + canonical, _bound(index))))


def sealed_private(index: int, reader: Reader) -> bytes:
    """What is kept of the entry at `index`, empty once erased (LookupError where the log keeps none)."""
    found = _ONE.rows(reader, index=index)
    if not found:
        raise LookupError(f"entry {index} has no private record")
    return bytes(found[0][0])


def open_private(index: int, reader: Reader, sealer: Sealer) -> tuple[bytes, dict[str, Any]]:
    """Salt and record of the entry at `index` (LookupError where the log keeps none)."""
    return open_sealed(index, sealed_private(index, reader), sealer)


def open_sealed(index: int, sealed: bytes, sealer: Sealer) -> tuple[bytes, dict[str, Any]]:
    """Salt and record of what `sealed_private` found at `index`."""
    plain = sealer.open(sealed, _bound(index))
    record = read_canonical(plain[32:], max_bytes=_MOST)
    if not isinstance(record, dict):
        raise LookupError(f"entry {index} has no private record")  # noqa: TRY004  # what is kept, not its type
    return plain[:32], record
