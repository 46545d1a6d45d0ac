# SPDX-License-Identifier: Apache-2.0
"""Data checks over HTTP: the issuer is asked, its signed answer is an entry, and is relied on as such."""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from api.demo import samples
from api.demo.issuer import ANSWERS, FAILS, IssuerService
from api.identity.accounts import Account
from api.identity.roles import CLERK
from api.operation.rebuild import rebuild
from attest.statements import Envelope
from attest.verify import Evidence, verify
from attest.verify.model import OFFLINE
from ledger.secp256k1 import Secp256k1Signer
from tests.issuer_parts import LICENCE, PRESENTED, REVOKED, STANDING, ask, asking_world, told
from tests.people import add_accounts, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

LUO = next(one for one in samples.people() if one["key"] == "luo")


@pytest.fixture
def service() -> Iterator[IssuerService]:
    """The market office's own system, which knows one licence."""
    with IssuerService("SC", [STANDING]) as made:
        yield made


@pytest.fixture
def asking(bare_home: Path, tmp_path: Path, service: IssuerService) -> Iterator[World]:
    with asking_world(bare_home, tmp_path / "home", service) as world:
        yield world


def rely(world: World, acceptance: str, **more: Any) -> Any:
    asked = {"case": world.cases["YC-004"], "requirement": "licence", "acceptance": acceptance, **more}
    return world.post("YC", "reliances", asked)


def test_a_confirmed_paper_is_recognised_on_the_issuers_word(asking: World, service: IssuerService) -> None:
    """Nobody brought it: the issuer signs that it stands, and the answer names that entry of its own key."""
    result = ask(asking, presented=PRESENTED)
    assert told(result) == ("recognised", "matched.number")
    one = result["acceptance"]
    assert (one["authority"], one["received_by"], one["assurance"]) == ("SC", None, "data_check")
    envelope = Envelope.parse(asking.ledger.store.leaf(one["index"]))
    assert (envelope.entry.issuer, envelope.key) == ("SC", service.signer.address)
    assert LICENCE.encode() not in asking.ledger.store.leaf(one["index"])
    assert told(ask(asking)) == ("recognised", "issuer.confirmed")
    assert service.asked == 1


def test_a_denied_paper_is_required_anew(asking: World, service: IssuerService) -> None:
    """What was accepted before counts no longer, whoever accepted it, even while the issuer is silent."""
    before = asking.accepted["licence"]["id"]
    service.register[:] = [REVOKED]
    result = ask(asking)
    assert told(result) == ("required", "issuer.not_valid")
    assert "revoked since 5 January 2026" in result["text"]
    assert asking.kind_of(asking.size - 2) == "material.denied"
    service.mode = FAILS
    assert told(ask(asking)) == ("required", "issuer.not_valid")
    refused = rely(asking, before)
    assert (refused.status_code, refused.json()["code"]) == (409, "reliance.not_recognised")


def test_a_silent_issuer_leaves_it_open(asking: World, service: IssuerService) -> None:
    """No answer is no verdict on the paper: what stands on another ground stands, the rest is not told."""
    service.mode = FAILS
    assert told(ask(asking)) == ("recognised", "matched.holder")
    other = asking.made("YC", "cases", asking.case("YC-004"))["case"]
    asking.cases["other"] = other
    shown = [{"type": "business_licence", "issuer": "SC", "number": "92990101MA99A9999X"}]
    result = ask(asking, "other", presented=shown)
    assert told(result) == ("cannot_tell", "issuer.silent")
    assert result["next"]


def a_case(world: World, person: str = "eatery") -> str:
    """Another case of YC's, of one person alone, by its name."""
    asked = world.case("YC-004")
    for party in asked["parties"]:
        party["holder"] = world.holders[person]
    name = f"case-{len(world.cases)}"
    world.cases[name] = world.made("YC", "cases", asked)["case"]
    return name


