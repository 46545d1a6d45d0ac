# SPDX-License-Identifier: Apache-2.0
"""The table of reason codes. A code `area.cause` is stable for ever; its words may be improved."""

from __future__ import annotations

from typing import Final, NamedTuple


class ReasonText(NamedTuple):
    """A reason: the verdict it belongs to, what is so, and the next step, in zh and en."""

    verdict: str
    zh: str
    en: str
    next_zh: str
    next_en: str


VIA: Final = ("由{received_by}代收。", " Received through {received_by}.")
RELIED_UNTIL: Final = (
    "办理单位采信至{valid_until}。",
    " The deciding department relies on it until {valid_until}.",
)
"""The last day on which it serves there: the paper's own last day, or an earlier one of the policy."""
MAY_FOLLOW: Final = ("可先受理、随后补齐。", "The case may be admitted now and this may follow. ")
ASK: Final = ("请今天拍照或交一份。", "Please photograph it or hand it in today.")
ASK_LATER: Final = ("请备好后拍照或交一份。", "Please photograph it or hand it in once it is ready.")
"""What takes the place of `ASK` where the material may follow."""

OWN: Final = ("请填写或提交，窗口有样本。", "Please fill it in or hand it in; the desk has a sample.")
WRITE_ANEW: Final = (
    "请为本次办件重新写一份，窗口有样本。",
    "Please write a new one for this case; the desk has a sample.",
)
HOW: Final[dict[str, tuple[str, str]]] = {
    "web": ("在网上补交", "submit it online"),
    "mobile": ("用手机拍照补交", "photograph it and submit it by phone"),
    "courier": ("寄来", "send it by courier"),
}
"""How a paper reaches whoever is not at the desk, by the channel (办理形式) of the case."""
ASK_FROM_AFAR: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ASK: ("请{how}一份。", "Please {how}."),
    ASK_LATER: ("请备好后{how}一份。", "Please {how} once it is ready."),
    OWN: ("请填写后{how}。", "Please fill it in and {how}."),
    WRITE_ANEW: ("请为本次办件重新写一份，{how}。", "Please write a new one for this case and {how}."),
}
"""What takes the place of the words of the desk there."""

_USE_ZH, _USE_EN = "不用再交，可直接采信。", "Not needed again; you may rely on it."
_ASK_ZH, _ASK_EN = ASK
_NEW_ZH, _NEW_EN = "请交新的一份。", "Please hand in a new one."
_STATE_ZH, _STATE_EN = "请在办件中补充后再查询。", "Add it to the case and check again."


def _recognised(zh: str, en: str) -> ReasonText:
    return ReasonText("recognised", zh, en, _USE_ZH, _USE_EN)


def _required(zh: str, en: str, next_zh: str = _NEW_ZH, next_en: str = _NEW_EN) -> ReasonText:
    return ReasonText("required", zh, en, next_zh, next_en)


def _cannot_tell(zh: str, en: str, next_zh: str = _STATE_ZH, next_en: str = _STATE_EN) -> ReasonText:
    return ReasonText("cannot_tell", zh, en, next_zh, next_en)


UNKNOWN: Final = _cannot_tell(
    "暂时不能判断。",
    "This cannot be told now.",
    "请稍后再查询，或先容缺受理。",
    "Check again later, or admit now.",
)

