# SPDX-License-Identifier: Apache-2.0
"""`once accounts`: staff accounts from the machine itself; the first operator is made here."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import emit, progress
from api.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import Ledger

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Add, list and end staff accounts.")

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]
User = Annotated[str, typer.Argument(help="2 to 32 lower-case letters, digits, dots, dashes")]
FromStdin = Annotated[bool, typer.Option("--stdin", help="read the password from stdin, else one is made")]


@contextmanager
def _writing() -> Iterator[Ledger]:
    """The ledger of these settings, ready to take commands beside a server that runs."""
    from api.wiring import open_ledger
    from ledger.errors import ReadOnlyError

    ledger = open_ledger(load_settings())
    try:
        ledger.writer.start()
        if ledger.writer.read_only is not None:
            raise ReadOnlyError(ledger.writer.read_only)
        yield ledger
    finally:
        ledger.close()


def _password(user: str, *, stdin: bool) -> str:
    from api.identity.passwords import require_good
    from api.identity.service import first_password
    from api.problems import Problem

    if not stdin:
        return first_password()
    try:
        return require_good(sys.stdin.readline().rstrip("\n"), user)
    except Problem:
        raise typer.BadParameter(
            "a password has 12 to 128 characters, at least five different ones, without the user name"
        ) from None


@app.command()
def add(
    user: User,
    *,
    role: Annotated[list[str], typer.Option(help="clerk, reviewer, auditor, editor, operator; may repeat")],
    name: Annotated[str, typer.Option(help="name of the person")],
    department: Annotated[str | None, typer.Option(help="code of the department they act for")] = None,
    counter: Annotated[str, typer.Option(help="counter or office")] = "",
    stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Add an account; a password that was made is shown this once and kept nowhere."""
    from api.identity.accounts import Account, AddAccount, require_registered
    from api.identity.passwords import hash_now
    from api.identity.roles import STAFF_ROLES

    if not set(role) <= set(STAFF_ROLES):
        raise typer.BadParameter(f"a role is one of {', '.join(STAFF_ROLES)}")
    password = _password(user, stdin=stdin)
    account = Account(user, name, frozenset(role), department, counter, password_hash=hash_now(password))
    account.require_valid()
    with _writing() as ledger:
        require_registered(department, ledger.store)
        ledger.writer.submit_wait(AddAccount(account))
    shown: dict[str, Any] = {"user": user, "roles": sorted(role), "department": department}
    if not stdin:
        shown["password"] = password
        progress(f"first password of {user}, shown this once:")
    emit(shown, user if stdin else password, as_json=as_json)


@app.command("list")
def list_accounts(*, as_json: AsJson = False) -> None:
    """List accounts with roles, department and state; no secret is shown."""
    from api.database import open_store
    from api.identity.accounts import all_accounts

    store = open_store(load_settings(), read_only=True)
    found = all_accounts(store)
    store.close()
    rows: list[dict[str, Any]] = [
        {
            "user": one.user,
            "name": one.name,
            "roles": sorted(one.roles),
            "department": one.department,
            "counter": one.counter,
            "created": one.created,
            "ended": one.ended,
        }
        for one in found
    ]
    lines = [
        f"{one.user:<20} {one.department or '-':<8} {' '.join(sorted(one.roles)):<24} "
        f"{'ended' if one.ended else 'in use':<7} {one.name}"
        for one in found
    ]
    emit({"accounts": rows}, "\n".join(lines), as_json=as_json)


@app.command()
def end(user: User) -> None:
    """End an account for good; its sessions end with it."""
    from api.identity.accounts import EndAccount

    with _writing() as ledger:
        ledger.writer.submit_wait(EndAccount(user))
    progress(f"ended {user}")


@app.command()
def password(user: User, *, stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Give an account another password; its sessions end."""
    import time

    from api.identity.accounts import SetPassword, account_of
    from api.identity.passwords import hash_now
    from api.identity.sessions import USER, EndSessions, sessions_of
    from ledger.errors import CommandRejected

    chosen = _password(user, stdin=stdin)
    with _writing() as ledger:
        account = account_of(user, ledger.store)
        if account is None:
            raise CommandRejected("account.unknown")
        ledger.writer.submit_wait(SetPassword(user, account.password_number, hash_now(chosen)))
        standing = sessions_of(USER + user, ledger.store, int(time.time()))
        ledger.writer.submit_wait(EndSessions(USER + user, tuple(one.digest for one in standing)))
    if not stdin:
        progress(f"new first password of {user}, shown this once:")
    emit(
        {"user": user} if stdin else {"user": user, "password": chosen},
        user if stdin else chosen,
        as_json=as_json,
    )
