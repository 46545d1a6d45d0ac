# SPDX-License-Identifier: Apache-2.0
"""Where a query leads: a case with its entries, one entry, or the roots of a block, as far as one may see."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, or_, select

from api.erasing import standing_at
from api.oversight import is_auditor
from api.proving.entries import Shown, show
from api.proving.fallen import fallen_of
from api.proving.looks import LOOKS, grouped_looks
from api.purposes import purpose_words
from api.routes.evidence import subject_of
from attest.cases.repository import case_by_no, case_indexes
from attest.data_check_requests.repository import requests_on
from attest.data_check_requests.rules import state_of
from attest.days import day_of
from attest.erasure.commands import EraseHolder
from attest.erasure.repository import erasure_index
from attest.errors import UnknownVersionError, VaultError
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.reading import Prepared
from attest.recognition.repository import reliance_by_id, relied_in
from attest.statements import Envelope
from attest.verify.evidence import SUBJECTS
from ledger.errors import FormatError
from ledger.hashing import HASH_SIZE
from ledger.rightedge import WIDTH
from ledger.rows import AnchorRow
from ledger.tables import anchors, tiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from api.auth import Principal
    from api.core import Ledger
    from api.erasing import Standing
    from api.problems import Language
    from api.proving.fallen import Fallen
    from api.proving.looks import LookGroup
    from api.proving.query import Query
    from attest.cases.model import CaseRow
    from ledger.rows import Head
    from ledger.store import Store

MOST: Final = 500
"""Entries of one case that a page shows."""
_TILES: Final = 256
"""Full tiles of leaf hashes read at a time: 2 MiB."""
_ANCHOR: Final = select(*(anchors.c[name] for name in AnchorRow._fields)).where(~anchors.c.withdrawn)
_OF_BLOCK: Final = Prepared(_ANCHOR.where(anchors.c.block == bindparam("block")).order_by(anchors.c.size))
_OF_DIGEST: Final = Prepared(
    _ANCHOR.where(or_(anchors.c.tx == bindparam("digest"), anchors.c.root == bindparam("digest"))).order_by(
        anchors.c.size
    )
)
_LEAVES: Final = Prepared(
    select(tiles.c.idx, tiles.c.hashes)
    .where(tiles.c.level == 0, tiles.c.idx >= bindparam("start"), tiles.c.idx < bindparam("stop"))
    .order_by(tiles.c.idx.desc())
)


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute of a material that the case's entry `relied` rests on: its state or outcome, its answer."""

    relied: int
    index: int
    state: str
    due: date
    answer: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a query led to: a case with its entries, newest first, one entry, or the anchors of a block.

    `erasure`: how far it is done, where the entry is one. `case_no` is the case to whose file the look
    belongs; `more`: older entries are not shown.
    """

    case: CaseRow | None = None
    entries: tuple[Shown, ...] = ()
    anchors: tuple[AnchorRow, ...] = ()
    case_no: str | None = None
    more: bool = False
    disputes: tuple[Disputed, ...] = ()
    """What the case relied on and a party disputes, as far as it stands in another case's file."""
    fallen: tuple[Fallen, ...] = ()
    """What was taken back, or denied by its issuer, of the papers that these entries accepted or used."""
    purposes: Mapping[int, str] = field(default_factory=dict)
    """By index of a look, why, in words; of an auditor who asked to open them."""
    erasure: Standing | None = None

    @property
    def looks(self) -> tuple[LookGroup, ...]:
        """Who looked, those alike of one day as one."""
        return grouped_looks(self.entries, self.purposes)

    @property
    def acts(self) -> tuple[Shown, ...]:
        """What is no look."""
        return tuple(one for one in self.entries if not one.kind.startswith(LOOKS))


def find(query: Query, principal: Principal, head: Head, ledger: Ledger) -> Found | None:
    """What the query names, as far as the principal may see it; None is both "not there" and "not yours".

    An auditor sees everything, others the cases and entries of their own department; anchors are public.
    """
    if query.case_no is not None:
        return _case(query.case_no, principal, head, ledger)
    index = _index(query, ledger.store)
    if index is not None:
        return _entry(index, principal, head, ledger) if index < head.size else None
    held: list[tuple[object, ...]] = []
    if query.block is not None:
        held = _OF_BLOCK.rows(ledger.store, block=query.block)
    elif query.digest is not None:
        held = _OF_DIGEST.rows(ledger.store, digest=query.digest)
    return Found(anchors=tuple(AnchorRow.of(row) for row in held)) if held else None


