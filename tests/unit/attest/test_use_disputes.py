# SPDX-License-Identifier: Apache-2.0
"""Disputes of uses: they name the reliance, go to whoever relied, block nothing, and take the use back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Custodial
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck, WithdrawDataCheck
from attest.data_check_requests.model import (
    USE_DECLINED,
    USE_REASONS,
    DataCheckAnswer,
    DataCheckRequest,
    DataCheckWithdrawal,
)
from attest.data_check_requests.repository import (
    is_disputed,
    request_by_id,
    requests_to,
    uses_withdrawn,
)
from attest.data_check_requests.rules import state_of
from attest.days import day_of, first_second
from attest.expiry.repository import START, endings
from attest.fields import FieldError, Fields
from attest.materials.model import Citation
from attest.oversight.holdings import holdings_of
from attest.oversight.live import open_dispute
from attest.reask.commands import Ask, ClaimHeld, Receive
from attest.reask.model import Claim, Request
from attest.reask.repository import all_reasks
from attest.recognition.commands import Rely
from attest.recognition.repository import candidates_for
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected
from tests.attest_parts import TODAY, Meaning, a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written

DUE = TODAY + timedelta(days=15)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    """A ledger of the test's own."""
    with a_ledger(tmp_path) as made:
        yield made


class Used:
    """A licence that XF accepted, on which SC relied in a case of its own."""

    def __init__(self, ledger: Meaning, **more: Any) -> None:
        self.ledger = ledger
        self.first: str = ledger.fire_case()
        self.accepted: Written = ledger.accept(self.first, "business-licence.pdf", "XF", **more)
        self.case: str = ledger.food_case()
        reliance = ledger.reliance(self.case, "licence", self.accepted, "SC-002")
        self.relied: Written = ledger.act(Rely(ledger.catalogue), reliance, "SC")

    def dispute(self, person: str = "chen", **more: Any) -> DataCheckRequest:
        """A party's dispute of that use."""
        made = DataCheckRequest(
            acceptance=self.ledger.cite(self.accepted),
            case_no=self.case,
            case_salt=self.ledger.context.random(32),
            authority="SC",
            by="SC",
            holder=self.ledger.holders[person],
            reason="not_needed",
            text="这件事用不着执照",
            due=DUE,
            reliance=self.ledger.cite(self.relied),
        )
        return replace(made, **more)

    def answer(self, asked: Written, **more: Any) -> DataCheckAnswer:
        """An answer that declines in words."""
        ledger = self.ledger
        made = DataCheckAnswer(
            ledger.cite(asked),
            self.case,
            ledger.context.random(32),
            "not_upheld",
            "use_right",
            "指南第三条要求核对执照",
            None,
        )
        return replace(made, **more)

    def withdrawal(self, asked: Written, case: str, person: str = "chen") -> DataCheckWithdrawal:
        """The party's withdrawal."""
        ledger = self.ledger
        return DataCheckWithdrawal(
            ledger.cite(asked), case, ledger.context.random(32), ledger.holders[person]
        )


UPHELD: dict[str, Any] = {"outcome": "upheld", "reason": None, "text": None}


def test_records_read_back_and_the_body_names_nobody(ledger: Meaning) -> None:
    """What is kept reads back; a reason belongs to its kind; the log tells neither person nor words."""
    used = Used(ledger)
    act, record = RequestDataCheck(), used.dispute()
    plain = act.record(record)
    assert act.parse(Fields(plain)) == record
    assert "relied_by" in plain
    assert "accepted_by" not in plain
    with pytest.raises(FieldError):
        act.parse(Fields({**plain, "reason": "wrong_content"}))
    body = act.body(record)
    assert body.keys() == {"authority", "case", "cites", "due", "reason", "use"}
    assert record.holder.hex() not in str(body)
    asked = ledger.act(act, record, SERVICE)
    for answer in (used.answer(asked), used.answer(asked, **UPHELD)):
        assert AnswerDataCheck().parse(Fields(AnswerDataCheck().record(answer))) == answer
    back = used.withdrawal(asked, used.case)
    assert WithdrawDataCheck().parse(Fields(WithdrawDataCheck().record(back))) == back