REASONS: Final[dict[str, ReasonText]] = {
    # -- recognised ----------------------------------------------------------------------------
    "matched.holder": _recognised(
        "{by}已于{at}核验（{assurance}）。", "{by} accepted it on {at} ({assurance})."
    ),
    "matched.number": _recognised(
        "编号一致：{by}已于{at}核验（{assurance}）。",
        "Same number: {by} accepted it on {at} ({assurance}).",
    ),
    "matched.content": _recognised(
        "文件逐字节一致：{by}已于{at}核验（{assurance}）。",
        "Same file, byte for byte: {by} accepted it on {at} ({assurance}).",
    ),
    "matched.bundle": _recognised(
        "已随一件事的事项{item}用联办申请表交过：{by}已于{at}核验（{assurance}）。",
        "Handed in on the bundle's form with the step {item}: {by} accepted it on {at} ({assurance}).",
    ),
    "case.on_file": _recognised(
        "本办件已收到：{by}已于{at}核验（{assurance}）。",
        "Already on file in this case: {by} accepted it on {at} ({assurance}).",
    ),
    "issuer.confirmed": _recognised(
        "发证单位{by}已于{at}核验：证在其登记中有效。",
        "The issuer, {by}, confirmed on {at} that it stands in its register.",
    ),
    "mandate.standing": ReasonText(
        "recognised",
        "授权已在账本中（第{entry}条），代理人可递交本办件的材料。",
        "A mandate on record (entry {entry}) lets the agent hand in for this case.",
        "不用再交授权委托书。",
        "No mandate on paper is needed.",
    ),
    # -- required: nothing that counts ---------------------------------------------------------
    "evidence.never_seen": _required("没有可用的材料。", "Nothing suitable is on file.", _ASK_ZH, _ASK_EN),
    "bundle.not_looked": _required(
        "本窗口不受理该事项，没有查账本。",
        "This department does not receive for that step; nothing was looked up.",
        "请按该事项指南准备，由受理单位核对是否可免交。",
        "Prepare it by the step's guide; whoever receives for the step can tell whether it is on record.",
    ),
    "evidence.own_paper": _required(
        "这是申请人为本次办件自备的材料。",
        "The applicant makes this paper for this case.",
        *OWN,
    ),
    "submission.by_choice": _required(
        "申请人选择自己交这一项。",
        "The applicant chose to hand this in themselves.",
        "请收下核验，不从账本调用。",
        "Take it in and check it; take nothing from the ledger.",
    ),
    "consent.needed": _required(
        "依法要先取得本人同意，才能采用账本里的材料。",
        "By law what is on record may serve only with the consent of whose paper it is.",
        "请问本人：同意的，在“我的同意”或者窗口记一笔，再查一次；不同意的，收下核验。",
        "Ask them: who agrees says so under My consents or at this desk, then check again;"
        " who does not hands it in.",
    ),
    "content.unknown": _required(
        "出示的文件与已核验的都不一致。",
        "The file shown is none of those accepted for this applicant.",
        "请核对是否选错文件或文件被改动；否则请交原件核验。",
        "Check whether it is the right, unchanged file; otherwise hand in the original.",
    ),
    "number.unknown": _required(
        "没有查到这个编号的已核验材料。",
        "No accepted material of this applicant has this number.",
        "请对照证件核对编号与发证机关；否则请交一份。",
        "Check number and issuer against the paper; otherwise hand it in.",
    ),
    # -- required: whose, about what -----------------------------------------------------------
    "party.wrong_role": _required(
        "已核验的材料中，当事人不是本办件要求的“{role}”。",
        "In the material on file, the party of this case does not stand as {role}.",
        "请交当事人身份相符的材料。",
        "Please hand in one in which the right party stands in that role.",
    ),
    "party.missing_members": _required(
        "{of}人中还缺{missing}人的材料。",
        "{missing} of {of} people’s materials are missing.",
        "请只补缺少的。",
        "Please add only what is missing.",
    ),
    "reuse.names_no_thing": _required(
        "已核验的材料没有写明是哪一处标的，不能用于本办件。",
        "The material on file does not say which thing it is about, so it does not serve this case.",
        "请核验部门写明标的再登记一次，或请申请人交一份。",
        "Have it recorded again with its thing by who accepted it, or ask for one.",
    ),
    "reuse.other_thing": _required(
        "已核验的材料说的是另一处标的，不能用于本办件。",
        "The material on file is about another thing than this case.",
        "请交与本办件标的相符的材料。",
        "Please hand in the one about the thing of this case.",
    ),
    # -- required: how it may be used ----------------------------------------------------------
    "handling.check_only": _required(
        "出示即可，不留存；他处留存的不能代替。",
        "Show it; it is not kept. No copy on file stands in for it.",
        "请出示原件，看完当场还给您，不留复印件。",
        "Please show the original. We return it at once and keep no copy.",
    ),
    "handling.surrender": _required(
        "办理本事项须收回原证，核验过的记录不能代替。",
        "The original is taken in with this case; an earlier acceptance cannot stand in.",
        "请交回原证。",
        "Please hand over the original.",
    ),
    "reuse.not_available": _required(
        "没有可供本办件复用的材料。",
        "What is on file is not available for reuse.",
        _ASK_ZH,
        _ASK_EN,
    ),
    "reuse.this_case_only": _required(
        "这类材料只对当次办件有效，以前的不能再用。",
        "A paper of this kind holds for one case only; an earlier one cannot be used again.",
        *WRITE_ANEW,
    ),
    "reuse.single_use": _required(
        "这份材料已使用过（{use}），只能用一次。",
        "This paper has been used ({use}) and can be used only once.",
        "请换未用过的。",
        "Please bring one not used before.",
    ),
    "reliance.taken_back": _required(
        "当事人有异议，本办件对这份材料的采信已撤回。",
        "A party disputed it, and this case took back that it relies on this paper.",
        _ASK_ZH,
        _ASK_EN,
    ),
    # -- required: who vouches for it ----------------------------------------------------------
    "issuer.not_accepted": _required(
        "本事项不采信{issuer}出具的这类材料。",
        "This item does not take such a paper issued by {issuer}.",
        "请交由规定机构出具的。",
        "Please hand in one by an issuer that the guide names.",
    ),
    "authority.not_accepted": _required(
        "办理单位的采信政策不采信{by}的核验结论。",
        "The deciding department’s policy does not rely on acceptances by {by}.",
        _ASK_ZH,
        _ASK_EN,
    ),
    "assurance.too_low": _required(
        "已有的是{assurance}，本事项要求更强的核验。",
        "What is on file is: {assurance}. This item asks for a stronger check.",
        "请带原件来核对。",
        "Please bring the original to be checked.",
    ),
    "acceptance.retracted": _required(
        "{by}已于{at}撤回核验结论。",
        "{by} took its acceptance back on {at}.",
        "请交新的，或申请校核。",
        "Please hand in a new one, or ask for a review.",
    ),
    "document.retracted": _required(
        "{by}已于{at}对同一份文件撤回核验结论，经其他单位核验的也不再采信。",
        "{by} took back its acceptance of this very file on {at}; no other acceptance of it is relied on.",
        "请交新的一份，或请该单位校核。",
        "Please hand in a new one, or ask that department for a review.",
    ),
    "issuer.not_valid": _required(
        "发证单位{issuer}答复：{since}起{denial}，此前核验的不再采信。",
        "The issuer, {issuer}, answered: {denial} since {since}. Earlier acceptances of it no longer count.",
        "请交现行有效的一份；有疑问向发证单位核实。",
        "Please hand in the one that is valid now; questions go to the issuer.",
    ),
    "issuer.unknown": _required(
        "发证单位{issuer}没有查到该持有人的这个编号。",
        "The issuer, {issuer}, has no such number of this holder.",
        "请核对编号再查一次，或看原件当场核对。",
        "Check the number and ask again, or see the original now.",
    ),
    "issuer.several": _required(
        "发证单位{issuer}查到不止一条，不能确定是哪一份。",
        "The issuer, {issuer}, found more than one and cannot say which it is.",
        "请看原件当场核对。",
        "See the original now.",
    ),
    "acceptance.superseded": _required(
        "这份材料已更替，{by}已于{at}核验新的一份。",
        "This paper was renewed: {by} accepted the new one on {at}.",
        "请采信或交新的一份，旧的不再使用。",
        "Please use or hand in the new one; the old one serves no more.",
    ),
    # -- required: when ------------------------------------------------------------------------
    "validity.expired": _required("{valid_until}已过期。", "It expired on {valid_until}."),
    "validity.not_covering": _required(
        "有效期到{valid_until}，不够覆盖{day}。",
        "It ends on {valid_until} and does not reach {day}.",
        "请交续期后的。",
        "Please hand in the renewed one.",
    ),
    "validity.too_old": _required(
        "{issued}开具，算到{day}已超过{days}天。",
        "Issued on {issued}, it is over {days} days old by {day}.",
        "请交近期的。",
        "Please hand in a recent one.",
    ),
    "validity.undated": _required(
        "没有开具日期，无法确认在{days}天以内。",
        "It has no day of issue, so nobody can say it is within {days} days.",
        "请交写明日期的。",
        "Please hand in a dated one.",
    ),
    "validity.not_yet": _required(
        "{valid_from}起才生效。",
        "It is valid, but only from {valid_from}.",
        "请等生效后办理，或交目前有效的。",
        "Come back when it is in force, or hand in one that is.",
    ),
    # -- required: what the policy asks beyond the guide ------------------------------------------
    "policy.assurance": _required(
        "已有的是{assurance}，办理单位的采信政策至少要{least}。",
        "What is on file is: {assurance}. The deciding department’s policy asks at least for: {least}.",
        "请带原件来核对。",
        "Please bring the original to be checked.",
    ),
    "policy.scan": _required(
        "{issuer}可以数据核验，按办理单位的采信政策，扫描件不能代替。",
        "{issuer} answers a data check; by the deciding department’s policy a scan does not stand in for it.",
        "请向发证单位做数据核验，或看原件当场核对。",
        "Check the data with the issuer, or see the original now.",
    ),
    "policy.too_old": _required(
        "{by}于{at}核验，已超过办理单位采信政策定的{days}天。",
        "{by} accepted it on {at}, longer ago than the {days} days of the deciding department’s policy.",
        "请看原件再核对一次，或向发证单位做数据核验。",
        "See the original once more, or check the data with the issuer.",
    ),
    # -- cannot tell ---------------------------------------------------------------------------
    "issuer.silent": _cannot_tell(
        "{issuer}暂时没有答复，系统会再问。",
        "{issuer} has not answered; it will be asked again.",
        "现在可看原件当场核对，或先容缺受理；不用再跑一趟。",
        "Check the original now, or admit and complete later; no second visit is needed.",
    ),
    "acceptance.disputed": _cannot_tell(
        "当事人有异议，正在校核，{due}前答复。",
        "A party disputes it; the answer is due by {due}.",
        "请先容缺受理，等校核答复；不用申请人再跑一趟。",
        "Admit now and complete after the answer; the applicant need not come again.",
    ),
    "type.unknown": _cannot_tell(
        "目录里没有这类材料（{type}），不能下结论。",
        "The catalogue does not define this kind of material ({type}).",
        "请按办事指南人工办理，并告知管理员。",
        "Follow the printed guide and tell the administrator.",
    ),
    "case.role_missing": _cannot_tell(
        "办件没有写明谁是“{role}”。", "The case does not say who is the {role}."
    ),
    "case.thing_unknown": _cannot_tell(
        "办件没有写明是哪一处{kind}，本项在这个办件里不能判断。",
        "The case does not say which {kind} it is about, so this cannot be settled in it.",
        "开立后不能补写：请由窗口另开一个写明{kind}的办件，在那里核验。",
        "It cannot be added later: the counter opens a case that names the {kind}; go on in that one.",
    ),
}

