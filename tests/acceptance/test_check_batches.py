# SPDX-License-Identifier: Apache-2.0
"""`recognitions:batch`: each look-up is answered, refused, counted and recorded as if it had come alone."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.demo.issuer import HANGS, IssuerService
from api.issuers.circuit import FAILURES
from api.issuers.service import TOGETHER
from attest.oversight.quota import HOUR
from attest.private import open_private
from tests.homes import copy_of
from tests.issuer_parts import LICENCE, PRESENTED, STANDING, ask, asking_world, told
from tests.openapi_parts import Contract
from tests.worlds import OWN, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

NOBODYS: Final = "990101202601010000019"
OF_THE_MOMENT: Final = ("as_of", "index", "instance")
"""Members that say when and where a look-up was recorded."""


def batch(world: World, who: str, checks: list[Any]) -> list[dict[str, Any]]:
    """The results, as the contract of the API has them."""
    answer = world.post(who, "recognitions:batch", {"checks": checks})
    assert answer.status_code == 200, answer.text
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("POST", "/api/v1/recognitions:batch", answer)
    return list(answer.json()["results"])


def lasting(value: dict[str, Any]) -> dict[str, Any]:
    """An answer or a problem without what is of the moment."""
    return {name: inner for name, inner in value.items() if name not in OF_THE_MOMENT}


papers = st.fixed_dictionaries(
    {"type": st.sampled_from(["business_licence", "lease_contract", "marriage"])},
    optional={
        "issuer": st.sampled_from(["SC", "XF"]),
        "number": st.sampled_from([LICENCE, "9299"]),
        "digest": st.sampled_from(["00" * 32, "short"]),
        "role": st.just("holder"),
    },
)
requirements = st.lists(st.sampled_from(["licence", "layout", "premises", "marriage"]), max_size=4)


def checks_of(world: World) -> st.SearchStrategy[Any]:
    """Bodies of a look-up: of own cases, a foreign one and nobody's, narrowed or not, some ill-formed."""
    return st.one_of(
        st.fixed_dictionaries(
            {},
            optional={
                "case": st.sampled_from([*world.cases.values(), NOBODYS, ""]),
                "purpose": st.sampled_from(["admission", "受理审查", ""]),
                "requirements": requirements,
                "presented": st.lists(papers, max_size=3),
            },
        ),
        st.sampled_from([[], 7, {"case": world.cases["SC-002"], "purpose": "admission", "why": "?"}]),
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_batch_says_what_its_checks_say_alone(world: World, data: st.DataObject) -> None:
    """Of random look-ups each has in a batch, in its place, the answer or problem that it has alone."""
    who = data.draw(st.sampled_from(["SC", "YC", OWN]))
    checks = data.draw(st.lists(checks_of(world), min_size=1, max_size=6))
    size = world.size
    results = batch(world, who, checks)
    together = [world.kind_of(index) for index in range(size, world.size)]
    size = world.size
    for check, result in zip(checks, results, strict=True):
        alone = world.post(who, "recognitions:check", check)
        assert result["status"] == alone.status_code
        assert lasting(result.get("answer") or result["problem"]) == lasting(alone.json())
    assert [world.kind_of(index) for index in range(size, world.size)] == together


def test_each_look_up_is_an_entry_in_its_order(own_world: World) -> None:
    """Good ones and refused ones stand in the log one after the other; an ill-formed one leaves nothing."""
    world = own_world
    good = {"case": world.cases["SC-002"], "purpose": "admission", "requirements": ["licence"]}
    checks = [good, {**good, "case": NOBODYS}, {**good, "why": "?"}, {"case": good["case"]}, "nothing", good]
    size = world.size
    results = batch(world, "SC", checks)
    assert [one["status"] for one in results] == [200, 404, 400, 403, 400, 200]
    codes = [one["problem"]["code"] for one in results[1:5]]
    assert codes == ["case.unknown", "field.unknown", "lookup.purpose_missing", "field.invalid"]
    entries = [results[0]["answer"]["index"], results[1]["problem"]["index"]]
    entries += [results[3]["problem"]["index"], results[5]["answer"]["index"]]
    assert entries == [size, size + 1, size + 2, size + 3]
    assert world.size == size + 4
    kinds = [world.kind_of(index) for index in entries]
    assert kinds == ["usage.checked", "usage.refused", "usage.refused", "usage.checked"]
    records = [_record(world, index) for index in entries]
    assert {(one["route"], one["key"]) for one in records} == {("recognitions.check", world.key_id("SC"))}
    assert [one["outcome"] for one in records[1:3]] == [["case.unknown"], ["lookup.purpose_missing"]]


def _record(world: World, index: int) -> dict[str, Any]:
    return open_private(index, world.ledger.store, world.ledger.context.sealer)[1]


def test_what_is_sent_again_is_looked_up_again(own_world: World) -> None:
    """There is no Idempotency-Key: the same batch twice leaves twice the entries."""
    world = own_world
    checks = [{"case": world.cases["SC-002"], "purpose": "admission"}] * 3
    size = world.size
    first, second = batch(world, "SC", checks), batch(world, "SC", checks)
    assert [one["answer"]["index"] for one in (*first, *second)] == list(range(size, size + 6))


def test_a_batch_has_its_bounds(own_world: World) -> None:
    """1 to 100 look-ups under the one member `checks`; anything else is refused and leaves nothing."""
    world = own_world
    one = {"case": world.cases["SC-002"], "purpose": "admission", "requirements": ["licence"]}
    assert {result["status"] for result in batch(world, "checker", [one] * 100)} == {200}
    size = world.size
    several: tuple[Any, ...] = ([one] * 101, [], one, "checks")
    for body in (*({"checks": checks} for checks in several), {"checks": [one], "more": 1}, [one]):
        refused = world.post("SC", "recognitions:batch", body)
        assert (refused.status_code, refused.json()["code"]) == (400, "field.invalid")
    assert world.size == size
    assert world.post("auditor", "recognitions:batch", {"checks": [one]}).json()["code"] == "auth.forbidden"


def test_others_have_their_turn_while_a_batch_is_read(world: World) -> None:
    """Whatever is wrong with its look-ups, others go on between them, and while its octets are parsed."""
    turns: list[float] = []

    async def among_others(work: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        async def other() -> None:
            while True:
                turns.append(time.monotonic())
                await asyncio.sleep(0)

        task = asyncio.ensure_future(other())
        try:
            return await work
        finally:
            task.cancel()

    for checks, least in (([7] * 100, 100), ([{"case": "x" * 20_000, "why": "?"}] * 100, 101)):
        content = json.dumps({"checks": checks}).encode()
        headers = [("content-type", "application/json"), ("authorization", f"Bearer {world.keys['SC']}")]
        turns.clear()
        work = world._answer("POST", "/api/v1/recognitions:batch", content, headers, "127.0.0.1")
        answer = world.runner.run(among_others(work))
        assert {one["status"] for one in answer.json()["results"]} == {400}
        assert len(turns) >= least


def test_every_look_up_of_a_batch_counts(bare_home: Path, tmp_path: Path) -> None:
    """Beyond the hour's quota of the key each is refused alone, with an entry; so it is with the minute's."""
    if HOUR - time.time() % HOUR < 60:
        time.sleep(HOUR - time.time() % HOUR + 1)
    stated = {"key_lookups_per_hour": 3, "lookups_per_minute": 7}
    world = open_world(copy_of(bare_home, tmp_path / "home"), **stated)
    fill(world)
    try:
        check = {"case": world.cases["SC-002"], "purpose": "admission", "requirements": ["licence"]}
        size = world.size
        results = batch(world, "SC", [check] * 9)
        assert [one["status"] for one in results] == [200] * 3 + [429] * 6
        problems = [one["problem"] for one in results[3:]]
        assert [one["code"] for one in problems] == ["quota.user_hour"] * 4 + ["quota.exceeded"] * 2
        now = int(time.time())
        assert [one["retry_at"] for one in results[3:7]] == [(now // HOUR + 1) * HOUR] * 4
        assert all(now < one["retry_at"] <= now + 61 for one in results[7:])
        assert all("retry_at" not in one for one in results[:3])
        kinds = [world.kind_of(index) for index in range(size, world.size)]
        assert sorted(kinds) == ["usage.checked"] * 3 + ["usage.refused"] * 5
        outcomes = [_record(world, one["index"])["outcome"] for one in problems[:4]]
        assert outcomes == [["quota.user_hour"]] * 4
    finally:
        world.close()


def test_issuers_are_heard_for_a_batch(bare_home: Path, tmp_path: Path) -> None:
    """What an issuer confirms while a batch waits is in its answers, as it is in that of one look-up."""
    service = IssuerService("SC", [STANDING])
    with service, asking_world(bare_home, tmp_path / "home", service) as world:
        check = {"case": world.cases["YC-004"], "purpose": "受理审查", "requirements": ["licence"]}
        results = batch(world, "YC", [{**check, "presented": PRESENTED}, {"case": NOBODYS, "purpose": "x"}])
        assert service.asked == 1
        assert results[1]["problem"]["code"] == "case.unknown"
        alone = ask(world, presented=PRESENTED)
        assert told(results[0]["answer"]["results"][0]) == told(alone)
        assert alone["acceptance"]["assurance"] == "data_check"


def test_an_issuer_that_hangs_holds_a_batch_up_once(bare_home: Path, tmp_path: Path) -> None:
    """Look-ups of a batch ask together, some at a time, so that more are out than a row of failures."""
    service = IssuerService("SC", [STANDING], mode=HANGS)
    with service, asking_world(bare_home, tmp_path / "home", service, issuer_seconds=2) as world:
        check = {"case": world.cases["YC-004"], "purpose": "受理审查", "requirements": ["licence"]}
        results = batch(world, "YC", [check] * (3 * TOGETHER))
        # whoever gives up before the row of failures is long enough lets one more begin
        assert FAILURES < service.asked < TOGETHER + FAILURES
        assert [one["status"] for one in results] == [200] * (3 * TOGETHER)


@pytest.mark.parametrize("who", ["YC", OWN])
def test_a_foreign_case_of_a_batch_looks_like_none(world: World, who: str) -> None:
    """In a batch, too, a foreign case has the very problem of a case that is not there."""
    checks = [{"case": one, "purpose": "testing"} for one in (world.cases["XF-001"], NOBODYS)]
    foreign, absent = (one["problem"] for one in batch(world, who, checks))
    assert lasting(foreign) == lasting(absent)
    assert foreign["code"] == "case.unknown"
