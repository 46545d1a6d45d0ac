# SPDX-License-Identifier: Apache-2.0
"""Schemas of alarms about look-ups."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import examples
from api.schemas.words import (
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    TIME,
    Schema,
    described,
    items,
    one_of,
    or_null,
    pattern,
    record,
    ref,
    text,
    whole,
)
from attest.supervision.commands import KEY_ID
from attest.supervision.model import MOST_ENTRIES, REASONS, RULES

_ENDED: Final = record(
    {
        "index": INDEX,
        "department": described(DEPARTMENT_TEXT, "of the person, `AUDITOR` for an auditor of none"),
        "by": pattern(KEY_ID, None, "who acknowledged it"),
        "reason": one_of(REASONS, "work 属正常办理, warned 已提醒, restricted 已限制, referred 已移交"),
        "text": or_null(text(500)),
        "time": TIME,
    }
)
_ALARM: Final = record(
    {
        "id": ID,
        "index": INDEX,
        "department": described(DEPARTMENT_TEXT, "the user's"),
        "rule": one_of(RULES),
        "user": pattern(KEY_ID, None, "`user/<account>`, `citizen/<holder>`, or the id of an API key"),
        "since": described(TIME, "Unix seconds, when the hour or day began that was counted"),
        "until": described(TIME, "Unix seconds, when it ended, exclusive"),
        "count": whole(1, about="how many there were when the rule spoke"),
        "most": whole(1, about="from how many on it speaks"),
        "entries": items(INDEX, 0, MOST_ENTRIES, "the look-ups that were counted; empty once erased"),
        "time": TIME,
        "acknowledged": or_null(_ENDED),
    }
)

COMPONENTS: Final[dict[str, Schema]] = {"LookupAlarm": _ALARM}
ALARMS: Final = record({"alarms": items(ref("LookupAlarm"), 0, 500), "next": or_null(INDEX)})
ALARM_EXAMPLE: Final[dict[str, Any]] = {
    "id": examples.ENTRY_ID,
    "index": 4711,
    "department": "SC",
    "rule": "many_unknown",
    "user": "user/geng",
    "since": 1767196800,
    "until": 1767283200,
    "count": 20,
    "most": 20,
    "entries": [4690, 4691, 4692],
    "time": examples.TIME,
    "acknowledged": None,
}
