# SPDX-License-Identifier: Apache-2.0
"""The invented people, firm and places of the samples: division 99xxxx, which no real person has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from attest.codes import citizen_number, credit_code, organisation_code

COUNTY = "990101"
CITIZEN = "111"
CREDIT = "001"


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person (`id_type` 111) or a firm (001), as `people.json` prints it."""

    key: str
    id_type: str
    number: str
    name: str
    note: str


PEOPLE = (
    Person(
        "chen",
        CITIZEN,
        citizen_number("990102", date(1990, 6, 12), 31),
        "陈一鸣",
        "申请人：餐饮与烟草零售经营者",
    ),
    Person(
        "eatery",
        CREDIT,
        credit_code("92", COUNTY, organisation_code("MA99A117")),
        "九九县一鸣小馆",
        "个体工商户，经营者陈一鸣",
    ),
    Person(
        "lin", CITIZEN, citizen_number(COUNTY, date(1968, 9, 23), 24), "林淑芬", "出租人：经营场所的产权人"
    ),
    Person("zhou", CITIZEN, citizen_number(COUNTY, date(1988, 3, 5), 17), "周子昂", "购房人，与许若溪为夫妻"),
    Person("xu", CITIZEN, citizen_number(COUNTY, date(1989, 11, 18), 46), "许若溪", "购房人，与周子昂为夫妻"),
    Person("he", CITIZEN, citizen_number(COUNTY, date(1962, 4, 17), 53), "何建国", "售房人：住宅的产权人"),
    Person(
        "ma", CITIZEN, citizen_number(COUNTY, date(1996, 7, 30), 68), "马晓燕", "从业人员：健康证明已过期"
    ),
    Person("luo", CITIZEN, citizen_number(COUNTY, date(1979, 12, 3), 19), "罗启明", "局外人：与任何材料无关"),
)
BY_KEY = {person.key: person for person in PEOPLE}

SHOP_UNIT = "990101001001GB00017F00010117"
FLAT_UNIT = "990101002003GB00042F00031502"
SHOP_ADDRESS = "九九县光明镇晨光路88号1层117室"
FLAT_ADDRESS = "九九县光明镇望湖里42号3幢1502室"
SHOP_DEED = "九（2019）九九县不动产权第0001170号"
FLAT_DEED = "九（2016）九九县不动产权第0015023号"
SALE_NUMBER = "990101-2025-WQ-000268"
TAX_NUMBER = "399015250800001234"


def facts() -> dict[str, str]:
    """What the typst sources may print: names, numbers, places, by `key_name` and `key_number`."""
    people = {
        f"{person.key}_{field}": getattr(person, field) for person in PEOPLE for field in ("name", "number")
    }
    return people | {
        "shop_unit": SHOP_UNIT,
        "flat_unit": FLAT_UNIT,
        "shop_address": SHOP_ADDRESS,
        "flat_address": FLAT_ADDRESS,
        "shop_deed": SHOP_DEED,
        "flat_deed": FLAT_DEED,
        "sale_number": SALE_NUMBER,
        "tax_number": TAX_NUMBER,
    }
