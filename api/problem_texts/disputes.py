# SPDX-License-Identifier: Apache-2.0
"""Problems of data check requests (校核), as holders and departments meet them."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

DISPUTE_TEXTS: Final[dict[str, ProblemText]] = {
    "data_check.unknown": ProblemText(
        404,
        "未找到该校核申请",
        "The data check request is not known",
        "请核对编号；只有核验单位和实施主体可以答复。",
        "Check the id; the department that accepted and the authority may answer.",
    ),
    "data_check.answered": ProblemText(
        409,
        "该校核申请已经答复",
        "The data check request was answered already",
        "请重新读取该申请查看答复。",
        "Read the request again for the answer.",
    ),
    "data_check.retracted": ProblemText(
        409,
        "已经撤回的材料不能答复为记录无误",
        "A record that was taken back cannot be called correct",
        "请答复“异议成立”，或换一个理由。",
        "Answer that the dispute is upheld, or give another reason.",
    ),
    "data_check.not_retracted": ProblemText(
        409,
        "核验结论尚未撤回，不能答复为异议成立",
        "The acceptance still stands, so the dispute cannot be upheld",
        "请先撤回核验结论，再答复。",
        "Retract the acceptance first, then answer.",
    ),
    "data_check.open": ProblemText(
        409,
        "您对同一件事的异议正在校核",
        "Your dispute of the same is under review already",
        "请等待答复，或先在“我的材料”里撤回那一件。",
        "Wait for the answer, or withdraw that one under My materials first.",
    ),
    "data_check.many": ProblemText(
        429,
        "您今天提出的异议已达上限",
        "You have made as many disputes as one day admits",
        "已提出的都会答复；其他异议请明天再提。",
        "Those made will be answered; put others forward tomorrow.",
    ),
    "data_check.repeated": ProblemText(
        409,
        "同一理由已经答复过",
        "The same reason was answered before",
        "请查看上次的答复；有其他理由可另行提出。",
        "Read that answer; another reason may be put forward.",
    ),
    "data_check.words": ProblemText(
        422,
        "认为对采用的异议不成立时，须写明依据",
        "A dispute of a use is declined in words",
        "请在 text 里说明为什么可以这样用，申请人会看到。",
        "Say in `text` why it was right to use it so; the holder reads it.",
    ),
    "data_check.use_fallen": ProblemText(
        409,
        "这次采用已经撤回",
        "This use was taken back already",
        "异议已经成立，不用再提。",
        "The dispute was upheld; nothing is left to dispute.",
    ),
    "data_check.use_unknown": ProblemText(
        404,
        "未找到这次采用",
        "The use is not known",
        "请从“谁用过”里选择要提出异议的那一次。",
        "Choose the one to dispute from the list of uses.",
    ),
    "alarm.unknown": ProblemText(
        404,
        "未找到该查询告警",
        "The look-up alarm is not known",
        "请核对编号；只有该单位的审核人员和审计人员可以核对。",
        "Check the id; reviewers of the department and auditors may judge it.",
    ),
    "alarm.known": ProblemText(
        409,
        "该告警已经提出过",
        "The alarm was raised already",
        "不用再次提出；请在查询告警里查看。",
        "Nothing is left to raise: see the alarms.",
    ),
    "expiry.known": ProblemText(
        409,
        "该临期提醒已经发过",
        "That the paper ends soon was told already",
        "不用再次提醒；请在临期清单里查看。",
        "Nothing is left to tell: see the list of what ends soon.",
    ),
    "alarm.own": ProblemText(
        403,
        "不能核对涉及本人的告警",
        "An alarm about oneself is for others to judge",
        "请由本单位另一位审核人员或审计人员核对。",
        "Ask another reviewer of the department, or an auditor.",
    ),
    "alarm.acknowledged": ProblemText(
        409,
        "该告警已经核对",
        "The alarm was acknowledged already",
        "请在已核对的告警里查看结果。",
        "See what came of it among the acknowledged alarms.",
    ),
    "data_check.fallen": ProblemText(
        409,
        "这份材料的核验结论已经撤回",
        "The acceptance of this material was taken back already",
        "它不会再被采信，不用提出异议。",
        "Nobody relies on it any more; there is nothing to dispute.",
    ),
}
