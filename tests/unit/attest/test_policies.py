# SPDX-License-Identifier: Apache-2.0
"""A policy by itself: its document, what it refuses and with which reason, what it may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from attest.catalogue.reading import CatalogueError
from attest.policies.document import DEFAULT_DIGEST, DEFAULT_DOCUMENT, format_policy, parse_policy
from attest.policies.model import DEFAULT, GROUNDS, Terms
from attest.policies.rules import check_policy
from attest.recognition.gates import DEPTH
from attest.recognition.reason_texts import REASONS
from ledger.hashing import sha256
from tests.policy_parts import CITATION, a_document
from tests.recognition_parts import (
    CASE,
    NOW,
    SILENCE,
    TODAY,
    a_candidate,
    a_policy,
    a_requirement,
    a_rule,
    a_type,
    an_evidence,
    answers,
    decide_one,
    demo_item,
    demo_types,
    some_facts,
    types_of,
)

DAY = 86_400
RULE: dict[str, Any] = {"code": "licences", "types": ["business_licence"], "citation": CITATION}


def whole() -> dict[str, Any]:
    """A document that uses every member."""
    return a_document(
        in_force="2026-10-01",
        data_checks=[{"issuer": "SC", "types": ["business_licence"], "citation": CITATION}],
        rules=[
            {**RULE, "accepted_by": ["SC"], "max_age_days": 730, "assurance": "certified_copy"},
            {**RULE, "code": "here", "items": ["XF-001"], "scans": False},
        ],
        otherwise={"assurance": "scan", "accepted_by": []},
    )


def test_a_document_reads_back() -> None:
    """What is read from a document is written as that document."""
    assert format_policy(parse_policy(whole())) == whole()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "once/policy/2"}, "/format"),
        ({"authority": "default"}, "/authority"),
        ({"version": 0}, "/version"),
        ({"version": 201}, "/version"),
        ({"in_force": "2026-02-30"}, "/in_force"),
        ({"grounds": list(GROUNDS[:3])}, "/grounds"),
        ({"grounds": [*GROUNDS[:3], "data_check"]}, "/grounds"),
        ({"sources": []}, "/sources"),
        ({"otherwise": {"scans": True}}, "/otherwise/scans"),
        ({"otherwise": {"age": 3}}, "/otherwise/age"),
        ({"rules": [RULE]}, "/rules/0/accepted_by"),
        ({"rules": [{**RULE, "max_age_days": 0}]}, "/rules/0/max_age_days"),
        ({"rules": [{**RULE, "assurance": "seen"}]}, "/rules/0/assurance"),
        ({"rules": [{**RULE, "types": [], "max_age_days": 1}]}, "/rules/0/types"),
        ({"rules": [{**RULE, "accepted_by": ["SC", "SC"]}]}, "/rules/0/accepted_by"),
        ({"rules": [{**RULE, "max_age_days": 1}, {**RULE, "code": "b", "max_age_days": 2}]}, "/rules"),
        ({"rules": [{**RULE, "max_age_days": 1}, {**RULE, "items": ["A"], "max_age_days": 2}]}, "/rules"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_a_document_is_read_strictly(change: dict[str, Any], path: str) -> None:
    """Each mistake is named by its place; two rules for one thing are one."""
    with pytest.raises(CatalogueError) as refused:
        parse_policy({**whole(), **change})
    assert refused.value.path == path


def test_the_default_cannot_be_published() -> None:
    """The default is a document with a digest that no department's policy can have."""
    assert sha256(DEFAULT_DOCUMENT) == DEFAULT_DIGEST
    with pytest.raises(CatalogueError):
        parse_policy(format_policy(DEFAULT))


def test_whose_acceptances_count() -> None:
    """Those it names, its own, and whatever came in with this case; nobody else's."""
    facts = some_facts(policy=a_policy(otherwise=Terms(accepted_by=("SC",)), authority="YC"))
    assert decide_one(a_candidate(authority="XF"), facts=facts).reason == "authority.not_accepted"
    own = a_candidate(authority="XF", case_no=CASE)
    for fit in (a_candidate(authority="SC"), a_candidate(authority="YC"), own):
        assert decide_one(fit, facts=facts).verdict == "recognised"
    nobody = some_facts(policy=a_policy(otherwise=Terms(accepted_by=())))
    assert decide_one(a_candidate(authority="SC"), facts=nobody).reason == "authority.not_accepted"


