# SPDX-License-Identifier: Apache-2.0
"""Scanned certificates: real-estate deed, marriage, household page, health and residence cards."""

from __future__ import annotations

from scripts.samples import cast
from scripts.samples.scans import INK, RED, Colour, Pass, Sheet, scanned

GREEN = (70, 120, 88)


def deed(holder: str, number: str, rows: tuple[tuple[str, str], ...], note: str, day: str) -> Sheet:
    """The open booklet of a real-estate certificate: facts on the left, note and parcel on the right."""
    sheet = Sheet(1640, 1160, (255, 254, 250))
    sheet.watermark(260)
    sheet.pen.line((820, 40, 820, 1110), fill=(214, 208, 196), width=4)
    sheet.text((420, 92), "不动产权证书（样例）", 34, bold=True, anchor="mm")
    sheet.text((420, 146), number, 25, anchor="mm")
    full = (("权 利 人", holder), ("共有情况", "单独所有"), *rows)
    sheet.table((48, 190), (160, 584), full, 22, 58)
    sheet.text((1230, 92), "附　　记", 30, bold=True, anchor="mm")
    sheet.pen.rectangle((872, 130, 1588, 470), outline=INK, width=2)
    sheet.text((896, 152), note, 22)
    sheet.text((1230, 510), "附图页（宗地示意）", 22, anchor="mm")
    sheet.pen.rectangle((872, 540, 1588, 900), outline=INK, width=2)
    for left, top, right, low in ((930, 590, 1120, 720), (1160, 580, 1330, 740), (930, 770, 1250, 860)):
        sheet.pen.rectangle((left, top, right, low), outline=(130, 130, 130), width=2)
    sheet.pen.rectangle((1370, 600, 1530, 840), fill=(240, 226, 222), outline=RED, width=4)
    sheet.text((1450, 720), "本宗", 22, fill=RED, anchor="mm")
    sheet.pen.line((880, 752, 1580, 752), fill=(150, 150, 150), width=2)
    sheet.pen.line((1340, 640, 1340, 560), fill=INK, width=3)
    sheet.pen.polygon(((1340, 548), (1331, 572), (1349, 572)), fill=INK)
    sheet.text((1352, 552), "北", 18)
    sheet.text((1230, 962), f"登记机构：九九县自然资源局（样例）\n登记日期：{day}", 22, anchor="mm")
    sheet.seal((1490, 985), 88, 6)
    sheet.mark(18)
    return sheet


def shop_deed() -> Sheet:
    """The landlord's certificate of the premises."""
    rows = (
        ("坐　　落", cast.SHOP_ADDRESS),
        ("不动产单元号", cast.SHOP_UNIT),
        ("权利类型", "国有建设用地使用权／房屋所有权"),
        ("权利性质", "出让／市场化商品房"),
        ("用　　途", "商业服务／商业服务"),
        ("面　　积", "宗地面积 1,842.00 ㎡\n房屋建筑面积 144.48 ㎡"),
        ("使用期限", "国有建设用地使用权\n2009年06月01日至2049年05月31日止"),
        ("其他状况", "房屋结构：钢筋混凝土\n所在层／总层数：1／6\n竣工时间：2011年"),
    )
    note = "业务编号：990101-2019-001170\n登记类型：转移登记（买卖）\n缴交契税。无抵押，无查封。"
    return deed(cast.BY_KEY["lin"].name, cast.SHOP_DEED, rows, note, "2019年05月16日")


def flat_deed() -> Sheet:
    """The seller's certificate of the flat."""
    rows = (
        ("坐　　落", cast.FLAT_ADDRESS),
        ("不动产单元号", cast.FLAT_UNIT),
        ("权利类型", "国有建设用地使用权／房屋所有权"),
        ("权利性质", "出让／市场化商品房"),
        ("用　　途", "城镇住宅用地／成套住宅"),
        ("面　　积", "共有宗地面积 12,406.00 ㎡\n房屋建筑面积 89.60 ㎡"),
        ("使用期限", "国有建设用地使用权\n2009年09月01日至2079年08月31日止"),
        ("其他状况", "房屋结构：钢筋混凝土\n所在层／总层数：15／18\n竣工时间：2012年"),
    )
    note = "业务编号：990101-2016-015023\n登记类型：换发登记\n原房屋所有权证已收回。无抵押，无查封。"
    return deed(cast.BY_KEY["he"].name, cast.FLAT_DEED, rows, note, "2016年11月09日")


