# SPDX-License-Identifier: Apache-2.0
"""Events: what concerns a department reaches it, once, in order, and nobody else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.events.derive import events_of, may_concern
from api.events.model import BEFORE_ALL, TYPES
from api.events.repository import events_after, looked_at
from tests.acceptance.test_policies import a_policy
from tests.openapi_parts import Contract
from tests.worlds import restaurant

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True


def settled(world: World) -> None:
    """Wait until every entry was looked at."""
    deadline = time.monotonic() + 10
    outbox = world.ledger.outbox
    while outbox._at < world.size:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def rely(world: World, number: str | None = None) -> dict[str, Any]:
    """SC relies on the licence that ZW accepted for XF."""
    case = world.cases["SC-002"] if number is None else number
    asked = {"case": case, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    return world.made("SC", "reliances", asked)


def listed(world: World, who: str, **query: str) -> list[dict[str, Any]]:
    """A department's events."""
    settled(world)
    answer = world.get(who, "events", **query)
    assert answer.status_code == 200, answer.text
    events: list[dict[str, Any]] = answer.json()["events"]
    return events


def seen(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Type and id of each."""
    return [(one["type"].removeprefix("once."), one["id"]) for one in events]


def told(answer: httpx.Response) -> list[dict[str, Any]]:
    """The events of a stream's text."""
    blocks = answer.text.split("\n\n")
    lines = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in blocks]
    return [json.loads(one["data"]) for one in lines if "data" in one]


def test_a_recall_reaches_who_relied(own_world: World) -> None:
    """A retraction tells every department that relied; a reliance tells who accepted."""
    world = own_world
    before = {who: len(listed(world, who)) for who in ("SC", "ZW", "XF", "YC")}
    relied = rely(world)
    cited = world.accepted["licence"]
    taken = world.made("ZW", f"acceptances/{cited['id']}:retract", {"reason": "forged", "text": "x"})

    news = {who: listed(world, who)[count:] for who, count in before.items()}
    assert seen(news["SC"]) == [("acceptance.recalled", f"{taken['index']}-0")]
    assert seen(news["ZW"]) == [("acceptance.relied_on", f"{relied['index']}-0")]
    both = [
        ("acceptance.relied_on", f"{relied['index']}-0"),
        ("acceptance.retracted", f"{taken['index']}-0"),
    ]
    assert seen(news["XF"]) == both
    assert news["YC"] == []
    assert news["SC"][0]["data"] == {
        "index": taken["index"],
        "by": "ZW",
        "acceptance": {"id": cited["id"], "index": cited["index"]},
        "reliance": {"id": relied["id"], "index": relied["index"]},
    }
    assert news["SC"][0]["source"].endswith(":SC")


def test_a_compromised_key_recalls_what_it_signed(own_world: World) -> None:
    """Whoever relied on what a compromised key signed is told, and so is the key's department."""
    world = own_world
    rely(world)
    before = {who: len(listed(world, who)) for who in ("SC", "ZW", "XF")}
    address = world.ledger.context.keys.signer("ZW").address.hex()
    retire = {"department": "ZW", "address": address, "reason": "key_stolen", "compromised_since": 0}
    world.made("operator", "departments/keys:retire", retire)

    news = {who: [type_ for type_, _ in seen(listed(world, who))][count:] for who, count in before.items()}
    assert news["SC"] == ["acceptance.recalled"]
    assert news["ZW"] == ["key.retired"]
    assert news["XF"] == ["acceptance.retracted"]


def test_a_condemned_file_tells_who_holds_it_too(own_world: World) -> None:
    """A file taken back as a document tells who accepted the same bytes elsewhere, and who relied on that."""
    world = own_world
    world.upload("SC", "business-licence.pdf")
    asked = world.acceptance(world.cases["SC-002"], "business-licence.pdf")
    other = world.made("SC", "acceptances", asked)
    before = len(listed(world, "SC"))
    path = f"acceptances/{world.accepted['licence']['id']}:retract"
    taken = world.made("ZW", path, {"reason": "forged"})
    news = listed(world, "SC")[before:]
    assert seen(news) == [("acceptance.condemned", f"{taken['index']}-0")]
    assert news[0]["data"]["acceptance"] == {"id": other["id"], "index": other["index"]}


def test_pages_join_without_gap(own_world: World) -> None:
    """Pages by keyset give every event once, and Link leads from each to the next."""
    world = own_world
    rely(world)
    world.made("ZW", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "forged"})
    everything = listed(world, "XF")
    assert len(everything) >= 3
    found: list[dict[str, Any]] = []
    path = "/api/v1/events?limit=1"
    contract = Contract(world.send("GET", "/openapi.json").json())
    while path:
        answer = world.send("GET", path, who="XF")
        assert not contract.answer("GET", "/api/v1/events", answer)
        found += answer.json()["events"]
        path = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == everything


def test_the_stream_resumes_exactly(own_world: World) -> None:
    """A stream gives the same events in the same order, and after Last-Event-ID those that follow."""
    world = own_world
    rely(world)
    everything = listed(world, "XF")
    stream = world.send("GET", "/api/v1/events/stream?wait=0", who="XF")
    assert stream.headers["content-type"] == "text/event-stream"
    assert told(stream) == everything
    for at, one in enumerate(everything):
        headers = [("last-event-id", one["id"])]
        rest = world.send("GET", "/api/v1/events/stream?wait=0", who="XF", headers=headers)
        assert told(rest) == everything[at + 1 :]


