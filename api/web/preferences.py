# SPDX-License-Identifier: Apache-2.0
"""`POST /preferences`: language, large text (大字) and one-letter keys, kept in cookies for a year."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.problems import Problem
from api.web.forms import local_path, read_form
from api.web.frame import KEYS_COOKIE, LANGUAGE_COOKIE, SIZE_COOKIE

YEAR: Final = 365 * 86_400
CHOICES: Final = {
    "lang": (LANGUAGE_COOKIE, ("zh", "en")),
    "size": (SIZE_COOKIE, ("normal", "large")),
    "keys": (KEYS_COOKIE, ("on", "off")),
}


def preferences_router() -> APIRouter:
    """The switches of the masthead: forms, so that they work without JavaScript."""
    router = APIRouter()
    router.add_api_route("/preferences", _prefer, methods=["POST"], include_in_schema=False)
    return router


async def _prefer(request: Request) -> Response:
    """Keep what was chosen and go back; nothing here needs a session, so no token either."""
    fields = await read_form(request)
    answer = RedirectResponse(local_path(fields.get("next")), status_code=303)
    for name, (cookie, allowed) in CHOICES.items():
        if name in fields:
            if fields[name] not in allowed:
                raise Problem("field.invalid", path=f"/{name}")
            answer.set_cookie(
                cookie,
                fields[name],
                max_age=YEAR,
                path="/",
                samesite="lax",
                secure=request.url.scheme == "https",
            )
    return answer
