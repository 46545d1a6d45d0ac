# SPDX-License-Identifier: Apache-2.0
"""A requirement that papers meet together says which of them came in, and which are still missing."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.page_samples import STAFF
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

BOTH = {
    "zh": ("房屋租赁合同", "不动产权证书（出租方的）", "租赁合同和出租方权属证明"),
    "en": (
        "Lease contract",
        "Real-estate title certificate (lessor’s)",
        "Lease contract and the landlord's title",
    ),
}


def leased(world: World, *files: str) -> str:
    """A case of the shop's tenant to which these papers were brought."""
    case = str(world.made("YC", "cases", {**world.case("YC-004"), "about": SHOP})["case"])
    for file in files:
        world.upload("YC", file)
        more: dict[str, Any] = {"about": SHOP}
        if file == "lease-contract.pdf":
            more["valid_until"] = "2045-02-28"
        world.made("YC", "acceptances", world.acceptance(case, file, **more))
    return case


def clerk_of(world: World, language: str = "zh") -> Browser:
    """The clerk of the department, reading this language."""
    add_accounts(world, *STAFF)
    clerk = signed_in(world, "clerk.yc")
    clerk.language = language
    return clerk


def plain(part: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", part)).split())


def row_in(page: str) -> str:
    """What the desk says of the two papers."""
    found = re.search(r'<li [^>]*data-row="premises.leased".*?</li>', page, re.DOTALL)
    assert found is not None
    return plain(found[0])


def told_in(page: str) -> str:
    """What the desk tells the applicant."""
    return plain(page.partition('id="say">')[2].partition("<a ")[0])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_says_which_of_two_papers_is_missing(own_world: World, language: str) -> None:
    """Row and told text name the lease as received and the lessor's title as missing, not the requirement."""
    lease, deed, _ = BOTH[language]
    clerk, case = clerk_of(own_world, language), leased(own_world, "lease-contract.pdf")
    page = clerk.get(f"/counter?case={case}").text
    row, told = row_in(page), told_in(page)
    parts = (
        f"已收：{lease}；还缺：{deed}。" if language == "zh" else f"Received: {lease}; still missing: {deed}."
    )
    assert parts in row
    assert ("没有可用的材料" if language == "zh" else "Nothing suitable") not in row
    received, _, rest = told.partition("今天请补" if language == "zh" else "Please add today")
    assert lease in received
    assert deed in rest
    assert lease not in rest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_names_both_papers_where_neither_came(own_world: World, language: str) -> None:
    """Nothing is there yet: both are named, in the row and in what the applicant is told."""
    lease, deed, _ = BOTH[language]
    clerk, case = clerk_of(own_world, language), leased(own_world)
    page = clerk.get(f"/counter?case={case}").text
    both = f"{lease}和{deed}" if language == "zh" else f"{lease} and {deed}"
    assert f"还缺：{both}。" in row_in(page) or f"Still missing: {both}." in row_in(page)
    assert both in told_in(page)


def test_notice_and_asking_say_it_too(own_world: World) -> None:
    """The printed notice ticks the lease and leaves the title open; what is asked on record names both."""
    lease, deed, title = BOTH["zh"]
    clerk, case = clerk_of(own_world), leased(own_world, "lease-contract.pdf")
    notice = clerk.get(f"/counter/notice?case={case}").text
    lines = [plain(one) for one in re.findall(r"<li>.*?</li>", notice, re.DOTALL)]
    assert f"☑ {lease}" in lines
    (missing,) = (one for one in lines if one.startswith(f"☐ {deed}"))
    assert f"已收：{lease}；还缺：{deed}。" in missing
    assert title in missing
    form = plain(clerk.get(f"/counter/ask?case={case}").text)
    assert f"{title} 已收：{lease}；还缺：{deed}。" in form
    sent = {"case": case, "notice": "supplement", "ask.premises.leased": "yes", "key": a_request_key()}
    assert clerk.post("/counter/ask", **sent).status_code == 303
    asked = clerk.get(f"/counter/notice?case={case}").text.partition("data-asked")[2]
    assert f"{title}（已收：{lease}；还缺：{deed}）" in plain(asked)


def test_what_another_case_brought_is_not_said_to_have_come_in(own_world: World) -> None:
    """The lease is on record from an earlier case: it need not be handed in, and was not received here."""
    lease, deed, _ = BOTH["zh"]
    clerk = clerk_of(own_world)
    leased(own_world, "lease-contract.pdf")
    page = clerk.get(f"/counter?case={leased(own_world)}").text
    assert f"不用再交：{lease}；还缺：{deed}。" in row_in(page)
    told = told_in(page)
    assert f"{lease}，不用您再交了" in told or f"{lease}；" in told.partition("不用您再交了")[0]
    assert "已收到" not in told


def test_a_missing_paper_says_why_what_is_on_file_does_not_serve(own_world: World) -> None:
    """The title came in and was taken back: row and told text name it as missing, and why."""
    lease, deed, _ = BOTH["zh"]
    clerk, case = clerk_of(own_world), leased(own_world, "lease-contract.pdf")
    own_world.upload("YC", "deed-shop.jpg")
    asked = own_world.acceptance(case, "deed-shop.jpg", about=SHOP)
    title = own_world.made("YC", "acceptances", asked)["id"]
    assert 'data-state="here"' in clerk.get(f"/counter?case={case}").text.partition("premises.leased")[2][:80]
    own_world.made("YC", f"acceptances/{title}:retract", {"reason": "checked_wrongly"})
    page = clerk.get(f"/counter?case={case}").text
    assert re.search(f"已收：{lease}；还缺：{deed}。 ?[^ ]+撤回核验结论。", row_in(page))
    assert re.search(f"今天请补：.*{deed}（[^ ]+撤回核验结论）", told_in(page))