def test_it_goes_to_whoever_used_it_and_blocks_nothing(ledger: Meaning) -> None:
    """SC has it to answer and XF, which accepted, has not; others may rely on the material meanwhile."""
    used, store = Used(ledger), ledger.log.store
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    assert [one.id for one in requests_to("SC", 0, 9, store)] == [asked.id]
    assert requests_to("XF", 0, 9, store) == []
    found = request_by_id(asked.id, store)
    assert found is not None
    assert (found.reliance, found.case_no, found.by) == (used.relied.id, used.case, "SC")
    assert not is_disputed(used.accepted.id, store)
    assert open_dispute(used.accepted.id, asked.index + 1, store) is None
    holders = [ledger.holders["chen"]]
    (one,) = candidates_for(holders, (), ["business_licence"], (), (), store, ledger.context)
    assert one.disputed is None
    other = ledger.food_case()
    ledger.act(Rely(ledger.catalogue), ledger.reliance(other, "licence", used.accepted, "SC-002"), "SC")


def test_only_a_party_disputes_a_use_that_is_there(ledger: Meaning) -> None:
    """Strangers, departments, other places and uses that are none are refused, and what says otherwise."""
    used, act = Used(ledger), RequestDataCheck()
    cited = ledger.cite(used.relied)
    assert ledger.refusal(act, used.dispute("lin"), SERVICE) == "acceptance.unknown"
    assert ledger.refusal(act, used.dispute(), "SC") == "issuer.mismatch"
    other = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    for more, code in (
        ({"reliance": replace(cited, leaf=bytes(32))}, "data_check.use_unknown"),
        ({"reliance": Citation(bytes(16), cited.index, cited.leaf, bytes(32))}, "data_check.use_unknown"),
        ({"acceptance": ledger.cite(other)}, "data_check.use_unknown"),
        ({"by": "XF"}, "statement.mismatch"),
        ({"authority": "XF"}, "statement.mismatch"),
        ({"case_no": "990101202601010000019"}, "statement.mismatch"),
    ):
        assert ledger.refusal(act, used.dispute(**more), SERVICE) == code
    ledger.act(act, used.dispute(), SERVICE)
    assert ledger.refusal(act, used.dispute(reason="not_agreed"), SERVICE) == "data_check.open"
    ledger.act(act, used.dispute("eatery"), SERVICE)


def test_declined_takes_words_and_upheld_takes_the_use_back(ledger: Meaning) -> None:
    """Another department, a reason of the data, and no words are refused; upheld withdraws the reliance."""
    used, act, store = Used(ledger), AnswerDataCheck(), ledger.log.store
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    for issuer, more, code in (
        ("XF", {}, "data_check.unknown"),
        ("SC", {"text": None}, "data_check.words"),
        ("SC", {"reason": "record_correct"}, "field.invalid"),
        ("SC", {**UPHELD, "retraction": 3}, "field.invalid"),
    ):
        assert ledger.refusal(act, used.answer(asked, **more), issuer) == code
    assert uses_withdrawn(used.case, store) == set()
    ledger.act(act, used.answer(asked, **UPHELD), "SC")
    assert uses_withdrawn(used.case, store) == {used.relied.id}
    again = used.dispute(reason="not_agreed")
    assert ledger.refusal(RequestDataCheck(), again, SERVICE) == "data_check.use_fallen"
    assert ledger.refusal(act, used.answer(asked, reason=USE_DECLINED[1]), "SC") == "data_check.answered"
    relying = ledger.reliance(used.case, "licence", used.accepted, "SC-002")
    assert ledger.refusal(Rely(ledger.catalogue), relying, "SC") == "reliance.taken_back"
    elsewhere = ledger.reliance(ledger.food_case(), "licence", used.accepted, "SC-002")
    ledger.act(Rely(ledger.catalogue), elsewhere, "SC")


