# SPDX-License-Identifier: Apache-2.0
"""Guide check: each rule finds what it is for and nothing else, in words that say what to do."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

from attest.catalogue.listing.check_texts import FINDINGS
from attest.catalogue.listing.checking import Finding, check_list
from attest.catalogue.listing.model import SEVERITIES, Row
from attest.catalogue.listing.names import known_as, type_named
from attest.catalogue.listing.writing import rows_of
from tests.catalogue_facts import LISTS
from tests.recognition_parts import demo_item, demo_types

TYPES = demo_types()
HEAD = {
    "item": "AB-001",
    "basic_code": "990131001000",
    "impl_code": "11990101MA0A0002264990131001000",
    "profile": "licence",
    "statutory": "20",
    "promised": "5",
    "unit": "WD",
    "statutory_mark": "[read L 行政许可法 42]",
}
OWN = {"source": "own", "handling": "keep", "requirement_ground": "条例 16", "requirement_mark": "[read L]"}


def the_list(*materials: dict[str, str], **head: str) -> list[Row]:
    """A sound list of one item with these materials; head cells may differ."""
    first = {key: text for key, text in {**HEAD, **head}.items() if text}
    asked = [{**OWN, **one} for one in (materials or ({"requirement_zh": "本人书写的申请"},))]
    cells: list[dict[str, str]] = [{**first, **asked[0]}, *asked[1:]]
    return [Row(n, {key: text for key, text in one.items() if text}) for n, one in enumerate(cells, 2)]


def found(*materials: dict[str, str], **head: str) -> list[Finding]:
    return check_list(the_list(*materials, **head), TYPES)


def codes(*materials: dict[str, str], **head: str) -> list[str]:
    return [one.code for one in found(*materials, **head)]


def test_a_sound_list_has_no_finding() -> None:
    """A list in order gives nothing."""
    assert found() == []


@pytest.mark.parametrize(
    "name",
    [
        "其他材料",
        "其他相关材料",
        "法律法规规定的其他材料",
        "相关证明",
        "有关证明文件",
        "身份证等材料",
        "申请表等相关材料",
        "审批部门要求提交的其它资料",
        "必要时提交的补充说明",
        "审批机关认为需要提供的证明材料",
        "登记机关认为有必要提交的文件",
        "主管部门要求的证明材料",
        "窗口要求补充的材料",
        "法律法规规定的其他资料",
        "papers the authority requires",
        "documents that the department may consider necessary",
        "Any other documents",
        "application form etc.",
    ],
)
def test_catch_all(name: str) -> None:
    """A phrase that leaves the list open is an error, and nothing more is said of what is not named."""
    assert codes({"requirement_zh": name, "requirement_ground": ""}) == ["guide.catch_all"]


@pytest.mark.parametrize(
    "name",
    [
        "申请书",
        "购车发票等机动车来历证明",
        "无犯罪记录证明材料",
        "关系证明",
        "公安机关出具的无犯罪记录证明",
        "主管部门要求的消防验收文件",
        "登记机关的核准证明",
        "资质认定证明",
        "单位认定工伤的决定书",
    ],
)
def test_not_a_catch_all(name: str) -> None:
    """A material that is named is none, even where its name has a 等 inside."""
    assert codes({"requirement_zh": name}) == []


@pytest.mark.parametrize(
    ("materials", "head", "code"),
    [
        ({"requirement_zh": "经营布局、操作流程等文件"}, {}, "guide.open_list"),
        ({}, {"promised": "21"}, "guide.promise_above_statutory"),
        ({}, {"unit": ""}, "guide.limit_without_unit"),
        ({}, {"statutory": ""}, "guide.limit_missing"),
        ({}, {"promised": ""}, "guide.limit_missing"),
        ({}, {"statutory_mark": ""}, "guide.limit_without_ground"),
        ({}, {"statutory_mark": "[imported]"}, "guide.limit_without_ground"),
        ({"requirement_zh": "甲证", "source": "issued", "handling": "check"}, {}, "guide.no_issuer"),
        ({"requirement_zh": "卫生检测报告", "source": "third_party"}, {}, "guide.no_maker"),
        (
            {"requirement_zh": "工商营业执照", "source": "issued", "handling": "", "originals": "1"},
            {},
            "guide.obtainable_kept",
        ),
        (
            {"type": "real_estate_deed", "source": "", "handling": "", "originals": "2"},
            {},
            "guide.obtainable_kept",
        ),
        ({}, {"handling_code": "11990101MA0A000226499013100100"}, "guide.wrong_code"),
        ({}, {"handling_code": "11990101MA0A000226499013100200001"}, "guide.wrong_code"),
        ({"requirement_zh": "甲证", "source": ""}, {}, "guide.no_source"),
        ({"requirement_zh": "户口本"}, {}, "guide.obtainable"),
        ({"type": "real_estate_deed", "source": "issued"}, {}, "guide.obtainable_kept"),
        (
            {"type": "marriage_certificate", "source": "issued", "handling": "check", "copies": "1"},
            {},
            "guide.copy_asked",
        ),
        (
            {"type": "id_card", "source": "issued", "handling": "show", "copies": "2"},
            {},
            "guide.copy_of_shown",
        ),
        ({"requirement_zh": "体检证明", "max_age_days": "180"}, {}, "guide.age_without_day"),
        ({"requirement_ground": ""}, {}, "guide.no_ground"),
        ({"requirement_mark": "[gen]"}, {}, "guide.ground_unsure"),
        ({}, {"basic_code": "990131001"}, "guide.wrong_code"),
        ({}, {"impl_code": "11990101MA0A0002274990131001000"}, "guide.wrong_code"),
        ({}, {"question": "premises", "question_zh": "场所?", "option": "owned"}, "guide.idle_question"),
    ],
)
def test_each_rule(materials: dict[str, str], head: dict[str, str], code: str) -> None:
    """One thing wrong in a sound list gives this one finding."""
    assert codes({"requirement_zh": "本人书写的申请", **materials}, **head) in (
        [code],
        [code, "guide.ground_unsure"],
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("法人身份证复印件", "guide.copy_of_shown"),
        ("身份证复印件", "guide.copy_of_shown"),
        ("股东身份证正反面复印件", "guide.copy_of_shown"),
        ("营业执照副本复印件", "guide.copy_asked"),
    ],
)
def test_a_copy_is_known_by_its_usual_names(name: str, code: str) -> None:
    """A row that says no more than a copy's usual name and how many is seen as a copy of that type."""
    row = {"requirement_zh": name, "copies": "1", "source": "", "handling": ""}
    said = codes(row)
    assert code in said
    assert "guide.no_source" not in said


