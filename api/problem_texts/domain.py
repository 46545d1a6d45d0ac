# SPDX-License-Identifier: Apache-2.0
"""Problems of meaning: look-ups, recognition, catalogue, cases, documents."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import RESEND_EN, RESEND_ZH, ProblemText

DOMAIN_TEXTS: Final[dict[str, ProblemText]] = {
    "use.unknown": ProblemText(
        404,
        "没有这次采用",
        "No such use",
        "请重新打开办件查看。",
        "Open the case again and look.",
    ),
    "use.late": ProblemText(
        409,
        "超过 10 秒，不能撤回",
        "More than 10 seconds have passed; it cannot be undone",
        "采信凭证已签发；如确属误用，请由授权人员撤回或更正。",
        "The receipts are signed; if it was wrong, have it corrected by whoever may.",
    ),
    "counter.not_missing": ProblemText(
        409,
        "这一项现在不需要添加",
        "Nothing has to be added here now",
        "请重新打开办件，按最新的清单办理。",
        "Open the case again and go on by the list as it is now.",
    ),
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
    "requirement.unknown": ProblemText(
        404,
        "指南中没有这个要件",
        "No guide has such a requirement",
        "请核对代码，相近的见 near；要的是清单外的东西，请不写要件，用文字说明。",
        "Check the code; `near` has those that come near. What no guide asks for is said in words alone.",
    ),
    "requirement.type_unknown": ProblemText(
        404,
        "目录中没有这种材料",
        "The catalogue has no such material type",
        "请核对代码，相近的见 near；要的是目录外的东西，请不写类型，用文字说明。",
        "Check the code; `near` has those that come near. What the catalogue has not is said in words alone.",
    ),
    "lookup.outside_list": ProblemText(
        403,
        "查询超出该事项的材料清单",
        "The look-up goes beyond the item's own list",
        "请只查询该事项所需的材料。",
        "Ask only for what the item requires.",
    ),
    "availability.unknown": ProblemText(
        404,
        "该事项还没有公布办理渠道",
        "Where this item is offered is not published",
        "请按办事指南联系实施主体。",
        "Ask the authority that the guide names.",
    ),
    "ask.too_large": ProblemText(
        409,
        "可选材料关联过多，无法算出最少清单",
        "Too many alternatives hang together to find the smallest set",
        "请分开核对各要件，并请事项管理部门简化指南中的可选材料。",
        "Check fewer requirements at a time, and have the guide's alternatives simplified.",
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
    "catalogue.invalid": ProblemText(
        400, "事项清单内容不正确", "The catalogue version is not valid", RESEND_ZH, RESEND_EN
    ),
    "situation.unknown_question": ProblemText(
        422,
        "指南中没有这个情形问题",
        "The guide asks no such question",
        "请按指南的情形问题重新选择。",
        "Answer the guide's questions again.",
    ),
    "situation.unknown_option": ProblemText(
        422,
        "情形答案不在指南之内",
        "An answer is not one of the guide's",
        "请按指南的情形问题重新选择。",
        "Answer the guide's questions again.",
    ),
    "situation.other_item": ProblemText(
        422,
        "按此情形应办理其他事项",
        "This situation belongs to another service item",
        "请按指南的情形问题重新选择。",
        "Answer the guide's questions again.",
    ),
    "situation.unanswered": ProblemText(
        422,
        "情形问题未答全",
        "A situation question is not answered",
        "请按指南回答全部情形问题后重试。",
        "Answer every question of the guide and send it again.",
    ),
    "key.not_custodial": ProblemText(
        403,
        "本部门自持密钥，服务不能代签",
        "The department keeps its own key: the service cannot sign",
        "请通过 :prepare 取得待签内容，自行签名后提交。",
        "Fetch the statement through :prepare, sign it yourself and send it.",
    ),
    "api_key.unknown": ProblemText(
        404, "未找到该接口密钥", "The API key is not known", "请核对密钥编号。", "Check the key's id."
    ),
    "api_key.exists": ProblemText(
        409, "接口密钥已存在", "The API key exists", "请重新生成。", "Mint another."
    ),
    "acceptance.dates": ProblemText(
        422,
        "材料日期不合理",
        "The days of the material cannot be",
        "请核对发证日期和有效期后重新提交。",
        "Check the day of issue and the term, and send it again.",
    ),
    "case.unknown": ProblemText(
        404, "未找到该办件", "The case is not known", "请核对办件编号。", "Check the case number."
    ),
    "person.unknown": ProblemText(
        404,
        "证件号码与姓名或名称对不上",
        "Number and name do not belong together",
        "请对照证件。证件上确是新姓名的，在表单上勾选后再提交；接口则去掉 compare 再发。",
        "Compare them with the card; if it shows a new name, tick the box in the form (over the API leave"
        " `compare` out) and send it again.",
    ),
    "holder.unknown": ProblemText(
        404, "未找到该持有人", "The holder is not known", "请先登记持有人。", "Register the holder first."
    ),
    "holder.linked": ProblemText(
        409,
        "该临时标识已关联",
        "The provisional identifier is linked already",
        "无需再次关联；如关联有误，请联系运维人员。",
        "Nothing more is needed; if it is wrong, contact the operator.",
    ),
    "holder.not_provisional": ProblemText(
        409,
        "只能把临时标识关联到正式证件号",
        "Only a provisional identifier is linked, and only to a number",
        "请核对两个持有人各是按哪种标识登记的。",
        "Check by which kind of identifier each holder was named.",
    ),
    "document.unknown": ProblemText(
        404,
        "文件尚未上传",
        "The document has not been uploaded",
        "请先用 PUT 上传文件。",
        "Upload it first with PUT.",
    ),
    "document.kept_elsewhere": ProblemText(
        403,
        "本账本不保管文件",
        "This ledger keeps no files",
        "文件由部门自行保管；请只提交其 SHA-256、大小和类型（kept: department）。",
        "Departments keep their files: send the SHA-256, size and media type alone (kept: department).",
    ),
    "document.unavailable": ProblemText(
        409,
        "文件不由本系统保存",
        "The document is not kept here",
        "请向原部门调取。",
        "Ask the department that keeps it.",
    ),
    "evidence.unknown": ProblemText(
        404, "未找到该证据", "The evidence is not known", "请核对编号。", "Check the id."
    ),
    "department.exists": ProblemText(
        409, "部门已登记", "The department is registered already", "无需重复登记。", "Nothing is left to do."
    ),
    "item.unknown": ProblemText(
        404,
        "未找到该事项或版本",
        "The item or its version is not known",
        "请核对事项编码与版本。",
        "Check the item and the version.",
    ),
    "types.unknown": ProblemText(
        409,
        "材料类型未发布",
        "The material type is not published",
        "请使用已发布目录中的材料类型。",
        "Use a material type of the published catalogue.",
    ),
    "catalogue.version": ProblemText(
        409,
        "事项版本不符",
        "The version or digest of the guide is not the current one",
        "请取回现行版本后重试。",
        "Fetch the current version and try again.",
    ),
    "situation.invalid": ProblemText(
        400,
        "情形问题的答案不完整或不正确",
        "The answers to the situation questions are not valid",
        "请按办事指南逐题作答。",
        "Answer each question of the guide with one of its answers.",
    ),
    "case.exists": ProblemText(
        409, "办件编号已存在", "The case number is taken", "请使用新的办件编号。", "Use a new case number."
    ),
    "case.number": ProblemText(
        400,
        "办件编号格式不正确",
        "The case number is not well-formed",
        "请按编号规则填写。",
        "Write the number by its rule.",
    ),
    "about.unit_number": ProblemText(
        422,
        "不动产单元号应为 28 位",
        "A real-estate unit number has 28 characters",
        "请对照不动产权证书：12 位数字、2 位字母、5 位数字、F 或 W、8 位数字。办件开立时写错的，请另行开立。",
        "Check it against the title certificate: 12 digits, 2 letters, 5 digits, F or W, 8 digits."
        " If the case itself has it wrong, open another.",
    ),
    "case.role_filled": ProblemText(
        409,
        "该角色已有当事人",
        "Somebody stands in that role already",
        "办件中已写明的当事人不能增换；写错的请另开办件。",
        "Parties of a case are not exchanged; where one is wrong, open another case.",
    ),
    "case.role": ProblemText(
        409,
        "当事人角色不属于该事项",
        "The item does not know this role",
        "请使用该事项定义的角色。",
        "Use a role that the item defines.",
    ),
    "document.mismatch": ProblemText(
        409,
        "文件大小或类型与已上传的不一致",
        "Size or media type is not the uploaded file's",
        "请核对后重新提交。",
        "Check both and send it again.",
    ),
    "handling.check_only": ProblemText(
        409,
        "该材料只核验或出示，不留存",
        "The material is checked or shown, never kept",
        "请核验或查看原件，不要上传。",
        "Check or look at the original; do not upload it.",
    ),
    "acceptance.outside_list": ProblemText(
        409,
        "办事指南未要求该材料",
        "The guide does not ask for this material",
        "请只收取清单内的材料。",
        "Take only what the guide lists.",
    ),
    "acceptance.role": ProblemText(
        409,
        "该材料类型没有此角色",
        "The material type does not know this role",
        "请使用该材料类型定义的角色。",
        "Use a role that the type defines.",
    ),
    "acceptance.single_use": ProblemText(
        409,
        "该材料只能使用一次，已在其他办件中核验",
        "This material counts once and was accepted in another case",
        "请核对材料编号；原核验有误的，由原部门撤回。",
        "Check the material's number; a wrong acceptance is retracted by its department.",
    ),
    "acceptance.issuer": ProblemText(
        409,
        "出具机构不在许可范围内",
        "The material's issuer is not among those allowed",
        "请核对出具机构。",
        "Check who issued the material.",
    ),
    "reliance.guide": ProblemText(
        409,
        "办件所用的指南版本不同",
        "The case pins another version of the guide",
        "请重新调用 recognitions:check。",
        "Call recognitions:check again.",
    ),
    "reliance.policy": ProblemText(
        409,
        "所据采信政策已不是现行版本",
        "The policy cited is not the one in force now",
        "请重新调用 recognitions:check，按现行采信政策再判断，然后采信。",
        "Call recognitions:check again: it answers by the policy in force; then rely.",
    ),
    "reliance.authority": ProblemText(
        409,
        "办件由另一部门决定",
        "Another department decides this case",
        "采信记录须写明决定该办件的部门，请重新生成待签内容。",
        "Name the department that decides the case: prepare the reliance again.",
    ),
    "issuer.not_asked": ProblemText(
        409,
        "本办件的采信政策不向该单位数据核验",
        "The policy of this case does not ask this issuer",
        "请核对办理单位现行采信政策中的数据核验单位。",
        "See which issuers the deciding department's policy in force asks.",
    ),
    "reliance.ground": ProblemText(
        409,
        "所引材料的免提交依据不同",
        "What is cited stands on another ground",
        "发证单位数据核验的写 data_check，其他写 recognition；也可不写，由系统填写。",
        "Name data_check for the issuer's own answer, recognition otherwise; or leave it out.",
    ),
    "reliance.consumed": ProblemText(
        409,
        "该材料只能使用一次，已经采信过",
        "This material counts once, and was relied on already",
        "请查看回应中首次采信的条号（index）；另有需要的，请交未用过的一份。",
        "See the first reliance at `index`; where another is needed, ask for one not used before.",
    ),
    "reliance.taken_back": ProblemText(
        409,
        "当事人对这次采信的异议已成立，不能再采信同一份材料",
        "A dispute of this use was upheld: the same paper is not relied on again for it",
        "请向申请人收取该材料，另行核验。",
        "Ask the applicant for the paper, and accept it anew.",
    ),
    "reliance.other": ProblemText(
        409,
        "该证明要求由另一份材料满足",
        "Another acceptance meets this requirement",
        "请采用 recognitions:check 返回的那一份。",
        "Cite the acceptance that recognitions:check names.",
    ),
}
