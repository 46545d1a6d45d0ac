# SPDX-License-Identifier: Apache-2.0
"""Pages in a real Chromium: how a tab is opened, and what every page has to hold in every view.

    def test_counter(chromium: Browser, served: Served, view: View) -> None:
        with opened(chromium, served.url + "/counter", view, served.cookies("clerk")) as tab:
            assert_sound(tab)

The fixtures `chromium`, `served` and `view` are in tests.browser_homes (`pytest_plugins`); `view` is a phone
in zh, then a desk in en, and each page is looked at there in 390 and 1280 px, normal and large text. A
missing Chromium or axe-core skips; with CI=true it fails.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import httpx
import pytest
from playwright.sync_api import Error

from tests.browser_looks import look_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, CDPSession, FilePayload, Page, Request

BROWSERS: Final = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""Debian's Chromium without its window, which opens a tab with a third of the CPU; else the whole one."""
CHROMIUM: Final = next(filter(Path.exists, map(Path, BROWSERS)), Path(BROWSERS[-1]))
AXE: Final = Path(__file__).resolve().parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
FIRST_PAGE: Final = 60_000
"""Bytes over the wire for a first page, with everything it loads."""
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TAP: Final = 44
LEFT: Final = "net::ERR_ABORTED"
"""What Chromium says of a request whose page was left before the answer; of a refused one it says more."""


@dataclass(frozen=True)
class View:
    """How somebody looks at a page."""

    width: int
    lang: str
    large: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{self.lang}{'-large' if self.large else ''}"

    @property
    def dark(self) -> bool:
        """Whether it is looked at in the dark: each language is, in one size of text, at no cost."""
        return (self.lang == "en") != self.large


VIEWS: Final = (View(390, "zh"), View(1280, "en"))
"""How a journey is gone: on a phone in one language, at a desk in the other."""
WHOLE: Final = (
    View(1280, "zh", large=True),
    View(1280, "en"),
    View(390, "zh"),
    View(390, "zh", large=True),
    View(390, "en", large=True),
)
"""Where each page of a journey is looked at with axe and keys: every pair of settings, and a phone with large
text in both languages. What takes room is looked at in every width and size."""
DESK: Final = View(1280, "zh")
PHONE: Final = VIEWS[0]


def missing(what: str) -> None:
    """A part that CI must have and a user's machine may lack."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not on this machine")


@dataclass
class Tab:
    """One page with what its console said, what failed to load, and the bytes that came over the wire."""

    page: Page
    view: View = DESK
    said: list[str] = field(default_factory=list)
    bytes: int = 0


def keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look (`ONCE_SHOTS` names a folder)."""
    folder = os.environ.get("ONCE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@contextmanager
def opened(
    browser: Browser,
    url: str,
    view: View = DESK,
    cookies: Mapping[str, str] | None = None,
    *,
    scripts: bool = True,
    own: bool = False,
) -> Iterator[Tab]:
    """A tab at `url` that knows of nothing but these cookies, by name.

    `own`: in a browser context of its own, for who counts bytes, listens, or cuts the line; the others sit
    one after another in tabs that stay open, whose process has compiled the scripts already.
    """
    alone = own or not scripts
    free = _FREE.setdefault(browser, {}).setdefault(view.lang, [])
    seat = free.pop() if free and not alone else _new_seat(browser, view.lang, scripts=scripts)
    page = seat.page
    _screen(page, view)
    origin = "/".join(url.split("/")[:3])
    wanted = {"once_lang": view.lang, "once_size": "large" if view.large else "normal", **(cookies or {})}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": origin} for name, value in wanted.items()]
    )
    tab = seat.tab = Tab(page, view)
    kept = False
    try:
        page.goto(url)
        yield tab
        kept = not alone and _left_clean(seat, origin)
    finally:
        if kept:
            free.append(seat)
        else:
            page.context.close()


@dataclass
class _Seat:
    """A page with who sits there; `wire` is its line to the browser."""

    page: Page
    wire: CDPSession
    tab: Tab


