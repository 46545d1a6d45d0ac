# SPDX-License-Identifier: Apache-2.0
"""T44, T51: hostile texts in every field of every form: refused in words, or kept and shown as they are.

The forms are those that people of each role meet by following links. `ONCE_CASES` beyond 10 sends every text.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from api.web.counter.people import pair_of
from attest.private import open_private
from attest.registry.repository import text_of
from attest.statements import Envelope
from tests.acceptance.test_page_refusals import NAMES, places, require_words
from tests.acceptance.test_permissions import filled as address
from tests.acceptance.test_permissions import page_routes
from tests.forms import Form, forms_of
from tests.hostile import holds, texts
from tests.people import ACCOUNTS, HOST, Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import SHOP as UNIT

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ALL: Final = int(os.environ.get("ONCE_CASES", "3")) > 10
TOGETHER: Final = 16
"""Requests to a form with another text in each of its fields."""
ALONE: Final = 8
"""Requests for one field that is typed into, in a form that is good but for it."""
SHOP: Final = next(one for one in samples.people() if one["key"] == "eatery")
OWNER: Final = next(one for one in samples.people() if one["key"] == "chen")
GOOD: Final = {
    "number": "990101199003070012",
    "name": "某人",
    "text": "说明",
    "purpose": "受理审查",
    "until": "2027-06-30",
    "about": UNIT["id"],
    "issued": "2026-11-01",
    "valid_until": "2028-01-01",
    "user": "new.account",
    "role_clerk": "yes",
    "department": "ZW",
    **{f"{name}.applicant.0": SHOP[name] for name in ("name", "number")},
    **{f"{name}.operator{place}": OWNER[name] for name in ("name", "number") for place in ("", ".0")},
}
"""What somebody would type into a field that the page leaves empty."""
ASIDE: Final = ("/catalogue/check", "/catalogue/drafts", "/catalogue/documents")
"""Forms that start a process for a text that is pasted: few requests; what lists hold is T44's."""
NOT_KEPT: Final = {"/counter/new with"}
"""Means something beside a bundle only; the case is opened as a step of none."""
LEAVE: Final = {"csrf", "here"}
ENDS: Final = {"/sign-out", "/sessions/end", "/my/erasure/confirm"}
"""What would end the session or the person."""


class Person:
    """Somebody with the forms of their pages; signs in again when a form has ended the session."""

    def __init__(self, world: World, name: str, starts: tuple[str, ...] = ()) -> None:
        self._world, self.name = world, name
        self.browser = self._enter()
        self.forms = [
            one
            for one in forms_of(self.browser, ["/", *starts])
            if one.method == "POST" and one.values.keys() - LEAVE and one.path.partition("?")[0] not in ENDS
        ]

    def _enter(self) -> Browser:
        if not self.name:
            return Browser(self._world)
        people = {one.user for one in ACCOUNTS}
        return (signed_in if self.name in people else as_person)(self._world, self.name)

    def post(self, form: Form, values: dict[str, str]) -> httpx.Response:
        """The form as filled, with the session's token."""
        kept = {name: value for name, value in values.items() if name not in LEAVE}
        if self.name and "once_session" not in self.browser.cookies:
            self.browser = self._enter()
        return self.browser.post(form.path, **kept)


@pytest.fixture(scope="module")
def people(world: World) -> list[Person]:
    """One of each role, a ledger in which there is something to every form, and nobody."""
    add_accounts(world)
    cases, chen = world.cases, as_person(world, "chen")
    assert dispute(chen, world.accepted["licence"]["id"]).status_code == 303
    editor = signed_in(world, "editor")
    assert editor.post("/catalogue/drafts", start="SC-002", key="k0").status_code == 303
    starts = {
        "clerk": (
            f"/counter?case={cases['XF-001']}",
            f"/counter/mandate?case={cases['XF-001']}",
            "/counter/new?item=XF-001",
        ),
        "clerk.sc": (f"/counter?case={cases['SC-002']}", "/counter/new?item=SC-002"),
    }
    names = [*(one.user for one in ACCOUNTS), "chen", "luo", ""]
    return [Person(world, name, starts.get(name, ())) for name in names]


def sendable(vectors: Path) -> list[str]:
    """The texts that a form of ours can hold."""
    return [one for one in texts(vectors) if "\ud800" not in one and len(one) < 5000]


def filled(form: Form) -> dict[str, str]:
    """A form as somebody would send it."""
    stand = {name: value for name, value in form.values.items() if name not in form.unchecked}
    return {**stand, **{name: GOOD[name] for name in form.values if not stand.get(name) and name in GOOD}}


def hostile(form: Form, everything: list[str], turn: int) -> list[dict[str, str]]:
    """The form with hostile texts in all its fields at once, then in one after the other."""
    names, good, count = [one for one in form.values if one not in LEAVE], filled(form), len(everything)
    share = (2, 1) if form.path.startswith(ASIDE) else (count, count) if ALL else (TOGETHER, ALONE)
    made = [
        {name: everything[(turn + number * 31 + place) % count] for place, name in enumerate(names)}
        for number in range(share[0])
    ]
    for place, name in enumerate(sorted(form.typed)):
        chosen = (everything[(turn * 7 + place * 5 + number * 97) % count] for number in range(share[1]))
        made += [{**good, name: text} for text in chosen]
    for number, values in enumerate(made[share[0] :]):  # each is an act of its own
        if "key" in values:
            values["key"] = hashlib.sha256(f"{form.path} {turn} {number}".encode()).hexdigest()[:32]
        if values.get("user") == GOOD["user"]:
            values["user"] = f"{GOOD['user']}{number}"
        for name in [one for one in values if one.startswith("name.")]:  # the card shows that name
            suffix = name.removeprefix("name.")
            values[f"changed.{suffix}"] = pair_of(values[name], values.get(f"number.{suffix}", ""))
    return made


