# SPDX-License-Identifier: Apache-2.0
"""Routes, one module a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.routes.acceptances import AcceptanceRoutes
from api.routes.api_keys import ApiKeyRoutes
from api.routes.availability import AvailabilityRoutes
from api.routes.bundles import BundleRoutes
from api.routes.cases import CaseRoutes
from api.routes.catalogue import CatalogueRoutes
from api.routes.consents import ConsentRoutes
from api.routes.data_checks import DataCheckRoutes
from api.routes.denials import DenialRoutes
from api.routes.departments import DepartmentRoutes
from api.routes.documents import DocumentRoutes
from api.routes.entries import EntryRoutes
from api.routes.events import EventRoutes
from api.routes.evidence import EvidenceRoutes
from api.routes.expiries import ExpiryRoutes
from api.routes.holder_links import HolderLinkRoutes
from api.routes.keys import KeyRoutes
from api.routes.lookup_alarms import LookupAlarmRoutes
from api.routes.mandates import MandateRoutes
from api.routes.reasks import ReaskRoutes
from api.routes.recalls import RecallRoutes
from api.routes.recognitions import RecognitionRoutes
from api.routes.standards import StandardRoutes
from api.routes.statements import StatementRoutes
from api.routes.wallet import WalletRoutes
from api.routes.webhooks import WebhookRoutes

if TYPE_CHECKING:
    from api.core import Ledger
    from api.thin import ThinRoute


def feature_routes(ledger: Ledger) -> list[ThinRoute]:
    """All routes of `/api/v1` over one ledger."""
    return [
        *DepartmentRoutes(ledger).routes(),
        *HolderLinkRoutes(ledger).routes(),
        *KeyRoutes(ledger).routes(),
        *ApiKeyRoutes(ledger).routes(),
        *CatalogueRoutes(ledger).routes(),
        *AvailabilityRoutes(ledger).routes(),
        *WalletRoutes(ledger).routes(),
        *BundleRoutes(ledger).routes(),
        *StandardRoutes(ledger).routes(),
        *CaseRoutes(ledger).routes(),
        *DocumentRoutes(ledger).routes(),
        *DataCheckRoutes(ledger).routes(),
        *AcceptanceRoutes(ledger).routes(),
        *DenialRoutes(ledger).routes(),
        *MandateRoutes(ledger).routes(),
        *ConsentRoutes(ledger).routes(),
        *RecognitionRoutes(ledger).routes(),
        *ReaskRoutes(ledger).routes(),
        *EntryRoutes(ledger).routes(),
        *EvidenceRoutes(ledger).routes(),
        *LookupAlarmRoutes(ledger).routes(),
        *RecallRoutes(ledger).routes(),
        *ExpiryRoutes(ledger).routes(),
        *EventRoutes(ledger).routes(),
        *WebhookRoutes(ledger).routes(),
        *StatementRoutes(ledger).routes(),
    ]
