# SPDX-License-Identifier: Apache-2.0
"""Look-ups as the rules see them, what a rule finds, and alarms as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from attest.materials.model import Citation

MANY_HOLDERS, MANY_UNKNOWN, OUTSIDE_LIST = "many_holders", "many_unknown", "outside_list"
SEQUENCE, OFF_HOURS, IDLE_CASES = "sequence", "off_hours", "idle_cases"
RULES: Final = (MANY_HOLDERS, MANY_UNKNOWN, OUTSIDE_LIST, SEQUENCE, OFF_HOURS, IDLE_CASES)
REASONS: Final = ("work", "warned", "restricted", "referred")
"""How an alarm ends: it was work, the user was spoken to, lost the right to look, was handed on (移交)."""
TRIED_CASES: Final = frozenset({"case.unknown", "bundle.no_such_case"})
"""Refusals that answer another's case number like one that is not there."""
MOST_ENTRIES: Final = 500
"""Entries that one alarm names: the last ones where there are more."""


class Serial(NamedTuple):
    """A number as part of a series: what all of a series share, and the place in it."""

    series: str
    place: int


@dataclass(frozen=True, slots=True)
class Look:
    """One entry `usage.*`: by whom, when (Unix seconds), answered or refused by `rule`.

    `holders` are the parties of the case that was looked up, `serials` their numbers, or the number of a case
    that is not known; all empty where nothing was shown.
    """

    index: int
    time: int
    key_id: str
    department: str
    rule: str | None = None
    case_no: str | None = None
    asked: bool = False
    """Whether it asked what the case still needs (`usage.checked`)."""
    holders: tuple[bytes, ...] = ()
    serials: tuple[Serial, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's threshold `most` was reached by `count` in a window (Unix seconds, `until` exclusive).

    `entries` are the look-ups that reached it, the last of which is the one that did.
    """

    rule: str
    key_id: str
    department: str
    since: int
    until: int
    count: int
    most: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """The private record of `lookup.alarm.raised`; who it was stands in the log as a commitment alone."""

    found: Finding
    key_salt: bytes


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The private record of `lookup.alarm.acknowledged`: by whom (`key_id`), of which department, and why."""

    alarm: Citation
    department: str
    key_id: str
    key_salt: bytes
    reason: str
    text: str | None


@dataclass(frozen=True, slots=True)
class EndRow:
    """An acknowledgement as the tables hold it."""

    index: int
    department: str
    key_id: str
    reason: str
    time: int


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm as the tables hold it, with its acknowledgement once there is one."""

    id: bytes
    index: int
    leaf: bytes
    department: str
    rule: str
    key_id: str
    since: int
    until: int
    count: int
    most: int
    time: int
    end: EndRow | None
