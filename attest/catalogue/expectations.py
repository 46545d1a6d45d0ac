# SPDX-License-Identifier: Apache-2.0
"""What a catalogue document was expected to say, in zh and en: the words of every fault of its reading. Pure.

A reader refuses a member with a short English expectation, which programs get as it is. Here stands, by that
expectation (`{}` for what varies), how a person is told of it. An expectation is stable: it is the key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.availability.document import LINK
from attest.catalogue.places import place_words
from attest.catalogue.types_document import CERTIFICATE_CODE, CERTIFICATE_MEMBER, ROLE, TYPE_CODE
from attest.fields import CODE, DEPARTMENT, ITEM
from attest.standards.document import ANY_CODE, PUBLISHER

if TYPE_CHECKING:
    from attest.catalogue.reading import CatalogueError

EXPECTATIONS: Final[dict[str, tuple[str, str]]] = {
    # Any member (attest.fields, attest.catalogue.reading)
    "an object": ("一组成员（JSON 对象）", "members in braces (a JSON object)"),
    "text of 1 to {} characters": ("1 到 {} 个字", "1 to {} characters"),
    "text of 1 to {} characters, without spaces around it": (
        "1 到 {} 个字，前后没有空格",
        "1 to {} characters, no spaces around them",
    ),
    "text without control characters": ("不含控制字符的文字", "text without control characters"),
    "text in Unicode form NFC without control or invisible characters": (
        "不含控制字符和看不见的字符的文字",
        "text without control or invisible characters",
    ),
    "text like {}": ("{}", "{}"),
    "words like {}": ("若干个代码，每个都是{}", "codes, each of them {}"),
    "a key like {}": ("名称为{}", "a name of {}"),
    "at most {} members like {}": ("至多 {} 个成员，名称为{}", "at most {} members, named with {}"),
    "one of {}": ("以下之一：{}", "one of these: {}"),
    "some of {}": ("以下的一个或者几个：{}", "one or more of these: {}"),
    "{} lower-case hex digits": ("{} 位小写十六进制数字", "{} lower-case hex digits"),
    "a whole number from {} to {}": ("{} 到 {} 的整数", "a whole number from {} to {}"),
    "a day YYYY-MM-DD": ("日期，例如 2026-11-24", "a day, such as 2026-11-24"),
    "a day that exists": ("日历上有的日期", "a day that the calendar has"),
    "a list of {} to {} objects": ("{} 到 {} 项的列表", "a list of {} to {} members"),
    "a list of at most {} words": ("至多 {} 个代码的列表", "a list of at most {} codes"),
    "an object of at most {} answers": ("至多 {} 个回答", "at most {} answers"),
    "codes as keys and answers": ("问题和回答都写代码", "codes for questions and answers"),
    "true or false": ("true 或者 false", "true or false"),
    "true, or no such member": ("true，否则删去这一项", "true, or no such member"),
    "false, or no such member": ("false，否则删去这一项", "false, or no such member"),
    "at least one question with at least one option": (
        "至少一个情形问题，每个至少一个选项",
        "at least one question with at least one option",
    ),
    "a mark such as [read L …] or [gen]": (
        "方括号中的标注，例如 [read L …] 或者 [gen]",
        "a mark in brackets, such as [read L …] or [gen]",
    ),
    "each code once": ("每个编码只出现一次", "each code once"),
    "each once": ("每个只出现一次", "each once"),
    "at least one, each once": ("至少一个，每个只出现一次", "at least one, each once"),
    # Items
    "12 digits, the third and fourth 01 to 10 or 20": (
        "12 位数字，第三、四位是 01 到 10 或者 20",
        "12 digits, the third and fourth being 01 to 10 or 20",
    ),
    "31 characters: a credit code, the level, the basic code": (
        "31 位：统一社会信用代码（校验位正确）、行使层级、基本编码",
        "31 characters: a credit code with its check character, the level, the basic code",
    ),
    "a code that ends in the basic code": ("以基本编码结尾的编码", "a code that ends in the basic code"),
    "a code whose 19th character is the item's level": (
        "第 19 位是本事项行使层级的编码",
        "a code whose 19th character is the item's level",
    ),
    "no more than the statutory limit, in its unit": (
        "不长于法定时限，单位与它相同",
        "no more than the statutory limit, in its unit",
    ),
    "more than nothing, in the unit of the statutory limit": (
        "大于 0，单位与法定时限相同",
        "more than nothing, in the unit of the statutory limit",
    ),
    "at least one other type, each once": (
        "至少一种别的材料类型，每种一次",
        "at least one other type, each once",
    ),
    "a condition where necessity is `situation`, none where it is `always`": (
        "必要性为“视情形”的写明适用情形，为“必要”的不写",
        "a situation where the necessity is “situation”, none where it is “always”",
    ),
    "a condition on every clock but the last": (
        "除最后一个时限外都写明情形，最后一个不写",
        "a situation on every limit but the last, which has none",
    ),
    "a question of this item with its own options, each once": (
        "本事项的情形问题和它自己的选项，每个一次",
        "a question of this item with its own options, each once",
    ),
    "a material type of the types document": ("目录中有的材料类型", "a material type that is published"),
    "material types of the types document": ("目录中有的材料类型", "material types that are published"),
    "departments that may issue this type": (
        "可以出具这种材料的部门",
        "departments that may issue this type",
    ),
    "a role of this type": ("这种材料的角色", "a role of this type"),
    "a role of that type": ("所指材料的角色", "a role of the type that is referred to"),
    "roles of this type": ("这种材料的角色", "roles of this type"),
    "at most one type that others refer to, there once, itself bound to the case": (
        "别的材料所指的至多一种，只出现一次，它自己对应办件角色",
        "at most one type that others refer to, there once, itself bound to the case",
    ),
    "exactly one role, bound to a case role": (
        "恰好一个角色，对应办件角色",
        "exactly one role, bound to a case role",
    ),
    "at least one department, or no such member": (
        "至少一个部门，否则删去这一项",
        "at least one department, or no such member",
    ),
    # Material types
    "a code that no earlier type has": ("前面的类型没有用过的编码", "a code that no earlier type has"),
    "none, since the applicant makes it": ("不写，因为由申请人自备", "nothing, since the applicant makes it"),
    "at least one department": ("至少一个部门", "at least one department"),
    "the kind of thing that must be the same": (
        "须为同一个的是哪一类东西",
        "the kind of thing that must be the same",
    ),
    "at least one role, each once": ("至少一个角色，每个一次", "at least one role, each once"),
    "of a guardian alone": ("只有监护关系才写", "this for a guardian alone"),
    "a field of the standard": ("数据标准中有的字段", "a field that the data standard has"),
    # Bundles
    "at least one role": ("至少一个角色", "at least one role"),
    "at least one type, each once": ("至少一种材料，每种一次", "at least one type, each once"),
    "a question of this bundle": ("本联办清单的情形问题", "a question of this bundle"),
    "a question of this bundle with its own options, each once": (
        "本联办清单的情形问题和它自己的选项，每个一次",
        "a question of this bundle with its own options, each once",
    ),
    "steps in an order; these wait for each other: {}": (
        "能排出先后的步骤；这些互相等待：{}",
        "steps in an order; these wait for each other: {}",
    ),
    "steps of this bundle": ("本联办清单的步骤", "steps of this bundle"),
    "what the step's item ends in": ("该步骤事项的结果材料", "what the step's item ends in"),
    "a material type, and a department that issues it": (
        "目录中有的材料类型，和出具它的部门",
        "a material type, and a department that issues it",
    ),
    "every role of the item, and no other": (
        "该事项的全部角色，没有别的",
        "every role of the item, and no other",
    ),
    "every question of the item, and no other": (
        "该事项的全部情形问题，没有别的",
        "every question of the item, and no other",
    ),
    "options of the item's question": ("该事项那个问题的选项", "options of the item's question"),
    "requirements of the item": ("该事项的要件", "requirements of the item"),
    # Standards
    "a field of this standard": ("本标准的字段", "a field of this standard"),
    "a field that is a day": ("类型为日期的字段", "a field that is a day"),
    "a list of this standard": ("本标准的代码表", "a list of this standard"),
    "another field": ("另一个字段", "another field"),
    "no less than `first`": ("不小于首位", "no less than the first character"),
    "no less than `least`": ("不小于“最小”", "no less than the least"),
    "no earlier than in_force": ("不早于施行日期", "no earlier than the day it comes into force"),
    "from version 2 on, and not in version 1": (
        "第 2 版起写，第 1 版不写",
        "this from version 2 on, not in version 1",
    ),
    "the last day on which the version before is accepted": (
        "前一版最后还被接受的那一天",
        "the last day on which the version before is accepted",
    ),
    "no earlier than the first day of the version before": (
        "不早于前一版的施行日期",
        "no earlier than the first day of the version before",
    ),
    "no earlier than the first day of this version": (
        "不早于本版的施行日期",
        "no earlier than the first day of this version",
    ),
    # Places, examples
    "another place of this document": ("本文件中的另一个办理点", "another place of this document"),
    "no earlier than `from`": ("不早于“自”那一天", "no earlier than the first day"),
    "the first day": ("“自”那一天", "the first day"),
    "invented values alone (division 99xxxx), not {}": (
        "只用虚构的值（行政区划 99xxxx），不用 {}",
        "invented values alone (division 99xxxx), not {}",
    ),
    "a material type that this department looks after": (
        "由本部门管理的材料类型",
        "a material type that this department looks after",
    ),
    "a value that meets the data standard": ("符合数据标准的值", "a value that meets the data standard"),
    # Policies
    "each of {} once": ("这些各一次：{}", "each of these once: {}"),
    "each department once": ("每个部门一次", "each department once"),
    "each issuer and type once": ("同一部门的同一种材料一次", "each issuer and type once"),
    "one rule for {} in {}": ("{} 在 {} 中只有一条规则", "one rule for {} in {}"),
    "at least one term: accepted_by, max_age_days, assurance or scans": (
        "至少一个条件：accepted_by、max_age_days、assurance 或者 scans",
        "at least one term: accepted_by, max_age_days, assurance or scans",
    ),
    "a department that issues {}": ("出具 {} 的部门", "a department that issues {}"),
    "an issuer in data_checks that answers about {}": (
        "数据核验中答复 {} 的部门",
        "an issuer in the data checks that answers about {}",
    ),
    "items of {} with a guide, not {}": ("{} 有指南的事项，不是 {}", "items of {} with a guide, not {}"),
    "material types of the types document, not {}": (
        "目录中有的材料类型，不是 {}",
        "material types that are published, not {}",
    ),
    "no more than the {} days of {}": ("不超过 {} 天，这是 {} 的期限", "no more than the {} days of {}"),
    "no more than {} days, as {} asks for {}": (
        "不超过 {} 天：{} 的指南对 {} 如此要求",
        "no more than {} days, as {} asks for {}",
    ),
    "at least {}, as the guide of {} asks for {}": (
        "不弱于 {}：{} 的指南对 {} 如此要求",
        "at least {}, as the guide of {} asks for {}",
    ),
    "no type that is only shown or checked, as {} is": (
        "不是只出示或者只核验的材料，{} 正是",
        "no type that is only shown or checked, as {} is",
    ),
    "33 characters: the implementation code and two digits": (
        "33 位：实施编码，再加两位数字",
        "33 characters: the implementation code, then two digits",
    ),
    "a code that begins with the implementation code": (
        "以本事项的实施编码开头的编码",
        "a code that begins with the item's implementation code",
    ),
    "a credit code of 18 characters, and three digits": (
        "21 位：统一社会信用代码（校验位正确），再加三位数字",
        "21 characters: a credit code with its check character, then three digits",
    ),
    "members of GB/T 36903 or extensions KZ_…, each once": (
        "GB/T 36903 的元数据项，或者 KZ_ 开头的扩展项，每个只出现一次",
        "members of GB/T 36903, or extensions that begin with KZ_, each once",
    ),
    "none, since no department issues it": (
        "不写：没有部门签发这种材料",
        "none: no department issues this material",
    ),
    "one or more of {}": ("以下的一个或者几个：{}", "one or more of these: {}"),
    "types of this document": ("本文件中的材料类型", "material types of this document"),
    "types that the guide of {} asks for": ("{} 的指南要的材料", "types that the guide of {} asks for"),
    "departments of this ledger, not {}": ("本账本的部门，不是 {}", "departments of this ledger, not {}"),
}
"""Every expectation that a document of the catalogue can fail with, and its words in zh and en."""

PATTERNS: Final[dict[str, tuple[str, str]]] = {
    CODE.pattern: (
        "小写字母开头，只含小写字母、数字、下划线、点，至多 64 位",
        "lower-case letters, digits, “_” and “.”, a letter first, 64 at most",
    ),
    DEPARTMENT.pattern: (
        "部门代码：大写字母开头，只含大写字母、数字、下划线、连字符，至多 32 位",
        "a department's code: capitals, digits, “_” and “-”, a letter first, 32 at most",
    ),
    ITEM.pattern: (
        "字母或者数字开头，只含字母、数字、下划线、点、连字符，至多 50 位",
        "letters, digits, “_”, “.” and “-”, a letter or digit first, 50 at most",
    ),
    TYPE_CODE.pattern: (
        "材料类型的编码：小写字母开头，只含小写字母、数字，词间一个下划线",
        "a material type's code: lower-case letters and digits, a letter first, one “_” between words",
    ),
    ROLE.pattern: (
        "角色的编码：小写字母开头，只含小写字母、下划线，至多 32 位",
        "a role's code: lower-case letters and “_”, a letter first, 32 at most",
    ),
    ANY_CODE.pattern: (
        "字母或者数字开头，只含字母、数字、下划线、点、连字符，至多 64 位",
        "letters, digits, “_”, “.” and “-”, a letter or digit first, 64 at most",
    ),
    PUBLISHER.pattern: (
        "公布单位的代码：大写的部门代码，或者 governance",
        "the publisher's code: a department's in capitals, or governance",
    ),
    CERTIFICATE_CODE.pattern: ("21 位大写字母和数字", "21 capital letters and digits"),
    CERTIFICATE_MEMBER.pattern: (
        "大写字母开头，只含大写字母、数字、下划线，至多 32 位",
        "capital letters, digits and “_”, a letter first, 32 at most",
    ),
    LINK.pattern: (
        "http:// 或者 https:// 开头的网址，主机名小写",
        "an address that begins with http:// or https://, its host in lower case",
    ),
}
_OTHER_PATTERN: Final = ("合规定写法的文字", "text of the prescribed form")


class FaultWords(NamedTuple):
    """One fault for people: where, what is wanted there, and a sentence with both; each in zh and en."""

    place: tuple[str, str]
    wanted: tuple[str, str]
    sentence: tuple[str, str]


_SENTENCES: Final = {
    "field.missing": ("缺少“{place}”，请补上。", "“{place}” is missing: add it."),
    "field.unknown": (
        "不认识“{place}”：核对写法，或者删去。",
        "“{place}” is not known: check how it is written, or strike it.",
    ),
    "field.invalid": (
        "“{place}”不合要求，应为：{wanted}。请改正。",
        "“{place}” is not as it must be. Wanted: {wanted}. Correct it.",
    ),
}
_WANTED: Final = {
    "field.missing": ("补上这一项", "this member"),
    "field.unknown": ("没有这一项", "no such member"),
}


def wanted_words(expected: str) -> tuple[str, str] | None:
    """An expectation in zh and en; None where nobody wrote its words."""
    for template, words in _COMPILED:
        found = template.fullmatch(expected)
        if found is not None:
            zh, en = ([_pattern(one, n) for one in found.groups()] for n in (0, 1))
            return words[0].format(*(one.replace(", ", "、") for one in zh)), words[1].format(*en)
    return None


def fault_words(error: CatalogueError, place: tuple[str, str] | None = None) -> FaultWords:
    """The words of a document's fault; `place` is what its reader calls the member, else by its pointer."""
    code, _, expected = error.detail.partition(" ")
    if code not in _SENTENCES:
        code, expected = "field.invalid", error.detail
    where = place or place_words(error.path)
    wanted = _WANTED.get(code) or wanted_words(expected) or _OTHER_PATTERN
    zh, en = (said.format(place=where[n], wanted=wanted[n]) for n, said in enumerate(_SENTENCES[code]))
    return FaultWords(where, wanted, (zh, en))


def _pattern(text: str, language: int) -> str:
    """A regular expression in words, any other text as it is."""
    if not text.endswith(r"\Z"):
        return text
    return PATTERNS.get(text, _OTHER_PATTERN)[language]


def _compiled(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, template.split("{}"))), re.DOTALL)


# Longer ones first: `{}` takes anything.
_COMPILED: Final = tuple(
    (_compiled(template), EXPECTATIONS[template]) for template in sorted(EXPECTATIONS, key=len, reverse=True)
)
