# SPDX-License-Identifier: Apache-2.0
"""The entry that a page says was just signed: its number stands in the address that the form led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.errors import AttestError
from attest.statements import Envelope
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from ledger.store import Store

_MOST_INDEX: Final = 18
"""Digits of an entry's number in an address, at most."""


def signed_entry(typed: str, kind: str, department: str, store: Store) -> int | None:
    """The entry that an address names, if it is of this kind and this department signed it."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > _MOST_INDEX:
        return None
    try:
        entry = Envelope.parse(store.leaf(int(typed))).entry
    except (AttestError, LedgerError, LookupError):
        return None
    return int(typed) if (entry.kind, entry.issuer) == (kind, department) else None
