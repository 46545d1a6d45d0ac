# SPDX-License-Identifier: Apache-2.0
"""The counter in a real browser: a clerk's journey, undoing, adding, refusals, with and without scripts."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from tests.browser_parts import (
    DESK,
    FIRST_PAGE,
    PHONE,
    View,
    assert_primary,
    assert_quiet,
    assert_sound,
    opened,
    put_in,
)
from tests.policy_parts import a_document
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

PHOTO = "premises-photo.jpg"
FORM = "tobacco-application.pdf"


def a_file(name: str) -> FilePayload:
    """A sample file as a browser is given one."""
    one = samples.sample(name)
    return {"name": name, "mimeType": one.media, "buffer": one.content}


def row(page: Page, requirement: str) -> Any:
    """The row of a requirement."""
    return page.locator(f'[data-row="{requirement}"]')


def trace(served: Served, case: str) -> list[str]:
    """Kinds of the case's entries, as the API tells an auditor."""
    answer = httpx.get(
        f"{served.url}/api/v1/cases/{case}/trace",
        params={"purpose": "测试"},
        headers={"authorization": f"Bearer {served.keys['auditor']}"},
        timeout=10,
    )
    assert answer.status_code == 200, answer.text
    return [str(one["kind"]) for one in answer.json()["entries"]]


def test_the_desk_names_its_policy(chromium: Browser, served: Served) -> None:
    """It says by which policy it decided: the default until the department publishes one, then that."""
    url = f"{served.url}/counter?case={served.cases['XF-001']}"
    with opened(chromium, url, PHONE, served.cookies("clerk")) as tab:
        expect(tab.page.locator("[data-policy]")).to_have_text(re.compile("消防救援大队未发布采信政策"))
        document = a_document(authority="XF", name={"zh": "消防采信政策", "en": "Fire policy"})
        answer = httpx.post(
            f"{served.url}/api/v1/catalogue/versions",
            json={"subject": "policy", "document": document},
            headers={"authorization": f"Bearer {served.keys['XF']}", "idempotency-key": a_request_key()},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
        tab.page.reload()
        said = f"《消防采信政策》第 1 版判断（第 {answer.json()['index']} 条）"
        expect(tab.page.locator("[data-policy]")).to_contain_text(said)
        assert_sound(tab)


def test_journey_of_a_clerk(chromium: Browser, served: Served) -> None:
    """One scan and three clicks within 20 seconds: used, added, accepted, and the receipts are signed."""
    case = served.again()
    with opened(chromium, served.url + "/counter", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        began = time.monotonic()
        page.keyboard.type(case)  # a scanner types into the field that has the focus, and presses Enter
        page.keyboard.press("Enter")
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")
        assert "营业执照" in page.locator("#say").inner_text()
        page.get_by_role("button", name=re.compile("全部采用 2 项")).click()  # 1
        expect(row(page, "licence")).to_have_attribute("data-state", "pending")
        with page.expect_file_chooser() as chooser:
            page.locator("[data-upload]").first.click(force=True)  # 2
        chooser.value.set_files([a_file(FORM)])
        page.get_by_role("button", name="核对过原件，收下").click()  # 3
        expect(row(page, "application")).to_have_attribute("data-state", "here")
        assert row(page, "application").get_attribute("data-verdict") == "recognised"
        expect(page.locator("[data-outcome=signed]")).to_be_visible(timeout=15_000)
        expect(row(page, "licence")).to_have_attribute("data-state", "used")
        expect(row(page, "licence").locator(".do")).to_contain_text("已采用")
        assert time.monotonic() - began <= 20
        assert_quiet(tab)
    kinds = trace(served, case)
    assert kinds.count("material.relied") == 3  # the licence, the lease and the landlord's deed
    assert kinds.count("material.accepted") == 1


def test_undo_within_ten_seconds_signs_nothing(chromium: Browser, served: Served) -> None:
    """The key U takes a use back; after the ten seconds nothing was signed."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.keyboard.press("a")
        expect(row(page, "licence")).to_have_attribute("data-state", "pending")
        expect(page.get_by_role("status").first).to_contain_text("10 秒内可撤回")
        page.keyboard.press("u")
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")
        time.sleep(11.5)
        page.reload()
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")
        assert_quiet(tab)
    assert "material.relied" not in trace(served, case)


def test_undo_too_late_is_refused_by_the_server(chromium: Browser, served: Served) -> None:
    """After ten seconds the server refuses, whatever the page shows."""
    case = served.again()
    with opened(
        chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk"), scripts=False
    ) as tab:
        page = tab.page
        page.locator("[data-key=a]").click()
        undo = page.locator(".undo button")
        assert undo.count() == 1
        time.sleep(11.5)
        undo.click()
        expect(page.locator("[data-code='use.late']")).to_have_count(1)
    assert trace(served, case).count("material.relied") == 3


@pytest.mark.parametrize("scripts", [False, True], ids=["plain form", "scripts"])
def test_one_item_is_used(chromium: Browser, served: Served, *, scripts: bool) -> None:
    """With scripts and without: look, use one item and no other, take it back."""
    case = served.again()
    with opened(chromium, served.url + "/counter", DESK, served.cookies("clerk"), scripts=scripts) as tab:
        page = tab.page
        page.fill("#q", case)
        page.keyboard.press("Enter")
        row(page, "licence").locator("button[name=only]").click()
        expect(row(page, "licence")).to_have_attribute("data-state", "pending")
        expect(row(page, "premises.leased")).to_have_attribute("data-state", "to_use")
        page.locator(".undo button").click()
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")


def test_a_double_press_is_one_act(chromium: Browser, served: Served) -> None:
    """The same form sent twice is one use: one reliance for each acceptance."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        sent = tab.page.evaluate(
            """async () => {
              const form = document.getElementById("use");
              const body = () => new URLSearchParams(new FormData(form));
              const send = () => fetch("/counter/use", {method: "POST", body: body(), redirect: "manual"});
              return (await Promise.all([send(), send(), send()])).map(one => one.type);
            }"""
        )
        assert sent == ["opaqueredirect"] * 3
        tab.page.reload()
        expect(tab.page.locator("[data-outcome=signed]")).to_be_visible(timeout=15_000)
    assert trace(served, case).count("material.relied") == 3


def test_faults_of_the_form_are_said_and_nothing_is_lost(chromium: Browser, served: Served) -> None:
    """A missing file is named, linked and focused; what was typed stays; then it is accepted."""
    url = f"{served.url}/counter/add?case={served.again()}&requirement=residence_permit&position=0"
    with opened(chromium, url, PHONE, served.cookies("clerk")) as tab:
        page = tab.page
        page.fill("#f-number", "J990101")
        page.get_by_role("button", name="核对过原件，收下").click()
        expect(page.get_by_role("alert").filter(has_text="请先拍照或选择文件")).to_be_visible()
        assert page.input_value("#f-number") == "J990101"
        put_in(page, "[data-upload]", [a_file(PHOTO)])
        expect(page.locator("input[name=sha256]")).to_have_count(1)
        page.fill("#f-valid_until", "2020-01-31")
        page.get_by_role("button", name="核对过原件，收下").click()
        page.locator("#f-despite input[name=despite]").check()  # told first that it has expired
        page.get_by_role("button", name="核对过原件，收下").click()
        expect(row(page, "residence_permit")).to_contain_text("2020年1月31日已过期")
        assert_quiet(tab)


def test_a_text_file_is_refused_in_words(chromium: Browser, served: Served) -> None:
    """What is no picture and no PDF is not sent at all."""
    with opened(
        chromium, f"{served.url}/counter?case={served.again()}", DESK, served.cookies("clerk")
    ) as tab:
        wrong: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}
        put_in(tab.page, "[data-upload]", [wrong])
        expect(tab.page.locator("[data-upload-said]").first).to_have_text("只收图片（JPEG、PNG）或 PDF。")


