# SPDX-License-Identifier: Apache-2.0
"""That an acceptance supersedes an earlier one: how a record says so, and what the log must hold for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.citations import read_citation
from attest.errors import VaultError
from attest.holders.repository import share_a_person
from attest.materials.model import Supersession
from attest.materials.repository import cited_acceptance, holders_of
from attest.private import open_private
from attest.supersession.model import HOWS
from attest.supersession.repository import successions
from attest.supersession.rules import refusal
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.context import Context
    from attest.fields import Fields
    from attest.materials.model import Acceptance, AcceptanceRow
    from attest.reading import Reader
    from ledger.commands import View


def read_supersession(fields: Fields) -> Supersession | None:
    """`supersedes: {acceptance: {id, index, leaf, salt}, how}`, or None where the member is absent."""
    if not fields.has("supersedes"):
        return None
    inner = fields.fields("supersedes")
    said = Supersession(read_citation(inner, "acceptance"), inner.choice("how", HOWS))
    inner.done()
    return said


def shares_a_holder(acceptance: bytes, record: Acceptance, reader: Reader) -> bool:
    """Whether a party of the record is a party of the acceptance, in whichever roles."""
    stated = {holder for _, holder in record.parties}
    return share_a_person(holders_of(acceptance, reader), stated, reader)


def check_supersession(record: Acceptance, said: Supersession, view: View, context: Context) -> None:
    """Refuse (CommandRejected) to supersede a stranger's paper, what fell, or what was superseded already."""
    older = cited_acceptance(said.acceptance, view)
    if older is None or older.type != record.type or not shares_a_holder(older.id, record, view):
        raise CommandRejected("acceptance.unknown", "no such acceptance of this type and holder")
    if older.fallen is not None:
        raise CommandRejected("supersession.fallen", "what was taken back needs no successor")
    if older.id in successions((older.id,), view):
        raise CommandRejected("supersession.superseded", "another acceptance supersedes it already")
    refused = refusal(record, older, _number_of(older, view, context))
    if refused is not None:
        raise CommandRejected(*refused)


def _number_of(older: AcceptanceRow, view: View, context: Context) -> str | None:
    """The number on the older paper; None where it has none, or where its record was erased."""
    try:
        number = open_private(older.index, view, context.sealer)[1].get("number")
    except (LookupError, VaultError):
        return None
    return None if number is None else str(number)
