# SPDX-License-Identifier: Apache-2.0
"""Where each example of the OpenAPI document is sent, and what a seeded ledger knows in place of its ids."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from api.schemas import consents, examples, mandates
from attest.days import day_of
from tests.acceptance.door_samples import DOORS, mandate_paper, mandate_request, number_of
from tests.consent_parts import consent_case, consent_request, last_day
from tests.worlds import OWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds import World


@dataclass
class Sending:
    """Who sends an example where; `ids` maps ids of the examples to those of the ledger."""

    who: str
    path: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def _in_case(world: World) -> dict[str, str]:
    return {examples.CASE: world.cases["XF-001"], examples.HOLDER: world.holders["eatery"]}


def _with_staff(world: World) -> dict[str, str]:
    return {examples.CASE: world.cases["SC-002"], examples.HOLDER: world.holders["ma"]}


def _rely(world: World) -> dict[str, str]:
    return {examples.CASE: world.cases["SC-002"], examples.ACCEPTANCE: world.accepted["licence"]["id"]}


def _retract(world: World, more: str = "") -> Sending:
    return Sending("ZW", f"acceptances/{world.accepted['licence']['id']}:retract{more}")


def _key(world: World) -> dict[str, str]:
    return {examples.ADDRESS: world.ledger.context.keys.signer("SC").address.hex()}


def _link(world: World, then: str) -> Sending:
    door = DOORS[("POST", "/api/v1/holders/{id}:link")](world)
    return Sending("SC", f"{door.path}{then}", {examples.HOLDER: world.holders["chen"]})


def _denial(world: World, then: str) -> Sending:
    return Sending("SC", f"denials{then}", {examples.HOLDER: world.holders["eatery"]})


def _mandate(world: World, path: str) -> Sending:
    ids = {
        examples.CASE: world.cases["SC-002"],
        examples.HOLDER: world.holders["chen"],
        examples.ACCEPTANCE: mandate_paper(world),
        str(mandates.EXAMPLE["agent"]["number"]): number_of("lin"),
        mandates.LAST_DAY: (day_of(int(time.time())) + timedelta(days=30)).isoformat(),
    }
    return Sending("SC", path, ids)


def _consent(world: World, path: str) -> Sending:
    ids = {
        examples.CASE: consent_case(world),
        examples.HOLDER: world.holders["eatery"],
        consents.LAST_DAY: last_day(),
    }
    return Sending("SC", path, ids)


def _consented(world: World) -> str:
    made = world.made("SC", "consents", consent_request(world, consent_case(world)))
    return f"consents/{made['id']}"


def _recorded(world: World) -> str:
    made = world.made("SC", "mandates", mandate_request(world, mandate_paper(world)))
    return f"mandates/{made['id']}"


_ELSEWHERE: Final[dict[tuple[str, str], Callable[[World], Sending]]] = {
    ("POST", "/api/v1/catalogue/versions"): lambda _: Sending("SC", "catalogue/versions"),
    ("POST", "/api/v1/catalogue/versions:prepare"): lambda _: Sending("SC", "catalogue/versions:prepare"),
    ("POST", "/api/v1/cases"): lambda world: Sending("SC", "cases", _in_case(world)),
    ("POST", "/api/v1/cases:prepare"): lambda world: Sending("SC", "cases:prepare", _in_case(world)),
    ("POST", "/api/v1/parties"): lambda world: Sending("SC", "parties", _with_staff(world)),
    ("POST", "/api/v1/parties:prepare"): lambda world: Sending("SC", "parties:prepare", _with_staff(world)),
    ("PUT", "/api/v1/documents/{sha256}"): lambda _: Sending("ZW", f"documents/{examples.FILE_HASH}"),
    ("POST", "/api/v1/acceptances"): lambda world: Sending("ZW", "acceptances", _in_case(world)),
    ("POST", "/api/v1/acceptances:prepare"): lambda world: Sending(
        "ZW", "acceptances:prepare", _in_case(world)
    ),
    ("POST", "/api/v1/acceptances:batch"): lambda world: Sending("ZW", "acceptances:batch", _in_case(world)),
    ("POST", "/api/v1/recognitions:check"): lambda world: Sending("SC", "recognitions:check", _rely(world)),
    ("POST", "/api/v1/recognitions:batch"): lambda world: Sending("SC", "recognitions:batch", _rely(world)),
    ("POST", "/api/v1/reliances"): lambda world: Sending("SC", "reliances", _rely(world)),
    ("POST", "/api/v1/reliances:prepare"): lambda world: Sending("SC", "reliances:prepare", _rely(world)),
    ("POST", "/api/v1/requests"): lambda world: Sending("SC", "requests", _rely(world)),
    ("POST", "/api/v1/requests:prepare"): lambda world: Sending("SC", "requests:prepare", _rely(world)),
    ("POST", "/api/v1/claims"): lambda world: Sending("SC", "claims", _rely(world)),
    ("POST", "/api/v1/claims:prepare"): lambda world: Sending("SC", "claims:prepare", _rely(world)),
    ("POST", "/api/v1/acceptances/{id}:retract"): _retract,
    ("POST", "/api/v1/data-check-requests/{id}:answer"): lambda world: Sending(
        "XF", f"data-check-requests/{world.disputed('licence', 'eatery')}:answer"
    ),
    ("POST", "/api/v1/holders/{id}:link"): lambda world: _link(world, ""),
    ("POST", "/api/v1/holders/{id}:link:prepare"): lambda world: _link(world, ":prepare"),
    ("POST", "/api/v1/consents"): lambda world: _consent(world, "consents"),
    ("POST", "/api/v1/consents:prepare"): lambda world: _consent(world, "consents:prepare"),
    ("POST", "/api/v1/consents/{id}:withdraw"): lambda world: Sending("SC", f"{_consented(world)}:withdraw"),
    ("POST", "/api/v1/consents/{id}:withdraw:prepare"): lambda world: Sending(
        "SC", f"{_consented(world)}:withdraw:prepare"
    ),
    ("POST", "/api/v1/denials"): lambda world: _denial(world, ""),
    ("POST", "/api/v1/denials:prepare"): lambda world: _denial(world, ":prepare"),
    ("POST", "/api/v1/mandates"): lambda world: _mandate(world, "mandates"),
    ("POST", "/api/v1/mandates:prepare"): lambda world: _mandate(world, "mandates:prepare"),
    ("POST", "/api/v1/mandates/{id}:end"): lambda world: Sending("SC", f"{_recorded(world)}:end"),
    ("POST", "/api/v1/webhooks"): lambda _: Sending("XF", "webhooks"),
    ("POST", "/api/v1/acceptances/{id}:retract:prepare"): lambda world: _retract(world, ":prepare"),
    ("POST", "/api/v1/statements:prepare"): lambda world: Sending(
        OWN, "statements:prepare", {examples.ACCEPTANCE: world.accepted["layout"]["id"]}
    ),
    ("POST", "/api/v1/departments/keys:retire"): lambda world: Sending(
        "operator", "departments/keys:retire", _key(world)
    ),
    ("POST", "/api/v1/departments/keys:retire:prepare"): lambda world: Sending(
        "operator", "departments/keys:retire:prepare", _key(world)
    ),
}

LAST: Final = (
    ("POST", "/api/v1/acceptances/{id}:retract"),
    ("POST", "/api/v1/departments/keys:retire"),
)
"""What takes away the ground of others, and so is sent at the end."""
FIRST: Final = (("PUT", "/api/v1/documents/{sha256}"),)


def sending_of(method: str, template: str, world: World) -> Sending:
    """Where the example of an operation goes."""
    made = _ELSEWHERE.get((method, template))
    if made is not None:
        return made(world)
    door = DOORS[(method, template)](world)
    return Sending(door.who, door.path, query=door.query)


def replaced(value: Any, ids: dict[str, str]) -> Any:
    """A copy of an example with the ledger's ids."""
    if isinstance(value, dict):
        return {name: replaced(inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, ids) for inner in value]
    return ids.get(value, value) if isinstance(value, str) else value


def in_order(operations: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """The operations of `/api/v1` in an order in which every example works."""
    own = [one for one in operations if one[1].startswith("/api/v1/")]
    rank = dict.fromkeys(FIRST, -1) | {one: 1 + at for at, one in enumerate(LAST)}
    return sorted(own, key=lambda one: rank.get(one[:2], 0))
