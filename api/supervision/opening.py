# SPDX-License-Identifier: Apache-2.0
"""Alarms opened for those who supervise: the user by name, and the look-ups that the rule counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.api_keys import stored_key
from api.identity.accounts import account_of
from attest.errors import AttestError
from attest.private import open_private
from attest.statements import Envelope
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from api.core import Ledger
    from attest.supervision.model import AlarmRow

SHOWN = 50
"""Look-ups of one alarm that a page shows; the alarm names all of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look-up as the alarm's reader sees it; `refused` is the rule that refused it."""

    index: int
    time: int
    case_no: str | None
    purpose: str | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An alarm with what its record and those of its look-ups say, as far as they are still kept.

    `user` is the name behind an account or the label of an API key, empty for a citizen.
    """

    row: AlarmRow
    user: str
    entries: tuple[int, ...]
    looks: tuple[Seen, ...] = ()
    text: str | None = None
    """What was written at its acknowledgement."""
    ended_by: str = ""


def opened(row: AlarmRow, ledger: Ledger, *, looks: int = 0) -> Opened:
    """The alarm with its first `looks` look-ups."""
    record = _record(row.index, ledger)
    entries = tuple(record["entries"]) if record else ()
    said = _record(row.end.index, ledger) if row.end is not None else None
    return Opened(
        row,
        user_name(row.key_id, ledger),
        entries,
        tuple(one for index in entries[:looks] if (one := _seen(index, ledger)) is not None),
        said.get("text") if said else None,
        user_name(row.end.key_id, ledger) if row.end is not None else "",
    )


def user_name(key_id: str, ledger: Ledger) -> str:
    """Who an entry's key is, as far as accounts and API keys say it."""
    kind, _, name = key_id.partition("/")
    if kind == "user" and name:
        account = account_of(name, ledger.store)
        return name if account is None else f"{account.name} ({name})"
    if name:
        return ""
    key = stored_key(key_id, ledger.store)
    return key_id if key is None or not key.label else f"{key.label} ({key_id})"


def _seen(index: int, ledger: Ledger) -> Seen | None:
    record = _record(index, ledger)
    if record is None:
        return None
    entry = Envelope.parse(ledger.store.leaf(index)).entry
    refused = record["outcome"][0] if entry.kind == "usage.refused" and record["outcome"] else None
    return Seen(index, entry.time, record.get("case"), record.get("purpose"), refused)


def _record(index: int, ledger: Ledger) -> dict[str, Any] | None:
    try:
        return open_private(index, ledger.store, ledger.context.sealer)[1]
    except (LookupError, AttestError, LedgerError):
        return None
