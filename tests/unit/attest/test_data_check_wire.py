# SPDX-License-Identifier: Apache-2.0
"""Data checks: what a question and an answer are, and that nothing else is one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo.issuer import Registered
from attest.data_checks.wire import AnswerError, read_answer, read_question, write_question
from ledger.canonical import dump
from tests.attest_parts import Meaning
from tests.data_check_parts import DENIED, KNOWN, a_checking_ledger, a_question, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THING: Final = ("real_estate_unit", "U")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    with a_checking_ledger(tmp_path) as made:
        yield made


def test_a_question_comes_back_as_it_was(ledger: Meaning) -> None:
    """What is written is read again, with and without a thing; anything more or less is no question."""
    question = a_question(ledger, "C-1")
    for one in (question, replace(question, need=question.need._replace(about=THING))):
        assert read_question(write_question(one)) == one
    document = json.loads(write_question(question))
    for change in ({"v": 2}, {"kind": "other"}, {"more": 1}, {"issuer": "sc"}, {"number": ""}, {"id": "ff"}):
        with pytest.raises(AnswerError):
            read_question(dump({**document, **change}))
    for octets in (b"", b"[]", b"{", b"null", b'{"v":1,"v":1}', b"\xff" * 9000):
        with pytest.raises(AnswerError):
            read_question(octets)


def test_no_match_and_several_are_said_without_a_statement(ledger: Meaning) -> None:
    """The holder's own number decides with the paper's: another's paper is unknown, two are several."""
    question = a_question(ledger, "C-1")
    read = [
        read_answer(said(ledger, question, *register), question, ledger.catalogue, ledger.context)
        for register in ((), (replace(KNOWN, id_number="x"),), (KNOWN, KNOWN))
    ]
    assert [one.outcome for one in read] == ["unknown", "unknown", "several"]
    assert all(one.signed is None for one in read)


def _with(octets: bytes, path: str, value: Any) -> bytes:
    document = json.loads(octets)
    inner = document
    *way, last = path.split("/")
    for name in way:
        inner = inner[name]
    inner[last] = value
    return dump(document, max_depth=12)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("id", "00" * 16),
        ("outcome", "maybe"),
        ("outcome", "not_valid"),
        ("outcome", "unknown"),
        ("more", 1),
        ("statement/private/record/number", "N-2"),
        ("statement/private/salt", "00" * 32),
        ("statement/entry/issuer", "GA"),
        ("statement/entry/log", "00" * 32),
        ("statement/entry/kind", "material.denied"),
        ("statement/sig", "11" * 65),
        ("statement/key", "11" * 20),
        ("statement", 1),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(ledger: Meaning, path: str, value: Any) -> None:
    """Another question's, another shape, a changed statement, a signature that is not its key's."""
    question = a_question(ledger, "C-1")
    octets = said(ledger, question, KNOWN)
    read_answer(octets, question, ledger.catalogue, ledger.context)
    with pytest.raises(AnswerError):
        read_answer(_with(octets, path, value), question, ledger.catalogue, ledger.context)


@pytest.mark.parametrize("register", [KNOWN, DENIED])
def test_a_true_statement_about_something_else_is_refused(ledger: Meaning, register: Registered) -> None:
    """Signed by the issuer, but about another case, number, holder, role or type than was asked about."""
    question = a_question(ledger, "C-1")
    others = [
        replace(question, case_no="C-2"),
        replace(question, need=question.need._replace(holder=ledger.holders["chen"])),
        replace(question, need=question.need._replace(role="operator")),
    ]
    for other in others:
        octets = said(ledger, other, register)
        with pytest.raises(AnswerError):
            read_answer(octets, question, ledger.catalogue, ledger.context)
    moved = replace(question, number="N-2")
    octets = said(ledger, moved, replace(register, number="N-2"))
    with pytest.raises(AnswerError):
        read_answer(octets, question, ledger.catalogue, ledger.context)


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"<html>", b'{"v":1}', b"\x00" * 100, b"x" * 70_000])
def test_garbage_is_refused(ledger: Meaning, octets: bytes) -> None:
    """Whatever comes, there is one error, and no other exception."""
    with pytest.raises(AnswerError):
        read_answer(octets, a_question(ledger, "C-1"), ledger.catalogue, ledger.context)