def test_a_body_s_own_certificate_is_no_person_s() -> None:
    """A legal person's certificate is not taken for the ID card of its representative."""
    for name in ("事业单位法人证书", "法人登记证书", "法人授权委托书"):
        assert known_as(name) not in ("居民身份证", "营业执照", "证书")


def test_what_is_in_order_is_left_alone() -> None:
    """An original taken in, a copy of one's own paper and a question that leads elsewhere are no findings."""
    deed = {"type": "real_estate_deed", "source": "issued", "surrender": "yes"}
    assert codes(deed) == []
    assert codes({"requirement_zh": "申请书", "copies": "2"}) == []
    question = {"question": "weight", "question_zh": "?", "option": "light", "instead_zh": "不需办理"}
    assert codes(**question) == []
    asked = {"question": "premises", "question_zh": "?", "option": "owned"}
    assert codes({"requirement_zh": "申请书", "when": "premises=owned"}, **asked) == []


def test_what_is_shown_or_known_is_left_alone() -> None:
    """An original that is only shown, a check without originals, a third party's paper with its maker."""
    shown = {"type": "id_card", "source": "issued", "handling": "", "originals": "1"}
    checked = {"requirement_zh": "工商营业执照", "source": "issued", "handling": ""}
    made = {"requirement_zh": "卫生检测报告", "source": "third_party", "issuer": "检测机构"}
    known = {"type": "lease_contract", "source": "third_party"}
    for one in (shown, checked, {**checked, "originals": "0"}, made, known):
        assert codes({"requirement_zh": "本人书写的申请", **one}) == [], one


def test_a_list_without_item_codes_is_looked_over() -> None:
    """What no code names is an item all the same, told apart by name: every rule holds for it."""
    bad = {"requirement_zh": "其他材料", **OWN}
    rows = [
        Row(2, {**{k: v for k, v in HEAD.items() if k != "item"}, "item_zh": "甲", **bad}),
        Row(3, {"requirement_zh": "户口本", **OWN}),
        Row(4, {"item_zh": "乙", "promised": "9", **bad}),
    ]
    said = [(one.code, one.item, one.row) for one in check_list(rows, TYPES)]
    for one in (
        ("guide.unreadable", "", 2),
        ("guide.catch_all", "", 2),
        ("guide.obtainable", "", 3),
        ("guide.catch_all", "", 4),
        ("guide.limit_without_unit", "", 4),
        ("guide.limit_missing", "", 4),
    ):
        assert one in said, one
    assert [code for code, _, _ in said].count("guide.unreadable") == 1
    later = [*rows[:2], *(Row(one.number + 3, one.cells) for one in the_list())]
    assert {one.item for one in check_list(later, TYPES)} == {""}


