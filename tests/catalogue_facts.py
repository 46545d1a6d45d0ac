# SPDX-License-Identifier: Apache-2.0
"""What the collected facts say of every item, in short: the demo's catalogue is held against it.

A list's line: material as the guide prints it | need 必 always, 情 in a situation, 缺 may follow | source
政 issued, 自 own, 三 third party | handling 核 checked, 验 shown, 交 kept, `-` none named | material types.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Fact(NamedTuple):
    """One line of a list."""

    printed: str
    need: str
    sources: frozenset[str]
    handling: str
    types: frozenset[str]


# item: level, case type, [(profile, statutory, unit, its mark, promised, its mark, extension, counted from)]
CLOCKS: Final = {
    "SC-001": ("county", "promised", [("market", 3, "WD", "L", 1, "gen", 3, None)]),
    "SC-002": ("county", "promised", [("licence", 10, "WD", "gen", 8, "gen", 5, None)]),
    "XF-001": (
        "county",
        "promised",
        [
            ("fire_promise", 20, "WD", "G", 1, "G", None, None),
            ("fire_check", 13, "WD", "G", 13, "G", None, None),
        ],
    ),
    "YC-004": ("county", "promised", [("licence", 20, "WD", "S", 12, "gen", 10, None)]),
    "WJ-005": ("county", "promised", [("licence", 20, "WD", "S", 5, "S", None, None)]),
    "JT-006": ("county", "promised", [("licence", 20, "WD", "L", 5, "gen", None, None)]),
    "ZR-007": ("county", "promised", [("real_estate", 30, "WD", "L", 5, "L", None, None)]),
    "GA-008": ("town", "on_spot", [("on_spot", 0, "WD", "S", 0, "S", None, None)]),
    "GA-009": ("town", "promised", [("days", 15, "ND", "L", 10, "gen", 15, None)]),
    "GA-010": ("city", "on_spot", [("days", 2, "ND", "L", 0, "gen", None, None)]),
    "GA-011": ("city", "on_spot", [("days", 1, "ND", "L", 0, "gen", None, None)]),
    "YB-012": ("county", "promised", [("social_insurance", 30, "WD", "L", 15, "gen", None, None)]),
    "RS-013": ("county", "promised", [("social_insurance", 10, "WD", "L", 5, "gen", None, None)]),
    "MZ-014": ("county", "promised", [("relief", 30, "WD", "gen", 22, "gen", None, None)]),
    "GJJ-015": ("city", "promised", [("days", 3, "ND", "L", 1, "gen", None, None)]),
    "WJ-016": ("county", "promised", [("licence", 20, "WD", "L", 10, "gen", None, "application")]),
    "MZ-017": ("county", "on_spot", [("on_spot", 0, "WD", "L", 0, "L", None, None)]),
    "MZ-017.v2": ("county", "on_spot", [("on_spot", 0, "WD", "L", 0, "L", None, None)]),
    "ZJ-018": ("county", "promised", [("licence", 7, "WD", "L", 3, "gen", None, "application")]),
}

# item: kind of item in its basic code, material that it ends in, term, years, mark
RESULTS: Final = {
    "SC-001": ("07", "business_licence", "printed", None, "[gen]"),
    "SC-002": ("01", "food_business_licence", "years", 5, "[read L 食品安全法实施条例 15]"),
    "XF-001": ("01", "fire_check_opinion", "none", None, "[read G]"),
    "YC-004": ("01", "tobacco_licence", "years_at_most", 5, "[read S]"),
    "WJ-005": ("01", "hygiene_licence", "years", 4, "[read S]"),
    "JT-006": ("01", "road_transport_licence", "years", 4, "[gen]"),
    "ZR-007": ("07", "real_estate_deed", "printed", None, "[gen]"),
    "GA-008": ("07", "household_register", "none", None, "[read L 户口登记条例 7]"),
    "GA-009": ("07", "residence_permit", "years", 1, "[read L 10]"),
    "GA-010": ("07", "vehicle_registration_certificate", "none", None, "[read L 机动车登记规定 12]"),
    "GA-011": ("07", "vehicle_registration_certificate", "none", None, "[read L 26]"),
    "YB-012": ("20", "medical_claim_settlement", "none", None, "[gen]"),
    "RS-013": ("05", "unemployment_benefit_notice", "none", None, "[gen]"),
    "MZ-014": ("05", "allowance_confirmation", "none", None, "[read L 13]"),
    "GJJ-015": ("20", "withdrawal_decision", "none", None, "[read S]"),
    "WJ-016": ("01", "nurse_licence", "years", 5, "[read L 8]"),
    "MZ-017": ("07", "marriage_certificate", "none", None, "[read L 婚姻登记条例]"),
    "MZ-017.v2": ("07", "marriage_certificate", "none", None, "[read L 婚姻登记条例]"),
    "ZJ-018": ("01", "construction_permit", "none", None, "[read L 9]"),
}

_LISTS: Final = {
    "SC-001": """
        登记（备案）申请书 | 必 | 自 | 交 | registration_application
        经营者身份证明 | 必 | 政 | 核 | id_card
        不动产权证书 | 情 | 政 | 交 | real_estate_deed
        租赁合同和出租方权属证明 | 情 | 自政 | 交 | lease_contract real_estate_deed
        场所使用证明 | 情 | 自 | 交 | premises_use_statement
        申报承诺表 | 情 | 自 | 交 | premises_promise
        授权委托书和代理人身份证明 | 情 | 自政 | - | mandate id_card
        前置许可批准文件 | 情 | 政 | 核 | prior_licence
        前置许可批准文件 | 情 | 政 | 核 | prior_licence
        公司章程 | 情 | 自 | 交 | articles_of_association
        任职文件 | 情 | 自 | 交 | appointment_papers
    """,
    "SC-002": """
        食品经营许可申请书 | 必 | 自 | 交 | food_application
        营业执照 | 必 | 政 | 核 | business_licence
        主要设备设施、经营布局、操作流程等文件 | 必 | 自 | 交 | food_layout
        食品安全规章制度目录清单 | 缺 | 自 | 交 | food_rules_list
        身份证明 | 必 | 政 | 核 | id_card
        健康证明 | 情 | 三 | - | health_certificate
        授权委托书 | 情 | 自 | 交 | mandate
    """,
    "XF-001": """
        告知承诺书 | 情 | 自 | 交 | fire_promise
        消防安全检查申报表 | 情 | 自 | 交 | fire_declaration
        营业执照 | 必 | 政 | 核 | business_licence
        消防安全制度、灭火和应急疏散预案 | 缺 | 自 | 交 | fire_rules_plan
        场所平面布置图、场所消防设施平面图 | 缺 | 自 | 交 | fire_drawings
    """,
    "YC-004": """
        申请表 | 必 | 自 | 交 | tobacco_application
        营业执照 | 必 | 政 | 核 | business_licence
        身份证明 | 必 | 政 | 核 | id_card
        经营场所权属证明 | 情 | 政 | 交 | real_estate_deed
        租赁合同和出租方权属证明 | 情 | 自政 | 交 | lease_contract real_estate_deed
        场所使用证明 | 情 | 自 | 交 | premises_use_statement
        照片 | 必 | 自 | 交 | premises_photo
        居住证 | 情 | 政 | 核 | residence_permit
        委托书 | 情 | 自 | 交 | mandate
    """,
    "WJ-005": """
        申请表 | 必 | 自 | 交 | hygiene_application
        法定代表人或者负责人身份证明 | 必 | 政 | 核 | id_card
        地址方位示意图、平面图和卫生设施平面布局图 | 必 | 自 | 交 | hygiene_layout
        告知承诺书 | 情 | 自 | 交 | hygiene_promise
        卫生检测或者评价报告 | 情 | 三 | 交 | hygiene_report
        卫生管理制度 | 情 | 自 | 交 | hygiene_rules
        集中空调卫生检测报告 | 情 | 三 | 交 | air_conditioning_report
        从业人员健康合格证明 | 必 | 三 | - | hygiene_health_certificate
        委托书 | 情 | 自 | 交 | mandate
    """,
    "JT-006": """
        经营申请表 | 必 | 自 | 交 | freight_application
        负责人身份证明 | 必 | 政 | 核 | id_card
        经办人身份证明和委托书 | 情 | 自政 | - | id_card mandate
        或者拟投入车辆承诺书 | 必 | 自政三 | - | vehicle_licence vehicle_grade vehicle_promise
        驾驶证、从业资格证 | 必 | 政 | 核 | driving_licence driver_qualification
        安全生产管理制度文本 | 必 | 自 | 交 | freight_safety_rules
    """,
    "ZR-007": """
        不动产登记申请书 | 必 | 自 | 交 | transfer_application
        双方身份证明 | 必 | 政 | 核 | id_card
        不动产权证书 | 必 | 政 | 交 | real_estate_deed
        存量房买卖合同 | 必 | 自 | 核 | sale_contract
        契税完税凭证 | 必 | 政 | 核 | deed_tax_receipt
        婚姻状况 | 情 | 政自 | - | marriage_certificate household_register marital_statement
        抵押权人同意书 | 情 | 三 | 交 | mortgagee_consent
        公证委托书 | 情 | 三 | 交 | notarised_mandate
    """,
    "GA-008": """
        出生登记申请 | 必 | 自 | 交 | birth_registration_application
        出生医学证明 | 必 | 政 | 交 | birth_certificate
        父母居民身份证 | 必 | 政 | 核 | id_card
        落户方居民户口簿 | 必 | 政 | 核 | household_register
        结婚证 | 情 | 政 | 核 | marriage_certificate
        非婚生育说明 | 情 | 自 | 交 | unmarried_birth_statement
        亲子鉴定 | 情 | 三 | 交 | paternity_test
        民族成份申请书 | 情 | 自 | 交 | ethnicity_application
    """,
    "GA-009": """
        居民身份证 | 必 | 政 | 核 | id_card
        相片 | 必 | 自 | 交 | portrait_photo
        住址证明 | 情 | 政自三 | - | lease_contract real_estate_deed home_purchase_contract lodging_statement
        就业证明 | 情 | 政自三 | - | business_licence labour_contract labour_relation_statement
        就读证明 | 情 | 三 | - | student_card study_statement
        双方身份证件 | 情 | 政 | 核 | id_card
    """,
    "GA-010": """
        所有人身份证明 | 必 | 政 | 核 | id_card
        购车发票等机动车来历证明 | 必 | 三 | - | vehicle_invoice
        合格证明或者进口凭证 | 必 | 三 | - | vehicle_conformity
        强制保险凭证 | 必 | 三 | - | compulsory_insurance
        购置税、车船税完税证明或者免税凭证 | 必 | 政 | 核 | vehicle_tax_receipt
        检验合格证明 | 情 | 三 | - | vehicle_inspection
        委托书 | 情 | 自 | 交 | mandate
    """,
    "GA-011": """
        现机动车所有人身份证明 | 必 | 政 | 核 | id_card
        转让的证明、凭证 | 必 | 自 | 交 | vehicle_transfer_proof
        登记证书 | 必 | 政 | 核 | vehicle_registration_certificate
        行驶证 | 必 | 政 | 核 | vehicle_licence
        解除监管证明 | 情 | 三 | - | customs_release
        检验合格证明和交通事故责任强制保险凭证 | 情 | 三 | - | vehicle_inspection compulsory_insurance
        委托书 | 情 | 自 | 交 | mandate
    """,
    "YB-012": """
        收费票据 | 必 | 三 | 交 | medical_invoice
        费用清单 | 必 | 三 | 交 | medical_cost_list
        诊断证明 | 必 | 三 | 交 | diagnosis_statement
        病历资料 | 必 | 三 | 交 | medical_records
        身份证或者社会保障卡 | 必 | 政 | 核 | medical_insurance_code id_card social_security_card
        银行账户 | 必 | 自 | 交 | bank_account
        委托书 | 情 | 自 | 交 | mandate
    """,
    "RS-013": """
        身份证或者社会保障卡 | 必 | 政 | 核 | id_card social_security_card
        解除劳动关系 | 必 | 政 | 核 | employment_end_record
    """,
    "MZ-014": """
        书面申请 | 必 | 自 | 交 | relief_application
        家庭状况、收入、财产登记表 | 必 | 自 | 交 | family_assets_form
        身份证 | 必 | 政 | 核 | id_card
        户口簿 | 必 | 政 | 核 | household_register
        家庭经济状况核对授权书 | 必 | 自 | 交 | economic_check_authorisation
        残疾人证 | 情 | 三 | - | disability_certificate
        病历 | 情 | 三 | - | illness_records
    """,
    "GJJ-015": """
        申请人身份证 | 必 | 政 | 核 | id_card
        配偶身份证 | 情 | 政 | 核 | id_card
        婚姻状况证明 | 情 | 政 | 核 | marriage_certificate
        商品房买卖合同 | 情 | 自 | - | home_purchase_contract
        不动产权证书和契税完税凭证 | 情 | 政 | - | real_estate_deed deed_tax_receipt
        购房发票或者缴款票据 | 必 | 三 | - | home_payment_receipt
        本人 I 类储蓄卡 | 必 | 自 | - | bank_card
    """,
    "WJ-016": """
        申请审核表 | 必 | 自 | 交 | nurse_application
        身份证明 | 必 | 政 | 核 | id_card
        学历证书及临床实习证明 | 必 | 三 | 交 | nursing_diploma clinical_internship
        护士执业资格考试成绩合格证明 | 必 | 政 | - | nurse_exam_pass
        6 个月内健康体检证明 | 必 | 三 | 交 | nurse_health_check
        拟聘用的材料 | 必 | 三 | 交 | employer_statement
        3 个月临床护理培训考核合格证明 | 情 | 三 | 交 | clinical_training
    """,
    "MZ-017": """
        身份证 | 必 | 政 | 核 | id_card
        户口簿 | 必 | 政 | 核 | household_register
        无配偶且无近亲关系的签字声明 | 必 | 自 | 交 | marriage_declaration
    """,
    "MZ-017.v2": """
        身份证 | 必 | 政 | 核 | id_card
        无配偶且无近亲关系的签字声明 | 必 | 自 | 交 | marriage_declaration
    """,
    "ZJ-018": """
        申请表 | 必 | 自 | 交 | construction_application
        用地批准手续 | 必 | 政 | 核 | land_approval
        建设工程规划许可证 | 必 | 政 | 核 | planning_permit
        施工合同 | 必 | 自 | 交 | construction_contract
        施工图设计文件审查合格书 | 必 | 三 | 交 | drawing_review
        质量和安全的具体措施 | 必 | 自 | 交 | safety_measures
        资金已经落实承诺书 | 必 | 自 | 交 | funding_promise
        委托书 | 情 | 自 | 交 | mandate
    """,
}


def _line(line: str) -> Fact:
    printed, need, sources, handling, types = (cell.strip() for cell in line.split(" | "))
    return Fact(printed, need, frozenset(sources), handling, frozenset(types.split()))


LISTS: Final = {code: [_line(line) for line in text.strip().splitlines()] for code, text in _LISTS.items()}

# item, requirement: what one evidence says of age and number
AGES: Final = {
    ("SC-001", "prior.undated"): (90, "application"),
    ("WJ-005", "report"): (365, "application"),
    ("WJ-005", "air_conditioning"): (365, "application"),
    ("GJJ-015", "purchase.contract"): (365, "application"),
    ("GJJ-015", "purchase.title"): (365, "application"),
    ("GJJ-015", "payment"): (365, "application"),
    ("WJ-016", "health"): (181, "application"),
}
EACH: Final = {
    ("SC-002", "health"),
    ("WJ-005", "health"),
    ("JT-006", "drivers"),
    ("GA-008", "identity"),
    ("MZ-014", "identity"),
    ("MZ-014", "household"),
    ("MZ-014", "authorisation"),
    ("MZ-017", "identity"),
    ("MZ-017", "household"),
    ("MZ-017", "declaration"),
    ("MZ-017.v2", "identity"),
    ("MZ-017.v2", "declaration"),
}
SURRENDERED: Final = {("ZR-007", "deed"), ("GA-008", "birth")}
LEADING_ELSEWHERE: Final = {
    ("SC-002", "prepacked", "yes"),
    ("JT-006", "weight", "light"),
    ("GA-011", "originals", "lost"),
}