def test_events_can_be_made_again(own_world: World) -> None:
    """What the outbox kept is what the log says, entry by entry, whenever it is asked."""
    world = own_world
    rely(world)
    world.made("ZW", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "forged"})
    settled(world)
    store, context = world.ledger.store, world.ledger.context
    again = [
        one for index in range(world.size) for one in events_of(index, store.leaf(index), store, context)
    ]
    departments = sorted({one.department for one in again})
    kept = [one for code in departments for one in events_after(code, BEFORE_ALL, TYPES, 1000, store)]
    assert sorted(again, key=lambda one: (one.department, one.place)) == kept
    assert looked_at(store) <= world.size


def test_the_quick_look_misses_nothing(own_world: World) -> None:
    """A leaf that the look at its bytes passes over has no events; one that it takes has such a kind."""
    world = own_world
    rely(world)
    world.made("ZW", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "forged"})
    store, context = world.ledger.store, world.ledger.context
    taken = {index for index in range(world.size) if may_concern(store.leaf(index))}
    known = {"material.relied", "acceptance.retracted", "department.key.added", "department.key.retired"}
    known.add("catalogue.published")
    assert taken == {index for index in range(world.size) if world.kind_of(index) in known}
    for index in set(range(world.size)) - taken:
        assert events_of(index, store.leaf(index), store, context) == []


def test_events_hold_nothing_of_a_person(own_world: World) -> None:
    """No name, number, case number or holder id stands in an event."""
    world = own_world
    rely(world)
    text = json.dumps([listed(world, who) for who in ("SC", "ZW", "XF", "YC")])
    for private in (*world.cases.values(), *world.holders.values(), "92990101"):
        assert private not in text


def test_events_are_for_departments(own_world: World) -> None:
    """An operator's, an auditor's and a checker's key are refused; a bad place or limit is told."""
    for who in ("operator", "auditor", "checker"):
        assert own_world.get(who, "events").status_code == 403
    for query in ({"after": "x"}, {"after": "1"}, {"limit": "0"}, {"limit": "501"}, {"limit": "1.5"}):
        assert own_world.get("SC", "events", **query).json()["code"] == "query.invalid"


def test_a_published_guide_is_told_and_a_stale_bundle_once(own_world: World) -> None:
    """Who receives for a guide or leads a bundle with it is told of it; whose bundle fits no more, once."""
    world = own_world
    before = {who: len(listed(world, who)) for who in ("SC", "ZW", "XF", "YC")}
    guide = next(one for one in samples.items() if one["code"] == "XF-001")
    roles = ["applicant", "operator", "agent", "owner"]
    made = [
        world.made("XF", "catalogue/versions", {"subject": "item", "document": {**guide, **change}})
        for change in ({"version": 2}, {"version": 3, "roles": roles}, {"version": 4, "roles": roles})
    ]
    news = {who: listed(world, who)[count:] for who, count in before.items()}
    assert (news["SC"], news["XF"], news["YC"]) == ([], [], [])
    told_of = [(one["type"].removeprefix("once."), one["data"]["index"]) for one in news["ZW"]]
    first, second, third = (one["index"] for one in made)
    assert told_of == [
        ("catalogue.published", first),
        ("catalogue.published", second),
        ("bundle.stale", second),
        ("catalogue.published", third),
    ]
    assert news["ZW"][2]["data"] == {
        "index": second,
        "by": "XF",
        "published": {"subject": "item", "code": "XF-001", "version": 3},
        "bundle": {"code": "restaurant", "version": 1},
    }
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("GET", "/api/v1/events", world.get("ZW", "events"))


def test_types_policies_and_standards_are_told_to_everybody(own_world: World) -> None:
    """What all departments work by is told to each of them but its publisher; a bundle to its steps'."""
    world = own_world
    before = {who: len(listed(world, who)) for who in ("SC", "ZW", "XF", "YC")}
    types = world.made(
        "operator", "catalogue/versions", {"subject": "types", "document": {**samples.types(), "version": 2}}
    )
    policy = world.made("YC", "catalogue/versions", {"subject": "policy", "document": a_policy()})
    bundle = world.made(
        "ZW", "catalogue/versions", {"subject": "bundle", "document": {**restaurant(), "version": 2}}
    )
    names = {types["index"]: "types", policy["index"]: "policy", bundle["index"]: "bundle"}
    news = {
        who: [
            names[one["data"]["index"]]
            for one in listed(world, who)[count:]
            if one["type"] == "once.catalogue.published"
        ]
        for who, count in before.items()
    }
    everything = ["types", "policy", "bundle"]
    assert news == {"SC": everything, "ZW": ["types", "policy"], "XF": everything, "YC": ["types", "bundle"]}


def test_a_re_ask_names_its_case_and_what_asked(own_world: World) -> None:
    """The event of a re-ask says in which case, by which entry, and what shows the asking."""
    world = own_world
    case = world.cases["SC-002"]
    asked = world.made("SC", "requests", {"case": case, "requirement": "licence", "notice": "supplement"})
    event = listed(world, "SC")[-1]
    assert event["type"] == "once.reask.recorded"
    assert event["data"]["index"] == asked["reask"]["index"]
    assert {name: event["data"][name] for name in ("case", "asked", "source")} == {
        "case": case,
        "asked": asked["id"],
        "source": "supplement",
    }