WORDS: Final[dict[str, tuple[str, str]]] = {
    "assurance.data_check": ("发证单位数据核验", "data check at the issuer"),
    "assurance.original": ("核对过原件", "original seen"),
    "assurance.certified_copy": ("经核验复制件", "certified copy"),
    "assurance.scan": ("扫描件", "scan"),
    "denial.revoked": ("已撤销或吊销", "revoked"),
    "denial.expired": ("已过有效期", "expired"),
    "denial.superseded": ("已换发新证", "superseded by a new one"),
    "use.acceptance": ("已在别的办件中交存", "handed in with another case"),
    "use.reliance": ("已被别的办件采信", "relied on in another case"),
    "issuer.own": ("申请人自己", "the applicant"),
    "issuer.third_party": ("第三方机构", "a third party"),
    "kind.premises": ("场所", "premises"),
    "kind.real_estate_unit": ("不动产单元", "real-estate unit"),
    "kind.vehicle": ("车辆", "vehicle"),
    "kind.project": ("项目", "project"),
    "role.holder": ("持有人", "holder"),
    "role.co_holder": ("共同持有人", "co-holder"),
    "role.member": ("成员", "member"),
    "role.lessor": ("出租方", "lessor"),
    "role.lessee": ("承租方", "lessee"),
    "role.principal": ("委托人", "principal"),
    "role.agent": ("代理人", "agent"),
    "role.guardian": ("监护人", "guardian"),
    "role.ward": ("被监护人", "ward"),
    "role.father": ("父亲", "father"),
    "role.mother": ("母亲", "mother"),
    "role.newborn": ("新生儿", "newborn"),
    "role.seller": ("转让方", "seller"),
    "role.buyer": ("受让方", "buyer"),
    "role.employee": ("从业人员", "employee"),
    "role.applicant": ("申请人", "applicant"),
    "role.operator": ("经营者（负责人）", "operator"),
    "role.landlord": ("房东", "landlord"),
}
