# SPDX-License-Identifier: Apache-2.0
"""Drawing on a sheet as a print shop would, and making the sheet look scanned. All noise is seeded."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2
SAMPLE_LINE = "样例数据，依公开办事指南整理，非正式文本"
INK = (34, 32, 36)
RED = (181, 38, 30)

Colour = tuple[int, int, int]
Point = tuple[float, float]


def font(size: float, *, song: bool = True, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Noto CJK, simplified forms; Song type unless asked otherwise."""
    name = f"Noto{'Serif' if song else 'Sans'}CJK-{'Bold' if bold else 'Regular'}.ttc"
    return ImageFont.truetype(str(FONTS / name), size, index=SIMPLIFIED)


class Sheet:
    """An RGB image with the few strokes that forms need; units are pixels."""

    def __init__(self, width: int, height: int, tint: Colour = (255, 255, 255)) -> None:
        self.image = Image.new("RGB", (width, height), tint)
        self.pen = ImageDraw.Draw(self.image)
        self.width, self.height = width, height

    def text(
        self,
        at: Point,
        words: str,
        size: float,
        *,
        fill: Colour = INK,
        bold: bool = False,
        song: bool = True,
        anchor: str = "la",
    ) -> None:
        """Words at a point; lines part at a line feed, with the anchor of the first line."""
        face = font(size, song=song, bold=bold)
        for row, line in enumerate(words.split("\n")):
            self.pen.text((at[0], at[1] + row * size * 1.5), line, fill, face, anchor)

    def table(
        self,
        at: Point,
        widths: tuple[int, int],
        rows: tuple[tuple[str, str], ...],
        size: float,
        height: int,
        fill: Colour = INK,
    ) -> float:
        """A grid of label and value; a value of n lines gets n heights. Returns the lower edge."""
        left, top = at
        for name, value in rows:
            lines = value.count("\n") + 1
            low = top + height + (lines - 1) * size * 1.5
            self.pen.rectangle((left, top, left + widths[0], low), outline=fill, width=2)
            self.pen.rectangle((left + widths[0], top, left + sum(widths), low), outline=fill, width=2)
            self.text((left + widths[0] / 2, (top + low) / 2), name, size, anchor="mm", song=False)
            self.text((left + widths[0] + size * 0.7, top + height / 2), value, size, anchor="lm")
            top = low
        return top

    def seal(self, centre: Point, radius: int, turn: float = 0.0) -> None:
        """A red ring that says 样例 and nothing official."""
        side = radius * 2 + 20
        layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        pen.ellipse((10, 10, side - 10, side - 10), outline=(*RED, 215), width=max(3, radius // 20))
        ring = "样例印章非正式文本样例数据"
        for place, sign in enumerate(ring):
            angle = -150 + 300 * place / (len(ring) - 1)
            tile = Image.new("RGBA", (radius, radius), (0, 0, 0, 0))
            face = font(radius * 0.22, bold=True)
            ImageDraw.Draw(tile).text((radius / 2, radius / 2), sign, (*RED, 215), face, "mm")
            spun = tile.rotate(-angle, Image.Resampling.BICUBIC)
            x = side / 2 + math.sin(math.radians(angle)) * radius * 0.79 - radius / 2
            y = side / 2 - math.cos(math.radians(angle)) * radius * 0.79 - radius / 2
            layer.alpha_composite(spun, (max(0, round(x)), max(0, round(y))))
        pen.text((side / 2, side / 2), "样例", (*RED, 225), font(radius * 0.46, bold=True), "mm")
        spun = layer.rotate(turn, Image.Resampling.BICUBIC)
        self.image.paste(spun, (round(centre[0] - side / 2), round(centre[1] - side / 2)), spun)

    def watermark(self, size: int) -> None:
        """样例 across the sheet, light enough to read through."""
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        ImageDraw.Draw(layer).text(
            (self.width / 2, self.height / 2), "样　例", (*RED, 26), font(size, song=False, bold=True), "mm"
        )
        spun = layer.rotate(24, Image.Resampling.BICUBIC)
        self.image.paste(spun, (0, 0), spun)

    def mark(self, size: float) -> None:
        """The line and the box that every sample carries."""
        self.text(
            (self.width / 2, self.height - size * 1.4),
            SAMPLE_LINE,
            size,
            fill=(90, 86, 84),
            song=False,
            anchor="mm",
        )
        right, middle = self.width - size * 2, self.height - size * 1.4
        box = (right - size * 3, middle - size * 0.9, right, middle + size * 0.9)
        self.pen.rectangle(box, outline=RED, width=2)
        self.text((right - size * 1.5, middle), "样例", size, fill=RED, song=False, anchor="mm")


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass through a scanner: its skew in degrees, grain in grey levels, light and JPEG quality."""

    seed: int
    skew: float = 0.5
    grain: int = 9
    warmth: Colour = (252, 249, 240)
    quality: int = 74
    dpi: int = 150


def _grain(size: tuple[int, int], levels: int, seed: int) -> Image.Image:
    """Seeded noise around 128, a little soft as a scanner's is."""
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))  # noqa: S311 (not a secret)
    return noise.point([128 + (value - 128) * levels // 64 for value in range(256)]).filter(
        ImageFilter.GaussianBlur(0.6)
    )


def scanned(sheet: Sheet, how: Pass) -> bytes:
    """JPEG bytes of the sheet after one pass: skewed on the lid, warm paper, lit from one side, grainy."""
    margin = sheet.width // 50
    lid = Image.new("RGB", (sheet.width + 2 * margin, sheet.height + 2 * margin), (222, 222, 220))
    ImageDraw.Draw(lid).rectangle(
        (margin + 5, margin + 7, margin + sheet.width + 5, margin + sheet.height + 7), fill=(168, 168, 166)
    )
    lid.paste(
        ImageChops.multiply(sheet.image, Image.new("RGB", sheet.image.size, how.warmth)), (margin, margin)
    )
    lid = lid.rotate(how.skew, Image.Resampling.BICUBIC, fillcolor=(222, 222, 220))
    shade = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(lid.size)
        .point([236 + value * 19 // 255 for value in range(256)])
    )
    lid = ImageChops.multiply(lid, Image.merge("RGB", (shade, shade, shade)))
    grain = _grain(lid.size, how.grain, how.seed)
    lid = ImageChops.add(lid, Image.merge("RGB", (grain, grain, grain)), 1, -128)
    return jpeg(lid, how.quality, how.dpi)


def jpeg(image: Image.Image, quality: int, dpi: int) -> bytes:
    """Baseline JPEG without any time stamp."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return out.getvalue()
