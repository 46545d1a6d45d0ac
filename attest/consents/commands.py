# SPDX-License-Identifier: Apache-2.0
"""`consent.given` and `consent.withdrawn`: by the holder who is signed in, or before a clerk.

The service signs what a signed-in holder says; a department signs what somebody said at its window, in a case
of its own, and answers for who stood there. Neither is asked where the guide names no law that asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.repository import case_by_no, case_fact, cases_of, own_case
from attest.catalogue.repository import item_fact, latest_version
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.consents.model import EXPIRED, MOST_DAYS, PRESENT, STANDS, Consent, Withdrawal
from attest.consents.repository import CONSENTS_FACT, consent_by_id, consent_fact, consents_of
from attest.days import DAY
from attest.fields import CODE, ITEM, Fields
from attest.holders.repository import holder_known, ids_of
from attest.registry.model import SERVICE
from attest.tables import case_entries, consent_ends, consents
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


class GiveConsent(Act[Consent]):
    """Whose paper it is lets the log serve for one requirement, in one case or in one item's."""

    kind = "consent.given"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Consent:
        case_no, case_salt, present = _where(fields)
        consent = Consent(
            fields.octets("holder", 16),
            fields.octets("holder_salt", 32),
            fields.text("item", 50, ITEM),
            fields.text("requirement", 64, CODE),
            fields.integer("until"),
            case_no,
            case_salt,
            present,
        )
        fields.done()
        return consent

    def record(self, record: Consent) -> dict[str, Json]:
        return {
            "holder": record.holder.hex(),
            "holder_salt": record.holder_salt.hex(),
            "item": record.item,
            "requirement": record.requirement,
            "until": record.until,
            **_where_json(record),
        }

    def body(self, record: Consent) -> dict[str, Json]:
        return {
            "holder": commit("holder", record.holder_salt, record.holder).hex(),
            "until": record.until,
            **_where_body(record),
        }

    def facts(self, record: Consent) -> tuple[Collection[bytes], Collection[bytes]]:
        guide = item_fact(record.item) if record.case_no is None else case_fact(record.case_no)
        return (CONSENTS_FACT, guide), (CONSENTS_FACT,)

    def check(self, record: Consent, issuer: str, view: View, context: Context) -> None:
        _check_issuer(record, issuer, view)
        if not holder_known(record.holder, view):
            raise CommandRejected("holder.unknown", "no such holder")
        item = self._item(record, issuer, view)
        wanted = item.requirement(record.requirement)
        if wanted is None:
            raise CommandRejected("requirement.unknown", "the guide has no such requirement")
        if wanted.consent is None:
            raise CommandRejected("consent.not_asked", "no law that the guide names asks for consent here")
        if not view.now < record.until <= view.now + MOST_DAYS * DAY:
            raise CommandRejected("consent.until", f"in the future, at most {MOST_DAYS} days from now")
        for one in consents_of(record.holder, view):
            same = (one.item, one.requirement, one.case_no) == (
                record.item,
                record.requirement,
                record.case_no,
            )
            if same and one.state(view.now) == STANDS and one.until >= record.until:
                raise CommandRejected("consent.given", "it stands already", at=one.time)

    def _item(self, record: Consent, issuer: str, view: View) -> ServiceItem:
        """The guide that the case pins, else the newest one."""
        if record.case_no is not None:
            case = case_by_no(record.case_no, view)
            foreign = issuer == SERVICE and record.case_no not in cases_of(record.holder, view)
            if case is None or foreign:
                raise CommandRejected("case.unknown", "no such case of this holder")
            if case.item != record.item:
                raise CommandRejected("statement.mismatch", "the case is of another item")
            return self._catalogue.guide(case, view)[0]
        latest = latest_version("item", record.item, view)
        if latest is None:
            raise CommandRejected("item.unknown", "no such service item")
        return self._catalogue.item(record.item, latest.version, view)[0]

    def rows(self, record: Consent, placed: Placed, context: Context) -> list[Row]:
        entry = placed.entry
        row = (
            entry.id,
            placed.index,
            placed.leaf_hash,
            record.holder,
            record.item,
            record.requirement,
            record.until,
            entry.time,
            record.case_no,
            None if entry.issuer == SERVICE else entry.issuer,
        )
        return [(consents, row), *_in_case(record, placed)]


