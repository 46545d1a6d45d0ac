# SPDX-License-Identifier: Apache-2.0
"""T19: somebody with a key or an account asks about one person after another."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.auth import Principal
from api.identity.quota import DayQuota, LookupQuota
from api.settings import Settings
from attest.private import open_private
from attest.supervision.rules import midnight
from tests.homes import copy_of
from tests.people import ACCOUNTS, add_accounts, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

MINUTE = 1000
"""Look-ups that one user tries in a minute."""


@pytest.fixture(scope="module")
def quick(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger whose quota is 30 a user and 50 a department, so that the tests are short."""
    made = open_world(
        copy_of(bare_home, tmp_path_factory.mktemp("quota") / "home"),
        lookups_per_minute=30,
        refusals_per_day=200,
        department_lookups_per_minute=50,
    )
    fill(made)
    add_accounts(made, *ACCOUNTS[:2])
    yield made
    made.close()


def test_a_key_that_asks_too_much_is_stopped_with_an_alarm(
    quick: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Beyond the minute's quota 429 with Retry-After; one alarm, as a line and as an entry, not one each."""
    asked = {"case": quick.cases["SC-002"], "purpose": "all of them"}
    with caplog.at_level(logging.WARNING):
        answers = [quick.post("SC", "recognitions:check", asked) for _ in range(60)]
    codes = [answer.status_code for answer in answers]
    assert codes[:30] == [200] * 30
    assert codes.count(429) >= 25
    late = next(answer for answer in answers if answer.status_code == 429)
    assert late.json()["code"] == "quota.exceeded"
    assert int(late.headers["retry-after"]) >= 1
    kinds = [quick.kind_of(index) for index in range(quick.size - codes.count(200) - 1, quick.size)]
    assert kinds.count("usage.refused") == 1
    alarm = next(i for i in range(quick.size) if _rule(quick, i) == ["quota.exceeded"])
    assert quick.kind_of(alarm) == "usage.refused"
    assert sum("look-up quota exceeded" in record.message for record in caplog.records) == 1


def _rule(world: World, index: int) -> object:
    if world.kind_of(index) != "usage.refused":
        return None
    return open_private(index, world.ledger.store, world.ledger.context.sealer)[1]["outcome"]


def test_a_department_has_a_quota_over_all_its_keys(quick: World) -> None:
    """What one key of SC used up leaves its other key the rest of the department's quota, and no more."""
    asked = {"case": quick.cases["SC-002"], "purpose": "the rest"}
    codes = [quick.post("checker", "recognitions:check", asked).status_code for _ in range(40)]
    assert 429 in codes[:30]
    asked = {"case": quick.cases["YC-004"], "purpose": "another department"}
    assert quick.post("YC", "recognitions:check", asked).status_code == 200


def test_a_clerk_at_the_counter_is_counted_too(quick: World) -> None:
    """The page of the counter has the same quota for the user."""
    clerk = signed_in(quick, "clerk")
    path = f"/counter?case={quick.cases['XF-001']}"
    codes = [clerk.get(path).status_code for _ in range(40)]
    assert codes[0] == 200
    assert 429 in codes


def test_a_thousand_look_ups_a_minute_are_too_many() -> None:
    """By the quota of the settings a thousand in a minute end in refusals, and a minute's rest helps."""
    now = [0.0]
    quota = LookupQuota(600, 6000, lambda: now[0])
    clerk = Principal("user/clerk", "ZW", frozenset())
    refused = 0
    for number in range(MINUTE):
        now[0] = 30 * number / MINUTE  # within half a minute
        refused += quota.take(clerk) > 0
    assert refused >= 90
    now[0] += 60
    assert quota.take(clerk) == 0


def test_refusals_cannot_fill_the_log(quick: World) -> None:
    """A principal's refusals are entries up to the quota of the place's day; the rest is counted alone."""
    quota = DayQuota(3, lambda: clock[0])
    clock = [midnight(date(2026, 1, 6)) - 1.0]
    assert [quota.admits("a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert quota.admits("b")
    clock[0] += 1
    assert quota.admits("a")
    assert Settings.model_fields["refusals_per_day"].default == 200
    for _ in range(quick.ledger.oversight.refusals.most):
        quick.ledger.oversight.refusals.admits(quick.key_id("XF"))
    size = quick.size
    answer = quick.get("XF", "api-keys")
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
    assert "index" not in answer.json()
    assert quick.size == size
    assert 'once_refusals_total{rule="auth.forbidden"}' in quick.send("GET", "/metrics").text
