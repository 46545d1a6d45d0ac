# SPDX-License-Identifier: Apache-2.0
"""The table's cells of pages with real objects: one's own, another's, none; and the entry of each refusal."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.identity.permissions import PAGES
from attest.codes import case_number
from attest.private import open_private
from tests.acceptance.page_samples import (
    AS_CHOICE,
    CITIZENS,
    NAMELESS,
    ROLES_OF,
    STAFF,
    Cell,
    cells_of,
)
from tests.homes import copy_of
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]

NOT_THEIRS: Final = re.compile(r"[a-z_]+\.(?:unknown|use_unknown)|not_found|auth\.forbidden")
SLIPS: Final = frozenset({"requirement.unknown", "document.unknown", "item.unknown", "holder.unknown"})
ROWS: Final = {f"{row.method} {row.path}": row for row in PAGES}


@pytest.fixture
def peopled(bare_home: Path, tmp_path: Path) -> Iterator[World]:
    """A ledger with everybody, whose rule of unknown objects speaks at three."""
    made = open_world(copy_of(bare_home, tmp_path / "home"), alarm_unknown_per_day=3)
    fill(made)
    add_accounts(made, *STAFF)
    yield made
    made.close()


def an_alarm(world: World, browser: Browser) -> str:
    """The id of an alarm about a clerk of SC."""
    for number in (900, 950, 1000):
        browser.get(f"/counter?case={case_number('990101', date(2026, 1, 2), number)}")
    world.ledger.watching.turn()
    found = world.get("SC", "lookup-alarms", purpose="supervision").json()["alarms"]
    return str(found[0]["id"])


def code_of(answer: httpx.Response) -> str:
    """The refusal: its code, or what a page that says it in its own words means."""
    if "json" in answer.headers.get("content-type", "") and answer.status_code >= 400:
        return str(answer.json().get("code", ""))
    return "not_found" if answer.status_code == 404 else ""


def said(answer: httpx.Response, *names: str) -> tuple[int, str]:
    """An answer without the names that were asked for and what is about this request."""
    text = answer.text
    for name in (answer.headers["x-request-id"], *names):
        text = text.replace(name, "")
    return answer.status_code, re.sub(r"\d[\d,]*|[0-9a-f]{24,}", "", text)


def refusals(world: World, since: int) -> list[dict[str, Any]]:
    """What the entries of refusals since then say."""
    ledger = world.ledger
    return [
        open_private(index, ledger.store, ledger.context.sealer)[1]
        for index in range(since, world.size)
        if world.kind_of(index) == "usage.refused"
    ]


def try_one(world: World, cell: Cell, browser: Browser, it: str) -> tuple[httpx.Response, list[str]]:
    """Send the request that names an object; the answer, and the rules of the refusals on record."""
    method, path, form = cell.request(it)
    size = world.size
    given = None if form is None else {"csrf": browser.csrf, **form}
    answer = browser.send(method, path, given, headers={"accept": "application/json"})
    rules = []
    for record in refusals(world, size):
        rules += [str(one) for one in record["outcome"]]
        assert record["route"]
    return answer, rules


def test_every_object_of_pages(peopled: World) -> None:
    """Every object × every person of its roles: its own come in, to others it is like none, on record."""
    world, counted = peopled, Counter[str]()
    wrong: list[tuple[object, ...]] = []
    people = {one.user: signed_in(world, one.user) for one in STAFF}
    people |= {key: as_person(world, key) for key in CITIZENS}
    signed_in(world, "auditor")  # a second session, that the first one ends
    (session,) = re.findall(r'name="session" value="([0-9a-f]{16})"', people["auditor"].get("/sessions").text)
    cells = cells_of(world, an_alarm(world, people["clerk.sc"]), session, "auditor")
    related = {name for name, row in ROWS.items() if row.relation != "any"}
    assert {cell.row for cell in cells} | NAMELESS | AS_CHOICE == related
    stranger, yc, size = Browser(world), people["clerk.yc"], world.size
    chosen = [yc.post("/counter/new", item=one) for one in ("XF-001", "NO-999")]
    assert said(chosen[0], "XF-001") == said(chosen[1], "NO-999")
    assert (chosen[0].status_code, world.acts(size)) == (200, [])
    for cell in cells:
        row = ROWS[cell.row]
        size = world.size
        method, path, form = cell.request(cell.it)
        answer = stranger.send(method, path, form, headers={"accept": "application/json"})
        assert answer.status_code in {303, 401}, cell.row
        assert refusals(world, size) == []
        others = cell.others
        if others is None:
            others = tuple(
                user for user, roles in ROLES_OF.items() if roles & row.who and user not in cell.own
            )
        for user in others:
            foreign, rules = try_one(world, cell, people[user], cell.it)
            absent, more = try_one(world, cell, people[user], cell.absent)
            code = code_of(foreign)
            told = NOT_THEIRS.fullmatch(code) and code not in SLIPS
            alike = said(foreign, cell.it, cell.absent) == said(absent, cell.it, cell.absent)
            counted[f"{row.relation}, another's"] += 1
            if not (told and alike and len(rules) == 1 and rules == more):
                wrong.append((cell.row, user, "another's", foreign.status_code, code, rules, more, alike))
        for user in cell.own:
            answer, rules = try_one(world, cell, people[user], cell.it)
            code = code_of(answer)
            counted[f"{row.relation}, one's own"] += 1
            if rules or answer.status_code >= 500 or (NOT_THEIRS.fullmatch(code) and code not in SLIPS):
                wrong.append((cell.row, user, "own", answer.status_code, code, rules))
    assert not wrong, "\n".join(map(str, wrong))
    print(f"{counted.total()} cells (page x object x person): {dict(counted)}")
    print(f"{len(NAMELESS)} pages of one's own name no object")
