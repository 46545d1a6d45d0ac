# SPDX-License-Identifier: Apache-2.0
"""What a form says of what was typed into it: the field that is wrong, how long to wait, what is too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.identity.accounts import Account
from api.identity.roles import REVIEWER
from tests.people import Browser, add_accounts, as_person, dispute, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_present_password_is_no_wrong_name(own_world: World, language: str) -> None:
    """The form for another password speaks of the password that stands in it, at its field."""
    add_accounts(own_world)
    clerk = signed_in(own_world, "clerk")
    clerk.language = language
    answer = clerk.post("/password", old="not the one at all", new="another fine 9 word")
    assert answer.status_code == 401
    assert ("现在的密码不对" if language == "zh" else "The present password is wrong") in answer.text
    assert "账号或密码" not in answer.text
    assert "user name or" not in answer.text
    assert re.search(r'id="old"[^>]* aria-invalid="true"', answer.text)
    assert not re.search(r'id="new"[^>]* aria-invalid="true"', answer.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_many_tries_say_how_long_to_wait(own_world: World, language: str) -> None:
    """In seconds, as `Retry-After` says, at sign-in and at another password."""
    add_accounts(own_world)
    stranger, clerk = Browser(own_world, "192.0.2.9", language), signed_in(own_world, "clerk")
    clerk.language = language
    for browser, path, form in (
        (stranger, "/sign-in", {"user": "reviewer", "password": "wrong"}),
        (clerk, "/password", {"old": "wrong", "new": "another fine 9 word"}),
    ):
        answers = [browser.post(path, **form) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        seconds = answers[-1].headers["retry-after"]
        assert 0 < int(seconds) <= 30
        said = f"{seconds} 秒后可以再试" if language == "zh" else f"try again in {seconds} second"
        assert said in answers[-1].text
        assert not [one for one in answers[:5] if "秒后" in one.text or "try again in" in one.text]


def test_an_empty_number_is_asked_for(own_world: World) -> None:
    """A number that was left out is no wrong number: the field says to fill it in; a wrong one says so."""
    add_accounts(own_world)
    for browser, path in (
        (as_person(own_world, "chen"), "/my/mandates/new"),
        (signed_in(own_world, "auditor"), "/oversight/person"),
    ):
        browser.get(path)
        for typed, said in (("", "Fill in the number"), (" ", "Fill in the number"), ("12", "not right")):
            answer = browser.post(path, number=typed, purpose="supervision")
            assert answer.status_code == 422
            assert said in answer.text, (path, typed)
            assert ("not right" in answer.text) == (said == "not right")


def test_a_dispute_too_long_is_kept_and_said(own_world: World) -> None:
    """Nothing is cut: 501 characters come back whole, with how many there are; 500 are taken."""
    chen = as_person(own_world, "chen")
    acceptance = own_world.accepted["licence"]["id"]
    form = chen.get(f"/my/materials/{acceptance}/dispute").text
    assert "maxlength" not in form.partition("<textarea")[2].partition(">")[0]
    assert "500 characters" in form
    text = "有" * 501
    answer = dispute(chen, acceptance, text=text)
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.text
    assert "501 characters" in answer.text
    assert dispute(chen, acceptance, text=text[1:]).status_code == 303
    add_accounts(own_world, Account("reviewer.zw", "审核庚", frozenset({REVIEWER}), "ZW", ""))
    reviewer = signed_in(own_world, "reviewer.zw")
    found = re.search(r'href="(/disputes/[0-9a-f]{32})"', reviewer.get("/disputes").text)
    assert found is not None
    assert "maxlength" not in reviewer.get(found[1]).text.partition("<textarea")[2].partition(">")[0]
    answer = reviewer.post(found[1], outcome="not_upheld", text=text)
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.text
    assert "501 characters" in answer.text


def test_ending_an_account_takes_a_second_step(own_world: World) -> None:
    """The list asks first: a page that names the account and what follows; afterwards a message says so."""
    add_accounts(own_world)
    operator = signed_in(own_world, "operator")
    page = operator.get("/accounts").text
    assert 'action="/accounts/end"' not in page
    assert 'action="/accounts/password"' not in page
    assert 'href="/accounts/end?user=clerk.sc"' in page
    asked = operator.get("/accounts/end?user=clerk.sc").text
    assert "窗口乙" in asked
    assert "clerk.sc" in asked
    assert "never be given again" in asked
    assert Browser(own_world).sign_in("clerk.sc").status_code == 303
    answer = operator.post("/accounts/end", user="clerk.sc")
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts?ended=clerk.sc")
    said = operator.get(answer.headers["location"]).text
    assert re.search(r'role="status"[^>]*>.*clerk\.sc has ended', said)
    assert 'href="/accounts/end?user=clerk.sc"' not in said
    assert operator.get("/accounts/end?user=clerk.sc").status_code == 404


def test_no_message_without_its_deed(own_world: World) -> None:
    """An address cannot make the page say that an account has ended that stands, or that never was."""
    add_accounts(own_world)
    operator = signed_in(own_world, "operator")
    for named in ("clerk", "nobody", "<b>x"):
        page = operator.get(f"/accounts?ended={named}")
        assert page.status_code == 200
        assert 'role="status"' not in page.text


def test_another_password_takes_a_second_step(own_world: World) -> None:
    """Before: whose, and that their sessions end; after: the password once, and that the old one is void."""
    add_accounts(own_world)
    operator = signed_in(own_world, "operator")
    assert 'href="/accounts/password?user=clerk.sc"' in operator.get("/accounts").text
    asked = operator.get("/accounts/password?user=clerk.sc").text
    assert "窗口乙" in asked
    assert "signed in are signed out" in asked
    made = operator.post("/accounts/password", user="clerk.sc").text
    assert 'id="first-password"' in made
    assert "no longer works" in made
    assert operator.get("/accounts/password").headers["location"] == "/accounts"


def test_one_does_not_end_oneself(own_world: World) -> None:
    """Beside one's own account the list offers another password by the old one, and no end."""
    add_accounts(own_world)
    operator = signed_in(own_world, "operator")
    page = operator.get("/accounts").text
    assert 'href="/accounts/end?user=operator"' not in page
    assert 'href="/accounts/password?user=operator"' not in page
    assert 'href="/password"' in page.partition("<main")[2]
    assert operator.get("/accounts/end?user=operator").status_code == 409
