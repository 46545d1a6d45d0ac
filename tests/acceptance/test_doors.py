# SPDX-License-Identifier: Apache-2.0
"""Every door times every fault: 4xx with code, title and next step in two languages, nothing written."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import func, select

from api.overreach import OVERREACH
from api.problem_texts import PROBLEM_TEXTS
from api.wiring import mint_api_key
from attest.tables import metadata
from tests.acceptance.door_faults import Fault, faults_of, head
from tests.acceptance.door_forgeries import forged
from tests.acceptance.door_samples import PDF, Door, door_of, plain, publish_places
from tests.consent_parts import publish_consent
from tests.worlds import OWN, OWN_SIGNER, World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx

    from api.thin import ThinRoute
    from tests.database_parts import Kind

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True

FAILED: list[Any] = []
COUNTED: Counter[str] = Counter()


# the proof


def rows(world: World) -> dict[str, int]:
    """Rows of every projection."""
    return {
        table.name: world.ledger.store.query(select(func.count()).select_from(table))[0][0]
        for table in metadata.sorted_tables
    }


def kept_files(world: World) -> int:
    """Files in the vault."""
    return sum(1 for path in world.ledger.settings.vault.rglob("*") if path.is_file())


def texts_of(value: object) -> Iterator[str]:
    """Every text that stands in a JSON value, names of members included."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, str):
        yield value


