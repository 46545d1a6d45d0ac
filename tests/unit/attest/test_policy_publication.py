# SPDX-License-Identifier: Apache-2.0
"""Policies in the log: published and versioned by their department, in force by day, cited and held to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Written
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.repository import BY_DEFAULT, PolicyInForce, latest_version
from attest.days import day_of
from attest.recognition.commands import Rely
from attest.recognition.legal import legal_grounds
from attest.registry.model import GOVERNANCE
from attest.statements import Envelope
from ledger.hashing import sha256
from tests.attest_parts import NOW, Meaning, a_ledger
from tests.policy_parts import CITATION, a_document

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400
LICENCES: dict[str, Any] = {"code": "licences", "types": ["business_licence"], "citation": CITATION}


def a_body(version: int = 1, **change: Any) -> bytes:
    """The tobacco bureau's policy: licences by market regulation alone, unless changed."""
    rules = [{**LICENCES, "accepted_by": ["SC"]}]
    document = a_document(**{"authority": "YC", "version": version, "rules": rules, **change})
    return json.dumps(document, ensure_ascii=False).encode()


def publication(body: bytes, version: int = 1, code: str = "YC") -> Publication:
    return Publication("policy", code, version, sha256(body))


def publish(ledger: Meaning, body: bytes, version: int = 1) -> Written:
    return ledger.act(Publish(), publication(body, version), "YC", attached=[body])


@pytest.fixture
def ledger(tmp_path: Path) -> Meaning:
    return a_ledger(tmp_path)


def test_a_policy_comes_from_its_department_and_fits(ledger: Meaning) -> None:
    """Its own department publishes it, version by version; one that is looser than a guide is refused."""
    body = a_body()

    def refusal(body: bytes, issuer: str = "YC", version: int = 1, code: str = "YC") -> str:
        return ledger.refusal(Publish(), publication(body, version, code), issuer, attached=[body])

    assert refusal(body, "XF") == "issuer.mismatch"
    assert refusal(body, GOVERNANCE) == "issuer.mismatch"
    assert refusal(a_body(authority="XF")) == "issuer.mismatch"
    assert refusal(body, "XF", code="XF") == "issuer.mismatch"
    assert refusal(a_body(2), version=2) == "catalogue.version"
    assert refusal(a_body(2)) == "catalogue.invalid"
    assert refusal(a_body(rules=[{**LICENCES, "accepted_by": ["NN"]}])) == "catalogue.invalid"
    looser = [{"code": "health", "types": ["health_certificate"], "citation": CITATION, "max_age_days": 366}]
    assert refusal(a_body(rules=looser)) == "catalogue.invalid"
    assert refusal(b"{}") == "catalogue.invalid"
    written = publish(ledger, body)
    found = latest_version("policy", "YC", ledger.log.store)
    assert found is not None
    assert (found.version, found.digest, found.index) == (1, sha256(body), written.index)
    assert refusal(body) == "catalogue.version"


def test_the_newest_version_that_holds_on_the_day_counts(ledger: Meaning) -> None:
    """One published ahead waits for its first day; before the first there is the stated default."""
    today = day_of(NOW)

    def standing(days: int = 0) -> PolicyInForce:
        return ledger.catalogue.policy("YC", today + timedelta(days=days), ledger.log.store)

    assert standing() == BY_DEFAULT
    publish(ledger, a_body())
    ahead = a_body(2, in_force=(today + timedelta(days=2)).isoformat())
    later = publish(ledger, ahead, 2)
    assert [standing(days).policy.version for days in (0, 1, 2, 900)] == [1, 1, 2, 2]
    assert (standing(2).digest, standing(2).index) == (sha256(ahead), later.index)
    assert ledger.catalogue.policy("XF", today, ledger.log.store) == BY_DEFAULT


def test_an_answer_follows_the_policy_of_who_decides(ledger: Meaning) -> None:
    """What the tobacco bureau does not rely on is required there, and recognised elsewhere as before."""
    licence = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    tobacco = ledger.tobacco_case()
    assert ledger.verdict("YC", tobacco, "licence") == ("recognised", "matched.holder")
    written = publish(ledger, a_body())
    answer = ledger.ask("YC", tobacco, "licence")
    assert answer.judged is not None
    assert (answer.judged.authority, answer.judged.policy.index) == ("YC", written.index)
    result = answer.judged.decision.results[0]
    assert (result.verdict, result.reason) == ("required", "authority.not_accepted")
    assert ledger.verdict("XF", ledger.fire_case(), "licence") == ("recognised", "matched.holder")
    record = ledger.reliance(tobacco, "licence", licence, "YC-004")
    assert ledger.refusal(Rely(ledger.catalogue), record, "YC") == "reliance.not_recognised"


def test_a_reliance_cites_the_policy_in_force(ledger: Meaning) -> None:
    """Under a policy that another version has replaced it is refused; the receipt names what it rests on."""
    licence = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    tobacco = ledger.tobacco_case()
    act = Rely(ledger.catalogue)
    before = ledger.reliance(tobacco, "licence", licence, "YC-004")
    assert before.policy == BY_DEFAULT.digest
    first = a_body(rules=[{**LICENCES, "accepted_by": ["SC", "XF"], "max_age_days": 730}])
    publish(ledger, first)
    assert ledger.refusal(act, before, "YC") == "reliance.policy"
    record = ledger.reliance(tobacco, "licence", licence, "YC-004")
    assert record.policy == sha256(first)
    second = a_body(2, rules=[{**LICENCES, "accepted_by": ["SC", "XF"], "max_age_days": 365}])
    publish(ledger, second, 2)
    assert ledger.refusal(act, record, "YC") == "reliance.policy"
    right = replace(record, policy=sha256(second))
    relied = ledger.act(act, right, "YC")
    body = Envelope.parse(ledger.log.store.leaf(relied.index)).entry.body
    assert (body["authority"], body["policy"], body["guide"]) == ("YC", right.policy.hex(), right.guide.hex())
    found = legal_grounds(right, ledger.catalogue, ledger.log.store, relied.index)
    named = [(one.of, one.citation.text) for one in found if one.of != "waiver"]
    assert named == [("requirement", "营业执照"), ("policy", CITATION["text"])]
    assert [one.of for one in found] == ["requirement", *["waiver"] * (len(found) - 2), "policy"]


def test_a_policy_of_tomorrow_refuses_tomorrow(ledger: Meaning) -> None:
    """The day on which a version comes into force changes the answer without any entry."""
    licence = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    tobacco = ledger.tobacco_case()
    record = ledger.reliance(tobacco, "licence", licence, "YC-004")
    publish(ledger, a_body(in_force=(day_of(NOW) + timedelta(days=1)).isoformat()))
    assert ledger.verdict("YC", tobacco, "licence")[0] == "recognised"
    ledger.clock[0] += DAY
    assert ledger.verdict("YC", tobacco, "licence") == ("required", "authority.not_accepted")
    assert ledger.refusal(Rely(ledger.catalogue), record, "YC") == "reliance.policy"
