# SPDX-License-Identifier: Apache-2.0
"""Re-asks by brute force: the log read from its first entry, every record opened, the solver asked anew.

It knows no table, no look-up and none of the detector's rules: of each asking it builds the state that the
log had then, asks `decide` for the requirement, and compares what it would have relied on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from attest.days import day_of
from attest.materials.repository import about_key
from attest.private import open_private
from attest.recognition.model import Candidate, Facts
from attest.recognition.rules import decide
from attest.statements import Envelope
from ledger.errors import CommandRejected
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from attest.catalogue.model import Requirement
    from tests.attest_parts import Meaning

Told = tuple[bytes, str, str | None, str | None]
"""Id of the asking, finding, requirement, type."""


@dataclass
class Replay:
    """What the log has told so far."""

    ledger: Meaning
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    relied: set[tuple[str, str]] = field(default_factory=set)
    told: dict[Told, str] = field(default_factory=dict)
    """Re-asks, each with its case."""

    def run(self) -> None:
        log, context = self.ledger.log.store, self.ledger.context
        for index, leaf in enumerate(log.leaves(0, log.head().size)):
            entry = Envelope.parse(leaf).entry
            if entry.private is None:
                continue
            record = open_private(index, log, context.sealer)[1]
            match entry.kind:
                case "case.opened":
                    self.cases[record["case"]], self.opened[record["case"]] = record, entry.time
                case "material.accepted":
                    if "submitted" not in record:
                        self.receipt(entry.id, record, entry.time)
                    self.candidates[entry.id.hex()] = self.candidate(
                        entry.id, index, leaf_hash(leaf), record, entry.time
                    )
                case "acceptance.retracted":
                    fallen = (entry.issuer, entry.time, record["reason"])
                    id_ = record["acceptance"]["id"]
                    self.candidates[id_] = replace(self.candidates[id_], retracted=fallen)
                case "material.relied":
                    self.relied.add((record["case"], record["requirement"]))
                case "material.requested":
                    self.asked(entry.id, record, entry.time, own=True)
                case "material.claimed":
                    relied = (record["case"], record["requirement"]) in self.relied
                    if not relied and record.get("again") != "no":
                        self.asked(entry.id, record, entry.time, own=False)

    def candidate(self, id_: bytes, index: int, leaf: bytes, record: dict[str, Any], time: int) -> Candidate:
        about = record.get("about")
        keyed = about_key((about["kind"], about["id"]), self.ledger.context) if about else None
        return Candidate(
            acceptance=id_,
            index=index,
            leaf_hash=leaf,
            type=record["type"],
            issuer=record["issuer"],
            authority=record["authority"],
            received_by=None,
            accepted_at=time,
            issued=_day(record.get("issued")),
            valid_until=_day(record.get("valid_until")),
            assurance=record["assurance"],
            parties=tuple((one["role"], bytes.fromhex(one["holder"])) for one in record["parties"]),
            about=keyed,
            case_no=record["case"],
        )

    def requirements(self, case: dict[str, Any]) -> list[Requirement]:
        item, _ = self.ledger.catalogue.item(case["item"], case["version"], self.ledger.log.store)
        answers = case["answers"]
        return [
            one
            for one in item.requirements
            if all(answers[question] in options for question, options in one.when.items())
        ]

    def grounds(
        self, one: Requirement, case: dict[str, Any], known: list[Candidate], time: int
    ) -> list[Candidate] | None:
        """What the solver would have relied on, or None where it would not have recognised."""
        parties: dict[str, tuple[bytes, ...]] = {}
        for party in case["parties"]:
            held = parties.get(party["role"], ())
            parties[party["role"]] = (*held, bytes.fromhex(party["holder"]))
        about = (case["about"]["kind"], case["about"]["id"])
        keyed = (about[0], about_key(about, self.ledger.context))
        applied = day_of(self.opened[case["case"]])
        facts = Facts(case["case"], case["item"], parties, keyed, day_of(time), applied=applied)
        of_parties = {holder for held in parties.values() for holder in held}
        theirs = [c for c in known if any(holder in of_parties for _, holder in c.parties)]
        types = self.ledger.catalogue.types(self.ledger.log.store)
        result = decide([one], theirs, facts, types, time).results[0]
        return list(result.used) if result.verdict == "recognised" else None

    def receipt(self, id_: bytes, record: dict[str, Any], time: int) -> None:
        """In vain if every requirement that names the type, of a party whose paper it is, was met before."""
        case = self.cases[record["case"]]
        owners = {bytes.fromhex(one["holder"]) for one in record["parties"]}
        if not owners & {bytes.fromhex(one["holder"]) for one in case["parties"]}:
            return
        known = [
            one
            for one in self.candidates.values()
            if one.type != record["type"] or one.case_no != record["case"]
        ]
        naming = [one for one in self.requirements(case) if record["type"] in one.types]
        grounds = [self.grounds(one, case, known, time) for one in naming]
        if naming and all(found for found in grounds):
            self.tell((id_, "recognisable", naming[0].code, record["type"]), record["case"])

    def asked(self, id_: bytes, record: dict[str, Any], time: int, *, own: bool) -> None:
        case = self.cases[record["case"]]
        one = next((r for r in self.requirements(case) if r.code == record.get("requirement")), None)
        if one is None or record.get("type", next(iter(one.types))) not in one.types:
            self.told[id_, "outside_list", record.get("requirement"), record.get("type")] = record["case"]
            return
        found = self.grounds(one, case, list(self.candidates.values()), time)
        if found and (own or any(ground.case_no != record["case"] for ground in found)):
            self.tell((id_, "recognisable", one.code, found[0].type), record["case"])

    def tell(self, told: Told, case_no: str) -> None:
        """Once for a paper and case; in this year nobody has two papers of one type."""
        if not any((one[1], one[3], case) == (told[1], told[3], case_no) for one, case in self.told.items()):
            self.told[told] = case_no


def brute_force(ledger: Meaning) -> set[Told]:
    """All re-asks of the log."""
    replay = Replay(ledger)
    try:
        replay.run()
    except CommandRejected as error:  # a guide that is not there is a fault of the year, not an answer
        raise AssertionError(error.code) from error
    return set(replay.told)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