def test_how_old_an_acceptance_may_be() -> None:
    """It counts to the last day, which the answer names; one of this very case does not age."""
    facts = some_facts(policy=a_policy(otherwise=Terms(max_age_days=30)))
    last, past = (a_candidate(accepted_at=NOW - days * DAY) for days in (30, 31))
    assert (decide_one(last, facts=facts).verdict, decide_one(last, facts=facts).valid_until) == (
        "recognised",
        TODAY,
    )
    old = decide_one(past, facts=facts)
    assert (old.reason, old.params) == ("policy.too_old", {"by": "XF", "at": NOW - 31 * DAY, "days": 30})
    assert decide_one(replace(past, case_no=CASE), facts=facts).verdict == "recognised"


def test_how_well_it_was_checked() -> None:
    """A policy asks for more than the guide, by a reason of its own; the guide's own reason goes before."""
    facts = some_facts(policy=a_policy(otherwise=Terms(assurance="certified_copy")))
    scan = decide_one(a_candidate(assurance="scan"), facts=facts)
    assert (scan.reason, scan.params) == (
        "policy.assurance",
        {"assurance": "scan", "least": "certified_copy"},
    )
    assert decide_one(a_candidate(assurance="certified_copy"), facts=facts).verdict == "recognised"
    guide = an_evidence(assurance=("original",))
    assert (
        decide_one(a_candidate(assurance="scan"), evidence=guide, facts=facts).reason == "assurance.too_low"
    )


def test_a_policy_never_admits_what_the_guide_refuses() -> None:
    """A policy that would be content with a scan changes nothing where the guide asks for more."""
    facts = some_facts(policy=a_policy(otherwise=Terms(assurance="scan", max_age_days=36_500)))
    guide = an_evidence(assurance=("original",), max_age_days=10)
    assert (
        decide_one(a_candidate(assurance="scan"), evidence=guide, facts=facts).reason == "assurance.too_low"
    )
    old = a_candidate(issued=date(2026, 1, 1))
    assert decide_one(old, evidence=guide, facts=facts).reason == "validity.too_old"


def test_scans_where_the_issuer_answers() -> None:
    """A scan falls only of a paper whose issuer answers about that type; a silent issuer leaves it open."""
    policy = a_policy(otherwise=Terms(scans=False), data_checks=(answers("SC", "paper"),))
    facts, scan = some_facts(policy=policy), a_candidate(assurance="scan")
    refused = decide_one(scan, facts=facts)
    assert (refused.reason, refused.params) == ("policy.scan", {"issuer": "SC"})
    assert decide_one(a_candidate(assurance="certified_copy"), facts=facts).verdict == "recognised"
    elsewhere = replace(policy, data_checks=(answers("SC", "other"), answers("GA", "paper")))
    assert decide_one(scan, facts=some_facts(policy=elsewhere)).verdict == "recognised"
    quiet = decide_one(scan, facts=replace(facts, words=SILENCE))
    assert (quiet.verdict, quiet.reason) == ("cannot_tell", "issuer.silent")


def test_the_ground_order_decides_what_is_cited() -> None:
    """Of several good acceptances the one of the better ground by the policy's own order is cited."""
    copy, check = a_candidate(1, assurance="certified_copy"), a_candidate(2, assurance="data_check")
    turned = a_policy(grounds=("certified_copy", "data_check", "e_certificate", "accepted_scan"))
    assert decide_one(copy, check).used == (check,)
    assert decide_one(copy, check, facts=some_facts(policy=turned)).used == (copy,)


