# SPDX-License-Identifier: Apache-2.0
"""Whether the look-up keys are those that the tables were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from attest.errors import AttestError
from attest.holders.commands import holder_lookup
from attest.private import open_private
from attest.reading import Prepared
from attest.tables import holders
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from attest.context import Context
    from attest.reading import Reader

_LOOKED_AT: Final = 8
"""Holders by whom keys are known: the records of some may be damaged, of which the audit speaks."""
_FIRST: Final = Prepared(select(holders.c.lookup, holders.c.idx).order_by(holders.c.idx).limit(_LOOKED_AT))


def lookup_keys_fit(reader: Reader, context: Context) -> bool:
    """Whether the people of the tables are found by the context's keys; so it is where there is nobody."""
    for lookup, index in _FIRST.rows(reader):
        try:
            plain = open_private(index, reader, context.sealer)[1]
            id_type, number = str(plain["id_type"]), str(plain["number"])
        except (AttestError, LedgerError, LookupError):
            continue
        return holder_lookup(id_type, number, context) == bytes(lookup)
    return True
