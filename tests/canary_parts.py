# SPDX-License-Identifier: Apache-2.0
"""How a secret may be written, for whoever looks for it where it must not be."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator


def spellings(secret: bytes) -> Iterator[bytes]:
    """How a secret may be written: as it is, hex, base64 at each alignment, for URLs, as JSON escapes."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for shift in range(3):
        # the characters that depend on the neighbours are left out at both ends
        start = (0, 2, 3)[shift]
        whole = bytes(shift) + secret
        stop = len(whole) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(whole)[start:stop]
    yield quote(secret, safe="").encode()
    yield quote(secret, safe="").lower().encode()
    text = secret.decode()
    if not text.isascii():
        escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text)
        yield escaped.encode()
        yield text.encode("utf-16-le")
