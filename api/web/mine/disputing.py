# SPDX-License-Identifier: Apache-2.0
"""The form by which a holder disputes a material, and the request that it makes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from api.supervision.limits import calendar_of
from attest.data_check_requests.model import REASONS, DataCheckRequest
from attest.data_check_requests.rules import Limit, due_day
from attest.days import day_of
from attest.fields import is_plain
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from api.core import Ledger
    from api.settings import Settings
    from attest.oversight.holdings import Holding

MOST_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class DisputeForm:
    """What was typed, and what has to be corrected: (field id, key of the text)."""

    reason: str = ""
    text: str = ""
    key: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


def read_dispute(fields: Mapping[str, str]) -> DisputeForm:
    """The form; line breaks of the text become spaces, as records hold none."""
    text = normalize("NFC", " ".join(fields.get("text", "").split()))
    form = DisputeForm(fields.get("reason", ""), text, fields.get("key", "")[:64])
    if form.reason not in REASONS:
        form.faults.append(("f-reason", "mine.fault_reason"))
    if len(text) > MOST_TEXT or (text and not is_plain(text)):
        form.faults.append(("f-text", "mine.fault_text"))
    return form


def due_of(settings: Settings, now: int) -> date:
    """The last day on which the department may answer a request that is made now."""
    limit = Limit(settings.data_check_days, settings.data_check_unit)
    return due_day(day_of(now), limit, calendar_of(settings))


def request_of(form: DisputeForm, one: Holding, holder: bytes, ledger: Ledger) -> DataCheckRequest:
    """The record that the service signs for the holder."""
    row = acceptance_by_id(one.acceptance, ledger.store)
    if row is None:
        raise CommandRejected("acceptance.unknown")
    random = ledger.context.random
    return DataCheckRequest(
        acceptance=Citation(row.id, row.index, row.leaf, random(32)),
        case_no=row.case_no,
        case_salt=random(32),
        authority=row.authority,
        by=row.accepted_by,
        holder=holder,
        reason=form.reason,
        text=form.text or None,
        due=due_of(ledger.settings, int(time.time())),
    )
