# SPDX-License-Identifier: Apache-2.0
"""One look at a case from the counter: the same look-up as over the API, and the same entry of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from attest.cases.repository import case_by_no, case_indexes
from attest.errors import VaultError
from attest.fields import is_plain
from attest.holders.repository import naming_index
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.recognition.check import Check, Question
from attest.recognition.decision import opening_of
from attest.statements import Envelope

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.core import Ledger
    from api.identity import Staff
    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.data_checks.model import Unasked
    from attest.materials.model import AcceptanceRow
    from attest.recognition.decision import Judged
    from attest.recognition.model import Candidate, Presented

PURPOSE: Final = "窗口受理：核对材料是否可免交"
"""Why a counter looks at a case; the holder reads it in the list of look-ups."""
ROUTE: Final = "page.counter"
_ACCEPTED: Final = b'"kind":"material.accepted"'


@dataclass(frozen=True, slots=True)
class Look:
    """A case as decided at `as_of` (Unix seconds), recorded at `index`; names by holder id.

    `guide` is the digest of the guide's version that the case pins.
    """

    case: CaseRow
    item: ServiceItem
    guide: bytes
    types: MaterialTypes
    opening: Opening
    judged: Judged
    as_of: int
    index: int
    names: dict[bytes, str]
    unasked: tuple[Unasked, ...] = ()
    """Papers about which the policy lets an issuer answer, and none was asked."""
    joint: frozenset[str] = frozenset()
    """Types of the forms that the steps of the case's bundle share."""


async def look_at(ledger: Ledger, staff: Staff, case_no: str, shown: tuple[Presented, ...] = ()) -> Look:
    """Look the case up for the clerk's department; `case.unknown`, an entry too, if it is not theirs.

    `shown` are papers of which the clerk has typed the number: their issuers are asked by it.
    """
    principal = staff.principal()
    await ledger.identity.count_lookup(principal, ROUTE)
    fit = case_no if 0 < len(case_no) <= 50 and is_plain(case_no) else None
    question = Question(principal.acting_department(), principal.key_id, fit, PURPOSE, shown=shown)
    await ledger.acting.open_key("service")
    heard = await ledger.issuers.hear(question)
    command = Check(question, ledger.catalogue, ledger.context, heard.words, ledger.oversight.meter)
    answer = await ledger.oversight.metered(command, principal, ROUTE, fit, PURPOSE)
    case = case_by_no(case_no, ledger.store) if answer.judged is not None else None
    if answer.judged is None or case is None:
        raise Problem("case.unknown", index=answer.index)
    item, published = ledger.catalogue.guide(case, ledger.store)
    opening = opening_of(case, ledger.catalogue, ledger.store, ledger.context)
    return Look(
        case,
        item,
        published.digest,
        ledger.catalogue.types(ledger.store),
        opening,
        answer.judged,
        answer.as_of,
        answer.index,
        await run_in_threadpool(names_of, {holder for _, holder in opening.parties}, ledger),
        heard.unasked,
        ledger.catalogue.joint_forms(case, ledger.store),
    )


def came_here(one: Candidate, look: Look) -> bool:
    """Whether it was handed in with this very case: what an issuer says on its own authority was not."""
    return one.case_no == look.case.case_no and one.authority == look.case.authority


async def own_case(ledger: Ledger, staff: Staff, case_no: str) -> CaseRow:
    """The case, of which nothing is shown; refused like a look-up, with an entry, if it is not theirs."""
    principal = staff.principal()
    case = case_by_no(case_no, ledger.store)
    if case is None or principal.acting_department() not in (case.authority, case.opened_by):
        await ledger.oversight.refuse(principal, ROUTE, "case.unknown", case_no, PURPOSE)
    return case


def accepted_in(case_no: str, ledger: Ledger) -> list[AcceptanceRow]:
    """Acceptances of a case that nobody took back, in the log's order."""
    rows = []
    for index in case_indexes(case_no, ledger.store):
        leaf = ledger.store.leaf(index)
        if _ACCEPTED in leaf:
            row = acceptance_by_id(Envelope.parse(leaf).entry.id, ledger.store)
            if row is not None and row.fallen is None:
                rows.append(row)
    return rows


def names_of(holders: Collection[bytes], ledger: Ledger) -> dict[bytes, str]:
    """What the parties are called, but for whose name was erased; part of the look-up just recorded."""
    names = {}
    for holder in holders:
        index = naming_index(holder, ledger.store)
        if index is None:
            continue
        try:
            record = open_private(index, ledger.store, ledger.context.sealer)[1]
        except (LookupError, VaultError):  # erased since
            continue
        names[holder] = str(record["name"])
    return names