def _portrait(sheet: Sheet, box: tuple[int, int, int, int], coat: Colour) -> None:
    """A drawn head and shoulders: nobody's face."""
    left, top, right, low = box
    width, height = right - left, low - top
    sheet.pen.rectangle(box, fill=(214, 226, 238), outline=(120, 120, 120), width=2)
    middle = (left + right) / 2
    sheet.pen.pieslice(
        (left + width * 0.08, top + height * 0.66, right - width * 0.08, low + height * 0.42),
        180,
        360,
        fill=coat,
    )
    sheet.pen.rectangle(
        (left, low, right, low + height * 0.45), fill=sheet.image.getpixel((left - 12, low + 4))
    )
    sheet.pen.ellipse(
        (middle - width * 0.2, top + height * 0.18, middle + width * 0.2, top + height * 0.62),
        fill=(206, 196, 186),
    )
    sheet.pen.pieslice(
        (middle - width * 0.22, top + height * 0.14, middle + width * 0.22, top + height * 0.56),
        180,
        360,
        fill=(70, 64, 60),
    )
    sheet.pen.rectangle(box, outline=(120, 120, 120), width=2)
    sheet.text((middle, low - 16), "样例", 18, fill=RED, song=False, anchor="mm")


def marriage() -> Sheet:
    """The open marriage booklet with both holders."""
    sheet = Sheet(1500, 1020, (255, 249, 244))
    sheet.watermark(240)
    sheet.pen.rectangle((26, 26, 1474, 950), outline=RED, width=4)
    sheet.pen.line((750, 30, 750, 946), fill=(226, 196, 190), width=4)
    sheet.text((388, 96), "结 婚 证（样例）", 40, fill=RED, bold=True, anchor="mm")
    holder, other = cast.BY_KEY["zhou"], cast.BY_KEY["xu"]
    sheet.text(
        (80, 160),
        f"持 证 人　{holder.name}\n登记日期　2016年05月20日\n结婚证字号　J990101-2016-000520\n备　　注　无",
        26,
    )
    sheet.text((80, 420), "结婚申请，符合《中华人民共和国婚姻法》\n规定，予以登记，发给此证。", 24)
    sheet.text((80, 620), "登记机关　九九县民政局婚姻登记处（样例）\n婚姻登记员　样例", 24)
    sheet.seal((600, 770), 92, -5)
    _portrait(sheet, (960, 80, 1110, 280), (90, 104, 140))
    _portrait(sheet, (1150, 80, 1300, 280), (150, 96, 110))
    for top, person, sex, born in (
        (330, holder, "男", "1988年03月05日"),
        (620, other, "女", "1989年11月18日"),
    ):
        sheet.text(
            (800, top),
            f"姓　　名　{person.name}　　性别　{sex}\n国　　籍　中国\n"
            f"出生日期　{born}\n身份证件号　{person.number}",
            26,
        )
        sheet.pen.line((790, top + 190, 1430, top + 190), fill=(226, 196, 190), width=2)
    sheet.mark(18)
    return sheet


def household() -> Sheet:
    """One member's page of a household register."""
    sheet = Sheet(1360, 960, (252, 248, 238))
    sheet.watermark(220)
    sheet.text((680, 74), "常住人口登记卡（样例）", 36, bold=True, anchor="mm")
    sheet.text((70, 112), "户号　990101088　　　　户别　家庭户", 22)
    person = cast.BY_KEY["zhou"]
    left = (
        ("姓　　名", person.name),
        ("曾 用 名", "——"),
        ("出 生 地", "九九县"),
        ("籍　　贯", "九九县"),
        ("出生日期", "1988年03月05日"),
        ("文化程度", "大学本科"),
        ("服务处所", "样例设计事务所"),
    )
    right = (
        ("与户主关系", "户主"),
        ("性　　别", "男"),
        ("民　　族", "汉族"),
        ("宗教信仰", "——"),
        ("婚姻状况", "有配偶"),
        ("兵役状况", "未服兵役"),
        ("职　　业", "设计人员"),
    )
    low = sheet.table((60, 156), (160, 450), left, 22, 60)
    sheet.table((670, 156), (170, 460), right, 22, 60)
    low = sheet.table(
        (60, low),
        (160, 1080),
        (
            ("公民身份号码", person.number),
            ("住　　址", "九九县光明镇望湖里17号1幢302室"),
            ("何时迁入", "2016年06月02日　因结婚分户迁入本址"),
        ),
        22,
        60,
    )
    sheet.text(
        (80, low + 40), "承办人签章：样例　　　　登记日期：2016年06月02日\n九九县公安局光明派出所（样例）", 22
    )
    sheet.seal((1150, 830), 80, 8)
    sheet.mark(17)
    return sheet


