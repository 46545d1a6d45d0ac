# SPDX-License-Identifier: Apache-2.0
"""Who used a holder's materials, or looked them up, and why: opened for the holder alone.

A use concerns a holder where it relies on a material of theirs, stands in the file of a case that is theirs
(what an agent said there for them, too),
found a material of theirs for another's case, or read the file of another's case in which one was accepted.
Of another's case neither number nor purpose is told: they are that person's. An auditor's look at the holder,
which is in no case, is told with its purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from attest.cases.repository import case_by_no, case_indexes, cases_of
from attest.data_check_requests.repository import uses_gone
from attest.errors import VaultError
from attest.holders.repository import ids_of
from attest.materials.model import RECTIFIED
from attest.oversight.holdings import DENIED, RETRACTED
from attest.private import open_private
from attest.reading import Prepared
from attest.recognition.repository import reliances_on
from attest.statements import Envelope
from attest.tables import holder_looks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.context import Context
    from attest.oversight.holdings import Holding
    from attest.recognition.repository import RelianceRow
    from attest.statements import Entry
    from ledger.rows import Head
    from ledger.store import Store

RELIED, CHECKED, READ, REFUSED, ACTED = "relied", "checked", "read", "refused", "acted"
USE: Final = "use"
_ACTS: Final = frozenset({"submission.chosen", "submission.released", "material.claimed"})
"""What an agent may say for a holder; its body then names the mandate, and `route` is its kind."""
_LOOKED: Final = Prepared(select(holder_looks.c.idx).where(holder_looks.c.holder == bindparam("holder")))
_LOOKS: Final = {"usage.checked": CHECKED, "usage.read": READ, "usage.refused": REFUSED}


@dataclass(frozen=True, slots=True)
class HolderUse:
    """One use or look-up as its holder sees it; `item` is code and version of the case's guide.

    `acceptance`, `requirement`: what was relied on. `outcome`: `requirement verdict reason` of a look-up, or
    the rule that refused it. `erased`: the private record that would open it is gone. `about`: it was a look
    at the holder, in no case.
    """

    index: int
    kind: str
    department: str
    time: int
    case_no: str | None
    item: tuple[str, int] | None
    purpose: str | None = None
    acceptance: bytes | None = None
    requirement: str | None = None
    route: str = ""
    outcome: tuple[str, ...] = ()
    erased: bool = False
    about: bool = False
    reliance: bytes | None = None
    """Id of the reliance's entry."""
    fell: str = ""
    """`use` where an upheld dispute took the reliance back, or the state in which its material fell."""
    replaced: bool = False
    """Of what fell: its case has, or rests on, another paper of the holder's for it since."""


class _Reliance(NamedTuple):
    """A reliance on a material of the holder's, and how it fell, if it did."""

    held: Holding
    row: RelianceRow
    fell: str


def reliances_for(
    holder: bytes,
    holdings: Collection[Holding],
    store: Store,
    head: Head,
    most: int,
    only: bytes | None = None,
) -> list[HolderUse]:
    """The newest reliances on the holder's materials, or on one; nothing has to be opened for them."""
    own = set(cases_of(holder, store))
    every = _reliances(holdings, store, head)
    shown = [one for one in every if only in (None, one.held.acceptance)]
    return [_told(one, every, holdings, own, store) for one in shown[:most]]


def uses_of(
    holder: bytes,
    holdings: Collection[Holding],
    store: Store,
    context: Context,
    head: Head,
    *,
    before: int | None = None,
    most: int = 50,
) -> list[HolderUse]:
    """The newest `most` uses below the entry `before` (None: the head); none by the holder's own hand."""
    own = set(cases_of(holder, store))
    elsewhere: dict[str, int] = {}
    for one in holdings:
        if one.case_no not in own:
            elsewhere[one.case_no] = min(one.index, elsewhere.get(one.case_no, one.index))
    every = _reliances(holdings, store, head)
    relied = {one.row.index: one for one in every}
    files: dict[int, str | None] = {index: case for case in own for index in case_indexes(case, store)}
    for case, since in elsewhere.items():
        files |= {index: case for index in case_indexes(case, store) if index > since}
    looked = {int(row[0]) for one in ids_of(holder, store) for row in _LOOKED.rows(store, holder=one)}
    files |= {index: None for index in looked if files.get(index) not in own}
    stop = head.size if before is None else min(before, head.size)
    found: list[HolderUse] = []
    for index in sorted((one for one in files.keys() | relied.keys() if one < stop), reverse=True):
        if len(found) == most:
            break
        if index in relied:
            found.append(_told(relied[index], every, holdings, own, store))
        elif (use := _look(index, files[index], holder, own, store, context)) is not None:
            found.append(use)
    return found


