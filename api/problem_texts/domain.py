# SPDX-License-Identifier: Apache-2.0
"""Problems of meaning: look-ups, recognition, catalogue, cases, documents."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import RESEND_EN, RESEND_ZH, ProblemText

DOMAIN_TEXTS: Final[dict[str, ProblemText]] = {
    "lookup.case_missing": ProblemText(
        403,
        "查询未写明办件",
        "A look-up needs a case",
        "请写明办件编号；无办件不得查询。",
        "Name the case; there is no look-up without one.",
    ),
    "lookup.purpose_missing": ProblemText(
        403,
        "查询未写明用途",
        "A look-up needs a purpose",
        "请写明查询用途。",
        "State the purpose of the look-up.",
    ),
    "lookup.outside_list": ProblemText(
        403,
        "查询超出该事项的材料清单",
        "The look-up goes beyond the item's own list",
        "请只查询该事项所需的材料。",
        "Ask only for what the item requires.",
    ),
    "acceptance.unknown": ProblemText(
        404,
        "未找到该核验入库记录",
        "The acceptance is not known",
        "请核对编号。",
        "Check the id.",
    ),
    "acceptance.retracted": ProblemText(
        409,
        "该核验结论已撤回",
        "The acceptance has been retracted",
        "请要求提交有效材料后重新核验入库。",
        "Ask for a valid material and accept it anew.",
    ),
    "acceptance.foreign": ProblemText(
        403,
        "只有原核验部门可以撤回",
        "Only the accepting department may retract",
        "请联系原核验部门。",
        "Contact the accepting department.",
    ),
    "acceptance.expired": ProblemText(
        409,
        "该材料已过有效期",
        "The material is past its validity",
        "请要求提交在有效期内的材料。",
        "Ask for a material that is still valid.",
    ),
    "reliance.not_recognised": ProblemText(
        409,
        "该材料在本办件中不能互认",
        "The material is not recognised for this requirement",
        "请先调用 recognitions:check，并按其结果办理。",
        "Call recognitions:check first and follow its answer.",
    ),
    "reliance.stale": ProblemText(
        409,
        "互认依据已变化",
        "What the reliance was decided on no longer stands",
        "请重新调用 recognitions:check。",
        "Call recognitions:check again.",
    ),
    "reliance.unknown": ProblemText(
        404, "未找到该采信记录", "The reliance is not known", "请核对编号。", "Check the id."
    ),
    "department.unknown": ProblemText(
        404,
        "部门未登记",
        "The department is not registered",
        "请核对部门代码。",
        "Check the department code.",
    ),
    "department.known": ProblemText(
        409, "部门已登记", "The department is already registered", "无需重复登记。", "Nothing is left to do."
    ),
    "catalogue.unknown": ProblemText(
        404,
        "未找到该事项或版本",
        "The item or version is not known",
        "请核对事项编码与版本。",
        "Check item and version.",
    ),
    "catalogue.invalid": ProblemText(
        400, "事项清单内容不正确", "The catalogue version is not valid", RESEND_ZH, RESEND_EN
    ),
    "catalogue.conflict": ProblemText(
        409,
        "该事项版本已存在",
        "This version of the item exists already",
        "请使用新的版本号。",
        "Use a new version number.",
    ),
    "case.unknown": ProblemText(
        404, "未找到该办件", "The case is not known", "请核对办件编号。", "Check the case number."
    ),
    "case.known": ProblemText(
        409, "办件编号已存在", "The case number is taken", "请使用新的办件编号。", "Use a new case number."
    ),
    "case.closed": ProblemText(
        409, "办件已办结", "The case is closed", "请另立新的办件。", "Open a new case."
    ),
    "holder.unknown": ProblemText(
        404, "未找到该持有人", "The holder is not known", "请先登记持有人。", "Register the holder first."
    ),
    "holder.invalid": ProblemText(
        400,
        "证件号码校验未通过",
        "The identifier fails its check digit",
        "请核对证件类型与号码。",
        "Check the type and the number.",
    ),
    "document.unknown": ProblemText(
        404,
        "文件尚未上传",
        "The document has not been uploaded",
        "请先用 PUT 上传文件。",
        "Upload it first with PUT.",
    ),
    "document.unavailable": ProblemText(
        409,
        "文件不由本系统保存",
        "The document is not kept here",
        "请向原部门调取。",
        "Ask the department that keeps it.",
    ),
    "material.type_unknown": ProblemText(
        400,
        "材料类型未定义",
        "The material type is not defined",
        "请使用目录中的材料类型。",
        "Use a type of the catalogue.",
    ),
    "evidence.unknown": ProblemText(
        404, "未找到该证据", "The evidence is not known", "请核对编号。", "Check the id."
    ),
}
