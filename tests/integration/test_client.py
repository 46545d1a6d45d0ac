# SPDX-License-Identifier: Apache-2.0
"""The typed client against a whole ledger: acts, errors, retries that make nothing twice, receipts."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.client import (
    AsyncOnceClient,
    AuthenticationError,
    BundleStep,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OnceClient,
    ProblemError,
    ReceiptVerifier,
    SignYourselfError,
    UnavailableError,
    UnreachableError,
)
from api.client.errors import problem_error
from api.client.retrying import LONGEST_PAUSE, pause
from api.demo import samples
from ledger.errors import LedgerError
from tests.worlds import OWN, OWN_SIGNER

if TYPE_CHECKING:
    from api.client import Receipt
    from tests.worlds import World

    Kind = type[OnceClient | AsyncOnceClient]

pytest_plugins = ["tests.api_parts"]
BOTH = pytest.mark.parametrize("kind", [OnceClient, AsyncOnceClient])
Cut = str | httpx.Response


class Line(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The way to a world's application; `cuts` says of each request what goes wrong on the line."""

    def __init__(self, world: World, *cuts: Cut) -> None:
        self.world = world
        self.cuts = list(cuts)
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        self.sent.append(request)
        cut = self.cuts.pop(0) if self.cuts else ""
        if isinstance(cut, httpx.Response):
            return cut
        if cut == "before":
            raise httpx.ConnectError("cut before", request=request)
        headers = [(name, value) for name, value in request.headers.items() if name != "host"]
        path = request.url.raw_path.decode()
        body = content if request.method not in {"GET", "DELETE"} else None
        answer = self.world.send(request.method, path, content=body, headers=headers)
        if cut == "after":
            raise httpx.ReadError("cut after", request=request)
        return answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # in a thread, as the world's own loop takes one request after the other
        return await asyncio.to_thread(self.handle_request, request)


class Caller:
    """One of the two clients, called the same way; pauses are kept, not waited for."""

    def __init__(self, kind: Kind, world: World, who: str, *cuts: Cut) -> None:
        self.line = Line(world, *cuts)
        self.pauses: list[float] = []
        self._kind, self._key = kind, world.keys[who]

    def call(self, method: str, *given: Any, attempts: int = 5) -> Any:
        """What a method of the client answers, or what it raises."""
        if self._kind is OnceClient:
            once = OnceClient(
                "http://ledger", self._key, transport=self.line, sleep=self.pauses.append, attempts=attempts
            )
            return getattr(once, method)(*given)
        return asyncio.run(self._awaited(method, given, attempts))

    async def _awaited(self, method: str, given: tuple[Any, ...], attempts: int) -> Any:
        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        async with AsyncOnceClient(
            "http://ledger", self._key, transport=self.line, sleep=sleep, attempts=attempts
        ) as once:
            return await getattr(once, method)(*given)


def client(world: World, who: str, *cuts: Cut, **more: Any) -> tuple[OnceClient, Line]:
    """A client with somebody's key, over a line."""
    line = Line(world, *cuts)
    pauses: list[float] = []
    return OnceClient("http://ledger", world.keys[who], transport=line, sleep=pauses.append, **more), line


def test_a_whole_day_at_a_window(own_world: World) -> None:
    """Upload, accept, check, rely, retract and events, each with its typed answer."""
    world = own_world
    once, _ = client(world, "ZW")
    other, _ = client(world, "SC")
    paper = samples.sample("business-licence.pdf")
    assert once.upload(paper.content, paper.media).size == len(paper.content)
    accepted = once.accept(world.acceptance(world.cases["XF-001"], "business-licence.pdf"))
    answer = other.check(world.cases["SC-002"], "admission", requirements=["licence"])
    verdict = answer["licence"]
    assert verdict.recognised
    assert verdict.acceptances[0].id in {accepted.id, world.accepted["licence"]["id"]}
    case, found = world.cases["SC-002"], verdict.acceptances[0].id
    many = other.check_many([{"case": case, "purpose": "admission"}, {"case": case}])
    assert [one.status for one in many] == [200, 403]
    assert many[0].answer is not None
    assert many[0].answer["licence"] == verdict
    assert many[0].answer.guide == answer.guide
    assert len(answer.guide) == 64
    assert (many[1].answer, many[1].problem and many[1].problem["code"]) == (None, "lookup.purpose_missing")
    with pytest.raises(ConflictError, match=r"^reliance\.policy "):
        other.rely(case, "licence", found, policy="0" * 64)
    with pytest.raises(ConflictError, match=r"^precondition\.failed "):
        other.rely(case, "licence", found, changed=0)
    read = other.trace(case, "a look")["changed"]
    reliance = other.rely(case, "licence", found, policy=answer.policy.digest, changed=read)
    assert (reliance.policy, answer.policy.version) == (answer.policy.digest, 0)
    retracted = once.retract(verdict.acceptances[0].id, "checked_wrongly")
    assert retracted.recall == (reliance.id,)
    batch = once.accept_many(
        [world.acceptance(world.cases["XF-001"], "business-licence.pdf"), {"no": "thing"}]
    )
    assert [one.status for one in batch] == [201, 400]
    assert batch[1].problem is not None
    assert once.trace(world.cases["XF-001"], "a look")["entries"]
    assert once.evidence(accepted.id, "a look").startswith(b'{"anchor"')
    with pytest.raises(dataclasses.FrozenInstanceError):
        accepted.index = 1  # type: ignore[misc]  # what is shown here


