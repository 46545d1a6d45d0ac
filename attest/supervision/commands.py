# SPDX-License-Identifier: Apache-2.0
"""`lookup.alarm.raised` and `lookup.alarm.acknowledged`: the service signs both, the second for a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attest.acts import Act
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.fields import DEPARTMENT, Fields
from attest.oversight.model import NO_DEPARTMENT
from attest.registry.model import SERVICE
from attest.supervision.model import MOST_ENTRIES, REASONS, RULES, Acknowledgement, Alarm, Finding
from attest.supervision.repository import alarm_by_id, alarm_of
from attest.tables import lookup_alarm_ends, lookup_alarms
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View

KEY_ID: Final = re.compile(r"[A-Za-z0-9_./-]{1,64}\Z")


class RaiseAlarm(Act[Alarm]):
    """A rule speaks of a user; once for each rule and window."""

    kind = "lookup.alarm.raised"
    public = False

    def parse(self, fields: Fields) -> Alarm:
        found = Finding(
            rule=fields.choice("rule", RULES),
            key_id=fields.text("key", 64, KEY_ID),
            department=fields.text("department", 32, DEPARTMENT),
            since=fields.integer("since"),
            until=fields.integer("until"),
            count=fields.integer("count", 1),
            most=fields.integer("most", 1),
            entries=_indexes(fields),
        )
        alarm = Alarm(found, fields.octets("key_salt", 32))
        fields.done()
        return alarm

    def record(self, record: Alarm) -> dict[str, Json]:
        found = record.found
        return {
            "rule": found.rule,
            "key": found.key_id,
            "key_salt": record.key_salt.hex(),
            "department": found.department,
            "since": found.since,
            "until": found.until,
            "count": found.count,
            "most": found.most,
            "entries": list(found.entries),
        }

    def body(self, record: Alarm) -> dict[str, Json]:
        found = record.found
        return {
            "count": found.count,
            "department": found.department,
            "most": found.most,
            "rule": found.rule,
            "since": found.since,
            "until": found.until,
            "user": _user(record.key_salt, found.key_id),
        }

    def facts(self, record: Alarm) -> tuple[Collection[bytes], Collection[bytes]]:
        found = record.found
        name = (f"alarm/{found.rule}/{found.key_id}/{found.since}".encode(),)
        return name, name

    def check(self, record: Alarm, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service watches")
        found = record.found
        if alarm_of(found.rule, found.key_id, found.since, view) is not None:
            raise CommandRejected("alarm.known", "it was raised before")

    def rows(self, record: Alarm, placed: Placed, context: Context) -> list[Row]:
        found = record.found
        row = (
            placed.entry.id,
            placed.index,
            placed.leaf_hash,
            found.department,
            found.rule,
            found.key_id,
            found.since,
            found.until,
            found.count,
            found.most,
            placed.entry.time,
        )
        return [(lookup_alarms, row)]


class AcknowledgeAlarm(Act[Acknowledgement]):
    """A supervisor of the department, or an auditor, says what came of it; never the one it speaks of."""

    kind = "lookup.alarm.acknowledged"
    public = False

    def parse(self, fields: Fields) -> Acknowledgement:
        said = Acknowledgement(
            read_citation(fields, "alarm"),
            fields.text("department", 32, DEPARTMENT),
            fields.text("key", 64, KEY_ID),
            fields.octets("key_salt", 32),
            fields.choice("reason", REASONS),
            fields.optional_text("text", 500),
        )
        fields.done()
        return said

    def record(self, record: Acknowledgement) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "alarm": write_citation(record.alarm),
            "department": record.department,
            "key": record.key_id,
            "key_salt": record.key_salt.hex(),
            "reason": record.reason,
        }
        if record.text is not None:
            plain["text"] = record.text
        return plain

    def body(self, record: Acknowledgement) -> dict[str, Json]:
        return {
            "by": _user(record.key_salt, record.key_id),
            "cites": cites(record.alarm),
            "department": record.department,
            "reason": record.reason,
        }

    def facts(self, record: Acknowledgement) -> tuple[Collection[bytes], Collection[bytes]]:
        name = (b"alarm/" + record.alarm.id,)
        return name, name

    def check(self, record: Acknowledgement, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records it for a person")
        alarm = alarm_by_id(record.alarm.id, view)
        if alarm is None or record.department not in (alarm.department, NO_DEPARTMENT):
            raise CommandRejected("alarm.unknown", "no such alarm of this department")
        if (record.alarm.index, record.alarm.leaf) != (alarm.index, alarm.leaf):
            raise CommandRejected("statement.mismatch", "the alarm stands elsewhere")
        if record.key_id == alarm.key_id:
            raise CommandRejected("alarm.own", "it speaks of the same user")
        if alarm.end is not None:
            raise CommandRejected("alarm.acknowledged", "somebody did so before", at=alarm.end.time)

    def rows(self, record: Acknowledgement, placed: Placed, context: Context) -> list[Row]:
        row = (
            record.alarm.id,
            placed.index,
            record.department,
            record.key_id,
            record.reason,
            placed.entry.time,
        )
        return [(lookup_alarm_ends, row)]


def _user(salt: bytes, key_id: str) -> str:
    return commit("user", salt, key_id.encode()).hex()


def _indexes(fields: Fields) -> tuple[int, ...]:
    """Indexes of entries, rising."""
    found = fields.raw("entries")
    if not isinstance(found, list) or not 0 < len(found) <= MOST_ENTRIES:
        fields.fail("entries", f"a list of 1 to {MOST_ENTRIES} indexes")
    if any(type(one) is not int or one < 0 for one in found) or found != sorted(set(found)):
        fields.fail("entries", "indexes that rise")
    return tuple(found)
