# SPDX-License-Identifier: Apache-2.0
"""Quotas of look-ups: exact in a batch, over processes and restarts; windows of the clock's hour and day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from attest.days import CHINA
from attest.holders.commands import NameHolderCommand
from attest.oversight.commands import Read, Refused, UseCommand
from attest.oversight.model import NO_DEPARTMENT, Use
from attest.oversight.naming import NameCompared
from attest.oversight.quota import RULES, Limit, Limits, Meter, QuotaError
from attest.recognition.check import Check, Question
from tests.attest_parts import Meaning, a_ledger, demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MORNING = int(datetime(2027, 3, 1, 9, 0, tzinfo=CHINA).timestamp())
LIMITS = Limits(account=Limit(3, 5), key=Limit(4, 100), department=Limit(6, 8))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    with a_ledger(tmp_path) as made:
        made.clock[0] = MORNING
        yield made


def a_read(ledger: Meaning, meter: Meter, key: str = "user/an", department: str = "XF") -> UseCommand:
    random = ledger.context.random
    use = Use(department, None, random(32), "audit", random(32), "cases.trace", key, 1, ())
    return UseCommand(Read(), use, ledger.context, meter=meter)


def tried(
    ledger: Meaning, meter: Meter, times: int, key: str = "user/an", department: str = "XF"
) -> list[str]:
    """What became of so many look-ups, one after another: nothing, or the rule."""
    found = []
    for _ in range(times):
        try:
            ledger.submit(a_read(ledger, meter, key, department))
            found.append("")
        except QuotaError as error:
            found.append(error.code)
    return found


def test_an_hour_holds_so_many_and_the_next_as_many_again(ledger: Meaning) -> None:
    """Of one account 3 an hour and 5 a day; the refusal names the limit and when it ends."""
    meter = Meter(LIMITS)
    assert tried(ledger, meter, 4) == ["", "", "", "quota.user_hour"]
    with pytest.raises(QuotaError) as refused:
        ledger.submit(a_read(ledger, meter))
    assert refused.value.facts == {"most": 3, "retry_at": MORNING + 3600}
    ledger.clock[0] = MORNING + 3599
    assert tried(ledger, meter, 1) == ["quota.user_hour"]
    ledger.clock[0] = MORNING + 3600
    assert tried(ledger, meter, 3) == ["", "", "quota.user_day"]
    with pytest.raises(QuotaError) as refused:
        ledger.submit(a_read(ledger, meter))
    midnight = int(datetime(2027, 3, 2, tzinfo=CHINA).timestamp())
    assert refused.value.facts == {"most": 5, "retry_at": midnight}
    ledger.clock[0] = midnight - 1
    assert tried(ledger, meter, 1) == ["quota.user_day"]
    ledger.clock[0] = midnight
    assert tried(ledger, meter, 4) == ["", "", "", "quota.user_hour"]


def test_guessing_at_a_counter_counts_and_ends_alike_for_right_and_wrong(ledger: Meaning) -> None:
    """Each refusal is an entry that counts; beyond the quota nobody learns which pairs belong together."""
    meter, chen = Meter(LIMITS), next(one for one in demo("people.json") if one["key"] == "chen")
    random = ledger.context.random

    def guess(name: str) -> bytes | None:
        naming = NameHolderCommand("XF", chen["id_type"], chen["number"], name, ledger.context)
        use = Use("XF", None, random(32), None, random(32), "page.counter", "user/an", 0, ())
        command = NameCompared(naming, use, ledger.context, meter, sure=False)
        return ledger.submit(command)[1]

    assert guess(chen["name"]) == ledger.holders["chen"]
    assert [guess(f"guess {number}") for number in range(3)] == [None] * 3
    size = ledger.size
    for name in (chen["name"], "another guess"):
        with pytest.raises(QuotaError) as refused:
            guess(name)
        assert refused.value.code == "quota.user_hour"
    assert ledger.size == size


def test_a_crowd_in_one_batch_is_counted_to_the_last(ledger: Meaning) -> None:
    """Of 40 look-ups that wait at the same moment exactly the quota is admitted, checks and reads alike."""
    meter, case = Meter(LIMITS), ledger.fire_case()
    question = Question("XF", "key1", case, "application", ("licence",))
    crowd = [
        Check(question, ledger.catalogue, ledger.context, meter=meter)
        if number % 2
        else a_read(ledger, meter, "key1")
        for number in range(40)
    ]
    done = ledger.together(*crowd)
    assert done.count("quota.user_hour") == 36
    assert sum(not isinstance(one, str) for one in done) == 4


def test_a_restart_forgets_nothing_and_two_processes_share(ledger: Meaning) -> None:
    """Meters that know nothing of each other, as of two processes or before and after a restart, agree."""
    one, other = Meter(LIMITS), Meter(LIMITS)
    assert tried(ledger, one, 1) == tried(ledger, other, 1) == tried(ledger, one, 1) == [""]
    assert tried(ledger, other, 1) == ["quota.user_hour"]
    assert tried(ledger, Meter(LIMITS), 1) == ["quota.user_hour"]


def test_a_department_shares_what_its_users_may(ledger: Meaning) -> None:
    """Six an hour of the whole department: the third account gets none; another department has its own."""
    meter = Meter(LIMITS)
    assert tried(ledger, meter, 3, "user/an") == tried(ledger, meter, 3, "user/bo") == [""] * 3
    assert tried(ledger, meter, 1, "user/chi") == ["quota.department_hour"]
    assert tried(ledger, meter, 1, "user/dai", "SC") == [""]
    assert tried(ledger, meter, 1, "user/inspector", NO_DEPARTMENT) == [""]
    ledger.clock[0] += 3600
    assert tried(ledger, meter, 3, "user/chi") == ["", "", "quota.department_day"]


def test_a_key_has_the_quota_of_a_system(ledger: Meaning) -> None:
    """An API key stands for a department's system and has the limit of one."""
    assert tried(ledger, Meter(LIMITS), 5, "abcdefgh2345") == [""] * 4 + ["quota.user_hour"]


def test_attempts_count_and_refusals_by_a_quota_do_not(ledger: Meaning) -> None:
    """Asking for what is not there uses the quota up; being refused for the quota does not prolong it."""
    meter = Meter(LIMITS)
    random = ledger.context.random
    for rule in (*RULES, "quota.exceeded", "case.unknown"):
        use = Use("XF", None, random(32), "audit", random(32), "cases.trace", "user/an", 0, (rule,))
        ledger.submit(UseCommand(Refused(), use, ledger.context))
    assert tried(ledger, meter, 3) == ["", "", "quota.user_hour"]


def test_a_refusal_by_quota_leaves_nothing_of_its_own(ledger: Meaning) -> None:
    """Under the lock nothing is written; the door records the refusal within its own bounds."""
    meter = Meter(LIMITS)
    tried(ledger, meter, 3)
    assert ledger.refused(a_read(ledger, meter)) == "quota.user_hour"
