# SPDX-License-Identifier: Apache-2.0
"""「我已交过」: what a citizen is told of their own case, honestly, and the proof that they take away."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from attest.verify.evidence import Evidence
from tests import warm
from tests.homes import copy_of
from tests.people import Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import SHOP, World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def handed(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this file's own; each test opens cases of its own."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("handed") / "home"))
    fill(made)
    yield made
    made.close()


def a_case(world: World) -> str:
    """A new case of the eatery and chen at SC, which could recognise the licence."""
    return str(world.made("SC", "cases", world.case("SC-002"))["case"])


def claim(browser: Browser, case: str, requirement: str = "licence", again: str = "yes") -> httpx.Response:
    """Choose the requirement, press once, follow to the answer."""
    form = browser.get(f"/my/handed-in/{case}")
    assert form.status_code == 200, form.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', form.text)
    assert key is not None
    sent = browser.post(f"/my/handed-in/{case}", key=key[1], requirement=requirement, again=again)
    return browser.get(sent.headers["location"]) if sent.status_code == 303 else sent


def outcome(page: httpx.Response) -> str:
    """What the answer says, by its code."""
    found = re.search(r'data-answer="([a-z_]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def proof(browser: Browser, page: httpx.Response) -> httpx.Response:
    """The proof that a page offers."""
    found = re.search(r'action="(/my/reasks/[0-9a-f]{32}/evidence)"', page.text)
    assert found is not None
    return browser.post(found[1])


def verified(octets: bytes, world: World, folder: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `once verify --offline`, in a process of its own."""
    file, trust = folder / "proof.evidence.json", folder / "trust.json"
    file.write_bytes(octets)
    trust.write_bytes(world.ledger.trust.format())
    asked = ("verify", str(file), "--trust", str(trust), "--offline", "--json")
    done = warm.run(asked, os.environ)
    return done.returncode, json.loads(done.stdout)


def test_asked_in_vain_is_said_recorded_and_proved(handed: World, tmp_path: Path) -> None:
    """The answer names who accepted it and when; the proof passes `once verify --offline` and the page."""
    chen, case = as_person(handed, "chen"), a_case(handed)
    size = handed.size
    page = claim(chen, case)
    assert outcome(page) == "reasked"
    kinds = [handed.kind_of(index) for index in range(size, handed.size)]
    assert kinds.count("material.claimed") == kinds.count("reask.recorded") == 1
    for word in ("Government Service Bureau", "Fire and Rescue", "Business licence"):
        assert word in page.text
    file = proof(chen, page)
    assert file.headers["content-disposition"].endswith('.evidence.json"')
    evidence = Evidence.parse(file.content)
    assert evidence.entries[0].envelope is not None
    assert evidence.entries[0].envelope.entry.kind == "reask.recorded"
    assert evidence.private == ()
    code, said = verified(file.content, handed, tmp_path)
    assert (code, said["verdict"]) == (0, "valid")
    damaged = json.loads(file.content)
    damaged["openings"][0]["salt"] = "00" * 32
    assert verified(json.dumps(damaged).encode(), handed, tmp_path)[0] == 1
    public = Browser(handed)
    public.get("/verify")
    judged = public.post("/verify", evidence=file.text)
    assert judged.status_code == 200
    assert 'class="band ok"' in judged.text
    assert "Market Regulation Bureau" in judged.text
    assert "Said by the applicant to have asked again" in judged.text


def test_their_own_word_is_told_apart_from_an_asking_on_record(handed: World) -> None:
    """A claim is reported, by the case's channel, in a column of its own; a later request is on record."""
    chen, case = as_person(handed, "chen"), a_case(handed)
    before = rate_at_sc(handed)
    page = claim(chen, case)
    assert 'data-source="claim"' in page.text
    assert "This is your word" in page.text
    assert "supervision see it, counted apart" in page.text
    reported = rate_at_sc(handed)
    assert reported == {**before, "reported": before["reported"] + 1}
    asked = handed.made("SC", "requests", {"case": case, "requirement": "licence", "notice": "supplement"})
    assert asked["reask"]["finding"] == "recognisable"
    assert rate_at_sc(handed) == {
        **before,
        "requests": before["requests"] + 1,
        "recognisable": before["recognisable"] + 1,
    }
    found = re.findall(
        r'data-reask="[0-9a-f]{32}" data-finding="[a-z_]+" data-source="([a-z]+)"',
        chen.get("/my/handed-in").text,
    )
    assert found[:2] == ["supplement", "claim"]