def check_problem(answer: httpx.Response, fault: Fault, language: str) -> None:
    """A refusal in form: 4xx, code of the table, title and next step in the language asked for."""
    assert 400 <= answer.status_code < 500, (fault, answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    text = PROBLEM_TEXTS[said["code"]]
    assert text.status == said["status"] == answer.status_code or fault.statuses, (fault, said)
    zh = language == "zh"
    assert said["title"] == (text.zh if zh else text.en)
    assert said["next"] == (text.next_zh if zh else text.next_en)
    assert answer.headers["content-language"] == language
    assert not fault.statuses or answer.status_code in fault.statuses, (fault, said)
    assert not fault.codes or said["code"] in fault.codes, (fault.name, said)


def repeats_nothing(answer: httpx.Response, fault: Fault) -> None:
    """No value that was sent stands in the answer."""
    said = answer.text
    assert "CANARY" not in said
    assert "金丝雀" not in said
    sent = [value for name, value in fault.headers or () if name == "authorization"]
    # A key library raises the recursion limit to 100,000 when it is imported: the C parser would overflow.
    shallow = sum((fault.content or b"").count(mark) for mark in (b"[", b"{")) < 1000
    with suppress(ValueError):
        sent += list(texts_of(json.loads(fault.content or b"null"))) if shallow else []
    for text in sent:
        known = text in PLAIN_WORDS or len(text) < 8
        assert known or text not in said, (fault.name, text, said)


PLAIN_WORDS: Final = frozenset(
    {
        "acceptance",
        "required",
        "standard",
        "acceptances",
        "applicant",
        "operator",
        "document",
        "parties",
        "assurance",
        "original",
        "requirement",
        "requirements",
        "presented",
        "answers",
        "prepacked",
        "catering",
        "channel",
        "recognition",
        "checked_wrongly",
        "business_licence",
        "food_layout",
        "valid_from",
        "valid_until",
        "checked_by",
        "department",
        "custody",
        "citations",
        "checked",
        "premises",
        "authority",
        "case_salt",
        "earlier_salt",
        "compromised_since",
        "lifetime",
        "not_upheld",
        "record_correct",
        "submitted",
        "by_choice",
        "supplement",
        "principal",
        "last_day",
        "taken_back",
        "relation",
        "principal_salt",
        "agent_type",
        "agent_number",
        "agent_salt",
        "holder_salt",
    }
)
"""Words of our own that a refusal may use: names of members and of choices."""


def try_all(world: World, route: ThinRoute, door: Door, faults: Iterator[Fault]) -> int:
    """Send every fault in both languages; the number of cells.

    Nothing may be written but one entry of each refusal of what is not the caller's.
    """
    world.settle()  # the events of what was done before
    before, files = rows(world), kept_files(world)
    used = 0
    cells = 0
    for fault in faults:
        cells += 1
        for language in ("zh", "en"):
            size = world.size
            headers = head(route, door) if fault.headers is None else list(fault.headers)
            answer = world.send(
                route.method,
                fault.path or f"/api/v1/{door.path}",
                who=door.who if fault.who is None else fault.who,
                content=fault.content,
                headers=[*headers, ("accept-language", language)],
            )
            try:
                check_problem(answer, fault, language)
                repeats_nothing(answer, fault)
            except AssertionError as error:
                FAILED.append((route.template, fault.name, answer.text[:300], str(error)[:200]))
            grown, overreach = world.size - size, answer.json().get("code") in OVERREACH
            if overreach and not grown:
                FAILED.append((route.template, fault.name, "NOT RECORDED", answer.json()["code"]))
            if grown:
                on_record = fault.refused_lookup or overreach
                if not (grown == 1 and on_record and world.kind_of(size) == "usage.refused"):
                    FAILED.append((route.template, fault.name, "GREW", grown, world.kind_of(size)))
                    before, files = rows(world), kept_files(world)
                    used = 0
                    continue
                used += 1
    after = rows(world)
    for table in ("usage", "private_records"):
        assert after.pop(table) == before.pop(table) + used
    # a refused look-up in a case that exists joins that case's file
    assert 0 <= after.pop("case_entries") - before.pop("case_entries") <= used
    for counted in (after, before):
        counted.pop("webhook_attempts")  # what was to be delivered before is tried again meanwhile
    assert after == before
    assert kept_files(world) == files
    return cells


@pytest.fixture(scope="module", autouse=True)
def expired_key(world: World) -> None:
    """A key that was good once."""
    expires = int(time.time()) - 1
    world.keys["expired"] = mint_api_key(world.ledger, "SC", {"department"}, "old", expires=expires)


@pytest.fixture(scope="module")
def world(
    new_home: Callable[[Path, Kind], Path], world_on: Kind, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A filled ledger whose doors may be knocked at thousands of times a minute."""
    home = new_home(tmp_path_factory.mktemp("doors") / "home", world_on)
    made = open_world(home, lookups_per_minute=1_000_000, department_lookups_per_minute=1_000_000)
    fill(made)
    yield made
    made.close()


@pytest.fixture(scope="module", autouse=True)
def nothing_by_the_clock(world: World) -> None:
    """Entries that threads write as time goes by would be counted as a door's."""
    world.ledger.noticing.close()
    world.ledger.watching.close()


def test_every_door_refuses_every_fault(world: World) -> None:
    """Every door × fault gives a 4xx with code, title and next step in zh and en; nothing is written."""
    for route in world.app.table.routes:
        door = door_of(route, world)
        cells = try_all(world, route, door, faults_of(world, route, door))
        if door.signable:
            cells += try_all(world, route, door, forged(world, door))
        COUNTED[f"{route.method} {route.template}"] = cells
    for one in FAILED:
        print(one)
    assert not FAILED
    for name, cells in COUNTED.items():
        print(f"{cells:6} {name}")
    print(f"{COUNTED.total():6} cells (door x fault), each in zh and en")
    assert len(COUNTED) == len(world.app.table.routes)
    assert COUNTED.total() > 1500


def test_every_good_request_is_taken(own_world: World) -> None:
    """The request from which a door's faults are made is taken, so each fault is all that is wrong."""
    world = own_world
    publish_places(world)
    publish_consent(world)
    for route in world.app.table.routes:
        door = door_of(route, world)
        content = PDF if route.method == "PUT" else None
        if door.signable:
            own = OWN_SIGNER if door.who == OWN else world.ledger.context.keys.signer("governance")
            content = world.signed(door.who, door.signable, door.value, own)
        elif door.value is not None:
            content = plain(door.value)
        path = f"/api/v1/{door.path}" + "".join(f"?{name}={value}" for name, value in door.query.items())
        headers = head(route, door)
        answer = world.send(route.method, path, who=door.who, content=content, headers=headers)
        assert answer.status_code in {200, 201}, (route, answer.text)
