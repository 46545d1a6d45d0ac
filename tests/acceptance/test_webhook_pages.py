# SPDX-License-Identifier: Apache-2.0
"""The pages of webhooks: how they are doing in words, send again, a new secret; one's own alone."""

from __future__ import annotations

import html
import re
import time
from base64 import b64decode
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest
from standardwebhooks import Webhook as Oracle

from api.auth import OPERATOR
from api.identity.accounts import Account
from api.identity.roles import REVIEWER
from tests.acceptance.test_webhooks import act, hook, rely, wait_for
from tests.people import ACCOUNTS, Browser, add_accounts, signed_in
from tests.receivers import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

OF_ZW: Final = (
    Account("reviewer.zw", "审核甲", frozenset({REVIEWER}), "ZW", ""),
    Account("operator.zw", "运维乙", frozenset({OPERATOR}), "ZW", ""),
)


@pytest.fixture(scope="module")
def staffed(
    new_world: Callable[[Path, Kind], World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A ledger of these tests' own whose pages have staff."""
    with closing(new_world(tmp_path_factory.mktemp("hooks") / "home", "sqlite")) as world:
        add_accounts(world, *ACCOUNTS, *OF_ZW)
        yield world


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """ZW's own system."""
    with Receiver() as receiver:
        yield receiver


def shown(browser: Browser, path: str) -> str:
    """A page that opens."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def given_up(world: World, receiver: Receiver, made: dict[str, Any]) -> int:
    """An event that met a 410; the index of its entry."""
    receiver.says.append(410)
    index = rely(world)
    wait_for(lambda: world.get("ZW", f"webhooks/{made['id']}").json()["dead"] == 1)
    return index


def test_what_was_given_up_on_is_sent_again(staffed: World, receiver: Receiver) -> None:
    """An undelivered event stands with its cause; a press sends it with its id, a repeat adds none."""
    made = hook(staffed, "ZW", receiver.url)
    index = given_up(staffed, receiver, made)
    reviewer, path = signed_in(staffed, "reviewer.zw"), f"/webhooks/{made['id']}"
    listed = shown(reviewer, "/webhooks")
    assert receiver.url in listed
    assert "1 event was given up on" in listed
    page = shown(reviewer, path)
    (row,) = re.findall(rf'<tr data-dead="{index}-0">.*?</tr>', page, re.DOTALL)
    for said in ("another department relies on an acceptance of yours", "answered by 410", "just now"):
        assert said in row
    for _ in range(2):
        answer = reviewer.post(f"{path}/replay", **{"from": "dead", "key": "one"})
        assert 'data-sent="1"' in answer.text
    wait_for(lambda: len(receiver.got) >= 2)
    time.sleep(0.5)
    assert [one.id for one in receiver.got] == [f"ZW-{index}-0"] * 2
    page = shown(reviewer, path)
    assert "data-dead" not in page
    assert "taken (answer 204)" in page
    assert "sent again" in page


def test_from_an_event_on(staffed: World, receiver: Receiver) -> None:
    """`Send again from here` begins with that very event and goes on to the newest."""
    made = hook(staffed, "ZW", receiver.url)
    first, second, third = (rely(staffed) for _ in range(3))
    wait_for(lambda: len(receiver.got) >= 3)
    operator, path = signed_in(staffed, "operator.zw"), f"/webhooks/{made['id']}"
    wait_for(lambda: f'value="{third}-0"' in shown(operator, path))
    assert f'value="{first}-0"' in shown(operator, path)
    answer = operator.post(f"{path}/replay", **{"from": f"{second}-0", "key": "one"})
    assert 'data-sent="2"' in answer.text
    wait_for(lambda: len(receiver.got) >= 5)
    assert [one.id for one in receiver.got[3:]] == [f"ZW-{second}-0", f"ZW-{third}-0"]
    refused = operator.post(f"{path}/replay", **{"from": "the beginning", "key": "two"})
    assert (refused.status_code, "<code>from</code>" in refused.text) == (400, True)


def test_a_secret_is_shown_once(staffed: World, receiver: Receiver) -> None:
    """The answer to the press shows it, no page does later; old and new sign, and a warning stands by."""
    made = hook(staffed, "ZW", receiver.url)
    reviewer, path = signed_in(staffed, "reviewer.zw"), f"/webhooks/{made['id']}"
    assert "less than a day ago" not in shown(reviewer, path)
    answer = reviewer.post(f"{path}/rotate", key="one")
    (secret,) = re.findall(r'<code id="secret"[^>]*>(whsec_[^<]+)</code>', html.unescape(answer.text))
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    assert answer.headers["cache-control"] == "no-store"
    page = shown(reviewer, path)
    assert "whsec_" not in page
    assert "less than a day ago" in page
    assert secret in html.unescape(reviewer.post(f"{path}/rotate", key="one").text)  # the same press
    rely(staffed)
    wait_for(lambda: bool(receiver.got))
    for one in (made["secret"], secret):
        Oracle(one).verify(receiver.got[0].body.decode(), dict(receiver.got[0].headers))


def test_an_old_press_shows_no_later_secret(staffed: World) -> None:
    """A press sent again after the secret was changed elsewhere shows none, changes none and says so."""
    made = hook(staffed, "ZW", "http://127.0.0.1:9/x")
    reviewer, path = signed_in(staffed, "reviewer.zw"), f"/webhooks/{made['id']}"
    assert "whsec_" in reviewer.post(f"{path}/rotate", key="old").text
    later = act(staffed, "ZW", "POST", f"webhooks/{made['id']}:rotate", key="later").json()
    answer = reviewer.post(f"{path}/rotate", key="old")
    assert (answer.status_code, "whsec_" in answer.text) == (200, False)
    assert 'data-rotated="before"' in answer.text
    assert "this press changed nothing" in answer.text
    assert act(staffed, "ZW", "POST", f"webhooks/{made['id']}:rotate", key="later").json() == later


def test_what_waits_already_is_said(staffed: World, receiver: Receiver) -> None:
    """A press for what waits to be sent again adds nothing, and the page says that all of it waits."""
    made = hook(staffed, "ZW", receiver.url)
    index = rely(staffed)
    wait_for(lambda: len(receiver.got) >= 1)
    receiver.says += [500] * 9
    reviewer, path = signed_in(staffed, "reviewer.zw"), f"/webhooks/{made['id']}"
    answers = [
        reviewer.post(f"{path}/replay", **{"from": f"{index}-0", "key": key}) for key in ("first", "again")
    ]
    assert ['data-sent="1"' in one.text for one in answers] == [True, False]
    assert 'data-asked="waits"' in answers[1].text
    assert "1 event waits to be sent again" in answers[1].text


def test_nobody_elses(staffed: World, receiver: Receiver) -> None:
    """Another department's webhook is none; an operator without a department is told whose page it is."""
    made = hook(staffed, "ZW", receiver.url)
    for user in ("reviewer", "operator"):
        browser = signed_in(staffed, user)
        assert made["id"] not in shown(browser, "/webhooks")
        assert ("data-unbound" in shown(browser, "/webhooks")) == (user == "operator")
        for answer in (
            browser.get(f"/webhooks/{made['id']}"),
            browser.post(f"/webhooks/{made['id']}/replay", **{"from": "0-0", "key": "one"}),
            browser.post(f"/webhooks/{made['id']}/rotate", key="one"),
            browser.get("/webhooks/none"),
        ):
            assert answer.status_code == 404
            assert 'data-code="webhook.unknown"' in answer.text
    assert signed_in(staffed, "clerk").get("/webhooks").status_code == 403
    assert receiver.got == []


def test_an_address_that_does_not_answer(staffed: World) -> None:
    """What waits says which event, how often it was tried, what came of it, and when the next try is."""
    made = hook(staffed, "ZW", "http://127.0.0.1:9/x")
    index = rely(staffed)
    reviewer, path = signed_in(staffed, "reviewer.zw"), f"/webhooks/{made['id']}"
    wait_for(lambda: "no connection" in shown(reviewer, path))
    page = shown(reviewer, path)
    assert f"(entry {index:,}), tried" in page
    assert "Next try: " in page
    assert "Trying again" in shown(reviewer, "/webhooks")
