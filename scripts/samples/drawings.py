# SPDX-License-Identifier: Apache-2.0
"""The large floor plan with fire equipment, and the picture of the shop front."""

from __future__ import annotations

import random
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scripts.samples import cast
from scripts.samples.scans import INK, RED, Colour, Pass, Sheet, jpeg, scanned

GREEN = (24, 120, 60)
GREY = (150, 150, 150)

# Rooms in decimetres of the plan: left, top, right, low, name (blank lines lift it off a route).
ROOMS = (
    (0, 0, 82, 64, "用餐区  52.48 ㎡\n40 座"),
    (82, 0, 136, 38, "厨房  20.52 ㎡\n（耐火极限 2.00 h 隔墙）"),
    (136, 0, 168, 38, "粗加工间\n12.16 ㎡\n\n\n"),
    (82, 38, 108, 64, "备餐间　"),
    (108, 38, 136, 64, "清洗消毒间"),
    (136, 38, 168, 64, "食品库房\n8.32 ㎡"),
    (0, 64, 40, 86, "收银、烟草柜台"),
    (40, 64, 82, 86, "入口　　　　　门厅"),
    (82, 64, 122, 86, "更衣、洗手"),
    (122, 64, 168, 86, "卫生间"),
)
EXTINGUISHERS = ((4, 58), (78, 6), (86, 6), (131, 27), (164, 58), (36, 70), (86, 82))
LIGHTS = ((41, 3), (3, 30), (79, 30), (110, 5), (78, 67), (152, 3), (118, 67))
SIGNS = ((40, 60), (77, 38), (61, 76), (163, 20), (128, 60))
ROUTES = (
    ((22, 22), (22, 60), (61, 60), (61, 93)),
    ((76, 12), (76, 60), (64, 60)),
    ((108, 28), (108, 33), (142, 33), (142, 20), (174, 20)),
    ((104, 44), (104, 70), (64, 70)),
)
SCALE = 21
ORIGIN = (330, 500)


def _at(x: float, y: float) -> tuple[float, float]:
    return ORIGIN[0] + x * SCALE, ORIGIN[1] + y * SCALE


def _route(sheet: Sheet, points: tuple[tuple[int, int], ...]) -> None:
    """A dashed green way out that ends in an arrow."""
    for (x0, y0), (x1, y1) in pairwise(points):
        length = abs(x1 - x0) + abs(y1 - y0)
        for step in range(0, length, 4):
            near, far = step / length, min(1.0, (step + 2.4) / length)
            start = _at(x0 + (x1 - x0) * near, y0 + (y1 - y0) * near)
            end = _at(x0 + (x1 - x0) * far, y0 + (y1 - y0) * far)
            sheet.pen.line((*start, *end), fill=GREEN, width=9)
    (x0, y0), (x1, y1) = points[-2:]
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    tip = _at(x1 + dx * 1.5, y1 + dy * 1.5)
    base = _at(x1 - dx, y1 - dy)
    sheet.pen.polygon(
        (tip, (base[0] + dy * 30, base[1] + dx * 30), (base[0] - dy * 30, base[1] - dx * 30)), fill=GREEN
    )


def _extinguisher(sheet: Sheet, x: float, y: float) -> None:
    sheet.pen.polygon(
        ((x, y - 30), (x - 28, y + 22), (x + 28, y + 22)), outline=RED, fill=(255, 226, 222), width=6
    )


def _light(sheet: Sheet, x: float, y: float) -> None:
    sheet.pen.rectangle((x - 24, y - 24, x + 24, y + 24), outline=INK, fill=(255, 250, 205), width=5)
    sheet.pen.line((x - 24, y - 24, x + 24, y + 24), fill=INK, width=4)
    sheet.pen.line((x - 24, y + 24, x + 24, y - 24), fill=INK, width=4)


def _sign(sheet: Sheet, x: float, y: float) -> None:
    sheet.pen.rectangle((x - 40, y - 20, x + 40, y + 20), outline=GREEN, fill=(222, 244, 228), width=5)
    sheet.text((x, y), "出口", 28, fill=GREEN, bold=True, song=False, anchor="mm")


def _detector(sheet: Sheet, x: float, y: float) -> None:
    sheet.pen.ellipse((x - 26, y - 26, x + 26, y + 26), outline=(40, 80, 170), fill=(226, 234, 250), width=5)
    sheet.text((x, y), "燃", 28, fill=(40, 80, 170), song=False, anchor="mm")


def _measure(sheet: Sheet, start: tuple[float, float], end: tuple[float, float], words: str) -> None:
    """A dimension line with ticks and its length in millimetres."""
    sheet.pen.line((*start, *end), fill=INK, width=3)
    for x, y in (start, end):
        sheet.pen.line((x - 14, y + 14, x + 14, y - 14), fill=INK, width=5)
    if start[1] == end[1]:
        sheet.text(((start[0] + end[0]) / 2, start[1] - 30), words, 34, anchor="mm", song=False)
    else:
        sheet.text((start[0] - 14, (start[1] + end[1]) / 2), words, 34, anchor="rm", song=False)


