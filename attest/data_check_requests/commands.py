# SPDX-License-Identifier: Apache-2.0
"""`data.check.requested`, `….answered` and `….withdrawn`; the service signs first and last for the holder.

A dispute is of a material, which nobody relies on until the answer, or of one use of it, which stops nothing
elsewhere: its reason says which.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.repository import case_by_no
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.data_check_requests.model import (
    DECLINED,
    NOT_UPHELD,
    OUTCOMES,
    REASONS,
    UPHELD,
    USE_DECLINED,
    USE_REASONS,
    WITHDRAWN,
    DataCheckAnswer,
    DataCheckRequest,
    DataCheckWithdrawal,
)
from attest.data_check_requests.repository import made_since, request_by_id, requests_on, uses_withdrawn
from attest.data_check_requests.rules import state_of
from attest.days import day_of, first_second
from attest.fields import DEPARTMENT, Fields
from attest.materials.repository import (
    RETRACTIONS_FACT,
    acceptance_fact,
    cited_acceptance,
    is_party,
    retraction_of,
)
from attest.recognition.repository import cited_reliance
from attest.registry.model import SERVICE
from attest.tables import (
    case_entries,
    data_check_answers,
    data_check_ids,
    data_check_owners,
    data_check_requests,
)
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from attest.acts import Placed
    from attest.context import Context
    from attest.data_check_requests.model import RequestRow
    from ledger.canonical import Json
    from ledger.commands import Row, View


_BY = {False: "accepted_by", True: "relied_by"}
"""What a record calls the department beside the authority: of a material's dispute, of a use's."""


def request_fact(request: bytes) -> bytes:
    """Name of the fact "how this request stands", for the writer's batches."""
    return b"data_check/" + request


