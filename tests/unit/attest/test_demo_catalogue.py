# SPDX-License-Identifier: Apache-2.0
"""The demo's catalogue agrees with the collected facts: departments, lists, limits, terms, sources."""

from __future__ import annotations

import json
from typing import Final

import pytest

from attest.catalogue.item_document import check_item
from attest.catalogue.model import LEVELS, SAMPLE_NOTICE
from attest.codes import validate_credit_code
from tests.recognition_parts import CATALOGUE, catalogue_json, demo_item, demo_types

CODES: Final = ("XF-001", "SC-002", "ZR-007", "YC-004")

DEPARTMENTS: Final = ["SC", "XF", "YC", "WJ", "JT", "ZR", "SW", "GA", "MZ", "RS", "YB", "GJJ", "ZJ", "ZW"]

CLOCKS: Final = {
    # item: [(profile, statutory, its mark, promised, its mark)], all in working days
    "XF-001": [
        ("fire_promise", 20, "[read G]", 1, "[read G]"),
        ("fire_check", 13, "[read G]", 13, "[read G]"),
    ],
    "SC-002": [("licence", 10, "[gen, 总局令78号]", 8, "[gen]")],
    "ZR-007": [("real_estate", 30, "[read L 不动产登记暂行条例 20]", 5, "[read L 上海若干规定]")],
    "YC-004": [("licence", 20, "[read S]", 12, "[gen]")],
}

RESULTS: Final = {
    "XF-001": ("fire_check_opinion", "none", None),
    "SC-002": ("food_business_licence", "years", 5),
    "ZR-007": ("real_estate_deed", "printed", None),
    "YC-004": ("tobacco_licence", "years_at_most", 5),
}

LISTS: Final = {
    # item: [(material as the guide prints it, necessity 必 always, 情 situation, 缺 may follow, types)]
    "XF-001": [
        ("告知承诺书", "情", {"fire_promise"}),
        ("消防安全检查申报表", "情", {"fire_declaration"}),
        ("营业执照", "必", {"business_licence"}),
        ("消防安全制度、灭火和应急疏散预案", "缺", {"fire_rules_plan"}),
        ("场所平面布置图、场所消防设施平面图", "缺", {"fire_drawings"}),
    ],
    "SC-002": [
        ("食品经营许可申请书", "必", {"food_application"}),
        ("营业执照", "必", {"business_licence"}),
        ("主要设备设施、经营布局、操作流程等文件", "必", {"food_layout"}),
        ("食品安全规章制度目录清单", "缺", {"food_rules_list"}),
        ("身份证明", "必", {"id_card"}),
        ("健康证明", "情", {"health_certificate"}),
        ("授权委托书", "情", {"mandate"}),
    ],
    "ZR-007": [
        ("不动产登记申请书", "必", {"transfer_application"}),
        ("双方身份证明", "必", {"id_card"}),
        ("不动产权证书", "必", {"real_estate_deed"}),
        ("存量房买卖合同", "必", {"sale_contract"}),
        ("契税完税凭证", "必", {"deed_tax_receipt"}),
        ("婚姻状况", "情", {"marriage_certificate", "household_register", "marital_statement"}),
        ("抵押权人同意书", "情", {"mortgagee_consent"}),
        ("公证委托书", "情", {"notarised_mandate"}),
    ],
    "YC-004": [
        ("申请表", "必", {"tobacco_application"}),
        ("营业执照", "必", {"business_licence"}),
        ("身份证明", "必", {"id_card"}),
        ("经营场所权属证明", "情", {"real_estate_deed"}),
        ("租赁合同和出租方权属证明", "情", {"lease_contract", "real_estate_deed"}),
        ("场所使用证明", "情", {"premises_use_statement"}),
        ("照片", "必", {"premises_photo"}),
        ("居住证", "情", {"residence_permit"}),
        ("委托书", "情", {"mandate"}),
    ],
}
NECESSITY: Final = {"必": "always", "情": "situation", "缺": "may_follow"}

REUSE: Final = {
    "deed_tax_receipt": "single_use",
    "mandate": "this_case",
    "notarised_mandate": "this_case",
    "fire_promise": "this_case",
    "marital_statement": "this_case",
    "fire_drawings": "same_thing",
    "food_layout": "same_thing",
    "lease_contract": "same_thing",
    "real_estate_deed": "same_thing",
    "business_licence": "free",
}


