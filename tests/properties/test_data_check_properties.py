# SPDX-License-Identifier: Apache-2.0
"""Laws of data checks: a question comes back as written, and no bytes but the issuer's own are an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.data_checks.model import Need, Question
from attest.data_checks.wire import AnswerError, read_answer, read_question, write_question
from tests.data_check_parts import DENIED, KNOWN, a_checking_ledger, a_question, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attest_parts import Meaning

texts = st.from_regex(r"[A-Z0-9][A-Za-z0-9 .-]{0,18}[A-Za-z0-9]", fullmatch=True)
questions = st.builds(
    Question,
    id=st.binary(min_size=16, max_size=16),
    log=st.binary(min_size=32, max_size=32),
    time=st.integers(0, 2**40),
    by=st.sampled_from(["XF", "YC", "D990001"]),
    case_no=texts,
    purpose=st.sampled_from(["受理审查", "check"]),
    need=st.builds(
        Need,
        st.sampled_from(["business_licence", "deed_tax_receipt"]),
        st.sampled_from(["SC", "SW"]),
        st.sampled_from(["holder", "operator"]),
        st.binary(min_size=16, max_size=16),
        st.none() | st.just(("real_estate_unit", "U-1")),
    ),
    number=texts,
    id_type=st.sampled_from(["111", "001", "provisional"]),
    id_number=texts,
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_checking_ledger(tmp_path_factory.mktemp("checks")) as made:
        yield made


@given(questions)
def test_a_question_is_read_as_it_was_written(question: Question) -> None:
    """Parser and writer are each other's inverse, byte for byte."""
    octets = write_question(question)
    assert read_question(octets) == question
    assert write_question(read_question(octets)) == octets


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_answer_with_any_bit_turned_is_the_same_or_none(ledger: Meaning, data: st.DataObject) -> None:
    """Whatever byte of a signed answer is changed, nothing else is believed, and only one error is raised."""
    question = a_question(ledger, "C-1")
    octets = said(ledger, question, data.draw(st.sampled_from([KNOWN, DENIED])))
    bent = bytearray(octets)
    at = data.draw(st.integers(0, len(bent) - 1))
    bent[at] ^= data.draw(st.integers(1, 255))
    whole = read_answer(octets, question, ledger.catalogue, ledger.context)
    try:
        read = read_answer(bytes(bent), question, ledger.catalogue, ledger.context)
    except AnswerError:
        return
    assert (read.outcome, read.signed) == (whole.outcome, whole.signed)


@given(
    st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_else_is_an_answer(ledger: Meaning, junk: bytes | str) -> None:
    """Any bytes and any JSON are refused with the one error."""
    octets = junk if isinstance(junk, bytes) else junk.encode("utf-8", "surrogatepass")
    with pytest.raises(AnswerError):
        read_answer(octets, a_question(ledger, "C-1"), ledger.catalogue, ledger.context)
