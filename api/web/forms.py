# SPDX-License-Identifier: Apache-2.0
"""What a browser's form sends: `application/x-www-form-urlencoded`, UTF-8, each name once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from api.problems import Problem
from api.requests import bad_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

LIMIT: Final = 64 << 10
"""Bytes of a form; files come by themselves."""
MOST: Final = 200


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form: `form.unreadable`, `query.invalid` (one stands twice), `body.too_large`."""
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        raise Problem("media.unsupported", allowed=["application/x-www-form-urlencoded"])
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > LIMIT:
            raise Problem("body.too_large")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except (ValueError, UnicodeError):
        raise Problem("form.unreadable") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        twice = next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n]))
        raise bad_query("a field stands twice", twice)
    return fields


def said_in(fields: Mapping[str, str]) -> bytes:
    """What a form says, by which a second press of it is known; not from which page or session it came."""
    return repr(sorted(one for one in fields.items() if one[0] not in ("csrf", "here"))).encode()


def local_path(address: str | None, default: str = "/") -> str:
    """An address of our own to go back to (path and query); anything else gives `default`."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return default
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.isprintable() or " " in address:
        return default
    return address