def floor_plan() -> Sheet:
    """The plan that a fire officer asks for: rooms, exits, routes, equipment, legend, title block."""
    sheet = Sheet(4300, 3040, (255, 255, 255))
    sheet.watermark(620)
    sheet.pen.rectangle((60, 60, 4240, 2934), outline=INK, width=5)
    sheet.pen.rectangle((90, 90, 4210, 2904), outline=INK, width=12)
    sheet.text((2150, 180), "场所平面布置图、消防设施平面图", 96, bold=True, anchor="mm")
    sheet.text(
        (2150, 290), f"{cast.BY_KEY['eatery'].name}　{cast.SHOP_ADDRESS}　首层　比例 1:50", 46, anchor="mm"
    )
    for left, top, right, low, name in ROOMS:
        sheet.pen.rectangle((*_at(left, top), *_at(right, low)), outline=INK, width=10)
        rows = name.count("\n")
        middle = _at((left + right) / 2, (top + low) / 2)
        sheet.text((middle[0], middle[1] - rows * 28), name, 44, anchor="mm", song=False)
    sheet.pen.rectangle((*_at(0, 0), *_at(168, 86)), outline=INK, width=22)
    for row in range(3):
        for column in range(4):
            x, y = 6 + column * 18, 8 + row * 18
            if (row, column) == (1, 1) or (row, column) == (1, 2):
                continue
            sheet.pen.rectangle((*_at(x, y), *_at(x + 11, y + 7)), outline=GREY, width=5)
            for seat in (1, 7):
                sheet.pen.rectangle(
                    (*_at(x + seat, y - 3), *_at(x + seat + 3, y - 0.6)), outline=GREY, width=4
                )
                sheet.pen.rectangle(
                    (*_at(x + seat, y + 7.6), *_at(x + seat + 3, y + 10)), outline=GREY, width=4
                )
    for left in (90, 100, 114, 124):
        sheet.pen.rectangle((*_at(left, 2), *_at(left + 8, 9)), outline=GREY, width=5)
        sheet.pen.ellipse((*_at(left + 2, 3.5), *_at(left + 6, 7.5)), outline=GREY, width=5)
    sheet.pen.rectangle((*_at(54, 85), *_at(68, 87)), fill=(255, 255, 255))
    sheet.pen.arc((*_at(54, 79), *_at(68, 93)), 0, 90, fill=INK, width=5)
    sheet.pen.rectangle((*_at(167, 15), *_at(169, 25)), fill=(255, 255, 255))
    for route in ROUTES:
        _route(sheet, route)
    for places, draw in (
        (EXTINGUISHERS, _extinguisher),
        (LIGHTS, _light),
        (SIGNS, _sign),
        (((100, 12), (120, 12)), _detector),
    ):
        for x, y in places:
            draw(sheet, *_at(x, y))
    exit_one, exit_two = _at(73, 91.5), _at(170, 24)
    sheet.text(exit_one, "1 号安全出口（净宽 1.40 m）", 40, fill=GREEN, bold=True, song=False, anchor="lm")
    sheet.text(exit_two, "2 号安全出口\n净宽 1.00 m", 36, fill=GREEN, bold=True, song=False)
    _measure(sheet, _at(0, -3.4), _at(82, -3.4), "8,200")
    _measure(sheet, _at(82, -3.4), _at(136, -3.4), "5,400")
    _measure(sheet, _at(136, -3.4), _at(168, -3.4), "3,200")
    _measure(sheet, _at(-3, 0), _at(-3, 64), "6,400")
    _measure(sheet, _at(-3, 64), _at(-3, 86), "2,200")
    legend = (
        (_extinguisher, "手提式干粉灭火器 MF/ABC4"),
        (_light, "消防应急照明灯"),
        (_sign, "疏散指示标志"),
        (_detector, "可燃气体探测器"),
    )
    for row, (draw, words) in enumerate(legend):
        x, y = 330 + (row % 2) * 900, 2560 + (row // 2) * 105
        draw(sheet, x, y)
        sheet.text((x + 80, y), words, 42, anchor="lm", song=False)
    _route(sheet, ((-1, 108), (8, 108)))
    sheet.text(_at(13, 108), "疏散路线", 42, anchor="lm", song=False)
    sheet.text((1310, _at(13, 108)[1]), "墙体、门窗尺寸以毫米计", 42, anchor="lm", song=False)
    sheet.table(
        (2520, 2480),
        (330, 900),
        (
            ("场所名称", cast.BY_KEY["eatery"].name),
            ("图　　号", "消施-01（样例）"),
            ("设计、绘制", "样例绘图"),
            ("消防责任人", cast.BY_KEY["chen"].name),
            ("日　　期", "2025 年 3 月 15 日"),
        ),
        40,
        76,
    )
    sheet.seal((3980, 2680), 170, 7)
    sheet.mark(40)
    return sheet


def _sky(width: int, height: int, top: Colour, low: Colour) -> Image.Image:
    fade = Image.linear_gradient("L").resize((width, height))
    return Image.composite(
        Image.new("RGB", (width, height), low), Image.new("RGB", (width, height), top), fade
    )


def shop_front() -> bytes:
    """A drawn street view with the shop's sign: it stands for a photograph and shows no real place."""
    width, height = 1600, 1067
    dice = random.Random(21)  # noqa: S311 (a picture, not a secret)
    sheet = Sheet(width, height)
    sheet.image.paste(_sky(width, 820, (150, 190, 226), (232, 236, 236)), (0, 0))
    sheet.image.paste(_sky(width, 247, (150, 146, 140), (112, 110, 108)), (0, 820))
    pen = ImageDraw.Draw(sheet.image)
    for left, top, tone in ((0, 420, 176), (40, 520, 160), (1500, 380, 170), (1560, 470, 158)):
        pen.rectangle((left, top, left + 90, 822), fill=(tone, tone + 4, tone + 10))
    pen.rectangle((90, 130, 1510, 840), fill=(206, 188, 166))
    for row in range(130, 840, 18):
        for left in range(90 + (row // 18 % 2) * 22 - 22, 1510, 44):
            tone = dice.randint(-10, 10)
            box = (max(90, left), row, min(1510, left + 42), min(840, row + 16))
            if box[2] > box[0]:
                pen.rectangle(box, fill=(200 + tone, 176 + tone, 152 + tone))
    for left in (150, 480, 960, 1290):
        pen.rectangle((left, 160, left + 160, 290), fill=(96, 120, 138), outline=(240, 238, 232), width=8)
        pen.line((left + 80, 160, left + 80, 290), fill=(240, 238, 232), width=6)
    pen.rectangle((150, 318, 1450, 476), fill=(128, 26, 22), outline=(214, 178, 96), width=10)
    sheet.text((800, 378), "一 鸣 小 馆", 84, fill=(250, 222, 140), bold=True, anchor="mm")
    sheet.text(
        (800, 444), "家常菜 · 面点 · 烟草零售（样例）", 24, fill=(250, 222, 140), song=False, anchor="mm"
    )
    for left, right in ((180, 620), (980, 1420)):
        pane = _sky(right - left, 280, (120, 150, 160), (70, 84, 92))
        sheet.image.paste(pane, (left, 500))
        pen.rectangle((left, 500, right, 780), outline=(60, 44, 34), width=12)
        for post in range(left + 110, right - 20, 110):
            pen.line((post, 500, post, 780), fill=(60, 44, 34), width=6)
        pen.ellipse((left + 60, 540, left + 120, 600), fill=(250, 226, 160))
        pen.ellipse((right - 130, 540, right - 70, 600), fill=(250, 226, 160))
        pen.polygon(
            ((left + 20, 512), (left + 90, 512), (left + 40, 770), (left + 14, 770)), fill=(150, 174, 182)
        )
    pen.rectangle((660, 490, 940, 840), fill=(84, 56, 38))
    for left in (680, 810):
        pen.rectangle((left, 510, left + 110, 820), fill=(128, 148, 150), outline=(50, 34, 24), width=6)
    pen.rectangle((770, 650, 782, 720), fill=(220, 200, 130))
    pen.rectangle((818, 650, 830, 720), fill=(220, 200, 130))
    sheet.text((735, 600), "推", 34, fill=(245, 240, 225), anchor="mm")
    sheet.text((865, 600), "推", 34, fill=(245, 240, 225), anchor="mm")
    pen.rectangle((628, 600, 652, 700), fill=(28, 84, 150))
    for column, sign in enumerate("88号"):
        sheet.text((640, 618 + column * 30), sign, 20, fill=(255, 255, 255), song=False, anchor="mm")
    for left in (200, 1180):
        pen.rectangle((left, 770, left + 180, 850), fill=(120, 88, 66))
        for _ in range(90):
            x, y = left + dice.randint(0, 180), 770 - dice.randint(0, 60)
            green = dice.randint(90, 150)
            pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill=(green // 2, green, green // 2 - 10))
    for edge in range(850, height, 52):
        pen.line((0, edge, width, edge), fill=(128, 126, 122), width=2)
    soft = sheet.image.filter(ImageFilter.GaussianBlur(1.1))
    light = (
        Image.radial_gradient("L").resize((width, height)).point([255 - value // 3 for value in range(256)])
    )
    soft = ImageChops.multiply(soft, Image.merge("RGB", (light, light, light)))
    noise = Image.frombytes("RGB", (width, height), dice.randbytes(width * height * 3))
    sheet.image = Image.blend(soft, noise, 0.035)
    sheet.pen = ImageDraw.Draw(sheet.image)
    sheet.pen.rectangle((0, height - 44, width, height), fill=(250, 250, 248))
    sheet.mark(20)
    sheet.text((24, height - 22), "2025-03-22　绘制示意，非实景", 18, song=False, anchor="lm")
    return jpeg(sheet.image, 80, 96)


def build() -> dict[str, bytes]:
    """File name to JPEG bytes; the plan is several megabytes on purpose."""
    plan = Pass(seed=31, skew=0.35, grain=11, quality=85, dpi=300)
    return {"fire-drawings.jpg": scanned(floor_plan(), plan), "premises-photo.jpg": shop_front()}