class WithdrawConsent(Act[Withdrawal]):
    """Taken back, from this entry on; what was relied on before stays true as of then."""

    kind = "consent.withdrawn"
    public = False

    def parse(self, fields: Fields) -> Withdrawal:
        case_no, case_salt, present = _where(fields)
        withdrawal = Withdrawal(
            read_citation(fields, "consent"),
            fields.octets("holder", 16),
            fields.octets("holder_salt", 32),
            case_no,
            case_salt,
            present,
        )
        fields.done()
        return withdrawal

    def record(self, record: Withdrawal) -> dict[str, Json]:
        return {
            "consent": write_citation(record.consent),
            "holder": record.holder.hex(),
            "holder_salt": record.holder_salt.hex(),
            **_where_json(record),
        }

    def body(self, record: Withdrawal) -> dict[str, Json]:
        return {
            "cites": cites(record.consent),
            "holder": commit("holder", record.holder_salt, record.holder).hex(),
            **_where_body(record),
        }

    def facts(self, record: Withdrawal) -> tuple[Collection[bytes], Collection[bytes]]:
        name = consent_fact(record.consent.id)
        return (name,), (name, CONSENTS_FACT)

    def check(self, record: Withdrawal, issuer: str, view: View, context: Context) -> None:
        _check_issuer(record, issuer, view)
        row = consent_by_id(record.consent.id, view)
        if row is None or row.holder not in ids_of(record.holder, view):
            raise CommandRejected("consent.unknown", "no such consent of this holder")
        if row.case_no != record.case_no:
            raise CommandRejected("consent.unknown", "no such consent in this case")
        if (record.consent.index, record.consent.leaf) != (row.index, row.leaf):
            raise CommandRejected("statement.mismatch", "the consent stands elsewhere")
        if row.withdrawn is not None:
            raise CommandRejected("consent.withdrawn", "it was withdrawn before", at=row.withdrawn)
        if row.state(view.now) == EXPIRED:
            raise CommandRejected("consent.expired", "its term is over", at=row.until)

    def rows(self, record: Withdrawal, placed: Placed, context: Context) -> list[Row]:
        row = (record.consent.id, placed.index, placed.entry.time)
        return [(consent_ends, row), *_in_case(record, placed)]


def _check_issuer(record: Consent | Withdrawal, issuer: str, view: View) -> None:
    """The service speaks for who is signed in; a department in a case of its own, saying who was there."""
    if issuer == SERVICE:
        if record.present is not None:
            raise CommandRejected("statement.mismatch", "nobody stood at a window")
        return
    if record.case_no is None or record.present is None:
        raise CommandRejected("consent.present", "at a window: in which case, and who was there")
    own_case(record.case_no, issuer, view)


def _where(fields: Fields) -> tuple[str | None, bytes | None, str | None]:
    case_no = fields.optional_text("case", 50)
    salt = None if case_no is None else fields.octets("case_salt", 32)
    return case_no, salt, fields.choice("present", PRESENT) if fields.has("present") else None


def _where_json(record: Consent | Withdrawal) -> dict[str, Json]:
    made: dict[str, Json] = {}
    if record.case_no is not None and record.case_salt is not None:
        made = {"case": record.case_no, "case_salt": record.case_salt.hex()}
    return made if record.present is None else {**made, "present": record.present}


def _where_body(record: Consent | Withdrawal) -> dict[str, Json]:
    made: dict[str, Json] = {}
    if record.case_no is not None and record.case_salt is not None:
        made["case"] = commit("case", record.case_salt, record.case_no.encode()).hex()
    return made if record.present is None else {**made, "present": record.present}


def _in_case(record: Consent | Withdrawal, placed: Placed) -> list[Row]:
    return [] if record.case_no is None else [(case_entries, (record.case_no, placed.index))]
