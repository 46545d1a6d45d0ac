# SPDX-License-Identifier: Apache-2.0
"""Marks of certainty are told in words, and a note in Chinese is said to be one."""

from __future__ import annotations

import json
import re

import pytest

from api.demo import samples
from api.web.cited import aside, cited
from api.web.texts import Texts

ZH, EN = Texts("zh"), Texts("en")


@pytest.mark.parametrize(
    ("mark", "zh", "en"),
    [
        ("[read L 条例 9]", "（已读法规原文：条例 9）", "the law’s text was read: 条例 9)"),
        ("[read L]", "（已读法规原文）", "the law’s text was read)"),
        ("[read S, summary]", "（据二手资料：摘要）", "from a secondary source: summary)"),
        ("[read G/S]", "（已读政府网页、据二手资料）", "page was read, from a secondary source)"),
        ("[read]", "（已读所列文本）", "the text named was read)"),
        ("[gen, 总局令78号]", "（一般知识，未核对原文：总局令78号）", "against the text: 总局令78号)"),
        ("[ran; text of the standards not read]", "（已计算核对，未读标准原文）", "text was not read)"),
        ("[imported]", "（导入时未注明）", "not said when it was brought in)"),
        ("[ours]", "（ours）", "ours)"),
    ],
)
def test_a_mark_in_words(mark: str, zh: str, en: str) -> None:
    """What was read, and how; a mark of another form without its brackets."""
    assert cited("依据", mark, ZH) == f"依据{zh}"
    said = cited("依据", mark, EN)
    assert said.startswith("依据 (in Chinese as published; ")
    assert said.endswith(en)


def test_what_is_not_chinese_is_not_said_to_be() -> None:
    """A citation in another script stands by itself."""
    assert cited("Rules, 3", "[gen]", EN) == "Rules, 3 (general knowledge, not checked against the text)"


def test_no_mark_of_the_shipped_documents_is_shown_raw() -> None:
    """Each has its words in both languages."""
    texts = json.dumps([samples.items(), samples.types(), samples.bundles()], ensure_ascii=False)
    marks = {one["certainty"] for one in _citations(json.loads(texts))}
    assert len(marks) > 20
    for mark in marks:
        for t in (ZH, EN):
            told = aside("依据", mark, t)
            assert "[" not in told.whole
            assert not re.search(r"\b(read [LGS]|gen|inf|ran|imported)\b", told.before)


def _citations(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        own = [value] if "certainty" in value else []
        return own + [one for each in value.values() for one in _citations(each)]
    return [one for each in value for one in _citations(each)] if isinstance(value, list) else []
