# SPDX-License-Identifier: Apache-2.0
"""Mandates on paper in a browser: recorded at the counter, seen by the principal, used by the agent."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from attest.days import day_of
from tests.acceptance.door_samples import number_of
from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, keep, opened
from tests.papers import a_pdf
from tests.worlds import TOBACCO_ANSWERS, a_request_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LIST = "/my/mandates"
DAY = (day_of(int(time.time())) + timedelta(days=30)).isoformat()


def a_case(served: Served) -> str:
    """A tobacco case of chen's firm, opened by the window."""
    parties = {"applicant": served.holders["eatery"], "operator": served.holders["chen"]}
    parties["agent"] = served.holders["lin"]
    asked = {
        "item": "YC-004",
        "channel": "window",
        "parties": [{"role": role, "holder": holder} for role, holder in parties.items()],
        "answers": {**TOBACCO_ANSWERS, "applicant": "agent"},
    }
    return str(served.post("ZW", "cases", asked)["case"])


def a_paper(served: Served, case: str) -> str:
    """A mandate of chen to lin on paper, accepted at the window; its acceptance."""
    content = a_pdf(extra=case.encode() + os.urandom(8).hex().encode())
    digest = sha256(content).hexdigest()
    headers = {"authorization": f"Bearer {served.keys['ZW']}", "idempotency-key": a_request_key()}
    headers["content-type"] = "application/pdf"
    url = f"{served.url}/api/v1/documents/{digest}"
    assert httpx.put(url, content=content, headers=headers, timeout=20).status_code == 201
    parties = {"principal": served.holders["chen"], "agent": served.holders["lin"]}
    asked = {
        "case": case,
        "type": "mandate",
        "document": {"sha256": digest},
        "issuer": "own",
        "parties": [{"role": role, "holder": holder} for role, holder in parties.items()],
        "assurance": "original",
    }
    return str(served.post("ZW", "acceptances", asked)["id"])


def recorded(served: Served, case: str, paper: str) -> str:
    """That mandate, recorded for the case until in a month; its id."""
    asked = {
        "case": case,
        "acceptance": paper,
        "principal": served.holders["chen"],
        "agent": {"id_type": "111", "number": number_of("lin")},
        "scope": {"acts": ["view", "hand_in"], "types": [], "case": case},
        "last_day": DAY,
    }
    return str(served.post("ZW", "mandates", asked)["id"])


@pytest.fixture(scope="module")
def standing(served: Served) -> tuple[str, str]:
    """A case with one mandate that stands, one that fell, and a paper still to be recorded; and the first."""
    case = a_case(served)
    made = recorded(served, case, a_paper(served, case))
    fallen = a_paper(served, case)
    recorded(served, case, fallen)
    served.post("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    a_paper(served, case)
    return case, made


def test_pages_are_sound(chromium: Browser, served: Served, standing: tuple[str, str], view: View) -> None:
    """The case's page, the form with its faults, both lists, and the agent's pages hold in every view."""
    case, made = standing
    with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("[data-recorded=stands]").first).to_be_visible()
        expect(tab.page.locator("[data-recorded=fallen]").first).to_be_visible()
        keep(tab.page, f"recorded-desk-{view}")
        assert_sound(tab)
        tab.page.locator("#acting a.btn").last.click()
        expect(tab.page.locator("#f-until")).to_be_visible()
        keep(tab.page, f"recorded-form-{view}")
        assert_sound(tab)
        tab.page.locator("main .btn.go").click()
        expect(tab.page.get_by_role("alert")).to_be_focused()
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        keep(tab.page, f"recorded-fault-{view}")
        assert_sound(tab)
    with opened(chromium, served.url + LIST, view, served.citizen("chen")) as tab:
        expect(tab.page.locator("[data-granted=fallen]").first).to_be_visible()
        keep(tab.page, f"recorded-mine-{view}")
        assert_sound(tab)
    with opened(chromium, f"{served.url}{LIST}/{made}", view, served.citizen("lin")) as tab:
        keep(tab.page, f"recorded-agent-{view}")
        assert_sound(tab)
        for path in ("submission", "handed-in"):
            tab.page.goto(f"{served.url}{LIST}/{made}/{path}/{case}")
            keep(tab.page, f"recorded-{path}-{view}")
            assert_sound(tab)
        tab.page.locator("input[name=requirement]").first.check()
        tab.page.locator("input[name=again][value=yes]").check()
        tab.page.locator(".btn.go").click()
        expect(tab.page.locator("[data-answer]")).to_be_visible()
        assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_recorded_used_and_revoked(chromium: Browser, served: Served, view: View) -> None:
    """The clerk records it, the agent chooses for the principal, who sees that and takes it back."""
    scripts = view == DESK
    case = a_case(served)
    paper = a_paper(served, case)
    with opened(
        chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk"), scripts=scripts
    ) as tab:
        tab.page.locator(f"#acting a[href$='{paper}']").click()
        tab.page.locator("[name='act.hand_in']").check()
        tab.page.fill("#f-until", DAY)
        tab.page.locator("main .btn.go").click()
        expect(tab.page.locator("[data-recorded=stands]")).to_have_count(1)
        assert_quiet(tab)
    with opened(chromium, served.url + LIST, view, served.citizen("lin"), scripts=scripts) as tab:
        tab.page.locator("[data-held=stands] a.btn").first.click()
        tab.page.locator(f"[data-case='{case}'] a.btn").first.click()
        row = tab.page.locator("[data-requirement=application]")
        row.locator(".btn").click()
        expect(row).to_have_attribute("data-state", "chosen")
        assert_quiet(tab)
    with opened(chromium, served.url + "/my/uses", view, served.citizen("chen"), scripts=scripts) as tab:
        expect(tab.page.locator("[data-use=acted]").first).to_contain_text("替您选择自己交")
        tab.page.goto(served.url + LIST)
        mine = tab.page.locator(f"[data-granted=stands]:has-text('{case}')")
        mine.locator("form .btn").click()
        expect(mine).to_have_count(0)
        assert_quiet(tab)
