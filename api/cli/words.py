# SPDX-License-Identifier: Apache-2.0
"""The language in which commands speak to people, and what the log's kinds of entries are called."""

from __future__ import annotations

import os
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Language(StrEnum):
    """Language of the text for people."""

    ZH = "zh"
    EN = "en"


KINDS: Final = {
    "log.founded": ("建立账本", "ledger founded"),
    "log.key.rotated": ("更换日志密钥", "log key replaced"),
    "department.registered": ("部门登记", "department registered"),
    "department.key.added": ("增加部门密钥", "department's key added"),
    "department.key.retired": ("停用部门密钥", "department's key retired"),
    "catalogue.published": ("发布指南", "guide published"),
    "holder.named": ("指认持有主体", "holder named"),
    "holder.linked": ("关联临时标识", "provisional identifier linked"),
    "case.opened": ("开办", "case opened"),
    "case.party.added": ("补充当事人", "party added to the case"),
    "material.accepted": ("核验入库", "material accepted"),
    "acceptance.retracted": ("撤回核验结论", "acceptance retracted"),
    "supersession.recorded": ("记录更替", "supersession recorded"),
    "material.denied": ("发证单位答复不再有效", "issuer says it stands no more"),
    "material.relied": ("采信", "material relied on"),
    "data.check.requested": ("当事人提出异议", "disputed by a party"),
    "data.check.answered": ("答复异议", "dispute answered"),
    "data.check.withdrawn": ("当事人撤回异议", "dispute withdrawn"),
    "material.requested": ("要求提交", "material requested"),
    "material.claimed": ("申请人称已交过", "applicant says it was handed in"),
    "reask.recorded": ("重复索要", "re-ask"),
    "reuse.removed": ("移出复用", "removed from reuse"),
    "reuse.restored": ("恢复复用", "put back for reuse"),
    "submission.chosen": ("申请人选择自己交", "applicant hands it in themselves"),
    "submission.released": ("申请人改用账本", "applicant lets the record serve"),
    "consent.given": ("同意采用", "consent given"),
    "consent.withdrawn": ("撤回同意", "consent withdrawn"),
    "mandate.granted": ("授权委托", "mandate granted"),
    "mandate.revoked": ("撤回授权", "mandate revoked"),
    "material.expiring": ("临期提醒", "paper ends soon"),
    "mandate.recorded": ("记录代理或监护", "agent or guardian recorded"),
    "mandate.ended": ("终止代理或监护", "agent or guardian ended"),
    "lookup.alarm.raised": ("查询告警", "alarm about look-ups"),
    "lookup.alarm.acknowledged": ("核对查询告警", "alarm acknowledged"),
    "holder.erased": ("删除", "erasure"),
    "usage.checked": ("核对可否免交", "asked what may be skipped"),
    "usage.read": ("查阅", "records read"),
    "usage.refused": ("查阅被拒", "look-up refused"),
}
"""Kinds of entries in zh and en; one without words here is shown by its code alone."""
_RECTIFIED: Final = ("更正核验记录", "acceptance corrected")
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
STAGES: Final = {"sequenced": ("已入序", "sequenced"), "anchored": ("已锚定", "anchored")}


def spoken(chosen: Language | None, environment: Mapping[str, str] = os.environ) -> str:
    """`zh` or `en`: as chosen, else Chinese where the locale is."""
    if chosen is not None:
        return chosen.value
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def what_was_done(kind: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """An entry's kind in zh and en, empty without words; a retraction that corrects is told as that."""
    if kind == "acceptance.retracted" and body.get("reason") == "rectified":
        return _RECTIFIED
    return KINDS.get(kind, ("", ""))


def of_two(pair: tuple[str, str], language: str) -> str:
    """The word in zh or en."""
    return pair[0] if language == "zh" else pair[1]


def printable(text: str) -> str:
    """Foreign text for a terminal: what moves the cursor or turns the writing is written as its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _UNSHOWN else c for c in text)
