# SPDX-License-Identifier: Apache-2.0
"""T18, T50: every door that looks people up refuses what is foreign like what is not there, with its rule."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

import pytest

from attest.private import open_private
from tests.acceptance.door_samples import DOORS
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import OWN, World

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.people import Browser

pytest_plugins = ["tests.api_parts"]

NOBODYS: Final = "990101202601010000019"
ABSENT: Final = "0" * 32
WHY: Final = "testing"

Door = tuple[str, "Callable[[World, str], httpx.Response]", "Callable[[World], str]", str]
"""Rule of the refusal, the look-up of an object's name, a foreign object of the asker, one of nobody."""


def case_of_sc(world: World) -> str:
    return world.cases["SC-002"]


def layout(world: World) -> str:
    return str(world.accepted["layout"]["id"])


def dispute(world: World) -> str:
    return world.disputed("layout", "chen")


API: dict[str, Door] = {
    "GET /api/v1/cases/{no}/trace": (
        "case.unknown",
        lambda w, one: w.get("YC", f"cases/{one}/trace", purpose=WHY),
        case_of_sc,
        NOBODYS,
    ),
    "GET /api/v1/acceptances/{id}/reliances": (
        "acceptance.unknown",
        lambda w, one: w.get("YC", f"acceptances/{one}/reliances", purpose=WHY),
        layout,
        ABSENT,
    ),
    "GET /api/v1/evidence/{id}": (
        "evidence.unknown",
        lambda w, one: w.get("YC", f"evidence/{one}", purpose=WHY),
        layout,
        ABSENT,
    ),
    "GET /api/v1/data-check-requests/{id}": (
        "data_check.unknown",
        lambda w, one: w.get("YC", f"data-check-requests/{one}", purpose=WHY),
        dispute,
        ABSENT,
    ),
    "GET /api/v1/entries/{index}": (
        "not_found",
        lambda w, one: w.get("YC", f"entries/{one}"),
        lambda w: str(w.accepted["licence"]["index"]),
        "999999999",
    ),
    "POST /api/v1/recognitions:check": (
        "case.unknown",
        lambda w, one: w.post("YC", "recognitions:check", {"case": one, "purpose": WHY}),
        case_of_sc,
        NOBODYS,
    ),
}
LISTS: Final = {
    "GET /api/v1/reasks",
    "GET /api/v1/recalls",
    "GET /api/v1/lookup-alarms",
    "GET /api/v1/expiries",
}
"""Look-ups that name no object: they show the asker's own alone."""


def test_every_look_up_of_the_api_is_tried_here(world: World) -> None:
    """The doors that leave an entry when they refuse are those of this file."""
    doors = {f"{method} {path}" for (method, path), made in DOORS.items() if made(world).lookup}
    assert doors == API.keys() | LISTS


def shape(answer: httpx.Response, *names: str) -> tuple[int, str]:
    """Status and text of an answer without the names that were asked for and what is about this request."""
    text = html.unescape(answer.text)
    for one in (*names, answer.headers["x-request-id"]):
        text = text.replace(one, "")
    return answer.status_code, re.sub(r"\d[\d,]*|[0-9a-f]{24,}", "", text)


def require_entry(world: World, index: int, rule: str, who: str) -> None:
    """The refusal is an entry that says its rule and who asked."""
    _, record = open_private(index, world.ledger.store, world.ledger.context.sealer)
    assert world.kind_of(index) == "usage.refused"
    assert (record["outcome"], record["key"]) == ([rule], who)


@pytest.mark.parametrize("name", API)
def test_programs(world: World, name: str) -> None:
    """403 or 404, member for member the same, the rule told and recorded with the asker."""
    rule, look, foreign, absent = API[name]
    theirs = foreign(world)
    answers = []
    for one in (theirs, absent):
        size = world.size
        answer = look(world, one)
        told = answer.json()
        assert (told["code"], told["index"], world.size) == (rule, size, size + 1)
        assert told["title"]
        assert told["next"]
        require_entry(world, size, rule, world.key_id("YC"))
        answers.append((shape(answer, theirs, absent), list(told), len(answer.content)))
    assert answers[0][:2] == answers[1][:2]
    assert abs(answers[0][2] - answers[1][2]) <= 2, "the entry's number alone may be longer"


