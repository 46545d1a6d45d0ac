# SPDX-License-Identifier: Apache-2.0
"""`material.requested`, `material.claimed`, and what follows an asking in vain: `reask.recorded`.

The re-ask is decided under the writer's lock and is the entry right after the one that shows the asking, in
one transaction: no asking is acknowledged without it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.model import CHANNELS
from attest.cases.repository import case_by_no, case_fact, cases_of, own_case
from attest.cases.speaking import speaks_for
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.consents.repository import CONSENTS_FACT
from attest.fields import CODE, DEPARTMENT, ITEM, Fields
from attest.holders.repository import ids_of
from attest.mandates.ground import person_of
from attest.mandates.standing import acting_facts, check_acting
from attest.materials.commands import Accept
from attest.materials.model import Acceptance, Citation
from attest.materials.repository import RETRACTIONS_FACT
from attest.reask.detection import Asking, Detector, Sight
from attest.reask.model import (
    AGAIN,
    CLAIM,
    FINDINGS,
    LOOK,
    NOTICES,
    RECOGNISABLE,
    SOURCES,
    Claim,
    Reask,
    Request,
)
from attest.recognition.decision import opening_of
from attest.registry.model import LEVELS, SERVICE
from attest.tables import askings, case_entries, reasks
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attest.acts import FollowUp, Placed, Written
    from attest.cases.model import CaseRow
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.reading import Reader
    from ledger.canonical import Json
    from ledger.commands import Row, View


class RecordReask(Act[Reask]):
    """The service records that a department asked in vain."""

    kind = "reask.recorded"
    public = False

    def parse(self, fields: Fields) -> Reask:
        finding = fields.choice("finding", FINDINGS)
        cited = finding == RECOGNISABLE
        reask = Reask(
            department=fields.text("department", 32, DEPARTMENT),
            case_no=fields.text("case", 50),
            case_salt=fields.octets("case_salt", 32),
            item=fields.text("item", 50, ITEM),
            version=fields.integer("version", 1),
            channel=fields.choice("channel", CHANNELS),
            source=fields.choice("source", SOURCES),
            finding=finding,
            requirement=fields.optional_text("requirement", 64, CODE),
            type=fields.optional_text("type", 64, CODE),
            asked=read_citation(fields, "asked"),
            acceptance=read_citation(fields, "acceptance") if cited else None,
            earlier=fields.text("earlier", 32, DEPARTMENT) if cited else None,
            level=fields.choice("level", LEVELS),
            earlier_level=fields.choice("earlier_level", LEVELS) if cited else None,
        )
        fields.done()
        return reask

    def record(self, record: Reask) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "department": record.department,
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "item": record.item,
            "version": record.version,
            "channel": record.channel,
            "source": record.source,
            "finding": record.finding,
            "asked": write_citation(record.asked),
            "level": record.level,
        }
        named = (
            ("requirement", record.requirement),
            ("type", record.type),
            ("earlier", record.earlier),
            ("earlier_level", record.earlier_level),
        )
        plain.update({name: text for name, text in named if text is not None})
        if record.acceptance is not None:
            plain["acceptance"] = write_citation(record.acceptance)
        return plain

    def body(self, record: Reask) -> dict[str, Json]:
        body: dict[str, Json] = {
            "asked": commit("asked", record.asked.salt, record.asked.leaf).hex(),
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "department": record.department,
            "finding": record.finding,
            "source": record.source,
        }
        if record.acceptance is not None:
            body["cites"] = cites(record.acceptance)
        return body

    def facts(self, record: Reask) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def check(self, record: Reask, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records re-asks")

    def rows(self, record: Reask, placed: Placed, context: Context) -> list[Row]:
        row = (
            record.case_no,
            placed.index,
            placed.entry.id,
            record.department,
            record.item,
            record.channel,
            record.source,
            record.finding,
            record.requirement,
            record.type,
            record.asked.id,
            record.acceptance.id if record.acceptance is not None else None,
            int(record.from_below),
            placed.entry.time,
        )
        return [(reasks, row), (case_entries, (record.case_no, placed.index))]


_RECORD = RecordReask()


def _asking(department: str, case: CaseRow, written: Written, time: int, context: Context) -> Asking:
    entry = Citation(written.id, written.index, written.leaf_hash, context.random(32))
    return Asking(department, case, entry, time)


def _follow(found: Reask | None) -> FollowUp | None:
    return (_RECORD, found) if found is not None else None


class Receive(Accept):
    """An acceptance that is watched: a copy of what was recognisable is a re-ask by its department.

    Not so where the owner of the type takes in its own paper anew: then what it was is superseded.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self._detector = Detector(catalogue)

    def facts(self, record: Acceptance) -> tuple[Collection[bytes], Collection[bytes]]:
        reads, writes = super().facts(record)
        # what could be recognised hangs on policy and consents, too
        return (*reads, POLICIES_FACT, CONSENTS_FACT), writes

    def follow_up(
        self, record: Acceptance, issuer: str, written: Written, time: int, view: View, context: Context
    ) -> FollowUp | None:
        renewal = super().follow_up(record, issuer, written, time, view, context)
        case = case_by_no(record.case_no, view)
        if renewal is not None or case is None:
            return renewal
        asking = _asking(issuer, case, written, time, context)
        return _follow(self._detector.receipt(record, asking, Sight(view, context)))


