# SPDX-License-Identifier: Apache-2.0
"""Many in one request: each item stands or falls alone, and is answered in the place where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from api.problems import Problem, problem_of, render

if TYPE_CHECKING:
    from api.requests import ThinRequest
    from ledger.canonical import Json

BATCH_BYTES: Final = 4 << 20
"""Bytes of the body of one batch, at most."""


def items_of(value: Json, name: str, most: int) -> list[Any]:
    """The list `name`, the body's only member, of 1 to `most` items; else `field.invalid`."""
    items = value.get(name) if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(items, list) or not 0 < len(items) <= most:
        raise Problem("field.invalid", path=f"/{name}")
    return items


def refused(error: Exception, request: ThinRequest) -> dict[str, object]:
    """The result of an item that fell: the status and the problem that it would have had alone."""
    problem = problem_of(error)
    told = orjson.Fragment(render(problem, request.id, request.language))
    return {"status": problem.status, "problem": told}
