# SPDX-License-Identifier: Apache-2.0
"""The pages' texts stand in both languages, and times are told in words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from api.demo import samples
from api.web.counter.desk import limit_words
from api.web.texts import FOLDER, PLACE, Texts, all_texts
from api.web.times import day_words, told
from attest.catalogue.item_document import parse_item

WEB = Path(FOLDER).parent
LITERAL = re.compile(r"""\bt\(\s*["']([a-z_.A-Z]+)["']\s*[,)]""")


def test_no_text_is_missing_in_either_language() -> None:
    """Every key has a text in zh and in en with the same places to fill."""
    texts = all_texts()
    assert texts
    for key, (zh, en) in texts.items():
        assert zh.strip(), key
        assert en.strip(), key
        assert set(PLACE.findall(zh)) - {"n"} == set(PLACE.findall(en)) - {"n"}, key


def test_every_text_that_a_template_names_is_there() -> None:
    """Each literal key in templates and page code is in the files."""
    named = {
        key: str(file.relative_to(WEB))
        for file in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
        for key in LITERAL.findall(file.read_text(encoding="utf-8"))
        if "." in key and not key.endswith(("_", "."))
    }
    assert {key: file for key, file in named.items() if key not in all_texts()} == {}


def test_plural_is_chosen_in_english_only() -> None:
    """`one|many` is chosen by n; Chinese has one form."""
    assert Texts("en")("counter.list", n=1) == "1 requirement"
    assert Texts("en")("counter.list", n=2) == "2 requirements"
    assert Texts("zh")("counter.list", n=2) == "证明事项 2 项"


def test_every_limit_is_told_from_where_it_begins() -> None:
    """On the spot, after admission or after application: each limit of each shipped guide has its words."""
    told_of = {}
    for item in map(parse_item, samples.items()):
        for clock in item.clocks:
            n, name = limit_words(clock, clock.statutory_limit)
            told_of[item.code] = Texts("zh")(f"counter.{name}", n=n)
    assert told_of["MZ-017"] == "当场"
    assert told_of["YB-012"] == "申请后 30 个工作日"
    assert told_of["ZR-007"] == "受理后 30 个工作日"


@pytest.mark.parametrize(
    ("ago", "zh", "en"),
    [
        (0, "刚刚", "just now"),
        (44, "刚刚", "just now"),
        (60, "1 分钟前", "1 minute ago"),
        (3600, "1 小时前", "1 hour ago"),
        (86_400 * 3, "3 天前", "3 days ago"),
        (-120, "2 分钟后", "in 2 minutes"),
    ],
)
def test_times_are_told_in_words(ago: int, zh: str, en: str) -> None:
    """Words first, by the largest unit that fits."""
    now = 1_790_000_000
    assert told(now - ago, now, "zh").words == zh
    assert told(now - ago, now, "en").words == en


def test_a_day_of_another_year_says_so() -> None:
    """The year is written where it is not this one."""
    assert day_words(date(2026, 9, 30), date(2026, 1, 1), "zh") == "9月30日"
    assert day_words(date(2027, 9, 30), date(2026, 1, 1), "zh") == "2027年9月30日"
    assert day_words(date(2027, 9, 30), date(2026, 1, 1), "en") == "30 Sep 2027"
