# SPDX-License-Identifier: Apache-2.0
"""The start page: what this is, and the places there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.web.frame import render

if TYPE_CHECKING:
    from fastapi import Request, Response


def start_page(request: Request) -> Response:
    """For whoever opens the bare address with a browser."""
    return render(request, "start.html")