_FREE: WeakKeyDictionary[Browser, dict[str, list[_Seat]]] = WeakKeyDictionary()


def _new_seat(browser: Browser, lang: str, *, scripts: bool) -> _Seat:
    context = browser.new_context(
        locale="zh-CN" if lang == "zh" else "en-GB", timezone_id="Asia/Shanghai", java_script_enabled=scripts
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    seat = _Seat(page, context.new_cdp_session(page), Tab(page))
    _listen(seat)
    return seat


def _left_clean(seat: _Seat, origin: str) -> bool:
    """Take away all that whoever sat there left; False where that does not succeed."""
    page, context = seat.page, seat.page.context
    try:
        for other in context.pages:
            if other != page:
                other.close()
        page.unroute_all()
        if page.url.startswith(origin):
            page.evaluate("sessionStorage.clear()")
        page.goto("about:blank")
        page.mouse.move(0, 0)
        context.clear_cookies()
        seat.wire.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        seat.wire.send("Network.clearBrowserCache")
    except Error:
        return False
    return page.context.cookies() == []


def _listen(seat: _Seat) -> None:
    page = seat.page

    def failed(request: Request) -> None:
        if request.failure != LEFT:
            seat.tab.said.append(f"error: {request.url} did not load: {request.failure}")

    page.on("console", lambda one: seat.tab.said.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda one: seat.tab.said.append(f"error: {one}"))
    page.on("requestfailed", failed)
    seat.wire.send("Network.enable")

    def count(event: dict[str, Any]) -> None:
        seat.tab.bytes += int(event["encodedDataLength"])

    seat.wire.on("Network.loadingFinished", count)


def citizen_at(url: str, person: str) -> dict[str, str]:
    """The cookie of one of the invented people who signs in at a service."""
    with httpx.Client(base_url=url) as client:
        answer = client.post("/sign-in/persona", data={"person": person}, headers={"origin": url})
        assert answer.status_code == 303, answer.text
        return {"once_session": client.cookies["once_session"]}


def put_in(page: Page, selector: str, files: Sequence[FilePayload] | str | Path) -> None:
    """Choose files as a person can: once the page and the scripts that take them are there."""
    page.wait_for_load_state()
    page.locator(selector).first.set_input_files(files)


# What every page has to hold


def assert_sound(tab: Tab) -> None:
    """Everything below, but the size of a first page; a page still on its way is waited for.

    A page of a journey (`VIEWS`) is not loaded anew for that: the size of text is an attribute of the page.
    """
    page, own = tab.page, tab.view
    page.wait_for_load_state()
    look_at(tab)
    assert_quiet(tab)
    for view in (*_others(own), own):
        enter(page, view)
        assert_fits(page)
        assert_targets(page)
        assert_primary(page)
        if view == own or view in WHOLE:
            assert_accessible(page)
            assert_focus_shows(page)


def _others(own: View) -> list[View]:
    """The other widths and sizes of a journey's language."""
    every = [View(width, own.lang, large) for width in (1280, 390) for large in (False, True)]
    return [view for view in every if view != own] if own in VIEWS else []


def enter(page: Page, view: View) -> None:
    """Look at the page on that screen, as if the switch of size had been pressed."""
    _screen(page, view)
    page.evaluate(_ENTERED, [view.width, view.large])


def _screen(page: Page, view: View) -> None:
    """Width and colours; the size of text is the page's."""
    page.set_viewport_size({"width": view.width, "height": 800 if view.width > 640 else 844})
    page.emulate_media(media="null", color_scheme="dark" if view.dark else "light")


def assert_quiet(tab: Tab) -> None:
    """No error and no warning in the console: no violation of the content policy above all."""
    found = [one for one in tab.said if one.startswith(("error", "warning"))]
    assert found == [], found


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways, no text is cut off or smaller than 14 px."""
    cut = page.evaluate(_CUT)
    assert cut == [], cut
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px wider than the window: {page.evaluate(_WIDE)}"


def assert_targets(page: Page) -> None:
    """Every control is at least 44 px high and wide; links inside a sentence are text."""
    small = page.evaluate(_SMALL, TAP)
    assert small == [], small


def assert_primary(page: Page) -> None:
    """At most one primary action, and where there is one it stands on the first screen."""
    found = page.evaluate(_PRIMARY)
    assert len(found) <= 1, "more than one primary action"
    assert all(found), "the primary action is not on the first screen"


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing by WCAG 2.2 A and AA and its best practices."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
        ".then(all => all.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))",
        RULES,
    )
    assert found == [], found


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8") + "; undefined"


def assert_focus_shows(page: Page, most: int = 40) -> None:
    """The keyboard reaches controls in order, each visible with a thick outline when it has the focus."""
    page.evaluate(_WATCH_FOCUS)
    for _ in range(0, most, _KEYS):
        for _ in range(_KEYS):
            page.keyboard.down("Tab")
        page.keyboard.up("Tab")
        for seen in page.evaluate("window.focusSeen()"):
            if seen is None:
                return
            assert seen["outline"] >= 2, f"no outline on {seen['html']}"
            assert seen["inside"], f"the focus is out of sight on {seen['html']}"


_ENTERED: Final = """async ([width, large]) => {
  while (innerWidth !== width) await new Promise(requestAnimationFrame);
  if (large) document.documentElement.dataset.size = "large";
  else delete document.documentElement.dataset.size;
}"""

_CUT: Final = """() => {
  const found = [];
  for (const one of document.querySelectorAll("main *, header *, footer *")) {
    const style = getComputedStyle(one);
    if (one.classList.contains("vh") || one.closest(".vh, svg, select, [hidden]")) continue;
    if (!one.checkVisibility()) continue;
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const clips = ["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis";
    if (clips && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
      found.push("cut: " + one.outerHTML.slice(0, 120));
    if (parseFloat(style.fontSize) < 14) found.push("small: " + one.outerHTML.slice(0, 120));
    const box = one.getBoundingClientRect();
    if (box.width && box.right > innerWidth + 1 && one.scrollWidth <= innerWidth)
      found.push("out: " + one.outerHTML.slice(0, 120));
  }
  return found;
}"""

_WIDE: Final = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""

_SMALL: Final = """(least) => {
  const found = [];
  const wanted = "button, a[href], summary, select, textarea, input:not([type=hidden]), [tabindex='0']";
  for (const one of document.querySelectorAll(wanted)) {
    if (!one.checkVisibility() || one.closest(".skip, .vh")) continue;
    const style = getComputedStyle(one);
    if (one.matches("a") && style.display === "inline") continue;
    const label = /^(checkbox|radio|file)$/.test(one.type || "") && one.closest("label");
    const box = (label || one).getBoundingClientRect();
    if (box.height < least - 0.5 || box.width < least - 0.5)
      found.push(`${Math.round(box.width)}x${Math.round(box.height)}: ${one.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""

_PRIMARY: Final = """() => {
  scrollTo(0, 0);
  const boxes = [...document.querySelectorAll(".btn.go")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .map(one => one.getBoundingClientRect())
    .filter(box => box.width && box.height);
  return boxes.map(box => box.top >= 0 && box.bottom <= innerHeight);
}"""

_KEYS: Final = 8
"""Keys pressed between two looks at what they led to; each costs a way to the browser and back."""

_WATCH_FOCUS: Final = """() => {
  scrollTo(0, 0);
  document.activeElement.blur();
  let seen = [], begun = false;
  const look = () => {
    const one = document.activeElement;
    if (!one || one === document.body) return seen.push(null);
    const shown = one.matches("input[type=file]") ? one.closest("label") || one : one;
    const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
    seen.push({
      html: one.outerHTML.slice(0, 120),
      outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    });
  };
  // What a key led to is looked at when the next one comes: the page has scrolled there by then.
  const key = () => { if (begun) look(); begun = true; };
  addEventListener("keydown", key, true);
  window.focusSeen = () => { look(); begun = false; const all = seen; seen = []; return all; };
}"""
