# SPDX-License-Identifier: Apache-2.0
"""Problems of the request itself: form, identity, address."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import (
    OPERATOR_EN,
    OPERATOR_ZH,
    RESEND_EN,
    RESEND_ZH,
    RETRY_EN,
    RETRY_ZH,
    ProblemText,
)

REQUEST_TEXTS: Final[dict[str, ProblemText]] = {
    "json.malformed": ProblemText(
        400, "请求不是合法的 JSON", "The body is not valid JSON", RESEND_ZH, RESEND_EN
    ),
    "json.duplicate_key": ProblemText(
        400,
        "JSON 对象中有重复的成员",
        "A JSON object names a member twice",
        "请删除重复的成员后重新提交。",
        "Remove the duplicate member and send it again.",
    ),
    "json.not_canonical": ProblemText(
        400,
        "签名内容不是规范形式的 JSON",
        "The signed content is not canonical JSON",
        "请按 RFC 8785 序列化，逐字节提交签名时的内容。",
        "Serialise by RFC 8785 and send exactly the bytes that were signed.",
    ),
    "json.outside_profile": ProblemText(
        400,
        "JSON 中有不支持的数值、名称或字符",
        "The JSON has a number, name or character that is not taken",
        "请只用绝对值小于 2^53 的整数、ASCII 成员名和合法的 Unicode 文本。",
        "Use integers below 2^53, ASCII member names and valid Unicode text.",
    ),
    "json.too_deep": ProblemText(
        400,
        "JSON 嵌套过深",
        "The JSON is nested too deeply",
        "请减少嵌套层数，最多 16 层。",
        "Nest at most 16 levels.",
    ),
    "body.too_large": ProblemText(
        413,
        "请求内容超过上限",
        "The body is larger than this route takes",
        "请分批提交，或减小文件。",
        "Send it in parts, or send a smaller file.",
    ),
    "body.incomplete": ProblemText(
        400, "请求内容不完整", "The body ended before it was complete", RETRY_ZH, RETRY_EN
    ),
    "body.length_invalid": ProblemText(
        400, "Content-Length 无效", "Content-Length is not a length", RESEND_ZH, RESEND_EN
    ),
    "body.length_required": ProblemText(
        411,
        "缺少 Content-Length",
        "Content-Length is missing",
        "请在请求头中写明内容长度。",
        "State the length of the body in Content-Length.",
    ),
    "body.timeout": ProblemText(
        408, "请求内容传输超时", "The body did not arrive in time", RETRY_ZH, RETRY_EN
    ),
    "header.repeated": ProblemText(
        400,
        "请求头重复",
        "A header stands twice",
        "请只保留一个 Authorization、Content-Type、Content-Length、Host 请求头。",
        "Send Authorization, Content-Type, Content-Length and Host once each.",
    ),
    "media.unsupported": ProblemText(
        415,
        "不支持的内容类型",
        "The content type is not supported here",
        "请使用 Content-Type: application/json，不压缩。",
        "Send Content-Type: application/json without a content encoding.",
    ),
    "format.invalid": ProblemText(
        400, "内容格式不正确", "The content is not in the promised format", RESEND_ZH, RESEND_EN
    ),
    "field.missing": ProblemText(
        400, "缺少必填字段", "A required field is missing", "请补上所指字段。", "Add the field that is named."
    ),
    "field.unknown": ProblemText(
        400,
        "有未定义的字段",
        "An object has a member that is not defined",
        "请按接口文档删除所指字段；所指为对象的，删除其中未定义的字段。",
        "Remove the member, or from the object what the API document does not define, at the place named.",
    ),
    "field.invalid": ProblemText(
        400,
        "字段的值不符合要求",
        "A field has a value that is not allowed",
        "请更正所指字段。",
        "Correct the field that is named.",
    ),
    "form.unreadable": ProblemText(
        400,
        "表单内容无法读取",
        "The form cannot be read",
        "请回到上一页，重新填写后再提交。",
        "Go back to the page before, fill it in again and send it.",
    ),
    "query.invalid": ProblemText(
        400,
        "查询参数不正确",
        "A query parameter is not allowed or not valid",
        "请更正所指参数。",
        "Correct the parameter that is named.",
    ),
    "digest.mismatch": ProblemText(
        400,
        "内容与所称的 SHA-256 不一致",
        "The content does not have the SHA-256 it was announced with",
        "请核对文件后重新上传。",
        "Check the file and upload it again.",
    ),
    "idempotency.missing": ProblemText(
        400,
        "缺少 Idempotency-Key",
        "Idempotency-Key is missing",
        "请为每次写入生成一个新的 Idempotency-Key，重试时沿用。",
        "Make a new Idempotency-Key for each write and keep it when retrying.",
    ),
    "idempotency.malformed": ProblemText(
        400,
        "Idempotency-Key 格式不正确",
        "Idempotency-Key is malformed",
        "请使用 1 至 128 个可见 ASCII 字符，且只发送一次。",
        "Use 1 to 128 visible ASCII characters, in one header.",
    ),
    "idempotency.conflict": ProblemText(
        409,
        "同一 Idempotency-Key 已用于另一请求",
        "This Idempotency-Key was used for another request",
        "请换用新的 Idempotency-Key，或重发原来的内容。",
        "Use a new Idempotency-Key, or send the first content again.",
    ),
    "precondition.failed": ProblemText(
        412,
        "办件在读取之后又有了新的内容",
        "The case has changed since it was read",
        "请重新读取办件，核对后带上新的 ETag 再发。",
        "Read the case again, look at what is new, and send the request with the new ETag.",
    ),
    "request.refused": ProblemText(409, "请求被拒绝", "The request was refused", OPERATOR_ZH, OPERATOR_EN),
    "auth.missing": ProblemText(
        401,
        "缺少 API 密钥",
        "An API key is needed",
        "请在请求头中带上 Authorization: Bearer once_…。",
        "Send Authorization: Bearer once_….",
    ),
    "auth.invalid": ProblemText(
        401,
        "API 密钥无效",
        "The API key is not valid",
        "请核对密钥，或向运维人员申领新的密钥。",
        "Check the key, or ask the operator for a new one.",
    ),
    "auth.expired": ProblemText(
        401,
        "API 密钥已过期",
        "The API key has expired",
        "请申领新的密钥。",
        "Ask the operator for a new key.",
    ),
    "auth.forbidden": ProblemText(
        403,
        "无权进行此操作",
        "You may not do that",
        "请使用有相应权限的账号或部门密钥。",
        "Use an account or a key of the department or role that may.",
    ),
    "quota.exceeded": ProblemText(
        429,
        "请求过于频繁",
        "Too many requests",
        "请在 Retry-After 所示秒数后重试。",
        "Wait for the seconds in Retry-After, then try again.",
    ),
    "quota.user_hour": ProblemText(
        429,
        "本账号（密钥）这一小时的查询次数已满",
        "This account or key has used up its look-ups of this hour",
        "请在 Retry-After 所示秒数后（下一整点）重试；确需更多的，请本部门负责人联系运维人员。",
        "Try again at the full hour (Retry-After); where more are needed, the head of the department asks"
        " the operator.",
    ),
    "quota.user_day": ProblemText(
        429,
        "本账号（密钥）今天的查询次数已满",
        "This account or key has used up its look-ups of today",
        "请明天（Retry-After 所示秒数后）重试；确需更多的，请本部门负责人联系运维人员。",
        "Try again tomorrow (Retry-After); where more are needed, the head of the department asks the"
        " operator.",
    ),
    "quota.department_hour": ProblemText(
        429,
        "本部门这一小时的查询次数已满",
        "The department has used up its look-ups of this hour",
        "请在 Retry-After 所示秒数后（下一整点）重试，并请部门负责人查看是谁用掉的。",
        "Try again at the full hour (Retry-After); the head of the department should see who used them.",
    ),
    "quota.department_day": ProblemText(
        429,
        "本部门今天的查询次数已满",
        "The department has used up its look-ups of today",
        "请明天（Retry-After 所示秒数后）重试，并请部门负责人查看是谁用掉的。",
        "Try again tomorrow (Retry-After); the head of the department should see who used them.",
    ),
    "not_found": ProblemText(
        404,
        "未找到",
        "Not found",
        "请核对地址与编号；不属于本部门的对象同样显示为未找到。",
        "Check the address and the id; objects of others are answered the same way.",
    ),
    "method_not_allowed": ProblemText(
        405,
        "此地址不支持该方法",
        "This address does not take that method",
        "可用的方法见 Allow 响应头。",
        "The Allow header names the methods.",
    ),
}
