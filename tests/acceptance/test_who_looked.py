# SPDX-License-Identifier: Apache-2.0
"""Who looked at a person, and why: the auditor's answer, what it leaves, and what the person sees of it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from tests.homes import copy_of
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]

PAGE = "/oversight/person"
WHY = "投诉核查 2026-17"


@pytest.fixture(scope="module")
def looked(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Chen's case was looked up by a key of SC and by a clerk of ZW, and guessed at by YC."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("looked") / "home"))
    fill(made)
    add_accounts(made)
    case = made.cases["SC-002"]
    assert made.post("SC", "recognitions:check", {"case": case, "purpose": "受理审查"}).status_code == 200
    assert made.post("YC", "recognitions:check", {"case": case, "purpose": "好奇"}).status_code == 404
    assert signed_in(made, "clerk").get(f"/counter?case={made.cases['XF-001']}").status_code == 200
    yield made
    made.close()


def number_of(key: str) -> str:
    return str(next(one["number"] for one in samples.people() if one["key"] == key))


def ask(world: World, number: str, purpose: str = WHY, user: str = "auditor") -> httpx.Response:
    browser = signed_in(world, user)
    assert browser.get(PAGE).status_code == 200
    return browser.post(PAGE, number=number, purpose=purpose)


def test_every_look_with_who_and_why(looked: World) -> None:
    """The answer holds each look at the person: department, user, case, purpose, refusals with their rule."""
    page = html.unescape(ask(looked, number_of("chen")).text)
    looks = re.findall(r'data-look="(\w+)".*?</li>', page, re.DOTALL)
    assert {"checked", "refused"} <= set(looks)
    for said in (
        f"SC ({looked.key_id('SC')})",
        f"YC ({looked.key_id('YC')})",
        "窗口甲 (clerk)",
        "Purpose: 受理审查",
        "Purpose: 好奇",
        looked.cases["SC-002"],
        "The case is not known",
    ):
        assert said in page, said


def test_the_same_looks_as_the_person_sees(looked: World) -> None:
    """No more and no fewer entries than in the person's own list at the same moment."""
    shown = re.findall(r"entry ([0-9,]+)</p>", ask(looked, number_of("chen")).text)
    own = as_person(looked, "chen").get("/my/uses").text
    groups = re.findall(r'data-entries="([0-9 ]+)"', own)
    listed = sorted((int(one) for some in groups for one in some.split()), reverse=True)
    assert len(shown) > 2
    assert [f"{one:,}" for one in listed[1:]] == shown, (
        "the newest of the person's own list is the auditor's look itself"
    )


def test_the_person_sees_the_auditor_and_the_purpose(looked: World) -> None:
    """The look is an entry that names nobody in the open, and stands in the person's list with its why."""
    size = looked.size
    answer = ask(looked, number_of("chen"), "抽查 CANARY-WHY")
    recorded = int(re.search(r'data-recorded="(\d+)"', answer.text)[1])  # type: ignore[index]  # it is there
    assert recorded >= size
    assert looked.kind_of(recorded) == "usage.read"
    assert b"CANARY-WHY" not in looked.ledger.store.leaf(recorded)
    own = as_person(looked, "chen").get("/my/uses").text
    assert "抽查 CANARY-WHY" in own
    assert "Looked at who looked at you, and why." in own
    assert "CANARY-WHY" not in as_person(looked, "lin").get("/my/uses").text


def test_the_number_is_not_repeated(looked: World) -> None:
    """Neither the number that was typed nor a name of the person comes back, whatever the answer."""
    for number, purpose, status in (
        (number_of("chen"), WHY, 200),
        (number_of("eatery"), WHY, 200),
        ("99010219900612032x", WHY, 422),
        (number_of("chen"), "", 422),
        ("990102199006120424", WHY, 404),
    ):
        answer = ask(looked, number, purpose)
        assert answer.status_code == status, (number, answer.text)
        assert number not in answer.text
        assert "陈一鸣" not in answer.text


def test_no_purpose_and_nobody_are_refused_on_record(looked: World) -> None:
    """Without a purpose nothing is shown, of an unknown number there is nothing: both are entries."""
    for number, purpose in ((number_of("chen"), " "), ("990102199006120424", WHY)):
        answer = ask(looked, number, purpose)
        found = re.search(r'data-recorded="(\d+)"', answer.text)
        assert found is not None
        assert looked.kind_of(int(found[1])) == "usage.refused"
        assert "data-look" not in answer.text


@pytest.mark.parametrize("user", ["clerk", "reviewer", "operator", "editor"])
def test_auditors_alone(looked: World, user: str) -> None:
    """Nobody else comes in, and trying is an entry."""
    browser: Browser = signed_in(looked, user)
    size = looked.size
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, number=number_of("chen"), purpose=WHY).status_code == 403
    assert [looked.kind_of(index) for index in range(size, looked.size)] == ["usage.refused"] * 2


def test_it_speaks_of_the_person_not_to_them(looked: World) -> None:
    """What the person reads as "your case" an auditor reads as theirs; a look of before stands among them."""
    ask(looked, number_of("chen"))
    auditor = signed_in(looked, "auditor")
    for language, word, said in (("zh", "您", "查看了谁查过其材料"), ("en", " you", "looked at them")):
        auditor.language = language
        auditor.get(PAGE)
        page = auditor.post(PAGE, number=number_of("chen"), purpose=WHY).text
        looks = page.partition('<ol class="time')[2].partition("</ol>")[0]
        assert (word in looks.lower(), said in looks) == (False, True)
