# SPDX-License-Identifier: Apache-2.0
"""QR codes read back by an independent reader (ZXing): from the SVG of a page, or from a picture of it."""

from __future__ import annotations

import io
import re

import zxingcpp
from PIL import Image, ImageDraw

_BOX = re.compile(r'<svg viewBox="0 0 (\d+) \1">')
_PATH = re.compile(r'<path stroke="#000" d="M([^"]+)"/>')
_STEP = re.compile(r"([Mmh])(-?[\d.]+)(?:\s(-?[\d.]+))?")


def read_picture(picture: Image.Image) -> list[str]:
    """What the QR codes in a picture say; rows of modules that could be a code of lines are none."""
    kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=kind)
    return [one.text for one in found]


def read_png(octets: bytes) -> list[str]:
    """What the codes in a PNG say."""
    return read_picture(Image.open(io.BytesIO(octets)))


def read_page(page: str, scale: int = 4) -> list[str]:
    """What the one code of a page says: its rows of modules are painted as the path draws them."""
    box, path = _BOX.search(page), _PATH.search(page)
    assert box is not None
    assert path is not None
    size = int(box[1]) * scale
    picture = Image.new("L", (size, size), 255)
    paint = ImageDraw.Draw(picture)
    x = y = 0.0
    for step, first, second in _STEP.findall("M" + path[1]):
        if step == "h":
            end = x + float(first)
            corners = (x * scale, (y - 0.5) * scale, end * scale - 1, (y + 0.5) * scale - 1)
            paint.rectangle(corners, fill=0)
            x = end
        elif step == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return read_picture(picture)
