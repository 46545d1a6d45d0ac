# SPDX-License-Identifier: Apache-2.0
"""Whether a mandate holds, and what it covers: pure, the time comes in as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.mandates.model import ENDED, EXPIRED, STANDS

if TYPE_CHECKING:
    from attest.mandates.model import MandateRow, Scope


def state_of(row: MandateRow, now: int) -> str:
    """`ended` once revoked, else `expired` from the second `until` on, else `stands`."""
    if row.ended is not None:
        return ENDED
    return STANDS if now < row.until else EXPIRED


def covers(scope: Scope, act: str, *, type_: str | None, item: str | None, case_no: str | None) -> bool:
    """Whether the scope lets an agent do `act` with a material of that type, accepted or used there.

    A scope that names types, an item or a case covers nothing of which those are not known.
    """
    return (
        act in scope.acts
        and (not scope.types or type_ in scope.types)
        and scope.item in (None, item)
        and scope.case_no in (None, case_no)
    )
