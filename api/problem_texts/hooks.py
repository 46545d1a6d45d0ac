# SPDX-License-Identifier: Apache-2.0
"""Problems of webhooks and recalls."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

HOOK_TEXTS: Final[dict[str, ProblemText]] = {
    "webhook.unknown": ProblemText(
        404,
        "未找到该事件推送地址",
        "The webhook is not known",
        "请在“事件推送”页或者用 GET /api/v1/webhooks 查看本部门的推送地址。",
        "See your department's on the page Webhooks, or by GET /api/v1/webhooks.",
    ),
    "webhook.too_many": ProblemText(
        409,
        "本部门的事件推送地址已达上限",
        "The department has as many webhooks as it may have",
        "请先停用不再需要的推送地址。",
        "End one that is no longer needed.",
    ),
    "webhook.secret_made": ProblemText(
        409,
        "该请求已生成过签名密钥，不再显示",
        "This request made its secret already, which is not shown again",
        "那把密钥已被更换、推送地址已停用，或者已过一周。没有记下现用密钥的，请换用新的"
        " Idempotency-Key 再次 :rotate。",
        "It was changed since, the webhook ended, or a week has passed. If the present one was not kept,"
        " :rotate with a new Idempotency-Key.",
    ),
    "webhook.replay_waits": ProblemText(
        409,
        "所要的事件都已在排队等待重新推送",
        "All of it waits to be sent again already",
        "不用再要求；还有几件在排队，见“事件推送”页或者 GET /api/v1/webhooks/{id} 的 queued。",
        "Do not ask again; how many wait is on the page Webhooks, or queued in GET /api/v1/webhooks/{id}.",
    ),
    "webhook.replay_full": ProblemText(
        409,
        "等待重新推送的事件会超过 1,000 件",
        "More than 1,000 events would wait to be sent again",
        "请等排队的少一些再要求，或者从较晚的事件起；还有几件在排队，见“事件推送”页或者"
        " GET /api/v1/webhooks/{id} 的 queued。",
        "Ask when fewer wait, or from a later event on; how many do is on the page Webhooks, or queued in"
        " GET /api/v1/webhooks/{id}.",
    ),
    "recall.unknown": ProblemText(
        404,
        "未找到该追溯事项",
        "The recall is not known",
        "请用 GET /api/v1/recalls 查看本部门的追溯事项。",
        "See your department's by GET /api/v1/recalls.",
    ),
    "expiry.unknown": ProblemText(
        404,
        "未找到该临期提醒",
        "The expiry notice is not known",
        "请用 GET /api/v1/expiries 查看本部门的临期提醒。",
        "See your department's by GET /api/v1/expiries.",
    ),
    "webhook.target": ProblemText(
        422,
        "该地址不能作为事件推送地址",
        "This address may not be a webhook's",
        "请使用公网可达的 https 地址，不带用户名、密码或片段。",
        "Use an https address of the public network, without user, password or fragment.",
    ),
}
