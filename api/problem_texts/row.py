# SPDX-License-Identifier: Apache-2.0
"""One row of the table of problems, and phrases that several rows share."""

from __future__ import annotations

from typing import Final, NamedTuple


class ProblemText(NamedTuple):
    """What a code means to people: HTTP status, title and next step in both languages."""

    status: int
    zh: str
    en: str
    next_zh: str
    next_en: str


RESEND_ZH: Final = "请按接口文档更正后重新提交。"
RESEND_EN: Final = "Correct the request by the API document and send it again."
SIGN_ZH: Final = "请通过 :prepare 重新取得待签内容，签名后再提交。"
SIGN_EN: Final = "Fetch the statement again through :prepare, sign it and send it."
RETRY_ZH: Final = "请稍后用同一 Idempotency-Key 重试。"
RETRY_EN: Final = "Try again later with the same Idempotency-Key."
OPERATOR_ZH: Final = "请联系运维人员，并提供请求编号。"
OPERATOR_EN: Final = "Contact the operator and quote the request id."