def test_departments() -> None:
    """Eleven kinds of department, fourteen codes, each with both names, a level and a valid invented code."""
    document = catalogue_json("departments")
    assert [one["code"] for one in document["departments"]] == DEPARTMENTS
    assert document["division"].startswith("99")
    for one in document["departments"]:
        assert one["level"] in LEVELS
        assert set(one["name"]) == {"zh", "en"}
        validate_credit_code(one["uscc"])
        assert one["uscc"][2:8] == document["division"]
    assert len({one["uscc"] for one in document["departments"]}) == len(DEPARTMENTS)


@pytest.mark.parametrize("code", CODES)
def test_item_parses_against_the_types(code: str) -> None:
    """Every guide parses, fits the types, is marked as sample and belongs to the invented division."""
    item = demo_item(code)
    check_item(item, demo_types())
    assert (item.code, item.version, item.notice, item.receivers) == (code, 1, SAMPLE_NOTICE, ("ZW",))
    own = next(d for d in catalogue_json("departments")["departments"] if d["code"] == item.authority)
    assert item.impl_code == own["uscc"] + "4" + item.basic_code
    assert item.authority == code.split("-", maxsplit=1)[0]


@pytest.mark.parametrize("code", CODES)
def test_limits(code: str) -> None:
    """Profiles and limits are the collected ones, with their marks; none promises more than the law."""
    found = []
    for clock in demo_item(code).clocks:
        statutory, promised = clock.statutory_limit, clock.promised_limit
        assert (statutory.unit, promised.unit) == ("WD", "WD")
        assert promised.n <= statutory.n
        found.append(
            (
                clock.profile,
                statutory.n,
                statutory.citation.certainty,
                promised.n,
                promised.citation.certainty,
            )
        )
    assert found == CLOCKS[code]


@pytest.mark.parametrize("code", CODES)
def test_lists(code: str) -> None:
    """Every material of the list stands in its place with its necessity and types, and nothing is added."""
    item = demo_item(code)
    assert len(item.requirements) == len(LISTS[code])
    for requirement, (printed, necessity, types) in zip(item.requirements, LISTS[code], strict=True):
        assert printed in requirement.text.zh
        assert requirement.necessity == NECESSITY[necessity]
        assert {e.type for c in requirement.alternatives for e in c.evidence} == types


@pytest.mark.parametrize("code", CODES)
def test_results(code: str) -> None:
    """What an item ends in, and how long it holds."""
    result = demo_item(code).result
    assert (result.type, result.term, result.years) == RESULTS[code]


def test_questions_are_few() -> None:
    """No guide asks more than eight closed questions, and every answer but one leads somewhere."""
    for code in CODES:
        item = demo_item(code)
        assert len(item.questions) <= 8
        named = {q for r in item.requirements for q in r.when} | {q for c in item.clocks for q in c.when}
        for question in item.questions:
            assert question.code in named or any(o.instead for o in question.options)


def test_types_rules() -> None:
    """The traps of the facts: never kept, once only, this case only, same thing only, a year of health."""
    types = demo_types()
    assert [one.code for one in types.types.values() if one.handling != "keep"] == ["id_card"]
    assert {code: types.types[code].reuse for code in REUSE} == REUSE
    assert types.types["health_certificate"].validity.days == 365
    assert types.types["lease_contract"].roles == ("lessor", "lessee")
    assert types.types["fire_drawings"] != types.types["food_layout"]
    for one in types.types.values():
        assert one.owner in DEPARTMENTS
        assert set(one.issuers) <= set(DEPARTMENTS)


def test_sample_documents_fit_the_types() -> None:
    """Every sample file is of a defined type, by an issuer and with parties that the type knows."""
    listing = CATALOGUE.parent / "documents.json"
    types = demo_types()
    for one in json.loads(listing.read_text(encoding="utf-8")):
        kind = types.types[one["type"]]
        assert one["issuer"] in (kind.issuers or (kind.source,))
        assert {party["role"] for party in one["parties"]} <= set(kind.roles)
        if kind.about is not None:
            assert one["about"]["kind"] == kind.about