def test_a_reliance_names_its_ground_and_verifies_offline(asking: World, tmp_path: Path) -> None:
    """The receipt says data check, with its legal ground; the file proves it with the issuer's own entry."""
    word = ask(asking, presented=PRESENTED)["acceptance"]
    for ground, status in (("recognition", 409), ("data_check", 201)):
        answer = rely(asking, word["id"], ground=ground)
        assert answer.status_code == status, answer.text
    assert answer.json()["ground"] == "data_check"
    assert [one["of"] for one in answer.json()["legal"]][-1] == "data_check"
    again = rely(asking, word["id"])
    assert (again.status_code, again.json()["ground"]) == (201, "data_check")
    refused = rely(asking, asking.accepted["licence"]["id"], ground="data_check")
    assert (refused.status_code, refused.json()["code"]) == (409, "reliance.ground")
    asking.ledger.publisher.publish_once()
    evidence = asking.get("YC", f"evidence/{answer.json()['id']}", purpose="存证")
    assert evidence.status_code == 200, evidence.text
    trust = replace(asking.ledger.trust, chain=None)
    verdict = verify(evidence.content, trust, int(time.time()), profile=OFFLINE)
    assert (verdict.verdict, verdict.reason) == ("valid", "status.stood")
    ((_, cited),) = Evidence.parse(evidence.content).of_role("citation")
    assert cited.signed.entry.body["issuer"] == cited.signed.entry.issuer == "SC"


def test_no_match_and_several_refuse_without_guessing(asking: World, service: IssuerService) -> None:
    """An unknown number and one that two papers have are told apart; neither stands for a paper."""
    case = a_case(asking, "luo")
    assert told(ask(asking, case, presented=PRESENTED)) == ("required", "issuer.unknown")
    service.register[:] = [STANDING, STANDING]
    empty = a_case(asking)
    assert told(ask(asking, empty, presented=PRESENTED)) == ("recognised", "matched.number")
    service.register[:] = [replace(STANDING, number="N-1"), replace(STANDING, number="Ｎ-1")]
    shown = [{"type": "business_licence", "issuer": "SC", "number": "n-1"}]
    assert told(ask(asking, empty, presented=shown)) == ("required", "issuer.several")
    assert asking.kind_of(asking.size - 1) == "usage.checked"


def test_what_stands_on_a_lesser_ground_falls_only_where_the_issuer_answers(
    asking: World, service: IssuerService
) -> None:
    """By the policy a scan may not stand where the issuer answers; while it is silent nothing is said."""
    asking.upload("ZW", "business-licence.pdf")
    scanned = asking.acceptance(asking.cases["XF-001"], "business-licence.pdf", assurance="scan")
    retracted = asking.accepted["licence"]["id"]
    asking.made("ZW", f"acceptances/{retracted}:retract", {"reason": "checked_wrongly"})
    asking.made("ZW", "acceptances", scanned)
    service.mode = FAILS
    assert told(ask(asking)) == ("cannot_tell", "issuer.silent")
    service.mode = ANSWERS
    assert told(ask(asking)) == ("recognised", "issuer.confirmed")


def test_an_answer_by_a_key_that_is_not_the_issuers_is_silence(asking: World, service: IssuerService) -> None:
    """Another key, a stolen one that was retired, or a wrong secret: nothing of it gets into the log."""
    own = service.signer
    service.signer = Secp256k1Signer(sha256(b"nobody's").digest())
    size = asking.size
    shown = [{"type": "business_licence", "issuer": "SC", "number": LICENCE}]
    empty = a_case(asking, "luo")
    service.register[:] = [replace(STANDING, id_type="111", id_number=LUO["number"])]
    assert told(ask(asking, empty, presented=shown)) == ("cannot_tell", "issuer.silent")
    service.signer = own
    retired = {"department": "SC", "address": own.address.hex(), "reason": "stolen"}
    asking.made("operator", "departments/keys:retire", retired)
    assert told(ask(asking, empty, presented=shown)) == ("cannot_tell", "issuer.silent")
    service.secret = "another"
    assert told(ask(asking, empty, presented=shown)) == ("cannot_tell", "issuer.silent")
    kinds = [asking.kind_of(index) for index in range(size, asking.size)]
    assert kinds == [
        "case.opened",
        "usage.checked",
        "department.key.retired",
        "usage.checked",
        "usage.checked",
    ]


