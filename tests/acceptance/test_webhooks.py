# SPDX-License-Identifier: Apache-2.0
"""Webhooks: signed, in order, at least once, across failures and restarts; rotated, replayed, ended."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Oracle

from api.events.addresses import addresses_of
from api.events.delivering import DEAD_SECONDS, Deliveries
from api.events.hook_queries import heads, standing
from api.events.sending import signatures
from api.events.turns import LONGEST_PAUSE, pause_after
from api.problem_texts import PROBLEM_TEXTS
from tests.homes import copy_of
from tests.openapi_parts import Contract
from tests.receivers import Receiver
from tests.worlds import a_request_key, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def wait_for(done: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def hook(world: World, who: str, url: str, **more: Any) -> dict[str, Any]:
    """A new webhook of a department."""
    return world.made(who, "webhooks", {"url": url, **more})


def rely(world: World) -> int:
    """One event for ZW and one for XF; the index of its entry."""
    cited = world.accepted["licence"]["id"]
    asked = {"case": world.cases["SC-002"], "requirement": "licence", "acceptance": cited}
    return int(world.made("SC", "reliances", asked)["index"])


def act(world: World, who: str, method: str, path: str, value: Any = None, key: str = "") -> httpx.Response:
    """A write without or with a body."""
    headers = [("idempotency-key", key or a_request_key()), ("accept-language", "en")]
    content = None
    if value is not None:
        headers.append(("content-type", "application/json"))
        content = json.dumps(value).encode()
    return world.send(method, f"/api/v1/{path}", who=who, content=content, headers=headers)


@given(st.binary(min_size=24, max_size=64), st.text("abcSC-0123456789", min_size=1), st.binary())
def test_signatures_are_standard(secret: bytes, message: str, body: bytes) -> None:
    """A signature is what the Standard Webhooks library makes of secret, id, time and body."""
    text = body.decode("latin-1")
    seconds = 1_767_225_600
    made = signatures([secret, b"another" * 4], message, seconds, text.encode())
    first, second = made.split(" ")
    oracle = Oracle(secret).sign(message, datetime.fromtimestamp(seconds, UTC), text)
    assert first == oracle
    assert second != first


def test_an_event_arrives_signed_and_in_order(own_world: World) -> None:
    """Events after the webhook's beginning arrive once each, in order, verifiable by the shared secret."""
    world = own_world
    rely(world)
    with Receiver() as receiver:
        made = hook(world, "ZW", receiver.url)
        indexes = [rely(world) for _ in range(3)]
        wait_for(lambda: len(receiver.got) >= 3)
        oracle = Oracle(made["secret"])
        events = [oracle.verify(one.body.decode(), dict(one.headers)) for one in receiver.got]
    assert [one["data"]["index"] for one in events] == indexes
    listed = world.get("ZW", "events").json()["events"]
    assert events == listed[-3:]
    first = receiver.got[0]
    assert first.path == "/once?from=ledger"
    assert first.headers["content-type"].startswith("application/cloudevents+json")
    assert first.id == f"ZW-{indexes[0]}-0"


def test_only_the_types_asked_for(own_world: World) -> None:
    """A webhook for some types is sent no others."""
    world = own_world
    with Receiver() as receiver:
        hook(world, "XF", receiver.url, types=["once.acceptance.retracted"])
        rely(world)
        world.made("ZW", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "forged"})
        wait_for(lambda: bool(receiver.got))
        time.sleep(0.5)
    assert [json.loads(one.body)["type"] for one in receiver.got] == ["once.acceptance.retracted"]


def test_a_failure_is_tried_again_in_order(own_world: World) -> None:
    """A refused event is sent again with the same id before any that follows it."""
    world = own_world
    with Receiver(says=[500]) as receiver:
        made = hook(world, "ZW", receiver.url)
        first, second = rely(world), rely(world)
        wait_for(lambda: len(receiver.got) >= 1)
        shown = world.get("ZW", f"webhooks/{made['id']}").json()
        wait_for(lambda: len(receiver.got) >= 3)
    assert [one.id for one in receiver.got] == [f"ZW-{first}-0", f"ZW-{first}-0", f"ZW-{second}-0"]
    assert shown["waiting"] is None or shown["waiting"]["event"] == f"{first}-0"


