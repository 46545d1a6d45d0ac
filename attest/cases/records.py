# SPDX-License-Identifier: Apache-2.0
"""What the sealed records of a case say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.cases.repository import addition_indexes
from attest.errors import VaultError
from attest.fields import Fields
from attest.parties import read_parties
from attest.private import open_sealed, sealed_private
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.context import Context
    from attest.parties import Parties
    from attest.reading import Reader

_UNREADABLE: Final = "what is on record of the case cannot be read"


def sealed_of(index: int, reader: Reader) -> bytes:
    """What is kept of an entry of a case, sealed (CommandRejected `vault.invalid`)."""
    try:
        return sealed_private(index, reader)
    except LookupError as error:
        raise CommandRejected("vault.invalid", _UNREADABLE) from error


def opened(index: int, sealed: bytes, context: Context) -> dict[str, Any]:
    """The private record that `sealed_of` found at `index` (CommandRejected `vault.invalid`)."""
    try:
        return open_sealed(index, sealed, context.sealer)[1]
    except (LookupError, VaultError) as error:
        raise CommandRejected("vault.invalid", _UNREADABLE) from error


def record_of(index: int, reader: Reader, context: Context) -> dict[str, Any]:
    """The private record of an entry of a case (CommandRejected `vault.invalid`)."""
    return opened(index, sealed_of(index, reader), context)


def added_parties(case_no: str, reader: Reader, context: Context, before: int) -> Parties:
    """The parties that were added to a case before entry `before`."""
    added: list[tuple[str, bytes]] = []
    for index in addition_indexes(case_no, before, reader):
        added += read_parties(Fields({"parties": record_of(index, reader, context)["parties"]}, "/record"))
    return tuple(added)
