# SPDX-License-Identifier: Apache-2.0
"""Routes, one module a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.thin import ThinRoute
    from api.wiring import Ledger


def feature_routes(ledger: Ledger) -> list[ThinRoute]:  # noqa: ARG001  # no feature has a route yet
    """All routes of `/api/v1` over one ledger."""
    return []
