# SPDX-License-Identifier: Apache-2.0
"""`material.accepted` and `acceptance.retracted`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from attest.acts import Act
from attest.cases.model import CHANNELS
from attest.cases.repository import case_fact, own_case
from attest.catalogue.repository import TYPES_FACT
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.days import day_of
from attest.fields import CODE, DEPARTMENT, Fields
from attest.holders.repository import unknown_holder, whole_people
from attest.materials.model import (
    ASSURANCES,
    KEPT,
    RECTIFIED,
    RETRACTION_REASONS,
    SUBMITTED,
    Acceptance,
    Citation,
    Document,
    Retraction,
)
from attest.materials.numbers import check_number, plain_number
from attest.materials.rectifying import corrects
from attest.materials.repository import (
    RETRACTIONS_FACT,
    about_key,
    acceptance_fact,
    acceptances_by_keys,
    cited_acceptance,
    content_key,
    number_key,
    upload_of,
)
from attest.materials.superseding import check_supersession, read_supersession
from attest.parties import check_about, read_about, read_parties, write_about, write_parties
from attest.supersession.commands import MOST, RecordSupersession
from attest.supersession.model import Recorded
from attest.supersession.renewing import may_renew, renewed_by
from attest.tables import (
    acceptance_parties,
    acceptances,
    case_entries,
    lookups,
    material_parties,
    retractions,
    supersessions,
)
from attest.taking_back import body_of_taken_back, read_taken_back, write_taken_back
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import FollowUp, Placed, Written
    from attest.cases.model import CaseRow
    from attest.catalogue.model import MaterialType
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View

ISSUER: Final = re.compile(r"[A-Z][A-Z0-9_-]{0,31}\Z|own\Z|third_party\Z")
MOST_PAGES: Final = 100_000
_RECORD: Final = RecordSupersession()
MEDIA: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+\Z")


class Accept(Act[Acceptance]):
    """A department says: this file is what it claims to be, for these parties, checked in this way."""

    kind = "material.accepted"
    public = False
    handlings: ClassVar[Collection[str]] = ("keep",)
    """How the types are handled whose papers it takes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Acceptance:
        inner = fields.fields("document")
        document = Document(
            inner.octets("sha256", 32),
            inner.octets("salt", 32),
            inner.integer("size"),
            inner.text("media", 64, MEDIA),
            inner.choice("kept", KEPT),
            inner.integer("pages", 1, MOST_PAGES) if inner.has("pages") else None,
        )
        inner.done()
        acceptance = Acceptance(
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("authority", 32, DEPARTMENT),
            fields.text("type", 64, CODE),
            document,
            fields.text("issuer", 32, ISSUER),
            fields.optional_text("number", 64),
            fields.optional_day("issued"),
            fields.optional_day("valid_from"),
            fields.optional_day("valid_until"),
            read_parties(fields),
            read_about(fields),
            fields.choice("assurance", ASSURANCES),
            fields.optional_text("checked_by", 64),
            fields.choice("submitted", SUBMITTED) if fields.has("submitted") else None,
            read_supersession(fields),
            fields.choice("channel", CHANNELS) if fields.has("channel") else None,
        )
        fields.done()
        return acceptance

    def record(self, record: Acceptance) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "authority": record.authority,
            "type": record.type,
            "document": _write_document(record.document),
            "issuer": record.issuer,
            "parties": write_parties(record.parties),
            "assurance": record.assurance,
        }
        for name, day in (
            ("issued", record.issued),
            ("valid_from", record.valid_from),
            ("valid_until", record.valid_until),
        ):
            if day is not None:
                plain[name] = day.isoformat()
        if record.number is not None:
            plain["number"] = record.number
        if record.about is not None:
            plain["about"] = write_about(record.about)
        if record.checked_by is not None:
            plain["checked_by"] = record.checked_by
        if record.submitted is not None:
            plain["submitted"] = record.submitted
        if record.supersedes is not None:
            plain["supersedes"] = {
                "acceptance": write_citation(record.supersedes.acceptance),
                "how": record.supersedes.how,
            }
        if record.channel is not None:
            plain["channel"] = record.channel
        return plain

    def body(self, record: Acceptance) -> dict[str, Json]:
        body: dict[str, Json] = {
            "assurance": record.assurance,
            "authority": record.authority,
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "document": commit("document", record.document.salt, record.document.sha256).hex(),
            "type": record.type,
        }
        if record.is_issuers_word:
            body["issuer"] = record.issuer
        if record.supersedes is not None:
            said = record.supersedes
            body["supersedes"] = {"cites": cites(said.acceptance), "how": said.how}
        if record.channel is not None:
            body["channel"] = record.channel
        return body

    def facts(self, record: Acceptance) -> tuple[Collection[bytes], Collection[bytes]]:
        paper = paper_fact(record)
        reads = (case_fact(record.case_no), TYPES_FACT, RETRACTIONS_FACT, paper)
        if record.supersedes is None:
            return reads, (paper,)
        older = acceptance_fact(record.supersedes.acceptance.id)
        return (*reads, older), (paper, older, RETRACTIONS_FACT)

    def check(self, record: Acceptance, issuer: str, view: View, context: Context) -> None:
        case = own_case(record.case_no, issuer, view)
        if record.authority != case.authority:
            raise CommandRejected("issuer.mismatch", "the authority is not the case's")
        self.check_material(record, issuer, case, view, context)

    def check_material(
        self, record: Acceptance, issuer: str, case: CaseRow, view: View, context: Context
    ) -> None:
        """Refuse (CommandRejected) a paper that the case's guide or its type does not take as it is told."""
        kind = self._check_type(record, self._catalogue.listed(case, view), view)
        stranger = unknown_holder({holder for _, holder in record.parties}, view)
        if stranger is not None:
            raise CommandRejected("holder.unknown", "name the holder first")
        check_about(record.about)
        check_number(kind, record.number)
        _check_dates(record, view.now)
        if kind.reuse == "single_use":
            _check_unused(record, view, context)
        if record.supersedes is not None:
            check_supersession(record, record.supersedes, view, context)
        if record.document.kept == "vault":
            upload = upload_of(issuer, record.document.sha256, view, context)
            if upload is None:
                raise CommandRejected("document.unknown", "upload the file first: PUT documents/{sha256}")
            said = record.document
            if (upload.size, upload.media) != (said.size, said.media) or said.pages not in (
                None,
                upload.pages,
            ):
                raise CommandRejected(
                    "document.mismatch", "size, media type or pages are not the uploaded file's"
                )

    def follow_up(
        self, record: Acceptance, issuer: str, written: Written, time: int, view: View, context: Context
    ) -> FollowUp | None:
        if not may_renew(record, issuer):
            return None
        found = renewed_by(record, issuer, self._catalogue.types(view), view, context)
        if not found:
            return None
        newer = Citation(written.id, written.index, written.leaf_hash, context.random(32))
        older = tuple((one.id, one.index) for one in found[:MOST])
        return _RECORD, Recorded(record.case_no, context.random(32), issuer, newer, older)

    def _check_type(self, record: Acceptance, listed: Collection[str], view: View) -> MaterialType:
        if record.type not in listed:
            raise CommandRejected(
                "acceptance.outside_list", "the item's guide does not ask for this material"
            )
        kind = self._catalogue.types(view).get(record.type)
        if kind is None:
            raise CommandRejected("types.unknown", "the types in force do not define this material")
        if kind.handling not in self.handlings:
            raise CommandRejected("handling.check_only", "shown or checked, never kept")
        if not {role for role, _ in record.parties} <= set(kind.roles):
            raise CommandRejected("acceptance.role", f"roles of {record.type}: {', '.join(kind.roles)}")
        allowed = kind.issuers if kind.source == "issued" else (kind.source,)
        if record.issuer not in allowed:
            raise CommandRejected("acceptance.issuer", f"issuers of {record.type}: {', '.join(allowed)}")
        return kind

    def rows(self, record: Acceptance, placed: Placed, context: Context) -> list[Row]:
        acceptance = placed.entry.id
        made: list[Row] = [
            (
                acceptances,
                (
                    acceptance,
                    placed.index,
                    placed.leaf_hash,
                    record.type,
                    record.issuer,
                    record.authority,
                    placed.entry.issuer,
                    placed.key,
                    record.case_no,
                    record.assurance,
                    placed.entry.time,
                    record.issued.isoformat() if record.issued else None,
                    record.valid_from.isoformat() if record.valid_from else None,
                    record.valid_until.isoformat() if record.valid_until else None,
                    about_key(record.about, context) if record.about else None,
                    int(record.submitted is not None),
                    record.channel,
                ),
            ),
            (case_entries, (record.case_no, placed.index)),
        ]
        if record.supersedes is not None:
            said = record.supersedes
            made.append((supersessions, (said.acceptance.id, placed.index, acceptance, said.how)))
        for role, holder in record.parties:
            made.append((material_parties, (holder, record.type, acceptance, role)))
            made.append((acceptance_parties, (acceptance, role, holder)))
        for holder in {holder for _, holder in record.parties}:
            made.append((lookups, (content_key(holder, record.document.sha256, context), acceptance)))
            if record.number is not None:
                key = number_key(holder, record.type, record.issuer, record.number, context)
                made.append((lookups, (key, acceptance)))
        return made