def test_receipts_verify_offline(own_world: World) -> None:
    """A receipt verifies by trust.json alone; with another index, leaf or proof it does not."""
    world = own_world
    once, _ = client(world, "ZW")
    receipt = once.accept(world.acceptance(world.cases["XF-001"], "business-licence.pdf")).receipt
    verifier = ReceiptVerifier.from_file(world.ledger.settings.trust_file)
    assert verifier.verify(receipt).size > receipt.index

    def falls(other: Receipt) -> None:
        with pytest.raises(LedgerError):
            verifier.verify(other)

    falls(dataclasses.replace(receipt, index=receipt.index - 1))
    falls(dataclasses.replace(receipt, leaf="00" * 32))
    falls(dataclasses.replace(receipt, proof=receipt.proof.replace("index ", "index 1")))
    falls(dataclasses.replace(receipt, proof=receipt.proof[:-10] + "AAAAAAAA=\n"))


@BOTH
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_line_makes_nothing_twice(world: World, kind: Kind, cut: str) -> None:
    """A write whose connection is lost, before or after it arrived, is one entry with the same key."""
    caller = Caller(kind, world, "ZW", cut, cut)
    size = world.size
    accepted = caller.call("accept", world.acceptance(world.cases["XF-001"], "business-licence.pdf"))
    assert world.size == size + 1
    assert accepted.index == size
    assert len(caller.line.sent) == 3
    assert len({one.headers["idempotency-key"] for one in caller.line.sent}) == 1
    assert len(caller.pauses) == 2


@BOTH
def test_the_service_says_when(world: World, kind: Kind) -> None:
    """429 and 503 are tried again after what Retry-After says; other refusals are not."""
    busy = httpx.Response(503, headers={"retry-after": "3"}, json={"code": "log.read_only"})
    many = httpx.Response(429, headers={"retry-after": "2"}, json={"code": "quota.exceeded"})
    caller = Caller(kind, world, "SC", busy, many)
    assert caller.call("events").next is None
    assert [round(one) for one in caller.pauses] == [3, 2]
    with pytest.raises(NotFoundError):
        caller.call("rely", world.cases["SC-002"], "licence", "00" * 16)
    assert len(caller.line.sent) == 4


@BOTH
def test_it_gives_up_in_the_end(world: World, kind: Kind) -> None:
    """After the last attempt the cause is told: no answer, or the problem; none is sent beyond it."""
    caller = Caller(kind, world, "SC", *["before"] * 3)
    with pytest.raises(UnreachableError):
        caller.call("events", attempts=3)
    assert (len(caller.line.sent), len(caller.pauses)) == (3, 2)
    busy = [httpx.Response(503, json={"code": "log.read_only", "title": "t", "next": "n"}) for _ in range(2)]
    caller = Caller(kind, world, "SC", *busy)
    with pytest.raises(UnavailableError) as caught:
        caller.call("events", attempts=2)
    assert caught.value.code == "log.read_only"
    assert len(caller.line.sent) == 2


def test_errors_are_typed_by_code(own_world: World) -> None:
    """Each refusal is an exception of its kind, with code, next step and facts."""
    world = own_world
    once, _ = client(world, "SC")
    with pytest.raises(NotFoundError) as unknown:
        once.check("990101202601010000019", "x")
    assert unknown.value.code == "case.unknown"
    assert "index" in unknown.value.facts
    assert unknown.value.next
    assert unknown.value.request
    with pytest.raises(InvalidRequestError) as invalid:
        once.open_case({"item": "SC-002"})
    assert invalid.value.facts["path"]
    case = {**world.case("SC-002"), "answers": {"prepacked": "no"}}
    with pytest.raises(InvalidRequestError) as situation:
        once.open_case(case)
    assert situation.value.code == "situation.unanswered"
    assert situation.value.facts["question"] == "catering"
    assert situation.value.facts["options"] == ["no", "yes"]
    stranger = OnceClient("http://ledger", "once_" + "a" * 12 + "_" + "b" * 43, transport=Line(world))
    with pytest.raises(AuthenticationError):
        stranger.events()
    own, _ = client(world, OWN)
    with pytest.raises(SignYourselfError):
        own.open_case(world.case("SC-002"))
    key = "one-key-for-two"
    once.open_case(world.case("SC-002"), key=key)
    with pytest.raises(ConflictError) as conflict:
        once.open_case({**world.case("SC-002"), "channel": "web"}, key=key)
    assert conflict.value.code == "idempotency.conflict"


