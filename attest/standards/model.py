# SPDX-License-Identifier: Apache-2.0
"""A data standard (数据标准) as its published document says it, and which of its versions hold on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.codes import Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from attest.catalogue.model import Citation, Text

KINDS: Final = ("text", "code", "listed", "day", "whole")
"""What a value is: text, a national code with its own check, a code of a list, a day, a whole number."""
SCHEMES: Final = (
    Scheme.CREDIT_CODE,
    Scheme.CITIZEN_NUMBER,
    Scheme.ORGANISATION_CODE,
    Scheme.CERTIFICATE_ID,
    Scheme.ITEM_BASIC,
    Scheme.ITEM_IMPLEMENTATION,
    Scheme.ITEM_HANDLING,
)
"""The national codes that a field can be of: GB 32100, GB 11643, GB 11714, GB/T 36904, GB/T 39554."""
RULES: Final = ("not_before", "not_future", "part", "needs")
MOST_TEXT: Final = 500
MOST_VERSIONS: Final = 200


@dataclass(frozen=True, slots=True)
class ListedCode:
    """One code of a list and what it means."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes (代码表), in the document's order."""

    code: str
    name: Text
    codes: tuple[ListedCode, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class DataField:
    """A field (字段): what a value of it must be.

    `longest` bounds a text in characters; `scheme` names the national code; `list` the code list of this
    standard; `least` and `most` bound a whole number. Each is None where the kind has none.
    """

    code: str
    name: Text
    kind: str
    citation: Citation
    longest: int | None = None
    scheme: str | None = None
    list: str | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A rule between values (质量规则): it is asked only where the values that it names are there and sound.

    `not_before`: the day `field` is not before the day `other`. `not_future`: the day `field` is not to come.
    `part`: characters `first` to `last` of `field`, from 1, are the value `other`, dashes left out. `needs`:
    where `field` is given, so is `other`.
    """

    code: str
    text: Text
    kind: str
    field: str
    citation: Citation
    other: str | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class MigrationNote:
    """What somebody who still uses the version before has to change; `field` where it is about one."""

    text: Text
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Migration:
    """The two-version window: to which day, itself included, the version before is accepted as well."""

    until: date
    notes: tuple[MigrationNote, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """One version. `in_force` is its first day, None from its publication; `expires` its last, None: none.

    `authority` is the department that publishes it, or `governance`. `migration` is None in version 1 alone.
    """

    code: str
    version: int
    name: Text
    authority: str
    in_force: date | None
    expires: date | None
    lists: tuple[CodeList, ...]
    fields: tuple[DataField, ...]
    rules: tuple[QualityRule, ...]
    migration: Migration | None
    sources: tuple[Citation, ...]

    def field(self, code: str) -> DataField | None:
        """The field of that code, or None."""
        return next((one for one in self.fields if one.code == code), None)

    def list(self, code: str | None) -> CodeList | None:
        """The code list of that code, or None."""
        return next((one for one in self.lists if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Window:
    """The versions that are accepted on a day: the current one and, while the window is open, the one before.

    `newest` is the newest version whatever its day, None where there is none at all.
    """

    current: Standard | None
    before: Standard | None
    newest: Standard | None

    def accepted(self, version: int) -> Standard | None:
        """The version of that number where it is accepted, or None."""
        return next((one for one in (self.current, self.before) if one and one.version == version), None)


def window_of(versions: Sequence[Standard], day: date) -> Window:
    """Which of all versions of a standard are accepted on `day`."""
    several = sorted(versions, key=lambda one: one.version)
    newest = several[-1] if several else None
    held = [one for one in several if one.in_force is None or one.in_force <= day]
    if not held:
        return Window(None, None, newest)
    current = held[-1]
    open_still = current.migration is not None and day <= current.migration.until
    before = next((one for one in several if open_still and one.version == current.version - 1), None)
    return Window(_unless_over(current, day), _unless_over(before, day), newest)


def _unless_over(one: Standard | None, day: date) -> Standard | None:
    return None if one is None or (one.expires is not None and one.expires < day) else one
