# SPDX-License-Identifier: Apache-2.0
"""What an issuer signs when it is asked: `material.accepted` on its own authority, or `material.denied`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attest.acts import Act
from attest.cases.repository import case_by_no, case_fact
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.commitments import commit
from attest.data_checks.model import DENIALS, Denial
from attest.days import day_of
from attest.fields import CODE, DEPARTMENT, Fields
from attest.holders.repository import unknown_holder
from attest.materials.commands import Accept
from attest.materials.numbers import check_number
from attest.materials.repository import RETRACTIONS_FACT, number_key
from attest.parties import read_parties, write_parties
from attest.tables import case_entries, denials
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from attest.acts import Placed
    from attest.cases.model import CaseRow
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.materials.model import Acceptance
    from attest.reading import Reader
    from ledger.canonical import Json
    from ledger.commands import Row, View


def _asked_case(case_no: str, type_: str, issuer: str, catalogue: Catalogue, view: View) -> CaseRow:
    """The case in which the policy of its authority has this issuer answer about the type."""
    case = case_by_no(case_no, view)
    if case is None:
        raise CommandRejected("case.unknown", "no such case")
    policy = catalogue.policy(case.authority, day_of(view.now), view).policy
    if issuer == case.authority or issuer not in policy.answering(type_):
        raise CommandRejected("issuer.not_asked", "the policy of this case does not ask this issuer")
    return case


class Confirm(Accept):
    """The issuer's own word that its paper stands: an acceptance on its authority, in the case that asked.

    `document` is the extract of its register, which it keeps. Another kind of entry is not needed: it is
    found, cited, disputed and taken back like every acceptance. What is only checked (核验) is not kept: the
    issuer's word is the check.
    """

    handlings: ClassVar[Collection[str]] = ("keep", "check")

    def facts(self, record: Acceptance) -> tuple[Collection[bytes], Collection[bytes]]:
        reads, writes = super().facts(record)
        return (*reads, POLICIES_FACT), writes

    def check(self, record: Acceptance, issuer: str, view: View, context: Context) -> None:
        if (record.issuer, record.authority, record.assurance) != (issuer, issuer, "data_check"):
            raise CommandRejected("issuer.mismatch", "an issuer answers for itself, by a data check")
        if record.document.kept != "department":
            raise CommandRejected("document.kept_elsewhere", "an issuer keeps the extract of its register")
        case = _asked_case(record.case_no, record.type, issuer, self._catalogue, view)
        self.check_material(record, issuer, case, view, context)


def check_denial(record: Denial, catalogue: Catalogue, reader: Reader, today: date) -> None:
    """Refuse (CommandRejected) what an issuer cannot say unasked: of another's paper, of a day to come."""
    kind = catalogue.types(reader).get(record.type)
    if kind is None:
        raise CommandRejected("types.unknown", "the types in force do not define this material")
    if kind.source != "issued" or record.issuer not in kind.issuers:
        raise CommandRejected("acceptance.issuer", f"issuers of {record.type}: {', '.join(kind.issuers)}")
    if not {role for role, _ in record.parties} <= set(kind.roles):
        raise CommandRejected("acceptance.role", f"roles of {record.type}: {', '.join(kind.roles)}")
    check_number(kind, record.number)
    if unknown_holder({holder for _, holder in record.parties}, reader) is not None:
        raise CommandRejected("holder.unknown", "name the holder first")
    _check_since(record, today)


def _check_since(record: Denial, today: date) -> None:
    if record.since > today:
        raise CommandRejected("acceptance.dates", "since a day that has not come", path="/since")


class Deny(Act[Denial]):
    """The issuer says that its paper stands no more: what was accepted of it before counts no longer.

    Asked in a case, or unasked, in none: the owner's duty to update reaches who relied on the paper.
    """

    kind = "material.denied"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Denial:
        return self.read(fields)

    @staticmethod
    def read(fields: Fields) -> Denial:
        """The private record, for whoever only reads it (raises FieldError)."""
        since = fields.optional_day("since")
        if since is None:
            fields.fail("since", "a day YYYY-MM-DD")
        asked = fields.has("case")
        denial = Denial(
            fields.text("case", 50) if asked else None,
            fields.octets("case_salt", 32) if asked else None,
            fields.text("type", 64, CODE),
            fields.text("issuer", 32, DEPARTMENT),
            fields.text("number", 64),
            read_parties(fields),
            fields.choice("reason", DENIALS),
            since,
        )
        fields.done()
        return denial

    def record(self, record: Denial) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "type": record.type,
            "issuer": record.issuer,
            "number": record.number,
            "parties": write_parties(record.parties),
            "reason": record.reason,
            "since": record.since.isoformat(),
        }
        if record.case_no is not None and record.case_salt is not None:
            plain |= {"case": record.case_no, "case_salt": record.case_salt.hex()}
        return plain

    def body(self, record: Denial) -> dict[str, Json]:
        body: dict[str, Json] = {"reason": record.reason, "type": record.type}
        if record.case_no is not None and record.case_salt is not None:
            body["case"] = commit("case", record.case_salt, record.case_no.encode()).hex()
        return body

    def facts(self, record: Denial) -> tuple[Collection[bytes], Collection[bytes]]:
        asked = () if record.case_no is None else (case_fact(record.case_no), POLICIES_FACT)
        return (*asked, TYPES_FACT), (RETRACTIONS_FACT,)

    def check(self, record: Denial, issuer: str, view: View, context: Context) -> None:
        if record.issuer != issuer:
            raise CommandRejected("issuer.mismatch", "an issuer answers for itself")
        if record.case_no is not None:
            _asked_case(record.case_no, record.type, issuer, self._catalogue, view)
            _check_since(record, day_of(view.now))
        else:
            check_denial(record, self._catalogue, view, day_of(view.now))

    def rows(self, record: Denial, placed: Placed, context: Context) -> list[Row]:
        case_no = record.case_no
        made: list[Row] = [] if case_no is None else [(case_entries, (case_no, placed.index))]
        for holder in {holder for _, holder in record.parties}:
            key = number_key(holder, record.type, record.issuer, record.number, context)
            row = (
                *(holder, record.type, placed.index, key, placed.entry.issuer, record.reason),
                *(record.since.isoformat(), placed.entry.time, case_no or ""),
            )
            made.append((denials, row))
        return made
