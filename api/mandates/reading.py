# SPDX-License-Identifier: Apache-2.0
"""Mandates opened for those whom they concern: principal, agent, and the clerk before whom the agent acts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.cases.repository import case_by_no, cases_of
from attest.holders.commands import holder_lookup
from attest.holders.repository import naming_index
from attest.mandates.ground import person_of, record_at
from attest.mandates.model import HAND_IN, STANDS, VIEW
from attest.mandates.repository import mandates_of, mandates_to
from attest.mandates.rules import covers, reaches
from attest.mandates.standing import mandate_of, standing_of
from attest.oversight.holdings import holdings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.core import Ledger
    from attest.cases.model import CaseRow
    from attest.mandates.model import Mandate, MandateRow
    from attest.oversight.holdings import Holding


_ACTING: Final = frozenset({"agent", "guardian"})
"""Roles of a case in which somebody acts for another of its parties."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A mandate with its record and how it stands; `name`: what the principal is called.

    `until`: when it ends at the latest; `fallen`: who took its paper back, and when.
    """

    row: MandateRow
    mandate: Mandate
    state: str
    name: str
    until: int
    fallen: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class AgentAt:
    """An agent in a case: by name, and the mandate under which they may hand in; None where none is known.

    `types`: names of the materials to which it is limited. `lapsed`: what would let them, but does not hold.
    """

    name: str
    opened: Opened | None
    types: tuple[str, ...] = ()
    lapsed: Opened | None = None


def opened(row: MandateRow, ledger: Ledger, now: int) -> Opened | None:
    """The mandate with its record; None where that was erased, so that nobody acts under it."""
    mandate = mandate_of(row, ledger.store, ledger.context)
    if mandate is None:
        return None
    how = standing_of(row, now, ledger.store, ledger.context)
    name = name_of(person_of(row.principal, ledger.store), ledger)
    return Opened(row, mandate, how.state, name, how.until, how.fallen)


def granted_by(principal: bytes, ledger: Ledger, now: int) -> list[Opened]:
    """What lets others act for a holder, granted or recorded, the newest first."""
    found = (opened(row, ledger, now) for row in mandates_of(principal, ledger.store))
    return [one for one in found if one is not None]


def granted_to(agent: bytes, ledger: Ledger, now: int) -> list[Opened]:
    """What lets a holder act for others, the newest first."""
    lookup = lookup_of(agent, ledger)
    rows = mandates_to(lookup, ledger.store) if lookup is not None else []
    found = (opened(row, ledger, now) for row in rows)
    return [one for one in found if one is not None]


def lookup_of(holder: bytes, ledger: Ledger) -> bytes | None:
    """The keyed look-up of a holder's number, by which mandates name their agent."""
    record = record_at(naming_index(holder, ledger.store), ledger.store, ledger.context)
    return None if record is None else holder_lookup(record["id_type"], record["number"], ledger.context)


def name_of(holder: bytes, ledger: Ledger) -> str:
    """What a holder is called; empty where that was erased."""
    record = record_at(naming_index(holder, ledger.store), ledger.store, ledger.context)
    return "" if record is None else str(record["name"])


def shown_to_agent(one: Opened, ledger: Ledger) -> list[Holding]:
    """The principal's materials that the mandate covers, the newest first; nothing of any other."""
    now = int(time.time())
    person = person_of(one.row.principal, ledger.store)
    held = holdings_of(person, now, ledger.store, ledger.context)
    return [material for material in held if _covered(one, material, ledger)]


def cases_for_agent(one: Opened, ledger: Ledger) -> list[CaseRow]:
    """The principal's cases in which the mandate lets its agent hand in, the newest first."""
    if HAND_IN not in one.mandate.scope.acts:
        return []
    numbers = cases_of(person_of(one.row.principal, ledger.store), ledger.store)
    rows = [case for number in numbers if (case := case_by_no(number, ledger.store)) is not None]
    scope = one.mandate.scope
    found = [row for row in rows if reaches(scope, HAND_IN, item=row.item, case_no=row.case_no)]
    return sorted(found, key=lambda row: -row.index)


def _covered(one: Opened, material: Holding, ledger: Ledger) -> bool:
    case = case_by_no(material.case_no, ledger.store)
    item = None if case is None else case.item
    return covers(one.mandate.scope, VIEW, type_=material.type, item=item, case_no=material.case_no)


def agents_in(
    case: CaseRow,
    parties: tuple[tuple[str, bytes], ...],
    names: dict[bytes, str],
    type_name: Callable[[str], str],
    ledger: Ledger,
) -> tuple[AgentAt, ...]:
    """Who acts in a case, each with what lets them hand in for another party now, or lets them no more."""
    now, found, store = int(time.time()), [], ledger.store
    others = {person_of(holder, store) for role, holder in parties if role not in _ACTING}
    for agent in dict.fromkeys(holder for role, holder in parties if role in _ACTING):
        here = [
            one
            for one in granted_to(agent, ledger, now)
            if person_of(one.row.principal, store) in others
            and reaches(one.mandate.scope, HAND_IN, item=case.item, case_no=case.case_no)
        ]
        one = next((some for some in here if some.state == STANDS), None)
        lapsed = here[0] if here and one is None else None
        types = tuple(map(type_name, one.mandate.scope.types)) if one is not None else ()
        found.append(AgentAt(names.get(agent, agent.hex()[:8]), one, types, lapsed))
    return tuple(found)
