# SPDX-License-Identifier: Apache-2.0
"""Pages of lists: each begins after the last row of the one before it, which body and `Link` name alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from api.requests import ThinResponse, query_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.requests import ThinRequest

PAGE: Final = 100
MOST: Final = 500


def limit_of(query: Mapping[str, str], page: int = PAGE, most: int = MOST) -> int:
    """How many rows a request asks for, `page` unless it says so; `query.invalid` beyond `most`."""
    return query_number(query.get("limit"), 1, most, page, "limit")


def after_of(query: Mapping[str, str]) -> int:
    """The index after which a page of entries begins; -1, before all, unless the request says so."""
    return query_number(query.get("after"), 0, 2**53 - 1, -1, "after")


def page_of(
    request: ThinRequest, value: Mapping[str, Any], following: str | int | None, cursor: str = "after"
) -> ThinResponse:
    """The answer with `next`, and `Link` to the next page: this request with another `cursor`.

    None where there is no more. The link keeps what else was asked, so that it can be followed as it is.
    """
    headers = []
    if following is not None:
        raw: bytes = request.scope.get("query_string", b"")
        asked = {**dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True)), cursor: str(following)}
        headers.append((b"link", f'<{request.path}?{urlencode(asked)}>; rel="next"'.encode("ascii")))
    return ThinResponse.of({**value, "next": following}, headers=headers)
