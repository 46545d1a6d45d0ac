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


def test_one_paper_for_two_needs_beats_the_preferred_one() -> None:
    """An alternative that another requirement needs anyway is taken before the one the guide prefers."""
    needs = [
        a_requirement((an_evidence("lease"),), (an_evidence("deed"),), code="first"),
        a_requirement((an_evidence("deed"),), code="second"),
    ]
    types = types_of(a_type("deed"), a_type("lease"))
    decision = decide(needs, (), some_facts(), types, NOW)
    assert [(one.requirement, one.type) for one in decision.ask] == [("first", "deed")]
    assert decision.results[0].combination == 1
    alone = decide(needs[:1], (), some_facts(), types, NOW)
    assert [one.type for one in alone.ask] == ["lease"]


def test_papers_of_two_people_are_two() -> None:
    """The same type of two people are two papers: each is asked, under its own requirement."""
    other = an_evidence(bindings=(Binding("holder", CaseRole("operator")),))
    needs = [a_requirement(code="mine"), a_requirement((other,), code="theirs")]
    decision = decide(needs, (), some_facts(), types_of(a_type()), NOW)
    assert [(one.requirement, one.type) for one in decision.ask] == [("mine", "paper"), ("theirs", "paper")]
    same = some_facts(parties={"applicant": (APPLICANT,), "operator": (APPLICANT,)})
    assert len(decide(needs, (), same, types_of(a_type()), NOW).ask) == 1


def test_one_of_several_people_is_covered_by_each() -> None:
    """A paper of any applicant is not asked for besides one of each applicant."""
    needs = [a_requirement(code="any"), a_requirement((an_evidence(each=True),), code="each")]
    facts = some_facts(parties={"applicant": (APPLICANT, OPERATOR)})
    decision = decide(needs, (), facts, types_of(a_type()), NOW)
    assert [(one.requirement, one.type) for one in decision.ask] == [("any", "paper"), ("each", "paper")]
    there = a_candidate(parties=(("holder", APPLICANT),))
    decision = decide(needs, (there,), facts, types_of(a_type()), NOW)
    assert [one.requirement for one in decision.ask] == ["each"]


def test_one_for_each_counts_as_many_papers() -> None:
    """Three certificates are more than two other papers, whatever the guide prefers."""
    each = an_evidence(bindings=(Binding("holder", CaseRole("employee")),), each=True)
    pair = (an_evidence("deed"), an_evidence("lease"))
    facts = some_facts(parties={"applicant": (APPLICANT,), "employee": (OPERATOR, LANDLORD, STRANGER)})
    types = types_of(a_type(), a_type("deed"), a_type("lease"))
    decision = decide([a_requirement((each,), pair)], (), facts, types, NOW)
    assert [one.type for one in decision.ask] == ["deed", "lease"]
    two = tuple(a_candidate(n, parties=(("holder", who),)) for n, who in enumerate((OPERATOR, LANDLORD), 1))
    assert [one.type for one in decide([a_requirement((each,), pair)], two, facts, types, NOW).ask] == [
        "paper"
    ]


def test_the_deed_that_another_needs_too_chooses_the_lease() -> None:
    """Of two leases on file the one is relied on whose lessor's deed is asked for anyway."""
    lease = a_type("lease", roles=("lessor", "holder"))
    premises = (
        an_evidence("lease"),
        an_evidence("deed", bindings=(Binding("holder", RoleOf("lease", "lessor")),)),
    )
    title = an_evidence("deed", bindings=(Binding("holder", CaseRole("landlord")),))
    needs = [a_requirement(premises, code="premises"), a_requirement((title,), code="title")]
    facts = some_facts(parties={"applicant": (APPLICANT,), "landlord": (LANDLORD,)})
    leases = [
        a_candidate(n, type="lease", parties=(("holder", APPLICANT), ("lessor", who)))
        for n, who in ((1, LANDLORD), (2, STRANGER))
    ]
    decision = decide(needs, leases, facts, types_of(lease, a_type("deed")), NOW)
    assert [(one.requirement, one.type) for one in decision.ask] == [("premises", "deed")]
