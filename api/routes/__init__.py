# SPDX-License-Identifier: Apache-2.0
"""Routes, one module a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.routes.acceptances import AcceptanceRoutes
from api.routes.cases import CaseRoutes
from api.routes.catalogue import CatalogueRoutes
from api.routes.departments import DepartmentRoutes
from api.routes.documents import DocumentRoutes
from api.routes.entries import EntryRoutes
from api.routes.evidence import EvidenceRoutes
from api.routes.keys import KeyRoutes
from api.routes.recognitions import RecognitionRoutes

if TYPE_CHECKING:
    from api.thin import ThinRoute
    from api.wiring import Ledger


def feature_routes(ledger: Ledger) -> list[ThinRoute]:
    """All routes of `/api/v1` over one ledger."""
    return [
        *DepartmentRoutes(ledger).routes(),
        *KeyRoutes(ledger).routes(),
        *CatalogueRoutes(ledger).routes(),
        *CaseRoutes(ledger).routes(),
        *DocumentRoutes(ledger).routes(),
        *AcceptanceRoutes(ledger).routes(),
        *RecognitionRoutes(ledger).routes(),
        *EntryRoutes(ledger).routes(),
        *EvidenceRoutes(ledger).routes(),
    ]