def test_single_keys_can_be_switched_off(chromium: Browser, served: Served) -> None:
    """With single keys off, A does nothing; the button still works."""
    case = served.again()
    cookies = {**served.cookies("clerk"), "once_keys": "off"}
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, cookies) as tab:
        tab.page.keyboard.press("a")
        tab.page.wait_for_timeout(500)
        assert row(tab.page, "licence").get_attribute("data-state") == "to_use"
        tab.page.get_by_role("button", name="打开单键").click()
        tab.page.wait_for_load_state()
        tab.page.keyboard.press("a")
        expect(row(tab.page, "licence")).to_have_attribute("data-state", "pending")


def test_not_found_and_not_yours_read_the_same(chromium: Browser, served: Served) -> None:
    """A number that nobody has and a case of another department give the same words."""
    words = []
    for number in ("99010120261101999999X", served.cases["YC-004"]):
        with opened(chromium, f"{served.url}/counter?case={number}", DESK, served.cookies("clerk")) as tab:
            words.append(tab.page.locator("[data-code]").inner_text().partition("请求编号")[0])
    assert words[0] == words[1] != ""


def test_nobody_else_comes_in(chromium: Browser, served: Served) -> None:
    """Without a session the deep link leads to the sign-in and back; an auditor is no clerk."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}") as tab:
        assert "/sign-in" in tab.page.url
        assert f"case%3D{case}" in tab.page.url or f"case={case}" in tab.page.url
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("auditor")) as tab:
        assert tab.page.locator("[data-code='auth.forbidden']").count() == 1


def test_lost_connection_is_said(chromium: Browser, served: Served) -> None:
    """When the server cannot be reached, the page says that nothing is lost or sent twice."""
    case = served.again()
    with opened(
        chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk"), own=True
    ) as tab:
        tab.page.context.set_offline(True)
        tab.page.keyboard.press("a")
        expect(tab.page.locator("#told")).to_contain_text("没有重复提交")


def test_empty_counter_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """The counter without a case holds in every view, and is light."""
    with opened(chromium, served.url + "/counter", view, served.cookies("clerk"), own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE
        assert_sound(tab)


def test_list_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """The list of a case holds in every view, with its sources folded out."""
    url = f"{served.url}/counter?case={served.again()}"
    with opened(chromium, url, view, served.cookies("clerk"), own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE
        assert_primary(tab.page)
        tab.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_sound(tab)


def test_asking_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """From the desk to the form; what need not be asked is told there, and nothing goes out."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
        tab.page.locator("a[href^='/counter/ask?']").click()
        expect(tab.page.locator("[data-ask]")).to_be_visible()
        assert_sound(tab)
        tab.page.locator("input[name='ask.licence']").check()
        tab.page.locator("form[action='/counter/ask'] button.go").click()
        expect(tab.page.locator("[data-vain='1']")).to_be_focused()
        assert_sound(tab)