def _item(case_no: str, store: Store) -> tuple[str, int] | None:
    case = case_by_no(case_no, store)
    return (case.item, case.version) if case is not None else None


def _reliances(holdings: Collection[Holding], store: Store, head: Head) -> list[_Reliance]:
    """Every reliance on these in a log of that size, the newest first."""
    found = []
    for held in holdings:
        rows = [row for row in reliances_on(held.acceptance, store) if row.index < head.size]
        gone = uses_gone(held.acceptance, head.size, store) if rows else frozenset()
        how = RECTIFIED if held.rectified else held.state
        fell = how if held.state in (RETRACTED, DENIED) else ""
        found += [_Reliance(held, row, USE if row.id in gone else fell) for row in rows]
    return sorted(found, key=lambda one: -one.row.index)


def _told(
    one: _Reliance,
    every: Collection[_Reliance],
    holdings: Collection[Holding],
    own: Collection[str],
    store: Store,
) -> HolderUse:
    held, row, fell = one
    return HolderUse(
        row.index,
        RELIED,
        row.department,
        row.time,
        row.case_no if row.case_no in own else None,
        _item(row.case_no, store),
        acceptance=held.acceptance,
        requirement=row.requirement,
        reliance=row.id,
        fell=fell,
        replaced=bool(fell) and _replaced(one, every, holdings),
    )


def _replaced(one: _Reliance, every: Collection[_Reliance], holdings: Collection[Holding]) -> bool:
    """Whether its case relied on something else since, or has a later paper of the type that stands."""
    held, row, _ = one
    return any(
        other.row.index > row.index
        and not other.fell
        and (other.row.case_no, other.row.requirement) == (row.case_no, row.requirement)
        for other in every
    ) or any(
        other.index > row.index
        and (other.case_no, other.type) == (row.case_no, held.type)
        and other.state not in (RETRACTED, DENIED)
        for other in holdings
    )


def _act(index: int, entry: Entry, case_no: str, store: Store, context: Context) -> HolderUse:
    """What an agent said in a case of the holder's."""
    item = _item(case_no, store)
    try:
        wanted = open_private(index, store, context.sealer)[1]["requirement"]
    except (LookupError, VaultError):
        return HolderUse(index, ACTED, entry.issuer, entry.time, case_no, item, erased=True)
    return HolderUse(
        index, ACTED, entry.issuer, entry.time, case_no, item, requirement=wanted, route=entry.kind
    )


def _look(
    index: int, case_no: str | None, holder: bytes, own: Collection[str], store: Store, context: Context
) -> HolderUse | None:
    """A look-up in the file of a case, or (None) one that found something of the holder's in another's case.

    None for any other entry, and for the holder's own looks.
    """
    entry = Envelope.parse(store.leaf(index)).entry
    mine = case_no is not None and case_no in own
    if mine and entry.kind in _ACTS and "mandate" in entry.body:
        return _act(index, entry, str(case_no), store, context)
    kind = _LOOKS.get(entry.kind)
    if kind is None or not (mine or kind == READ or case_no is None):
        return None
    shown = case_no if mine else None
    item = _item(case_no, store) if mine and case_no is not None else None
    department = str(entry.body.get("department", ""))
    try:
        record: Mapping[str, Any] = open_private(index, store, context.sealer)[1]
    except (LookupError, VaultError):
        return HolderUse(index, kind, department, entry.time, shown, item, erased=True)
    if record["key"] == f"citizen/{holder.hex()}":
        return None
    about = case_no is None and "case" not in record
    if case_no is None and not about:
        item = _item(record["case"], store)
    return HolderUse(
        index,
        kind,
        department,
        entry.time,
        shown,
        item,
        purpose=record.get("purpose") if mine or about else None,
        route=record["route"],
        outcome=tuple(record["outcome"]) if mine or kind == REFUSED else (),
        about=about,
    )
