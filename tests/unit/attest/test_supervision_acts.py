# SPDX-License-Identifier: Apache-2.0
"""Alarms and acknowledgements under the lock: who may say what, once, and of which alarm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Custodial
from attest.fields import FieldError, Fields
from attest.materials.model import Citation
from attest.oversight.model import NO_DEPARTMENT
from attest.registry.model import SERVICE
from attest.supervision.commands import AcknowledgeAlarm, RaiseAlarm
from attest.supervision.model import REASONS, RULES, Acknowledgement, Alarm, Finding
from attest.supervision.repository import alarm_by_id, alarm_of, alarms_before
from tests.attest_parts import Meaning, a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written

FOUND = Finding("sequence", "user/an", "XF", 1_800_000_000, 1_800_086_400, 5, 5, (3, 4, 6))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("alarms")) as made:
        yield made


def raised(ledger: Meaning, **more: Any) -> Written:
    return ledger.act(RaiseAlarm(), Alarm(replace(FOUND, **more), ledger.context.random(32)), SERVICE)


def a_word(ledger: Meaning, about: Written, **more: Any) -> Acknowledgement:
    said = Acknowledgement(ledger.cite(about), "XF", "user/boss", ledger.context.random(32), "work", None)
    return replace(said, **more)


def test_one_alarm_a_rule_user_and_window(ledger: Meaning) -> None:
    """The same again is refused whatever its numbers; another rule, user or window is another alarm."""
    raised(ledger)
    again = Alarm(replace(FOUND, count=9, entries=(1, 2)), ledger.context.random(32))
    assert ledger.refusal(RaiseAlarm(), again, SERVICE) == "alarm.known"
    for more in ({"rule": "off_hours"}, {"key_id": "user/bo"}, {"since": FOUND.since + 86_400}):
        raised(ledger, **more)
    row = alarm_of("sequence", "user/an", FOUND.since, ledger.log.store)
    assert row is not None
    assert (row.count, row.most, row.end) == (5, 5, None)
    both = ledger.together(
        *(
            ledger_command(ledger, Alarm(replace(FOUND, key_id="user/chi"), ledger.context.random(32)))
            for _ in range(2)
        )
    )
    assert both.count("alarm.known") == 1, "two processes that find it at the same moment"


def ledger_command(ledger: Meaning, alarm: Alarm) -> Any:

    return Custodial(RaiseAlarm(), alarm, SERVICE, ledger.context)


def test_the_service_alone_speaks(ledger: Meaning) -> None:
    """No department raises or acknowledges in its own name."""
    alarm = Alarm(replace(FOUND, key_id="user/x"), ledger.context.random(32))
    assert ledger.refusal(RaiseAlarm(), alarm, "XF") == "issuer.mismatch"
    assert ledger.refusal(AcknowledgeAlarm(), a_word(ledger, raised(ledger, key_id="user/y")), "XF") == (
        "issuer.mismatch"
    )


def test_who_may_acknowledge(ledger: Meaning) -> None:
    """The user's department and auditors; neither another department nor the user; the alarm as it stands."""
    alarm = raised(ledger, key_id="user/dai")
    act = AcknowledgeAlarm()
    cited = ledger.cite(alarm)
    for rule, more in (
        ("alarm.unknown", {"department": "SC"}),
        ("alarm.unknown", {"alarm": replace(cited, id=bytes(16))}),
        ("alarm.own", {"key_id": "user/dai"}),
        ("alarm.own", {"key_id": "user/dai", "department": NO_DEPARTMENT}),
        ("statement.mismatch", {"alarm": replace(cited, index=cited.index + 1)}),
        ("statement.mismatch", {"alarm": replace(cited, leaf=bytes(32))}),
    ):
        assert ledger.refusal(act, a_word(ledger, alarm, **more), SERVICE) == rule
    ledger.act(
        act, a_word(ledger, alarm, department=NO_DEPARTMENT, reason="referred", text="已移交"), SERVICE
    )
    row = alarm_by_id(alarm.id, ledger.log.store)
    assert row is not None
    assert row.end is not None
    assert (row.end.department, row.end.key_id, row.end.reason) == (NO_DEPARTMENT, "user/boss", "referred")
    assert ledger.refusal(act, a_word(ledger, alarm), SERVICE) == "alarm.acknowledged"


def test_lists_go_by_department_and_state(ledger: Meaning) -> None:
    """Newest first, below an index, of one department or of all, open or acknowledged."""
    made = [raised(ledger, key_id=f"user/list{n}", department="YC" if n % 2 else "SC") for n in range(6)]
    ledger.act(AcknowledgeAlarm(), a_word(ledger, made[1], department="YC"), SERVICE)
    store = ledger.log.store
    assert [one.id for one in alarms_before("YC", 2**53, 9, store, ended=False)] == [made[5].id, made[3].id]
    assert [one.id for one in alarms_before("YC", made[5].index, 9, store, ended=False)] == [made[3].id]
    assert [one.id for one in alarms_before("YC", 2**53, 9, store, ended=True)] == [made[1].id]
    newest = alarms_before(None, 2**53, 3, store, ended=False)
    assert [one.id for one in newest] == [made[5].id, made[4].id, made[3].id]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("reason", REASONS)
def test_records_read_back(rule: str, reason: str) -> None:
    """A record as JSON is read as the record it was, for every rule and reason, with and without words."""
    alarm = Alarm(replace(FOUND, rule=rule), bytes(32))
    assert RaiseAlarm().parse(Fields(RaiseAlarm().record(alarm))) == alarm
    for text in (None, "已谈话"):
        cited = Citation(bytes(16), 7, bytes(32), bytes(32))
        said = Acknowledgement(cited, "SC", "user/boss", bytes(32), reason, text)
        assert AcknowledgeAlarm().parse(Fields(AcknowledgeAlarm().record(said))) == said


@pytest.mark.parametrize("entries", [[], [2, 1], [1, 1], [-1], ["1"], [True], list(range(501)), None])
def test_entries_rise(entries: Any) -> None:
    """A list of entries that is empty, unsorted, doubled, too long or no list is no record."""
    plain = {**RaiseAlarm().record(Alarm(FOUND, bytes(32))), "entries": entries}
    with pytest.raises(FieldError):
        RaiseAlarm().parse(Fields(plain))
