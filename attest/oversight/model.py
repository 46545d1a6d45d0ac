# SPDX-License-Identifier: Apache-2.0
"""Uses of private records, as the service signs them for the holder and the auditor to see."""

from __future__ import annotations

from dataclasses import dataclass

NO_DEPARTMENT = "AUDITOR"
"""How a use names an auditor who acts for no department."""
NOBODYS = "PUBLIC"
"""How a use names an operator or a citizen, who act for none."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who looked, in which case, why, at what, and what came of it; absent members were not given.

    `count` is how many requirements or entries the request covered; `outcome` is per requirement
    `code verdict reason`, or the rule that refused; `consulted` are holders beyond the case's parties among
    whose materials it found something, such as the landlord of a lease.
    """

    department: str
    case_no: str | None
    case_salt: bytes
    purpose: str | None
    purpose_salt: bytes
    route: str
    key_id: str
    count: int
    outcome: tuple[str, ...]
    consulted: tuple[bytes, ...] = ()
