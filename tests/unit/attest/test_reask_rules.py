# SPDX-License-Identifier: Apache-2.0
"""When a paper was needless, case by case: alternatives, several holders, another thing, own copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.catalogue.model import Binding, CaseRole, RoleOf
from attest.reask.model import is_above
from attest.reask.rules import Paper, could_serve, spared_paper, spared_requirement
from attest.registry.model import LEVELS
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    LANDLORD,
    OPERATOR,
    OTHER_UNIT,
    STRANGER,
    UNIT,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    some_facts,
    types_of,
)

if TYPE_CHECKING:
    from attest.catalogue.model import Requirement
    from attest.reask.rules import Spared
    from attest.recognition.model import Candidate

PAPER = Paper("paper", (("holder", APPLICANT),))
TYPES = types_of(a_type(), a_type("other"), a_type("lease", roles=("lessee", "lessor"), issuers=("SC",)))


def spared(
    *candidates: Candidate, needs: list[Requirement] | None = None, paper: Paper = PAPER, facts: Any = None
) -> Spared | None:
    """What the rules say of the paper; by default one requirement asks for it."""
    return spared_paper(needs or [a_requirement()], candidates, facts or some_facts(), TYPES, paper)


def test_what_another_case_brought_makes_it_needless() -> None:
    """An earlier acceptance of the same paper is named as the ground; without one there is none."""
    found = spared(a_candidate(7))
    assert found is not None
    assert (found.requirement, found.type, found.ground.index) == ("need", "paper", 7)
    assert spared() is None


def test_a_copy_of_this_case_hides_nothing() -> None:
    """A copy that lies here already does not stand in the way of what another case had brought before."""
    found = spared(a_candidate(7), a_candidate(9, case_no=CASE))
    assert found is not None
    assert found.ground.index == 7


@pytest.mark.parametrize(
    "change",
    [
        {"retracted": ("XF", 1, "forged")},
        {"condemned": ("XF", 1)},
        {"valid_until": some_facts().today.replace(year=2020)},
        {"parties": (("holder", STRANGER),)},
        {"issuer": "XF"},
        {"case_no": CASE},
    ],
    ids=["retracted", "condemned", "expired", "another's", "other issuer", "this very case"],
)
def test_a_paper_with_a_reason_is_never_needless(change: dict[str, Any]) -> None:
    """What the solver would not have relied on, or what this case alone brought, says nothing."""
    assert spared(a_candidate(**change)) is None


def test_one_requirement_that_still_needs_it_is_enough() -> None:
    """The same type under a stricter requirement was needed, so nothing is said."""
    strict = a_requirement((an_evidence(assurance=("data_check",)),), code="strict")
    assert spared(a_candidate(), needs=[a_requirement(), strict]) is None
    assert spared(a_candidate(assurance="data_check"), needs=[a_requirement(), strict]) is not None


def test_another_way_of_meeting_it_counts() -> None:
    """A requirement that an alternative had met needed neither paper; half an alternative had met nothing."""
    either = a_requirement((an_evidence(),), (an_evidence("other"),))
    found = spared(a_candidate(type="other"), needs=[either])
    assert found is not None
    assert found.ground.type == "other"
    both = a_requirement((an_evidence(), an_evidence("other")))
    assert spared(a_candidate(type="other"), needs=[both]) is None
    known = spared(a_candidate(3), needs=[both])  # the other is missing, this one was not
    assert known is not None
    assert known.ground.index == 3


def test_of_several_holders_only_the_missing_ones_paper_was_needed() -> None:
    """Each applicant needs one: of the one whose paper is known it is needless, of the other it is not."""
    each = a_requirement((an_evidence(each=True),))
    facts = some_facts(parties={"applicant": (APPLICANT, OPERATOR)})
    known = a_candidate(parties=(("holder", APPLICANT),))
    assert spared(known, needs=[each], facts=facts) is not None
    theirs = replace(PAPER, parties=(("holder", OPERATOR),))
    assert spared(known, needs=[each], facts=facts, paper=theirs) is None
    both = a_candidate(2, parties=(("holder", OPERATOR),))
    found = spared(known, both, needs=[each], facts=facts, paper=theirs)
    assert found is not None
    assert found.ground.index == 2


def test_another_persons_or_things_paper_is_not_the_known_one() -> None:
    """What serves no role of the case, or is about another thing than the known paper, is another paper."""
    assert spared(a_candidate(), paper=replace(PAPER, parties=(("holder", STRANGER),))) is None
    assert not could_serve([a_requirement()], some_facts(), replace(PAPER, parties=(("holder", STRANGER),)))
    assert spared(a_candidate(about=UNIT), paper=replace(PAPER, about=OTHER_UNIT)) is None
    assert spared(a_candidate(about=UNIT), paper=replace(PAPER, about=UNIT)) is not None


def test_a_deed_that_a_lease_names_is_needless_for_its_landlord_alone() -> None:
    """The landlord's deed is known through the lease on file; another landlord's is another paper."""
    lease = an_evidence("lease", bindings=(Binding("lessee", CaseRole("applicant")),))
    deed = an_evidence(bindings=(Binding("holder", RoleOf("lease", "lessor")),))
    both = a_requirement((lease, deed))
    signed = a_candidate(1, type="lease", parties=(("lessee", APPLICANT), ("lessor", LANDLORD)), case_no=CASE)
    theirs = a_candidate(2, parties=(("holder", LANDLORD),))
    mine = Paper("paper", (("holder", LANDLORD),))
    found = spared(signed, theirs, needs=[both], paper=mine)
    assert found is not None
    assert found.ground.index == 2
    assert spared(signed, theirs, needs=[both], paper=replace(mine, parties=(("holder", STRANGER),))) is None


def test_a_request_counts_what_lies_on_the_desk() -> None:
    """Asked for again in the same case it was in vain; a claim needs more than what was handed in today."""
    here = a_candidate(case_no=CASE)
    need, facts = a_requirement(), some_facts()
    assert spared(here, paper=Paper("paper", own=True)) is not None
    assert spared_requirement(need, [here], facts, TYPES, own=True) is not None
    assert spared_requirement(need, [here], facts, TYPES, own=False) is None
    assert spared_requirement(need, [], facts, TYPES, own=True) is None


def test_an_upper_body_is_told_by_the_levels() -> None:
    """A city stands above its counties, and nobody above itself."""
    above = [(one, other) for one in LEVELS for other in LEVELS if is_above(one, other)]
    assert ("city", "county") in above
    assert len(above) == len(LEVELS) * (len(LEVELS) - 1) // 2
    assert not {(other, one) for one, other in above} & set(above)
