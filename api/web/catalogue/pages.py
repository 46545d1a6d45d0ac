# SPDX-License-Identifier: Apache-2.0
"""The pages of the catalogue, for the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.catalogue.browse import BrowsePages
from api.web.catalogue.check_page import CheckPages
from api.web.catalogue.document_pages import DocumentPages
from api.web.catalogue.draft_pages import DraftPages
from api.web.catalogue.guidance import GuidancePages
from api.web.catalogue.sheets import Sheets
from api.web.catalogue.standards import StandardPages

if TYPE_CHECKING:
    from api.core import Ledger


def catalogue_router(ledger: Ledger) -> APIRouter:
    """Browsing, data standards, the guide check, drafts."""
    sheets, browse, router = Sheets(ledger), BrowsePages(ledger), APIRouter()
    for pages in (
        StandardPages(ledger, browse),
        GuidancePages(ledger, browse.words),
        browse,
        CheckPages(ledger, sheets),
        DraftPages(ledger, sheets),
        DocumentPages(ledger, browse, sheets),
    ):
        router.include_router(pages.router())
    return router
