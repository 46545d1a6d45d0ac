# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of lists that come a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.keyset import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLLOW: Final = "`Link: rel=next` where there is more: the address of the next page, as it can be followed."


def paged(
    rows: str, cursor: Mapping[str, Any], example: str | int, page: int = MOST
) -> dict[str, dict[str, Any]]:
    """The parameters `after` (its schema and an example) and `limit` of a list of `rows`."""
    return {
        "after": {
            "description": "the `next` of the page before; from the first row where absent",
            "schema": dict(cursor),
            "example": example,
        },
        "limit": {
            "description": f"{rows} on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": page},
            "example": page,
        },
    }
