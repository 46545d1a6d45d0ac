# SPDX-License-Identifier: Apache-2.0
"""Problems of consents: given, withdrawn, and named by a reliance."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

CONSENT_TEXTS: Final[dict[str, ProblemText]] = {
    "consent.not_asked": ProblemText(
        409,
        "这一项依法不用本人同意",
        "No law asks for consent here",
        "不要请人同意；可采信的直接采信。",
        "Ask nobody to consent; rely on what is recognised.",
    ),
    "consent.given": ProblemText(
        409,
        "本人已经同意",
        "The consent stands already",
        "无需再办；要延长请写更晚的日期。",
        "Nothing more to do; name a later last day to extend it.",
    ),
    "consent.until": ProblemText(
        422,
        "同意的期限不对",
        "The term of the consent is not right",
        "请写今天以后、366 天以内的最后一天。",
        "Name a last day from today on, at most 366 days ahead.",
    ),
    "consent.present": ProblemText(
        422,
        "没有写明谁当场同意",
        "It is not said who was present",
        "窗口记录请写明办件，以及到场的是本人、监护人还是负责人。",
        "At a window, name the case and who stood there: holder, guardian or head.",
    ),
    "consent.unknown": ProblemText(
        404,
        "没有找到这份同意",
        "No such consent",
        "请重新打开列表查看。",
        "Open the list again and look.",
    ),
    "consent.withdrawn": ProblemText(
        409,
        "同意已经撤回",
        "The consent was withdrawn before",
        "无需再办。",
        "Nothing more to do.",
    ),
    "consent.expired": ProblemText(
        409,
        "同意已经到期",
        "The consent is over",
        "到期后不再生效，无需撤回。",
        "It holds no more; there is nothing to withdraw.",
    ),
    "reliance.consent": ProblemText(
        409,
        "写明的同意与现在有效的不一致",
        "The reliance names other consents than those that stand",
        "请重新查询，再按新的结果采信。",
        "Check again, and rely on the new answer.",
    ),
}
