# SPDX-License-Identifier: Apache-2.0
"""What both clients need of httpx: how it is set up, and how a refusal is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.client.errors import ProblemError, problem_error

if TYPE_CHECKING:
    import httpx


def options(url: str, api_key: str, language: str, timeout: float) -> dict[str, Any]:
    """Arguments of `httpx.Client` and `httpx.AsyncClient`: no redirects, no proxies of the environment."""
    return {
        "base_url": url.rstrip("/"),
        "timeout": timeout,
        "trust_env": False,
        "follow_redirects": False,
        "headers": {"Authorization": f"Bearer {api_key}", "Accept-Language": language},
    }


def refusal(response: httpx.Response) -> ProblemError:
    """The exception of an answer that is no success."""
    try:
        document = response.json()
    except ValueError:
        document = None
    return problem_error(response.status_code, document)
