# SPDX-License-Identifier: Apache-2.0
"""Data check requests (校核): who may dispute and answer what, what it does to recognition, and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.acts import Custodial
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck
from attest.data_check_requests.model import DECLINED, REASONS, UNITS
from attest.data_check_requests.repository import (
    request_by_id,
    requests_on,
    requests_to,
)
from attest.data_check_requests.rules import Calendar, Limit, due_day, state_of
from attest.fields import Fields
from attest.materials.commands import Retract
from attest.materials.repository import acceptance_by_id, retraction_of
from attest.recognition.commands import Rely
from attest.recognition.repository import candidates_for
from attest.registry.model import SERVICE
from tests.attest_parts import TODAY, Meaning, a_ledger
from tests.disputed_parts import DUE, answering, asking
from tests.recognition_parts import a_candidate, decide_one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written

MAY = Calendar(
    frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}), frozenset({date(2026, 5, 9)})
)
"""The synthetic calendar of the clock's vectors."""


# the clock


@pytest.mark.parametrize(
    ("made", "limit", "due"),
    [
        ("2026-04-20", Limit(20, "WD"), "2026-05-20"),
        ("2026-04-30", Limit(5, "WD"), "2026-05-11"),
        ("2026-05-08", Limit(1, "WD"), "2026-05-09"),
        ("2026-04-20", Limit(15, "ND"), "2026-05-05"),
        ("2026-12-31", Limit(1, "ND"), "2027-01-01"),
    ],
)
def test_the_clock_of_known_days(made: str, limit: Limit, due: str) -> None:
    """Working days leave holidays out and count worked weekends; the day of the request does not count."""
    assert due_day(date.fromisoformat(made), limit, MAY) == date.fromisoformat(due)


@given(
    made=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    days=st.integers(1, 60),
    unit=st.sampled_from(UNITS),
    off=st.sets(st.integers(0, 120)),
    worked=st.sets(st.integers(0, 120)),
)
def test_the_clock_is_the_day_on_which_enough_have_passed(
    made: date, days: int, unit: str, off: set[int], worked: set[int]
) -> None:
    """Counting every day one by one gives the same: the due day is the first with enough days behind it."""
    calendar = Calendar(
        frozenset(made + timedelta(one) for one in off - worked),
        frozenset(made + timedelta(one) for one in worked),
    )
    counted = [
        day
        for day in (made + timedelta(one) for one in range(1, 400))
        if unit == "ND" or day in calendar.worked or (day.isoweekday() <= 5 and day not in calendar.off)
    ]
    assert due_day(made, Limit(days, unit), calendar) == counted[days - 1]


# recognition


def test_disputed_is_cannot_tell() -> None:
    """What would be recognised cannot be told while it is disputed; another one that stands serves."""
    disputed = a_candidate(1, disputed=date(2026, 10, 12))
    result = decide_one(disputed)
    assert (result.verdict, result.reason) == ("cannot_tell", "acceptance.disputed")
    assert result.params == {"due": "2026-10-12"}
    assert decide_one(disputed, a_candidate(2)).verdict == "recognised"
    assert decide_one(a_candidate(2), disputed).acceptances == (a_candidate(2).acceptance,)


def test_a_dispute_hides_no_other_reason() -> None:
    """What is required anyway stays required, by its own reason."""
    fallen = a_candidate(1, disputed=date(2026, 10, 12), retracted=("XF", 1, "checked_wrongly"))
    assert decide_one(fallen).reason == "acceptance.retracted"


# the acts


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    """One ledger for all of these tests, each with an acceptance of its own."""
    folder: Path = tmp_path_factory.mktemp("data-checks")
    with a_ledger(folder) as made:
        yield made


@pytest.fixture
def accepted(ledger: Meaning) -> Written:
    """A licence of the eatery and chen, accepted by XF."""
    return ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")


def until(ledger: Meaning, accepted: Written) -> date | None:
    """The day that recognition reads of a disputed acceptance."""
    store, context = ledger.log.store, ledger.context
    found = candidates_for([ledger.holders["chen"]], (), ["business_licence"], (), (), store, context)
    return next(one.disputed for one in found if one.acceptance == accepted.id)


def test_records_read_back(ledger: Meaning, accepted: Written) -> None:
    """What is kept of a request and of both answers reads back as it was meant."""
    request, answer = RequestDataCheck(), AnswerDataCheck()
    for one in (asking(ledger, accepted), asking(ledger, accepted, text=None)):
        assert request.parse(Fields(request.record(one))) == one
    declined = answering(ledger, accepted, "case")
    for two in (declined, replace(declined, outcome="upheld", reason=None, retraction=7, text="撤回")):
        assert answer.parse(Fields(answer.record(two))) == two


def test_the_body_names_nobody(ledger: Meaning, accepted: Written) -> None:
    """The log says which authority has to answer by when, why, and nothing that leads to the holder."""
    record = asking(ledger, accepted)
    body = RequestDataCheck().body(record)
    assert body.keys() == {"authority", "case", "cites", "due", "reason"}
    assert record.holder.hex() not in str(body)
    assert "地址" not in str(body)