def _write_document(document: Document) -> dict[str, Json]:
    plain: dict[str, Json] = {
        "sha256": document.sha256.hex(),
        "salt": document.salt.hex(),
        "size": document.size,
        "media": document.media,
        "kept": document.kept,
    }
    if document.pages is not None:
        plain["pages"] = document.pages
    return plain


def paper_fact(record: Acceptance) -> bytes:
    """Name of the fact "where this paper was accepted", by its number however typed, else by its content."""
    if record.number is None:
        return b"paper/" + record.document.sha256
    return f"paper/{record.type}/{record.issuer}/{plain_number(record.number)}".encode()


def _check_unused(record: Acceptance, view: View, context: Context) -> None:
    """Refuse a single-use paper (an invoice, a receipt) that stands accepted in another case."""
    for holder in whole_people({holder for _, holder in record.parties}, view):
        keys = [content_key(holder, record.document.sha256, context)]
        if record.number is not None:
            keys.append(number_key(holder, record.type, record.issuer, record.number, context))
        for accepted in acceptances_by_keys(keys, view):
            other = accepted.case_no != record.case_no and accepted.type == record.type
            if other and accepted.retracted is None:
                raise CommandRejected("acceptance.single_use", "this paper was accepted in another case")


def _check_dates(record: Acceptance, now: int) -> None:
    """Refuse days that no paper can carry: issued tomorrow, or ended before it began."""
    begins = record.valid_from or record.issued
    if record.issued is not None and record.issued > day_of(now):
        raise CommandRejected("acceptance.dates", "issued on a day that has not come")
    if record.valid_until is not None and begins is not None and record.valid_until < begins:
        raise CommandRejected("acceptance.dates", "valid until a day before it begins")