def test_a_look_is_recorded_against_nobody(handed: World) -> None:
    """Whoever was not asked again learns what is on record; it is no re-ask, counted nowhere."""
    chen, case = as_person(handed, "chen"), a_case(handed)
    before, size = rate_at_sc(handed), handed.size
    page = claim(chen, case, again="no")
    assert outcome(page) == "known"
    assert "nothing is recorded against anybody" in page.text
    assert "/evidence" not in page.text
    kinds = [handed.kind_of(index) for index in range(size, handed.size)]
    assert "material.claimed" in kinds
    assert "reask.recorded" not in kinds
    assert rate_at_sc(handed) == before
    unsaid = claim(chen, case, again="")
    assert unsaid.status_code == 422
    assert "Say whether it was asked of you again" in unsaid.text
    assert 'value="licence" checked' in unsaid.text


def rate_at_sc(world: World) -> dict[str, Any]:
    """What the market bureau asked for at its window in SC-002."""
    rates = world.get("SC", "reasks/rates").json()["rates"]
    found = [one for one in rates if (one["item"], one["channel"]) == ("SC-002", "window")]
    numbers = ("receipts", "requests", "recognisable", "outside_list", "reported")
    return {name: sum(one[name] for one in found) for name in numbers}


def test_past_re_asks_are_listed_for_the_parties_alone(handed: World) -> None:
    """A notice that asked in vain stands on the list with its proof; who is no party reads nothing of it."""
    case = a_case(handed)
    asked = {"case": case, "requirement": "licence", "notice": "supplement"}
    told = handed.made("SC", "requests", asked)["reask"]["id"]
    outside = handed.made("SC", "requests", {"case": case, "what": "婚育证明"})["reask"]["id"]
    chen, he = as_person(handed, "chen"), as_person(handed, "he")
    page = chen.get("/my/handed-in").text
    found = dict(re.findall(r'data-reask="([0-9a-f]{32})" data-finding="([a-z_]+)"', page))
    assert (found[told], found[outside]) == ("recognisable", "outside_list")
    assert f'data-case="{case}"' in page
    for id_ in (told, outside):
        assert chen.post(f"/my/reasks/{id_}/evidence").status_code == 200
    assert "data-reask" not in he.get("/my/handed-in").text
    for id_ in (told, "0" * 32, "no-id"):
        before = handed.size
        refused = he.post(f"/my/reasks/{id_}/evidence")
        assert refused.status_code == 404
        assert [handed.kind_of(index) for index in range(before, handed.size)] == ["usage.refused"]


def test_said_twice_counts_once(handed: World) -> None:
    """One press sent twice is one entry; a second claim is on record, and points to the first re-ask."""
    chen, case = as_person(handed, "chen"), a_case(handed)
    chen.get(f"/my/handed-in/{case}")
    places = {
        chen.post(f"/my/handed-in/{case}", key="one-press", requirement="licence", again="yes").headers[
            "location"
        ]
        for _ in range(2)
    }
    assert len(places) == 1
    first, second = chen.get(places.pop()), claim(chen, case)
    assert (outcome(first), outcome(second)) == ("reasked", "told")
    assert "You are right" not in second.text  # it is still their word alone
    found = [re.search(r"/my/reasks/([0-9a-f]{32})/", page.text) for page in (first, second)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0][1] == found[1][1]