def test_what_waits_survives_a_restart(bare_home: Path, tmp_path: Path) -> None:
    """An event that could not be delivered is delivered, with its id, by the process that comes next."""
    world = open_world(copy_of(bare_home, tmp_path / "home"))
    with Receiver(says=[503] * 3) as receiver:
        try:
            fill(world)
            hook(world, "ZW", receiver.url)
            first = rely(world)
            wait_for(lambda: bool(receiver.got))
        finally:
            world.close()
        before = len(receiver.got)
        again = open_world(tmp_path / "home")
        try:
            wait_for(lambda: len(receiver.got) > before, 20)
        finally:
            again.close()
    assert {one.id for one in receiver.got} == {f"ZW-{first}-0"}


def test_dead_letters_and_replay(own_world: World) -> None:
    """An event that nobody took for three days is given up on, told, and sent again when asked for."""
    world = own_world
    ledger = world.ledger
    ledger.deliveries.close()
    with Receiver(says=[500, 500]) as receiver:
        made = hook(world, "ZW", receiver.url)
        first = rely(world)
        wait_for(lambda: bool(heads(standing(ledger.store)[0], ledger.store)))
        late = deliveries_at(world, time.time)
        wait_for(lambda: len(receiver.got) == 1)
        late.close()
        late = deliveries_at(world, lambda: time.time() + DEAD_SECONDS + 10)
        wait_for(lambda: world.get("ZW", f"webhooks/{made['id']}").json()["dead"] == 1)
        late.close()
        shown = world.get("ZW", f"webhooks/{made['id']}").json()
        assert shown["delivered_to"] == f"{first}-0"
        answer = act(world, "ZW", "POST", f"webhooks/{made['id']}:replay", {"dead": True}, "again")
        assert (answer.status_code, answer.json()["events"]) == (200, 1)
        repeat = act(world, "ZW", "POST", f"webhooks/{made['id']}:replay", {"dead": True}, "again")
        assert repeat.json() == answer.json()
        late = deliveries_at(world, time.time)
        wait_for(lambda: len(receiver.got) == 3)
        wait_for(lambda: world.get("ZW", f"webhooks/{made['id']}").json()["dead"] == 0)
        late.close()
    assert {one.id for one in receiver.got} == {f"ZW-{first}-0"}


def deliveries_at(
    world: World,
    clock: Callable[[], float],
    find: Callable[[str, int], Sequence[str]] = addresses_of,
) -> Deliveries:
    """A delivering process with another clock, or other name servers."""
    ledger = world.ledger
    made = Deliveries(
        ledger.store,
        ledger.writer,
        ledger.context.sealer,
        ledger.context.log_id.hex(),
        demo=True,
        lock=str(ledger.settings.home / "webhooks.lock"),
        clock=clock,
        find=find,
    )
    made.start()
    return made


def test_replay_sends_the_same_ids(own_world: World) -> None:
    """A replay after an event sends every later one again, with the ids that they had."""
    world = own_world
    with Receiver() as receiver:
        made = hook(world, "ZW", receiver.url)
        indexes = [rely(world) for _ in range(3)]
        wait_for(lambda: len(receiver.got) == 3)
        answer = act(world, "ZW", "POST", f"webhooks/{made['id']}:replay", {"after": f"{indexes[0]}-0"})
        assert answer.json()["events"] == 2
        wait_for(lambda: len(receiver.got) == 5)
    assert [one.id for one in receiver.got[3:]] == [one.id for one in receiver.got[1:3]]


def test_both_secrets_sign_for_a_day(own_world: World) -> None:
    """After a rotation the old secret and the new one both verify what is sent."""
    world = own_world
    with Receiver() as receiver:
        made = hook(world, "ZW", receiver.url)
        rotated = act(world, "ZW", "POST", f"webhooks/{made['id']}:rotate").json()
        rely(world)
        wait_for(lambda: bool(receiver.got))
    assert rotated["secret"] != made["secret"]
    for secret in (made["secret"], rotated["secret"]):
        Oracle(secret).verify(receiver.got[0].body.decode(), dict(receiver.got[0].headers))


def test_secrets_are_sealed(own_world: World) -> None:
    """No secret stands in the database in clear, nor is it shown a second time."""
    world = own_world
    made = hook(world, "ZW", "http://127.0.0.1:9/x")
    secret = b64decode(made["secret"].removeprefix("whsec_"))
    world.ledger.store.query_raw("PRAGMA wal_checkpoint(TRUNCATE)")
    files = list(world.ledger.settings.home.rglob("ledger.db*"))
    assert files
    for file in files:
        content = file.read_bytes()
        assert secret not in content
        assert made["secret"].encode() not in content
    assert made["secret"] not in world.get("ZW", "webhooks").text