class Retract(Act[Retraction]):
    """The department that accepted, or the authority it accepted for, takes the acceptance back; final."""

    kind = "acceptance.retracted"
    public = False

    def parse(self, fields: Fields) -> Retraction:
        rectified_by = read_citation(fields, "rectified_by") if fields.has("rectified_by") else None
        reasons = RETRACTION_REASONS if rectified_by is None else (RECTIFIED,)
        return Retraction(*read_taken_back(fields, "acceptance", reasons), rectified_by)

    def record(self, record: Retraction) -> dict[str, Json]:
        plain = write_taken_back("acceptance", record.acceptance, record)
        if record.rectified_by is not None:
            plain["rectified_by"] = write_citation(record.rectified_by)
        return plain

    def body(self, record: Retraction) -> dict[str, Json]:
        body = body_of_taken_back(record.acceptance, record)
        if record.rectified_by is not None:
            body["rectified_by"] = cites(record.rectified_by)
        return body

    def facts(self, record: Retraction) -> tuple[Collection[bytes], Collection[bytes]]:
        name = acceptance_fact(record.acceptance.id)
        newer = () if record.rectified_by is None else (acceptance_fact(record.rectified_by.id),)
        return (name, *newer), (name, RETRACTIONS_FACT)

    def check(self, record: Retraction, issuer: str, view: View, context: Context) -> None:
        accepted = cited_acceptance(record.acceptance, view)
        if accepted is None or issuer not in (accepted.accepted_by, accepted.authority):
            raise CommandRejected("acceptance.unknown", "no such acceptance of this department")
        if accepted.case_no != record.case_no:
            raise CommandRejected("statement.mismatch", "the acceptance belongs to another case")
        if accepted.retracted is not None:
            raise CommandRejected("acceptance.retracted", "retracted already", at=accepted.retracted[1])
        if record.rectified_by is not None and not corrects(record.rectified_by, accepted, issuer, view):
            raise CommandRejected("acceptance.corrects_not", "the acceptance named corrects another, or none")

    def rows(self, record: Retraction, placed: Placed, context: Context) -> list[Row]:
        accepted = record.acceptance
        return [
            (
                retractions,
                (accepted.id, placed.index, placed.entry.issuer, record.reason, placed.entry.time),
            ),
            (case_entries, (record.case_no, placed.index)),
        ]
