# SPDX-License-Identifier: Apache-2.0
"""What is kept of holders, from the tables: for pages; the deed itself reads the whole log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.cases.repository import case_by_no, case_indexes, cases_of
from attest.data_check_requests.repository import requests_on
from attest.days import day_of
from attest.erasure.model import CASE, MATERIAL, Kept
from attest.materials.repository import acceptance_by_id, holders_of
from attest.reading import Prepared
from attest.recognition.decision import opening_of
from attest.recognition.repository import reliances_on
from attest.statements import Envelope
from attest.tables import material_parties

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.store import Store

_OF_HOLDER: Final = Prepared(
    select(material_parties.c.acceptance).where(material_parties.c.holder == bindparam("holder"))
)
_ACCEPTED: Final = b'"kind":"material.accepted"'


def kept_of(holders: Collection[bytes], store: Store, catalogue: Catalogue, context: Context) -> list[Kept]:
    """Their materials, then their cases, in the log's order; CommandRejected where a case cannot be read."""
    mine = frozenset(holders)
    ids = {bytes(row[0]) for one in mine for row in _OF_HOLDER.rows(store, holder=one)}
    numbers = {number for one in mine for number in cases_of(one, store)}
    return _materials(ids, mine, store) + _cases(numbers, mine, store, catalogue, context)


def _materials(ids: Collection[bytes], mine: frozenset[bytes], store: Store) -> list[Kept]:
    rows = [row for row in (acceptance_by_id(one, store) for one in ids) if row is not None]
    return [
        Kept(
            MATERIAL,
            row.type,
            day_of(max([row.accepted, *(one.time for one in reliances_on(row.id, store))])),
            not holders_of(row.id, store) <= mine,
            any(one.answer is None for one in requests_on(row.id, store)),
        )
        for row in sorted(rows, key=lambda row: row.index)
    ]


def _cases(
    numbers: Collection[str],
    mine: frozenset[bytes],
    store: Store,
    catalogue: Catalogue,
    context: Context,
) -> list[Kept]:
    rows = [row for row in (case_by_no(one, store) for one in numbers) if row is not None]
    found = []
    for row in sorted(rows, key=lambda row: row.index):
        people = {holder for _, holder in opening_of(row, catalogue, store, context).parties}
        for index in case_indexes(row.case_no, store):
            leaf = store.leaf(index)
            if _ACCEPTED in leaf:
                people |= holders_of(Envelope.parse(leaf).entry.id, store)
        found.append(Kept(CASE, row.item, day_of(row.opened), not people <= mine, version=row.version))
    return found
