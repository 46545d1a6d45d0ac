# SPDX-License-Identifier: Apache-2.0
"""What a press of a draft's form means: which draft it makes, which revision somebody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import RedirectResponse

from api.problems import Problem
from ledger.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Response

    from api.identity import Staff
    from api.web.catalogue.sheets import Sent


def draft_id(staff: Staff, sent: Sent, code: str) -> bytes:
    """One draft for one press, however often it is sent."""
    pressed = f"{staff.user}\0{sent.fields.get('key', '')}\0{code}\0".encode()
    return sha256(pressed + sha256(sent.content))[:16]


def revision_in(fields: Mapping[str, str]) -> int:
    """The revision that a form names; `field.invalid` for what is none."""
    text = fields.get("revision", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise Problem("field.invalid", path="/revision")
    return int(text)


def go(place: str) -> Response:
    """To another page after a form."""
    return RedirectResponse(place, status_code=303)
