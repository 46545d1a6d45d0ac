# SPDX-License-Identifier: Apache-2.0
"""The one-time notice: everything once, in both languages, with what not to bring and why."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from attest.bundles.notice import Hashes, Notice
from attest.bundles.plan import OnFile, Plan
from attest.catalogue.model import SAMPLE_NOTICE, Text
from attest.recognition.reasons import next_step
from tests.bundle_parts import BIRTH, OPENING, asking, demo_plan
from tests.recognition_parts import (
    APPLICANT,
    OPERATOR,
    TODAY,
    UNIT,
    a_candidate,
    catalogue_json,
    demo_types,
)

NAMES = {
    one["code"]: Text(one["name"]["zh"], one["name"]["en"])
    for one in catalogue_json("departments")["departments"]
}


def _notice(code: str, answers: dict[str, str], on_file: OnFile | None = None) -> Any:
    return _document(demo_plan(code, answers, on_file))


def _document(plan: Plan) -> Any:
    guides = {one.step: sha256(one.item.encode()).hexdigest() for one in plan.steps}
    return Notice(plan, demo_types(), NAMES, Hashes("0" * 64, guides)).document()


def test_it_says_that_seventeen_become_seven() -> None:
    """The first sentence counts, in both languages: 17 papers one by one, 7 to bring, 3 may follow."""
    notice = _notice("restaurant", OPENING)
    assert notice["summary"] == {
        "zh": "逐项办理需 17 份材料，联办只需交 7 份（7 种）。其中 3 份可以后补。各事项指南另需 2 份。"
        "另请带 1 种证件原件，出示即可，不留存。",
        "en": "17 papers one by one become 7 to hand in (7 kinds). 3 of them may follow later."
        " The guides of single steps ask 2 more besides. 1 more to show, of which nothing is kept.",
    }
    counts = {
        "one_by_one": 17,
        "papers": 7,
        "kinds": 7,
        "may_follow": 3,
        "besides": 2,
        "show": 1,
        "recognised": 0,
    }
    assert notice["counts"] == counts
    assert notice["notice"] == SAMPLE_NOTICE


def test_each_paper_once_with_its_uses() -> None:
    """A paper stands once with every step that it serves, and what is special about it."""
    notice = _notice("restaurant", OPENING)
    named = [(one["type"], json.dumps(one["parties"])) for one in notice["bring"]]
    assert len(named) == len(set(named))
    form, health = notice["bring"][0], notice["bring"][7]
    assert [use["step"] for use in form["for"]] == ["food", "fire", "sign", "tobacco"]
    assert form["name"]["zh"] == "开办餐饮店一件事联办申请表"
    assert form["text"]["zh"].startswith("用于食品经营许可 新办（食品经营许可申请书）；")
    assert (health["each"], health["joint"]) == (True, False)
    assert health["text"]["zh"].endswith("每人一份。联办清单之外，按该事项指南提交。")
    assert notice["bring"][3]["text"]["en"].endswith("May follow later.")


def test_what_not_to_bring_and_why() -> None:
    """A checked, a produced and a recognised paper each say who spares it."""
    checked = _notice("restaurant", OPENING)["spared"][0]
    assert checked["text"]["zh"] == "由市场监督管理局以数据核验，不用带。"
    assert checked["citation"]["certainty"] == "[read L 在线政务服务若干规定 7]"
    produced = _notice("newborn", BIRTH)["spared"][0]
    assert produced["text"] == {
        "zh": "由「出生医学证明签发」办理后产生，不用带。",
        "en": "The step “Medical certificate of birth” produces it: do not bring it.",
    }
    people = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
    layout = a_candidate(type="food_layout", issuer="own", about=UNIT, authority="XF")
    on_file = OnFile(people, (layout,), ("real_estate_unit", UNIT), TODAY, {})
    spared = _notice("restaurant", OPENING, on_file)["spared"]
    recognised = next(one for one in spared if one["ground"] == "recognised")
    assert recognised["by"] == "XF"
    assert recognised["text"]["en"].startswith("Fire and Rescue Brigade accepted it on ")


def test_what_one_step_checks_and_another_asks_for() -> None:
    """By data at some steps alone: the notice says at which, and does not say that nobody brings it."""
    plan = demo_plan("restaurant", OPENING, policies=asking("XF", "YC"))
    said = _document(plan)
    (licence,) = said["spared"]
    assert licence["text"]["zh"].startswith(
        "办理「公众聚集场所投入使用、营业前消防安全检查」、「烟草专卖零售"
    )
    assert licence["text"]["zh"].endswith("时由市场监督管理局以数据核验，只需为其他步骤带。")
    assert licence["text"]["en"].endswith(
        "Market Regulation Bureau answers by data: bring it for other steps only."
    )


def test_what_is_only_shown_is_brought_and_said_in_the_words_of_the_desk() -> None:
    """An identity card stands under what to show, not under what nobody brings, once for all its steps."""
    notice = _notice("restaurant", OPENING)
    (card,) = notice["show"]
    assert (card["type"], [use["step"] for use in card["for"]]) == ("id_card", ["food", "sign", "tobacco"])
    assert card["text"]["en"].endswith(next_step("handling.check_only", {}, "en", {}))
    assert card["text"]["zh"].endswith(next_step("handling.check_only", {}, "zh", {}))
    assert "id_card" not in {one["type"] for one in (*notice["spared"], *notice["bring"])}


def test_own_clocks_and_order() -> None:
    """Steps stand in order with what they wait for and their own limits, in words."""
    steps = {one["step"]: one for one in _notice("newborn", BIRTH)["steps"]}
    assert list(steps) == ["certificate", "registration", "insurance", "card", "claim"]
    assert steps["card"]["after"] == ["certificate", "registration"]
    assert steps["registration"]["clock"]["text"] == {
        "zh": "承诺当场，法定 1 个工作日。",
        "en": "Promised: on the spot; by law: 1 working day.",
    }
    assert steps["claim"]["clock"]["text"]["zh"] == "承诺 15 个工作日，法定 30 个工作日。"


def test_no_person_is_named() -> None:
    """A notice speaks of roles: no holder's id stands in it, looked up or not."""
    people = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
    on_file = OnFile(people, (), ("real_estate_unit", UNIT), TODAY, {})
    said = json.dumps(_notice("restaurant", OPENING, on_file))
    assert APPLICANT.hex() not in said
    assert OPERATOR.hex() not in said
    for code, answers in (("restaurant", OPENING), ("newborn", BIRTH)):
        for one in (*_notice(code, answers)["bring"], *_notice(code, answers)["spared"]):
            assert one["text"]["zh"].strip()
            assert one["text"]["en"].strip()


def test_what_cannot_be_told_has_a_next_step() -> None:
    """Where nothing can be told now, the notice says why and what to do."""
    layout = a_candidate(type="food_layout", issuer="own", about=UNIT)
    people = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
    notice = _notice("restaurant", OPENING, OnFile(people, (layout,), None, TODAY, {}))
    (unsure,) = notice["unsure"]
    assert (unsure["step"], unsure["reason"]) == ("food", "case.thing_unknown")
    assert unsure["name"] == {
        "zh": "与食品经营相适应的主要设备设施、经营布局、操作流程等文件",
        "en": "Equipment, layout and work flow",
    }
    assert unsure["text"]["zh"]
    assert unsure["next"]["en"]