def test_the_item_goes_before_all_items() -> None:
    """A rule that names the case's item holds there, the one for all items elsewhere, else what is left."""
    rules = (
        a_rule("paper", max_age_days=1, code="all"),
        a_rule("paper", max_age_days=60, items=("XF-001",), code="here"),
    )
    policy = a_policy(*rules, otherwise=Terms(accepted_by=()), authority="YC")
    assert decide_one(a_candidate(), facts=some_facts(policy=policy)).verdict == "recognised"
    there = some_facts(policy=policy, item="XF-002")
    assert decide_one(a_candidate(), facts=there).reason == "policy.too_old"
    assert policy.terms("other", "XF-001") == Terms(accepted_by=())


def test_a_refusal_by_policy_alone_comes_nearest() -> None:
    """A paper that guide and type admit is named before one that they refuse."""
    facts = some_facts(policy=a_policy(otherwise=Terms(max_age_days=1)))
    expired = a_candidate(2, valid_until=date(2026, 1, 2))
    assert decide_one(expired, a_candidate(1), facts=facts).reason == "policy.too_old"
    own = [code for code in DEPTH if code.startswith("policy.")]
    others = [code for code in DEPTH if code not in own and REASONS[code].verdict == "required"]
    assert min(DEPTH[code] for code in own) > max(DEPTH[code] for code in others)


def fitting(item: str, **change: Any) -> str:
    """The place at which a policy does not fit a demo guide, or nothing."""
    guide = demo_item(item)
    policy = parse_policy(a_document(authority=guide.authority, **change))
    try:
        check_policy(policy, [guide], demo_types(), {"SC", "XF", "WJ", "GJJ"})
    except CatalogueError as error:
        return error.path
    return ""


def rule_of(type_: str, **terms: Any) -> list[dict[str, Any]]:
    return [{"code": "one", "types": [type_], "citation": CITATION, **terms}]


def test_a_policy_fits_guides_and_types() -> None:
    """It is no looser than any guide, and names types, items, issuers and departments that there are."""
    checks = [{"issuer": "SC", "types": ["business_licence"], "citation": CITATION}]
    assert fitting("XF-001", rules=rule_of("business_licence", accepted_by=["SC"], max_age_days=730)) == ""
    assert fitting("XF-001", rules=rule_of("business_licence", accepted_by=["NN"])) == "/rules/0/accepted_by"
    assert fitting("XF-001", otherwise={"accepted_by": ["NN"]}) == "/otherwise/accepted_by"
    assert fitting("XF-001", rules=rule_of("crown", max_age_days=1)) == "/rules/0/types"
    assert fitting("XF-001", rules=rule_of("id_card", max_age_days=1)) == "/rules/0/types"
    assert fitting("XF-001", rules=rule_of("health_certificate", max_age_days=366)) == "/rules/0/max_age_days"
    assert (
        fitting(
            "XF-001", rules=rule_of("business_licence", items=["SC-002"], scans=False), data_checks=checks
        )
        == "/rules/0/items"
    )
    assert (
        fitting("XF-001", rules=rule_of("household_register", items=["XF-001"], max_age_days=1))
        == "/rules/0/types"
    )
    assert fitting("XF-001", rules=rule_of("business_licence", scans=False)) == "/rules/0/scans"
    assert fitting("XF-001", rules=rule_of("business_licence", scans=False), data_checks=checks) == ""
    wrong = [{"issuer": "XF", "types": ["business_licence"], "citation": CITATION}]
    assert fitting("XF-001", data_checks=wrong) == "/data_checks/0/issuer"


def test_a_policy_asks_for_no_weaker_check_than_the_guide() -> None:
    """A rule that would be content with less than a guide of the department asks is refused at its place."""
    strict = an_evidence(assurance=("original", "certified_copy"), max_age_days=9)
    guide = replace(demo_item("XF-001"), requirements=(a_requirement((strict,)),))
    types = types_of(a_type())

    def place(**terms: Any) -> str:
        try:
            check_policy(a_policy(a_rule("paper", **terms)), [guide], types)
        except CatalogueError as error:
            return error.path
        return ""

    assert place(assurance="certified_copy") == place(assurance="data_check") == place(max_age_days=9) == ""
    assert place(assurance="scan") == "/rules/0/assurance"
    assert place(max_age_days=10) == "/rules/0/max_age_days"
    check_policy(a_policy(otherwise=Terms(assurance="scan", max_age_days=730)), [guide], types)