def test_a_refused_look_up_asks_nobody(asking: World, service: IssuerService) -> None:
    """No case, no purpose, another's case, a type beyond the list, the department itself: no question."""
    whole = {"case": asking.cases["YC-004"], "purpose": "审查", "presented": PRESENTED}
    beyond = [{"type": "invoice", "issuer": "SC", "number": "1"}]
    wrong = ({"case": None}, {"purpose": None}, {"case": asking.cases["XF-001"]}, {"presented": beyond})
    for change in wrong:
        question = {name: value for name, value in {**whole, **change}.items() if value is not None}
        assert asking.post("YC", "recognitions:check", question).status_code >= 400
    assert asking.post("XF", "recognitions:check", whole).status_code >= 400
    ours = {"case": asking.cases["SC-002"], "purpose": "审查", "requirements": ["licence"]}
    assert asking.post("SC", "recognitions:check", ours).status_code == 200
    assert service.asked == 0


def test_outcomes_are_counted_and_nobody_is_named(asking: World, service: IssuerService) -> None:
    """The metrics count outcomes; no log line and no leaf holds the number or the person asked about."""
    ask(asking, presented=PRESENTED)
    service.mode = FAILS
    other = [{"type": "business_licence", "issuer": "SC", "number": "92990101MA99A9999X"}]
    ask(asking, a_case(asking, "luo"), presented=other)
    page = asking.send("GET", "/metrics", who="operator").text
    assert 'once_data_checks_total{outcome="valid"} 1' in page
    assert 'once_data_checks_total{outcome="issuer.silent"} 1' in page
    said = asking.lines.getvalue()
    leaves = b"".join(asking.ledger.store.leaf(index) for index in range(asking.size))
    for secret in (LICENCE, "92990101MA99A9999X", LUO["number"], asking.cases["YC-004"], service.secret):
        assert secret.encode() not in said
        assert secret.encode() not in leaves


def test_all_tables_come_out_again(asking: World, service: IssuerService) -> None:
    """Confirmations and denials are entries: the tables are what entries and private records give."""
    ask(asking, presented=PRESENTED)
    service.register[:] = [REVOKED]
    assert told(ask(asking, a_case(asking))) == ("required", "issuer.not_valid")
    found = rebuild(asking.ledger.store, asking.ledger.context, lambda _: None)
    assert (found.differences, found.unknown) == ([], 0)
    assert found.rows["denials"] == 1


def test_a_denial_tells_who_accepted_and_who_relied_once(asking: World, service: IssuerService) -> None:
    """Window and authority of the acceptance, and whoever relied on it; asked again, nobody is told again."""
    paper = asking.accepted["licence"]
    used = {"case": asking.cases["SC-002"], "requirement": "licence", "acceptance": paper["id"]}
    relied = asking.made("SC", "reliances", used)
    service.register[:] = [REVOKED]
    assert told(ask(asking)) == ("required", "issuer.not_valid")
    assert told(ask(asking, a_case(asking))) == ("required", "issuer.not_valid")
    denials = [index for index in range(asking.size) if asking.kind_of(index) == "material.denied"]
    assert len(denials) == 2
    asking.settle()
    for who in ("ZW", "XF", "SC"):
        events = asking.get(who, "events").json()["events"]
        mine = [one for one in events if one["type"] == "once.acceptance.denied"]
        assert [one["id"] for one in mine] == [f"{denials[0]}-0"], who
        assert mine[0]["data"]["acceptance"]["id"] == paper["id"]
    recalls = asking.get("SC", "recalls", purpose="采信追溯").json()["recalls"]
    assert [(one["reliance"], one["by"]) for one in recalls] == [(relied["id"], "SC")]