def require_escaped(answer: httpx.Response, values: dict[str, str], about: str) -> None:
    """No text stands in a page as markup."""
    for text in values.values():
        if len(text) > 8 and "<" in text:
            assert text not in answer.text, (about, text)


def stands(said: Any, text: str) -> bool:
    """Whether the text stands there as itself: as a value of a record, or in a line of a page."""
    return text in said if isinstance(said, str) else holds(said, text)


def written(world: World, size: int) -> list[Any]:
    """What the log holds since then, opened."""
    found: list[Any] = []
    store = world.ledger.store
    for index in range(size, world.size):
        entry = Envelope.parse(store.leaf(index)).entry
        found.append(entry.body)
        if entry.private is not None:
            found.append(open_private(index, store, world.ledger.context.sealer)[1])
        bodies = (
            text_of(bytes.fromhex(str(one)), store) for one in entry.body.values() if len(str(one)) == 64
        )
        found += [json.loads(body) for body in bodies if body]
    return found


def test_every_form_refuses_or_keeps(world: World, people: list[Person], vectors: Path) -> None:
    """No 5xx; refusals are in words; what is typed and taken stands in the log as it is; none is markup."""
    everything, statuses, lost = sendable(vectors), Counter[int](), set[str]()
    faults: list[tuple[Any, ...]] = []
    tried = set[tuple[str, ...]]()
    kept = Counter[str]()
    for person in people:
        for turn, form in enumerate(person.forms):
            place = form.path.partition("?")[0]
            if (place, *sorted(form.values)) in tried:
                continue  # the same form on another person's page
            tried.add((place, *sorted(form.values)))
            for values in hostile(form, everything, turn):
                size = world.size
                answer = person.post(form, values)
                statuses[answer.status_code] += 1
                try:
                    require_words(answer, place)
                    require_escaped(answer, values, place)
                    shown = answer
                    if answer.status_code == 303:
                        shown = person.browser.get(answer.headers["location"])
                        require_words(shown, place)
                        require_escaped(shown, values, place)
                except AssertionError as error:
                    faults.append((person.name, place, values, str(error)[:300]))
                if (answer.status_code == 303 and world.size > size) or answer.status_code == 201:
                    said = [*written(world, size), *map(unescape, shown.text.splitlines())]
                    typed = {name for name in form.typed if values.get(name)}
                    found = {name for name in typed if any(stands(one, values[name]) for one in said)}
                    kept[place] += len(found)
                    lost |= {f"{place} {name}" for name in typed - found}
    assert not faults, "\n".join(map(repr, faults[:40]))
    assert lost <= NOT_KEPT, (lost, kept)
    assert kept["/counter/new"] > 50, kept
    assert kept["/accounts"] > 5, kept
    assert len(kept) >= 5, kept
    assert statuses[429] < statuses.total() // 10, (
        "most are answered by what they say, not by how many they are"
    )


def test_every_other_address_refuses(world: World, people: list[Person], vectors: Path) -> None:
    """Where no form was met, at an address of nothing: all fields that any form has, another text in each."""
    everything = sendable(vectors)
    met = {one.path.partition("?")[0] for person in people for one in person.forms}
    tried = set()
    for person in people:
        for place in places(world, person.browser):
            if place in met or place in tried:
                continue
            tried.add(place)
            names = [one for one in NAMES if one not in LEAVE]
            form = Form(place, "POST", "", dict.fromkeys(names, ""))
            for values in hostile(form, everything, len(tried)):
                for more in ({}, {"case": world.cases["XF-001"]}):
                    answer = person.post(form, {**values, **more})
                    require_words(answer, place)
                    require_escaped(answer, values, place)
    posts = {path for method, path in page_routes(world) if method == "POST"} - ENDS
    assert len(tried) + len(met) >= len(posts) - len(ENDS)
    assert {"/counter/undo", "/counter/use", "/password", "/oversight/person"} <= met | tried
    assert address("/disputes/{id}") in met | tried


def test_sample_pdfs_at_the_counter(world: World, vectors: Path) -> None:
    """Sample PDFs come in by their digest at the counter, but for a locked one; a byte more is refused."""
    add_accounts(world)
    clerk = signed_in(world, "clerk")
    files = sorted((vectors / "pdf-samples").glob("*.pdf"))
    assert len(files) > 3
    for file in files:
        content = file.read_bytes()
        answer = handed(clerk, content, content)
        if "password" in file.name:
            assert (answer.status_code, bool(answer.json()["said"])) == (422, True), file.name
            continue
        assert (answer.status_code, answer.json()["size"]) == (201, len(content)), file.name
        assert handed(clerk, content, content + b"\n%more").status_code in {400, 409, 422}


def handed(clerk: Browser, named: bytes, content: bytes) -> httpx.Response:
    """A file as the counter's script sends it."""
    cookie = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
    given = {"host": HOST, "origin": f"http://{HOST}", "cookie": cookie, "x-csrf-token": clerk.csrf}
    path = f"/counter/documents/{hashlib.sha256(named).hexdigest()}"
    headers = [*given.items(), ("content-type", "application/pdf")]
    return clerk.world.send("PUT", path, content=content, headers=headers)