class RequestDataCheck(Act[DataCheckRequest]):
    """A party of a material says that something is wrong with it, or with one use of it.

    `most`: how many one holder may make on a day of the place, withdrawn ones among them; None: any number.
    """

    kind = "data.check.requested"
    public = False

    def __init__(self, most: int | None = None) -> None:
        self._most = most

    def parse(self, fields: Fields) -> DataCheckRequest:
        of_use = fields.has("reliance")
        request = DataCheckRequest(
            read_citation(fields, "acceptance"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("authority", 32, DEPARTMENT),
            fields.text(_BY[of_use], 32, DEPARTMENT),
            fields.octets("holder", 16),
            fields.choice("reason", USE_REASONS if of_use else REASONS),
            fields.optional_text("text", 500),
            _day(fields, "due"),
            read_citation(fields, "reliance") if of_use else None,
        )
        fields.done()
        return request

    def record(self, record: DataCheckRequest) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "acceptance": write_citation(record.acceptance),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "authority": record.authority,
            _BY[record.reliance is not None]: record.by,
            "holder": record.holder.hex(),
            "reason": record.reason,
            "due": record.due.isoformat(),
        }
        if record.text is not None:
            plain["text"] = record.text
        if record.reliance is not None:
            plain["reliance"] = write_citation(record.reliance)
        return plain

    def body(self, record: DataCheckRequest) -> dict[str, Json]:
        body: dict[str, Json] = {
            "authority": record.authority,
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
            "due": record.due.isoformat(),
            "reason": record.reason,
        }
        if record.reliance is not None:
            body["use"] = cites(record.reliance)
        return body

    def facts(self, record: DataCheckRequest) -> tuple[Collection[bytes], Collection[bytes]]:
        name, made = acceptance_fact(record.acceptance.id), b"data_checks_of/" + record.holder
        return (name, made), (name, made, RETRACTIONS_FACT)

    def check(self, record: DataCheckRequest, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what holders ask")
        acceptance, reliance = record.acceptance.id, record.reliance.id if record.reliance else None
        said = (record.authority, record.by, record.case_no)
        if said != _answerable(record, view):
            raise CommandRejected("statement.mismatch", "the log says otherwise")
        if record.due <= day_of(view.now):
            raise CommandRejected("field.invalid", "the day to answer has come already")
        own = [
            one
            for one in requests_on(acceptance, view)
            if (one.holder, one.reliance) == (record.holder, reliance)
        ]
        waiting = next((one for one in own if one.answer is None), None)
        if waiting is not None:
            raise CommandRejected(
                "data_check.open", "this holder waits for an answer already", request=waiting.id
            )
        if any(one.reason == record.reason for one in own if state_of(one, record.due) != WITHDRAWN):
            raise CommandRejected("data_check.repeated", "this was asked and answered")
        today = day_of(view.now)
        if self._most is not None and made_since(record.holder, first_second(today), view) >= self._most:
            tomorrow = first_second(today + timedelta(days=1))
            raise CommandRejected("data_check.many", most=self._most, retry_at=tomorrow)

    def rows(self, record: DataCheckRequest, placed: Placed, context: Context) -> list[Row]:
        request, accepted = placed.entry.id, record.acceptance.id
        return [
            (
                data_check_requests,
                (
                    accepted,
                    placed.index,
                    request,
                    record.holder,
                    record.reason,
                    record.due.isoformat(),
                    placed.entry.time,
                    record.reliance.id if record.reliance else None,
                    record.case_no,
                    record.authority,
                    record.by,
                ),
            ),
            (data_check_ids, (request, accepted, placed.index, placed.leaf_hash)),
            *(
                (data_check_owners, (department, placed.index, request))
                for department in sorted({record.authority, record.by})
            ),
            (case_entries, (record.case_no, placed.index)),
        ]


class AnswerDataCheck(Act[DataCheckAnswer]):
    """The department answers. A material's dispute is upheld by a retraction: a word needs its deed.

    A use's is upheld by the answer itself, which takes the reliance back; to decline it takes words.
    """

    kind = "data.check.answered"
    public = False

    def parse(self, fields: Fields) -> DataCheckAnswer:
        outcome = fields.choice("outcome", OUTCOMES)
        answer = DataCheckAnswer(
            read_citation(fields, "request"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            outcome,
            fields.choice("reason", (*DECLINED, *USE_DECLINED)) if outcome == NOT_UPHELD else None,
            fields.optional_text("text", 500),
            fields.integer("retraction") if outcome == UPHELD and fields.has("retraction") else None,
        )
        fields.done()
        return answer

    def record(self, record: DataCheckAnswer) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "request": write_citation(record.request),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "outcome": record.outcome,
        }
        if record.reason is not None:
            plain["reason"] = record.reason
        if record.text is not None:
            plain["text"] = record.text
        if record.retraction is not None:
            plain["retraction"] = record.retraction
        return plain

    def body(self, record: DataCheckAnswer) -> dict[str, Json]:
        body: dict[str, Json] = {
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.request),
            "outcome": record.outcome,
        }
        if record.reason is not None:
            body["reason"] = record.reason
        return body

    def facts(self, record: DataCheckAnswer) -> tuple[Collection[bytes], Collection[bytes]]:
        name = request_fact(record.request.id)
        return (name, RETRACTIONS_FACT), (name, RETRACTIONS_FACT)

    def check(self, record: DataCheckAnswer, issuer: str, view: View, context: Context) -> None:
        request = request_by_id(record.request.id, view)
        if request is None or issuer not in (request.by, request.authority):
            raise CommandRejected("data_check.unknown", "no such request to this department")
        place = (record.request.index, record.request.leaf, record.case_no)
        if place != (request.index, request.leaf, request.case_no):
            raise CommandRejected("statement.mismatch", "the request stands elsewhere")
        require_open(request)
        if request.reliance is not None:
            _check_of_use(record)
            return
        retraction = retraction_of(request.acceptance, view)
        if record.reason in set(USE_DECLINED).difference(DECLINED):
            raise CommandRejected("field.invalid", "a reason of disputes of uses", path="/reason")
        if record.outcome == UPHELD and (retraction is None or record.retraction != retraction):
            raise CommandRejected("data_check.not_retracted", "retract the acceptance first")
        if record.reason == "record_correct" and retraction is not None:
            raise CommandRejected("data_check.retracted", "a record that was taken back is not correct")

    def rows(self, record: DataCheckAnswer, placed: Placed, context: Context) -> list[Row]:
        entry = placed.entry
        row = (record.request.id, placed.index, entry.issuer, record.outcome, record.reason, entry.time)
        return [(data_check_answers, row), (case_entries, (record.case_no, placed.index))]


