# SPDX-License-Identifier: Apache-2.0
"""Problems of signatures, statements, the log and its chain."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import OPERATOR_EN, OPERATOR_ZH, RETRY_EN, RETRY_ZH, SIGN_EN, SIGN_ZH, ProblemText

RECORD_TEXTS: Final[dict[str, ProblemText]] = {
    "signature.invalid": ProblemText(400, "签名无效", "The signature is not valid", SIGN_ZH, SIGN_EN),
    "signature.foreign_key": ProblemText(
        403,
        "签名所用密钥不属于该部门",
        "The signing key is not a current key of this department",
        "请使用本部门已登记且未停用的密钥签名。",
        "Sign with a registered, active key of your own department.",
    ),
    "key.known": ProblemText(
        409,
        "密钥已登记",
        "The key is already registered",
        "请登记另一把密钥。",
        "Register another key.",
    ),
    "statement.stale": ProblemText(
        409, "待签内容已过时", "The statement was decided on facts that have changed", SIGN_ZH, SIGN_EN
    ),
    "statement.mismatch": ProblemText(
        400,
        "签名内容与请求不一致",
        "The signed statement does not say what the request says",
        SIGN_ZH,
        SIGN_EN,
    ),
    "statement.untrue": ProblemText(
        409,
        "声明与日志不符",
        "The statement does not say what the log says",
        "请重新生成待签内容，签名后再提交。",
        "Prepare it again, sign that, and send it.",
    ),
    "statement.lifetime": ProblemText(
        400,
        "声明的有效期超过 31 天，或早于签署时间",
        "The statement holds for more than 31 days, or ends before it was signed",
        "请缩短有效期后重新签名。",
        "Choose a shorter span and sign again.",
    ),
    "issuer.mismatch": ProblemText(
        403,
        "签发部门与 API 密钥所属部门不一致",
        "The issuer is not the department of the API key",
        "请以本部门名义提交。",
        "Submit for your own department.",
    ),
    "entry.time_skew": ProblemText(
        409,
        "条目时间与服务器时间相差过大",
        "The entry's time is more than 120 seconds from the log's clock",
        "请校准时钟后重新签名。",
        "Set the clock and sign again.",
    ),
    "entry.foreign_log": ProblemText(
        400, "条目属于另一个账本", "The entry names another log", SIGN_ZH, SIGN_EN
    ),
    "entry.kind": ProblemText(
        400, "条目类型不适用于此地址", "The entry's kind does not belong to this route", SIGN_ZH, SIGN_EN
    ),
    "private.mismatch": ProblemText(
        400,
        "私密记录与条目中的摘要不一致",
        "The private record does not have the digest in the entry",
        SIGN_ZH,
        SIGN_EN,
    ),
    "proof.invalid": ProblemText(
        500, "存证证明校验未通过", "A proof of the log does not verify", OPERATOR_ZH, OPERATOR_EN
    ),
    "log.read_only": ProblemText(
        503,
        "账本暂时只读",
        "The log takes no entries now",
        "查询与核验不受影响；写入请稍后重试，或联系运维人员。",
        "Reading and verification go on; retry writes later or contact the operator.",
    ),
    "log.writer_failed": ProblemText(
        503,
        "写入结果未知",
        "Whether the entry is durable is not known",
        RETRY_ZH,
        RETRY_EN,
    ),
    "log.busy": ProblemText(503, "写入队列已满", "The writer's queue is full", RETRY_ZH, RETRY_EN),
    "log.no_checkpoint": ProblemText(
        503,
        "尚未发布检查点",
        "No checkpoint has been published yet",
        "请稍后重试。",
        "Try again in a moment.",
    ),
    "log.store": ProblemText(
        500, "账本存储异常", "The log's store does not hold what it must", OPERATOR_ZH, OPERATOR_EN
    ),
    "ledger.error": ProblemText(500, "账本内部错误", "The log failed", OPERATOR_ZH, OPERATOR_EN),
    "chain.unreachable": ProblemText(
        503,
        "链暂不可达",
        "The chain does not answer now",
        "受理与核验不受影响，锚定将自动补做。",
        "Intake and checks go on; anchoring resumes by itself.",
    ),
    "chain.conflict": ProblemText(
        500, "链上记录与账本不一致", "The chain and the log disagree", OPERATOR_ZH, OPERATOR_EN
    ),
    "internal.error": ProblemText(500, "服务内部错误", "The service failed", OPERATOR_ZH, OPERATOR_EN),
    "signature.retired_key": ProblemText(
        409,
        "签名所用密钥在此位置已停用",
        "The signing key is not valid at this position of the log",
        "请换用现行密钥签名。",
        "Sign with a key that is active now.",
    ),
    "key.unknown": ProblemText(
        404,
        "密钥未登记",
        "The key is not registered for this department",
        "请核对密钥地址。",
        "Check the address of the key.",
    ),
    "key.retired": ProblemText(
        409, "密钥已停用", "The key is retired already", "无需重复停用。", "Nothing is left to do."
    ),
    "keystore.invalid": ProblemText(
        500, "密钥文件不可用", "A key file cannot be used", OPERATOR_ZH, OPERATOR_EN
    ),
    "vault.invalid": ProblemText(
        500, "保管库内容异常", "The vault does not hold what it must", OPERATOR_ZH, OPERATOR_EN
    ),
    "vault.missing": ProblemText(
        404,
        "文件不存在或已删除",
        "The document is not kept here, or was erased",
        "请向原部门调取，或重新提交。",
        "Ask the department that keeps it, or submit it again.",
    ),
    "vault.exists": ProblemText(
        409, "文件已保存", "The document is stored already", "无需重复上传。", "Nothing is left to do."
    ),
    "attest.error": ProblemText(500, "服务内部错误", "The service failed", OPERATOR_ZH, OPERATOR_EN),
    "statement.invalid": ProblemText(
        400, "条目内容不完整或不正确", "The statement is not put together rightly", SIGN_ZH, SIGN_EN
    ),
    "commitment.invalid": ProblemText(
        400, "指纹所用的盐或摘要不正确", "A salt or digest of a commitment is not valid", SIGN_ZH, SIGN_EN
    ),
    "code.invalid": ProblemText(
        400,
        "代码或证件号码校验未通过",
        "A code or number is not well-formed",
        "请核对代码的长度、字符与校验位。",
        "Check its length, characters and check character.",
    ),
    "entry.size": ProblemText(
        413, "条目超过上限", "The entry is larger than the log takes", "请精简内容。", "Send a smaller entry."
    ),
    "entry.duplicate": ProblemText(
        409,
        "条目已在账本中",
        "The entry is in the log already",
        "首次的序号见 index。",
        "Its first index is in `index`.",
    ),
    "checkpoint.conflict": ProblemText(
        500, "同一规模出现两个检查点", "Two checkpoints of one size disagree", OPERATOR_ZH, OPERATOR_EN
    ),
    "log.founded_already": ProblemText(
        409, "账本已建立", "The log is founded already", "无需重复建立。", "Nothing is left to do."
    ),
    "chain.engine": ProblemText(
        503, "本地链未能启动", "The local chain did not start", OPERATOR_ZH, OPERATOR_EN
    ),
    "chain.pin": ProblemText(
        500,
        "连接的不是建账时的链或合约",
        "The chain or contract is not the one that was pinned",
        OPERATOR_ZH,
        OPERATOR_EN,
    ),
    "chain.reverted": ProblemText(
        500, "锚定交易被合约拒绝", "The contract refused the transaction", OPERATOR_ZH, OPERATOR_EN
    ),
    "format.unknown_version": ProblemText(
        400,
        "条目版本或算法未知",
        "The version or suite is not known here",
        "请升级程序后再试。",
        "Upgrade the program, then try again.",
    ),
}
