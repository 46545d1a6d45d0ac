# SPDX-License-Identifier: Apache-2.0
"""Governance signs for itself: departments, keys and guides, and the end of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from attest.statements import Signer
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

JT = {"code": "JT", "level": "county", "name": {"zh": "交通运输局", "en": "Transport"}}
JT_SIGNER = Secp256k1Signer(b"\x2a" * 32)


def _signed(world: World, who: str, path: str, value: Any, signer: Signer) -> Any:
    """Prepare, sign outside, send; the answer of the door."""
    return world.post(who, path, world.signed(who, path, value, signer))


def test_governance_registers_and_retires_with_its_own_signatures(own_world: World) -> None:
    """A department and its key enter by signatures made outside; a retired key signs nothing more."""
    world = own_world
    governance = world.ledger.context.keys.signer("governance")
    named = {**JT, "key": {"custody": "department", "address": JT_SIGNER.address.hex()}}
    registered = _signed(world, "operator", "departments", named, governance)
    assert registered.status_code == 201, registered.text
    key = {"department": "JT", "address": JT_SIGNER.address.hex(), "custody": "department"}
    added = _signed(world, "operator", "departments/keys", key, governance)
    assert added.status_code == 201, added.text
    listed = world.get("operator", "departments/keys").json()["keys"]
    assert [one["added"] for one in listed if one["department"] == "JT"] == [added.json()["index"]]
    end = {"department": "JT", "address": JT_SIGNER.address.hex(), "reason": "key_lost"}
    retired = _signed(world, "operator", "departments/keys:retire", end, governance)
    assert retired.status_code == 201, retired.text
    again = _signed(world, "operator", "departments/keys:retire", end, governance)
    assert (again.status_code, again.json()["code"]) == (409, "key.retired")


def test_nobody_else_signs_for_governance(own_world: World) -> None:
    """A registration signed by another key is refused, and nothing is written."""
    world, size = own_world, own_world.size
    named = {**JT, "key": {"custody": "department", "address": JT_SIGNER.address.hex()}}
    refused = _signed(world, "operator", "departments", named, JT_SIGNER)
    assert (refused.status_code, refused.json()["code"]) == (403, "signature.foreign_key")
    assert world.size == size


def test_a_changed_text_is_not_what_governance_signed(own_world: World) -> None:
    """The public text must be the one that the signed entry names by digest."""
    world, size = own_world, own_world.size
    governance = world.ledger.context.keys.signer("governance")
    named = {**JT, "key": {"custody": "department", "address": JT_SIGNER.address.hex()}}
    request = orjson.loads(world.signed("operator", "departments", named, governance))
    request["document"]["name"]["en"] = "Another"
    refused = world.post("operator", "departments", orjson.dumps(request, option=orjson.OPT_SORT_KEYS))
    assert refused.status_code in {400, 409, 422}
    assert world.size == size