class WithdrawDataCheck(Act[DataCheckWithdrawal]):
    """The holder takes an open dispute back, of either kind; its reason may be put forward anew."""

    kind = "data.check.withdrawn"
    public = False

    def parse(self, fields: Fields) -> DataCheckWithdrawal:
        withdrawal = DataCheckWithdrawal(
            read_citation(fields, "request"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.octets("holder", 16),
        )
        fields.done()
        return withdrawal

    def record(self, record: DataCheckWithdrawal) -> dict[str, Json]:
        return {
            "request": write_citation(record.request),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "holder": record.holder.hex(),
        }

    def body(self, record: DataCheckWithdrawal) -> dict[str, Json]:
        return {
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.request),
        }

    def facts(self, record: DataCheckWithdrawal) -> tuple[Collection[bytes], Collection[bytes]]:
        name = request_fact(record.request.id)
        return (name,), (name, RETRACTIONS_FACT)

    def check(self, record: DataCheckWithdrawal, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what holders ask")
        request = request_by_id(record.request.id, view)
        if request is None or request.holder != record.holder:
            raise CommandRejected("data_check.unknown", "no such request of this holder")
        place = (record.request.index, record.request.leaf, record.case_no)
        if place != (request.index, request.leaf, request.case_no):
            raise CommandRejected("statement.mismatch", "the request stands elsewhere")
        require_open(request)

    def rows(self, record: DataCheckWithdrawal, placed: Placed, context: Context) -> list[Row]:
        row = (record.request.id, placed.index, placed.entry.issuer, WITHDRAWN, None, placed.entry.time)
        return [(data_check_answers, row), (case_entries, (record.case_no, placed.index))]


def require_open(request: RequestRow) -> None:
    """CommandRejected for one that was answered or withdrawn."""
    if request.answer is not None:
        raise CommandRejected("data_check.answered", "answered already", at=request.answer.time)


def _answerable(record: DataCheckRequest, view: View) -> tuple[str, str, str]:
    """Authority, department and case of what is disputed, which has to stand and to be the holder's."""
    accepted = cited_acceptance(record.acceptance, view)
    if accepted is None or not is_party(record.holder, accepted.id, view):
        raise CommandRejected("acceptance.unknown", "no such acceptance of this holder")
    if record.reliance is None:
        if accepted.fallen is not None:
            raise CommandRejected("data_check.fallen", "it counts no more", at=accepted.fallen[1])
        return accepted.authority, accepted.accepted_by, accepted.case_no
    found = cited_reliance(record.reliance, view)
    case = case_by_no(found[1].case_no, view) if found is not None else None
    if found is None or case is None or found[0] != accepted.id:
        raise CommandRejected("data_check.use_unknown", "no such use of this acceptance")
    if found[1].id in uses_withdrawn(case.case_no, view):
        raise CommandRejected("data_check.use_fallen", "the use was taken back")
    return case.authority, found[1].department, case.case_no


def _check_of_use(record: DataCheckAnswer) -> None:
    """What an answer about a use may say: nothing of the material, and words where it declines."""
    if record.retraction is not None:
        raise CommandRejected("field.invalid", "a use is taken back by the answer", path="/retraction")
    if record.outcome == UPHELD:
        return
    if record.reason not in USE_DECLINED:
        raise CommandRejected("field.invalid", f"one of {', '.join(USE_DECLINED)}", path="/reason")
    if record.text is None:
        raise CommandRejected("data_check.words", "the holder is owed the grounds in words")


def _day(fields: Fields, name: str) -> date:
    day = fields.optional_day(name)
    if day is None:
        fields.fail(name, "a day YYYY-MM-DD")
    return day