def _case(case_no: str, principal: Principal, head: Head, ledger: Ledger) -> Found | None:
    case = case_by_no(case_no, ledger.store)
    if case is None or not (
        is_auditor(principal) or principal.department in {case.authority, case.opened_by}
    ):
        return None
    indexes = [one for one in case_indexes(case_no, ledger.store) if one < head.size]
    entries = tuple(
        _with_evidence(show(one, head, ledger), principal, ledger) for one in reversed(indexes[-MOST:])
    )
    disputes = tuple(_disputes(case_no, frozenset(indexes), head, ledger.store))
    fallen = tuple(fallen_of(map(_named, entries), head, ledger.store))
    return Found(case, entries, case_no=case_no, more=len(indexes) > MOST, disputes=disputes, fallen=fallen)


def _disputes(case_no: str, own: frozenset[int], head: Head, store: Store) -> Iterator[Disputed]:
    today = day_of(int(time.time()))
    for _, acceptance, relied in relied_in(case_no, store):
        for one in requests_on(acceptance, store):
            if one.reliance is None and one.index not in own and max(one.index, relied) < head.size:
                answer = one.answer
                state = state_of(one, today) if answer is None else answer.outcome
                yield Disputed(relied, one.index, state, one.due, None if answer is None else answer.index)


def _named(one: Shown) -> tuple[int, str, bytes]:
    return one.index, one.kind, bytes.fromhex(one.id)


def open_purposes(found: Found, ledger: Ledger, language: Language) -> Found:
    """The same with the purpose of every look, for an auditor: what is shown is private."""
    purposes = {}
    for one in found.entries:
        if one.kind.startswith(LOOKS):
            with suppress(LookupError, VaultError):
                record = open_private(one.index, ledger.store, ledger.context.sealer)[1]
                purposes[one.index] = purpose_words(str(record.get("purpose") or ""), language)
    return replace(found, purposes=purposes)


def _entry(index: int, principal: Principal, head: Head, ledger: Ledger) -> Found | None:
    one = show(index, head, ledger)
    if not is_auditor(principal) and principal.department != one.issuer:
        return None
    subject = subject_of(bytes.fromhex(one.id), None, ledger.store) if one.kind in SUBJECTS else None
    case_no = None if subject is None else subject[1]
    erasure = standing_at(index, ledger) if one.kind == EraseHolder.kind else None
    fallen = tuple(fallen_of([_named(one)], head, ledger.store))
    shown = _with_evidence(one, principal, ledger)
    return Found(entries=(shown,), case_no=case_no, fallen=fallen, erasure=erasure)


def _with_evidence(one: Shown, principal: Principal, ledger: Ledger) -> Shown:
    if one.kind not in SUBJECTS or evidence_of(bytes.fromhex(one.id), principal, ledger.store) is None:
        return one
    return replace(one, evidence=True)


def evidence_of(wanted: bytes, principal: Principal, store: Store) -> tuple[int, str] | None:
    """Index and case of an acceptance or reliance whose evidence the principal may have."""
    if not is_auditor(principal) and principal.department is None:
        return None
    return subject_of(wanted, None if is_auditor(principal) else principal.department, store)


def _index(query: Query, store: Store) -> int | None:
    """Index by number, id, digest of the entry or leaf hash; perhaps one beyond the head."""
    if query.index is not None:
        return query.index
    if query.id is not None:
        accepted = acceptance_by_id(query.id, store)
        if accepted is not None:
            return accepted.index
        relied = reliance_by_id(query.id, store)
        return erasure_index(query.id, store) if relied is None else relied[1]
    if query.digest is None:
        return None
    found = store.index_of(query.digest)  # by the first half of the digest: the whole is compared
    if found is not None and _digest_at(found, store) in {query.digest, None}:
        return found
    return leaf_index(query.digest, store)


def _digest_at(index: int, store: Store) -> bytes | None:
    """Digest of the entry stored there; None where it is missing or cannot be read."""
    stored = store.stored_leaves(index, index + 1)
    try:
        return Envelope.parse(stored[0][1]).entry.digest()
    except (IndexError, UnknownVersionError, FormatError):
        return None


def leaf_index(digest: bytes, store: Store) -> int | None:
    """The entry whose leaf hash this is, of any kind, the newest tiles first.

    No index is kept for it: all leaf hashes are read, 32 MiB and about 0.1 s for a million entries.
    """
    _, edge = store.edge()
    number = edge.tile_number(0)
    at = _place(digest, edge.hashes(0))
    if at is not None:
        return number * WIDTH + at
    for stop in range(number, 0, -_TILES):
        for tile, hashes in _LEAVES.rows(store, start=max(0, stop - _TILES), stop=stop):
            at = _place(digest, bytes(hashes))
            if at is not None:
                return int(tile) * WIDTH + at
    return None


def _place(digest: bytes, hashes: bytes) -> int | None:
    """Which of the 32-byte hashes it is."""
    at = hashes.find(digest)
    while at >= 0 and at % HASH_SIZE:
        at = hashes.find(digest, at + 1)
    return None if at < 0 else at // HASH_SIZE