def test_only_a_party_disputes(ledger: Meaning, accepted: Written) -> None:
    """A stranger, a department as issuer, a wrong place and a day gone by are refused; a party is heard."""
    act = RequestDataCheck()
    cited = ledger.cite(accepted)
    assert ledger.refusal(act, asking(ledger, accepted, "lin"), SERVICE) == "acceptance.unknown"
    assert ledger.refusal(act, asking(ledger, accepted), "XF") == "issuer.mismatch"
    for more, code in (
        ({"acceptance": replace(cited, leaf=bytes(32))}, "acceptance.unknown"),
        ({"authority": "SC"}, "statement.mismatch"),
        ({"by": "SC"}, "statement.mismatch"),
        ({"case_no": "990101202601010000019"}, "statement.mismatch"),
        ({"due": TODAY}, "field.invalid"),
    ):
        assert ledger.refusal(act, asking(ledger, accepted, **more), SERVICE) == code
    made = ledger.act(act, asking(ledger, accepted), SERVICE)
    assert until(ledger, accepted) == DUE
    assert [one.id for one in requests_to("XF", made.index - 1, 9, ledger.log.store)] == [made.id]
    assert requests_to("SC", 0, 9, ledger.log.store) == []


def test_one_open_request_of_a_holder_and_each_reason_once(ledger: Meaning, accepted: Written) -> None:
    """A holder waits for one answer at a time and repeats no reason; another party speaks for itself."""
    act, store = RequestDataCheck(), ledger.log.store
    row = acceptance_by_id(accepted.id, store)
    assert row is not None
    first = ledger.act(act, asking(ledger, accepted), SERVICE)
    assert ledger.refusal(act, asking(ledger, accepted, reason="not_mine"), SERVICE) == "data_check.open"
    later = DUE + timedelta(days=1)
    second = ledger.act(act, asking(ledger, accepted, "eatery", due=later), SERVICE)
    ledger.act(AnswerDataCheck(), answering(ledger, first, row.case_no), "XF")
    assert until(ledger, accepted) == later
    assert ledger.refusal(act, asking(ledger, accepted), SERVICE) == "data_check.repeated"
    ledger.act(AnswerDataCheck(), answering(ledger, second, row.case_no), "XF")
    assert until(ledger, accepted) is None
    for reason in REASONS:
        if reason != "wrong_content":
            made = ledger.act(act, asking(ledger, accepted, reason=reason), SERVICE)
            ledger.act(AnswerDataCheck(), answering(ledger, made, row.case_no), "XF")
    assert len(requests_on(accepted.id, store)) == 1 + len(REASONS)


def test_only_its_departments_answer_and_once(ledger: Meaning, accepted: Written) -> None:
    """Another department, another place, and upheld without its retraction are refused."""
    act, store = AnswerDataCheck(), ledger.log.store
    row = acceptance_by_id(accepted.id, store)
    assert row is not None
    request = ledger.act(RequestDataCheck(), asking(ledger, accepted), SERVICE)
    upheld = {"outcome": "upheld", "reason": None}
    for issuer, more, code in (
        ("SC", {}, "data_check.unknown"),
        ("XF", {"request": replace(ledger.cite(request), id=bytes(16))}, "data_check.unknown"),
        ("XF", {"request": replace(ledger.cite(request), leaf=bytes(32))}, "statement.mismatch"),
        ("XF", {"case_no": "990101202601010000019"}, "statement.mismatch"),
        ("XF", {**upheld, "retraction": 0}, "data_check.not_retracted"),
    ):
        assert ledger.refusal(act, answering(ledger, request, row.case_no, **more), issuer) == code
    gone = ledger.retract(accepted, "XF")
    assert retraction_of(accepted.id, store) == gone.index
    wrong = answering(ledger, request, row.case_no, **upheld, retraction=gone.index - 1)
    assert ledger.refusal(act, wrong, "XF") == "data_check.not_retracted"
    correct = answering(ledger, request, row.case_no, outcome="not_upheld", reason="record_correct")
    assert ledger.refusal(act, correct, "XF") == "data_check.retracted"
    ledger.act(act, answering(ledger, request, row.case_no, **upheld, retraction=gone.index), "XF")
    found = request_by_id(request.id, store)
    assert found is not None
    assert found.answer is not None
    assert (found.answer.outcome, found.answer.department) == ("upheld", "XF")
    for reason in DECLINED:
        again = answering(ledger, request, row.case_no, reason=reason)
        assert ledger.refusal(act, again, "XF") == "data_check.answered"
    fresh = asking(ledger, accepted, "eatery")
    assert ledger.refusal(RequestDataCheck(), fresh, SERVICE) == "data_check.fallen"


def test_nobody_relies_in_the_batch_of_a_dispute(ledger: Meaning, accepted: Written) -> None:
    """A dispute and a reliance that wait together: whoever comes second sees the first."""
    case = ledger.food_case()
    rely = ledger.reliance(case, "licence", accepted, "SC-002")
    dispute = asking(ledger, accepted)
    results = ledger.together(
        Custodial(RequestDataCheck(), dispute, SERVICE, ledger.context),
        Custodial(Rely(ledger.catalogue), rely, "SC", ledger.context),
        Custodial(RequestDataCheck(), asking(ledger, accepted, reason="not_mine"), SERVICE, ledger.context),
    )
    assert results[1] in {"reliance.not_recognised", "reliance.other"}
    assert results[2] == "data_check.open"


def test_a_retraction_ends_no_clock(ledger: Meaning, accepted: Written) -> None:
    """A request whose material was taken back still waits for its answer, and is overdue after the day."""
    request = ledger.act(RequestDataCheck(), asking(ledger, accepted), SERVICE)
    ledger.act(Retract(), ledger.retraction(accepted), "XF")
    found = request_by_id(request.id, ledger.log.store)
    assert found is not None
    assert state_of(found, DUE) == "open"
    assert state_of(found, DUE + timedelta(days=1)) == "overdue"
