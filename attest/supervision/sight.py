# SPDX-License-Identifier: Apache-2.0
"""Entries of the log opened for the rules: who looked at whom. What is opened stays in memory alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attest.cases.repository import case_by_no, case_indexes
from attest.errors import AttestError, UnknownVersionError
from attest.holders.repository import naming_index
from attest.private import open_private
from attest.statements import Envelope
from attest.supervision.model import TRIED_CASES, Look, Serial
from ledger.errors import FormatError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.context import Context
    from ledger.store import Store

LOOKS: Final = "usage."
_USAGE: Final = b'"kind":"usage.'
_NUMBER: Final = re.compile(r"([0-9]{14})([0-9]{3})[0-9X]\Z")
_CASE: Final = re.compile(r"([0-9]{14})([0-9]{6})[0-9A-Z]\Z")
_CAPACITY: Final = 20_000


def is_look(leaf: bytes) -> bool:
    """Whether a leaf of canonical JSON is an entry of a look-up."""
    return _USAGE in leaf


class Sight:
    """Reads one ledger; parties and numbers are remembered for as many as `_CAPACITY` cases and holders."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store, self._context = store, context
        self._parties: dict[str, tuple[bytes, ...]] = {}
        self._serials: dict[bytes, Serial | None] = {}

    def look(self, index: int, leaf: bytes) -> Look | None:
        """The look-up of an entry; None for other kinds, and where the private record is gone."""
        try:
            entry = Envelope.parse(leaf).entry
        except (UnknownVersionError, FormatError):  # of a newer program, which watches it itself
            return None
        record = self._record(index) if entry.kind.startswith(LOOKS) else None
        if record is None:
            return None
        case_no, refused = record.get("case"), entry.kind == "usage.refused"
        rule = record["outcome"][0] if refused and record["outcome"] else None
        holders = self._of_case(case_no) if case_no is not None and not refused else ()
        tried = series(_CASE, case_no) if case_no is not None and rule in TRIED_CASES else None
        known = (_remember(self._serials, one, self._serial) for one in holders)
        serials = tuple(one for one in (*known, tried) if one is not None)
        return Look(
            index,
            entry.time,
            record["key"],
            record["department"],
            rule,
            case_no,
            entry.kind == "usage.checked",
            holders,
            serials,
        )

    def continued(self, case_no: str, until: int) -> bool:
        """Whether anything but its opening and look-ups stands in the case before `until` (Unix seconds)."""
        for index in case_indexes(case_no, self._store):
            try:
                entry = Envelope.parse(self._store.leaf(index)).entry
            except (UnknownVersionError, FormatError):
                return True  # something that this program does not know happened in the case
            if entry.time < until and entry.kind != "case.opened" and not entry.kind.startswith(LOOKS):
                return True
        return False

    def _of_case(self, case_no: str) -> tuple[bytes, ...]:
        found: tuple[bytes, ...] = _remember(self._parties, case_no, self._read_parties)
        return found

    def _read_parties(self, case_no: str) -> tuple[bytes, ...]:
        case = case_by_no(case_no, self._store)
        record = None if case is None else self._record(case.index)
        parties = () if record is None else record["parties"]
        return tuple(sorted({bytes.fromhex(one["holder"]) for one in parties}))

    def _serial(self, holder: bytes) -> Serial | None:
        index = naming_index(holder, self._store)
        record = None if index is None else self._record(index)
        return None if record is None else series(_NUMBER, str(record["number"]))

    def _record(self, index: int) -> dict[str, Any] | None:
        try:
            return open_private(index, self._store, self._context.sealer)[1]
        except (LookupError, AttestError, LedgerError):
            return None


def series(form: re.Pattern[str], number: str) -> Serial | None:
    """A number as a place in a series: a citizen number's birthplace and day, a case number's day."""
    found = form.match(number)
    return None if found is None else Serial(found[1], int(found[2]))


def _remember(known: dict[Any, Any], key: Any, read: Callable[[Any], Any]) -> Any:
    if key not in known:
        if len(known) >= _CAPACITY:
            known.clear()
        known[key] = read(key)
    return known[key]
