# SPDX-License-Identifier: Apache-2.0
"""The verification page as one HTML file: scripts, styles and trust inside, pinned by their digests.

Its content policy allows the one script and the one style sheet by SHA-256 and no connection at all, so it
works from a disk without network, and an altered script does not run.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from api.proving.linked import link
from api.web.assets import ASSETS
from api.web.frame import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLES: Final = ("tokens.css", "frame.css", "parts.css", "proving.css")
_ENTRY: Final = "verify/saved.js"
_CLOSING: Final = re.compile(r"</script|<!--", re.IGNORECASE)


def _text(name: str) -> str:
    return ASSETS.files[name].body.decode("utf-8")


@cache
def saved_script() -> str:
    """The verifier and the page as one script."""
    script = f"{link(_ENTRY, _text)}\n{{\n{_text('frame.js')}\n}}\n"
    if _CLOSING.search(script):
        raise ValueError("a script that would end its own element")
    return script


@cache
def saved_style() -> str:
    """The style sheets as one."""
    return "\n".join(_text(name) for name in _STYLES)


def pinned(content: str) -> str:
    """`'sha256-…'` of a script or style as a content policy names it."""
    return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"


def policy() -> str:
    """Nothing from anywhere but the two pinned texts."""
    return (
        f"default-src 'none'; script-src {pinned(saved_script())}; style-src {pinned(saved_style())}; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )


def saved_page(context: Mapping[str, Any]) -> bytes:
    """The file; `context` is the frame's, with the page's words and the trust file."""
    symbols = re.sub(
        r"^.*?<svg[^>]*>", '<svg hidden aria-hidden="true">', _text("icons.svg"), flags=re.DOTALL
    )
    made = {
        "asset": lambda name: "" if name == "icons.svg" else name,
        "policy": policy(),
        "style": Markup(saved_style()),  # noqa: S704  # our own files
        "script": Markup(saved_script()),  # noqa: S704  # our own files, looked through above
        "symbols": Markup(symbols),  # noqa: S704  # our own file
    }
    page = environment().get_template("verify_saved.html")
    return page.render({**context, **made}).encode()