def test_a_department_signs_for_itself(own_world: World) -> None:
    """With its own key the client prepares, signs and sends; the log holds that key's signature."""
    world = own_world
    once, line = client(world, OWN, signer=OWN_SIGNER)
    case = once.open_case(world.case("SC-002"))
    envelope = world.get("auditor", f"entries/{case.index}").json()["envelope"]
    assert envelope["key"] == OWN_SIGNER.address.hex()
    assert [one.url.path.rpartition(":")[2] for one in line.sent] == ["prepare", "/api/v1/cases"]


def test_the_steps_of_a_bundle_follow_each_other(own_world: World) -> None:
    """What the first case answers is what the next one names; a case of no bundle has none."""
    world = own_world
    once, _ = client(world, "ZW")
    assert once.open_case(world.case("XF-001")).bundle is None
    answers = {"prepacked": "no", "catering": "yes", "applicant": "self"}
    food = once.open_case({**world.case("SC-002"), "answers": answers, "bundle": {"code": "restaurant"}})
    assert food.bundle == BundleStep("restaurant", 1, "food", food.case)
    fire = once.open_case({**world.case("XF-001"), "bundle": {"code": "restaurant", "with": food.case}})
    assert fire.bundle == BundleStep("restaurant", 1, "fire", food.case)


def test_events_and_webhooks(own_world: World) -> None:
    """Events come as dataclasses, page after page; a webhook's secret is given once."""
    world = own_world
    sc, _ = client(world, "SC")
    for _ in range(3):
        sc.rely(world.cases["SC-002"], "licence", world.accepted["licence"]["id"])
    while world.ledger.outbox._at < world.size:
        pass
    zw, _ = client(world, "ZW")
    first = zw.events(limit=2)
    found = [*first.events, *zw.all_events(first.next)]
    assert [one.id for one in found] == [one.id for one in zw.all_events()]
    assert found[-1].acceptance == world.accepted["licence"]["id"]
    assert zw.begin_webhook("http://127.0.0.1:9/x", ["once.key.retired"]).secret.startswith("whsec_")


def test_the_same_for_asyncio(own_world: World) -> None:
    """`AsyncOnceClient` does what `OnceClient` does."""
    world = own_world

    async def run() -> tuple[bool, str]:
        transport = httpx.ASGITransport(world.app)
        async with AsyncOnceClient("http://ledger", world.keys["SC"], transport=transport) as once:
            answer = await once.check(world.cases["SC-002"], "admission", requirements=["licence"])
            cited = answer["licence"].acceptances[0].id
            (again,) = await once.check_many([{"case": world.cases["SC-002"], "purpose": "admission"}])
            assert again.answer is not None
            assert again.answer["licence"] == answer["licence"]
            reliance = await once.rely(world.cases["SC-002"], "licence", cited)
            with pytest.raises(NotFoundError):
                await once.rely(world.cases["SC-002"], "licence", "00" * 16)
            events = [one async for one in once.all_events()]
            assert isinstance(events, list)
            return answer["licence"].recognised, reliance.receipt.stage

    assert world.runner.run(run())[0]


def test_both_clients_have_the_same_methods() -> None:
    """What one client can, the other can."""

    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(OnceClient) == public(AsyncOnceClient)


def test_the_client_is_light() -> None:
    """Importing the client loads no web framework, database or web3."""
    program = (
        "import sys, api.client; heavy = {'web3', 'eth_account', 'sqlalchemy', 'fastapi',"
        " 'starlette', 'pydantic', 'alembic', 'uvicorn'}; print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@given(st.integers(1, 60), st.floats(0, 1), st.sampled_from([None, "0", "5", "120", "-1", "soon", "1.5"]))
def test_pauses_are_bounded(attempt: int, chance: float, asked: str | None) -> None:
    """A pause is never longer than the longest, nor shorter than the service asked within it."""
    seconds = pause(attempt, asked, chance)
    assert 0 < seconds <= LONGEST_PAUSE
    if asked in {"5", "120"}:
        assert seconds >= min(float(asked), LONGEST_PAUSE)


@given(st.integers(400, 599), st.recursive(st.none() | st.text() | st.integers(), st.lists))
def test_any_refusal_is_a_problem_error(status: int, document: object) -> None:
    """Whatever a proxy answers, the caller gets a ProblemError with its status."""
    error = problem_error(status, document)
    assert isinstance(error, ProblemError)
    assert error.status == status
