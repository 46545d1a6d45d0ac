# SPDX-License-Identifier: Apache-2.0
"""Problems of what holders choose: removal from reuse, handing in oneself."""

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
    "submission.late": ProblemText(
        409,
        "单位已经采用，来不及改成自己交",
        "It has been relied on already: too late to hand it in instead",
        "无需再交；对采用有疑问，请在“我的材料”里提出。",
        "Nothing to hand in; if you doubt the use, say so under My materials.",
    ),
}
