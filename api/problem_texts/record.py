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
    "key.inactive": ProblemText(
        409, "密钥未登记或已停用", "The key is not registered or no longer active", SIGN_ZH, SIGN_EN
    ),
    "key.known": ProblemText(
        409,
        "密钥已登记",
        "The key is already registered",
        "请登记另一把密钥。",
        "Register another key.",
    ),
    "key.custody": ProblemText(
        409,
        "密钥的保管方式与此操作不符",
        "The custody of the key does not fit this act",
        "自持密钥的部门请使用 :prepare 签名。",
        "A department that holds its own key signs through :prepare.",
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
    "entry.too_large": ProblemText(
        413, "条目超过上限", "The entry is larger than the log takes", "请精简内容。", "Send a smaller entry."
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
        "受理与核验不受影响，上链将自动补做。",
        "Intake and checks go on; anchoring resumes by itself.",
    ),
    "chain.conflict": ProblemText(
        500, "链上记录与账本不一致", "The chain and the log disagree", OPERATOR_ZH, OPERATOR_EN
    ),
    "internal.error": ProblemText(500, "服务内部错误", "The service failed", OPERATOR_ZH, OPERATOR_EN),
}
