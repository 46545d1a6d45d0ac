# SPDX-License-Identifier: Apache-2.0
"""Problems of lists that are sent and of drafts of guides, as editors meet them."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

DRAFT_TEXTS: Final[dict[str, ProblemText]] = {
    "draft.unknown": ProblemText(
        404,
        "没有这份草案",
        "No such draft",
        "请回到草案列表查看。",
        "Go back to the list of drafts.",
    ),
    "draft.ended": ProblemText(
        409,
        "这份草案已公布或已放弃",
        "The draft was published or dropped",
        "请回到草案列表查看。",
        "Go back to the list of drafts.",
    ),
    "draft.changed": ProblemText(
        409,
        "这份草案刚刚又改过",
        "The draft was changed meanwhile",
        "请重新打开，看过新的一稿再办理。",
        "Open it again and read the new text first.",
    ),
    "draft.stale": ProblemText(
        409,
        "这个事项已有更新的版本",
        "A newer version of this item was published",
        "请对照新版改好，再放入草案。",
        "Compare with the newer version, correct the draft and send it again.",
    ),
    "draft.same_person": ProblemText(
        403,
        "起草的人不能自己公布",
        "Whoever wrote the text may not publish it",
        "请本单位另一名编辑或审核人员公布。",
        "Another editor or reviewer of the department publishes it.",
    ),
    "draft.unchanged": ProblemText(
        409,
        "与现有版本相同，没有可公布的",
        "The draft says the same as the version that stands",
        "请先修改，再公布。",
        "Change it first.",
    ),
    "draft.faulty": ProblemText(
        409,
        "体检还有必须改的地方",
        "The guide check finds errors",
        "请按体检逐条改好，再公布。",
        "Correct each of them, then publish.",
    ),
    "draft.unfit": ProblemText(
        409,
        "这份文件与账本中的其他内容不符",
        "The document does not fit what the log holds",
        "请打开草案看哪里不符，改好再公布。",
        "Open the draft, see what does not fit, and correct it.",
    ),
    "standard.drops": ProblemText(
        409,
        "这一版去掉了还在用的数据项",
        "This version drops fields that are still in use",
        "请先让材料类型和一件事改用别的数据项；确定要公布的，请在草案页打勾（接口写 despite: drops）。",
        "Have the types and bundles name other fields first; to publish all the same, tick the draft's box"
        " (API: `despite: drops`).",
    ),
    "draft.too_many": ProblemText(
        409,
        "草案太多",
        "There are too many drafts",
        "请先公布或放弃一些。",
        "Publish or drop some first.",
    ),
    "list.too_heavy": ProblemText(
        413,
        "清单太大，没有读完",
        "The list is too heavy to be read",
        "请分成几份，或者另存为 CSV 再试。",
        "Split it, or save it as CSV, and try again.",
    ),
    "list.busy": ProblemText(
        503,
        "正在处理其他清单",
        "Other lists are being read",
        "请过一分钟再试。",
        "Try again in a minute.",
    ),
}
