# SPDX-License-Identifier: Apache-2.0
"""One good request for every door of `/api/v1`, from which all bad ones are made; none of them is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from tests.worlds import OWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.thin import ThinRoute
    from tests.worlds import World

PDF: Final = b"%PDF-1.7\nCANARY-FILE-CONTENT\n%%EOF\n"
CITIZEN: Final = "990101198404010051"
NUMBER: Final = "CANARY-NUMBER-77"


@dataclass
class Door:
    """A good request: who sends it where; `optional` are members that may be added, `signable` if signed."""

    who: str
    path: str
    value: dict[str, Any] | None = None
    optional: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    signable: str = ""
    """The collection whose `:prepare` says what to sign."""
    lookup: bool = False
    """Whether a refusal of a signed-in principal leaves one `usage.refused` entry."""


def _accept(world: World) -> dict[str, Any]:
    """Another acceptance of the own-key department's upload."""
    return world.acceptance(world.cases[OWN], "food-layout.pdf")


_ACCEPTED_MORE: Final = {
    "number": NUMBER,
    "issued": "2026-01-01",
    "valid_from": "2026-01-01",
    "valid_until": "2027-01-01",
    "about": {"kind": "premises", "id": NUMBER},
    "checked_by": "CANARY-CLERK",
}
_PURPOSE: Final = {"purpose": "CANARY-PURPOSE"}


def _rely(world: World) -> dict[str, Any]:
    cited = world.accepted["licence"]["id"]
    return {"case": world.cases[OWN], "requirement": "licence", "acceptance": cited}


def _case(world: World) -> Door:
    return Door(OWN, "cases", world.case("SC-002"), {"about": _ACCEPTED_MORE["about"], "version": 1})


def _department(_: World) -> Door:
    value = {
        "code": "NEW",
        "level": "county",
        "name": {"zh": "新部门局", "en": "A new department"},
        "key": {"custody": "department", "address": "77" * 20},
    }
    return Door("operator", "departments", value)


def _types(_: World) -> Door:
    document = {**samples.types(), "version": 2}
    return Door("operator", "catalogue/versions", {"subject": "types", "document": document})


def _new_key(_: World) -> Door:
    value = {"department": "SC", "address": "88" * 20, "custody": "department"}
    return Door("operator", "departments/keys", value)


def _old_key(world: World) -> Door:
    address = world.ledger.context.keys.signer("SC").address.hex()
    value = {"department": "SC", "address": address, "reason": "key_lost"}
    return Door("operator", "departments/keys:retire", value, {"compromised_since": 3})


DOORS: Final[dict[tuple[str, str], Callable[[World], Door]]] = {
    ("POST", "/api/v1/departments"): lambda world: _signable(_department(world)),
    ("POST", "/api/v1/departments:prepare"): lambda world: _prepares(_department(world)),
    ("POST", "/api/v1/departments/keys"): lambda world: _signable(_new_key(world)),
    ("POST", "/api/v1/departments/keys:prepare"): lambda world: _prepares(_new_key(world)),
    ("POST", "/api/v1/departments/keys:retire"): lambda world: _signable(_old_key(world)),
    ("POST", "/api/v1/departments/keys:retire:prepare"): lambda world: _prepares(_old_key(world)),
    ("GET", "/api/v1/departments/keys"): lambda _: Door("", "departments/keys"),
    ("POST", "/api/v1/holders"): lambda _: Door(
        "ZW", "holders", {"id_type": "111", "number": CITIZEN, "name": "金丝雀甲乙丙"}
    ),
    ("POST", "/api/v1/catalogue/versions"): lambda world: _signable(_types(world)),
    ("POST", "/api/v1/catalogue/versions:prepare"): lambda world: _prepares(_types(world)),
    ("GET", "/api/v1/catalogue/versions"): lambda _: Door("", "catalogue/versions"),
    ("GET", "/api/v1/catalogue/versions/{subject}/{code}/{version}"): lambda _: Door(
        "", "catalogue/versions/item/SC-002/1"
    ),
    ("POST", "/api/v1/cases"): lambda world: _signable(_case(world)),
    ("POST", "/api/v1/cases:prepare"): lambda world: _prepares(_case(world)),
    ("GET", "/api/v1/cases/{no}/trace"): lambda world: Door(
        "SC", f"cases/{world.cases['SC-002']}/trace", query=_PURPOSE, lookup=True
    ),
    ("PUT", "/api/v1/documents/{sha256}"): lambda _: Door("ZW", f"documents/{sha256(PDF).hexdigest()}"),
    ("POST", "/api/v1/acceptances"): lambda world: _signable(
        Door(OWN, "acceptances", _accept(world), _ACCEPTED_MORE)
    ),
    ("POST", "/api/v1/acceptances:prepare"): lambda world: _prepares(
        Door(OWN, "acceptances", _accept(world), _ACCEPTED_MORE)
    ),
    ("POST", "/api/v1/acceptances:batch"): lambda world: Door(
        OWN, "acceptances:batch", {"acceptances": [_accept(world)]}
    ),
    ("POST", "/api/v1/acceptances/{id}:retract"): lambda world: _signable(
        Door(OWN, _layout(world, ":retract"), {"reason": "checked_wrongly"}, {"text": "CANARY-TEXT"})
    ),
    ("POST", "/api/v1/acceptances/{id}:retract:prepare"): lambda world: _prepares(
        Door(OWN, _layout(world, ":retract"), {"reason": "checked_wrongly"}, {"text": "CANARY-TEXT"})
    ),
    ("GET", "/api/v1/acceptances/{id}/reliances"): lambda world: Door(
        OWN, _layout(world, "/reliances"), query=_PURPOSE, lookup=True
    ),
    ("POST", "/api/v1/recognitions:check"): lambda world: Door(
        "SC",
        "recognitions:check",
        {"case": world.cases["SC-002"], "purpose": "CANARY-PURPOSE"},
        {
            "requirements": ["licence"],
            "presented": [{"type": "business_licence", "issuer": "SC", "number": NUMBER, "role": "holder"}],
        },
        lookup=True,
    ),
    ("POST", "/api/v1/reliances"): lambda world: _signable(
        Door(OWN, "reliances", _rely(world), {"ground": "recognition"})
    ),
    ("POST", "/api/v1/reliances:prepare"): lambda world: _prepares(
        Door(OWN, "reliances", _rely(world), {"ground": "recognition"})
    ),
    ("GET", "/api/v1/entries/{index}"): lambda _: Door("auditor", "entries/1"),
    ("GET", "/api/v1/entries/{index}/proof"): lambda _: Door("", "entries/1/proof"),
    ("GET", "/api/v1/evidence/{id}"): lambda world: Door(
        "ZW", f"evidence/{world.accepted['licence']['id']}", query=_PURPOSE, lookup=True
    ),
}


def _layout(world: World, then: str) -> str:
    return f"acceptances/{world.accepted['layout']['id']}{then}"


def _signable(door: Door) -> Door:
    door.signable = door.path
    return door


def _prepares(door: Door) -> Door:
    door.path = f"{door.path}:prepare"
    return door


def door_of(route: ThinRoute, world: World) -> Door:
    """The good request of a route; a route without one fails, so that no door stays untried."""
    return DOORS[(route.method, route.template)](world)


def plain(value: object) -> bytes:
    """JSON as a program would write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