def test_the_holder_takes_a_dispute_of_either_kind_back(ledger: Meaning) -> None:
    """Withdrawn, the material counts again at once and the same reason may be put forward anew."""
    used, act, store = Used(ledger), WithdrawDataCheck(), ledger.log.store
    of_data = replace(
        used.dispute(),
        reliance=None,
        reason="wrong_content",
        case_no=used.first,
        authority="XF",
        by="XF",
    )
    for request, case in ((used.dispute(), used.case), (of_data, of_data.case_no)):
        asked = ledger.act(RequestDataCheck(), request, SERVICE)
        assert ledger.refusal(act, used.withdrawal(asked, case, "eatery"), SERVICE) == "data_check.unknown"
        assert ledger.refusal(act, used.withdrawal(asked, case), "SC") == "issuer.mismatch"
        assert is_disputed(used.accepted.id, store) == (request.reliance is None)
        ledger.act(act, used.withdrawal(asked, case), SERVICE)
        assert not is_disputed(used.accepted.id, store)
        found = request_by_id(asked.id, store)
        assert found is not None
        assert state_of(found, DUE) == "withdrawn"
        assert ledger.refusal(act, used.withdrawal(asked, case), SERVICE) == "data_check.answered"
        late = replace(used.answer(asked), case_no=case)
        assert ledger.refusal(AnswerDataCheck(), late, found.by) == "data_check.answered"
        ledger.act(RequestDataCheck(), request, SERVICE)


def test_a_day_admits_so_many_and_withdrawing_gives_none_back(ledger: Meaning) -> None:
    """Beyond the day's number one is refused until midnight of the place; others, and tomorrow, are not."""
    used, act = Used(ledger), RequestDataCheck(most=2)
    for _ in range(2):
        asked = ledger.act(act, used.dispute(), SERVICE)
        ledger.act(WithdrawDataCheck(), used.withdrawal(asked, used.case), SERVICE)
    with pytest.raises(CommandRejected) as refused:
        ledger.act(act, used.dispute(), SERVICE)
    midnight = first_second(day_of(ledger.clock[0]) + timedelta(days=1))
    assert (refused.value.code, refused.value.facts) == ("data_check.many", {"most": 2, "retry_at": midnight})
    ledger.act(act, used.dispute("eatery"), SERVICE)
    ledger.clock[0] = midnight
    ledger.act(act, used.dispute(), SERVICE)


def test_of_disputes_that_wait_together_one_is_open_and_it_is_named(ledger: Meaning) -> None:
    """Two of one use in the same moment: the second is refused with the id of the first."""
    used, act = Used(ledger), RequestDataCheck()
    commands = [Custodial(act, used.dispute(reason=why), SERVICE, ledger.context) for why in USE_REASONS[:2]]
    first, second = ledger.together(*commands)
    assert second == "data_check.open"
    with pytest.raises(CommandRejected) as refused:
        ledger.act(act, used.dispute(), SERVICE)
    assert refused.value.facts == {"request": first.answer.id}


def taken_back(ledger: Meaning) -> Used:
    """A use that an upheld dispute took back."""
    used = Used(ledger)
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    ledger.act(AnswerDataCheck(), used.answer(asked, **UPHELD), "SC")
    return used


def test_a_look_gives_the_reason_for_which_a_use_would_be_refused(ledger: Meaning) -> None:
    """Recognised until the dispute is upheld; then required in that case, for that paper alone."""
    used, other = Used(ledger), ledger.food_case()
    assert ledger.verdict("SC", used.case, "licence")[0] == "recognised"
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    assert ledger.verdict("SC", used.case, "licence")[0] == "recognised"
    ledger.act(AnswerDataCheck(), used.answer(asked, **UPHELD), "SC")
    assert ledger.verdict("SC", used.case, "licence") == ("required", "reliance.taken_back")
    assert ledger.verdict("SC", other, "licence")[0] == "recognised"
    ledger.accept(used.case, "business-licence.pdf", "SC")
    assert ledger.verdict("SC", used.case, "licence") == ("recognised", "case.on_file")


