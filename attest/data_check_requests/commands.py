# SPDX-License-Identifier: Apache-2.0
"""`data.check.requested` (the service signs it for the holder) and `data.check.answered`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.acts import Act
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.data_check_requests.model import (
    DECLINED,
    NOT_UPHELD,
    OUTCOMES,
    REASONS,
    UPHELD,
    DataCheckAnswer,
    DataCheckRequest,
)
from attest.data_check_requests.repository import request_by_id, requests_on
from attest.days import day_of
from attest.fields import DEPARTMENT, Fields
from attest.holders.repository import ids_of
from attest.materials.repository import (
    RETRACTIONS_FACT,
    acceptance_by_id,
    acceptance_fact,
    cited_acceptance,
    retraction_of,
)
from attest.reading import Prepared
from attest.registry.model import SERVICE
from attest.tables import (
    acceptance_parties,
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
    from ledger.canonical import Json
    from ledger.commands import Row, View

_PARTY: Final = Prepared(
    select(acceptance_parties.c.role).where(
        acceptance_parties.c.acceptance == bindparam("acceptance"),
        acceptance_parties.c.holder == bindparam("holder"),
    )
)


def request_fact(request: bytes) -> bytes:
    """Name of the fact "how this request stands", for the writer's batches."""
    return b"data_check/" + request


class RequestDataCheck(Act[DataCheckRequest]):
    """A party of a material says that something is wrong with it; until the answer nobody relies on it."""

    kind = "data.check.requested"
    public = False

    def parse(self, fields: Fields) -> DataCheckRequest:
        request = DataCheckRequest(
            read_citation(fields, "acceptance"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("authority", 32, DEPARTMENT),
            fields.text("accepted_by", 32, DEPARTMENT),
            fields.octets("holder", 16),
            fields.choice("reason", REASONS),
            fields.optional_text("text", 500),
            _day(fields, "due"),
        )
        fields.done()
        return request

    def record(self, record: DataCheckRequest) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "acceptance": write_citation(record.acceptance),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "authority": record.authority,
            "accepted_by": record.accepted_by,
            "holder": record.holder.hex(),
            "reason": record.reason,
            "due": record.due.isoformat(),
        }
        if record.text is not None:
            plain["text"] = record.text
        return plain

    def body(self, record: DataCheckRequest) -> dict[str, Json]:
        return {
            "authority": record.authority,
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
            "due": record.due.isoformat(),
            "reason": record.reason,
        }

    def facts(self, record: DataCheckRequest) -> tuple[Collection[bytes], Collection[bytes]]:
        name = acceptance_fact(record.acceptance.id)
        return (name,), (name, RETRACTIONS_FACT)

    def check(self, record: DataCheckRequest, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what holders ask")
        accepted = cited_acceptance(record.acceptance, view)
        if accepted is None or not any(
            _PARTY.rows(view, acceptance=accepted.id, holder=one) for one in ids_of(record.holder, view)
        ):
            raise CommandRejected("acceptance.unknown", "no such acceptance of this holder")
        said = (record.authority, record.accepted_by, record.case_no)
        if said != (accepted.authority, accepted.accepted_by, accepted.case_no):
            raise CommandRejected("statement.mismatch", "the acceptance says otherwise")
        if accepted.fallen is not None:
            raise CommandRejected("data_check.fallen", "it counts no more", at=accepted.fallen[1])
        if record.due <= day_of(view.now):
            raise CommandRejected("field.invalid", "the day to answer has come already")
        own = [one for one in requests_on(accepted.id, view) if one.holder == record.holder]
        if any(one.answer is None for one in own):
            raise CommandRejected("data_check.open", "this holder waits for an answer already")
        if any(one.reason == record.reason for one in own):
            raise CommandRejected("data_check.repeated", "this was asked and answered")

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
                ),
            ),
            (data_check_ids, (request, accepted, placed.index, placed.leaf_hash)),
            *(
                (data_check_owners, (department, placed.index, request))
                for department in sorted({record.authority, record.accepted_by})
            ),
            (case_entries, (record.case_no, placed.index)),
        ]


class AnswerDataCheck(Act[DataCheckAnswer]):
    """The department answers. Upheld means that the acceptance was retracted: a word needs its deed."""

    kind = "data.check.answered"
    public = False

    def parse(self, fields: Fields) -> DataCheckAnswer:
        outcome = fields.choice("outcome", OUTCOMES)
        answer = DataCheckAnswer(
            read_citation(fields, "request"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            outcome,
            fields.choice("reason", DECLINED) if outcome == NOT_UPHELD else None,
            fields.optional_text("text", 500),
            fields.integer("retraction") if outcome == UPHELD else None,
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
        accepted = acceptance_by_id(request.acceptance, view) if request is not None else None
        if request is None or accepted is None or issuer not in (accepted.accepted_by, accepted.authority):
            raise CommandRejected("data_check.unknown", "no such request to this department")
        place = (record.request.index, record.request.leaf, record.case_no)
        if place != (request.index, request.leaf, accepted.case_no):
            raise CommandRejected("statement.mismatch", "the request stands elsewhere")
        if request.answer is not None:
            raise CommandRejected("data_check.answered", "answered already", at=request.answer.time)
        if record.retraction is not None and record.retraction != retraction_of(accepted.id, view):
            raise CommandRejected("data_check.not_retracted", "retract the acceptance first")
        if record.reason == "record_correct" and retraction_of(accepted.id, view) is not None:
            raise CommandRejected("data_check.retracted", "a record that was taken back is not correct")

    def rows(self, record: DataCheckAnswer, placed: Placed, context: Context) -> list[Row]:
        entry = placed.entry
        row = (record.request.id, placed.index, entry.issuer, record.outcome, record.reason, entry.time)
        return [(data_check_answers, row), (case_entries, (record.case_no, placed.index))]


def _day(fields: Fields, name: str) -> date:
    day = fields.optional_day(name)
    if day is None:
        fields.fail(name, "a day YYYY-MM-DD")
    return day
