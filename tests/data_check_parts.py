# SPDX-License-Identifier: Apache-2.0
"""A ledger in which XF asks SC about licences, and what SC's register says of the eatery's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from api.demo.issuer import Registered, answer
from attest.acts import External
from attest.data_checks.model import Need, Question
from attest.data_checks.wire import read_answer
from tests.attest_context import a_key
from tests.attest_parts import Meaning, a_ledger

if TYPE_CHECKING:
    from pathlib import Path


def a_question(ledger: Meaning, case_no: str, **more: Any) -> Question:
    """About the eatery's licence, in a case of XF."""
    values: dict[str, Any] = {
        "id": ledger.context.random(16),
        "log": ledger.context.log_id,
        "time": ledger.clock[0],
        "by": "XF",
        "case_no": case_no,
        "purpose": "受理审查",
        "need": Need("business_licence", "SC", "holder", ledger.holders["eatery"], None),
        "number": "92990101MA99A1172F",
        "id_type": "001",
        "id_number": "92990101MA99A1172F",
    }
    return Question(**{**values, **more})


KNOWN: Final = Registered("business_licence", "92990101ma99a1172f", "001", "92990101MA99A1172F")
DENIED: Final = replace(KNOWN, denied=("superseded", date(2026, 1, 5)))


def said(ledger: Meaning, question: Question, *register: Registered, key: str = "SC") -> bytes:
    """The sample issuer's answer."""
    return answer(question, register, a_key(key), ledger.clock[0], ledger.context.random)


def taken(ledger: Meaning, question: Question, octets: bytes) -> External[Any]:
    """The command that the answer becomes."""
    read = read_answer(octets, question, ledger.catalogue, ledger.context)
    assert read.act is not None
    assert read.signed is not None
    return External(read.act, read.signed, ledger.context)


def a_checking_ledger(folder: Path) -> Meaning:
    """A ledger in which XF asks SC about business licences."""
    made = a_ledger(folder)
    citation = {"text": "样例", "certainty": "[gen]"}
    check = {"issuer": "SC", "types": ["business_licence"], "citation": citation}
    made.publish_policy("XF", {}, data_checks=[check])
    return made
