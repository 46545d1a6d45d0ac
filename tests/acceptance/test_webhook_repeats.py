# SPDX-License-Identifier: Apache-2.0
"""Repeats of what is asked of a webhook: each has the answer of its own request, and no other's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.test_webhooks import act, hook, rely, wait_for
from tests.receivers import Receiver

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

NOBODY = "http://127.0.0.1:9/x"


def replayed(world: World, made: dict[str, Any], asked: dict[str, Any], key: str = "") -> dict[str, Any]:
    """What a replay answers."""
    answer = act(world, "ZW", "POST", f"webhooks/{made['id']}:replay", asked, key)
    return {"status": answer.status_code, **answer.json()}


def test_each_replay_has_its_own_answer(own_world: World) -> None:
    """A replay asked for again by its key has the first answer, whatever was asked for in between."""
    world = own_world
    with Receiver() as receiver:
        made = hook(world, "ZW", receiver.url)
        indexes = [rely(world) for _ in range(3)]
        wait_for(lambda: len(receiver.got) == 3)
        last = {"after": f"{indexes[-1]}-0"}
        nothing = replayed(world, made, last, "nothing")
        several = replayed(world, made, {"after": f"{indexes[0]}-0"}, "several")
        wait_for(lambda: len(receiver.got) == 5)
        one = replayed(world, made, {"after": f"{indexes[1]}-0"}, "one")
        assert [said["events"] for said in (nothing, several, one)] == [0, 2, 1]
        wait_for(lambda: len(receiver.got) == 6)
        assert replayed(world, made, {"after": f"{indexes[0]}-0"}, "several") == several
        assert replayed(world, made, last, "nothing") == nothing
        assert replayed(world, made, {"after": f"{indexes[1]}-0"}, "one") == one
        assert len(receiver.got) == 6


@pytest.mark.parametrize("between", [":rotate", "DELETE"])
def test_a_repeat_never_shows_another_secret(own_world: World, between: str) -> None:
    """A registration or a change sent again after the secret changed, or after the end, shows none."""
    world = own_world
    first = world.post("ZW", "webhooks", {"url": NOBODY}, "begin")
    path = f"webhooks/{first.json()['id']}"
    assert world.post("ZW", "webhooks", {"url": NOBODY}, "begin").json() == first.json()
    if between == ":rotate":
        changed = act(world, "ZW", "POST", f"{path}:rotate", key="change").json()
        assert act(world, "ZW", "POST", f"{path}:rotate", key="change").json() == changed
        act(world, "ZW", "POST", f"{path}:rotate")
        repeats = [world.post("ZW", "webhooks", {"url": NOBODY}, "begin")]
    else:
        act(world, "ZW", "POST", f"{path}:rotate", key="change")
        act(world, "ZW", "DELETE", path)
        repeats = [world.post("ZW", "webhooks", {"url": NOBODY}, "begin")]
    repeats.append(act(world, "ZW", "POST", f"{path}:rotate", key="change"))
    for answer in repeats:
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook.secret_made")
        assert "whsec_" not in answer.text