def test_every_honest_no(handed: World) -> None:
    """Relied on, on file here, nothing there, disputed: each is said as it is and accuses nobody."""
    chen = as_person(handed, "chen")
    used = a_case(handed)
    licence = handed.accepted["licence"]["id"]
    handed.made("SC", "reliances", {"case": used, "requirement": "licence", "acceptance": licence})
    found = claim(chen, used)
    assert (outcome(found), "The window sees that." in found.text) == ("used", True)
    here = str(handed.made("ZW", "cases", handed.case("XF-001"))["case"])
    nothing = claim(chen, here, "promise")
    assert outcome(nothing) == "not_met"
    assert "The applicant makes this paper for this case." in nothing.text
    assert "data-download" not in nothing.text
    dispute(chen, licence)
    unsure = claim(chen, a_case(handed))
    assert outcome(unsure) == "cannot_tell"
    assert "A party disputes it" in unsure.text
    found = claim(chen, used)
    assert outcome(found) == "disputed"
    for said in ("On record, but disputed", "answer is due by", "may ask you for one", "Business licence"):
        assert said in found.text
    assert "The window sees that." not in found.text
    reasks = handed.get("SC", "reasks", purpose="review", limit="500").json()["reasks"]
    assert not [one for one in reasks if one["case"] in (used, here)]


def test_an_answer_stays_as_it_was(handed: World) -> None:
    """An answer is as of its claim: what happens afterwards does not rewrite it."""
    chen, world = as_person(handed, "chen"), handed
    case = str(world.made("YC", "cases", {**world.case("YC-004"), "about": SHOP})["case"])
    first = claim(chen, case, "premises.leased")
    assert outcome(first) == "not_met"
    world.upload("YC", "lease-contract.pdf")
    world.upload("YC", "deed-shop.jpg")
    for file in ("lease-contract.pdf", "deed-shop.jpg"):
        world.made("YC", "acceptances", world.acceptance(case, file, about=SHOP))
    index = next(at for at in range(world.size - 1, 0, -1) if world.kind_of(at) == "material.claimed")
    assert outcome(chen.get(f"/my/handed-in/{case}/{index}")) == "not_met"
    assert outcome(claim(chen, case, "premises.leased")) == "on_file"


def test_what_is_not_theirs_is_unknown(handed: World) -> None:
    """A stranger's case, none, and staff are refused as entries; an unlisted requirement writes nothing."""
    case, he = a_case(handed), as_person(handed, "he")
    for number in (case, "990101202611270000019"):
        for send in (he.get, he.post):
            before = handed.size
            answer = send(f"/my/handed-in/{number}")
            assert answer.status_code == 404
            assert [handed.kind_of(at) for at in range(before, handed.size)] == ["usage.refused"]
    chen = as_person(handed, "chen")
    for wanted in ("", "marriage", "licence "):
        form = claim(chen, case, wanted)
        assert form.status_code == 422
        assert "Choose which one you handed in before" in form.text
    assert not [at for at in range(before, handed.size) if handed.kind_of(at) == "material.claimed"]
    for index in ("0", "-1", "x", "9" * 20):
        assert chen.get(f"/my/handed-in/{case}/{index}").status_code == 404
    add_accounts(handed)
    assert signed_in(handed, "clerk").get("/my/handed-in").status_code == 403


def test_a_case_in_which_one_is_an_agent_says_so(handed: World) -> None:
    """The list names the role, offers no form that would be refused, and leads to the mandates."""
    asked = handed.case("SC-002")
    asked["parties"].append({"role": "agent", "holder": handed.holders["lin"]})
    case = str(handed.made("SC", "cases", asked)["case"])
    row = re.compile(rf'<li class="held" data-case="{case}" data-say="(yes|no)">(.*?)</li>', re.DOTALL)
    for person, say in (("lin", "no"), ("chen", "yes")):
        found = row.search(as_person(handed, person).get("/my/handed-in").text)
        assert found is not None
        assert found[1] == say
        assert (f"/my/submission/{case}" in found[2], f"/my/handed-in/{case}" in found[2]) == (
            say == "yes",
            say == "yes",
        )
        assert ("In this case you are: agent." in found[2], "/my/mandates" in found[2]) == (
            say == "no",
            say == "no",
        )


def test_what_was_relied_on_and_fell_promises_nothing(own_world: World) -> None:
    """Once its acceptance was taken back the answer is why nothing would do; before, that it serves."""
    chen, case = as_person(own_world, "chen"), a_case(own_world)
    licence = own_world.accepted["licence"]["id"]
    own_world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    before = claim(chen, case, again="no")
    assert outcome(before) == "used"
    own_world.made("XF", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    after = claim(chen, case)
    assert (outcome(after), "took its acceptance back on" in after.text) == ("not_met", True)
