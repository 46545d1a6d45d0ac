# SPDX-License-Identifier: Apache-2.0
"""Cases: open one; read its whole trace with proofs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import AUDITOR, DEPARTMENT
from api.oversight import is_auditor
from api.preconditions import tag_of
from api.proving.fallen import fallen_of
from api.reliance_words import legal_json
from api.requests import ThinResponse
from api.routes.availability import availability_of, offer_of
from api.routes.case_docs import ADD, ADD_PREPARE, OPEN, OPEN_PREPARE, TRACE
from api.thin import ThinRoute
from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.cases.joining import asked_step, people_as_in, thing_as_in, write_step
from attest.cases.model import CHANNELS, Addition, Opening
from attest.cases.repository import case_by_no, own_case
from attest.catalogue.situations import requirements_for
from attest.catalogue.things import things_asked, things_needed
from attest.codes import case_number
from attest.days import day_of
from attest.fields import CODE, ITEM, Fields
from attest.oversight.trace import case_trace
from attest.parties import MOST_PARTIES, asked_about, read_parties
from attest.recognition.commands import Rely
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.cases.joining import AskedStep
    from attest.catalogue.model import ServiceItem
    from attest.parties import About, Parties
    from ledger.canonical import Json

LOOKS = "usage."
"""How the kinds of entries begin that only record a look."""
DIVISION = slice(2, 8)
"""Where an item's 实施编码 holds the division, inside the authority's credit code (GB 32100)."""


class CaseRoutes:
    """`POST cases`, `cases:prepare`, `POST parties`, `parties:prepare`, `GET cases/{no}/trace`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = OpenCase(ledger.catalogue)
        self._add = AddParty(ledger.catalogue)

    def read(self, fields: Fields, department: str | None = None) -> Asked[Opening]:
        """A plain request to open a case, as its record.

        With a department it may take the people of another case that this department sees (`bundle.people`).
        What is prepared may not: it shows the record, and a look at a case has a purpose and an entry.
        """
        ledger = self._ledger
        code = fields.text("item", 50, ITEM)
        today = day_of(int(time.time()))
        standing = ledger.catalogue.in_force(code, today, ledger.store)
        if standing is None:
            raise CommandRejected("item.unknown")
        version = fields.integer("version", 1) if fields.has("version") else standing[1].version
        item, published = ledger.catalogue.item(code, version, ledger.store)
        given = fields.optional_text("case", 50)
        sequence = int.from_bytes(ledger.context.random(8), "big") % 1_000_000
        answers = fields.words("answers") if fields.has("answers") else {}
        asked = asked_step(
            fields, item, answers, ledger.catalogue, ledger.store, people=department is not None
        )
        opening = Opening(
            case_no=given or case_number(item.impl_code[DIVISION], today, sequence),
            salt=ledger.context.random(32),
            item=code,
            version=version,
            document=published.digest,
            authority=item.authority,
            channel=fields.choice("channel", CHANNELS),
            parties=self._parties(fields, asked, department),
            answers=tuple(sorted(answers.items())),
            about=asked_about(fields) or self._thing(item, asked, department),
            bundle=None if asked is None else asked.step,
        )
        _place_in(fields, opening, ledger)
        fields.done()
        return Asked(opening)

    def _parties(self, fields: Fields, asked: AskedStep | None, department: str | None) -> Parties:
        """Whom the request names, then whom it takes from another case in roles that it does not name."""
        if asked is None or asked.people is None or department is None:
            return read_parties(fields)
        named = read_parties(fields) if fields.has("parties") else ()
        ledger, taken = self._ledger, {role for role, _ in named}
        found = people_as_in(
            asked.people, asked.step, department, ledger.catalogue, ledger.store, ledger.context
        )
        parties = (*named, *((role, holder) for role, holder in found if role not in taken))
        if not 0 < len(parties) <= MOST_PARTIES:
            fields.fail("parties", f"one to {MOST_PARTIES}, with the people of the other case")
        return parties

    def _thing(self, item: ServiceItem, asked: AskedStep | None, department: str | None) -> About | None:
        """What the case is about that its people are taken from, where this item's papers are about such."""
        if asked is None or asked.people is None or department is None:
            return None
        ledger = self._ledger
        things = things_asked(item.requirements, ledger.catalogue.types(ledger.store))
        return thing_as_in(asked.people, asked.step, department, things, ledger.store, ledger.context)

    def _lacking(self, opening: Opening) -> dict[str, Json]:
        """The kind of thing that the case would have to name for some of its papers to count."""
        ledger = self._ledger
        item = ledger.catalogue.item(opening.item, opening.version, ledger.store)[0]
        asked = requirements_for(item, dict(opening.answers))
        needed = things_needed(asked, ledger.catalogue.types(ledger.store))
        if not needed or (opening.about is not None and opening.about[0] in needed):
            return {}
        return {"thing_missing": min(needed)}

    async def open(self, request: ThinRequest) -> ThinResponse:
        """Open a case for the version of an item that is in force today, or the one named.

        The answer says whether the item is offered that way on the day; what came in is taken down all the
        same.
        """
        ledger = self._ledger
        places: list[str | None] = []

        def read(fields: Fields) -> Asked[Opening]:
            places.append(fields.optional_text("place", 64, CODE))
            return self.read(fields, request.department)

        outcome = await ledger.acting.submit(request, self._act, request.department, read)
        opening = self._act.parse(ledger.acting.record_of(outcome))
        index, day = ledger.acting.placed(outcome)[0], day_of(ledger.acting.entry_of(outcome).time)
        found = await run_in_threadpool(availability_of, opening.item, ledger, index)
        return ledger.acting.created(
            outcome,
            availability=offer_of(
                found, day, opening.channel, places[0] if places else None, request.language
            ),
            case=opening.case_no,
            item=opening.item,
            version=opening.version,
            document=opening.document.hex(),
            **_joined(opening),
            **self._lacking(opening),
        )

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to open this case."""
        return await self._ledger.acting.prepare(request, self._act, request.department, self.read)

    def read_parties(self, fields: Fields, department: str) -> Asked[Addition]:
        """A plain request to add parties to a case, as its record."""
        case = own_case(fields.text("case", 50), department, self._ledger.store)
        addition = Addition(case.case_no, self._ledger.context.random(32), read_parties(fields))
        fields.done()
        return Asked(addition)

    async def add(self, request: ThinRequest) -> ThinResponse:
        """Say who stands in a role that the case left empty."""
        department = request.department
        outcome = await self._ledger.acting.submit(
            request, self._add, department, lambda fields: self.read_parties(fields, department)
        )
        return self._ledger.acting.created(outcome)

    async def prepare_parties(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to add parties."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._add, department, lambda fields: self.read_parties(fields, department)
        )

    async def trace(self, request: ThinRequest) -> ThinResponse:
        """Every entry of the case in order, opened, each with its proof to one checkpoint."""
        ledger, case_no = self._ledger, request.params["no"]
        purpose = await ledger.oversight.purpose(request, "cases.trace", case_no)
        case = case_by_no(case_no, ledger.store)
        principal = request.principal
        allowed = case is not None and (
            is_auditor(principal) or principal.department in (case.authority, case.opened_by)
        )
        if not allowed:
            await ledger.oversight.refuse(request, "cases.trace", "case.unknown", case_no, purpose)
        read_at = await ledger.oversight.read(request, "cases.trace", case_no, purpose, 1)
        reader = None if is_auditor(principal) else principal.department
        trace = await run_in_threadpool(self._trace, case_no, reader)
        changed = max(one["index"] for one in trace["entries"] if not one["kind"].startswith(LOOKS))
        return ThinResponse.of(
            {"case": case_no, "read_at": read_at, "changed": changed, **trace},
            headers=((b"etag", tag_of(changed)),),
        )

    def _trace(self, case_no: str, reader: str | None) -> dict[str, Any]:
        """The trace; what a reliance rests on in law where the reader may open it; which papers fell."""
        ledger = self._ledger
        head = ledger.writer.acknowledged
        trace = case_trace(case_no, ledger.store, ledger.context, ledger.receipts, head, reader=reader)
        for one in trace["entries"]:
            if one["kind"] == Rely.kind and one["record"] is not None:
                reliance = Rely(ledger.catalogue).parse(Fields(one["record"], "/record"))
                one["legal"] = legal_json(reliance, one["index"], ledger)
        named = ((one["index"], one["kind"], bytes.fromhex(one["id"])) for one in trace["entries"])
        return {**trace, "fallen": [one.json() for one in fallen_of(named, head, ledger.store)]}

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/cases",
                self.open,
                OPEN,
                scopes=frozenset({DEPARTMENT}),
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/cases:prepare",
                self.prepare,
                OPEN_PREPARE,
                scopes=frozenset({DEPARTMENT}),
            ),
            ThinRoute("POST", "/api/v1/parties", self.add, ADD, scopes=frozenset({DEPARTMENT}), write=True),
            ThinRoute(
                "POST",
                "/api/v1/parties:prepare",
                self.prepare_parties,
                ADD_PREPARE,
                scopes=frozenset({DEPARTMENT}),
            ),
            ThinRoute(
                "GET",
                "/api/v1/cases/{no}/trace",
                self.trace,
                TRACE,
                scopes=frozenset({DEPARTMENT, AUDITOR}),
            ),
        ]


def _joined(opening: Opening) -> dict[str, Json]:
    """Of a step of a bundle: which, and the case that began the application."""
    step = opening.bundle
    if step is None:
        return {}
    return {"bundle": {**write_step(step), "with": step.first or opening.case_no}}


def _place_in(fields: Fields, opening: Opening, ledger: Ledger) -> None:
    """Refuse (FieldError) a `place` that its authority does not name for the channel; it is not recorded."""
    place = fields.optional_text("place", 64, CODE)
    if place is None:
        return
    found = availability_of(opening.item, ledger)
    known = () if found is None else found[0].places
    if not any((one.code, one.channel) == (place, opening.channel) for one in known):
        fields.fail("place", "a place of this channel, by the published availability")