def test_form_and_notice_are_sound(chromium: Browser, served: Served, view: View) -> None:
    """The form of a missing material and the printed notice hold in every view."""
    case = served.again()
    for path in (f"add?case={case}&requirement=residence_permit&position=0", f"notice?case={case}"):
        with opened(chromium, f"{served.url}/counter/{path}", view, served.cookies("clerk")) as tab:
            assert_sound(tab)


def test_the_notice_names_whose_clerk_gave_it(chromium: Browser, served: Served) -> None:
    """At the foot stands the clerk's own department, whatever authority decides the case."""
    url = f"{served.url}/counter/notice?case={served.again()}"
    with opened(chromium, url, DESK, served.cookies("clerk")) as tab:
        head, foot = tab.page.locator(".paper p.row.small").all_inner_texts()
        assert "烟草" in head
        assert "庚守拙" in foot
        assert "烟草" not in foot
        assert "政务服务" in foot


def test_a_case_is_opened_at_the_counter(chromium: Browser, served: Served) -> None:
    """Without a number: choose the item, say who and how it stands, and the list is there."""
    firm, owner = samples.people()[1], samples.people()[0]
    with opened(chromium, served.url + "/counter", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.get_by_role("link", name="新建办件").click()
        page.locator("a[href*='YC-004']").click()
        page.get_by_role("button", name="开立办件").click()
        expect(page.get_by_role("alert")).to_contain_text("请填写申请人")
        page.fill("#f-applicant-name", firm["name"])
        page.fill("#f-applicant-number", firm["number"])
        page.fill("#f-operator-name", owner["name"])
        page.fill("#f-operator-number", owner["number"])
        for question, option in (("premises", "leased"), ("residence", "local"), ("applicant", "self")):
            page.locator(f"input[name='answer.{question}'][value='{option}']").check()
        page.fill("#f-about", "990101001001GB00017F00010117")
        page.get_by_role("button", name="开立办件").click()
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")
        assert owner["name"] in page.locator("#desk .line").inner_text()
        assert_quiet(tab)


def test_a_wrong_number_is_named_and_nothing_opens(chromium: Browser, served: Served) -> None:
    """A number whose check character is wrong and every other fault are named by field; nothing is lost."""
    with opened(chromium, served.url + "/counter/new?item=XF-001", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.fill("#f-applicant-name", "陈一鸣")
        page.fill("#f-applicant-number", "990102199006120311")
        page.get_by_role("button", name="开立办件").click()
        expect(page.get_by_role("alert").filter(has_text="申请人：证件号码有误")).to_be_visible()
        expect(page.get_by_role("alert").locator("a[href='#q-procedure']")).to_contain_text("？请选一个答案")
        assert page.input_value("#f-applicant-number") == "990102199006120311"
        assert page.locator("#desk").count() == 0


def test_opening_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """Choosing an item and the form of a new case hold in every view."""
    for path in ("new", "new?item=SC-002"):
        with opened(chromium, f"{served.url}/counter/{path}", view, served.cookies("clerk")) as tab:
            assert_sound(tab)
