# SPDX-License-Identifier: Apache-2.0
"""T51: hostile texts in every field of every door: refused by a code, or kept as they are.

`ONCE_CASES` beyond 10 sends every text to every field.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest

from api.problem_texts import PROBLEM_TEXTS
from attest.private import open_private
from attest.registry.repository import text_of
from attest.statements import Envelope
from tests.acceptance.door_faults import head
from tests.acceptance.door_samples import Door, door_of
from tests.hostile import EXPANDED, MARKUP, holds, leaves, texts, with_text

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from api.thin import ThinRoute
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ALL: Final = int(os.environ.get("ONCE_CASES", "3")) > 10
SHARE: Final = 6
"""Texts that a field gets of a whole list, a different share each."""
FREE: Final = "甲乙 <b>x</b>"
"""Whoever takes this takes any text that is fit to be shown."""


def send(world: World, route: ThinRoute, door: Door, value: Any, query: str = "") -> httpx.Response:
    """The good request of a door with another body."""
    headers = [*head(route, door), ("accept-language", "en")]
    content = json.dumps(value).encode() if door.value is not None else None
    who, path = door.who, f"/api/v1/{door.path}{query}"
    return world.send(route.method, path, who=who, content=content, headers=headers)


def refused(answer: httpx.Response, text: str) -> bool:
    """Whether it was refused: in form, by a code of the table, without repeating what was sent."""
    assert answer.status_code < 500, answer.text
    if answer.status_code < 400:
        return False
    said = answer.json()
    assert said["code"] in PROBLEM_TEXTS
    assert len(text) < 8 or not holds(said, text)
    return True


def kept(world: World, answer: httpx.Response, text: str) -> bool:
    """Whether the text stands as itself in what was answered, or in what the log now holds."""
    said = answer.json()
    if holds(said, text):
        return True
    if "index" not in said:
        return holds(world.get("operator", "api-keys").json(), text)
    index, store = said["index"], world.ledger.store
    entry = Envelope.parse(store.leaf(index)).entry
    if entry.private is not None:
        return holds(open_private(index, store, world.ledger.context.sealer)[1], text)
    bodies = [text_of(bytes.fromhex(str(one)), store) for one in entry.body.values() if len(str(one)) == 64]
    return holds(entry.body, text) or any(holds(json.loads(body), text) for body in bodies if body)


def fields(world: World) -> list[tuple[ThinRoute, Door, tuple[str | int, ...]]]:
    """Every text of every JSON body, optional members included."""
    found = []
    for route in world.app.table.routes:
        door = door_of(route, world)
        if door.value is not None and not route.template.endswith(":batch"):
            door.value = {**door.value, **door.optional}
            found += [(route, door, path) for path in leaves(door.value) if "document" not in path]
    return found


def test_every_text_field_refuses_or_keeps(own_world: World, vectors: Path) -> None:
    """No 5xx; what is taken comes back byte for byte; free texts meet the whole list."""
    world, everything = own_world, texts(vectors)
    free, taken, faults = set(), 0, []
    for number, (route, door, path) in enumerate(fields(world)):
        some = everything[number % SHARE :: len(everything) // SHARE]
        if not refused(send(world, route, door, with_text(door.value, path, FREE)), FREE):
            free.add((route.template, path))
            some = everything if route.template.endswith(":prepare") or ALL else [*some, *MARKUP[::4]]
        for text in everything if ALL else some:
            answer = send(world, route, door, with_text(door.value, path, text))
            try:
                if not refused(answer, text):
                    taken += 1
                    assert kept(world, answer, text) or path[-1] in NOT_KEPT or "presented" in path
            except AssertionError as error:
                faults.append((route.template, path, text[:60], str(error)[:200]))
    assert not faults, "\n".join(map(repr, faults[:40]))
    assert {path[-1] for _, path in free} >= {"name", "number", "checked_by", "text", "zh", "en", "label"}
    assert taken > len(everything)


NOT_KEPT: Final = ("purpose", "number", "id")
"""What is kept as a commitment, a keyed hash, or in the entry of a look-up."""


def test_purposes_refuse_or_are_recorded(own_world: World, vectors: Path) -> None:
    """A purpose is text fit to be shown; any other is refused; either way there is one entry."""
    world = own_world
    for text in texts(vectors)[:: 1 if ALL else 7]:
        size = world.size
        try:
            query = f"?purpose={quote(text)}"
        except UnicodeEncodeError:
            continue
        path = f"/api/v1/cases/{world.cases['XF-001']}/trace{query}"
        answer = world.send("GET", path, who="auditor", headers=[("accept-language", "en")])
        assert answer.status_code in {200, 403}, (text, answer.text)
        assert world.size == size + 1
        kind = world.kind_of(size)
        assert kind == ("usage.read" if answer.status_code == 200 else "usage.refused")
        if answer.status_code == 200:
            _, record = open_private(size, world.ledger.store, world.ledger.context.sealer)
            assert holds(record, text)


def test_addresses_and_headers_refuse(world: World, vectors: Path) -> None:
    """Hostile texts in a path, a query or a header are 4xx or without effect, never a 5xx."""
    doors = [(route, door_of(route, world)) for route in world.app.table.routes]
    everything = [one for one in texts(vectors) if "\ud800" not in one and len(one) < 5000]
    for number, (route, door) in enumerate(doors):
        some = everything if ALL else everything[number % 9 :: 9][:12]
        for text in some:
            place = quote(text, safe="")
            bare = route.template
            for name in ("{id}", "{no}", "{index}", "{sha256}", "{subject}", "{code}", "{version}"):
                bare = bare.replace(name, place)
            if "{" in route.template and text not in {"", "0", "1"}:
                answer = world.send(route.method, bare, who=door.who, content=b"{}" if door.value else None)
                assert 400 <= answer.status_code < 500, (bare, answer.status_code)
            answer = world.send(route.method, f"{route.template}?{place}={place}", who=door.who)
            assert 400 <= answer.status_code < 500 or answer.status_code == 200
            header = text.encode("utf-8", "ignore").decode("latin-1")
            for name in ("accept-language", "idempotency-key", "content-type", "authorization"):
                answer = world.send(route.method, f"/api/v1/{door.path}", headers=[(name, header)])
                assert answer.status_code < 500, (name, text)
    for line in world.lines.getvalue().splitlines():
        assert isinstance(json.loads(line), dict)


def test_controls_and_disguises_are_never_taken(own_world: World) -> None:
    """Terminal escapes, line breaks, NUL, direction overrides, tags and other normal forms enter no field."""
    world = own_world
    unfit = [
        one for one in EXPANDED if any(ord(c) < 32 or c in "\u202e\ufeff\ud800\U000e0041\u0301" for c in one)
    ]
    assert len(unfit) >= 8
    for route, door, path in fields(world):
        for text in unfit:
            answer = send(world, route, door, with_text(door.value, path, text))
            assert refused(answer, text), (route.template, path, text)


def test_real_pdfs_come_in_as_they_are(own_world: World, vectors: Path) -> None:
    """Sample PDFs are kept by their digest, but for a locked one; a byte more is another file."""
    for file in sorted((vectors / "pdf-samples").glob("*.pdf")):
        content = file.read_bytes()
        answer = own_world.put("ZW", content, "application/pdf")
        if "password" in file.name:
            assert answer.json()["code"] == "document.encrypted"
            continue
        assert (answer.status_code, answer.json()["size"]) == (201, len(content)), file.name
        digest = hashlib.sha256(content).hexdigest()
        path, headers = (
            f"/api/v1/documents/{digest}",
            [("content-type", "application/pdf"), ("idempotency-key", file.name)],
        )
        grown = own_world.send("PUT", path, who="ZW", content=content + b"\n%more", headers=headers)
        assert grown.json()["code"] == "digest.mismatch"


def test_no_answer_is_a_spreadsheet(world: World) -> None:
    """No answer of the API is CSV or a workbook, none is sniffed; what pages and commands give is T44's."""
    document = world.send("GET", "/openapi.json").json()
    media = {
        name
        for methods in document["paths"].values()
        for operation in methods.values()
        for answer in operation["responses"].values()
        for name in answer.get("content", {})
    }
    assert not {one for one in media if "csv" in one or "excel" in one or "spreadsheet" in one}, media
    for path in ("/openapi.json", "/api/v1/departments/keys", "/log/checkpoint", "/api/v1/none"):
        assert world.send("GET", path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("text", MARKUP)
def test_evidence_and_trace_give_texts_back_as_json(world: World, text: str) -> None:
    """A hostile number goes through acceptance, trace and evidence, and is the same JSON text everywhere."""
    number = text[:64]
    world.upload("ZW", "fire-rules-plan.pdf")  # of no code that would refuse the number first
    asked = world.acceptance(world.cases["XF-001"], "fire-rules-plan.pdf", number=number)
    made = world.post("ZW", "acceptances", asked)
    assert made.status_code == 201, made.text
    for path in (f"cases/{world.cases['XF-001']}/trace", f"evidence/{made.json()['id']}"):
        answer = world.get("ZW", path, purpose="testing")
        assert answer.headers["content-type"] == "application/json"
        assert holds(answer.json(), number), path
