# SPDX-License-Identifier: Apache-2.0
"""Many in one request: each item stands or falls alone, and is answered in the place where it stood."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.identity.guard import route_code
from api.overreach import record_overreach
from api.problems import Problem, problem_of, render, seconds_of

if TYPE_CHECKING:
    from api.overreach import Recorder
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


async def refused(error: Exception, request: ThinRequest, recorder: Recorder) -> dict[str, object]:
    """The result of an item that fell: the status and the problem that it would have had alone.

    `retry_at` (Unix seconds) stands for the Retry-After that it would have had.
    """
    problem = problem_of(error)
    await record_overreach(problem, recorder, request.principal, route_code(request.route.removeprefix("/")))
    told: dict[str, object] = {
        "status": problem.status,
        "problem": orjson.Fragment(render(problem, request.id, request.language)),
    }
    seconds = seconds_of(problem)
    if seconds is not None:
        told["retry_at"] = problem.facts.get("retry_at", int(time.time()) + seconds)
    return told
