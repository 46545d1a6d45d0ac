# SPDX-License-Identifier: Apache-2.0
"""What was chosen in a form, in the words of its page: the choice's heading and the option's text.

Only what is public is looked up (guides, bundles, places, departments' names), and only a known code has
words: nothing that was sent is repeated as it came.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Final

from api.proving.names import department_names
from api.routes.availability import availability_of
from attest.cases.model import CHANNELS
from attest.catalogue.repository import latest_version
from attest.days import day_of
from attest.errors import AttestError
from attest.fields import ITEM
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.texts import Texts
    from attest.catalogue.model import Question, Text

_REASONS: Final = (
    ("/counter/retract", "counter.retract_why", "counter.retract_"),
    ("/counter/mandate/end", "mandates.end_why", "mandates.end_"),
    ("/disputes", "disputes.reason", "entry_value.reason_"),
    ("/my/materials", "mine.form_reason", "mine.why_"),
    ("/my/uses", "mine.form_reason_use", "mine.why_"),
    ("/oversight/alarms", "alarms.reason", "alarms.reason_"),
)
"""Where a form asks for a reason: the heading, and how the keys of the options' texts begin."""
_WORDED: Final = {
    "channel": ("counter.channel", "where."),
    "outcome": ("disputes.answer", "disputes.go_"),
    "retract": ("disputes.retract", "entry_value.reason_"),
    "again": ("handed.form_asked", "handed.asked_"),
}
_NAMED: Final = {"issuer": "counter.issuer", "department": "accounts.department"}
"""Choices of a department."""
_MOST_CODE: Final = 64


class Chosen:
    """Of one form that came to `path`."""

    def __init__(self, ledger: Ledger, path: str, fields: Mapping[str, str], t: Texts) -> None:
        self._ledger, self._path, self._fields, self._t = ledger, path, fields, t

    def words(self) -> dict[str, tuple[str, str]]:
        """By the field's name, the heading and the option that was chosen; other fields are left out."""
        found = {}
        for name, code in self._fields.items():
            try:
                said = self._said(name, code) if 0 < len(code) <= _MOST_CODE else None
            except (LedgerError, AttestError):  # what it names is not there, or not any more
                said = None
            if said is not None:
                found[name] = said
        return found

    def _said(self, name: str, code: str) -> tuple[str, str] | None:
        t = self._t
        first, dot, rest = name.partition(".")
        if first == "answer" and dot:
            return self._answer(rest, code)
        if name == "bundle":
            return self._bundle(code)
        if name == "way":
            return self._way(code)
        if name in _NAMED:
            known = department_names(self._ledger.store, t.language).get(code)
            return None if known is None else (t(_NAMED[name]), known)
        if name == "reason":
            at = next((one[1:] for one in _REASONS if self._path.startswith(one[0])), None)
        else:
            at = _WORDED.get(name)
        return None if at is None or not t.has(at[1] + code) else (t(at[0]), t(at[1] + code))

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        """Read once for all answers of the form."""
        item, today = self._item(), day_of(int(time.time()))
        standing = self._ledger.catalogue.in_force(item, today, self._ledger.store) if item else None
        return standing[0].questions if standing is not None else ()

    def _answer(self, question: str, code: str) -> tuple[str, str] | None:
        """A situation question of the guide that holds today."""
        for one in self._questions:
            for option in one.options:
                if (one.code, option.code) == (question, code):
                    return self._of(one.text), self._of(option.text)
        return None

    def _bundle(self, code: str) -> tuple[str, str] | None:
        store = self._ledger.store
        newest = latest_version("bundle", code, store) if ITEM.match(code) else None
        if newest is None:
            return None
        named = self._ledger.catalogue.bundle(code, newest.version, store).name
        return self._t("counter.part_of"), self._of(named)

    def _way(self, code: str) -> tuple[str, str] | None:
        """How papers came: a channel, or a place of it."""
        channel, dot, place = code.partition(".")
        if channel not in CHANNELS:
            return None
        said = self._t(f"where.{channel}")
        item = self._item()
        published = availability_of(item, self._ledger) if dot and item else None
        for one in published[0].places if published is not None else ():
            if (one.channel, one.code) == (channel, place):
                said += f" · {self._of(one.name)}"
        return self._t("counter.way"), said

    def _item(self) -> str:
        item = self._fields.get("item", "")
        return item if ITEM.match(item) else ""

    def _of(self, text: Text) -> str:
        return text.en if self._t.language == "en" else text.zh
