# SPDX-License-Identifier: Apache-2.0
"""Agents and guardians recorded by departments, under the lock and as rules: ground, people, age, end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.acts import Custodial
from attest.catalogue.model import AGENT, GUARDIAN
from attest.codes import citizen_number
from attest.days import DAY, first_second
from attest.fields import Fields
from attest.holders.linking import LinkHolder
from attest.holders.model import Linking
from attest.mandates.commands import RevokeMandate
from attest.mandates.model import (
    ACTS,
    DISPUTED,
    ENDED,
    EXPIRED,
    FALLEN,
    HAND_IN,
    MOST_DAYS,
    STANDS,
    VIEW,
    Ground,
    MandateRow,
    Revocation,
    Scope,
)
from attest.mandates.recording import EndMandate, RecordMandate
from attest.mandates.repository import mandate_by_id, mandates_in, mandates_of
from attest.mandates.rules import bound_of, comes_of_age, state_of
from attest.mandates.standing import standing_of
from attest.materials.commands import Retract
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from tests.attest_parts import NOW, TODAY, Meaning, a_ledger
from tests.mandate_parts import (
    ADULT,
    CHILD,
    YOUTH,
    a_case,
    a_paper,
    ending,
    guardianship,
    named,
    number_of,
    publish_guide,
    record,
    recording,
    refusal,
    state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    """With a guide that takes papers of guardianship, a child, a youth and an adult."""
    with a_ledger(tmp_path_factory.mktemp("recorded")) as made:
        publish_guide(made)
        for key, number in (("child", CHILD), ("youth", YOUTH), ("adult", ADULT)):
            made.holders[key] = named(made, "111", number, f"孩{key}")
        yield made


def test_a_paper_lets_an_agent_act(ledger: Meaning) -> None:
    """It stands with ground, department and case, names nobody in the open, and is recorded once."""
    case = a_case(ledger)
    paper = a_paper(ledger, case)
    made = record(ledger, recording(ledger, case, paper))
    row = mandate_by_id(made.id, ledger.log.store)
    assert row is not None
    assert (row.ground, row.relation) == (Ground(paper.id, "SC", case), AGENT)
    assert [one.id for one in mandates_in(case, ledger.log.store)] == [made.id]
    assert made.id in [one.id for one in mandates_of(ledger.holders["chen"], ledger.log.store)]
    leaf = ledger.log.store.leaf(made.index)
    for secret in (number_of("lin").encode(), ledger.holders["chen"].hex().encode(), case.encode()):
        assert secret not in leaf
    assert state(ledger, made) == STANDS
    assert state(ledger, made, NOW + DAY) == EXPIRED
    assert refusal(ledger, recording(ledger, case, paper)) == "mandate.recorded"


def test_whose_case_and_which_paper(ledger: Meaning) -> None:
    """A department without the case, a paper of another case, a type that proves nothing, a scan: refused."""
    case, other = a_case(ledger), a_case(ledger)
    paper, elsewhere = a_paper(ledger, case), a_paper(ledger, other)
    licence = ledger.accept(case, "food-layout.pdf", "SC")
    scan = a_paper(ledger, case, assurance="scan")
    swapped = a_paper(ledger, case, principal="lin", agent="chen")
    for rule, made, department in (
        ("case.unknown", recording(ledger, case, paper), "XF"),
        ("case.unknown", recording(ledger, case, paper), SERVICE),
        ("acceptance.unknown", recording(ledger, case, elsewhere), "SC"),
        ("acceptance.unknown", recording(ledger, case, replace(paper, index=1)), "SC"),
        ("mandate.not_proof", recording(ledger, case, licence), "SC"),
        ("statement.mismatch", recording(ledger, case, paper, relation=GUARDIAN), "SC"),
        ("mandate.scan", recording(ledger, case, scan), "SC"),
        ("mandate.not_named", recording(ledger, case, swapped), "SC"),
        ("mandate.not_named", recording(ledger, case, paper, agent_number=number_of("he")), "SC"),
        ("mandate.not_named", recording(ledger, case, paper, agent_number=CHILD[:17] + CHILD[17]), "SC"),
        ("mandate.self", recording(ledger, case, paper, agent_number=number_of("chen")), "SC"),
        ("mandate.until", recording(ledger, case, paper, until=NOW), "SC"),
        ("mandate.until", recording(ledger, case, paper, until=NOW + MOST_DAYS * DAY + 1), "SC"),
        ("mandate.beyond_case", recording(ledger, case, paper, scope=Scope(ACTS)), "SC"),
        ("mandate.beyond_case", recording(ledger, case, paper, scope=Scope(ACTS, item="SC-002")), "SC"),
        ("mandate.beyond_case", recording(ledger, case, paper, scope=Scope(ACTS, case_no=other)), "SC"),
    ):
        assert refusal(ledger, made, department) == rule, made


def test_the_papers_own_last_day_bounds_it(ledger: Meaning) -> None:
    """A mandate that names a day counts to the end of that day, and no second longer."""
    case = a_case(ledger)
    paper = a_paper(ledger, case, valid_until=TODAY)
    end = first_second(TODAY) + DAY
    assert refusal(ledger, recording(ledger, case, paper, until=end + 1)) == "mandate.until"
    record(ledger, recording(ledger, case, paper, until=end))


def test_it_falls_with_its_paper(ledger: Meaning) -> None:
    """A retraction ends what rests on it, and nothing can be recorded on what was taken back."""
    case = a_case(ledger)
    paper = a_paper(ledger, case)
    made = record(ledger, recording(ledger, case, paper))
    ledger.retract(paper, "SC")
    assert state(ledger, made) == FALLEN
    row = mandate_by_id(made.id, ledger.log.store)
    assert row is not None
    assert standing_of(row, NOW, ledger.log.store, ledger.context).fallen == ("SC", NOW)
    assert refusal(ledger, recording(ledger, case, paper)) == "mandate.fallen"


def test_a_forged_paper_falls_wherever_it_was_accepted(ledger: Meaning) -> None:
    """The same file, condemned in another case by whoever accepted it there, lets nobody act here."""
    case, other = a_case(ledger), a_case(ledger)
    paper = a_paper(ledger, case)
    same = ledger.acceptance(case, "food-layout.pdf", "SC").document
    digest = replace(same, sha256=ledger.context.random(32))
    first, second = (a_paper(ledger, one, document=digest) for one in (case, other))
    made, kept = (record(ledger, recording(ledger, case, one)) for one in (first, paper))
    forged = ledger.retraction(second, reason="forged")
    ledger.act(Retract(), forged, "SC")
    assert (state(ledger, made), state(ledger, kept)) == (FALLEN, STANDS)


def test_the_principal_takes_it_back_for_good(ledger: Meaning) -> None:
    """Revoked on line; the same paper, even accepted anew, does not bring it back; a new paper does."""
    case = a_case(ledger)
    digest = replace(
        ledger.acceptance(case, "food-layout.pdf", "SC").document, sha256=ledger.context.random(32)
    )
    paper = a_paper(ledger, case, document=digest)
    made = record(ledger, recording(ledger, case, paper))
    random = ledger.context.random
    ledger.act(RevokeMandate(), Revocation(ledger.cite(made), ledger.holders["chen"], random(32)), SERVICE)
    assert state(ledger, made) == ENDED
    assert refusal(ledger, recording(ledger, case, paper)) == "mandate.taken_back"
    again = a_paper(ledger, case, document=replace(digest, salt=random(32)))
    assert refusal(ledger, recording(ledger, case, again)) == "mandate.taken_back"
    record(ledger, recording(ledger, case, a_paper(ledger, case)))


def test_its_department_ends_it_once(ledger: Meaning) -> None:
    """Another department's word is none; what was recorded wrongly may be recorded rightly."""
    case, other = a_case(ledger), a_case(ledger)
    paper = a_paper(ledger, case)
    made = record(ledger, recording(ledger, case, paper))
    act = EndMandate()
    assert ledger.refusal(act, ending(ledger, made, case), "XF") == "mandate.unknown"
    assert ledger.refusal(act, ending(ledger, made, other), "SC") == "statement.mismatch"
    granted = replace(ending(ledger, made, case), mandate=ledger.cite(paper))
    assert ledger.refusal(act, granted, "SC") == "mandate.unknown"
    ended = ledger.act(act, ending(ledger, made, case, "recorded_wrongly"), "SC")
    row = mandate_by_id(made.id, ledger.log.store)
    assert row is not None
    assert row.ended is not None
    assert (row.ended.index, row.ended.department, row.ended.reason) == (
        ended.index,
        "SC",
        "recorded_wrongly",
    )
    assert ledger.refusal(act, ending(ledger, made, case), "SC") == "mandate.ended"
    anew = record(ledger, recording(ledger, case, paper))
    ledger.act(act, ending(ledger, anew, case, "relation_ended"), "SC")
    assert refusal(ledger, recording(ledger, case, paper)) == "mandate.taken_back"


