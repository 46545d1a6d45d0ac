# SPDX-License-Identifier: Apache-2.0
"""The form by which a holder disputes a material or a use, and the records that it makes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from api.supervision.limits import calendar_of
from attest.cases.repository import case_by_no
from attest.data_check_requests.model import DataCheckRequest, DataCheckWithdrawal
from attest.data_check_requests.repository import uses_withdrawn
from attest.data_check_requests.rules import Limit, due_day
from attest.days import day_of
from attest.fields import is_plain
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.recognition.repository import cite_reliance, cited_reliance
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from api.core import Ledger
    from api.settings import Settings
    from attest.data_check_requests.model import RequestRow
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

MOST_TEXT: Final = 500
DISPUTABLE: Final = ("stands", "expired", "disputed", "removed")
"""States of a material in which a page offers to dispute it."""


@dataclass(frozen=True, slots=True)
class DisputeForm:
    """What was typed, and what has to be corrected: (field id, key of the text)."""

    reason: str = ""
    text: str = ""
    key: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


def read_dispute(fields: Mapping[str, str], reasons: Collection[str]) -> DisputeForm:
    """The form, with one of these reasons; line breaks of the text become spaces, as records hold none."""
    text = normalize("NFC", " ".join(fields.get("text", "").split()))
    form = DisputeForm(fields.get("reason", ""), text, fields.get("key", "")[:64])
    if form.reason not in reasons:
        form.faults.append(("f-reason", "mine.fault_reason"))
    if len(text) > MOST_TEXT:
        form.faults.append(("f-text", "frame.too_long"))
    elif text and not is_plain(text):
        form.faults.append(("f-text", "mine.fault_text"))
    return form


def due_of(settings: Settings, now: int) -> date:
    """The last day on which the department may answer a request that is made now."""
    limit = Limit(settings.data_check_days, settings.data_check_unit)
    return due_day(day_of(now), limit, calendar_of(settings))


def is_taken_back(use: HolderUse, ledger: Ledger) -> bool:
    """Whether the use was taken back: nothing of it is left to dispute."""
    cited = cite_reliance(use.reliance or b"", bytes(32), ledger.store)
    found = cited_reliance(cited, ledger.store) if cited is not None else None
    return found is not None and found[1].id in uses_withdrawn(found[1].case_no, ledger.store)


def request_of(
    form: DisputeForm, one: Holding, use: HolderUse | None, holder: bytes, ledger: Ledger
) -> DataCheckRequest:
    """The record that the service signs for the holder, of a material or of one use of it."""
    row, random = acceptance_by_id(one.acceptance, ledger.store), ledger.context.random
    if row is None:
        raise CommandRejected("acceptance.unknown")
    case_no, authority, by, reliance = row.case_no, row.authority, row.accepted_by, None
    if use is not None:
        reliance = cite_reliance(use.reliance or b"", random(32), ledger.store)
        found = cited_reliance(reliance, ledger.store) if reliance is not None else None
        case = case_by_no(found[1].case_no, ledger.store) if found is not None else None
        if found is None or case is None:
            raise CommandRejected("data_check.use_unknown")
        case_no, authority, by = case.case_no, case.authority, found[1].department
    return DataCheckRequest(
        acceptance=Citation(row.id, row.index, row.leaf, random(32)),
        case_no=case_no,
        case_salt=random(32),
        authority=authority,
        by=by,
        holder=holder,
        reason=form.reason,
        text=form.text or None,
        due=due_of(ledger.settings, int(time.time())),
        reliance=reliance,
    )


def withdrawal_of(one: RequestRow, ledger: Ledger) -> DataCheckWithdrawal:
    """The record by which the holder takes a dispute back."""
    random = ledger.context.random
    return DataCheckWithdrawal(
        Citation(one.id, one.index, one.leaf, random(32)), one.case_no, random(32), one.holder
    )
