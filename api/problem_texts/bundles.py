# SPDX-License-Identifier: Apache-2.0
"""Problems of bundles (一件事), and of cases that are their steps."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

BUNDLE_TEXTS: Final[dict[str, ProblemText]] = {
    "bundle.unknown": ProblemText(
        404,
        "未找到该一件事或版本",
        "The bundle or its version is not known",
        "请核对一件事编码与版本。",
        "Check the bundle's code and version.",
    ),
    "bundle.version": ProblemText(
        409,
        "这不是该一件事的现行版本",
        "This is not the version of the bundle that is in force",
        "请按现行版本收件；同一次申请的后续事项请写明首个办件的编号。",
        "Open it by the version in force; for a later step name the application's first case.",
    ),
    "bundle.no_step": ProblemText(
        422,
        "该办件不是这个一件事的步骤",
        "The case is no step of this bundle",
        "请核对事项与情形是否在一件事之内；不在其内的，单独收件。",
        "Check whether item and situation belong to the bundle; if not, open the case without it.",
    ),
    "bundle.no_such_case": ProblemText(
        404,
        "未找到同一申请人在该一件事中的首个办件",
        "No first case of this bundle with these people is known",
        "请核对首个办件编号、申请人与办理对象；没有首个办件的，留空编号收件。",
        "Check the first case's number, the applicant and the thing; leave the number out if there is none.",
    ),
    "bundle.not_of": ProblemText(
        409,
        "该办件不属于这个一件事（或这一版本）的申请",
        "The case is no step of an application of this bundle, or of another version of it",
        "请写明属于该一件事的办件；不看具体的人时，不写办件编号和用途。",
        "Name a case of the bundle's application; to look at nobody, leave out case and purpose.",
    ),
    "bundle.other_answer": ProblemText(
        409,
        "一件事的办件对此问题已有不同的回答",
        "A case of the application answers this question otherwise",
        "请按办件中的情形填写，或不回答该问题。",
        "Answer as the case does (`wanted`), or leave the question out.",
    ),
    "bundle.other_person": ProblemText(
        409,
        "一件事的另一办件中，此角色是另一人",
        "Another step of this application names another person in that role",
        "请核对姓名与号码；确非同一人的，应作为另一次申请另行收件。",
        "Check name and number; for another person open another application.",
    ),
    "bundle.step_taken": ProblemText(
        409,
        "该一件事的这次申请已有此步骤的办件",
        "This application already has a case of this step",
        "请在已有的办件中继续；另一次申请请另起首个办件。",
        "Go on in that case; another application begins with a first case of its own.",
    ),
    "bundle.changed": ProblemText(
        409,
        "成员事项的指南已变更，一件事需重新发布",
        "A member's guide has changed, and the bundle no longer fits it",
        "请牵头部门按现行指南发布一件事的新版本。",
        "Have the leading department publish a new version of the bundle.",
    ),
}
