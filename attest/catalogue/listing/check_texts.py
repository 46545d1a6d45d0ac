# SPDX-License-Identifier: Apache-2.0
"""What a finding of the guide check says and what to do about it, in zh and en. A code is stable for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from attest.catalogue.listing.model import ERROR, NOTE, WARNING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FindingText(NamedTuple):
    """Severity of a finding, what is so, and what to do."""

    severity: str
    zh: str
    en: str
    do_zh: str
    do_en: str


FINDINGS: Final[Mapping[str, FindingText]] = {
    "guide.catch_all": FindingText(
        ERROR,
        "“{name}”含兜底用语“{words}”。",
        "“{name}” is a catch-all (“{words}”).",
        "逐项写明要交什么；写不出的，删去。",
        "Name each paper that is meant; what cannot be named is struck.",
    ),
    "guide.form_without_example": FindingText(
        NOTE,
        "“{name}”是要填的表，还没有填报示例。",
        "“{name}” is a form, and no filled example of it is published.",
        "由该表的管理单位公布一份填报示例（样表）。",
        "Whoever looks after the form publishes a filled example.",
    ),
    "guide.open_list": FindingText(
        WARNING,
        "“{name}”以“{words}”收尾，列举没有封口。",
        "“{name}” ends openly (“{words}”).",
        "列全，或者说明哪一条法律条文就是这样写的。",
        "List all of them, or say which provision words it so.",
    ),
    "guide.promise_above_statutory": FindingText(
        ERROR,
        "承诺时限 {promised} 长于法定时限 {statutory}（{unit}）。",
        "The promised limit {promised} is longer than the statutory one, {statutory} ({unit}).",
        "承诺时限改为不超过法定时限，或者核对法定时限。",
        "Promise no more than the law allows, or look the statutory limit up again.",
    ),
    "guide.limit_without_unit": FindingText(
        ERROR,
        "时限没有单位。",
        "A limit has no unit.",
        "写明工作日、自然日还是小时。",
        "Say whether working days, natural days or hours.",
    ),
    "guide.limit_missing": FindingText(
        WARNING,
        "没有写明{which}。",
        "The guide states no {which_en}.",
        "补上时限和依据；当场办结的填 0。",
        "Add the limit and its ground; 0 where it is done on the spot.",
    ),
    "guide.limit_without_ground": FindingText(
        WARNING,
        "法定时限没有写依据。",
        "No ground is given for the statutory limit.",
        "写明规定时限的条款；没有规定的，按行政许可法等一般规定。",
        "Cite the provision that sets it, or the general law where no other does.",
    ),
    "guide.no_issuer": FindingText(
        ERROR,
        "“{name}”由政府部门核发，但没有写出具机构。",
        "“{name}” is issued by an authority, but the guide does not say by which.",
        "写明核发部门，才能向它核验。",
        "Name the department, so that it can be asked.",
    ),
    "guide.no_maker": FindingText(
        WARNING,
        "“{name}”由其他机构出具，但没有写是哪类机构。",
        "“{name}” is made by a third party, but the guide does not say by whom.",
        "写明是什么机构（如有资质的检测机构）；谁出具都可以的，也写明。",
        "Say who makes it (such as an accredited laboratory), or that anybody may.",
    ),
    "guide.no_source": FindingText(
        WARNING,
        "“{name}”没有写来源，目录中也没有这种材料。",
        "The guide does not say where “{name}” comes from, and the material types do not know it.",
        "写明是政府部门核发、申请人自备还是其他机构出具；需要的，申请新增材料类型。",
        "Say whether an authority, the applicant or a third party makes it; ask for a new type where needed.",
    ),
    "guide.obtainable": FindingText(
        ERROR,
        "“{name}”是{issuer}核发的，却列为申请人自备或者其他机构出具。",
        "“{name}” is issued by {issuer}, but is listed as the applicant's own or a third party's.",
        "来源改为政府部门核发，方式改为数据核验。",
        "List it as issued by an authority, and check it by data.",
    ),
    "guide.obtainable_kept": FindingText(
        WARNING,
        "“{name}”由{issuer}核发，却要求申请人提交。",
        "“{name}” is issued by {issuer}, yet the applicant has to hand it in.",
        "改为向{issuer}核验；确须收回原件的，注明收回。",
        "Check it with {issuer}; where the original has to be taken in, say so.",
    ),
    "guide.copy_asked": FindingText(
        WARNING,
        "“{name}”可以核验，却还要复印件 {copies} 份。",
        "“{name}” can be checked, yet copies are asked: {copies}.",
        "删去复印件，改为核验。",
        "Strike the copies and check it.",
    ),
    "guide.copy_of_shown": FindingText(
        ERROR,
        "“{name}”只出示或者核验、不收存，却要复印件 {copies} 份。",
        "“{name}” is shown or checked and never kept, yet copies are asked: {copies}.",
        "删去复印件：留存的复印件是风险，不是依据。",
        "Strike the copies: a copy on file is a risk and proves nothing.",
    ),
    "guide.asked_twice": FindingText(
        WARNING,
        "“{name}”与“{other}”{where}是同一种材料，同一情形下要两次。",
        "“{name}” and “{other}”{where_en} are the same thing, asked twice in one situation.",
        "合并为一项；确须两份的，写明分别是谁的、为什么。",
        "Make one of the two; where both are needed, say whose they are and why.",
    ),
    "guide.many_names": FindingText(
        NOTE,
        "同一种材料在清单中有 {count} 个名称：{names}。",
        "One thing has {count} names in this list: {names}.",
        "统一为“{name}”。",
        "Call it “{name}” everywhere.",
    ),
    "guide.no_ground": FindingText(
        WARNING,
        "“{name}”没有写依据。",
        "No ground is given for “{name}”.",
        "写明设定依据的条款；没有依据的，取消。",
        "Cite the provision; what has none is dropped.",
    ),
    "guide.ground_unsure": FindingText(
        NOTE,
        "有 {count} 处依据只是一般知识或者未标注出处。",
        "Statements that rest on general knowledge or on no named source: {count}.",
        "对照法条原文核实后改写标注。",
        "Check them against the text of the law and change their marks.",
    ),
    "guide.wrong_code": FindingText(
        ERROR,
        "{which}“{value}”不合规则。",
        "The {which_en} “{value}” is not well-formed.",
        "基本编码 12 位；实施编码 31 位，统一社会信用代码须通过校验；业务办理项编码是实施编码加 2 位。",
        "A basic code has 12 characters, an implementation code 31, with a valid credit code inside;"
        " a handling code is the implementation code and two digits.",
    ),
    "guide.idle_question": FindingText(
        WARNING,
        "情形“{name}”的答案不影响材料、时限，也不转办其他事项。",
        "The answers to “{name}” change neither papers nor limit, and lead nowhere else.",
        "删去这个问题，或者写明它决定什么。",
        "Strike the question, or say what it decides.",
    ),
    "guide.age_without_day": FindingText(
        WARNING,
        "“{name}”限 {days} 天，没有写计至哪一天。",
        "“{name}” may be {days} days old at most; the guide does not say at which day.",
        "写明计至申请之日还是决定之日。",
        "Say whether at the day of application or of decision.",
    ),
    "guide.unreadable": FindingText(
        ERROR,
        "这一处不能读作事项：{zh}",
        "This cannot be read as an item: {en}",
        "按提示改正后再检查。",
        "Correct it and check again.",
    ),
    "guide.read_so": FindingText(
        NOTE,
        "文件的读法：{zh}",
        "How the file was read: {en}",
        "核对各列是否对应；不对的，另存为 .xlsx 再检查。",
        "See that the columns are right; if not, save the list as .xlsx and check again.",
    ),
}
"""All findings by code."""


def finding_sentence(code: str, params: Mapping[str, object], language: str) -> str:
    """What is so, in zh or en."""
    text = FINDINGS[code]
    return (text.zh if language == "zh" else text.en).format_map(params)


def finding_next(code: str, params: Mapping[str, object], language: str) -> str:
    """What to do, in zh or en."""
    text = FINDINGS[code]
    return (text.do_zh if language == "zh" else text.do_en).format_map(params)
