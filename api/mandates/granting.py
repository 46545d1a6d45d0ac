# SPDX-License-Identifier: Apache-2.0
"""The form by which a holder lets somebody act for them, and the record that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.web.counter.people import id_type_of, plain_number, sound_number
from attest.days import day_in, day_of
from attest.mandates.model import ACTS, MOST_DAYS, Mandate, Scope
from attest.supervision.rules import midnight

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from api.core import Ledger

CASE, ITEM = "case:", "item:"


@dataclass(frozen=True, slots=True)
class GrantForm:
    """What was typed, and what has to be corrected: (field id, key of the text)."""

    number: str = ""
    acts: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    where: str = ""
    until: date | None = None
    key: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


def read_grant(
    fields: Mapping[str, str], types: Collection[str], places: Collection[str], now: int
) -> GrantForm:
    """The form; `types` and `places` are those that it offered. The day named is the last one that counts."""
    until = day_in(fields.get("until", ""))
    form = GrantForm(
        plain_number(fields.get("number", ""))[:32],
        tuple(one for one in ACTS if fields.get(f"act.{one}") == "yes"),
        tuple(sorted(one for one in types if fields.get(f"type.{one}") == "yes")),
        fields.get("where", ""),
        until,
        fields.get("key", "")[:64],
    )
    if not sound_number(form.number):
        form.faults.append(("f-number", "mandates.fault_number" if form.number else "mandates.fault_empty"))
    if not form.acts:
        form.faults.append(("f-acts", "mandates.fault_acts"))
    if form.where and form.where not in places:
        form.faults.append(("f-where", "mandates.fault_where"))
    today = day_of(now)
    if until is None or not today <= until < today + timedelta(days=MOST_DAYS):
        form.faults.append(("f-until", "mandates.fault_until"))
    return form


def mandate_of(form: GrantForm, principal: bytes, ledger: Ledger) -> Mandate:
    """The record of a form without faults."""
    random, where = ledger.context.random, form.where
    until = midnight((form.until or date.min) + timedelta(days=1))
    return Mandate(
        principal=principal,
        principal_salt=random(32),
        agent_type=id_type_of(form.number),
        agent_number=form.number,
        agent_salt=random(32),
        scope=Scope(
            form.acts,
            form.types,
            where.removeprefix(ITEM) if where.startswith(ITEM) else None,
            where.removeprefix(CASE) if where.startswith(CASE) else None,
        ),
        until=until,
    )
