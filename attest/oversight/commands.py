# SPDX-License-Identifier: Apache-2.0
"""`usage.checked`, `usage.read` and `usage.refused`: signed by the service, naming the department."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attest.acts import Act, require_readable, sign_and_place
from attest.cases.repository import case_by_no, case_fact
from attest.commitments import commit
from attest.fields import CODE, DEPARTMENT, Fields
from attest.oversight.model import NO_DEPARTMENT, NOBODYS, Use
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from attest.tables import case_entries, holder_looks, usage
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed, Written
    from attest.context import Context
    from attest.oversight.quota import Meter
    from ledger.canonical import Json
    from ledger.commands import Command, RequestKey, Row, View

_OUTCOME: Final = re.compile(r"[A-Za-z0-9_. -]{1,200}\Z")
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_./-]{0,64}\Z")
"""An API key's id, or `user/<name>`, `citizen/<holder>`."""
_HOLDER: Final = re.compile(r"[0-9a-f]{32}\Z")
MOST_CONSULTED: Final = 500
"""Holders beyond the case's parties that one look-up names; the first by id where it found more."""


class _Usage(Act[Use]):
    """What the three kinds share: one record, one open body."""

    kind = "usage"
    public = False

    def parse(self, fields: Fields) -> Use:
        use = Use(
            fields.text("department", 32, DEPARTMENT),
            fields.optional_text("case", 50),
            fields.octets("case_salt", 32),
            fields.optional_text("purpose", 200),
            fields.octets("purpose_salt", 32),
            fields.text("route", 64, CODE),
            fields.text("key", 64, _KEY_ID),
            fields.integer("count", 0, 1_000_000),
            fields.texts("outcome", 500, _OUTCOME),
            tuple(bytes.fromhex(one) for one in fields.texts("consulted", MOST_CONSULTED, _HOLDER))
            if fields.has("consulted")
            else (),
        )
        fields.done()
        return use

    def record(self, record: Use) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "department": record.department,
            "case_salt": record.case_salt.hex(),
            "purpose_salt": record.purpose_salt.hex(),
            "route": record.route,
            "key": record.key_id,
            "count": record.count,
            "outcome": list(record.outcome),
        }
        if record.case_no is not None:
            plain["case"] = record.case_no
        if record.purpose is not None:
            plain["purpose"] = record.purpose
        if record.consulted:
            plain["consulted"] = [holder.hex() for holder in record.consulted]
        return plain

    def body(self, record: Use) -> dict[str, Json]:
        return {
            "case": commit("case", record.case_salt, (record.case_no or "").encode()).hex(),
            "count": record.count,
            "department": record.department,
            "purpose": commit("purpose", record.purpose_salt, (record.purpose or "").encode()).hex(),
        }

    def facts(self, record: Use) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def rule(self, record: Use) -> str | None:
        """The rule that refused; None where the look-up was answered."""
        return None

    def check(self, record: Use, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records uses")

    def rows(self, record: Use, placed: Placed, context: Context) -> list[Row]:
        rule = self.rule(record)
        row = (record.department, placed.index, self.kind, placed.entry.time, record.key_id, rule)
        rows: list[Row] = [(usage, row)]
        rows += [(holder_looks, (holder, placed.index)) for holder in record.consulted]
        if record.case_no is not None:
            rows.append((case_entries, (record.case_no, placed.index)))
        return rows


class Checked(_Usage):
    """A look-up of requirements was answered."""

    kind = "usage.checked"


class Read(_Usage):
    """A private record was shown: a trace, an evidence file, a list of reliances."""

    kind = "usage.read"


_READ: Final = Read()


class Refused(_Usage):
    """A signed-in principal's look-up was refused by a rule."""

    kind = "usage.refused"

    def rule(self, record: Use) -> str | None:
        return record.outcome[0][:64] if record.outcome else None


class UseCommand:
    """Record one use or refusal in a transaction of its own; it joins the file of a case that exists.

    With a meter it is refused (CommandRejected) beyond the quota.
    """

    entry_id: bytes | None = None
    writes: Collection[bytes] = ()

    def __init__(
        self,
        act: Read | Refused,
        use: Use,
        context: Context,
        request: RequestKey | None = None,
        meter: Meter | None = None,
    ) -> None:
        require_readable(act, use)
        self._meter = meter
        self._act, self._use, self._context = act, use, context
        self.request = request
        case = () if use.case_no is None else (case_fact(use.case_no),)
        self.reads: Collection[bytes] = (keys_fact(SERVICE), *case)

    def decide(self, view: View) -> Decision[Written]:
        if self._meter is not None:
            self._meter.take(view, self._use.key_id, acting_department(self._use.department))
        leaf, rows, written = sign_and_place(self._act, self._use, SERVICE, view, self._context)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=written)


class MeteredAct:
    """An act whose answer tells what is private: counted like a look-up, with its use the last entry.

    `use` says who asked and why; its count becomes 1 where the answer told something. Repeats count nothing.
    """

    def __init__(self, inner: Command[Written], use: Use, context: Context, meter: Meter) -> None:
        require_readable(_READ, use)
        self._inner, self._use, self._context, self._meter = inner, use, context, meter
        self.entry_id, self.request = inner.entry_id, inner.request
        self.reads: Collection[bytes] = {*inner.reads, keys_fact(SERVICE)}
        self.writes: Collection[bytes] = inner.writes

    def decide(self, view: View) -> Decision[Written]:
        """Beyond the quota QuotaError, and nothing is written."""
        made = self._inner.decide(view)
        self._meter.take(view, self._use.key_id, acting_department(self._use.department))
        told = made.answer is not None and made.answer.then is not None
        use = replace(self._use, count=int(told))
        leaf, rows, _ = sign_and_place(_READ, use, SERVICE, view, self._context, after=len(made.leaves))
        return replace(made, leaves=(*made.leaves, leaf), rows=[*made.rows, *rows])


def acting_department(code: str) -> str | None:
    """The department of a use; None where it names none."""
    return None if code in (NO_DEPARTMENT, NOBODYS) else code


def known_cases(rows: list[Row], view: View) -> list[Row]:
    """Leave out the file of a case that does not exist yet: the claim stands only in the sealed record.

    Entries alone say which cases those are, so `once rebuild` leaves out the same.
    """
    return [row for row in rows if row[0] is not case_entries or case_by_no(str(row[1][0]), view) is not None]
