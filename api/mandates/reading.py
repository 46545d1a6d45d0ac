# SPDX-License-Identifier: Apache-2.0
"""Mandates opened for those whom they concern: principal, agent, and the clerk before whom the agent acts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attest.cases.repository import case_by_no
from attest.errors import AttestError
from attest.fields import Fields
from attest.holders.commands import holder_lookup
from attest.holders.repository import naming_index
from attest.mandates.commands import GrantMandate
from attest.mandates.model import HAND_IN, STANDS, VIEW
from attest.mandates.repository import mandates_of, mandates_to
from attest.mandates.rules import covers, state_of
from attest.oversight.holdings import holdings_of
from attest.private import open_private
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.core import Ledger
    from attest.cases.model import CaseRow
    from attest.mandates.model import Mandate, MandateRow
    from attest.oversight.holdings import Holding


@dataclass(frozen=True, slots=True)
class Opened:
    """A mandate with its record and how it stands; `name`: what the principal is called."""

    row: MandateRow
    mandate: Mandate
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class AgentAt:
    """An agent in a case: by name, and the mandate under which they may hand in; None where none is known.

    `types`: names of the materials to which it is limited.
    """

    name: str
    opened: Opened | None
    types: tuple[str, ...] = ()


def opened(row: MandateRow, ledger: Ledger, now: int) -> Opened | None:
    """The mandate with its record; None where that was erased, so that nobody acts under it."""
    record = _record(row.index, ledger)
    if record is None:
        return None
    mandate = GrantMandate().parse(Fields(record, "/record"))
    return Opened(row, mandate, state_of(row, now), name_of(row.principal, ledger))


def granted_by(principal: bytes, ledger: Ledger, now: int) -> list[Opened]:
    """What a holder granted, the newest first."""
    found = (opened(row, ledger, now) for row in mandates_of(principal, ledger.store))
    return [one for one in found if one is not None]


def granted_to(agent: bytes, ledger: Ledger, now: int) -> list[Opened]:
    """What was granted to a holder, the newest first."""
    lookup = lookup_of(agent, ledger)
    rows = mandates_to(lookup, ledger.store) if lookup is not None else []
    found = (opened(row, ledger, now) for row in rows)
    return [one for one in found if one is not None]


def lookup_of(holder: bytes, ledger: Ledger) -> bytes | None:
    """The keyed look-up of a holder's number, by which mandates name their agent."""
    index = naming_index(holder, ledger.store)
    record = None if index is None else _record(index, ledger)
    return None if record is None else holder_lookup(record["id_type"], record["number"], ledger.context)


def name_of(holder: bytes, ledger: Ledger) -> str:
    """What a holder is called; empty where that was erased."""
    index = naming_index(holder, ledger.store)
    record = None if index is None else _record(index, ledger)
    return "" if record is None else str(record["name"])


def shown_to_agent(one: Opened, ledger: Ledger) -> list[Holding]:
    """The principal's materials that the mandate covers, the newest first; nothing of any other."""
    now = int(time.time())
    held = holdings_of(one.row.principal, now, ledger.store, ledger.context)
    return [material for material in held if _covered(one, material, ledger)]


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
    """The agents of a case, each with a mandate of another party that lets them hand in here now, or none."""
    now, found = int(time.time()), []
    others = {holder for role, holder in parties if role != "agent"}
    for agent in dict.fromkeys(holder for role, holder in parties if role == "agent"):
        standing = [
            one
            for one in granted_to(agent, ledger, now)
            if one.state == STANDS
            and one.row.principal in others
            and HAND_IN in one.mandate.scope.acts
            and one.mandate.scope.item in (None, case.item)
            and one.mandate.scope.case_no in (None, case.case_no)
        ]
        one = standing[0] if standing else None
        types = tuple(map(type_name, one.mandate.scope.types)) if one is not None else ()
        found.append(AgentAt(names.get(agent, agent.hex()[:8]), one, types))
    return tuple(found)


def _record(index: int, ledger: Ledger) -> dict[str, Any] | None:
    try:
        return open_private(index, ledger.store, ledger.context.sealer)[1]
    except (LookupError, AttestError, LedgerError):
        return None
