# SPDX-License-Identifier: Apache-2.0
"""Combinations and holders: one for each, the landlord's deed, what is still to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from attest.catalogue.model import Binding, CaseRole, RoleOf
from attest.catalogue.situations import requirements_for
from attest.recognition.rules import decide
from tests.recognition_parts import (
    APPLICANT,
    LANDLORD,
    NOW,
    OPERATOR,
    OTHER_UNIT,
    STRANGER,
    UNIT,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    decide_all,
    decide_one,
    demo_item,
    demo_types,
    some_facts,
    types_of,
)

UNIT_FACTS = some_facts()


def test_one_for_each_employee() -> None:
    """Where each of N people needs a certificate, the answer counts those who lack one."""
    evidence = an_evidence(bindings=(Binding("holder", CaseRole("employee")),), each=True)
    facts = some_facts(parties={"employee": (APPLICANT, OPERATOR, LANDLORD)})
    two = (a_candidate(1), a_candidate(2, parties=(("holder", OPERATOR),)))
    result = decide_one(*two, evidence=evidence, facts=facts)
    assert (result.reason, result.params) == ("party.missing_members", {"missing": 1, "of": 3})
    three = (*two, a_candidate(3, parties=(("holder", LANDLORD),), valid_until=date(2027, 1, 1)))
    result = decide_one(*three, evidence=evidence, facts=facts)
    assert (result.verdict, result.valid_until) == ("recognised", date(2027, 1, 1))
    assert {c.index for c in result.used} == {1, 2, 3}


LEASE = a_candidate(
    1, type="lease_contract", issuer="own", about=UNIT, parties=(("lessor", LANDLORD), ("lessee", OPERATOR))
)
DEED = a_candidate(2, type="real_estate_deed", issuer="ZR", about=UNIT, parties=(("holder", LANDLORD),))
LEASED = {"premises": "leased", "residence": "local", "applicant": "self"}


def _premises(*candidates: Any) -> tuple[Any, Any]:
    requirements = [r for r in requirements_for(demo_item("YC-004"), LEASED) if r.code == "premises.leased"]
    decision = decide(requirements, candidates, UNIT_FACTS, demo_types(), NOW)
    return decision.results[0], decision.ask


def test_landlords_deed_serves_the_tenant() -> None:
    """The deed of the lessor of that very lease serves the tenant, who holds no deed."""
    result, ask = _premises(LEASE, DEED)
    assert (result.verdict, result.acceptances, ask) == (
        "recognised",
        (LEASE.acceptance, DEED.acceptance),
        (),
    )


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (replace(DEED, parties=(("holder", STRANGER),)), "party.wrong_role"),
        (replace(DEED, parties=(("holder", OPERATOR),)), "party.wrong_role"),
        (replace(DEED, about=OTHER_UNIT), "reuse.other_thing"),
        (replace(DEED, retracted=("ZR", NOW, "forged")), "acceptance.retracted"),
    ],
)
def test_deed_of_another_or_of_another_home_does_not(deed: Any, reason: str) -> None:
    """A deed of somebody else, of the tenant, or of the landlord's other home leaves only the deed to ask."""
    result, ask = _premises(LEASE, deed)
    assert (result.verdict, result.reason) == ("required", reason)
    assert [one.type for one in ask] == ["real_estate_deed"]


def test_deed_without_lease_asks_the_lease_alone() -> None:
    """With the landlord's deed on file only the lease is asked for; with nothing, both are."""
    result, ask = _premises(DEED)
    assert (result.reason, [one.type for one in ask]) == ("evidence.never_seen", ["lease_contract"])
    _, ask = _premises()
    assert [one.type for one in ask] == ["lease_contract", "real_estate_deed"]


def test_the_lease_that_fits_the_deed_is_found() -> None:
    """Of two leases the one whose lessor's deed is on file is chosen, though the other ranks higher."""
    better = replace(
        LEASE,
        acceptance=b"\x07" * 16,
        index=9,
        assurance="data_check",
        parties=(("lessor", STRANGER), ("lessee", OPERATOR)),
    )
    result, _ = _premises(better, DEED, LEASE)
    assert result.acceptances == (LEASE.acceptance, DEED.acceptance)


def test_role_of_is_not_a_role_of_the_case() -> None:
    """A case role of the same name as the material's does not stand in for the material's party."""
    lease = a_type("lease", roles=("lessor", "holder"))
    deed = a_type("deed")
    combination = (
        an_evidence("lease"),
        an_evidence("deed", bindings=(Binding("holder", RoleOf("lease", "lessor")),)),
    )
    pool = (
        a_candidate(1, type="lease", parties=(("holder", APPLICANT), ("lessor", LANDLORD))),
        a_candidate(2, type="deed", parties=(("holder", STRANGER),)),
    )
    facts = some_facts(parties={"applicant": (APPLICANT,), "lessor": (STRANGER,)})
    decision = decide([a_requirement(combination)], pool, facts, types_of(lease, deed), NOW)
    assert decision.results[0].reason == "party.wrong_role"


def test_ask_names_each_paper_once() -> None:
    """A paper that answers two requirements is asked once, under the first."""
    needs = [a_requirement(code="first"), a_requirement(code="second")]
    decision = decide(needs, (), some_facts(), types_of(a_type()), NOW)
    assert [(one.requirement, one.type) for one in decision.ask] == [("first", "paper")]
    assert [r.requirement for r in decision.results] == ["first", "second"]
    assert decision.as_of == NOW


def test_fewest_to_ask() -> None:
    """Of two unmet alternatives the one with fewer papers missing is the one asked for."""
    pair = (an_evidence("deed"), an_evidence("lease"))
    types = types_of(a_type(), a_type("deed"), a_type("lease"))
    decision = decide([a_requirement(pair, (an_evidence(),))], (), some_facts(), types, NOW)
    assert [one.type for one in decision.ask] == ["paper"]
    decision = decide(
        [a_requirement(pair, (an_evidence(),))], (a_candidate(type="lease"),), some_facts(), types, NOW
    )
    assert [one.type for one in decision.ask] == ["deed"]


def test_may_follow_is_said() -> None:
    """A requirement that may follow later is still required, and says so."""
    result = decide_all(a_requirement(necessity="may_follow"), ()).results[0]
    assert (result.verdict, result.may_follow) == ("required", True)
