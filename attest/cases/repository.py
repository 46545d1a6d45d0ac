# SPDX-License-Identifier: Apache-2.0
"""Queries over cases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, select

from attest.cases.model import BundleStep, CaseRow
from attest.holders.repository import ids_of
from attest.reading import Prepared
from attest.tables import case_entries, case_parties, cases, party_additions
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE
from ledger.tables import entries

if TYPE_CHECKING:
    from attest.reading import Reader

_STEP: Final = 32
"""Entries of a case that are read at once."""
_LOOK: Final = re.compile(rb'"kind":"usage\.[a-z.]+","log":')
"""How the leaf of a look says its kind: canonical JSON, members in order."""
_CASE = Prepared(
    select(
        cases.c.case_no,
        cases.c.idx,
        cases.c.item,
        cases.c.version,
        cases.c.authority,
        cases.c.opened_by,
        cases.c.opened,
        cases.c.channel,
        cases.c.bundle,
        cases.c.bundle_version,
        cases.c.bundle_step,
        cases.c.bundle_first,
    ).where(cases.c.case_no == bindparam("case_no"))
)
_JOINED = Prepared(
    select(cases.c.case_no, cases.c.item, cases.c.bundle_step)
    .where(cases.c.bundle_first == bindparam("first"), cases.c.idx < bindparam("before"))
    .order_by(cases.c.idx)
)
_ENTRIES = Prepared(
    select(case_entries.c.idx)
    .where(case_entries.c.case_no == bindparam("case_no"))
    .order_by(case_entries.c.idx)
)
_NEWEST = Prepared(
    select(case_entries.c.idx, entries.c.leaf)
    .select_from(case_entries.join(entries, entries.c.idx == case_entries.c.idx))
    .where(case_entries.c.case_no == bindparam("case_no"), case_entries.c.idx < bindparam("before"))
    .order_by(case_entries.c.idx.desc())
    .limit(_STEP)
)
_OF_HOLDER = Prepared(
    select(case_parties.c.case_no)
    .where(case_parties.c.holder == bindparam("holder"))
    .order_by(case_parties.c.case_no)
)
_ADDED_TO = Prepared(select(party_additions.c.case_no).where(party_additions.c.holder == bindparam("holder")))
_ADDITIONS = Prepared(
    select(party_additions.c.idx)
    .where(party_additions.c.case_no == bindparam("case_no"), party_additions.c.idx < bindparam("before"))
    .distinct()
    .order_by(party_additions.c.idx)
)


class JoinedCase(NamedTuple):
    """A case of a bundle: its number, its item, the step that it is."""

    case_no: str
    item: str
    step: str


def case_fact(case_no: str) -> bytes:
    """Name of the fact "what stands in this case", for the writer's batches."""
    return b"case/" + case_no.encode()


def case_by_no(case_no: str, reader: Reader) -> CaseRow | None:
    """The case, or None."""
    found = _CASE.rows(reader, case_no=case_no)
    if not found:
        return None
    case, within = CaseRow(*found[0][:8]), found[0][8:]
    return case if within[0] is None else replace(case, bundle=BundleStep(*within))


def joined_fact(first: str) -> bytes:
    """Name of the fact "which cases of one application there are", for the writer's batches."""
    return b"bundle/" + first.encode()


PEOPLE_FACT: Final = b"bundle/people"
"""Name of the fact "who stands in the cases of applications of bundles", of all at once.

Somebody is added to a case by its number alone, before anything is read: which application it belongs to is
known under the lock. So additions, and openings of later steps, are decided one after the other.
"""


def joined_cases(first: str, reader: Reader, before: int = MAX_SIZE) -> list[JoinedCase]:
    """Every case of one application of a bundle, in the log's order; below `before`."""
    return [JoinedCase(*row) for row in _JOINED.rows(reader, first=first, before=before)]


def own_case(case_no: str, department: str, reader: Reader) -> CaseRow:
    """A case that the department decides or opened (CommandRejected `case.unknown` for any other)."""
    case = case_by_no(case_no, reader)
    if case is None or department not in (case.authority, case.opened_by):
        raise CommandRejected("case.unknown", "no such case of this department")
    return case


def case_indexes(case_no: str, reader: Reader) -> list[int]:
    """Indexes of every entry of the case, in the log's order."""
    return [row[0] for row in _ENTRIES.rows(reader, case_no=case_no)]


def last_change(case_no: str, reader: Reader) -> int | None:
    """Index of the case's last entry that is no look (`usage.*`); None where there is no such case."""
    before = MAX_SIZE
    while rows := _NEWEST.rows(reader, case_no=case_no, before=before):
        for index, leaf in rows:
            if _LOOK.search(leaf) is None:
                return int(index)
        before = rows[-1][0]
    return None


def cases_of(holder: bytes, reader: Reader) -> list[str]:
    """Numbers of the cases in which a holder is a party, also under a provisional id."""
    own = ids_of(holder, reader)
    return sorted(
        {row[0] for one in own for named in (_OF_HOLDER, _ADDED_TO) for row in named.rows(reader, holder=one)}
    )


def addition_indexes(case_no: str, before: int, reader: Reader) -> list[int]:
    """Indexes below `before` of the entries that added a party to the case, in the log's order."""
    return [row[0] for row in _ADDITIONS.rows(reader, case_no=case_no, before=before)]
