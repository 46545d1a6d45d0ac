# SPDX-License-Identifier: Apache-2.0
"""T47: an issuer that hangs holds up nobody who does not need it, and soon nobody at all."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from api.demo.issuer import ANSWERS, HANGS, IssuerService
from api.issuers.circuit import AT_A_TIME, FAILURES
from ledger.canonical import dump
from tests.issuer_parts import PRESENTED, STANDING, asking_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

SECONDS = 1


async def check(world: World, who: str, case: str, **more: Any) -> tuple[str, float]:
    """Reason for the licence, and when the answer came."""
    question = {"case": world.cases[case], "purpose": "受理审查", "requirements": ["licence"], **more}
    headers = [("authorization", f"Bearer {world.keys[who]}"), ("content-type", "application/json")]
    answer = await world._answer("POST", "/api/v1/recognitions:check", dump(question), headers, "127.0.0.1")
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]["reason"], time.monotonic()


def test_one_that_hangs_slows_only_those_who_ask_it_and_is_left_alone(
    bare_home: Path, tmp_path: Path
) -> None:
    """Others are answered meanwhile; connections are bounded; after some failures nobody waits any more."""
    service = IssuerService("SC", [STANDING], mode=HANGS)
    with service, asking_world(bare_home, tmp_path / "home", service, issuer_seconds=SECONDS) as world:

        async def run() -> None:
            began = time.monotonic()
            asking = [asyncio.ensure_future(check(world, "YC", "YC-004")) for _ in range(3 * AT_A_TIME)]
            await asyncio.sleep(0.1)
            others = await asyncio.gather(*(check(world, "ZW", "XF-001") for _ in range(8)))
            assert not any(one.done() for one in asking)
            answers = await asyncio.gather(*asking)
            assert {reason for reason, _ in others} == {"case.on_file"}
            assert max(at for _, at in others) < min(at for _, at in answers)
            assert {reason for reason, _ in answers} == {"matched.holder"}
            assert max(at for _, at in answers) - began < 10 * SECONDS
            assert service.asked < AT_A_TIME + FAILURES  # what a failure frees is taken until the last
            await asyncio.sleep(SECONDS / 2)  # a question given up at once may still arrive
            asked, began = service.asked, time.monotonic()
            reason, at = await check(world, "YC", "YC-004", presented=PRESENTED)
            assert (reason, service.asked) == ("matched.number", asked)
            assert at - began < SECONDS
            service.mode = ANSWERS
            reason, _ = await check(world, "YC", "YC-004")
            assert (reason, service.asked) == ("matched.holder", asked)

        world.runner.run(run())
