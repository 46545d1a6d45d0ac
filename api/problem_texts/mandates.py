# SPDX-License-Identifier: Apache-2.0
"""Problems of mandates and guardians, as principals, agents and windows meet them."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

MANDATE_TEXTS: Final[dict[str, ProblemText]] = {
    "mandate.unknown": ProblemText(
        404,
        "未找到该授权",
        "The mandate is not known",
        "请在“授权委托”里查看您授权的和授权您的；部门只能办理本单位办件里记录的。",
        "See under Mandates what you granted and what was "
        "granted to you; a department ends what its own cases record.",
    ),
    "mandate.expired": ProblemText(
        403,
        "该授权已到期",
        "The mandate has expired",
        "请联系委托人重新授权，或持新的授权文书到窗口办理。",
        "Ask the principal for another one, or bring a new paper to the window.",
    ),
    "mandate.ended": ProblemText(
        409,
        "该授权已经撤回或者终止",
        "The mandate was revoked or ended already",
        "不用再次办理；还需要代理的，请委托人重新授权。",
        "Nothing is left to end; whoever still has to act asks the principal for another one.",
    ),
    "mandate.fallen": ProblemText(
        409,
        "该授权所依据的文书已被撤回",
        "The paper that the mandate rests on was taken back",
        "请联系记录该授权的窗口，核对文书后重新核验入库并记录。",
        "Ask the window that recorded it; a sound paper is accepted and recorded anew.",
    ),
    "mandate.disputed": ProblemText(
        409,
        "该授权所依据的文书正在校核",
        "The paper that the mandate rests on is disputed",
        "请等待校核答复；答复前不能代办。",
        "Wait for the answer; until then nobody acts by it.",
    ),
    "mandate.scope": ProblemText(
        403,
        "该授权不包括这件事",
        "The mandate does not cover this",
        "请联系委托人说明需要的范围。",
        "Ask the principal for one that does.",
    ),
    "mandate.self": ProblemText(
        409,
        "不能授权给自己",
        "Nobody is their own agent",
        "请填写代理人的证件号码。",
        "Give the agent's number.",
    ),
    "mandate.agent": ProblemText(
        400,
        "代理人的证件号码不正确",
        "The agent's number is not sound",
        "请核对号码和校验码。",
        "Check the number and its check character.",
    ),
    "mandate.until": ProblemText(
        400,
        "授权期限不正确",
        "The mandate's end is not allowed",
        "请选择今天起 366 天内的一天，且不晚于文书写明的日期；"
        "未成年人的监护不晚于其 18 周岁生日；尚无公民身份号码的，满一年重新记录。",
        "Choose a day from today on, within 366 days and no later than the "
        "paper says; a minor's guardian at the latest until the 18th birthday, "
        "without a citizen number for a year, then recorded anew.",
    ),
    "mandate.item": ProblemText(
        404,
        "未找到该事项",
        "The service item is not known",
        "请从列出的事项中选择。",
        "Choose one of the items listed.",
    ),
    "mandate.guardian": ProblemText(
        409,
        "监护关系不能由被监护人撤回",
        "A ward does not revoke a guardianship",
        "有异议请对所依据的材料申请校核；关系变更的，请监护人或者新监护人持文书到记录的窗口办理。",
        "Dispute the paper it rests on; where the relation has "
        "changed, bring the paper to the window that recorded it.",
    ),
    "mandate.not_proof": ProblemText(
        409,
        "这类材料不能证明代理或者监护关系",
        "Such a paper proves no agent and no guardian",
        "请选择授权委托书、公证委托书、出生医学证明、户口簿或者确定监护人的文书。",
        "Choose a mandate, a medical certificate of birth, "
        "a household register, or a ruling on guardianship.",
    ),
    "mandate.not_named": ProblemText(
        409,
        "材料上没有以相应身份载明双方",
        "The paper does not name both in their roles",
        "请核对材料的当事人和证件号码；登记有误的，撤回后重新核验入库。",
        "Check the paper's parties and their numbers; if it "
        "was taken down wrongly, retract it and accept it anew.",
    ),
    "mandate.not_person": ProblemText(
        409,
        "监护人和被监护人都须是自然人",
        "A guardian and a ward are natural persons",
        "单位请改用授权委托书；材料登记有误的，请撤回。",
        "A firm grants a mandate instead; if the paper was taken down wrongly, retract it.",
    ),
    "mandate.scan": ProblemText(
        409,
        "仅凭扫描件不能记录代理或者监护关系",
        "Nobody acts for another by a scan",
        "请核对原件或者核验件，重新核验入库后记录。",
        "See the original or a certified copy, accept it anew, then record it.",
    ),
    "mandate.beyond_case": ProblemText(
        409,
        "这类文书只在本办件内有效",
        "Such a paper counts in its own case alone",
        "请把范围限定为本办件；其他办件请委托人另行授权。",
        "Limit the scope to this case; for others the principal grants another mandate.",
    ),
    "mandate.recorded": ProblemText(
        409,
        "同一份文书的这项授权已经记录",
        "This mandate was recorded by the same paper already",
        "不用再次记录；范围有误的，先终止再重新记录。",
        "Nothing is left to record; if its scope is wrong, end it as recorded wrongly first.",
    ),
    "mandate.taken_back": ProblemText(
        409,
        "同一份文书的这项授权已被撤回或者终止",
        "This mandate by the same paper was taken back or ended",
        "请委托人出具新的授权文书，或者在线重新授权。",
        "Ask the principal for a new paper, or for one granted on line.",
    ),
    "mandate.of_age": ProblemText(
        409,
        "被监护人已满 18 周岁",
        "The ward is of age",
        "成年人的监护须凭确定监护人的文书记录；或者请本人授权。",
        "A guardian of an adult needs a ruling; or the person grants a mandate.",
    ),
    "mandate.minor": ProblemText(
        409,
        "监护人未满 18 周岁",
        "The guardian is a minor",
        "请核对谁是监护人。",
        "Check who the guardian is.",
    ),
}
