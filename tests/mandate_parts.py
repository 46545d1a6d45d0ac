# SPDX-License-Identifier: Apache-2.0
"""Papers that let somebody act for another in a ledger of meaning, and what departments record by them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from attest.cases.commands import OpenCase
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.model import AGENT, GUARDIAN
from attest.codes import citizen_number
from attest.days import DAY
from attest.holders.commands import NameHolderCommand
from attest.mandates.model import ACTS, Ending, Mandate, Recording, Scope
from attest.mandates.recording import RecordMandate
from attest.mandates.repository import mandate_by_id
from attest.mandates.standing import standing_of
from attest.materials.commands import Accept
from ledger.hashing import sha256
from tests.attest_parts import NOW, TODAY, Meaning, demo

if TYPE_CHECKING:
    from attest.acts import Written
    from tests.evidence_parts import Scene

CHILD = citizen_number("990102", date(TODAY.year - 8, 5, 20), 12)
YOUTH = citizen_number("990102", date(TODAY.year - 17, TODAY.month, TODAY.day), 13)
ADULT = citizen_number("990102", date(TODAY.year - 30, 3, 2), 14)


def named(ledger: Meaning, id_type: str, number: str, name: str) -> bytes:
    return ledger.submit(NameHolderCommand("SC", id_type, number, name, ledger.context))[1]


def publish_guide(ledger: Meaning) -> None:
    """The food guide's next version also takes what proves a guardian."""
    guide = demo("catalogue/items/SC-002.json")
    asked = next(one for one in guide["requirements"] if one["code"] == "mandate")
    for type_, (_, first, second) in list(PAPERS.items())[1:]:
        role = {first: "applicant", second: "agent"}
        asked["alternatives"].append({"evidence": [{"type": type_, "role": role, "valid": True}]})
    body = json.dumps({**guide, "version": 2}, ensure_ascii=False).encode()
    ledger.act(Publish(), Publication("item", "SC-002", 2, sha256(body)), "SC", attached=[body])


def number_of(key: str) -> str:
    return str(next(one["number"] for one in demo("people.json") if one["key"] == key))


def a_case(ledger: Meaning, *holders: str) -> str:
    """A case at SC of these holders, chen among them."""
    parties = {"applicant": "eatery", "operator": "chen"}
    opening = ledger.opening("SC-002", {"prepacked": "no", "catering": "no", "applicant": "agent"}, parties)
    more = tuple(("operator", ledger.holders[one]) for one in holders)
    ledger.act(OpenCase(ledger.catalogue), replace(opening, parties=opening.parties + more), "SC")
    return opening.case_no


PAPERS = {
    "mandate": ("own", "principal", "agent"),
    "birth_certificate": ("WJ", "holder", "co_holder"),
    "household_register": ("GA", "member", "holder"),
    "guardianship_ruling": ("third_party", "ward", "guardian"),
}


def a_paper(
    ledger: Meaning,
    case: str,
    type_: str = "mandate",
    principal: str = "chen",
    agent: str = "lin",
    **more: Any,
) -> Written:
    """A paper that names both, accepted by SC in its case; each has a file of its own."""
    issuer, first, second = PAPERS[type_]
    record = ledger.acceptance(case, "food-layout.pdf", "SC")
    document = replace(record.document, sha256=ledger.context.random(32))
    values: dict[str, Any] = {
        "type": type_,
        "document": document,
        "issuer": issuer,
        "number": None,
        "issued": None,
        "valid_until": None,
        "about": None,
        "parties": ((first, ledger.holders[principal]), (second, ledger.holders[agent])),
    }
    return ledger.act(Accept(ledger.catalogue), replace(record, **{**values, **more}), "SC")


def recording(ledger: Meaning, case: str, paper: Written, **more: Any) -> Recording:
    """A record of chen's agent lin in that case; members of the mandate and of the record may be given."""
    random = ledger.context.random
    values: dict[str, Any] = {
        "principal": ledger.holders["chen"],
        "principal_salt": random(32),
        "agent_type": "111",
        "agent_number": number_of("lin"),
        "agent_salt": random(32),
        "scope": Scope(ACTS, case_no=case),
        "until": NOW + DAY,
    }
    own = {name: more.pop(name) for name in ("relation", "acceptance", "case_no") if name in more}
    mandate = Mandate(**{**values, **more})
    record = Recording(mandate, AGENT, ledger.cite(paper), case, random(32))
    return replace(record, **own)


def guardianship(ledger: Meaning, case: str, paper: Written, ward: str = "child", **more: Any) -> Recording:
    given = {"scope": Scope(ACTS), "principal": ledger.holders[ward], "relation": GUARDIAN, **more}
    return recording(ledger, case, paper, **given)


def record(ledger: Meaning, made: Recording, department: str = "SC") -> Written:
    return ledger.act(RecordMandate(ledger.catalogue), made, department)


def refusal(ledger: Meaning, made: Recording, department: str = "SC") -> str:
    return ledger.refusal(RecordMandate(ledger.catalogue), made, department)


def state(ledger: Meaning, written: Written, at: int = NOW) -> str:
    row = mandate_by_id(written.id, ledger.log.store)
    assert row is not None
    return standing_of(row, at, ledger.log.store, ledger.context).state


def ending(ledger: Meaning, made: Written, case: str, reason: str = "taken_back") -> Ending:
    return Ending(ledger.cite(made), case, ledger.context.random(32), reason, None)


class _UnruledMandate(RecordMandate):
    """A recorded mandate that the service let through against its own rules."""

    def check(self, *_: object) -> None:
        return


def mandated(scene: Scene) -> dict[str, int]:
    """Indexes of recorded mandates, anchored: of SC one stands, one fell, one is over; one is of XF."""
    ledger, made = scene.ledger, {}
    case = a_case(ledger)
    act = _UnruledMandate(ledger.catalogue)
    for name, department, more in (
        ("stands", "SC", {}),
        ("mandate fallen", "SC", {}),
        ("mandate over", "SC", {"until": ledger.clock[0]}),
        ("mandate by another", "XF", {}),
    ):
        paper = a_paper(ledger, case)
        made[name] = ledger.act(act, recording(ledger, case, paper, **more), department).index
        if name == "mandate fallen":
            ledger.retract(paper, "SC")
    scene.anchor()
    ledger.fire_case()
    return made
