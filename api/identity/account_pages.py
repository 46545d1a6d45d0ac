# SPDX-License-Identifier: Apache-2.0
"""`/accounts`: the operator adds accounts; gives another first password and ends them in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import OPERATOR
from api.identity.accounts import Account, account_of, all_accounts, require_registered
from api.identity.guard import staff_in
from api.identity.roles import STAFF_ROLES
from api.problems import Problem, text_of
from api.proving.names import department_names
from api.web.forms import read_form
from api.web.frame import language_for, render
from attest.registry.repository import department_codes
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.identity.roles import Staff
    from api.identity.service import Identity

_SHOWN: Final = {"account.invalid": 400, "account.exists": 409, "department.unknown": 400}
"""Refusals that are a fault of the form, shown on it, with the status of the page."""


class AccountPages:
    """`/accounts`, `/accounts/password`, `/accounts/end`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._identity: Final[Identity] = ledger.identity

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/accounts", self.show, methods=["GET"])
        router.add_api_route("/accounts", self.add, methods=["POST"])
        router.add_api_route("/accounts/password", self.ask_reset, methods=["GET"])
        router.add_api_route("/accounts/password", self.reset, methods=["POST"])
        router.add_api_route("/accounts/end", self.ask_end, methods=["GET"])
        router.add_api_route("/accounts/end", self.end, methods=["POST"])
        return router

    def _page(self, request: Request, staff: Staff, *, status: int = 200, **more: Any) -> Response:
        store = self._ledger.store
        names = department_names(store, language_for(request))
        context: dict[str, Any] = {
            "accounts": all_accounts(store),
            "departments": {code: names.get(code, code) for code, *_ in department_codes(store)},
            "all_roles": STAFF_ROLES,
            "given": {},
            "made": None,
            "refused": None,
            "adding": False,
            "ended": None,
            "own": staff.user,
        }
        return render(request, "accounts.html", status=status, **(context | more))

    async def show(self, request: Request) -> Response:
        """Every account, or the form for another; after an end, which account it was."""
        staff = await staff_in(request, OPERATOR)
        query = request.query_params
        known = {one.user for one in all_accounts(self._ledger.store) if one.ended is not None}
        ended = query.get("ended") if query.get("ended") in known else None
        return self._page(request, staff, adding=query.get("add") == "yes", ended=ended)

    async def add(self, request: Request) -> Response:
        """A new account; its first password is shown this once."""
        staff = await staff_in(request, OPERATOR)
        form = await read_form(request)
        account = Account(
            form.get("user", "").strip().lower(),
            form.get("name", "").strip(),
            frozenset(role for role in STAFF_ROLES if form.get(f"role_{role}") == "yes"),
            form.get("department", "").strip() or None,
            form.get("counter", "").strip(),
        )
        try:
            require_registered(account.department, self._ledger.store)
            password = await self._identity.add_account(account)
        except CommandRejected as error:
            if error.code not in _SHOWN:
                raise
            text = text_of(error.code)
            zh = language_for(request) == "zh"
            said = {"title": text.zh if zh else text.en, "next": text.next_zh if zh else text.next_en}
            return self._page(
                request, staff, status=_SHOWN[error.code], given=form, refused=said, adding=True
            )
        made = {"user": account.user, "password": password, "first": True}
        return self._page(request, staff, status=201, made=made)

    async def ask_reset(self, request: Request) -> Response:
        """The second step: whose password, and what follows."""
        return await self._ask(request, "password")

    async def reset(self, request: Request) -> Response:
        """Another first password, shown this once; the account's sessions end."""
        staff = await staff_in(request, OPERATOR)
        user = (await read_form(request)).get("user", "")
        password = await self._identity.reset_password(user)
        return self._page(request, staff, made={"user": user, "password": password, "first": False})

    async def ask_end(self, request: Request) -> Response:
        """The second step: which account, and what follows."""
        return await self._ask(request, "end")

    async def _ask(self, request: Request, deed: str) -> Response:
        staff = await staff_in(request, OPERATOR)
        user = request.query_params.get("user")
        if user is None:
            return RedirectResponse("/accounts", 303)
        if deed == "end" and user == staff.user:
            raise Problem("account.own")
        one = account_of(user, self._ledger.store)
        if one is None:
            raise CommandRejected("account.unknown")
        return render(request, "account-confirm.html", one=one, deed=deed)

    async def end(self, request: Request) -> Response:
        """End an account; not one's own."""
        staff = await staff_in(request, OPERATOR)
        user = (await read_form(request)).get("user", "")
        if user == staff.user:
            raise Problem("account.own")
        await self._identity.end_account(user)
        return RedirectResponse(f"/accounts?ended={quote(user)}", 303)
