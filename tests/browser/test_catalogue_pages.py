# SPDX-License-Identifier: Apache-2.0
"""The catalogue in a real browser: each page in every view, and two persons who publish a version."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import httpx
import openpyxl
import pytest

from tests.browser_parts import DESK, FIRST_PAGE, PHONE, View, assert_quiet, assert_sound, opened, put_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

PROMISED: Final = "承诺时限"
"""Header of the column that the journey changes."""


SITUATION: Final = "a.kind=sole&a.premises=owned&a.prior=none&a.applicant=self"
PLAN: Final = "a.procedure=check&a.premises=owned&a.tobacco=yes&a.residence=local&a.applicant=self"
PUBLIC: Final = {
    "shelves": "/catalogue",
    "guide": "/catalogue/items/SC-001",
    "bundle": f"/catalogue/bundles/restaurant?{PLAN}",
    "compare": "/catalogue/items/SC-001/compare",
    "types": "/catalogue/types",
    "offered": "/catalogue/items/SC-002",
    "example": "/catalogue/examples/food_application",
    "standards": "/catalogue/standards",
    "standard": "/catalogue/standards/food-business",
    "changes": "/catalogue/standards/food-business/compare",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_sound(chromium: Browser, served: Served, view: View, name: str) -> None:
    """Each public page holds in every view, without an account."""
    with opened(chromium, served.url + PUBLIC[name], view) as tab:
        assert tab.page.locator("[data-catalogue]").count() == 1
        assert_sound(tab)


@pytest.fixture(scope="module")
def draft(served: Served) -> str:
    """A draft of the food guide that says the same as what stands."""
    with httpx.Client(base_url=served.url, cookies=served.cookies("editor.sc")) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/catalogue/drafts").text)
        assert token is not None
        form = {"csrf": token[1], "start": "SC-002", "key": "for-all-views"}
        return str(client.post("/catalogue/drafts", data=form).headers["location"])


@pytest.mark.parametrize("name", ["check", "drafts", "draft"])
def test_pages_of_staff_are_sound(
    chromium: Browser, served: Served, view: View, name: str, draft: str
) -> None:
    """The pages where lists are sent and drafts are looked at hold in every view."""
    path = draft if name == "draft" else f"/catalogue/{name}"
    with opened(chromium, served.url + path, view, served.cookies("editor.sc")) as tab:
        assert_sound(tab)


def workbook(page: Page) -> openpyxl.Workbook:
    """The spreadsheet that the draft on the page is written out to."""
    with page.expect_download() as got:
        page.get_by_role("link", name="XLSX").click()
    return openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes()))


def changed(book: openpyxl.Workbook, value: str, folder: Path) -> Path:
    """The workbook with another promised limit, as a person would save it."""
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    column = header.index(PROMISED) + 1
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column).value:
            sheet.cell(row, column).value = value
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_an_editor_publishes_a_version(chromium: Browser, served: Served, tmp_path: Path) -> None:
    """Start from what stands, change it in a spreadsheet, look it over, keep; a second person publishes."""
    with opened(chromium, served.url + "/catalogue/drafts", DESK, served.cookies("editor.sc")) as tab:
        page = tab.page
        page.get_by_role("button", name="起草第 3 版：个体工商户").click()
        page.wait_for_url("**/catalogue/drafts/*")
        place = page.url
        assert page.locator("[data-publish]").count() == 0
        file = changed(workbook(page), "0", tmp_path)
        put_in(page, "[data-file]", file)
        page.locator("form[data-list] button").click()
        page.wait_for_selector("[data-sound=yes]")
        page.locator("form[data-again] button").click()
        page.wait_for_selector("[data-own]")
        assert "当场" in page.locator("main").inner_text()
        assert page.locator("[data-own]").count() == 1
        assert page.locator("[data-publish]").count() == 0
        assert_quiet(tab)
    before = httpx.get(f"{served.url}/api/v1/catalogue/versions").json()["versions"]
    with opened(chromium, served.url + "/catalogue/drafts", DESK, served.cookies("reviewer.sc")) as tab:
        page = tab.page
        page.get_by_role("link", name="个体工商户、公司设立登记 · v3").click()
        page.wait_for_url(place)
        page.locator("[data-publish]").click()
        page.wait_for_url("**/catalogue/items/SC-001?version=3")
        shown = page.locator("[data-hash]").get_attribute("data-hash")
        named = page.locator("main").inner_text()
        assert "丁观澜" in named
        assert "戊思齐" in named
        page.context.clear_cookies(name="once_session")
        page.reload()
        assert "丁观澜" not in page.locator("main").inner_text()
        assert_quiet(tab)
    after = httpx.get(f"{served.url}/api/v1/catalogue/versions").json()["versions"]
    (added,) = [one for one in after if one not in before]
    assert added.pop("index") > max(one["index"] for one in before)
    assert added == {"subject": "item", "code": "SC-001", "version": 3, "department": "SC"}
    published = httpx.get(f"{served.url}/api/v1/catalogue/versions/item/SC-001/3")
    assert published.headers["etag"].strip('"') == shown
    assert published.json()["clocks"][-1]["promised_limit"]["n"] == 0


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_list_is_checked(chromium: Browser, served: Served, tmp_path: Path, kind: str) -> None:
    """A list of each kind gives a report by department and row; the report as a file has every finding."""
    rows = [
        ["事项编码", "事项名称", "材料名称", "实施主体", "来源"],
        ["XF-009", "某检查", "其他材料", "XF", "自备"],
    ]
    path = tmp_path / f"list.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    elif kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
    else:
        listed: dict[str, Any] = {"format": "once/guide-list/1", "rows": [dict(zip(*rows, strict=True))]}
        path.write_text(json.dumps(listed), encoding="utf-8")
    with opened(chromium, served.url + "/catalogue/check", DESK, served.cookies("reviewer.sc")) as tab:
        page = tab.page
        put_in(page, "[data-file]", path)
        page.locator("form[data-list] button").click()
        page.wait_for_selector("[data-count-error]")
        assert page.locator("[data-code='guide.catch_all']").count() == 1
        assert "消防救援大队" in page.locator(".tbl").inner_text()
        shown = sum(
            int(page.locator(f"[data-count-{one}]").inner_text()) for one in ("error", "warning", "note")
        )
        for button in ("XLSX", "CSV"):
            with page.expect_download() as got:
                page.get_by_role("button", name=button).click()
            file = got.value.path()
            if button == "CSV":
                found: list[Any] = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
            else:
                found = list(
                    openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
                    .worksheets[0]
                    .iter_rows(values_only=True)
                )
            assert len(found) == 1 + shown
        assert_quiet(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_without_scripts(chromium: Browser, served: Served, view: View) -> None:
    """Questions, search, the check of pasted text and its report work by forms alone."""
    with opened(chromium, served.url + "/catalogue/items/SC-001", view, scripts=False) as tab:
        for choice in SITUATION.split("&"):
            name, value = choice.removeprefix("a.").split("=")
            tab.page.locator(f"[name='a.{name}'][value={value}]").check()
        with tab.page.expect_navigation():
            tab.page.locator("#situation button").click()
        assert "要准备的" in tab.page.locator("#papers").inner_text()
        assert tab.page.url.endswith(SITUATION) or "a.prepacked=no" in tab.page.url
    with opened(
        chromium, served.url + "/catalogue/check", view, served.cookies("editor.sc"), scripts=False
    ) as tab:
        tab.page.locator("#text").fill("事项编码,材料名称\nXF-001,相关证明\n")
        with tab.page.expect_navigation():
            tab.page.locator("form[data-list] button").click()
        assert tab.page.locator("[data-code='guide.catch_all']").count() == 1
        with tab.page.expect_download() as got:
            tab.page.get_by_role("button", name="CSV").click()
        assert "guide.catch_all" in got.value.path().read_text(encoding="utf-8-sig")


def test_a_first_page_is_light(chromium: Browser, served: Served) -> None:
    """Everything the catalogue loads comes to at most 60 kB."""
    with opened(chromium, served.url + "/catalogue", own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE
