# SPDX-License-Identifier: Apache-2.0
"""Who is signed in: staff with roles and a department, or a citizen; and what a role may do (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.auth import AUDITOR, CHECKER, DEPARTMENT, OPERATOR, Principal

CLERK: Final = "clerk"
REVIEWER: Final = "reviewer"
EDITOR: Final = "editor"
CITIZEN: Final = "citizen"
STAFF_ROLES: Final = (CLERK, REVIEWER, AUDITOR, EDITOR, OPERATOR)
ROLES: Final = (*STAFF_ROLES, CITIZEN)
BOUND_ROLES: Final = frozenset({CLERK, REVIEWER, EDITOR})
"""Roles that act for a department, and so need one."""
SCOPES_OF: Final = {
    CLERK: frozenset({CLERK, DEPARTMENT, CHECKER}),
    REVIEWER: frozenset({REVIEWER, DEPARTMENT, CHECKER}),
    AUDITOR: frozenset({AUDITOR}),
    EDITOR: frozenset({EDITOR}),
    OPERATOR: frozenset({OPERATOR}),
    CITIZEN: frozenset({CITIZEN}),
}
"""What a role may do behind the doors: its own name, and the API scopes that it stands for."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one browser: `digest` is SHA-256 of its token, times are Unix seconds.

    `seen` is exact to five minutes; `expires` is the absolute end.
    """

    digest: bytes
    subject: str
    device: str
    created: int
    seen: int
    expires: int

    @property
    def id(self) -> str:
        """How lists name it: 16 hex digits, of no use to sign in."""
        return self.digest[:8].hex()


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who is signed in; auditors and operators may have no department."""

    user: str
    name: str
    roles: frozenset[str]
    department: str | None
    counter: str
    session: Session

    def principal(self) -> Principal:
        """How the acts behind the doors see this person."""
        scopes = frozenset[str]().union(*(SCOPES_OF[role] for role in self.roles))
        return Principal(f"user/{self.user}", self.department, scopes, self.name)


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen who is signed in: the id (16 bytes) of the holder they are; the ledger keeps no number."""

    holder: bytes
    session: Session

    @property
    def roles(self) -> frozenset[str]:
        """Always the one."""
        return frozenset({CITIZEN})

    def principal(self) -> Principal:
        """How the acts behind the doors see this person: their own holder, no department."""
        return Principal(f"citizen/{self.holder.hex()}", None, SCOPES_OF[CITIZEN])