def test_a_guardian_acts_until_the_ward_is_of_age(ledger: Meaning) -> None:
    """By the day of birth in the number: to that midnight and no later; the ward does not end it."""
    case = a_case(ledger, "child", "youth")
    of_age = comes_of_age(CHILD)
    paper = a_paper(ledger, case, "birth_certificate", "child", "lin")
    assert refusal(ledger, guardianship(ledger, case, paper, until=of_age + 1)) == "mandate.until"
    made = record(ledger, guardianship(ledger, case, paper, until=of_age))
    assert [state(ledger, made, at) for at in (NOW, of_age - 1, of_age)] == [STANDS, STANDS, EXPIRED]
    back = Revocation(ledger.cite(made), ledger.holders["child"], ledger.context.random(32))
    assert ledger.refusal(RevokeMandate(), back, SERVICE) == "mandate.guardian"
    ledger.act(EndMandate(), ending(ledger, made, case, "relation_ended"), "SC")
    assert state(ledger, made) == ENDED
    other = a_paper(ledger, case, "household_register", "youth", "lin")
    last = comes_of_age(YOUTH)
    assert refusal(ledger, guardianship(ledger, case, other, "youth", until=last + 1)) == "mandate.until"
    record(ledger, guardianship(ledger, case, other, "youth", until=last))


