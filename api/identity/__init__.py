# SPDX-License-Identifier: Apache-2.0
"""Identity: accounts, sessions, sign-in, and who may do what at every door."""

from __future__ import annotations

from api.identity.guard import citizen_in, csrf_token, present, signed_in, staff_in
from api.identity.roles import CITIZEN, CLERK, EDITOR, REVIEWER, ROLES, STAFF_ROLES, Citizen, Session, Staff

__all__ = [
    "CITIZEN",
    "CLERK",
    "EDITOR",
    "REVIEWER",
    "ROLES",
    "STAFF_ROLES",
    "Citizen",
    "Session",
    "Staff",
    "citizen_in",
    "csrf_token",
    "present",
    "signed_in",
    "staff_in",
]
