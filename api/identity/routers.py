# SPDX-License-Identifier: Apache-2.0
"""The pages of identity, for the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.identity.account_pages import AccountPages
from api.identity.pages import SignInPages

if TYPE_CHECKING:
    from fastapi import APIRouter

    from api.core import Ledger


def identity_pages(ledger: Ledger) -> list[APIRouter]:
    """Sign-in, sessions, password, accounts."""
    return [SignInPages(ledger).router(), AccountPages(ledger).router()]
