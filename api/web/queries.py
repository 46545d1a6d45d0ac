# SPDX-License-Identifier: Apache-2.0
"""What stands behind the question mark of a page's address: each name once."""

from __future__ import annotations

from fastapi import Request  # noqa: TC002  # FastAPI reads the annotation of a dependency

from api.requests import bad_query


async def each_once(request: Request) -> None:
    """Refuse (`query.invalid`, which names it) a parameter that stands twice: no page chooses one of them."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen:
            raise bad_query("a parameter stands twice", name)
        seen.add(name)