def checked_only(world: World) -> None:
    """From now on a licence is only checked with its issuer, and never kept."""
    types = samples.types()
    kinds = [
        {**one, "handling": "check"} if one["code"] == "business_licence" else one for one in types["types"]
    ]
    document = {**types, "version": 2, "types": kinds}
    world.made("operator", "catalogue/versions", {"subject": "types", "document": document})


def test_a_paper_that_is_only_checked_stands_on_the_issuers_word(
    asking: World, service: IssuerService
) -> None:
    """Nothing is kept and nothing else will do; the word counts in the case that asked, in no other."""
    checked_only(asking)
    assert told(ask(asking, presented=PRESENTED)) == ("recognised", "matched.number")
    assert rely(asking, ask(asking)["acceptance"]["id"]).json()["ground"] == "data_check"
    other = a_case(asking)
    service.mode = FAILS
    assert told(ask(asking, other, presented=PRESENTED)) == ("cannot_tell", "issuer.silent")
    service.mode = ANSWERS
    assert told(ask(asking, other)) == ("recognised", "issuer.confirmed")
    taken = asking.acceptance(asking.cases["SC-002"], "business-licence.pdf")
    asking.upload("SC", "business-licence.pdf")
    refused = asking.post("SC", "acceptances", taken)
    assert (refused.status_code, refused.json()["code"]) == (409, "handling.check_only")


def test_what_was_not_asked_says_why(asking: World, service: IssuerService) -> None:
    """No number, or two in one role and a number that could be either's: a reason, and no question."""
    empty = a_case(asking, "luo")
    result = ask(asking, empty)
    (why,) = result["not_asked"]
    assert (why["type"], why["reason"]) == ("business_licence", "data_check.number_unknown")
    assert "no number is known" in why["text"]
    pair = asking.case("YC-004")
    pair["parties"].append({"role": "applicant", "holder": asking.holders["luo"]})
    asking.cases["pair"] = asking.made("YC", "cases", pair)["case"]
    shown = [{"type": "business_licence", "issuer": "SC", "number": "92990101MA99A9999X"}]
    (either, *_) = ask(asking, "pair", presented=shown)["not_asked"]
    assert either["reason"] == "data_check.several_holders"
    assert service.asked == 0
    both = ask(asking, "pair")  # of the two, one has a paper with a number of its own
    assert told(both) == ("recognised", "issuer.confirmed")
    assert service.asked == 1
    assert "not_asked" not in both


def test_a_clerk_asks_by_the_number_of_a_paper_that_is_shown(asking: World, service: IssuerService) -> None:
    """Nothing was accepted and nothing is copied: the number is typed, and the issuer's word is the paper."""
    add_accounts(asking, Account("clerk.yc", "窗口辛", frozenset({CLERK}), "YC", "2 号窗口"))
    clerk = signed_in(asking, "clerk.yc")
    case = asking.cases[a_case(asking, "luo")]
    page = clerk.get(f"/counter?case={case}").text
    assert 'data-not-asked="data_check.number_unknown"' in page
    assert '<form class="row" method="post" action="/counter/check"' in page
    form = {"case": case, "type": "business_licence", "issuer": "SC", "number": LICENCE}
    assert '<input type="hidden" name="issuer" value="SC">' in page
    wrong = clerk.post("/counter/check", **form)
    assert wrong.status_code == 200
    assert "has no such number of this holder" in wrong.text
    service.register[:] = [replace(STANDING, id_type="111", id_number=LUO["number"])]
    right = clerk.post("/counter/check", **form)
    assert 'data-row="licence" data-verdict="recognised" data-state="to_use"' in right.text
    assert service.asked == 2
    size = asking.size
    for odd in (
        {"number": ""},
        {"number": "9" * 65},
        {"number": "\u202e1"},
        {"type": "Not A Code"},
        {"issuer": "x y"},
    ):
        assert clerk.post("/counter/check", **{**form, **odd}).status_code == 400, odd
    assert asking.size == size
    foreign = clerk.post("/counter/check", **{**form, "type": "invoice"})
    assert foreign.status_code == 404
