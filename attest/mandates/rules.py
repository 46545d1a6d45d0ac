# SPDX-License-Identifier: Apache-2.0
"""Whether a mandate holds, and what it covers: pure, the time comes in as an argument."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attest.catalogue.model import GUARDIAN
from attest.days import first_second
from attest.mandates.model import DISPUTED, ENDED, EXPIRED, FALLEN, OF_AGE, STANDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.model import Requirement
    from attest.mandates.model import MandateRow, Scope


def state_of(
    row: MandateRow, now: int, *, until: int | None = None, fallen: bool = False, disputed: bool = False
) -> str:
    """`ended` first, `fallen` with its ground, `expired` from its last second on, `disputed`, else `stands`.

    `until` where it ends before the row's own day, as for a ward who comes of age.
    """
    if row.ended is not None:
        return ENDED
    if fallen:
        return FALLEN
    if now >= (row.until if until is None else min(until, row.until)):
        return EXPIRED
    return DISPUTED if disputed else STANDS


def comes_of_age(citizen_number: str) -> int:
    """The Unix second at which the eighteenth birthday begins, by the day of birth in the number.

    Born on 29 February: on 28 February, the last day of that month (民法典第二百零二条).
    """
    year, month, day = int(citizen_number[6:10]), int(citizen_number[10:12]), int(citizen_number[12:14])
    try:
        birthday = date(year + OF_AGE, month, day)
    except ValueError:
        birthday = date(year + OF_AGE, 2, 28)
    return first_second(birthday)


def bound_of(row: MandateRow, of_age: int | None) -> int:
    """Until when it can hold: a guardianship of a minor ends at the latest when the ward is of age.

    `of_age`: when that is, None where no number says it. A ward who was of age already is one by ruling.
    """
    if row.relation != GUARDIAN or of_age is None or of_age <= row.time:
        return row.until
    return min(row.until, of_age)


def hands_in(scope: Scope, requirement: Requirement) -> bool:
    """Whether the types of a scope allow some way to meet the requirement whole."""
    wanted: list[Collection[str]] = [{one.type for one in way.evidence} for way in requirement.alternatives]
    return not scope.types or any(set(types) <= set(scope.types) for types in wanted)


def reaches(scope: Scope, act: str, *, item: str | None, case_no: str | None) -> bool:
    """Whether the scope lets an agent do `act` in that case of that item, whatever the material."""
    return act in scope.acts and scope.item in (None, item) and scope.case_no in (None, case_no)


def covers(scope: Scope, act: str, *, type_: str | None, item: str | None, case_no: str | None) -> bool:
    """Whether the scope lets an agent do `act` with a material of that type, accepted or used there.

    A scope that names types, an item or a case covers nothing of which those are not known.
    """
    return (not scope.types or type_ in scope.types) and reaches(scope, act, item=item, case_no=case_no)