def test_a_use_that_was_taken_back_counts_among_no_uses(ledger: Meaning) -> None:
    """The holder reads how often the paper was used, without it; who relied need not hear that it ends."""
    used, store = Used(ledger), ledger.log.store
    chen, now = ledger.holders["chen"], ledger.clock[0]

    def times() -> int:
        held = holdings_of(chen, now, store, ledger.context)
        return next(one.relied for one in held if one.acceptance == used.accepted.id)

    assert times() == 1
    ledger.rely(ledger.food_case(), "licence", used.accepted, "SC-002", "SC")
    assert times() == 2
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    assert times() == 2
    ledger.act(AnswerDataCheck(), used.answer(asked, **UPHELD), "SC")
    assert times() == 1


@pytest.mark.parametrize("upheld", [False, True])
def test_who_relied_is_told_of_the_end_unless_it_was_taken_back(ledger: Meaning, *, upheld: bool) -> None:
    """A department that relies on a paper no more has no use for its last day."""
    used = Used(ledger, valid_until=TODAY + timedelta(days=20))
    asked = ledger.act(RequestDataCheck(), used.dispute(), SERVICE)
    ledger.act(AnswerDataCheck(), used.answer(asked, **(UPHELD if upheld else {})), "SC")
    (one,), _ = endings(TODAY, 30, START, ledger.log.store, ledger.catalogue)
    assert one.untold == (("XF",) if upheld else ("SC", "XF"))


def test_what_counts_once_is_not_used_up_by_a_use_that_was_taken_back(ledger: Meaning) -> None:
    """The same receipt accepted anew in its case is refused while the first use stands, and serves then."""
    case, rely = ledger.flat_case(), Rely(ledger.catalogue)
    first = ledger.accept(case, "deed-tax-receipt.pdf", "ZR")
    relied = ledger.rely(case, "tax", first, "ZR-007", "ZR")
    second = ledger.accept(case, "deed-tax-receipt.pdf", "ZR")
    again = ledger.reliance(case, "tax", second, "ZR-007")
    assert ledger.refusal(rely, again, "ZR") == "reliance.consumed"
    place: dict[str, Any] = {"case_no": case, "authority": "ZR", "by": "ZR", "holder": ledger.holders["zhou"]}
    used = Used(ledger)
    dispute = used.dispute(acceptance=ledger.cite(first), reliance=ledger.cite(relied), **place)
    asked = ledger.act(RequestDataCheck(), dispute, SERVICE)
    ledger.act(AnswerDataCheck(), used.answer(asked, case_no=case, **UPHELD), "ZR")
    ledger.act(rely, again, "ZR")


def test_asking_after_a_use_was_taken_back_is_not_in_vain(ledger: Meaning) -> None:
    """The paper itself taken in, asked for, or said to be asked again: nothing is said against anybody."""
    used = taken_back(ledger)
    request = Request(used.case, bytes(32), "request", "window", requirement="licence", type=None, what=None)
    ledger.act(Ask(ledger.catalogue), request, "SC")
    claim = Claim(used.case, bytes(32), "window", "licence", None)
    ledger.act(ClaimHeld(ledger.catalogue), claim, "SC")
    record = ledger.acceptance(used.case, "business-licence.pdf", "SC")
    ledger.act(Receive(ledger.catalogue), record, "SC")
    assert all_reasks(ledger.log.store) == []
    elsewhere = replace(request, case_no=ledger.food_case())
    ledger.act(Ask(ledger.catalogue), elsewhere, "SC")
    assert [one.case_no for one in all_reasks(ledger.log.store)] == [elsewhere.case_no]
