# SPDX-License-Identifier: Apache-2.0
"""The routers of the pages that show the record itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.proving.health_page import health_page_router
from api.proving.reask_page import reask_page_router
from api.proving.trace_page import trace_router
from api.proving.verify_page import verify_router

if TYPE_CHECKING:
    from fastapi import APIRouter

    from api.core import Ledger


def proof_pages(ledger: Ledger) -> tuple[APIRouter, ...]:
    """Public verification, the trace of a case, what was asked in vain, the state of the ledger."""
    return (
        verify_router(ledger),
        trace_router(ledger),
        reask_page_router(ledger),
        health_page_router(ledger),
    )
