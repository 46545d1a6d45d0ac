# SPDX-License-Identifier: Apache-2.0
"""A paper whose issuer has said no, taken in again: whoever takes it is told, and no one else is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.demo import samples
from tests.openapi_parts import Contract
from tests.people import add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

LICENCE = "business-licence.pdf"
SINCE = "2026-01-05"


def deny(world: World) -> int:
    """SC says that the eatery's licence stands no more; the entry."""
    number = samples.sample(LICENCE).number
    parties = [{"role": "holder", "holder": world.holders["eatery"]}]
    asked = {"type": "business_licence", "number": number, "parties": parties, "reason": "revoked"}
    return int(world.made("SC", "denials", {**asked, "since": SINCE})["index"])


def paper(world: World, case: str = "XF-001", **more: Any) -> dict[str, Any]:
    """The licence of before, taken in by ZW once more."""
    return {**world.acceptance(world.cases[case], LICENCE), "issued": "2024-03-01", **more}


def test_whoever_takes_it_in_is_told(own_world: World) -> None:
    """Singly and in a batch, however the number is typed: by whom, why, since when, and the entry."""
    world = own_world
    assert "denied" not in world.made("ZW", "acceptances", paper(world))
    index = deny(world)
    contract = Contract(world.send("GET", "/openapi.json").json())
    number = str(samples.sample(LICENCE).number)
    answer = world.post("ZW", "acceptances", paper(world, number=f" {number.lower()}"))
    assert not contract.answer("POST", "/api/v1/acceptances", answer)
    told = {"department": "SC", "denial": "revoked", "since": SINCE, "index": index}
    assert answer.json()["denied"] == told
    world.made("ZW", f"acceptances/{answer.json()['id']}:retract", {"reason": "document_invalid"})
    answer = world.post("ZW", "acceptances:batch", {"acceptances": [paper(world), paper(world)]})
    assert not contract.answer("POST", "/api/v1/acceptances:batch", answer)
    assert [one.get("denied") for one in answer.json()["results"]] == [
        told,
        None,
    ]  # the first was a later look


def test_a_newer_paper_of_its_number_is_another(own_world: World) -> None:
    """Issued on the day of the denial or later it is not the paper that was meant."""
    world = own_world
    deny(world)
    assert "denied" not in world.made("ZW", "acceptances", paper(world, issued=SINCE))
    index = deny(world)
    made = world.made("ZW", "acceptances", paper(world, issued="2026-01-04"))
    assert made["denied"]["index"] == index


def test_the_issuer_itself_may_take_it_in(own_world: World) -> None:
    """What its own desk takes in after its word is told as well: it may be the same paper."""
    world = own_world
    deny(world)
    world.upload("SC", LICENCE)
    case = world.acceptance(world.cases["SC-002"], LICENCE)
    made = world.made("SC", "acceptances", {**case, "issued": "2024-03-01", "submitted": "by_choice"})
    assert made["denied"]["department"] == "SC"


def test_the_counter_asks_before_it_is_signed(own_world: World) -> None:
    """The press is answered with the issuer's word; with the tick the paper is taken in, and counts."""
    world = own_world
    add_accounts(world)
    clerk = signed_in(world, "clerk")
    case = str(world.made("ZW", "cases", world.case("YC-004"))["case"])
    deny(world)
    one = samples.sample(LICENCE)
    form = {
        "case": case,
        "requirement": "licence",
        "position": "0",
        "type": "business_licence",
        "sha256": one.sha256,
        "number": str(one.number),
        "assurance": "original",
        "key": a_request_key(),
    }
    size = world.size
    page = clerk.post("/counter/accept", **form)
    assert page.status_code == 200
    shut = re.search(r'id="f-despite".*?</section>', page.text, re.DOTALL)
    assert shut is not None
    assert "The issuer has said that the paper of this number stands no more" in shut[0]
    assert "2026" in shut[0]
    assert "material.accepted" not in [world.kind_of(index) for index in range(size, world.size)]
    clerk.post("/counter/accept", **form, despite="issuer.not_valid")
    kinds = [world.kind_of(index) for index in range(size, world.size)]
    assert kinds.count("material.accepted") == 1
    newer = {**form, "issued": "2026-02-01", "key": a_request_key()}
    assert 'id="f-despite"' not in clerk.post("/counter/accept", **newer).text
