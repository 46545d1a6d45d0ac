# SPDX-License-Identifier: Apache-2.0
"""Problems of what holders choose: removal from reuse, handing in oneself, erasure."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

CHOICE_TEXTS: Final[dict[str, ProblemText]] = {
    "reuse.removed": ProblemText(
        409,
        "您已移出复用",
        "You have removed it from reuse already",
        "无需再办；要恢复请打开这份材料。",
        "Nothing more to do; open the material to put it back.",
    ),
    "reuse.not_removed": ProblemText(
        409,
        "您没有移出过这份材料",
        "No removal of yours stands",
        "请重新打开这份材料查看。",
        "Open the material again and look.",
    ),
    "reuse.fallen": ProblemText(
        409,
        "核验结论已撤回，没有单位会再用",
        "Its acceptance was taken back; nobody uses it any more",
        "无需移出。",
        "There is nothing to remove.",
    ),
    "case.not_applicant": ProblemText(
        403,
        "这件事不由您以自己的名义办理",
        "This is for the applicant to say, or for whoever's paper it is",
        "受委托的，请在“授权委托”里打开授权办理；没有授权的，请申请人授权。",
        "As an agent, open the case from the mandate that lets you hand in; without one, ask for it.",
    ),
    "submission.chosen": ProblemText(
        409,
        "您已选择自己交",
        "You have chosen to hand it in already",
        "无需再办；要改请重新打开这件事。",
        "Nothing more to do; open the case again to change it.",
    ),
    "submission.not_chosen": ProblemText(
        409,
        "您没有选择过自己交",
        "No choice of yours stands",
        "请重新打开这件事查看。",
        "Open the case again and look.",
    ),
    "submission.shown_only": ProblemText(
        409,
        "这项只核验或出示，不用交",
        "This is checked or shown only; nothing is handed in",
        "办理时带上原件出示即可。",
        "Bring the original along to be looked at.",
    ),
    "submission.late": ProblemText(
        409,
        "单位已经采用，来不及改成自己交",
        "It has been relied on already: too late to hand it in instead",
        "无需再交；对采用有疑问，请在“我的材料”里提出。",
        "Nothing to hand in; if you doubt the use, say so under My materials.",
    ),
    "erasure.refused": ProblemText(
        409,
        "有内容依法须保存，暂不能删除",
        "Something must be kept by law: it cannot be deleted yet",
        "请在“删除我的数据”查看依据和哪天起可以。",
        "See under Delete my data on which ground, and from which day it is possible.",
    ),
    "erasure.unknown": ProblemText(
        404,
        "账本里没有与其对应的内容",
        "The ledger holds nothing that leads to this person",
        "无需删除。",
        "There is nothing to delete.",
    ),
    "erasure.stale": ProblemText(
        503,
        "账本正忙，删除没有开始",
        "The ledger is busy; the deletion has not begun",
        "请稍后再试。",
        "Try again in a moment.",
    ),
    "erasure.too_large": ProblemText(
        409,
        "记录太多，不能一次删除",
        "Too many entries for one deletion",
        "请联系运维人员。",
        "Ask the operator.",
    ),
}
