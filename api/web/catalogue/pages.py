# SPDX-License-Identifier: Apache-2.0
"""The pages of the catalogue, for the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.catalogue.browse import BrowsePages
from api.web.catalogue.check_page import CheckPages
from api.web.catalogue.draft_pages import DraftPages
from api.web.catalogue.sheets import Sheets

if TYPE_CHECKING:
    from api.core import Ledger


def catalogue_router(ledger: Ledger) -> APIRouter:
    """Browsing, the guide check, drafts."""
    sheets, router = Sheets(ledger), APIRouter()
    for pages in (BrowsePages(ledger), CheckPages(ledger, sheets), DraftPages(ledger, sheets)):
        router.include_router(pages.router())
    return router
