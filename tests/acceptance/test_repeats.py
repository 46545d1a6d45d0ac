# SPDX-License-Identifier: Apache-2.0
"""Repeats at every door: the same request has one entry and one answer; another under its key is refused."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from attest.acts import Custodial
from attest.cases.model import CHANNELS
from attest.consents.model import PRESENT
from attest.registry.commands import RegisterDepartment, RetireKey
from attest.registry.model import GOVERNANCE, Department, KeyRetired
from attest.statements import Entry, sign_entry
from ledger.canonical import dump
from ledger.commands import RequestKey
from ledger.hashing import sha256
from ledger.proof import TlogProof, verify_tlog_proof
from tests.acceptance.door_samples import CITIZEN, PDF, mandate_paper, mandate_request
from tests.consent_parts import consent_case, consent_request, last_day
from tests.numbers import licence_number
from tests.worlds import OWN, OWN_SIGNER, World, a_request_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from ledger.canonical import Json

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True

STALE: int = 120


def signed_at(world: World, path: str, value: Any, at: int) -> bytes:
    """A submission that the own-key department signed at second `at`."""
    good = json.loads(world.prepared(OWN, path, value))
    entry = Entry.parse(dump({**good["entry"], "time": at}, ascii_only=True))
    envelope = sign_entry(entry, OWN_SIGNER)
    whole = {"entry": {**good["entry"], "time": at}, "private": good["private"]}
    return dump({**whole, "key": envelope.key.hex(), "sig": envelope.sig.hex()}, max_depth=18)


def proves(world: World, answer: httpx.Response) -> None:
    """The receipt proves the entry in the head as it is now."""
    said = answer.json()
    proof = TlogProof.parse(said["receipt"]["proof"].encode())
    leaf = world.ledger.store.leaf(said["index"])
    checkpoint = verify_tlog_proof(proof, leaf, world.ledger.trust.log_keys, world.ledger.context.origin)
    assert checkpoint.size == world.size


def test_signed_repeats_have_the_first_index(own_world: World) -> None:
    """An exact repeat has the first index: when stale, after retraction, by a retired key."""
    world = own_world
    began = int(time.time())
    asked = world.acceptance(world.cases[OWN], "food-layout.pdf")
    edge = began - STALE + 3
    submission = signed_at(world, "acceptances", asked, edge)
    control = signed_at(world, "acceptances", asked, edge)
    first = world.post(OWN, "acceptances", submission)
    assert first.status_code == 201, first.text
    while time.time() < edge + STALE + 1:
        time.sleep(0.1)
    assert world.post(OWN, "acceptances", control).json()["code"] == "statement.stale"
    path = f"acceptances/{first.json()['id']}:retract"
    retraction = world.signed(OWN, path, {"reason": "checked_wrongly"})
    retracted = world.post(OWN, path, retraction)
    assert retracted.status_code == 201, retracted.text
    ledger = world.ledger
    ended = KeyRetired(OWN, OWN_SIGNER.address, "retired", 0)
    ledger.writer.submit_wait(Custodial(RetireKey(), ended, GOVERNANCE, ledger.context))
    size = world.size
    for again, whole in ((first, submission), (retracted, retraction)):
        where = "acceptances" if again is first else path
        repeated = world.post(OWN, where, whole)
        assert repeated.status_code == 201, repeated.text
        members = ("id", "index", "leaf")
        assert [repeated.json()[name] for name in members] == [again.json()[name] for name in members]
        proves(world, repeated)
    batch = world.post(OWN, "acceptances:batch", b'{"acceptances":[' + submission + b"]}")
    assert batch.json()["results"][0]["receipt"]["index"] == first.json()["index"]
    assert world.size == size
    fresh = world.signed(OWN, "acceptances", asked)
    assert world.post(OWN, "acceptances", fresh).json()["code"] == "signature.retired_key"
    assert world.post("SC", "acceptances", submission).json()["code"] == "issuer.mismatch"
    assert world.acts(size) == []


def test_a_retraction_is_only_taken_at_its_own_address(own_world: World) -> None:
    """A signed retraction that is sent to another acceptance is refused before anything is written."""
    world = own_world
    asked = world.acceptance(world.cases[OWN], "food-layout.pdf")
    other = world.made(OWN, "acceptances", world.signed(OWN, "acceptances", asked))["id"]
    path = f"acceptances/{world.accepted['layout']['id']}:retract"
    retraction = world.signed(OWN, path, {"reason": "checked_wrongly"})
    size = world.size
    for wrong in (other, "0" * 32, world.accepted["licence"]["id"]):
        assert world.post(OWN, f"acceptances/{wrong}:retract", retraction).status_code in {400, 404, 409}
    assert world.acts(size) == []
    assert world.post(OWN, path, retraction).status_code == 201


ELSEWHERE: Final = frozenset(
    f"/api/v1/{path}"
    for path in (
        "documents/{sha256}",
        "api-keys",
        "api-keys/{id}:rotate",
        "api-keys/{id}:end",
        "webhooks/{id}",
        "webhooks/{id}:rotate",
        "recalls/{id}:seen",
        "expiries/{id}:seen",
    )
)
"""Writes without a JSON body, or whose answer is shown once: their repeats are tested with them."""


def writes(world: World) -> dict[str, tuple[str, str, Callable[[], Any]]]:
    """A new body for each write route of documents in JSON, as often as it is called."""
    numbers = iter(range(100, 300))

    def department() -> dict[str, Any]:
        code = f"NEW{next(numbers)}"
        key = {"custody": "department", "address": sha256(code.encode())[:20].hex()}
        return {"code": code, "level": "county", "name": {"zh": "新局", "en": "New"}, "key": key}

    def types() -> dict[str, Any]:
        version = next(types_version)
        return {"subject": "types", "document": {**samples.types(), "version": version}}

    def new_key() -> dict[str, Any]:
        return {"department": "SC", "address": f"{next(numbers):040x}", "custody": "department"}

    old = iter([f"{number:040x}" for number in range(1, 3)])
    for number in range(1, 3):
        added = {"department": "SC", "address": f"{number:040x}", "custody": "department"}
        world.made("operator", "departments/keys", added)

    def old_key() -> dict[str, Any]:
        return {"department": "SC", "address": next(old), "reason": "key_lost"}

    def about() -> dict[str, str]:
        return {"kind": "premises", "id": f"P{next(numbers)}"}

    types_version = iter(range(2, 50))
    licences = [
        world.made("ZW", "acceptances", world.acceptance(world.cases["XF-001"], "business-licence.pdf"))["id"]
        for _ in range(2)
    ]

    def licence() -> dict[str, Any]:
        asked = world.acceptance(world.cases["XF-001"], "business-licence.pdf")
        return {**asked, "number": licence_number(next(numbers))}

    def statement() -> bytes:
        wish = {"kind": "registry.snapshot", "lifetime": next(numbers)}
        return world.signed("operator", "statements", wish, world.ledger.context.keys.signer("governance"))

    def denial() -> dict[str, Any]:
        parties = [{"role": "holder", "holder": world.holders["eatery"]}]
        paper = {"type": "business_licence", "number": licence_number(next(numbers)), "parties": parties}
        return {**paper, "reason": "revoked", "since": "2026-01-05"}

    agreed, days, present = consent_case(world), iter(range(10, 20)), iter(PRESENT)
    withdrawn = world.made("SC", "consents", consent_request(world, consent_case(world)))["id"]
    asked = world.disputed("licence", "chen")
    hook = world.made("ZW", "webhooks", {"url": "http://127.0.0.1:9/x"})["id"]
    rely = {"case": world.cases["SC-002"], "requirement": "licence"}
    newborn = {"id_type": "provisional", "number": "A900", "name": "甲"}
    child = world.made("ZW", "holders", newborn)["holder"]
    people = iter([world.holders["chen"], world.holders["eatery"]])
    channels = iter(CHANNELS)
    kitchens = [world.made("SC", "cases", world.case("SC-002"))["case"] for _ in range(2)]
    employee = [{"role": "employee", "holder": world.holders["ma"]}]
    papers = [mandate_paper(world) for _ in range(3)]
    agents = iter([mandate_request(world, one) for one in papers[:2]])
    recorded = world.made("SC", "mandates", mandate_request(world, papers[2]))["id"]
    staff = iter([{"case": one, "parties": employee} for one in kitchens])
    cited = iter([world.accepted["licence"]["id"], *licences])
    return {
        "departments": ("operator", "departments", department),
        "keys": ("operator", "departments/keys", new_key),
        "keys:retire": ("operator", "departments/keys:retire", old_key),
        "holders": (
            "ZW",
            "holders",
            lambda: {"id_type": "provisional", "number": f"A{next(numbers)}", "name": "甲"},
        ),
        "links": ("ZW", f"holders/{child}:link", lambda: {"holder": next(people)}),
        "versions": ("operator", "catalogue/versions", types),
        "cases": ("ZW", "cases", lambda: {**world.case("XF-001"), "about": about()}),
        "mandates": ("SC", "mandates", lambda: next(agents)),
        "mandate ends": (
            "SC",
            f"mandates/{recorded}:end",
            lambda: {"reason": "taken_back", "text": f"text {next(numbers)}"},
        ),
        "parties": ("SC", "parties", lambda: next(staff)),
        "acceptances": ("ZW", "acceptances", licence),
        "batch": ("ZW", "acceptances:batch", lambda: {"acceptances": [licence(), licence()]}),
        "retract": ("ZW", f"acceptances/{licences[0]}:retract", lambda: _reason(next(numbers))),
        "data checks": ("XF", f"data-check-requests/{asked}:answer", lambda: _decline(next(numbers))),
        "statements": ("operator", "statements", statement),
        "reliances": ("SC", "reliances", lambda: {**rely, "acceptance": next(cited)}),
        "requests": ("SC", "requests", lambda: {**rely, "what": f"W{next(numbers)}"}),
        "claims": ("SC", "claims", lambda: {**rely, "channel": next(channels)}),
        "webhooks": ("ZW", "webhooks", lambda: {"url": f"http://127.0.0.1:9/{next(numbers)}"}),
        "consents": ("SC", "consents", lambda: consent_request(world, agreed, last_day=last_day(next(days)))),
        "withdrawals": ("SC", f"consents/{withdrawn}:withdraw", lambda: {"present": next(present)}),
        "denials": ("SC", "denials", denial),
        "replay": ("ZW", f"webhooks/{hook}:replay", lambda: {"after": f"{next(numbers)}-0"}),
    }


def _reason(number: int) -> dict[str, str]:
    return {"reason": "checked_wrongly", "text": f"text {number}"}


def _decline(number: int) -> dict[str, str]:
    return {"outcome": "not_upheld", "reason": "record_correct", "text": f"text {number}"}


def test_a_key_stands_for_one_request(own_world: World) -> None:
    """Same key and body: same index and leaf, proof rebuilt; other body: 409; in every route that writes."""
    world = own_world
    tried = set()
    for name, (who, path, body) in writes(world).items():
        key = a_request_key()
        value = body()
        first = world.post(who, path, value, key)
        assert first.status_code in {200, 201}, (name, first.text)
        world.made("ZW", "holders", {"id_type": "111", "number": CITIZEN, "name": "甲乙"})
        size = world.size
        again = world.post(who, path, value, key)
        assert again.status_code == first.status_code, (name, again.text)
        assert _without_receipt(again) == _without_receipt(first), name
        if "receipt" in again.json():
            proves(world, again)
        conflict = world.post(who, path, body(), key)
        if name == "batch":
            codes = {one["problem"]["code"] for one in conflict.json()["results"]}
            assert codes == {"idempotency.conflict"}
        else:
            assert (conflict.status_code, conflict.json()["code"]) == (409, "idempotency.conflict"), name
        assert world.size == size, name
        tried.add(re.sub(r"/[0-9a-f]{32}", "/{id}", path))
    routes = {one.template for one in world.app.table.routes if one.write}
    assert {f"/api/v1/{path}" for path in tried} | ELSEWHERE == routes, routes


def _without_receipt(answer: httpx.Response) -> Any:
    said = answer.json()
    said.pop("receipt", None)
    for one in said.get("results", []):
        one["receipt"] = (one["receipt"]["index"], one["receipt"]["leaf"])
    return said


def test_keys_of_two_principals_are_two_keys(own_world: World) -> None:
    """The same Idempotency-Key and body of another department is another request and shows nothing."""
    world = own_world
    value, key = world.case("SC-002"), a_request_key()
    first = world.post("SC", "cases", value, key).json()
    second = world.post("ZW", "cases", value, key).json()
    assert first["index"] != second["index"]
    assert first["case"] != second["case"]


def _files(world: World) -> list[Path]:
    return sorted(path for path in world.ledger.settings.vault.rglob("*") if path.is_file())


def test_uploads_repeat(own_world: World) -> None:
    """An upload under its key, or another, is the same upload; another file under its key is refused."""
    world, key = own_world, a_request_key()
    other = PDF + b"other"
    first = world.put("ZW", PDF, "application/pdf", key)
    files = _files(world)
    assert first.status_code == 201
    for one in (key, a_request_key(), second := a_request_key()):
        again = world.put("ZW", PDF, "application/pdf", one)
        assert (again.status_code, again.content) == (201, first.content)
    for one in (key, second):
        assert world.put("ZW", other, "application/pdf", one).json()["code"] == "idempotency.conflict"
    assert _files(world) == files


def test_a_registration_that_was_cut_off_is_finished(own_world: World) -> None:
    """A department that was registered without its key, as after a crash, gets it by the repeat."""
    world, key = own_world, a_request_key()
    address = "55" * 20
    name: Json = {"zh": "半局", "en": "Half"}
    asked: Json = {
        "code": "HALF",
        "level": "county",
        "name": name,
        "key": {"custody": "department", "address": address},
    }
    raw, text = dump(asked), dump({"code": "HALF", "name": name})
    ledger = world.ledger
    scope = f"{world.key_id('operator')}\0/api/v1/departments\0{key}".encode()
    print_ = sha256(b"POST\0/api/v1/departments\0" + raw)
    half = Custodial(
        RegisterDepartment(),
        Department("HALF", "county", sha256(text)),
        GOVERNANCE,
        ledger.context,
        RequestKey(sha256(scope)[:16], print_),
        (text,),
    )
    index = ledger.writer.submit_wait(half).index
    assert index is not None
    assert address not in world.get("", "departments/keys").text
    again = world.post("operator", "departments", raw, key)
    assert (again.status_code, again.json()["index"]) == (201, index)
    assert address in world.get("", "departments/keys").text
    assert world.post("operator", "departments", raw, key).json()["index"] == index
    assert world.size == index + 2


def test_another_departments_key_is_no_first_key(own_world: World) -> None:
    """A department is not registered with an address that belongs to another one; nothing is written."""
    world, size = own_world, own_world.size
    key = {"custody": "department", "address": OWN_SIGNER.address.hex()}
    asked = {"code": "THIEF", "level": "county", "name": {"zh": "局", "en": "T"}, "key": key}
    assert world.post("operator", "departments", asked).json()["code"] == "key.known"
    assert world.size == size