def near_codes(code: str, known: Sequence[str]) -> tuple[str, ...]:
    """Up to three known codes that a slip may have meant, the nearest first."""
    return tuple(get_close_matches(code, known, 3))


class Ask(Act[Request]):
    """A department says what it asks an applicant for; it is taken down whether or not it may be asked.

    Only codes that no guide and no list of types knows are refused: they name nothing that could be asked.
    """

    kind = "material.requested"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._detector = Detector(catalogue)

    def parse(self, fields: Fields) -> Request:
        request = Request(
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.choice("notice", NOTICES),
            fields.choice("channel", CHANNELS),
            fields.optional_text("requirement", 64, CODE),
            fields.optional_text("type", 64, CODE),
            fields.optional_text("what", 200),
        )
        fields.done()
        if request.requirement is None and request.what is None:
            fields.fail("what", "what is asked, where it is no requirement of the guide")
        return request

    def record(self, record: Request) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "notice": record.notice,
            "channel": record.channel,
        }
        named = (
            ("requirement", record.requirement),
            ("type", record.type),
            ("what", record.what),
        )
        plain.update({name: text for name, text in named if text is not None})
        return plain

    def body(self, record: Request) -> dict[str, Json]:
        return {
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "notice": record.notice,
        }

    def facts(self, record: Request) -> tuple[Collection[bytes], Collection[bytes]]:
        name = case_fact(record.case_no)
        return (name, TYPES_FACT, POLICIES_FACT, RETRACTIONS_FACT, CONSENTS_FACT), (name,)

    def check(self, record: Request, issuer: str, view: View, context: Context) -> None:
        case = own_case(record.case_no, issuer, view)
        item, _ = self._catalogue.guide(case, view)
        wanted, kind = record.requirement, record.type
        # What another guide has is asked outside this list, and taken down; what none has is a slip.
        if wanted is not None and not self._known(wanted, item, view):
            near = near_codes(wanted, [one.code for one in item.requirements])
            raise CommandRejected("requirement.unknown", "no guide has such a requirement", near=near)
        types = self._catalogue.types(view).types
        if kind is not None and kind not in types:
            listed = self._catalogue.listed(case, view)
            near = near_codes(kind, sorted(types, key=lambda one: (one not in listed, one)))
            raise CommandRejected("requirement.type_unknown", "no such type is published", near=near)

    def _known(self, requirement: str, item: ServiceItem, view: View) -> bool:
        here = item.requirement(requirement) is not None
        return here or self._catalogue.asks_anywhere(requirement, view)

    def foresee(
        self, record: Request, issuer: str, time: int, reader: Reader, context: Context
    ) -> Reask | None:
        """The re-ask that would follow if the department asked this now; nothing is written."""
        case = own_case(record.case_no, issuer, reader)
        entry = Citation(bytes(16), 0, bytes(32), bytes(32))
        return self._detector.request(record, Asking(issuer, case, entry, time), Sight(reader, context))

    def follow_up(
        self, record: Request, issuer: str, written: Written, time: int, view: View, context: Context
    ) -> FollowUp | None:
        case = own_case(record.case_no, issuer, view)
        asking = _asking(issuer, case, written, time, context)
        return _follow(self._detector.request(record, asking, Sight(view, context)))

    def rows(self, record: Request, placed: Placed, context: Context) -> list[Row]:
        return _asked_rows(record, record.notice, placed)


