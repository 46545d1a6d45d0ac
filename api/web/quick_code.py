# SPDX-License-Identifier: Apache-2.0
"""A QR code (二维码, ISO/IEC 18004) of an address, as SVG inside the page: nothing is fetched."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """The code with its quiet zone of four modules, error correction M (15 %), black on white.

    It has no size of its own: the page's style gives it one.
    """
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(border=4, light="#fff", omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  # made of modules alone, the address is not written into it