def test_who_is_no_guardian(ledger: Meaning) -> None:
    """A minor is nobody's guardian; an adult has one by a ruling alone, for a year at most."""
    case = a_case(ledger, "child", "adult")
    young = a_paper(ledger, case, "household_register", "child", "youth")
    by_youth = guardianship(ledger, case, young, agent_number=YOUTH)
    assert refusal(ledger, by_youth) == "mandate.minor"
    birth = a_paper(ledger, case, "birth_certificate", "adult", "lin")
    assert refusal(ledger, guardianship(ledger, case, birth, "adult")) == "mandate.of_age"
    ruling = a_paper(ledger, case, "guardianship_ruling", "adult", "lin")
    year = NOW + MOST_DAYS * DAY
    assert refusal(ledger, guardianship(ledger, case, ruling, "adult", until=year + 1)) == "mandate.until"
    made = record(ledger, guardianship(ledger, case, ruling, "adult", until=year))
    assert state(ledger, made) == STANDS


def test_a_newborns_guardian_is_recorded_anew_each_year(ledger: Meaning) -> None:
    """Without a number nobody can tell a newborn from an adult; once linked, the birthday ends it sooner."""
    newborn = named(ledger, "provisional", "0BAD0FF1CE0B0001", "婴儿")
    ledger.holders["newborn"] = newborn
    case = a_case(ledger, "newborn")
    paper = a_paper(ledger, case, "birth_certificate", "newborn", "lin")
    year = NOW + MOST_DAYS * DAY
    assert refusal(ledger, guardianship(ledger, case, paper, "newborn", until=year + 1)) == "mandate.until"
    made = record(ledger, guardianship(ledger, case, paper, "newborn", until=year))
    assert [state(ledger, made, year + one) for one in (-1, 0)] == [STANDS, EXPIRED]
    born = date(TODAY.year - 17, TODAY.month, 1)
    number = citizen_number("990102", born, 77)
    person = named(ledger, "111", number, "婴儿")
    random = ledger.context.random
    ledger.act(LinkHolder(), Linking(newborn, random(32), person, random(32)), "SC")
    assert NOW < comes_of_age(number) < year
    assert [state(ledger, made, comes_of_age(number) + one) for one in (-1, 0)] == [STANDS, EXPIRED]
    assert [one.id for one in mandates_of(person, ledger.log.store)] == [made.id]


def test_a_firm_is_no_ward_and_no_guardian(ledger: Meaning) -> None:
    """A page of a register that names a firm on either side proves no guardianship."""
    case = a_case(ledger, "child")
    ward = a_paper(ledger, case, "household_register", "eatery", "lin")
    assert refusal(ledger, guardianship(ledger, case, ward, "eatery")) == "mandate.not_person"
    guardian = a_paper(ledger, case, "household_register", "child", "eatery")
    by_firm = guardianship(ledger, case, guardian, agent_type="001", agent_number=number_of("eatery"))
    assert refusal(ledger, by_firm) == "mandate.not_person"


def chosen(
    ledger: Meaning, case: str, made: Written, requirement: str = "layout", **more: Any
) -> SubmissionChoice:
    choice = SubmissionChoice(
        case, ledger.context.random(32), requirement, ledger.holders["chen"], ledger.cite(made)
    )
    return replace(choice, **more)


