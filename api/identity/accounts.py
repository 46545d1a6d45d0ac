# SPDX-License-Identifier: Apache-2.0
"""Staff accounts: name, roles, department and counter; passwords and ends are rows beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import bindparam, func, select

from api.identity.roles import BOUND_ROLES, STAFF_ROLES
from api.identity.tables import account_ends, account_passwords, accounts
from attest.fields import DEPARTMENT, is_plain
from attest.reading import Prepared
from attest.registry.repository import department_exists
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import View

USER: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}\Z")

_EACH = account_passwords.alias("each_password")
_NEWEST = select(func.max(_EACH.c.number)).where(_EACH.c.login == accounts.c.login).scalar_subquery()
_SELECT = (
    select(
        accounts.c.login,
        accounts.c.name,
        accounts.c.roles,
        accounts.c.department,
        accounts.c.counter,
        accounts.c.created,
        account_passwords.c.number,
        account_passwords.c.hash,
        account_ends.c.time,
    )
    .select_from(accounts)
    .outerjoin(
        account_passwords,
        (account_passwords.c.login == accounts.c.login) & (account_passwords.c.number == _NEWEST),
    )
    .outerjoin(account_ends, account_ends.c.login == accounts.c.login)
)
_ONE = Prepared(_SELECT.where(accounts.c.login == bindparam("name")))
_ALL = Prepared(_SELECT.order_by(accounts.c.login))


@dataclass(frozen=True, slots=True)
class Account:
    """A staff account as it stands; `ended` (Unix seconds) is None while it may sign in."""

    user: str
    name: str
    roles: frozenset[str]
    department: str | None
    counter: str
    created: int = 0
    password_number: int = 0
    password_hash: str = ""
    ended: int | None = None

    def require_valid(self) -> None:
        """CommandRejected `account.invalid` where the parts do not fit together."""
        fits = (
            USER.match(self.user) is not None
            and 0 < len(self.name) <= 100
            and is_plain(self.name)
            and len(self.counter) <= 64
            and is_plain(self.counter)
            and self.roles
            and self.roles <= set(STAFF_ROLES)
            and (self.department is None or DEPARTMENT.match(self.department) is not None)
            and (self.department is not None or self.roles.isdisjoint(BOUND_ROLES))
        )
        if not fits:
            raise CommandRejected("account.invalid")


def _account(row: tuple[object, ...]) -> Account:
    user, name, roles, department, counter, created, number, encoded, ended = row
    return Account(
        str(user),
        str(name),
        frozenset(str(roles).split()),
        str(department) or None,
        str(counter),
        created if isinstance(created, int) else 0,
        number if isinstance(number, int) else 0,
        str(encoded or ""),
        ended if isinstance(ended, int) else None,
    )


def account_of(user: str, reader: Reader) -> Account | None:
    """The account of this name that was not ended, or None."""
    rows = _ONE.rows(reader, name=user)
    found = _account(rows[0]) if rows else None
    return found if found is not None and found.ended is None else None


def all_accounts(reader: Reader) -> list[Account]:
    """Every account by name, those that were ended too."""
    return [_account(row) for row in _ALL.rows(reader)]


def require_registered(department: str | None, reader: Reader) -> None:
    """CommandRejected `department.unknown` for a code that a person typed and nobody registered."""
    if department is not None and not department_exists(department, reader):
        raise CommandRejected("department.unknown", f"no department {department} is registered")


def account_fact(user: str) -> bytes:
    """What commands about one account read and write."""
    return b"account/" + user.encode()


@dataclass(frozen=True, slots=True)
class AddAccount:
    """The command that adds an account with the hash of its first password."""

    account: Account
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """The name is taken once."""
        return (account_fact(self.account.user),)

    def decide(self, view: View) -> Decision[None]:
        """Two rows; CommandRejected `account.exists`: a name is never given twice."""
        one = self.account
        one.require_valid()
        if _ONE.rows(view, name=one.user):
            raise CommandRejected("account.exists")
        roles = " ".join(sorted(one.roles))
        return Decision(
            rows=[
                (accounts, (one.user, one.name, roles, one.department or "", one.counter, view.now)),
                (account_passwords, (one.user, 1, one.password_hash, view.now)),
            ]
        )


@dataclass(frozen=True, slots=True)
class SetPassword:
    """The command that gives an account another password; `number` is the one it replaces."""

    user: str
    number: int
    hash: str
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """One change at a time."""
        return (account_fact(self.user),)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if the account is gone or its password was changed meanwhile."""
        found = account_of(self.user, view)
        if found is None:
            raise CommandRejected("account.unknown")
        if found.password_number != self.number:
            raise CommandRejected("account.changed")
        return Decision(rows=[(account_passwords, (self.user, self.number + 1, self.hash, view.now))])


@dataclass(frozen=True, slots=True)
class EndAccount:
    """The command that ends an account; its sessions count no more from the next request on."""

    user: str
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Once."""
        return (account_fact(self.user),)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if there is no such account."""
        if account_of(self.user, view) is None:
            raise CommandRejected("account.unknown")
        return Decision(rows=[(account_ends, (self.user, view.now))])