def counter(path: str) -> Callable[[World, Browser, str], httpx.Response]:
    return lambda _, browser, one: browser.get(path.format(one))


def posted(path: str, **form: str) -> Callable[[World, Browser, str], httpx.Response]:
    def send(_: World, browser: Browser, one: str) -> httpx.Response:
        return browser.post(path, **{name: text.format(one) for name, text in form.items()})

    return send


Page = tuple[str, str, "Callable[[World, Browser, str], httpx.Response]", "Callable[[World], str]", str]
PAGES: dict[str, Page] = {
    "counter": ("clerk", "case.unknown", counter("/counter?case={}"), case_of_sc, NOBODYS),
    "notice": ("clerk", "case.unknown", counter("/counter/notice?case={}"), case_of_sc, NOBODYS),
    "bundle": ("clerk", "case.unknown", counter("/counter/bundle?case={}"), case_of_sc, NOBODYS),
    "add": ("clerk", "case.unknown", counter("/counter/add?case={}"), case_of_sc, NOBODYS),
    "accept": ("clerk", "case.unknown", posted("/counter/accept", case="{}"), case_of_sc, NOBODYS),
    "retract": ("clerk", "case.unknown", counter("/counter/retract?case={}"), case_of_sc, NOBODYS),
    "take back": ("clerk", "case.unknown", posted("/counter/retract", case="{}"), case_of_sc, NOBODYS),
    "claim": (
        "clerk",
        "case.unknown",
        posted("/counter/claim", case="{}", requirement="licence", key="k"),
        case_of_sc,
        NOBODYS,
    ),
    "check": (
        "clerk",
        "case.unknown",
        posted("/counter/check", case="{}", type="business_licence", issuer="SC", number="N-1"),
        case_of_sc,
        NOBODYS,
    ),
    "use": (
        "clerk",
        "case.unknown",
        posted("/counter/use", **{"case": "{}", "use.licence": ABSENT, "key": "k"}),
        case_of_sc,
        NOBODYS,
    ),
    "trace": ("clerk", "case.unknown", posted("/trace", q="{}", purpose=WHY), case_of_sc, NOBODYS),
    "trace of an id": ("clerk", "case.unknown", posted("/trace", q="{}", purpose=WHY), layout, ABSENT),
    "evidence": (
        "clerk",
        "evidence.unknown",
        posted("/trace/evidence", q="{}", purpose=WHY),
        layout,
        ABSENT,
    ),
    "mine": ("he", "acceptance.unknown", counter("/my/materials/{}"), layout, ABSENT),
    "dispute": ("he", "acceptance.unknown", counter("/my/materials/{}/dispute"), layout, ABSENT),
    "evidence of mine": ("he", "acceptance.unknown", posted("/my/materials/{}/evidence"), layout, ABSENT),
}


@pytest.mark.parametrize("name", PAGES)
def test_people(world: World, name: str) -> None:
    """The same page for both, and one entry each with rule and user."""
    user, rule, look, foreign, absent = PAGES[name]
    add_accounts(world)
    browser = as_person(world, user) if user == "he" else signed_in(world, user)
    who = f"citizen/{world.holders[user]}" if user == "he" else f"user/{user}"
    theirs = foreign(world)
    answers = []
    for one in (theirs, absent):
        size = world.size
        answer = look(world, browser, one)
        assert world.size == size + 1, answer.text
        require_entry(world, size, rule, who)
        answers.append(shape(answer, theirs, absent))
    assert answers[0] == answers[1]
    assert answers[0][0] in {403, 404}


def test_a_look_up_by_the_one_who_keeps_the_key_is_refused_alike(world: World) -> None:
    """Whoever signs outside is no exception: another's case is like none to it too."""
    answers = []
    for one in (world.cases["YC-004"], NOBODYS):
        size = world.size
        answer = world.post(OWN, "recognitions:check", {"case": one, "purpose": WHY})
        require_entry(world, size, "case.unknown", world.key_id(OWN))
        answers.append(shape(answer, one))
    assert answers[0] == answers[1]
