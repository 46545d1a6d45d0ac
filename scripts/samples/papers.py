# SPDX-License-Identifier: Apache-2.0
"""What each sample paper is: type, issuer, number, dates, parties and the thing it is about."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.samples import cast

OWN = "own"
THIRD_PARTY = "third_party"

Party = tuple[str, str]
"""(role, person key)."""
Thing = tuple[str, str]
"""(kind, id): a real-estate unit by its 28-character number."""

SHOP: Thing = ("real_estate_unit", cast.SHOP_UNIT)
FLAT: Thing = ("real_estate_unit", cast.FLAT_UNIT)
EATERY: tuple[Party, ...] = (("holder", "eatery"), ("operator", "chen"))
BUYERS: tuple[Party, ...] = (("buyer", "zhou"), ("buyer", "xu"), ("seller", "he"))


@dataclass(frozen=True, slots=True)
class Paper:
    """One file; dates are ISO days, `number` is the one its issuer printed on it."""

    file: str
    type: str
    issuer: str
    parties: tuple[Party, ...]
    zh: str
    en: str
    number: str | None = None
    issued: str | None = None
    valid_until: str | None = None
    about: Thing | None = None

    @property
    def media(self) -> str:
        """Media type by the name's suffix: these are the only two that the samples use."""
        return "application/pdf" if self.file.endswith(".pdf") else "image/jpeg"


PAPERS = (
    Paper(
        "business-licence.pdf",
        "business_licence",
        "SC",
        EATERY,
        "营业执照（副本）",
        "Business licence",
        number=cast.BY_KEY["eatery"].number,
        issued="2025-03-12",
    ),
    Paper(
        "fire-promise.pdf",
        "fire_promise",
        OWN,
        EATERY,
        "消防安全告知承诺书",
        "Fire safety promise",
        about=SHOP,
    ),
    Paper(
        "fire-rules-plan.pdf",
        "fire_rules_plan",
        OWN,
        EATERY,
        "消防安全制度、灭火和应急疏散预案",
        "Fire safety rules and evacuation plan",
        issued="2025-03-20",
        about=SHOP,
    ),
    Paper(
        "fire-drawings.jpg",
        "fire_drawings",
        OWN,
        EATERY,
        "场所平面布置图、消防设施平面图",
        "Floor plan with fire equipment",
        issued="2025-03-15",
        about=SHOP,
    ),
    Paper(
        "lease-contract.pdf",
        "lease_contract",
        OWN,
        (("lessor", "lin"), ("lessee", "chen")),
        "房屋租赁合同",
        "Lease contract",
        issued="2025-02-20",
        valid_until="2045-02-28",
        about=SHOP,
    ),
    Paper(
        "deed-shop.jpg",
        "real_estate_deed",
        "ZR",
        (("holder", "lin"),),
        "不动产权证书（光明镇晨光路88号）",
        "Real-estate certificate of the premises",
        number=cast.SHOP_DEED,
        issued="2019-05-16",
        about=SHOP,
    ),
    Paper(
        "deed-shop-rescan.jpg",
        "real_estate_deed",
        "ZR",
        (("holder", "lin"),),
        "不动产权证书（同一证书的另一次扫描）",
        "The same real-estate certificate, scanned again",
        number=cast.SHOP_DEED,
        issued="2019-05-16",
        about=SHOP,
    ),
    Paper(
        "food-application.pdf",
        "food_application",
        OWN,
        EATERY,
        "食品经营许可申请书",
        "Food business licence application",
        about=SHOP,
    ),
    Paper(
        "food-layout.pdf",
        "food_layout",
        OWN,
        EATERY,
        "主要设备设施、经营布局、操作流程",
        "Layout, equipment and workflow of the kitchen",
        issued="2025-03-15",
        about=SHOP,
    ),
    Paper(
        "food-rules-list.pdf",
        "food_rules_list",
        OWN,
        EATERY,
        "食品安全规章制度目录清单",
        "List of food safety rules",
        issued="2025-03-18",
        about=SHOP,
    ),
    Paper(
        "health-certificate.jpg",
        "health_certificate",
        THIRD_PARTY,
        (("holder", "ma"),),
        "从业人员健康证明（已过期）",
        "Employee health certificate (expired)",
        number="990101-2019-00386",
        issued="2019-03-04",
        valid_until="2020-03-03",
    ),
    Paper(
        "residence-permit.jpg",
        "residence_permit",
        "GA",
        (("holder", "chen"),),
        "居住证（签注已到期）",
        "Residence permit (endorsement expired)",
        number="990101180000265",
        issued="2018-05-20",
        valid_until="2019-05-19",
    ),
    Paper(
        "deed-tax-receipt.pdf",
        "deed_tax_receipt",
        "SW",
        (("holder", "zhou"), ("co_holder", "xu")),
        "契税完税凭证",
        "Deed tax receipt",
        number=cast.TAX_NUMBER,
        issued="2025-08-26",
        about=FLAT,
    ),
    Paper(
        "sale-contract.pdf",
        "sale_contract",
        OWN,
        BUYERS,
        "存量房买卖合同",
        "Contract of sale of a home",
        number=cast.SALE_NUMBER,
        issued="2025-08-20",
        about=FLAT,
    ),
    Paper(
        "marriage-certificate.jpg",
        "marriage_certificate",
        "MZ",
        (("holder", "zhou"), ("co_holder", "xu")),
        "结婚证",
        "Marriage certificate",
        number="J990101-2016-000520",
        issued="2016-05-20",
    ),
    Paper(
        "household-register.jpg",
        "household_register",
        "GA",
        (("member", "zhou"),),
        "居民户口簿（周子昂成员页）",
        "Household register, page of one member",
        number="990101088",
        issued="2016-06-02",
    ),
    Paper(
        "deed-flat.jpg",
        "real_estate_deed",
        "ZR",
        (("holder", "he"),),
        "不动产权证书（望湖里42号3幢1502室）",
        "Real-estate certificate of the flat",
        number=cast.FLAT_DEED,
        issued="2016-11-09",
        about=FLAT,
    ),
    Paper(
        "transfer-application.pdf",
        "transfer_application",
        OWN,
        BUYERS,
        "不动产登记申请书（转移登记·买卖）",
        "Real-estate transfer application",
        about=FLAT,
    ),
    Paper(
        "tobacco-application.pdf",
        "tobacco_application",
        OWN,
        EATERY,
        "烟草专卖零售许可证新办申请表",
        "Tobacco retail licence application",
        about=SHOP,
    ),
    Paper(
        "premises-photo.jpg",
        "premises_photo",
        OWN,
        EATERY,
        "经营场所照片",
        "Photograph of the premises",
        issued="2025-03-22",
        about=SHOP,
    ),
)