def test_asked_twice() -> None:
    """The same thing for the same person in one situation, under other words, is named with its row."""
    pair = [
        {"requirement_zh": "授权委托书", "roles": "principal=applicant"},
        {"requirement_zh": "委托书（原件）", "roles": "principal=applicant"},
    ]
    twice = [one for one in found(*pair) if one.code == "guide.asked_twice"]
    assert [(one.row, one.params["row"]) for one in twice] == [(3, 2)]
    other = {**pair[1], "roles": "principal=operator"}
    assert "guide.asked_twice" not in codes(pair[0], other)
    apart = [{**pair[0], "when": "who=agent"}, {**pair[1], "when": "who=self|heir"}]
    assert "guide.asked_twice" not in codes(*apart)
    choice = [{**one, "requirement": "r", "alternative": str(n)} for n, one in enumerate(pair, 1)]
    assert "guide.asked_twice" not in codes(*choice)


def test_many_names() -> None:
    """One thing under two names is noted once, with the usual name; an owner in front makes no other name."""
    sole = {"source": "issued", "handling": "check"}
    rows = the_list({"requirement_zh": "工商营业执照", **sole}) + the_list(
        {"requirement_zh": "营业执照副本复印件", **sole}, item="AB-002"
    )
    names = [one for one in check_list(rows, TYPES) if one.code == "guide.many_names"]
    assert [(one.params["name"], one.params["count"]) for one in names] == [("营业执照", 2)]
    same = the_list({"requirement_zh": "申请人身份证", **sole}) + the_list(
        {"requirement_zh": "负责人身份证（原件）", **sole}, item="AB-002"
    )
    assert [one for one in check_list(same, TYPES) if one.code == "guide.many_names"] == []


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("申请人身份证复印件", "居民身份证"),
        ("法定代表人（负责人）有效身份证件", "居民身份证"),
        ("法人身份证复印件", "居民身份证"),
        ("法人代表身份证正反面复印件", "居民身份证"),
        ("股东身份证复印件1份", "居民身份证"),
        ("委托代理人身份证复印件（加盖公章）", "居民身份证"),
        ("二代居民身份证影印件", "居民身份证"),
        ("营业执照副本复印件", "营业执照"),
        ("企业法人营业执照复印件", "营业执照"),
        ("加盖公章的营业执照复印件", "营业执照"),
        ("营业执照（副本）原件及复印件", "营业执照"),
        ("房产证", "不动产权证书"),
        ("《授权委托书》", "授权委托书"),
        ("户口本", "居民户口簿"),
    ],
)
def test_usual_names(name: str, usual: str) -> None:
    """Owners, forms, marks and other words for a thing lead to its usual name, and so to its type."""
    assert known_as(name) == usual
    kind = type_named(name, TYPES)
    assert kind is not None
    assert kind.name.zh == usual


def test_shipped_guides_have_no_error() -> None:
    """The demo's guides give no error; the warnings that remain are what the collected facts print."""
    rows = rows_of([demo_item(code) for code in LISTS], TYPES)
    findings = check_list(rows, TYPES)
    assert {one.severity for one in findings} == {"warning", "note"}
    warned = sorted((one.code, one.item) for one in findings if one.severity == "warning")
    assert warned == [
        ("guide.asked_twice", "GA-009"),
        ("guide.obtainable_kept", "GA-009"),
        ("guide.obtainable_kept", "GJJ-015"),
        ("guide.obtainable_kept", "SC-001"),
        ("guide.obtainable_kept", "YC-004"),
        ("guide.open_list", "SC-002"),
    ]


def test_errors_come_first() -> None:
    """Findings stand by severity, then by row."""
    findings = found(
        {"requirement_zh": "相关材料"}, {"requirement_zh": "户口本", "requirement_ground": ""}, unit=""
    )
    order = [SEVERITIES.index(one.severity) for one in findings]
    assert order == sorted(order)
    assert len(set(order)) == 2


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_both_languages(code: str) -> None:
    """Every finding has a severity, and both languages are filled with the same parameters, twins apart."""
    text = FINDINGS[code]
    assert text.severity in SEVERITIES
    for zh, en in ((text.zh, text.en), (text.do_zh, text.do_en)):
        fields: list[set[str]] = [
            {name.removesuffix("_en") for _, name, _, _ in string.Formatter().parse(said) if name}
            for said in (zh, en)
        ]
        assert fields[0] - {"zh", "unit"} == fields[1] - {"en", "unit"}
        assert re.search("[\u4e00-\u9fff]", zh)
        assert not re.search("[\u4e00-\u9fff]", en)


def test_a_report_names_departments() -> None:
    """A report says who issues a thing by name where it knows it, by code where not."""
    one = next(f for f in found({"requirement_zh": "户口本"}) if f.code == "guide.obtainable")
    named: dict[str, Any] = one.json({"GA": {"zh": "公安局", "en": "Public Security Bureau"}})
    assert named["zh"] == "“居民户口簿”是公安局核发的，却列为申请人自备或者其他机构出具。"
    assert "Public Security Bureau" in str(named["en"])
    assert "是GA核发的" in str(one.json({})["zh"])
    assert named["next_zh"]