def test_a_repeat_makes_one_webhook(own_world: World) -> None:
    """The same request with the same key answers with the same id and secret; there is one webhook."""
    world = own_world
    first = world.post("ZW", "webhooks", {"url": "http://127.0.0.1:9/x"}, "same").json()
    assert world.post("ZW", "webhooks", {"url": "http://127.0.0.1:9/x"}, "same").json() == first
    assert len(world.get("ZW", "webhooks").json()["webhooks"]) == 1


def test_a_webhook_is_its_departments_own(own_world: World) -> None:
    """Another department neither sees, ends, re-keys nor replays it: it is unknown."""
    world = own_world
    made = hook(world, "ZW", "http://127.0.0.1:9/x")
    path = f"webhooks/{made['id']}"
    assert world.get("SC", "webhooks").json() == {"webhooks": []}
    assert world.get("SC", path).json()["code"] == "webhook.unknown"
    for method, more, value in (
        ("DELETE", "", None),
        ("POST", ":rotate", None),
        ("POST", ":replay", {"dead": True}),
    ):
        answer = act(world, "SC", method, path + more, value)
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook.unknown")
    assert act(world, "ZW", "DELETE", path).status_code == 200
    assert world.get("ZW", path).json()["code"] == "webhook.unknown"


def test_as_many_as_may_be(own_world: World) -> None:
    """The seventeenth webhook of a department is refused."""
    for number in range(16):
        hook(own_world, "ZW", f"http://127.0.0.1:9/{number}")
    answer = own_world.post("ZW", "webhooks", {"url": "http://127.0.0.1:9/x"})
    assert answer.json()["code"] == "webhook.too_many"
    assert answer.status_code == PROBLEM_TEXTS["webhook.too_many"].status


@pytest.mark.parametrize("attempts", [1, 2, 5, 12, 13, 40])
def test_pauses_double_up_to_an_hour(attempts: int) -> None:
    """The pause doubles from a second to an hour, and chance takes off at most a half."""
    whole = min(LONGEST_PAUSE, 2.0 ** (attempts - 1))
    assert pause_after(attempts, 0.0) == whole
    assert pause_after(attempts, 1.0) == whole / 2


def test_answers_are_as_described(own_world: World) -> None:
    """Every answer about webhooks validates against the API document."""
    world = own_world
    contract = Contract(world.send("GET", "/openapi.json").json())
    made = world.post("ZW", "webhooks", {"url": "http://127.0.0.1:9/x"})
    id_ = made.json()["id"]
    rely(world)
    wait_for(lambda: world.get("ZW", f"webhooks/{id_}").json()["waiting"] is not None)
    found = contract.answer("POST", "/api/v1/webhooks", made)
    found += contract.answer("GET", "/api/v1/webhooks", world.get("ZW", "webhooks"))
    found += contract.answer("GET", "/api/v1/webhooks/{id}", world.get("ZW", f"webhooks/{id_}"))
    path = "/api/v1/webhooks/{id}"
    found += contract.answer("POST", f"{path}:rotate", act(world, "ZW", "POST", f"webhooks/{id_}:rotate"))
    replayed = act(world, "ZW", "POST", f"webhooks/{id_}:replay", {"after": "0-0"})
    found += contract.answer("POST", f"{path}:replay", replayed)
    found += contract.answer("DELETE", path, act(world, "ZW", "DELETE", f"webhooks/{id_}"))
    assert not found


def test_a_repeated_rotation_or_end_is_one(own_world: World) -> None:
    """A rotation or an end that is sent again with its key changes nothing more and answers the same."""
    world = own_world
    path = f"webhooks/{hook(world, 'ZW', 'http://127.0.0.1:9/x')['id']}"
    rotated = act(world, "ZW", "POST", f"{path}:rotate", key="r1").json()
    assert act(world, "ZW", "POST", f"{path}:rotate", key="r1").json() == rotated
    ended = act(world, "ZW", "DELETE", path, key="e1")
    assert act(world, "ZW", "DELETE", path, key="e1").json() == ended.json()
    assert act(world, "ZW", "DELETE", path, key="e2").json()["code"] == "webhook.unknown"
