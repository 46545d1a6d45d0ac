# SPDX-License-Identifier: Apache-2.0
"""Whether values meet the standards that a type's fields name, on a day. Pure.

A fault never repeats the value: it may be personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attest.codes import CodeError, Scheme, validate
from attest.fields import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attest.catalogue.model import FieldUse, MaterialType
    from attest.standards.model import DataField, QualityRule, Standard, Window

OLDER: Final = "standard.older_version"
"""Not a fault: the version stated is still accepted, to a day that its successor names."""
UNTOLD: Final = frozenset({"standard.unknown", "standard.not_in_force"})
"""Faults of a standard that say nothing of the values."""
_DASHES: Final = str.maketrans("", "", "-")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: a stable code, the field concerned (empty: the standard itself), facts for its text."""

    code: str
    field: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """A standard as it was applied: its version, None where none could be, and why not (empty: it was)."""

    code: str
    standard: Standard | None
    fault: str
    until: date | None
    window: Window


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: every fault, in the order of the fields, and each standard's version."""

    faults: tuple[Fault, ...]
    applied: tuple[Applied, ...]

    @property
    def sound(self) -> bool:
        """Whether the values may be used as they are."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Dropped:
    """A field `field` of a paper of `type` that names `standard_field`, which its standard has no more."""

    type: str
    field: str
    standard_field: str


def dropped(standard: Standard, types: Iterable[MaterialType]) -> list[Dropped]:
    """What types still use of this standard although this version of it has it no more, in their order."""
    return [
        Dropped(kind.code, use.code, use.field)
        for kind in types
        for use in kind.fields
        if use.standard == standard.code and standard.field(use.field) is None
    ]


def check_values(
    uses: Sequence[FieldUse],
    values: Mapping[str, str],
    stated: Mapping[str, int],
    windows: Mapping[str, Window],
    day: date,
) -> Checked:
    """Values by field against the standards that `uses` name.

    `stated` is the version by standard that the values were made for; where none is stated, the current one.
    """
    applied = {code: _applied(code, stated.get(code), windows[code]) for code in _named(uses)}
    faults = [_of_standard(one) for one in applied.values() if one.fault]
    known = {use.code for use in uses}
    faults += [Fault("value.unknown_field", "", {"n": n}) for n in [len(values.keys() - known)] if n]
    sound: dict[str, dict[str, str]] = {}
    for use in uses:
        standard = applied[use.standard].standard
        if standard is None:
            continue
        found = _value(use, standard, values.get(use.code))
        if found is not None:
            faults.append(found)
        elif use.code in values:
            sound.setdefault(use.standard, {})[use.field] = values[use.code]
    for code, one in applied.items():
        if one.standard is not None:
            names = {use.field: use.code for use in uses if use.standard == code}
            faults += _rules(one.standard, sound.get(code, {}), names, day)
    return Checked(tuple(faults), tuple(applied.values()))


def _named(uses: Iterable[FieldUse]) -> list[str]:
    return list(dict.fromkeys(use.standard for use in uses))


def _applied(code: str, version: int | None, window: Window) -> Applied:
    current, newest = window.current, window.newest
    if newest is None:
        return Applied(code, None, "standard.unknown", None, window)
    if version is None:
        return Applied(code, current, "" if current else "standard.not_in_force", None, window)
    held = window.accepted(version)
    if held is not None:
        follows = current if current is not None and held.version < current.version else None
        until = follows.migration.until if follows is not None and follows.migration else None
        return Applied(code, held, "", until, window)
    if version > newest.version:
        return Applied(code, None, "standard.unknown_version", None, window)
    if current is not None and version < current.version:
        return Applied(code, None, "standard.replaced", None, window)
    return Applied(code, None, "standard.not_in_force", None, window)


def _of_standard(one: Applied) -> Fault:
    current = one.window.current
    facts: dict[str, Any] = {"standard": one.code}
    if current is not None:
        facts["version"] = current.version
        if one.fault == "standard.replaced" and current.migration is not None:
            facts["until"] = current.migration.until.isoformat()
            facts["notes"] = [note.text for note in current.migration.notes]
    return Fault(one.fault, "", facts)


def _value(use: FieldUse, standard: Standard, value: str | None) -> Fault | None:
    """What is wrong with one value, or None."""
    field = standard.field(use.field)
    facts: dict[str, Any] = {"standard": standard.code, "version": standard.version}
    if field is None:
        return Fault("value.no_such_field", use.code, facts) if value is not None or use.required else None
    facts["name"] = field.name
    if value is None or not value.strip():
        return Fault("value.missing", use.code, facts) if use.required or value is not None else None
    code, more = _fault_of(field, standard, value)
    return Fault(code, use.code, {**facts, **more}) if code else None


def _fault_of(field: DataField, standard: Standard, value: str) -> tuple[str, dict[str, Any]]:
    if field.scheme is not None:
        try:
            validate(Scheme(field.scheme), value)
        except CodeError as error:
            return "value.code", {"scheme": field.scheme, "cause": error.code}
    elif field.list is not None:
        codes = standard.list(field.list)
        if codes is not None and value not in {one.code for one in codes.codes}:
            return "value.not_listed", {"list": codes.name, "n": len(codes.codes)}
    elif field.kind == "day":
        if day_in(value) is None:
            return "value.day", {}
    elif field.least is not None and field.most is not None:
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 16 else -1
        if not field.least <= number <= field.most:
            return "value.whole", {"least": field.least, "most": field.most}
    elif len(value) > (field.longest or 0):
        return "value.too_long", {"n": field.longest}
    elif not is_plain(value):
        return "value.text", {}
    return "", {}


def day_in(text: str) -> date | None:
    """The day that a text `YYYY-MM-DD` says, or None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and text.isascii() and text[4] == "-" else None
    except ValueError:
        return None


def _rules(
    standard: Standard, values: Mapping[str, str], names: Mapping[str, str], day: date
) -> Iterable[Fault]:
    for rule in standard.rules:
        value = values.get(rule.field)
        if value is None or rule.field not in names or (rule.other is not None and rule.other not in names):
            continue
        other = values.get(rule.other) if rule.other is not None else None
        if not _holds(rule, value, other, day):
            facts = {"standard": standard.code, "version": standard.version, "rule": rule.text}
            yield Fault("value.rule", names[rule.field], facts)


def _holds(rule: QualityRule, value: str, other: str | None, day: date) -> bool:
    if rule.kind == "needs":
        return other is not None
    if rule.kind == "not_future":
        return (day_in(value) or day) <= day
    if other is None:
        return True
    if rule.kind == "not_before":
        return (day_in(value) or day) >= (day_in(other) or date.min)
    return value[(rule.first or 1) - 1 : rule.last] == other.translate(_DASHES)
