# SPDX-License-Identifier: Apache-2.0
"""The question and the answer as they go over the wire (docs/reference/data-check.md). Pure; no I/O.

Question: {"v": 1, "kind": "once.data_check", "log", "id", "time", "by", "case", "purpose", "type", "issuer",
"number", "role", "holder": {"id", "id_type", "number"}, "about"?}
Answer: {"v": 1, "id", "outcome", "statement"?: {"entry", "key", "sig", "private": {"salt", "record"}}}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.acts import read_signed
from attest.data_checks.commands import Confirm, Deny
from attest.data_checks.model import NOT_VALID, OUTCOMES, VALID, Need, Question
from attest.data_checks.rules import same_number
from attest.errors import AttestError, CommitmentError, StatementError
from attest.fields import CODE, DEPARTMENT, FieldError, Fields
from attest.holders.model import ID_TYPES
from attest.parties import read_about, write_about
from attest.statements import Envelope
from ledger.canonical import dump, read_json
from ledger.errors import FormatError, SignatureError

if TYPE_CHECKING:
    from attest.acts import Signed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json

VERSION: Final = 1
KIND: Final = "once.data_check"
MOST_QUESTION: Final = 8 * 1024
MOST_ANSWER: Final = 64 * 1024
"""Bytes of an answer: more is not read."""
_DEPTH: Final = 12


class AnswerError(ValueError):
    """What came is no answer to the question; the text says which rule, and nothing of what came."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An issuer's answer; `signed` is its statement where the outcome is valid or not_valid."""

    outcome: str
    act: Confirm | Deny | None = None
    signed: Signed[Any] | None = None


def write_question(question: Question) -> bytes:
    """The body of the request, canonical JSON."""
    need = question.need
    document: dict[str, Json] = {
        "v": VERSION,
        "kind": KIND,
        "log": question.log.hex(),
        "id": question.id.hex(),
        "time": question.time,
        "by": question.by,
        "case": question.case_no,
        "purpose": question.purpose,
        "type": need.type,
        "issuer": need.issuer,
        "number": question.number,
        "role": need.role,
        "holder": {
            "id": need.holder.hex(),
            "id_type": question.id_type,
            "number": question.id_number,
        },
    }
    if need.about is not None:
        document["about"] = write_about(need.about)
    return dump(document)


def read_question(octets: bytes) -> Question:
    """The question that an issuer was sent, read strictly (AnswerError)."""
    try:
        fields = Fields(read_json(octets, max_bytes=MOST_QUESTION, max_depth=_DEPTH))
        if (fields.integer("v"), fields.text("kind", 64)) != (VERSION, KIND):
            raise AnswerError("another kind or version of question")
        holder = fields.fields("holder")
        need = Need(
            fields.text("type", 64, CODE),
            fields.text("issuer", 32, DEPARTMENT),
            fields.text("role", 32, CODE),
            holder.octets("id", 16),
            read_about(fields),
        )
        question = Question(
            id=fields.octets("id", 16),
            log=fields.octets("log", 32),
            time=fields.integer("time"),
            by=fields.text("by", 32, DEPARTMENT),
            case_no=fields.text("case", 50),
            purpose=fields.text("purpose", 200),
            need=need,
            number=fields.text("number", 64),
            id_type=holder.choice("id_type", ID_TYPES),
            id_number=holder.text("number", 32),
        )
        holder.done()
        fields.done()
    except (FieldError, FormatError) as error:
        raise AnswerError("the question is malformed") from error
    return question


def read_answer(octets: bytes, question: Question, catalogue: Catalogue, context: Context) -> Answered:
    """An answer to this very question, its signature checked (AnswerError); whose key it is, the log says."""
    try:
        fields = Fields(read_json(octets, max_bytes=MOST_ANSWER, max_depth=_DEPTH))
        if fields.integer("v") != VERSION:
            raise AnswerError("another version of answer")
        if fields.octets("id", 16) != question.id:
            raise AnswerError("the answer to another question")
        outcome = fields.choice("outcome", OUTCOMES)
        if outcome not in (VALID, NOT_VALID):
            fields.done()
            return Answered(outcome)
        act = Confirm(catalogue) if outcome == VALID else Deny(catalogue)
        signed = _statement(fields.fields("statement"), act, question.need.issuer, context)
        fields.done()
    except (AttestError, CommitmentError, FieldError, FormatError, SignatureError) as error:
        raise AnswerError("the answer is malformed, or its signature is not its key's") from error
    _require_same(signed.record, question)
    return Answered(outcome, act, signed)


def _statement(fields: Fields, act: Confirm | Deny, issuer: str, context: Context) -> Signed[Any]:
    private = fields.fields("private")
    salt, plain = private.octets("salt", 32), private.raw("record")
    private.done()
    envelope = Envelope.of_members(fields.raw("entry"), fields.raw("key"), fields.raw("sig"))
    fields.done()
    if not isinstance(plain, dict):
        raise StatementError("a record is an object")
    if isinstance(act, Confirm):
        return read_signed(act, envelope, salt, plain, issuer, context)
    return read_signed(act, envelope, salt, plain, issuer, context)


def _require_same(record: Any, question: Question) -> None:
    """Refuse (AnswerError) a statement about another case, paper, holder or thing than was asked about."""
    need = question.need
    said = (record.case_no, record.type, record.issuer, record.parties)
    if said != (question.case_no, need.type, need.issuer, ((need.role, need.holder),)):
        raise AnswerError("the statement is not about what was asked")
    if record.number is None or same_number(record.number) != same_number(question.number):
        raise AnswerError("the statement is about another number")
    if need.about is not None and getattr(record, "about", need.about) != need.about:
        raise AnswerError("the statement is about another thing")


def write_answer(question: Question, outcome: str, statement: dict[str, Json] | None = None) -> bytes:
    """The body of an issuer's answer, canonical JSON."""
    document: dict[str, Json] = {"v": VERSION, "id": question.id.hex(), "outcome": outcome}
    if statement is not None:
        document["statement"] = statement
    return dump(document, max_depth=_DEPTH)
