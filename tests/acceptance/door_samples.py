# SPDX-License-Identifier: Apache-2.0
"""One good request for every door of `/api/v1`, from which all bad ones are made; none of them is sent."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from api.schemas.bundles import PLAN_EXAMPLE
from attest.days import day_of
from tests.acceptance.inbox_samples import expiring, recalled
from tests.consent_parts import consent_case, consent_request
from tests.papers import a_pdf
from tests.worlds import OWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.thin import ThinRoute
    from tests.worlds import World

PDF: Final = a_pdf(extra=b"CANARY-FILE-CONTENT")
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
    patient: bool = False
    """Whether what was signed long ago is taken until it expires."""
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
    "submitted": "by_choice",
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
    del document["waivers"]  # may be left out, and is no fault
    return Door("operator", "catalogue/versions", {"subject": "types", "document": document})


def _link(world: World) -> Door:
    """A provisional identifier that nobody has linked yet, and a person."""
    newborn = {"id_type": "provisional", "number": secrets.token_hex(8).upper(), "name": "金丝雀婴"}
    provisional = world.made("ZW", "holders", newborn)["holder"]
    return Door(OWN, f"holders/{provisional}:link", {"holder": world.holders["chen"]})


def _denial(world: World) -> Door:
    """WJ takes back a hygiene licence of its own."""
    parties = [{"role": "holder", "holder": world.holders["eatery"]}]
    paper = {"type": "hygiene_licence", "number": "CANARY-DENIED", "parties": parties}
    return Door(OWN, "denials", {**paper, "reason": "revoked", "since": "2026-01-05"})


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
    ("GET", "/api/v1/api-keys"): lambda _: Door("operator", "api-keys"),
    ("POST", "/api/v1/api-keys"): lambda _: Door(
        "operator",
        "api-keys",
        {"scopes": ["checker"], "department": "SC"},
        {"label": "CANARY-LABEL", "expires": 4_000_000_000},
    ),
    ("POST", "/api/v1/api-keys/{id}:rotate"): lambda world: Door(
        "operator", f"api-keys/{world.key_id('checker')}:rotate", {"overlap": 3600}
    ),
    ("POST", "/api/v1/api-keys/{id}:end"): lambda world: Door(
        "operator", f"api-keys/{world.key_id('checker')}:end"
    ),
    ("POST", "/api/v1/holders"): lambda _: Door(
        "ZW", "holders", {"id_type": "111", "number": CITIZEN, "name": "金丝雀甲乙丙"}
    ),
    ("POST", "/api/v1/holders/{id}:link"): lambda world: _signable(_link(world)),
    ("POST", "/api/v1/holders/{id}:link:prepare"): lambda world: _prepares(_link(world)),
    ("POST", "/api/v1/denials"): lambda world: _signable(_denial(world)),
    ("POST", "/api/v1/denials:prepare"): lambda world: _prepares(_denial(world)),
    ("POST", "/api/v1/catalogue/versions"): lambda world: _signable(_types(world)),
    ("POST", "/api/v1/catalogue/versions:prepare"): lambda world: _prepares(_types(world)),
    ("GET", "/api/v1/catalogue/versions"): lambda _: Door("", "catalogue/versions"),
    ("GET", "/api/v1/catalogue/versions/{subject}/{code}/{version}"): lambda _: Door(
        "", "catalogue/versions/item/SC-002/1"
    ),
    ("POST", "/api/v1/catalogue/values:check"): lambda _: Door(
        "SC", "catalogue/values:check", {"type": "business_licence", "values": {}}
    ),
    ("GET", "/api/v1/catalogue/items/{item}/availability"): lambda _: Door(
        "", "catalogue/items/SC-002/availability"
    ),
    ("GET", "/api/v1/catalogue/items/{item}/dcql"): lambda _: Door(
        "", "catalogue/items/XF-001/dcql", query={"answers": "procedure:promise"}
    ),
    ("POST", "/api/v1/bundles/{bundle}:plan"): lambda _: Door(
        "SC", "bundles/restaurant:plan", {"answers": PLAN_EXAMPLE["answers"]}, {"version": 1}
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
    ("POST", "/api/v1/recognitions:batch"): lambda world: Door(
        "SC",
        "recognitions:batch",
        {"checks": [{"case": world.cases["SC-002"], "purpose": "CANARY-PURPOSE"}]},
    ),
    ("POST", "/api/v1/reliances"): lambda world: _signable(
        Door(OWN, "reliances", _rely(world), {"ground": "recognition"})
    ),
    ("POST", "/api/v1/reliances:prepare"): lambda world: _prepares(
        Door(OWN, "reliances", _rely(world), {"ground": "recognition"})
    ),
    ("GET", "/api/v1/data-check-requests"): lambda _: Door("XF", "data-check-requests"),
    ("GET", "/api/v1/data-check-requests/{id}"): lambda world: Door(
        OWN, _dispute(world), query=_PURPOSE, lookup=True
    ),
    ("POST", "/api/v1/data-check-requests/{id}:answer"): lambda world: _signable(_decline(world)),
    ("POST", "/api/v1/data-check-requests/{id}:answer:prepare"): lambda world: _prepares(_decline(world)),
    ("POST", "/api/v1/requests"): lambda world: _signable(_request(world)),
    ("POST", "/api/v1/requests:prepare"): lambda world: _prepares(_request(world)),
    ("POST", "/api/v1/parties"): lambda world: _signable(_parties(world)),
    ("POST", "/api/v1/parties:prepare"): lambda world: _prepares(_parties(world)),
    ("POST", "/api/v1/claims"): lambda world: _signable(_claim(world)),
    ("POST", "/api/v1/claims:prepare"): lambda world: _prepares(_claim(world)),
    ("GET", "/api/v1/reasks"): lambda _: Door("SC", "reasks", query=_PURPOSE, lookup=True),
    ("GET", "/api/v1/reasks/rates"): lambda _: Door("SC", "reasks/rates"),
    ("GET", "/api/v1/entries/{index}"): lambda _: Door("auditor", "entries/1", lookup=True),
    ("GET", "/api/v1/entries/{index}/proof"): lambda _: Door("", "entries/1/proof"),
    ("POST", "/api/v1/statements"): lambda world: _signable(_status(world)),
    ("POST", "/api/v1/statements:prepare"): lambda world: _prepares(_status(world)),
    ("POST", "/api/v1/webhooks"): lambda _: Door(
        "XF", "webhooks", {"url": "http://127.0.0.1:9/events"}, {"types": ["once.key.retired"]}
    ),
    ("GET", "/api/v1/webhooks"): lambda _: Door("XF", "webhooks"),
    ("GET", "/api/v1/webhooks/{id}"): lambda world: Door("XF", _webhook(world)),
    ("DELETE", "/api/v1/webhooks/{id}"): lambda world: Door("XF", _webhook(world)),
    ("POST", "/api/v1/webhooks/{id}:rotate"): lambda world: Door("XF", f"{_webhook(world)}:rotate"),
    ("POST", "/api/v1/webhooks/{id}:replay"): lambda world: Door(
        "XF", f"{_webhook(world)}:replay", {"after": "0-0"}
    ),
    ("GET", "/api/v1/events"): lambda _: Door("SC", "events"),
    ("GET", "/api/v1/events/stream"): lambda _: Door("SC", "events/stream?wait=0"),
    ("POST", "/api/v1/consents"): lambda world: _signable(_consent(world)),
    ("POST", "/api/v1/consents:prepare"): lambda world: _prepares(_consent(world)),
    ("POST", "/api/v1/consents/{id}:withdraw"): lambda world: _signable(_consent_end(world)),
    ("POST", "/api/v1/consents/{id}:withdraw:prepare"): lambda world: _prepares(_consent_end(world)),
    ("POST", "/api/v1/mandates"): lambda world: _signable(_mandate(world)),
    ("POST", "/api/v1/mandates:prepare"): lambda world: _prepares(_mandate(world)),
    ("POST", "/api/v1/mandates/{id}:end"): lambda world: _signable(_mandate_end(world)),
    ("POST", "/api/v1/mandates/{id}:end:prepare"): lambda world: _prepares(_mandate_end(world)),
    ("GET", "/api/v1/lookup-alarms"): lambda _: Door("SC", "lookup-alarms", query=_PURPOSE, lookup=True),
    ("GET", "/api/v1/recalls"): lambda _: Door("YC", "recalls", query=_PURPOSE, lookup=True),
    ("POST", "/api/v1/recalls/{id}:seen"): lambda world: Door("YC", f"recalls/{recalled(world)}:seen"),
    ("GET", "/api/v1/expiries"): lambda _: Door("YC", "expiries", query=_PURPOSE, lookup=True),
    ("POST", "/api/v1/expiries/{id}:seen"): lambda world: Door("YC", f"expiries/{expiring(world)}:seen"),
    ("GET", "/api/v1/evidence/{id}"): lambda world: Door(
        "ZW", f"evidence/{world.accepted['licence']['id']}", query=_PURPOSE, lookup=True
    ),
}


def _request(world: World) -> Door:
    value = {"case": world.cases[OWN], "requirement": "licence"}
    more = {"type": "business_licence", "what": "CANARY-WHAT", "notice": "supplement", "channel": "web"}
    return Door(OWN, "requests", value, more)


def _parties(world: World) -> Door:
    """A case of its own, which has no employee yet."""
    case = world.made(OWN, "cases", world.signed(OWN, "cases", world.case("SC-002")))["case"]
    value = {"case": case, "parties": [{"role": "employee", "holder": world.holders["ma"]}]}
    return Door(OWN, "parties", value)


def _claim(world: World) -> Door:
    value = {"case": world.cases[OWN], "requirement": "licence"}
    return Door(OWN, "claims", value, {"type": "business_licence", "channel": "web"})


def _status(world: World) -> Door:
    value = {"kind": "acceptance.status", "acceptance": world.accepted["layout"]["id"]}
    return Door(OWN, "statements", value, {"lifetime": 3600}, patient=True)


def _webhook(world: World) -> str:
    """A webhook of XF that stands; one is made if there is none."""
    standing = world.get("XF", "webhooks").json()["webhooks"]
    one = standing[0] if standing else world.made("XF", "webhooks", {"url": "http://127.0.0.1:9/x"})
    return f"webhooks/{one['id']}"


def _dispute(world: World) -> str:
    """A dispute of the layout that OWN accepted for SC."""
    return f"data-check-requests/{world.disputed('layout', 'chen')}"


def _decline(world: World) -> Door:
    value = {"outcome": "not_upheld", "reason": "record_correct"}
    return Door(OWN, f"{_dispute(world)}:answer", value, {"text": "CANARY-TEXT"})


def number_of(key: str) -> str:
    """The number of one of the invented people."""
    return str(next(one["number"] for one in samples.people() if one["key"] == key))


def mandate_paper(world: World, who: str = "SC", case: str = "SC-002") -> str:
    """Id of the acceptance of a mandate of chen to lin on paper, each with a file of its own."""
    content = a_pdf(extra=secrets.token_bytes(16).hex().encode())
    assert world.put(who, content, "application/pdf").status_code == 201
    asked = {
        "case": world.cases[case],
        "type": "mandate",
        "document": {"sha256": sha256(content).hexdigest()},
        "issuer": "own",
        "parties": [
            {"role": "principal", "holder": world.holders["chen"]},
            {"role": "agent", "holder": world.holders["lin"]},
        ],
        "assurance": "original",
    }
    sent = world.signed(who, "acceptances", asked) if who == OWN else asked
    return str(world.made(who, "acceptances", sent)["id"])


def mandate_request(world: World, paper: str, case: str = "SC-002") -> dict[str, Any]:
    """What records that lin acts for chen in that case, for a month."""
    return {
        "case": world.cases[case],
        "acceptance": paper,
        "principal": world.holders["chen"],
        "agent": {"id_type": "111", "number": number_of("lin")},
        "scope": {"acts": ["view", "hand_in"], "types": [], "case": world.cases[case]},
        "last_day": (day_of(int(time.time())) + timedelta(days=30)).isoformat(),
    }


def _mandate(world: World) -> Door:
    return Door(OWN, "mandates", mandate_request(world, mandate_paper(world, OWN, OWN), OWN))


def _mandate_end(world: World) -> Door:
    asked = world.signed(OWN, "mandates", _mandate(world).value)
    made = world.made(OWN, "mandates", asked)["id"]
    return Door(OWN, f"mandates/{made}:end", {"reason": "taken_back"}, {"text": "CANARY-TEXT"})


def _consent(world: World) -> Door:
    return Door(OWN, "consents", consent_request(world, consent_case(world, OWN)))


def _consent_end(world: World) -> Door:
    made = world.made(OWN, "consents", world.signed(OWN, "consents", _consent(world).value))["id"]
    return Door(OWN, f"consents/{made}:withdraw", {"present": "head"})


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


def publish_places(world: World) -> None:
    """Where the food licence is offered, so that the door that tells it has something to tell."""
    document = next(one for one in samples.availability() if one["code"] == "SC-002")
    world.made("SC", "catalogue/versions", {"subject": "availability", "document": document})