class ClaimHeld(Act[Claim]):
    """「我已交过」: taken down by the window, or by the service for an applicant who is signed in.

    `speaker`: the holder who says it on line by themselves; they speak for what they may of their case.
    """

    kind = "material.claimed"
    public = False

    def __init__(self, catalogue: Catalogue, speaker: bytes | None = None) -> None:
        self._catalogue = catalogue
        self._speaker = speaker
        self._detector = Detector(catalogue)

    def parse(self, fields: Fields) -> Claim:
        claim = Claim(
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.choice("channel", CHANNELS),
            fields.text("requirement", 64, CODE),
            fields.optional_text("type", 64, CODE),
            read_citation(fields, "mandate") if fields.has("mandate") else None,
            fields.choice("again", AGAIN) == "yes" if fields.has("again") else True,
        )
        fields.done()
        return claim

    def record(self, record: Claim) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "channel": record.channel,
            "requirement": record.requirement,
        }
        if record.type is not None:
            plain["type"] = record.type
        if record.mandate is not None:
            plain["mandate"] = write_citation(record.mandate)
        if not record.again:
            plain["again"] = "no"
        return plain

    def body(self, record: Claim) -> dict[str, Json]:
        body: dict[str, Json] = {"case": commit("case", record.case_salt, record.case_no.encode()).hex()}
        if record.mandate is not None:
            body["mandate"] = cites(record.mandate)
        return body

    def facts(self, record: Claim) -> tuple[Collection[bytes], Collection[bytes]]:
        name = case_fact(record.case_no)
        reads = (name, TYPES_FACT, POLICIES_FACT, RETRACTIONS_FACT, CONSENTS_FACT)
        return (*reads, *acting_facts(record.mandate)), (name,)

    def check(self, record: Claim, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            own_case(record.case_no, issuer, view)
            if record.mandate is not None:
                raise CommandRejected("issuer.mismatch", "the service records what agents say on line")
            return
        case = case_by_no(record.case_no, view)  # for the applicant, whom the door has made out
        if case is None:
            raise CommandRejected("case.unknown", "no such case")
        self._check_speaker(record, case, view, context)

    def _check_speaker(self, record: Claim, case: CaseRow, view: View, context: Context) -> None:
        """Refuse (CommandRejected) an agent beyond the mandate, and who has no say in it by themselves."""
        wanted = self._catalogue.guide(case, view)[0].requirement(record.requirement)
        if wanted is None:
            raise CommandRejected("requirement.unknown", "the case's guide has no such requirement")
        speaker = self._speaker
        if record.mandate is not None:
            speaker = person_of(check_acting(record.mandate, wanted, case, view, context).principal, view)
            if case.case_no not in cases_of(speaker, view):
                raise CommandRejected("case.unknown", "no such case of the principal")
        if speaker is None:
            return
        parties = opening_of(case, self._catalogue, view, context).parties
        if not speaks_for(ids_of(speaker, view), parties, wanted):
            raise CommandRejected("case.not_applicant", "the applicant says it, or whose paper it is")

    def follow_up(
        self, record: Claim, issuer: str, written: Written, time: int, view: View, context: Context
    ) -> FollowUp | None:
        case = case_by_no(record.case_no, view)
        if case is None:
            return None
        asking = _asking(against(issuer, case), case, written, time, context)
        return _follow(self._detector.claim(record, asking, Sight(view, context)))

    def rows(self, record: Claim, placed: Placed, context: Context) -> list[Row]:
        return _asked_rows(record, CLAIM if record.again else LOOK, placed)


def against(issuer: str, case: CaseRow) -> str:
    """Whose asking an entry shows: its issuer's; of an applicant's own word, that of who took the case in."""
    return case.opened_by if issuer == SERVICE else issuer


def _asked_rows(record: Request | Claim, source: str, placed: Placed) -> list[Row]:
    row = (
        record.case_no,
        placed.index,
        placed.entry.id,
        placed.entry.issuer,
        source,
        record.channel,
        record.requirement,
        record.type,
        placed.entry.time,
    )
    return [(askings, row), (case_entries, (record.case_no, placed.index))]
