# SPDX-License-Identifier: Apache-2.0
"""API keys over HTTP and by `once keys`: shown once, rotated with an overlap, expiring, ended."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from api.api_keys import RotateKey, stored_key
from api.auth import mint_key
from api.wiring import mint_api_key
from tests.homes import copy_of, once, register
from tests.worlds import World, a_request_key, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def own(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this module."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("keys") / "home"))
    register(made.ledger, "SC")
    yield made
    made.close()


def works(world: World, key: str) -> str:
    """The code of what the key is answered, or nothing where it is taken."""
    answer = world.send("GET", "/api/v1/events", headers=[("authorization", f"Bearer {key}")])
    return "" if answer.status_code == 200 else str(answer.json()["code"])


def test_a_key_is_made_shown_once_listed_and_ended(own: World) -> None:
    """The text comes with the first answer alone, the list shows no secret, an ended key is invalid."""
    asked = {"scopes": ["department"], "department": "SC", "label": "platform"}
    key = a_request_key()
    made = own.post("operator", "api-keys", asked, key)
    assert made.status_code == 201
    said = made.json()
    assert works(own, said["api_key"]) == ""
    again = own.post("operator", "api-keys", asked, key)
    assert (again.status_code, again.json()["code"]) == (409, "api_key.shown_once")
    listed = own.get("operator", "api-keys")
    [row] = [one for one in listed.json()["api_keys"] if one["id"] == said["id"]]
    assert row == {
        "id": said["id"],
        "department": "SC",
        "scopes": ["department"],
        "label": "platform",
        "expires": None,
        "successor": None,
    }
    assert said["api_key"].split("_", 2)[2] not in listed.text
    assert own.post("operator", f"api-keys/{said['id']}:end", b"").status_code == 200
    assert works(own, said["api_key"]) == "auth.invalid"


def test_an_old_key_works_for_the_stated_overlap(own: World) -> None:
    """Both work during the overlap; the old one is rotated once, and can be ended early."""
    old = mint_api_key(own.ledger, "SC", {"department"}, "old")
    key_id = old.split("_")[1]
    rotated = own.post("operator", f"api-keys/{key_id}:rotate", {"overlap": 3600})
    assert rotated.status_code == 201
    new = rotated.json()
    assert (works(own, old), works(own, new["api_key"])) == ("", "")
    assert (new["replaces"], new["overlap"]) == (key_id, 3600)
    stored = stored_key(key_id, own.ledger.store)
    assert stored is not None
    assert stored.expires is not None
    assert abs(stored.expires - time.time() - 3600) < 60
    assert stored.successor == new["id"]
    again = own.post("operator", f"api-keys/{key_id}:rotate", {"overlap": 1})
    assert (again.status_code, again.json()["code"]) == (409, "api_key.rotated")
    assert own.post("operator", f"api-keys/{key_id}:end", b"").status_code == 200
    assert works(own, old) == "auth.invalid"
    assert works(own, new["api_key"]) == ""


def test_without_an_overlap_the_old_key_ends_now(own: World) -> None:
    """An overlap of nothing is a change at once; an expiry of the old key stays the new one's."""
    expires = int(time.time()) + 7200
    old = mint_api_key(own.ledger, "SC", {"department"}, "short", expires=expires)
    new = own.post("operator", f"api-keys/{old.split('_')[1]}:rotate", {"overlap": 0}).json()
    assert works(own, old) == "auth.expired"
    assert works(own, new["api_key"]) == ""
    assert new["expires"] == expires


def test_a_repeat_stays_one_when_the_key_is_rotated(own: World) -> None:
    """The same request under the same Idempotency-Key, sent by a successor's successor: the first index."""
    key = mint_api_key(own.ledger, "SC", {"department"}, "repeats")
    body = json.dumps({"id_type": "provisional", "name": "样例", "number": "X1"}).encode()
    pressed = a_request_key()

    def send(key: str, body: bytes) -> tuple[int, dict[str, object]]:
        headers = [("authorization", f"Bearer {key}"), ("idempotency-key", pressed)]
        headers.append(("content-type", "application/json"))
        answer = own.send("POST", "/api/v1/holders", headers=headers, content=body)
        return answer.status_code, answer.json()

    first = send(key, body)
    for _ in range(2):
        key = own.post("operator", f"api-keys/{key.split('_')[1]}:rotate", {"overlap": 60}).json()["api_key"]
        assert send(key, body) == first
    assert send(key, body.replace(b"X1", b"X2"))[1]["code"] == "idempotency.conflict"


def test_what_does_not_fit_is_refused(own: World) -> None:
    """A department's scope needs a department, and an unknown key cannot be rotated or ended."""
    for scopes in (["department"], ["checker"], list[str](), ["root"]):
        assert own.post("operator", "api-keys", {"scopes": scopes}).json()["code"] == "api_key.invalid"
    for act, body in (("rotate", {"overlap": 1}), ("end", b"")):
        for key_id in ("a" * 12, "nonsense"):
            answer = own.post("operator", f"api-keys/{key_id}:{act}", body)
            assert (answer.status_code, answer.json()["code"]) == (404, "api_key.unknown")


def test_keys_rotate_from_the_command_line(bare_home: Path, tmp_path: Path) -> None:
    """`once keys rotate` prints the successor, and the list says who follows whom."""
    home = copy_of(bare_home, tmp_path / "home")
    made = once(home, "keys", "api", "--scope", "auditor", "--label", "audit", "--json")
    key_id = json.loads(made.stdout)["api_key"].split("_")[1]
    rotated = once(home, "keys", "rotate", key_id, "--overlap", "60", "--json")
    assert rotated.returncode == 0, rotated.stderr
    said = json.loads(rotated.stdout)
    listed = json.loads(once(home, "keys", "list", "--json").stdout)["api_keys"]
    [old] = [one for one in listed if one["id"] == key_id]
    assert old["successor"] == said["api_key"].split("_")[1]
    assert RotateKey(key_id, mint_key(None, ()).stored, 1).writes
