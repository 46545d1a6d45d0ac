# SPDX-License-Identifier: Apache-2.0
"""Cookies of sign-in: HttpOnly, SameSite=Lax, for the whole site; `__Host-` and Secure behind https."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Kind = Literal["session", "device", "flow"]

_TOKEN: Final = re.compile(r"[A-Za-z0-9_=-]{1,3000}")
_SECONDS: Final[dict[Kind, int | None]] = {"session": None, "device": 180 * 24 * 3600, "flow": 600}
"""Max-Age; a session's cookie goes with the browser, its end is the server's to say."""


class Cookies:
    """Reads and sets them for one ledger, whose public address is `https` or not."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def name(self, kind: Kind) -> str:
        """`once_session`, behind https `__Host-once_session`: no other host of the domain can set that."""
        return f"{'__Host-' if self._secure else ''}once_{kind}"

    def read(self, request: Request, kind: Kind) -> str | None:
        """The value, if it has the form of ours."""
        value = request.cookies.get(self.name(kind), "")
        return value if _TOKEN.fullmatch(value) else None

    def put(self, response: Response, kind: Kind, value: str) -> None:
        """Set it."""
        response.set_cookie(
            self.name(kind),
            value,
            max_age=_SECONDS[kind],
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, kind: Kind) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name(kind), path="/", secure=self._secure, httponly=True, samesite="lax")
