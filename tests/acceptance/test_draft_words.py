# SPDX-License-Identifier: Apache-2.0
"""What editors and readers of guides are told: in their own words, in either language."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING, Any

from api.demo import samples
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def guide(**change: Any) -> dict[str, Any]:
    """The food guide, changed; a copy."""
    made = next(one for one in samples.items() if one["code"] == "SC-002")
    return {**json.loads(json.dumps(made)), "receivers": ["ZW", "WJ"], **change}


def keep(browser: Browser, document: Any, **more: str) -> httpx.Response:
    """Have a document kept as a draft."""
    text = json.dumps(document, ensure_ascii=False)
    return browser.post("/catalogue/drafts", text=text, keep="yes", **more)


def test_a_new_item_begins_with_version_one(own_world: World) -> None:
    """A list of an item that has no version yet, but says 2, is told to write 1."""
    add_accounts(own_world)
    editor = signed_in(own_world, "editor")
    for language, said in (("en", "a new item begins with version 1"), ("zh", "新的事项从第 1 版写起")):
        editor.language = language
        page = unescape(keep(editor, guide(code="SC-777", version=2), key="k7").text)
        assert said in page
        assert "SC-777" in page
        assert "Write out the version that stands" not in page
        assert "请导出现有版本" not in page
    assert keep(editor, guide(code="SC-777", version=1), key="k8").status_code == 303


def test_faults_are_said_in_the_editors_words(own_world: World) -> None:
    """A guide's fault names the column, what is wanted and what to do, in the page's language alone."""
    add_accounts(own_world)
    editor = signed_in(own_world, "editor")
    late = guide(version=2)
    late["clocks"][-1]["promised_limit"]["n"] = 999
    for document, zh, en in (
        (late, "承诺时限”不合要求，应为：不长于法定时限，单位与它相同", "no more than the statutory limit"),
        (guide(version=2, basic_code="123"), "“基本编码”不合要求，应为：12 位数字", "“basic code” is not"),
        (guide(version=2, in_force="soon"), "“施行日期”不合要求，应为：日期", "“in force” is not"),
    ):
        editor.language = "zh"
        page = unescape(keep(editor, document, key="k9").text)
        assert zh in page
        assert en not in page
        assert "事项文件不接受" not in page
        assert "list，" not in page
        editor.language = "en"
        assert en in unescape(keep(editor, document, key="k9").text)


def test_english_pages_of_samples_say_so_in_english(world: World) -> None:
    """Guide, comparison and bundle show the samples' notice, and the level beside a name, in English."""
    reader = Browser(world)
    for path in ("items/SC-002", "bundles/restaurant", "items/SC-002/compare?from=1&to=1"):
        answer = reader.get(f"/catalogue/{path}")
        foot = unescape(answer.text).partition("<footer")[2]
        assert "非正式文本" not in foot, path
    page = unescape(reader.get("/catalogue/items/SC-002").text)
    assert "Sample data, not an official text." in page
    assert "（county）" not in page
    assert " (county)</dd>" in page
    reader.language = "zh"
    assert "（县级）" in reader.get("/catalogue/items/SC-002").text
