# SPDX-License-Identifier: Apache-2.0
"""Sample staff of the demo: one account a role, with one password for all that is new each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from api.auth import AUDITOR, OPERATOR
from api.identity.accounts import Account, AddAccount
from api.identity.passwords import hash_now
from api.identity.roles import CLERK, EDITOR, REVIEWER
from api.identity.service import first_password

if TYPE_CHECKING:
    from api.wiring import Ledger

STAFF: Final = (
    Account("clerk", "耿守拙", frozenset({CLERK}), "ZW", "3 号窗口"),
    Account("clerk.sc", "苗知秋", frozenset({CLERK}), "SC", "1 号窗口"),
    Account("clerk.yc", "祁望舒", frozenset({CLERK}), "YC", "许可窗口"),
    Account("reviewer", "柏若谷", frozenset({REVIEWER}), "XF", "审批科"),
    Account("reviewer.sc", "荀子衿", frozenset({REVIEWER}), "SC", "食品科"),
    Account("reviewer.yc", "宿明湛", frozenset({REVIEWER}), "YC", "许可科"),
    Account("auditor", "尚明之", frozenset({AUDITOR}), None, "审计室"),
    Account("editor", "季子书", frozenset({EDITOR}), "SC", "法规科"),
    Account("editor.zw", "温如许", frozenset({EDITOR}), "ZW", "政策科"),
    Account("reviewer.zw", "闻人达", frozenset({REVIEWER}), "ZW", "政策科"),
    Account("operator", "庄维安", frozenset({OPERATOR}), None, "机房"),
)


def hashed_staff() -> list[tuple[Account, str]]:
    """The accounts with the hash of a new password, and the password: one for all, as a hash takes 60 ms."""
    password = first_password()
    hashed = hash_now(password)
    return [(replace(account, password_hash=hashed), password) for account in STAFF]


def add_staff(ledger: Ledger, staff: list[tuple[Account, str]]) -> list[dict[str, Any]]:
    """Add them; what `demo.json` says about each."""
    for account, _ in staff:
        ledger.writer.submit_wait(AddAccount(account))
    return [
        {
            "user": account.user,
            "password": password,
            "roles": sorted(account.roles),
            "department": account.department,
            "counter": account.counter,
            "name": account.name,
        }
        for account, password in staff
    ]
