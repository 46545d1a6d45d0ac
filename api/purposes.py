# SPDX-License-Identifier: Apache-2.0
"""Purposes that the product itself writes or teaches, in words; what people wrote stays as they wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.mandates.acting import MANDATE
from api.routes.reasks import PURPOSES as ASKED
from api.supervision.alarm_page import PURPOSE as ALARMS
from api.web.counter.looking import PURPOSE as COUNTER
from api.web.counter.recalled import PURPOSE as RECALLS
from api.web.disputes import PURPOSE as DISPUTES

if TYPE_CHECKING:
    from api.problems import Language

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "admission": ("受理审查", "examining an application for admission"),
    "application": ("办理申请", "handling an application"),
    "trace": ("查看办理经过", "looking at the course of a case"),
    "export": ("取走证据文件", "taking an evidence file"),
    "expiry review": ("查看临期材料", "looking at what ends soon"),
    "own_record": ("查看自己的记录", "looking at one’s own record"),
    COUNTER: (COUNTER, "counter: what need not be handed in"),
    RECALLS: (RECALLS, "counter: uses that lost their ground"),
    ALARMS: (ALARMS, "supervision: judging an alarm"),
    DISPUTES: (DISPUTES, "answering a dispute"),
    ASKED["requests"]: (ASKED["requests"], "taking down what an applicant is asked for"),
    ASKED["claims"]: (ASKED["claims"], "taking down what an applicant says was handed in"),
}
"""By what entries hold: zh, en. The tutorial teaches the first; `once` says the next four for whoever gives
no purpose."""


_MANDATE: Final = re.compile(MANDATE.format(n="([0-9]+)"))
"""What an agent's looks are recorded with."""


def purpose_words(purpose: str, language: Language) -> str:
    """The purpose in the reader's language, or as it was written."""
    pair = _WORDS.get(purpose)
    if pair is None:
        entry = _MANDATE.fullmatch(purpose) if language == "en" else None
        return purpose if entry is None else f"by the mandate of entry {entry[1]}"
    return pair[language == "en"]
