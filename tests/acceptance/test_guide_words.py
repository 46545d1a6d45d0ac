# SPDX-License-Identifier: Apache-2.0
"""What readers of a guide are told of its limits and grounds: in words, in either language."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.people import Browser

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def test_an_extension_is_days_on_top(world: World) -> None:
    """Below the limits the guide says by how much they may be extended, and on which ground."""
    anyone = Browser(world)
    for language, said in (("en", "may be extended by 10 working days"), ("zh", "可再延长 10 个工作日")):
        anyone.language = language
        page = unescape(anyone.get("/catalogue/items/YC-004").text)
        shown = re.search(r"<dt>(?:Special extension|特别延长)</dt><dd>(.*?)<br>.*?可延长 10 日", page)
        assert shown is not None
        assert shown[1] == said


def test_grounds_are_told_in_words(world: World) -> None:
    """No mark of certainty is shown raw; a ground in Chinese is marked, and in English said to be so."""
    anyone = Browser(world)
    for path in ("items/YC-004", "items/SC-002", "bundles/restaurant", "types"):
        for language, said in (("zh", "（(?:已读|据|一般知识)"), ("en", r"\(in Chinese as published; ")):
            anyone.language = language
            page = unescape(anyone.get(f"/catalogue/{path}").text)
            assert re.search(said, page), path
            shown = re.sub(r"<[^>]+>", "", page.partition("<main")[2])
            assert not re.search(r"\[(read|gen|inf|ran|imported)", shown), path
    page = unescape(anyone.get("/catalogue/items/YC-004").text)
    assert '<span lang="zh-CN">可延长 10 日</span> (in Chinese as published; from a secondary source)' in page
