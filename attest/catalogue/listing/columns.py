# SPDX-License-Identifier: Apache-2.0
"""Columns of a guide list: key, headers in zh and en, and the words that their cells take in both languages.

Four blocks stand side by side: the item, its clocks and grounds, its situation questions, and one material a
row. Any block of a row may be empty; an empty item code means the item of the row above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = dict[str, tuple[str, str]]
"""Code → word in zh and en."""

LEVEL_WORDS: Final[Words] = {
    "national": ("国家级", "national"),
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "county": ("县级", "county"),
    "town": ("镇级", "town"),
    "village": ("村级", "village"),
}
CASE_WORDS: Final[Words] = {
    "on_spot": ("即办件", "on the spot"),
    "promised": ("承诺件", "promised"),
    "other": ("其他", "other"),
}
TERM_WORDS: Final[Words] = {
    "years": ("年", "years"),
    "years_at_most": ("不超过若干年", "years at most"),
    "printed": ("以证载为准", "as printed"),
    "none": ("无期限", "none"),
}
PROFILE_WORDS: Final[Words] = {
    "licence": ("行政许可", "licence"),
    "real_estate": ("不动产登记", "real estate"),
    "market": ("市场主体登记", "market"),
    "fire_promise": ("消防告知承诺", "fire, by promise"),
    "fire_check": ("消防检查", "fire check"),
    "social_insurance": ("社会保险经办", "social insurance"),
    "days": ("自然日", "natural days"),
    "on_spot": ("即办", "on the spot"),
    "relief": ("社会救助", "relief"),
}
UNIT_WORDS: Final[Words] = {
    "WD": ("工作日", "working days"),
    "ND": ("自然日", "natural days"),
    "WH": ("工作小时", "working hours"),
    "NH": ("小时", "hours"),
}
FROM_WORDS: Final[Words] = {"application": ("收到申请之日", "application")}
NEED_WORDS: Final[Words] = {
    "always": ("必要", "always"),
    "situation": ("视情形", "situation"),
    "may_follow": ("可容缺后补", "may follow"),
}
SOURCE_WORDS: Final[Words] = {
    "issued": ("政府部门核发", "issued"),
    "own": ("申请人自备", "own"),
    "third_party": ("其他机构出具", "third party"),
}
HANDLING_WORDS: Final[Words] = {
    "check": ("核验", "check"),
    "show": ("出示", "show"),
    "keep": ("收存", "keep"),
}
COUNTED_WORDS: Final[Words] = {
    "application": ("申请之日", "application"),
    "decision": ("决定之日", "decision"),
}
ASSURANCE_WORDS: Final[Words] = {
    "data_check": ("数据核验", "data check"),
    "original": ("核对原件", "original"),
    "certified_copy": ("核证副本", "certified copy"),
    "scan": ("扫描件", "scan"),
}
YES_WORDS: Final[Words] = {"yes": ("是", "yes"), "no": ("否", "no")}
ALSO_SAID: Final[Mapping[str, str]] = {
    "必": "always",
    "必备": "always",
    "情": "situation",
    "缺": "may_follow",
    "容缺": "may_follow",
    "政": "issued",
    "自": "own",
    "三": "third_party",
    "核": "check",
    "验": "show",
    "交": "keep",
    "日": "ND",
    "天": "ND",
    "即办": "on_spot",
    "县": "county",
    "市": "city",
    "省": "province",
    "镇": "town",
    "村": "village",
    "国家": "national",
    "true": "yes",
    "false": "no",
    "y": "yes",
    "n": "no",
}
"""Shorter words that lists use; each is taken only in a column whose codes have what it stands for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `words` where its cells are codes, `many` where a cell holds several.

    `told`: said for readers; the material type decides.
    """

    key: str
    zh: str
    en: str
    words: Words = field(default_factory=dict)
    many: bool = False
    told: bool = False

    def header(self, language: str) -> str:
        """The header in zh or en."""
        return self.zh if language == "zh" else self.en


ITEM: Final = (
    Column("item", "事项编码", "item code"),
    Column("version", "版本", "version"),
    Column("item_zh", "事项名称", "item name"),
    Column("item_en", "事项英文名称", "item name in English"),
    Column("basic_code", "基本编码", "basic code"),
    Column("impl_code", "实施编码", "implementation code"),
    Column("handling_code", "业务办理项编码", "handling code"),
    Column("authority", "实施主体", "authority"),
    Column("level", "行使层级", "level", LEVEL_WORDS),
    Column("receivers", "受托收件", "receivers", many=True),
    Column("case_type", "办件类型", "case type", CASE_WORDS),
    Column("in_force", "施行日期", "in force"),
    Column("case_roles", "办件角色", "case roles", many=True),
    Column("result", "结果材料", "result"),
    Column("result_also", "同时核发", "issued with it", many=True),
    Column("result_term", "结果期限", "term", TERM_WORDS),
    Column("result_years", "结果年数", "years"),
    Column("result_ground", "结果依据", "ground of the result"),
    Column("result_mark", "结果依据标注", "mark of the result"),
    Column("notice", "说明", "notice"),
)
CLOCK: Final = (
    Column("clock_when", "时限情形", "limit in situation"),
    Column("profile", "时限规则", "clock profile", PROFILE_WORDS),
    Column("statutory", "法定时限", "statutory limit"),
    Column("promised", "承诺时限", "promised limit"),
    Column("unit", "时限单位", "unit", UNIT_WORDS),
    Column("extension", "特别延长", "extension"),
    Column("counted_from", "起算日", "counted from", FROM_WORDS),
    Column("statutory_ground", "法定时限依据", "ground of the statutory limit"),
    Column("statutory_mark", "法定时限依据标注", "mark of the statutory limit"),
    Column("promised_ground", "承诺时限依据", "ground of the promised limit"),
    Column("promised_mark", "承诺时限依据标注", "mark of the promised limit"),
    Column("extension_ground", "特别延长依据", "ground of the extension"),
    Column("extension_mark", "特别延长依据标注", "mark of the extension"),
)
SOURCE: Final = (Column("ground", "事项依据", "ground"), Column("mark", "事项依据标注", "mark"))
QUESTION: Final = (
    Column("question", "情形编码", "question code"),
    Column("question_zh", "情形问题", "question text"),
    Column("question_en", "情形英文问题", "question text in English"),
    Column("option", "选项编码", "option code"),
    Column("option_zh", "选项", "option text"),
    Column("option_en", "选项英文", "option text in English"),
    Column("instead_zh", "改办提示", "instead"),
    Column("instead_en", "改办英文提示", "instead in English"),
)
MATERIAL: Final = (
    Column("requirement", "要件编码", "requirement code"),
    Column("requirement_zh", "材料名称", "material name"),
    Column("requirement_en", "材料英文名称", "material name in English"),
    Column("need", "必要性", "necessity", NEED_WORDS),
    Column("when", "适用情形", "in situation"),
    Column("alternative", "选择序号", "alternative"),
    Column("type", "材料类型", "material type"),
    Column("roles", "人员对应", "roles"),
    Column("type_name", "类型名称", "type name", told=True),
    Column("source", "来源", "source", SOURCE_WORDS, told=True),
    Column("issuer", "出具机构", "issued by", many=True, told=True),
    Column("handling", "办理方式", "handling", HANDLING_WORDS, told=True),
    Column("valid", "须在有效期", "must be valid", YES_WORDS),
    Column("issuers", "限定出具机构", "issuers accepted", many=True),
    Column("assurance", "核验方式", "assurance", ASSURANCE_WORDS, many=True),
    Column("max_age_days", "最长天数", "maximum age in days"),
    Column("counted_at", "天数计至", "age counted at", COUNTED_WORDS),
    Column("each", "每人一份", "one each", YES_WORDS),
    Column("surrender", "收回原件", "taken in", YES_WORDS),
    Column("originals", "原件份数", "originals"),
    Column("copies", "复印件份数", "copies"),
    Column("requirement_ground", "要件依据", "ground of the requirement"),
    Column("requirement_mark", "要件依据标注", "mark of the requirement"),
    Column("consent_ground", "同意依据", "ground of the consent"),
    Column("consent_mark", "同意依据标注", "mark of the consent"),
)
COLUMNS: Final = (*ITEM, *MATERIAL, *CLOCK, *SOURCE, *QUESTION)
"""All columns in the order of a written list."""
BY_KEY: Final = {column.key: column for column in COLUMNS}
_BY_HEADER: Final = {
    said.casefold(): column.key for column in COLUMNS for said in (column.key, column.zh, column.en)
}


def column_of(header: str) -> str | None:
    """The column's key by its header in either language, or None."""
    return _BY_HEADER.get(" ".join(header.split()).casefold())


def code_of(column: Column, word: str) -> str | None:
    """The code that a cell's word stands for in this column, or None."""
    said = word.strip().casefold()
    for code, (zh, en) in column.words.items():
        if said in (code.casefold(), zh, en.casefold()):
            return code
    also = ALSO_SAID.get(said)
    return also if also in column.words else None


def word_of(column: Column, code: str, language: str) -> str:
    """The word of a code in zh or en, the code where the column has no words."""
    pair = column.words.get(code)
    return code if pair is None else pair[0 if language == "zh" else 1]
