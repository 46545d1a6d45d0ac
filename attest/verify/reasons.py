# SPDX-License-Identifier: Apache-2.0
"""Reason codes of verdicts (`area.cause`, never renamed): a sentence and the next step, zh and en."""

from __future__ import annotations

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """What a code says, and what to do about it ("" where nothing is to be done)."""

    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""


_AGAIN: Final = ("向原部门重新索取证据文件。", "Ask the department for the evidence file again.")
_FRESH: Final = ("联网后重新导出证据文件，再核验。", "Export the evidence again while online, then verify.")
_REPORT: Final = ("保留本文件，报告审计机关。", "Keep this file and report it to the auditor.")
_UPGRADE: Final = ("升级核验程序后再试。", "Use a newer verifier.")

REASONS: Final[dict[str, Reason]] = {
    # The file as a whole
    "format.invalid": Reason(
        "文件已损坏、被改动过格式，或不是证据文件：请使用原样下载的文件。",
        "The file is damaged, reformatted or no evidence file: use it as downloaded.",
        *_AGAIN,
    ),
    "format.unknown_version": Reason("文件版本较新，本程序不认识。", "A newer version made this.", *_UPGRADE),
    "format.unknown_kind": Reason("文件类别本程序不认识。", "This kind is not known here.", *_UPGRADE),
    "format.not_checked": Reason("未检查。", "Not checked."),
    # Content
    "content.document": Reason("原件与入库时一致。", "The document is the one that was accepted."),
    "content.opened": Reason(
        "所示内容与条目一致；未比对原件。", "What is shown opens the entries; no document given."
    ),
    "content.sealed": Reason(
        "文件未展示内容，也未给出原件。", "Nothing is opened and no document was given."
    ),
    "content.opening": Reason("所示内容与条目的承诺不符。", "An opening does not open its entry.", *_REPORT),
    "content.record": Reason("所示记录与条目不符。", "A record shown is not the entry's.", *_REPORT),
    "content.other_document": Reason(
        "给出的文件不是入库的那一份。",
        "The document given is not the one that was accepted.",
        "核对原件，勿按已核验处理。",
        "Check the original; do not treat it as accepted.",
    ),
    "content.no_opening": Reason(
        "证据未包含原件摘要，无法比对。", "The evidence does not open the document's digest.", *_AGAIN
    ),
    # Tree and checkpoint
    "inclusion.proved": Reason("各条目均在日志内。", "Every entry is in the log."),
    "inclusion.proof": Reason("条目不在该检查点的日志内。", "An entry is not in this tree.", *_REPORT),
    "inclusion.index": Reason("条目序号与证明不符。", "An entry's index is not its proof's.", *_REPORT),
    "inclusion.two_checkpoints": Reason(
        "证明指向不同的检查点。", "The proofs lead to two checkpoints.", *_REPORT
    ),
    "checkpoint.signed": Reason("检查点由可信日志密钥签署。", "The trusted log key signed the checkpoint."),
    "checkpoint.compared": Reason(
        "检查点由可信日志密钥签署，与账本当前出示的不矛盾。",
        "The trusted log key signed the checkpoint; what the ledger shows now does not contradict it.",
    ),
    "checkpoint.unreachable": Reason(
        "账本没有出示当前的检查点，无法比对。",
        "The ledger did not show its live checkpoint: nothing could be compared.",
        "核对 --url 地址，稍后再试；或用 --offline，只凭文件核验。",
        "Check the address given with --url and try again later, or use --offline and judge the file alone.",
    ),
    "checkpoint.signature": Reason("检查点签名无效。", "The checkpoint is not signed by the log.", *_REPORT),
    "checkpoint.other_signatures": Reason(
        "检查点带有本程序不核验的签名。", "The checkpoint carries signatures that nobody checks.", *_AGAIN
    ),
    "checkpoint.retired_key": Reason(
        "检查点由已更换的日志密钥签署。",
        "A log key that was replaced before signed the checkpoint.",
        *_REPORT,
    ),
    "checkpoint.compromised_key": Reason(
        "签署检查点的日志密钥其后已泄露，该检查点不足为凭。",
        "The log key that signed the checkpoint was later stolen: its word is not enough.",
        *_FRESH,
    ),
    "checkpoint.contradiction": Reason(
        "关于日志密钥更换的说法互相矛盾。",
        "What is said about the log's keys does not agree.",
        *_REPORT,
    ),
    "checkpoint.other_log": Reason(
        "证据属于另一账本。",
        "The evidence is of another log.",
        "换用该账本的信任文件。",
        "Use that log's trust file.",
    ),
    "checkpoint.fork": Reason(
        "账本向不同的人出示了不同的日志。", "The ledger shows two logs of one size.", *_REPORT
    ),
    "checkpoint.live": Reason(
        "账本当前的检查点无法核验。", "The ledger's live checkpoint cannot be verified.", *_REPORT
    ),
    # Anchor
    "anchor.live": Reason("已与链上根值比对一致。", "The chain holds this root now."),
    "anchor.seen": Reason("账本签名声明：链上根值一致。", "By signed statement the chain holds this root."),
    "anchor.no_chain": Reason("该账本没有锚定。", "This ledger has no chain."),
    "anchor.none": Reason(
        "已入日志，尚未锚定。",
        "In the log, not yet anchored.",
        "稍后重新导出证据。",
        "Export the evidence again later.",
    ),
    "anchor.unseen": Reason("没有链上状态的签名声明。", "No signed statement of the chain's state.", *_FRESH),
    "anchor.unreachable": Reason(
        "链不可达。",
        "The chain does not answer.",
        "稍后再试，或离线核验。",
        "Try again later, or verify offline.",
    ),
    "anchor.not_asked": Reason(
        "未指定链的地址。",
        "No chain was asked.",
        "用 --rpc 给出链的地址，或用 --offline。",
        "Give the chain's address with --rpc, or use --offline.",
    ),
    "anchor.other_chain": Reason(
        "所连的链不是信任文件所指的链。",
        "The chain asked is not the one in the trust file.",
        "核对 --rpc 地址。",
        "Check the address given with --rpc.",
    ),
    "anchor.other_contract": Reason(
        "声明所指合约不是可信合约。", "The statement names another contract.", *_FRESH
    ),
    "anchor.absent": Reason("链上没有该检查点。", "The chain does not hold this checkpoint.", *_FRESH),
    "anchor.not_covering": Reason("链上检查点早于该条目。", "The anchor is older than the entry.", *_FRESH),
    "anchor.other_root": Reason(
        "链上根值与文件不同：日志被改写。", "The chain holds another root.", *_REPORT
    ),
    "anchor.inconsistent": Reason(
        "文件的日志与链上日志不一致。", "The tree does not agree with the anchor.", *_REPORT
    ),
    "anchor.contradiction": Reason("链上声明与文件不符。", "The statement is of another anchor.", *_REPORT),
    "anchor.signature": Reason(
        "链上状态声明签名无效。", "The anchor's statement is not signed by it.", *_REPORT
    ),
    # Signatures and keys
    "signature.genuine": Reason("各条目签名有效。", "Every entry carries its key's signature."),
    "signature.invalid": Reason("条目签名无效。", "An entry's signature is invalid.", *_REPORT),
    "signature.other_log": Reason(
        "条目是为另一账本签署的。", "An entry was signed for another log.", *_REPORT
    ),
    "authority.custodial": Reason(
        "密钥属于该部门（由平台代管）。", "The department's key, kept by the service."
    ),
    "authority.own_key": Reason("密钥属于签署方本身。", "The issuer's own key."),
    "authority.foreign_key": Reason("密钥不属于签署部门。", "The key is not the issuer's.", *_REPORT),
    "authority.unregistered": Reason("密钥未登记。", "The key was never registered.", *_REPORT),
    "authority.key_too_early": Reason(
        "签署早于密钥登记。", "Signed before the key was registered.", *_REPORT
    ),
    "authority.key_retired": Reason(
        "密钥在签署前已停用。", "The key was retired before it signed.", *_REPORT
    ),
    "authority.key_compromised": Reason(
        "密钥在该序号已泄露。",
        "The key counted as compromised at this index.",
        "请该部门重新核验材料。",
        "Ask the department to accept the material anew.",
    ),
    "authority.key_missing": Reason(
        "缺少部门或密钥的登记条目。", "The key's registration is not shown.", *_AGAIN
    ),
    "authority.founding_missing": Reason("缺少创世条目。", "The founding entry is not shown.", *_AGAIN),
    "authority.founding": Reason(
        "创世条目与信任文件不符。", "The founding is not the trusted one.", *_REPORT
    ),
    "authority.governance": Reason(
        "登记条目不是治理密钥签署。", "A registration is not governance's.", *_REPORT
    ),
    "authority.snapshot_missing": Reason(
        "缺少密钥未停用的签名声明。", "No signed statement that the key is not retired.", *_FRESH
    ),
    "authority.snapshot_old": Reason("密钥声明未覆盖该条目。", "The snapshot does not cover this.", *_FRESH),
    "authority.snapshot_signature": Reason(
        "密钥声明签名无效。", "The snapshot is not governance's.", *_REPORT
    ),
    "authority.contradiction": Reason(
        "密钥声明与登记条目矛盾。", "Snapshot and entries contradict.", *_REPORT
    ),
    # Status
    "status.standing": Reason("核验结论有效，未撤回。", "The acceptance stands."),
    "status.stood_then": Reason("在该时刻有效，其后撤回。", "It stood at that time; retracted later."),
    "status.stood": Reason("采信时该核验结论有效。", "What was relied on stood then."),
    "status.renewed": Reason(
        "该材料核验属实，未撤回；证照其后已更替。",
        "It was accepted, and was not retracted; the paper itself was renewed later.",
        "新的办件请用更替后的材料。",
        "Use the renewed one in new cases.",
    ),
    "status.better_copy": Reason(
        "该材料核验属实，未撤回；其后另有更清晰的件已核验。",
        "It was accepted, and was not retracted; a better copy of the same paper was accepted later.",
    ),
    "status.disputed": Reason(
        "持有人对这份材料提出异议，尚未答复：答复前不予采信。",
        "Its holder disputes the material, and has no answer yet: until then nobody is to rely on it.",
        "答复后重新导出证据文件，再核验；急用时请申请人另行提交材料。",
        "Once it is answered export the evidence again and verify; where it is urgent ask for another paper.",
    ),
    "status.disputed_later": Reason(
        "采信时有效；所引材料其后被提出异议，尚未答复，采信凭证不受影响。",
        "What was relied on stood then; its holder disputed it later. The receipt holds.",
        "答复前新的办件不得采信该材料。",
        "Until the answer do not rely on the material in new cases.",
    ),
    "status.denied": Reason(
        "发证单位已说明这份材料不再有效，此前的核验结论不予采信。",
        "Its issuer says that the paper stands no more: what was accepted of it before counts no more.",
        "请申请人提交现行有效的材料；有疑问的，向发证单位核实。",
        "Ask the applicant for a paper that is in force; in doubt ask the department that issued it.",
    ),
    "status.denied_then": Reason(
        "在该时刻有效；其后发证单位说明这份材料不再有效。",
        "It stood at that time; its issuer said later that the paper stands no more.",
    ),
    "status.denied_later": Reason(
        "采信时有效；其后发证单位说明所引材料不再有效，采信凭证不受影响。",
        "What was relied on stood then; its issuer said later that it stands no more. The receipt holds.",
        "新的办件不得再采信该材料。",
        "Do not rely on the material in new cases.",
    ),
    "status.denied_before": Reason(
        "采信之前，发证单位已说明所引材料不再有效。",
        "Before it was relied on, its issuer had said that the paper stands no more.",
        *_REPORT,
    ),
    "status.recognisable": Reason(
        "提出要求时，该材料已核验且有效，本可免交。",
        "When it was asked for, what was accepted before stood: it could have been skipped.",
    ),
    "status.recorded": Reason(
        "记录时所依据的材料有效，现在仍有效。文件不能说明是否已撤回或终止。",
        "The paper that it rests on stood and stands; no file tells whether it was revoked since.",
        "请向记录的单位查询是否仍然有效。",
        "Ask the department that recorded it whether it still holds.",
    ),
    "status.recorded_then": Reason(
        "在该时刻所依据的材料有效，其后被撤回，或发证单位说明不再有效。",
        "The paper that it rests on stood at that time; it was taken back, or denied by its issuer, later.",
    ),
    "status.mandate_fallen": Reason(
        "所依据的材料已被撤回，或发证单位已说明不再有效，代理或者监护的记录随之失效。",
        "The paper that it rests on was taken back, or denied by its issuer: nobody acts by it any more.",
        "请核对新的文书。",
        "Check a new paper.",
    ),
    "status.mandate_expired": Reason(
        "代理或者监护的记录已到期。",
        "What was recorded has expired.",
        "请核对新的文书。",
        "Check a new paper.",
    ),
    "status.foreign_recorder": Reason(
        "记录的单位不是核验该材料的单位。", "It was recorded by a department without that paper.", *_REPORT
    ),
    "status.outside_list": Reason(
        "所要求的材料不在办事指南所列范围内。", "What was asked for is not on the guide's list."
    ),
    "status.retracted_later": Reason(
        "采信时有效；所引核验结论其后撤回，采信凭证不受影响。",
        "What was relied on stood then; it was retracted later, and the receipt holds as of its index.",
        "新的办件不得再采信该材料。",
        "Do not rely on the material in new cases.",
    ),
    "status.retracted": Reason(
        "核验结论已撤回。",
        "The acceptance was retracted.",
        "请申请人重新提交。",
        "Ask the applicant to submit it.",
    ),
    "status.rectified": Reason(
        "核验记录已更正，这一份不再有效。",
        "The record was corrected (更正); this acceptance counts no more.",
        "请向核验单位索取更正后那一份的证据。",
        "Ask the department for the evidence of the acceptance that corrects it.",
    ),
    "status.rectified_later": Reason(
        "采信时有效；所引核验记录其后更正，采信凭证不受影响。",
        "What was relied on stood then; it was corrected later, and the receipt holds as of its index.",
        "新的办件请用更正后的那一份。",
        "In new cases use the acceptance that corrects it.",
    ),
    "status.retracted_before": Reason(
        "采信之前核验结论已撤回。", "It was retracted before it was relied on.", *_REPORT
    ),
    "status.expired": Reason(
        "材料已过有效期。",
        "The material has expired.",
        "请申请人提交新材料。",
        "Ask the applicant for a new one.",
    ),
    "status.not_yet": Reason(
        "该时刻尚未生效或尚未入库。",
        "Not yet accepted, or not yet in force, at that time.",
        "核对所问时刻（--as-of）、本机时钟与材料的生效日期。",
        "Check the time asked about (--as-of), this machine's clock, and when the material takes effect.",
    ),
    "status.missing": Reason("没有未撤回的签名声明。", "No signed statement that it stands.", *_FRESH),
    "status.ask_department": Reason(
        "部门自持密钥，平台不能代签状态。",
        "The department keeps its own key, so the service cannot sign its status.",
        "向该部门索取已签名的状态。",
        "Ask that department for a signed status.",
    ),
    "status.too_early": Reason("状态声明早于该条目。", "The status is older than the entry.", *_FRESH),
    "status.signature": Reason("状态声明签名无效。", "The status is not signed by its key.", *_REPORT),
    "status.foreign_signer": Reason("状态声明的签署方无权。", "The status is by another issuer.", *_REPORT),
    "status.other_subject": Reason("状态声明属于另一条目。", "The status is of another entry.", *_REPORT),
    "status.other_citation": Reason(
        "所引条目与凭证不符。", "The entry shown is not the one cited.", *_REPORT
    ),
    "status.citation_missing": Reason("缺少所引核验条目。", "The acceptance cited is not shown.", *_AGAIN),
    "status.other_ground": Reason(
        "凭证写明发证单位数据核验，所引条目却不是发证单位的答复。",
        "The receipt rests on a data check, and what it cites is not the issuer's own answer.",
        *_REPORT,
    ),
    "status.other_policy": Reason(
        "凭证所引采信政策不是当时的现行版本。",
        "The policy cited was not the one in force when it was relied on.",
        *_REPORT,
    ),
    "status.policy_missing": Reason(
        "缺少所引采信政策的发布条目。", "The publication of the policy cited is not shown.", *_AGAIN
    ),
    "status.policy_unproved": Reason(
        "没有关于当时采信政策的签名声明。",
        "No signed statement tells which policy was in force then.",
        *_FRESH,
    ),
    "status.retraction_unproved": Reason("撤回条目无法证实。", "A retraction shown is not proved.", *_AGAIN),
    # Age
    "freshness.recent": Reason("声明在有效期内。", "The statements are recent."),
    "freshness.stale": Reason("声明已过期，现状不明。", "The statements are too old to tell.", *_FRESH),
    "freshness.future": Reason(
        "声明时间或所问时刻在将来。",
        "A time lies in the future.",
        "校准本机时钟。",
        "Set this machine's clock.",
    ),
    "freshness.missing": Reason("缺少现状声明。", "No statement of the present state.", *_FRESH),
}

REVOKED: Final = frozenset(
    {
        "status.denied",
        "status.denied_before",
        "status.expired",
        "status.rectified",
        "status.retracted",
        "status.retracted_before",
    }
)
"""Reasons for which a command ends with code 4: genuine, but no longer in force."""