def health() -> Sheet:
    """An employee's health card, long expired."""
    sheet = Sheet(1120, 720, (247, 253, 249))
    sheet.watermark(180)
    sheet.pen.rectangle((18, 18, 1102, 660), outline=GREEN, width=5)
    sheet.text((560, 80), "从业人员健康证明（样例）", 40, fill=GREEN, bold=True, anchor="mm")
    _portrait(sheet, (70, 150, 290, 440), (120, 150, 130))
    person = cast.BY_KEY["ma"]
    sheet.text(
        (350, 150),
        f"姓　　名　{person.name}　　　性别　女\n身份证号　{person.number}\n从业类别　食品（餐饮服务）\n"
        "体检结论　合格\n证　　号　990101-2019-00386\n体检日期　2019年03月04日\n有效期至　2020年03月03日",
        27,
    )
    sheet.text((70, 590), "发证单位　九九县光明镇体检中心（样例，第三方机构）", 22)
    sheet.seal((960, 530), 84, -7)
    sheet.mark(17)
    return sheet


def residence() -> Sheet:
    """Both sides of a residence permit; the yearly endorsement has run out."""
    sheet = Sheet(1120, 1380, (255, 255, 255))
    person = cast.BY_KEY["chen"]
    for top in (70, 700):
        sheet.pen.rounded_rectangle(
            (70, top, 1050, top + 570), 30, fill=(236, 245, 250), outline=(110, 150, 176), width=4
        )
    sheet.watermark(230)
    sheet.text((560, 130), "居　住　证（样例）", 40, bold=True, fill=(50, 96, 130), anchor="mm")
    sheet.text(
        (120, 190),
        f"姓　　名　{person.name}\n性　　别　男　　民族　汉\n出　　生　1990年06月12日\n"
        "户籍地址　云岭县青石镇溪口村12号\n居住地址　九九县光明镇晨光路90号402室",
        27,
    )
    sheet.text((120, 490), "公民身份号码", 24, song=False)
    sheet.text((120, 545), person.number, 36, bold=True)
    _portrait(sheet, (800, 190, 1000, 450), (80, 90, 110))
    sheet.text((560, 764), "签 注 记 录", 34, bold=True, fill=(50, 96, 130), anchor="mm")
    low = sheet.table(
        (120, 820),
        (200, 680),
        (
            ("证　　号", "990101180000265"),
            ("签发机关", "九九县公安局（样例）"),
            ("签发日期", "2018年05月20日"),
            ("有效期限", "2018.05.20 至 2019.05.19"),
            ("续签注", "（无）"),
        ),
        26,
        66,
    )
    sheet.text((120, low + 24), "居住证每年签注一次；逾期未签注的，使用功能中止。", 22)
    sheet.seal((920, 1160), 84, 5)
    sheet.mark(18)
    return sheet


def build() -> dict[str, bytes]:
    """File name to JPEG bytes; the second scan of the deed is the same sheet in another pass."""
    booklet = shop_deed()
    return {
        "deed-shop.jpg": scanned(booklet, Pass(seed=11, skew=0.6)),
        "deed-shop-rescan.jpg": scanned(
            booklet, Pass(seed=12, skew=-1.1, warmth=(246, 247, 250), quality=68)
        ),
        "deed-flat.jpg": scanned(flat_deed(), Pass(seed=13, skew=-0.4)),
        "marriage-certificate.jpg": scanned(marriage(), Pass(seed=14, skew=0.8)),
        "household-register.jpg": scanned(household(), Pass(seed=15, skew=-0.7)),
        "health-certificate.jpg": scanned(health(), Pass(seed=16, skew=1.2)),
        "residence-permit.jpg": scanned(residence(), Pass(seed=17, skew=-0.9)),
    }
