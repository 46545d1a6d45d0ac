# SPDX-License-Identifier: Apache-2.0
"""How the ledger is, judged from facts: every state, the gravest first, each with its words."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from api.proving.health_page import ADVICE, advice_on, span
from api.proving.state import LATE, SLOW, Code, Facts, Judgement, checks, judge
from api.web.texts import Texts, all_texts

NOW = 1_790_000_000
ALONE = Facts(now=NOW, size=100, published=100, published_at=NOW - 9, mark=100)
"""A ledger without a chain."""
CHAINED = replace(
    ALONE,
    chained=True,
    anchored=100,
    anchored_at=NOW - 60,
    block=41,
    outcome="anchored",
    outcome_since=NOW - 999,
)
BACKLOG = replace(CHAINED, size=120, published=120, mark=120, waiting_since=NOW - LATE - 1)


@pytest.mark.parametrize(
    ("facts", "judgement"),
    [
        (ALONE, Judgement("ok", "good_no_chain")),
        (Facts(now=NOW, size=0, mark=0), Judgement("ok", "good_no_chain")),
        (CHAINED, Judgement("ok", "good")),
        (replace(BACKLOG, waiting_since=NOW - LATE), Judgement("ok", "good")),
        (BACKLOG, Judgement("warn", "behind", LATE + 1)),
        (replace(BACKLOG, outcome="waiting"), Judgement("warn", "behind", LATE + 1)),
        (
            replace(CHAINED, outcome="unreachable", outcome_since=NOW - 840),
            Judgement("warn", "silent", 840),
        ),
        (replace(CHAINED, outcome="unreachable", outcome_since=None), Judgement("warn", "silent", 0)),
        (replace(CHAINED, outcome="wrong_chain", outcome_since=NOW - 5), Judgement("warn", "wrong_chain", 5)),
        (replace(CHAINED, outcome="refused", outcome_since=NOW - 5), Judgement("warn", "refused", 5)),
        (replace(CHAINED, anchored=None, waiting_since=NOW - 3), Judgement("wait", "never", 3)),
        (replace(CHAINED, anchored=None, waiting_since=NOW - 999), Judgement("warn", "never", 999)),
        (replace(ALONE, size=101, unsigned_since=NOW - SLOW), Judgement("ok", "good_no_chain")),
        (replace(ALONE, size=101, unsigned_since=NOW - 600), Judgement("warn", "unsigned", 600)),
        (
            replace(ALONE, published=0, published_at=None, unsigned_since=NOW - 600),
            Judgement("warn", "unsigned", 600),
        ),
        (replace(ALONE, mark=101), Judgement("fail", "mark_ahead")),
        (replace(ALONE, mark=99), Judgement("ok", "good_no_chain")),
        (replace(ALONE, mark=None), Judgement("warn", "mark_lost")),
        (replace(ALONE, read_only="halted: x"), Judgement("fail", "read_only")),
        (
            replace(ALONE, read_only="writer failed: OSError", writer_failed=True),
            Judgement("fail", "writer_failed"),
        ),
    ],
)
def test_each_state_has_its_answer(facts: Facts, judgement: Judgement) -> None:
    """One answer, by what is known alone."""
    assert judge(facts) == judgement


def test_the_gravest_comes_first() -> None:
    """A ledger that takes nothing says so before anything about marks, checkpoints and chain."""
    worst = replace(
        BACKLOG, read_only="mark.ahead: x", mark=500, unsigned_since=NOW - 999, outcome="unreachable"
    )
    assert judge(worst).code == "read_only"
    assert judge(replace(worst, read_only=None)).code == "mark_ahead"
    worst = replace(worst, read_only=None, mark=120, size=121)
    assert judge(worst).code == "unsigned"
    assert [one.code for one in checks(worst)] == [None, "unsigned", None, "silent"]


def test_checks_stand_for_themselves() -> None:
    """Each check has its own state; without a chain anchors are not applicable, never green."""
    assert [one.kind for one in checks(ALONE)] == ["ok", "ok", "ok", "na"]
    assert [one.kind for one in checks(CHAINED)] == ["ok", "ok", "ok", "ok"]
    assert [one.kind for one in checks(replace(ALONE, read_only="halted: x"))] == ["fail", "ok", "ok", "na"]


def test_a_worker_that_is_gone_hides_nothing() -> None:
    """Its last word may say that all is anchored: what has waited too long counts."""
    assert judge(replace(BACKLOG, outcome="anchored")).code == "behind"
    assert judge(replace(BACKLOG, outcome="")).code == "behind"


def test_every_answer_has_its_words() -> None:
    """Each code has a headline and a sentence; what is amiss says what to do first."""
    texts = all_texts()
    for code in get_args(Code):
        assert {f"state.{code}", f"state.{code}_text"} <= texts.keys()
        if not code.startswith("good") and code != "read_only":
            assert f"state.first_{code}" in texts
    for reason in (*ADVICE, "the writer is closed"):
        assert f"state.first_{advice_on(f'{reason}: why')}" in texts
    assert advice_on("mark.ahead: 5 entries") == "read_only_mark_ahead"
    assert advice_on("the writer is closed") == advice_on(None) == "read_only_other"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到 1 秒", "less than a second"),
        (1, "1 秒", "1 second"),
        (59, "59 秒", "59 seconds"),
        (840, "14 分钟", "14 minutes"),
        (3_600, "1 小时", "1 hour"),
        (200_000, "2 天", "2 days"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(seconds: int, zh: str, en: str) -> None:
    """As people say it."""
    assert (span(seconds, Texts("zh")), span(seconds, Texts("en"))) == (zh, en)
