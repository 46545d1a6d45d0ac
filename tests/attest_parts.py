# SPDX-License-Identifier: Apache-2.0
"""A ledger of meaning in one process: real log, real keys, the demo's guides, holders and a case."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from api.founding import FoundingEntry
from attest import tables
from attest.acts import Act, Custodial, Draft, External, Written, draft, read_signed
from attest.cases.commands import OpenCase
from attest.cases.model import Opening
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.repository import Catalogue, latest_version
from attest.codes import case_number
from attest.context import Context
from attest.days import day_of
from attest.holders.commands import NameHolderCommand
from attest.materials.commands import Accept, Retract
from attest.materials.model import Acceptance, Citation, Document, Retraction
from attest.materials.repository import acceptance_by_id
from attest.recognition.check import Answer, Check, Question
from attest.recognition.commands import Reliance, Rely
from attest.registry.commands import AddKey, RegisterDepartment
from attest.registry.model import GOVERNANCE, Department, KeyAdded
from attest.statements import Envelope, sign_entry
from ledger.commands import Command, Decision, RequestKey, View
from ledger.errors import CommandRejected
from ledger.hashing import sha256
from ledger.startup import initialise
from ledger.writer import Writer
from tests.attest_context import a_context, a_founding, a_key
from tests.builders import Log, a_mark, a_store
from tests.policy_parts import a_document

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.recognition.model import Presented
    from attest.statements import Signer

RecordT = TypeVar("RecordT")
AnswerT = TypeVar("AnswerT")

DEMO = Path(__file__).resolve().parents[1] / "api" / "demo"
DIVISION = "990101"
SHOP = ("real_estate_unit", "990101001001GB00017F00010117")
FLAT = ("real_estate_unit", "990101002003GB00042F00031502")
NOW = 1_800_000_000
TODAY = datetime.fromtimestamp(NOW, UTC).date()
GUIDES = ("SC-002", "XF-001", "YC-004", "ZR-007")
"""Items that the sample papers serve."""
OWN_KEY = "WJ"
"""The one department that keeps its key itself."""


def demo(name: str) -> Any:
    """A JSON file of the demo."""
    return json.loads((DEMO / name).read_bytes())


class _Holding:
    """A command that adds nothing and keeps the writer busy until it is told that it is enough."""

    entry_id: bytes | None = None
    request: RequestKey | None = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.enough = threading.Event()

    def decide(self, view: View) -> Decision[None]:
        self.begun.set()
        self.enough.wait()
        return Decision()


@dataclass
class Meaning:
    """A ledger with what a counter needs: call it as a department would act."""

    log: Log
    context: Context
    catalogue: Catalogue
    clock: list[int]
    holders: dict[str, bytes] = field(default_factory=dict)
    cases: int = 0

    def close(self) -> None:
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def size(self) -> int:
        return self.log.store.head().size

    def submit(self, command: Command[AnswerT]) -> AnswerT:
        """The answer of a command that is new."""
        outcome = self.log.writer.submit_wait(command)
        assert outcome.answer is not None
        return outcome.answer

    def act(
        self, act: Act[RecordT], record: RecordT, issuer: str, *, attached: Collection[bytes] = ()
    ) -> Written:
        """Have the service sign an act for a department and the log take it."""
        return self.submit(Custodial(act, record, issuer, self.context, attached=list(attached)))

    def refusal(
        self, act: Act[RecordT], record: RecordT, issuer: str, *, attached: Collection[bytes] = ()
    ) -> str:
        """The code with which a custodial act is refused; nothing was written."""
        return self.refused(Custodial(act, record, issuer, self.context, attached=list(attached)))

    def refused(self, command: Command[AnswerT]) -> str:
        """The code with which a command is refused; nothing was written."""
        before = self.size
        try:
            self.log.writer.submit_wait(command)
        except CommandRejected as rejected:
            assert self.size == before
            return rejected.code
        raise AssertionError("it was not refused")

    def together(self, *commands: Command[Any]) -> list[Any]:
        """What became of commands that wait at the same time, in order: an outcome or a code of refusal."""
        results: list[Any] = [None] * len(commands)
        holding = _Holding()

        def wait(number: int) -> None:
            try:
                results[number] = self.log.writer.submit_wait(commands[number])
            except CommandRejected as rejected:
                results[number] = rejected.code

        threads = [threading.Thread(target=self.log.writer.submit_wait, args=(holding,))]
        threads[0].start()
        holding.begun.wait()
        for number in range(len(commands)):
            threads.append(threading.Thread(target=wait, args=(number,)))
            threads[-1].start()
            while len(self.log.writer._queue) <= number:
                time.sleep(0.001)
        holding.enough.set()
        for thread in threads:
            thread.join()
        return results

    def prepared(self, act: Act[RecordT], record: RecordT, issuer: str, at: int | None = None) -> Draft:
        """What `:prepare` answers: the entry that a department will sign itself."""
        return draft(act, record, issuer, self.clock[0] if at is None else at, self.context)

    def external(
        self,
        act: Act[RecordT],
        made: Draft,
        signer: Signer,
        issuer: str | None = None,
        *,
        request: RequestKey | None = None,
        attached: Collection[bytes] = (),
    ) -> External[RecordT]:
        """The command of a submission signed by the department's own key."""
        envelope = Envelope.parse(sign_entry(made.entry, signer).canonical())
        signed = read_signed(
            act, envelope, made.salt, dict(made.record), issuer or made.entry.issuer, self.context
        )
        return External(act, signed, self.context, request, list(attached))

    # what departments do, with one default each

    def name(self, department: str, key: str) -> bytes:
        """Name a person or firm of the demo; the holder's id."""
        one = next(one for one in demo("people.json") if one["key"] == key)
        command = NameHolderCommand(department, one["id_type"], one["number"], one["name"], self.context)
        _, self.holders[key] = self.submit(command)
        return self.holders[key]

    def opening(self, item: str, answers: dict[str, str], parties: dict[str, str], **more: Any) -> Opening:
        """The record of a new case: `parties` is role → person."""
        self.cases += 1
        latest = latest_version("item", item, self.log.store)
        assert latest is not None
        values: dict[str, Any] = {
            "case_no": case_number(DIVISION, day_of(self.clock[0]), self.cases),
            "salt": self.context.random(32),
            "item": item,
            "version": latest.version,
            "document": latest.digest,
            "authority": latest.department,
            "channel": "window",
            "parties": tuple((role, self.holders[person]) for role, person in parties.items()),
            "answers": tuple(sorted(answers.items())),
            "about": SHOP,
        }
        return Opening(**{**values, **more})

    def open(self, item: str, answers: dict[str, str], parties: dict[str, str], **more: Any) -> str:
        """Open a case at its authority; the case number."""
        opening = self.opening(item, answers, parties, **more)
        self.act(OpenCase(self.catalogue), opening, opening.authority)
        return opening.case_no

    def fire_case(self) -> str:
        """The eatery applies to XF for the fire check."""
        return self.open("XF-001", {"procedure": "promise"}, {"applicant": "eatery", "operator": "chen"})

    def food_case(self) -> str:
        """The eatery applies to SC for its food licence."""
        answers = {"prepacked": "no", "catering": "no", "applicant": "self"}
        return self.open("SC-002", answers, {"applicant": "eatery", "operator": "chen"})

    def tobacco_case(self) -> str:
        """The eatery applies to YC for its tobacco licence, in leased premises."""
        answers = {"premises": "leased", "residence": "local", "applicant": "self"}
        return self.open("YC-004", answers, {"applicant": "eatery", "operator": "chen"})

    def flat_case(self) -> str:
        """Zhou buys he's flat; the transfer is registered at ZR."""
        answers = {"ownership": "sole", "mortgaged": "no", "applicant": "self"}
        parties = {"applicant": "zhou", "seller": "he", "buyer": "zhou"}
        return self.open("ZR-007", answers, parties, about=FLAT)

    def acceptance(self, case_no: str, file: str, authority: str, **more: Any) -> Acceptance:
        """The record that accepts a paper of the demo, kept by the department."""
        one = next(one for one in demo("documents.json") if one["file"] == file)
        about = one["about"] if one["about"] and one["about"]["kind"] != "contract" else None
        values: dict[str, Any] = {
            "case_no": case_no,
            "case_salt": self.context.random(32),
            "authority": authority,
            "type": one["type"],
            "document": Document(
                bytes.fromhex(one["sha256"]), self.context.random(32), one["size"], one["media"], "department"
            ),
            "issuer": one["issuer"],
            "number": one["number"],
            "issued": _day(one["issued"]),
            "valid_from": None,
            "valid_until": _day(one["valid_until"]),
            "parties": tuple((party["role"], self.holders[party["holder"]]) for party in one["parties"]),
            "about": (about["kind"], about["id"]) if about else None,
            "assurance": "original",
            "checked_by": None,
        }
        return Acceptance(**{**values, **more})

    def accept(self, case_no: str, file: str, authority: str, **more: Any) -> Written:
        """Accept a paper of the demo."""
        return self.act(Accept(self.catalogue), self.acceptance(case_no, file, authority, **more), authority)

    def cite(self, written: Written) -> Citation:
        """A citation of an entry."""
        return Citation(written.id, written.index, written.leaf_hash, self.context.random(32))

    def retraction(self, accepted: Written, **more: Any) -> Retraction:
        """The record that takes an acceptance back."""
        row = acceptance_by_id(accepted.id, self.log.store)
        assert row is not None
        values: dict[str, Any] = {
            "acceptance": self.cite(accepted),
            "case_no": row.case_no,
            "case_salt": self.context.random(32),
            "reason": "checked_wrongly",
            "text": None,
        }
        return Retraction(**{**values, **more})

    def retract(self, accepted: Written, department: str) -> Written:
        """Take an acceptance back."""
        return self.act(Retract(), self.retraction(accepted), department)

    def reliance(self, case_no: str, requirement: str, accepted: Written, item: str, **more: Any) -> Reliance:
        """The record of relying on an acceptance."""
        latest = latest_version("item", item, self.log.store)
        assert latest is not None
        values: dict[str, Any] = {
            "authority": latest.department,
            "case_no": case_no,
            "case_salt": self.context.random(32),
            "requirement": requirement,
            "acceptance": self.cite(accepted),
            "ground": "recognition",
            "guide": latest.digest,
            "policy": self.catalogue.policy(latest.department, day_of(self.clock[0]), self.log.store).digest,
        }
        return Reliance(**{**values, **more})

    def rely(self, case_no: str, requirement: str, accepted: Written, item: str, department: str) -> Written:
        """Rely on an acceptance."""
        record = self.reliance(case_no, requirement, accepted, item)
        return self.act(Rely(self.catalogue), record, department)

    def publish_policy(
        self, authority: str, otherwise: dict[str, Any], version: int = 1, **more: Any
    ) -> Written:
        """Publish a department's policy of these terms for everything."""
        said = {"authority": authority, "version": version, "otherwise": otherwise, **more}
        body = json.dumps(a_document(**said), ensure_ascii=False).encode()
        record = Publication("policy", authority, version, sha256(body))
        return self.act(Publish(), record, authority, attached=[body])

    def question(
        self,
        department: str,
        case_no: str | None,
        *requirements: str,
        purpose: str | None = "application",
        shown: Collection[Presented] = (),
    ) -> Check:
        """The command of a look-up."""
        asked = Question(department, "key1", case_no, purpose, requirements or None, tuple(shown))
        return Check(asked, self.catalogue, self.context)

    def ask(
        self,
        department: str,
        case_no: str | None,
        *requirements: str,
        purpose: str | None = "application",
        shown: Collection[Presented] = (),
    ) -> Answer:
        """Look up what a case still needs."""
        return self.submit(self.question(department, case_no, *requirements, purpose=purpose, shown=shown))

    def verdict(
        self, department: str, case_no: str, requirement: str, *, shown: Collection[Presented] = ()
    ) -> tuple[str, str]:
        """Verdict and reason of one requirement."""
        answer = self.ask(department, case_no, requirement, shown=shown)
        assert answer.judged is not None
        result = answer.judged.decision.results[0]
        return result.verdict, result.reason


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def a_bare_ledger(folder: Path, now: int = NOW) -> Meaning:
    """A ledger without departments, founded at `now` (Unix seconds)."""
    codes = [one["code"] for one in demo("catalogue/departments.json")["departments"]]
    clock = [now]
    store, mark = a_store(folder), a_mark(folder)
    store.create(tables.metadata)
    initialise(store, mark)
    writer = Writer(store, mark, lambda: clock[0])
    writer.start()
    made = Meaning(
        Log(store, mark, writer), a_context(*(code for code in codes if code != OWN_KEY)), Catalogue(), clock
    )
    made.submit(FoundingEntry(a_founding(), made.context))
    return made


def a_ledger(folder: Path, now: int = NOW) -> Meaning:
    """Founded, with the demo's departments, keys, material types, guides of the sample papers and people."""
    made = a_bare_ledger(folder, now)
    for one in demo("catalogue/departments.json")["departments"]:
        code = one["code"]
        text = json.dumps(one["name"], ensure_ascii=False).encode()
        record = Department(code, one["level"], sha256(text))
        made.act(RegisterDepartment(), record, GOVERNANCE, attached=[text])
        custody = "department" if code == OWN_KEY else "service"
        made.act(AddKey(), KeyAdded(code, a_key(code).address, custody), GOVERNANCE)
    types = (DEMO / "catalogue" / "types.json").read_bytes()
    made.act(Publish(), Publication("types", "types", 1, sha256(types)), GOVERNANCE, attached=[types])
    for code in GUIDES:
        body = (DEMO / "catalogue" / "items" / f"{code}.json").read_bytes()
        item = json.loads(body)
        record_ = Publication("item", item["code"], item["version"], sha256(body))
        made.act(Publish(), record_, item["authority"], attached=[body])
    for person in demo("people.json"):
        made.name("SC", person["key"])
    return made
