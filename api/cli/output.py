# SPDX-License-Identifier: Apache-2.0
"""Standard output that cannot show every character, or cannot be written at all."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, Final

_STOPS: Final = frozenset({"strict", "surrogateescape"})
"""How a stream may be set to end the program at a character that it has no bytes for."""
_PLAIN: Final = str.maketrans({"✓": "+", "✗": "x", "•": "*"})


def replace_unshown() -> None:
    """From now on, stdout writes a character that the terminal's encoding lacks as its number."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in _STOPS:
        sys.stdout.reconfigure(errors="backslashreplace")


def shown(text: str) -> str:
    """The text with its marks in ASCII where stdout cannot show them; all else is as it was."""
    return text if _has(text) else text.translate(_PLAIN)


def json_line(result: dict[str, Any]) -> str:
    """One JSON object on one line; in ASCII where stdout cannot show it otherwise."""
    line = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    return line if _has(line) else json.dumps(result, separators=(",", ":"))


def _has(text: str) -> bool:
    """Whether stdout's encoding has every character."""
    if text.isascii():
        return True
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
