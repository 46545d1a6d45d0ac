# SPDX-License-Identifier: Apache-2.0
"""Problems of identity: signing in, sessions, forms of other sites, accounts, keys."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import RESEND_EN, RESEND_ZH, ProblemText

_AGAIN_ZH: Final = "请重新登录；已填的内容请先记下。"
_AGAIN_EN: Final = "Sign in again; note down what you had typed."
_ADMIN_ZH: Final = "请联系本单位管理员。"
_ADMIN_EN: Final = "Ask your administrator."
_RELOAD_ZH: Final = "请刷新页面后再试一次。"
_RELOAD_EN: Final = "Reload the page and try again."

IDENTITY_TEXTS: Final[dict[str, ProblemText]] = {
    "session.missing": ProblemText(
        401, "还没有登录，或登录已过期", "You are not signed in, or no longer", _AGAIN_ZH, _AGAIN_EN
    ),
    "sign_in.failed": ProblemText(
        401,
        "账号或密码不对",
        "The user name or the password is wrong",
        "请再试一次；忘记密码请联系本单位管理员。",
        "Try again; if you forgot the password, ask your administrator.",
    ),
    "sign_in.too_often": ProblemText(
        429,
        "尝试次数过多，请稍候",
        "Too many tries for now",
        "请等待片刻再试；以前登录过的电脑不受他人尝试的影响。",
        "Wait a moment; a computer you signed in from before is not held up by other people's tries.",
    ),
    "verify.too_often": ProblemText(
        429,
        "这个网络的核验请求过多，请稍候",
        "Too many verifications from this network for now",
        "请等待片刻再试；也可以把核验页面保存到电脑上离线核验，次数不限。",
        "Wait a moment; or save the page and verify off line, as often as you like.",
    ),
    "sign_in.busy": ProblemText(
        503,
        "登录的人太多，请稍候",
        "Too many are signing in",
        "请几秒后再试。",
        "Try again in a few seconds.",
    ),
    "sign_in.unavailable": ProblemText(
        403,
        "这里不能用这种方式登录",
        "This way of signing in is not offered here",
        "请选择页面上的其他登录方式。",
        "Choose another way on the sign-in page.",
    ),
    "sign_in.unknown": ProblemText(
        403,
        "身份已核实，但这里没有您的记录",
        "Your identity is proved, but nothing here is about you",
        "如果您在窗口办过事，请到原窗口核对证件类型和号码。",
        "If you had a case at a window, have them compare type and number of your document.",
    ),
    "sign_in.replayed": ProblemText(
        401,
        "这次登录已经用过或已过期",
        "This sign-in was used already, or is too old",
        "请从登录页重新开始。",
        "Start again from the sign-in page.",
    ),
    "sign_in.refused": ProblemText(
        401,
        "统一身份认证没有通过",
        "The identity provider's answer was not accepted",
        "请从登录页重新开始；仍不行请联系运维人员。",
        "Start again from the sign-in page; if it fails again, contact the operator.",
    ),
    "sign_in.provider_silent": ProblemText(
        502,
        "统一身份认证暂时没有应答",
        "The identity provider does not answer now",
        "请稍后再试，或改用其他登录方式。",
        "Try again later, or use another way of signing in.",
    ),
    "origin.foreign": ProblemText(
        403,
        "请求来自其他网站，未执行",
        "The request came from another site and was not carried out",
        "请在本系统的页面上操作。",
        "Use the pages of this system.",
    ),
    "csrf.invalid": ProblemText(
        403,
        "页面已失效，未执行",
        "The page is no longer valid, nothing was done",
        _RELOAD_ZH,
        _RELOAD_EN,
    ),
    "password.weak": ProblemText(
        400,
        "密码太简单",
        "The password is too simple",
        "请用 12 至 128 个字符，至少 5 种不同字符，不含账号名。",
        "Use 12 to 128 characters, at least five different ones, without the user name.",
    ),
    "password.wrong": ProblemText(
        401,
        "现在的密码不对",
        "The present password is wrong",
        "请再输一次；忘记了请联系本单位管理员。",
        "Type it again; if you forgot it, ask your administrator.",
    ),
    "account.invalid": ProblemText(
        400,
        "账号信息不合要求",
        "The account's particulars do not fit",
        "账号用小写字母和数字；窗口、审核、目录岗位须写明部门。",
        "Lower-case letters and digits for the name; clerks, reviewers and editors need a department.",
    ),
    "account.exists": ProblemText(
        409,
        "账号名已用过",
        "The user name was given before",
        "请换一个账号名；用过的名字不再分配。",
        "Choose another; a name is never given twice.",
    ),
    "account.unknown": ProblemText(
        404,
        "没有这个账号",
        "No such account",
        "请在账号列表中核对用户名。",
        "Check the user name in the list of accounts.",
    ),
    "account.changed": ProblemText(
        409, "账号刚被修改", "The account was changed a moment ago", _RELOAD_ZH, _RELOAD_EN
    ),
    "account.own": ProblemText(
        409,
        "不能停用自己正在使用的账号",
        "You cannot end the account you are using",
        "请由另一位管理员操作。",
        "Have another administrator do it.",
    ),
    "api_key.shown_once": ProblemText(
        409,
        "密钥只显示一次，此次请求已经执行过",
        "A key is shown once, and this request was carried out already",
        "请停用列表中的新密钥，再重新生成。",
        "End the new key in the list and make another.",
    ),
    "api_key.invalid": ProblemText(
        400, "密钥的范围、部门或期限不合要求", "Scopes, department or expiry do not fit", RESEND_ZH, RESEND_EN
    ),
    "api_key.rotated": ProblemText(
        409,
        "这个密钥已经更换过",
        "This key was rotated already",
        "请更换它的后继密钥。",
        "Rotate the key that follows it.",
    ),
}
