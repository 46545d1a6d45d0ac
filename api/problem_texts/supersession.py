# SPDX-License-Identifier: Apache-2.0
"""Problem codes of acceptances that are said to supersede others."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

SUPERSESSION_TEXTS: Final[dict[str, ProblemText]] = {
    "supersession.fallen": ProblemText(
        409,
        "被更替的核验结论已撤回",
        "What it is said to supersede was taken back",
        "请直接核验入库，不写更替。",
        "Accept the paper without naming the other.",
    ),
    "supersession.superseded": ProblemText(
        409,
        "已有更新的一份",
        "A newer one supersedes it already",
        "请重新查询，针对最新的一份登记。",
        "Check again, and name the newest one.",
    ),
    "supersession.other_paper": ProblemText(
        422,
        "编号、出具单位或日期不同，不是同一份材料的清晰件",
        "Number, issuer or days differ: it is no copy of the same paper",
        "材料本身换新的，请选“更替”。",
        "Where the paper itself is a new one, say `renewed`.",
    ),
    "supersession.weaker": ProblemText(
        422,
        "核验方式比原来的弱",
        "It was checked in a weaker way than the earlier one",
        "请核对原件后再登记，或沿用原来的一份。",
        "See the original first, or go on using the earlier one.",
    ),
    "supersession.same_paper": ProblemText(
        422,
        "没有新的编号或日期，不是更替",
        "It states no new number or day: the paper was not renewed",
        "更清晰的扫描件请选“更清晰的一份”。",
        "For a better scan say `better_copy`.",
    ),
    "supersession.earlier": ProblemText(
        422,
        "开具日期早于被更替的一份",
        "It was issued before the paper that it is said to renew",
        "请核对开具日期，或调换两份的先后。",
        "Check the day of issue, or which of the two is the newer.",
    ),
    "acceptance.corrects_not": ProblemText(
        409,
        "所指的核验结论不能更正这一份",
        "The acceptance named does not correct this one",
        "先在同一办件中为同一当事人重新核验同一类型的材料，再以新的核验结论更正原来的。",
        "Accept the same type for the same person in the same case first, then name that acceptance.",
    ),
}