def test_an_agent_chooses_as_far_as_the_mandate_goes(ledger: Meaning) -> None:
    """To see is not to hand in; another case, another type, another's mandate, an ended one: refused."""
    case, other = a_case(ledger), a_case(ledger)
    act = ChooseSubmission(ledger.catalogue)
    seeing = record(
        ledger, recording(ledger, case, a_paper(ledger, case), scope=Scope((VIEW,), case_no=case))
    )
    narrow = record(
        ledger,
        recording(
            ledger,
            case,
            a_paper(ledger, case),
            scope=Scope((HAND_IN,), ("food_rules_list",), case_no=case),
        ),
    )
    whole = record(ledger, recording(ledger, case, a_paper(ledger, case)))
    for rule, choice in (
        ("mandate.scope", chosen(ledger, case, seeing)),
        ("mandate.scope", chosen(ledger, case, narrow)),
        ("mandate.scope", chosen(ledger, other, whole)),
        ("mandate.unknown", chosen(ledger, case, replace(whole, id=bytes(16)))),
        ("statement.mismatch", chosen(ledger, case, replace(whole, index=1))),
        ("mandate.unknown", chosen(ledger, case, whole, holder=ledger.holders["eatery"])),
    ):
        assert ledger.refusal(act, choice, SERVICE) == rule, choice
    written = ledger.act(act, chosen(ledger, case, whole), SERVICE)
    assert ledger.holders["chen"] in choosers(case, ledger.log.store)["layout"]
    assert b'"mandate":"' in ledger.log.store.leaf(written.index)
    ledger.act(EndMandate(), ending(ledger, whole, case), "SC")
    again = chosen(ledger, case, whole, "rules")
    assert ledger.refusal(act, replace(again, requirement="layout"), SERVICE) == "mandate.ended"


def test_what_comes_at_the_same_moment(ledger: Meaning) -> None:
    """One batch: a revocation or retraction goes before the agent's act; of two recordings one is made."""
    case = a_case(ledger)
    context, choose = ledger.context, ChooseSubmission(ledger.catalogue)
    paper, other = a_paper(ledger, case), a_paper(ledger, case)
    twice = [
        Custodial(RecordMandate(ledger.catalogue), recording(ledger, case, paper), "SC", context)
        for _ in range(2)
    ]
    first, second = ledger.together(*twice)
    assert second == "mandate.recorded"
    later = record(ledger, recording(ledger, case, other))
    back = Revocation(ledger.cite(later), ledger.holders["chen"], context.random(32))
    revoked = Custodial(RevokeMandate(), back, SERVICE, context)
    acting = Custodial(choose, chosen(ledger, case, later), SERVICE, context)
    assert ledger.together(revoked, acting)[1] == "mandate.ended"
    retracting = Custodial(Retract(), ledger.retraction(paper), "SC", context)
    acting = Custodial(choose, chosen(ledger, case, first.answer), SERVICE, context)
    assert ledger.together(retracting, acting)[1] == "mandate.fallen"


DATES = st.dates(date(1930, 1, 1), date(2026, 1, 1))


@given(DATES, st.integers(0, 999), st.integers(0, 2**33), st.sampled_from([AGENT, GUARDIAN]))
def test_nobody_guards_a_minor_past_the_birthday(
    born: date, sequence: int, until: int, relation: str
) -> None:
    """Eighteen years after the day of birth, never a second later; of agents their own day alone counts."""
    of_age = comes_of_age(citizen_number("990102", born, sequence))
    day = born.replace(year=born.year + 18, day=28 if (born.month, born.day) == (2, 29) else born.day)
    assert of_age == first_second(day)
    row = MandateRow(bytes(16), 1, bytes(32), bytes(16), bytes(16), until, 0, relation=relation)
    bound = bound_of(row, of_age)
    assert bound == (min(until, of_age) if relation == GUARDIAN and of_age > 0 else until)
    assert bound_of(row, None) == until


def test_what_ended_says_so_first() -> None:
    """An end before a fallen ground, that before the last day, that before a dispute."""
    row = MandateRow(bytes(16), 1, bytes(32), bytes(16), bytes(16), 1000, 1)
    assert state_of(row, 1000, fallen=True, disputed=True) == FALLEN
    assert state_of(row, 1000, disputed=True) == EXPIRED
    assert state_of(row, 999, disputed=True) == DISPUTED
    assert state_of(row, 500, until=500) == EXPIRED


def test_records_read_back(ledger: Meaning) -> None:
    """Both records as JSON are read as the records they were."""
    case = a_case(ledger)
    paper = a_paper(ledger, case)
    made = recording(ledger, case, paper, scope=Scope((VIEW,), ("id_card",), "SC-002", case))
    act = RecordMandate(ledger.catalogue)
    assert act.parse(Fields(act.record(made))) == made
    end = replace(ending(ledger, paper, case), text="本人到窗口撤回")
    assert EndMandate().parse(Fields(EndMandate().record(end))) == end
