# SPDX-License-Identifier: Apache-2.0
"""Plants names, numbers and words through pages, as clerks, auditors and citizens type them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from attest.codes import citizen_number
from tests.consent_parts import consent_case, last_day
from tests.people import Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import FOOD_ANSWERS, SHOP

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

FORM_CITIZEN: Final = citizen_number("990101", date(1985, 5, 5), 77)
TEXTS: Final = {
    "form name": "金丝雀司徒表单",
    "form number": FORM_CITIZEN,
    "form purpose": "CANARY form purpose 页面查阅",
    "form text": "CANARY form text 页面异议",
    "form password": "CANARY form password 口令",
    "form look": "CANARY-form-look",
}
NEVER_KEPT: Final = {"form password", "form look"}


def plant_forms(world: World) -> list[httpx.Response]:
    """Every form that takes a name, a number or words, rightly and wrongly; the answers of the good ones."""
    add_accounts(world)
    clerk, chen = signed_in(world, "clerk.sc"), as_person(world, "chen")
    name, number = TEXTS["form name"], TEXTS["form number"]
    taken = [
        _new_case(world, clerk, name, number),
        _consent(world, clerk, name, number),
        _look(signed_in(world, "auditor"), "/oversight/person", number=number),
        _look(signed_in(world, "auditor"), "/trace", q=world.cases["SC-002"]),
        _mandate(chen, number),
        dispute(chen, str(world.accepted["layout"]["id"]), "wrong_content", TEXTS["form text"]),
    ]
    # wrongly: another name, a number with a wrong check character, words where a code belongs
    _new_case(world, clerk, name + "乙", number)
    _new_case(world, clerk, name, number[:-1] + ("0" if number[-1] != "0" else "1"))
    _mandate(chen, name)
    _look(signed_in(world, "auditor"), "/trace", q=number)
    for look in (name, number, TEXTS["form look"]):
        raw = quote(look, safe="")
        clerk.get(f"/counter?case={raw}")
        clerk.get(f"/counter/{raw}")
        chen.get(f"/my/materials/{raw}")
        chen.get(f"/my/uses?before={raw}")
        clerk.post("/counter/use", case=look, key=look, **{look: look})
    stranger = Browser(world)
    stranger.get("/sign-in")
    stranger.post("/sign-in", user=name, password=TEXTS["form password"])
    return taken


def _new_case(world: World, clerk: Browser, name: str, number: str) -> httpx.Response:
    page = clerk.get("/counter/new?item=SC-002").text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert key is not None
    fields = {f"answer.{code}": said for code, said in FOOD_ANSWERS.items()}
    for role in ("applicant", "operator"):
        fields |= {f"name.{role}.0": name, f"number.{role}.0": number}
    fields["about"] = SHOP["id"]
    return clerk.post("/counter/new", item="SC-002", way="window", key=key[1], **fields)


def _consent(world: World, clerk: Browser, name: str, number: str) -> httpx.Response:
    case = consent_case(world)
    sent = {"case": case, "requirement": "licence", "key": "k", "holder": "other", "present": "holder"}
    typed = {"name.other": name, "number.other": number, "until": last_day()}
    clerk.get(f"/counter/consent?case={case}&requirement=licence")
    return clerk.post("/counter/consent", **sent, **typed)


def _look(reader: Browser, path: str, **fields: str) -> httpx.Response:
    reader.get(path)
    return reader.post(path, purpose=TEXTS["form purpose"], **fields)


def _mandate(chen: Browser, number: str) -> httpx.Response:
    page = chen.get("/my/mandates/new").text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert key is not None
    asked = {"number": number, "act.view": "yes", "until": last_day()}
    return chen.post("/my/mandates/new", key=key[1], **asked)
