# SPDX-License-Identifier: Apache-2.0
"""Consent (同意): asked only where the guide names a law, given and taken back, cited by what rests on it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Custodial
from attest.cases.repository import case_by_no
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.item_document import parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.model import Binding, CaseRole, Citation, RoleOf
from attest.codes import citizen_number
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import Consent, ConsentRow, Withdrawal
from attest.data_checks.model import NO_CONSENT
from attest.data_checks.rules import plan
from attest.holders.commands import NameHolderCommand
from attest.holders.linking import LinkHolder
from attest.holders.model import Linking
from attest.reask.commands import Ask, Receive
from attest.reask.model import Request
from attest.reask.repository import reasks_in_case
from attest.recognition.commands import Rely
from attest.recognition.decision import gather
from attest.recognition.rules import decide, pool_of
from attest.registry.model import SERVICE
from ledger.hashing import sha256
from tests.attest_parts import Meaning, a_ledger
from tests.consent_parts import consent_guide
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    NOW,
    OPERATOR,
    TODAY,
    a_candidate,
    a_policy,
    a_requirement,
    a_type,
    an_evidence,
    answers,
    some_facts,
    types_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written
    from attest.recognition.model import Decision

LICENCE = "business-licence.pdf"
LAW = Citation("测试条例 第 1 条", "[gen]")
DAY = 86_400
NEEDED = ("required", "consent.needed")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    """A ledger in which XF accepted the eatery's licence, and SC's guide asks consent for it."""
    with a_ledger(tmp_path) as made:
        made.accept(made.fire_case(), LICENCE, "XF")
        body = json.dumps(consent_guide(), ensure_ascii=False).encode()
        made.act(Publish(), Publication("item", "SC-002", 2, sha256(body)), "SC", attached=[body])
        yield made


def consent(ledger: Meaning, case: str | None, person: str = "eatery", **more: Any) -> Consent:
    """What a person says for a case, or for every case of the item."""
    random = ledger.context.random
    made = Consent(
        ledger.holders[person],
        random(32),
        "SC-002",
        "licence",
        ledger.clock[0] + 30 * DAY,
        case,
        random(32) if case else None,
    )
    return replace(made, **more)


def give(ledger: Meaning, case: str | None, person: str = "eatery", **more: Any) -> Written:
    """Given by who is signed in."""
    return ledger.act(GiveConsent(ledger.catalogue), consent(ledger, case, person, **more), SERVICE)


def taken_back(ledger: Meaning, given: Written, case: str | None, **more: Any) -> Withdrawal:
    """The record that withdraws it."""
    random = ledger.context.random
    salt = random(32) if case else None
    made = Withdrawal(ledger.cite(given), ledger.holders["eatery"], random(32), case, salt)
    return replace(made, **more)


def accepted(ledger: Meaning) -> Written:
    """The newest acceptance of the licence elsewhere."""
    return ledger.accept(ledger.fire_case(), LICENCE, "XF")


# deciding


def given(*holders: bytes) -> dict[bytes, ConsentRow]:
    """Consents of these people, one entry each."""
    return {
        one: ConsentRow(bytes([n]) * 16, n, bytes(32), one, "XF-001", "need", NOW + DAY, NOW)
        for n, one in enumerate(holders, 1)
    }


def decided(*pool: Any, consents: Any = None, requirement: Any = None, **facts: Any) -> Decision:
    """One requirement for which a law asks consent, beside one of the same paper for which none does."""
    asked = requirement or a_requirement()
    case = some_facts(consents={asked.code: {} if consents is None else consents}, **facts)
    return decide([asked, a_requirement(code="other")], pool, case, types_of(a_type()), NOW)


def test_it_is_asked_where_the_guide_names_a_law_alone() -> None:
    """The paper of the same person serves the other requirement unasked; here it is required."""
    decision = decided(a_candidate(1))
    assert [(one.verdict, one.reason) for one in decision.results] == [
        NEEDED,
        ("recognised", "matched.holder"),
    ]
    assert [(one.requirement, one.reason) for one in decision.ask] == [("need", "consent.needed")]
    assert decision.results[0].used == ()
    assert decided(a_candidate(1), consents=given(APPLICANT)).results[0].verdict == "recognised"
    assert decided(a_candidate(1), consents=given(OPERATOR)).results[0].reason == "consent.needed"


def test_without_consent_nothing_tells_whether_there_is_a_paper() -> None:
    """A paper, none, one taken back: the answer is the same until whose paper it is consents."""
    fallen = a_candidate(1, retracted=("XF", 1, "forged"))
    assert decided(a_candidate(1)).results[0] == decided(fallen).results[0] == decided().results[0]
    agreed = given(APPLICANT)
    reasons = [decided(*pool, consents=agreed).results[0].reason for pool in ((), (fallen,))]
    assert reasons == ["evidence.never_seen", "acceptance.retracted"]


def test_what_this_case_brought_needs_none() -> None:
    """Handing it in here is the person's own act."""
    here = a_candidate(2, case_no=CASE)
    assert decided(a_candidate(1), here).results[0].acceptances == (here.acceptance,)


def test_each_of_several_holders_consents_for_their_own() -> None:
    """One agreed and is found; the other did not, and the reason is consent, not a missing paper."""
    each = an_evidence(bindings=(Binding("holder", CaseRole("member")),), each=True)
    members = {"member": (APPLICANT, OPERATOR)}
    pool = (a_candidate(1), a_candidate(2, parties=(("holder", OPERATOR),)))
    asked = a_requirement((each,))
    half = decided(*pool, consents=given(APPLICANT), requirement=asked, parties=members).results[0]
    assert (half.verdict, half.reason, half.evidence[0].missing) == (*NEEDED, (OPERATOR,))
    whole = decided(*pool, consents=given(APPLICANT, OPERATOR), requirement=asked, parties=members)
    assert whole.results[0].verdict == "recognised"


def test_of_a_paper_that_another_paper_names_its_own_holder_consents() -> None:
    """The tenant's consent does not open the landlord's deed; the landlord's does."""
    landlord = b"l" * 16
    lease = an_evidence("lease", bindings=(Binding("lessee", CaseRole("applicant")),))
    deed = an_evidence("deed", bindings=(Binding("holder", RoleOf("lease", "lessor")),))
    asked = a_requirement((lease, deed))
    types = types_of(a_type("lease", roles=("lessor", "lessee")), a_type("deed"))
    of_lease = a_candidate(1, type="lease", parties=(("lessee", APPLICANT), ("lessor", landlord)))
    of_deed = a_candidate(2, type="deed", parties=(("holder", landlord),))

    def reason(*who: bytes) -> str:
        facts = some_facts(consents={"need": given(*who)})
        return decide([asked], [of_lease, of_deed], facts, types, NOW).results[0].reason

    assert [reason(), reason(APPLICANT), reason(APPLICANT, landlord)] == [
        "consent.needed",
        "consent.needed",
        "matched.holder",
    ]


def test_no_issuer_is_asked_without_it() -> None:
    """A question to the issuer tells whose paper it is: it waits for the consent, and says so."""
    policy = a_policy(data_checks=(answers("SC", "paper"),))

    def planned(consents: Any) -> Any:
        facts = some_facts(policy=policy, consents={"need": consents})
        return plan([a_requirement()], pool_of(()), facts, types_of(a_type()), {"SC"}, None)

    asking, unasked = planned({})
    assert (asking, [one.reason for one in unasked]) == ([], [NO_CONSENT])
    asking, unasked = planned(given(APPLICANT))
    assert ([one.need.holder for one in asking], unasked) == ([APPLICANT], [])


# the act


def test_a_consent_serves_its_case_until_it_is_withdrawn(ledger: Meaning) -> None:
    """Needed; given for this case it is recognised here and not next door; withdrawn it is needed again."""
    case, other = ledger.food_case(), ledger.food_case()
    assert ledger.verdict("SC", case, "licence") == NEEDED
    made = give(ledger, case)
    assert ledger.verdict("SC", case, "licence")[0] == "recognised"
    assert ledger.verdict("SC", other, "licence") == NEEDED
    ledger.act(WithdrawConsent(), taken_back(ledger, made, case), SERVICE)
    assert ledger.verdict("SC", case, "licence") == NEEDED
    again = taken_back(ledger, made, case)
    assert ledger.refusal(WithdrawConsent(), again, SERVICE) == "consent.withdrawn"


def test_for_an_item_it_serves_every_case_until_its_last_second(ledger: Meaning) -> None:
    """Every case of the item counts it, before `until` and not from then on."""
    give(ledger, None)
    cases = [ledger.food_case(), ledger.food_case()]
    assert [ledger.verdict("SC", one, "licence")[0] for one in cases] == ["recognised"] * 2
    ledger.clock[0] += 30 * DAY - 1
    assert ledger.verdict("SC", cases[0], "licence")[0] == "recognised"
    ledger.clock[0] += 1
    assert ledger.verdict("SC", cases[0], "licence") == NEEDED


def test_an_older_guide_without_the_law_asks_nobody(tmp_path: Path) -> None:
    """A case that pins the guide of before is recognised unasked, and nobody can be asked for it."""
    with a_ledger(tmp_path) as made:
        made.accept(made.fire_case(), LICENCE, "XF")
        case = made.food_case()
        body = json.dumps(consent_guide(), ensure_ascii=False).encode()
        made.act(Publish(), Publication("item", "SC-002", 2, sha256(body)), "SC", attached=[body])
        assert made.verdict("SC", case, "licence")[0] == "recognised"
        assert made.refusal(GiveConsent(made.catalogue), consent(made, case), SERVICE) == "consent.not_asked"
        newer = consent(made, made.food_case(), requirement="layout")
        assert made.refusal(GiveConsent(made.catalogue), newer, SERVICE) == "consent.not_asked"


def test_a_reliance_cites_the_consent_and_stands_after_its_withdrawal(ledger: Meaning) -> None:
    """Without the citation, with another's, or after the withdrawal it is refused; what was signed stays."""
    case, paper = ledger.food_case(), accepted(ledger)
    act = Rely(ledger.catalogue)
    bare = ledger.reliance(case, "licence", paper, "SC-002")
    assert ledger.refusal(act, bare, "SC") == "reliance.not_recognised"
    made, elsewhere = give(ledger, case), give(ledger, ledger.food_case())
    assert ledger.refusal(act, bare, "SC") == "reliance.consent"
    wrong = replace(bare, consents=(ledger.cite(elsewhere),))
    assert ledger.refusal(act, wrong, "SC") == "reliance.consent"
    relied = ledger.act(act, replace(bare, consents=(ledger.cite(made),)), "SC")
    assert relied.index == ledger.size - 1
    ledger.act(WithdrawConsent(), taken_back(ledger, made, case), SERVICE)
    later = replace(bare, consents=(ledger.cite(made),), case_salt=ledger.context.random(32))
    assert ledger.refusal(act, later, "SC") == "reliance.not_recognised"


def test_where_no_law_asks_a_reliance_names_none(ledger: Meaning) -> None:
    """A consent cited for nothing is no ornament: it is refused."""
    paper = accepted(ledger)
    made = give(ledger, None)
    tobacco = ledger.tobacco_case()
    asked = ledger.reliance(tobacco, "licence", paper, "YC-004", consents=(ledger.cite(made),))
    assert ledger.refusal(Rely(ledger.catalogue), asked, "YC") == "reliance.consent"


def test_consent_and_withdrawal_in_one_batch(ledger: Meaning) -> None:
    """Waiting together they are decided one after the other: the reliance after the withdrawal is refused."""
    case, paper = ledger.food_case(), accepted(ledger)
    made = give(ledger, case)
    asked = ledger.reliance(case, "licence", paper, "SC-002", consents=(ledger.cite(made),))
    results = ledger.together(
        Custodial(WithdrawConsent(), taken_back(ledger, made, case), SERVICE, ledger.context),
        Custodial(Rely(ledger.catalogue), asked, "SC", ledger.context),
    )
    assert results[1] == "reliance.not_recognised"


def test_a_consent_that_waits_behind_a_new_guide_goes_by_it(ledger: Meaning) -> None:
    """For every case of an item the newest guide counts: one that names no law any more asks nobody."""
    body = json.dumps(consent_guide("residence", version=3), ensure_ascii=False).encode()
    publication = Publication("item", "SC-002", 3, sha256(body))
    results = ledger.together(
        Custodial(Publish(), publication, "SC", ledger.context, attached=[body]),
        Custodial(GiveConsent(ledger.catalogue), consent(ledger, None), SERVICE, ledger.context),
    )
    assert results[1] == "consent.not_asked"


def test_a_consent_under_a_provisional_id_counts_from_the_link_on(ledger: Meaning) -> None:
    """Given by who is linked to the holder later, it is theirs from then on, and in no decision of before."""
    random, store = ledger.context.random, ledger.log.store
    for key, id_type, number in (
        ("provisional", "provisional", "B20260001"),
        ("child", "111", citizen_number("990101", TODAY.replace(year=2026), 1)),
    ):
        command = NameHolderCommand("GA", id_type, number, "某婴", ledger.context)
        ledger.holders[key] = ledger.submit(command)[1]
    give(ledger, None, "provisional")
    answers = {"prepacked": "no", "catering": "no", "applicant": "self"}
    case = case_by_no(ledger.open("SC-002", answers, {"applicant": "child", "operator": "chen"}), store)
    assert case is not None
    before = ledger.size
    link = Linking(ledger.holders["provisional"], random(32), ledger.holders["child"], random(32))
    ledger.act(LinkHolder(), link, "SC")
    for size, given in ((None, {ledger.holders["child"]}), (before, set())):
        found = gather(case, ledger.catalogue, store, ledger.context, ledger.clock[0], before=size)
        assert set(found.facts.consents["licence"]) == given


def test_a_window_says_in_which_case_and_who_was_there(ledger: Meaning) -> None:
    """A department records it for a case of its own, and the service claims nobody's presence."""
    case, act = ledger.food_case(), GiveConsent(ledger.catalogue)
    here = consent(ledger, case, present="head")
    assert ledger.refusal(act, consent(ledger, None, present="head"), "SC") == "consent.present"
    assert ledger.refusal(act, consent(ledger, case), "SC") == "consent.present"
    assert ledger.refusal(act, here, "XF") == "case.unknown"
    assert ledger.refusal(act, here, SERVICE) == "statement.mismatch"
    made = ledger.act(act, here, "SC")
    assert ledger.verdict("SC", case, "licence")[0] == "recognised"
    assert ledger.refusal(WithdrawConsent(), taken_back(ledger, made, case), "SC") == "consent.present"
    ended = taken_back(ledger, made, case, present="holder")
    assert ledger.refusal(WithdrawConsent(), ended, "XF") == "case.unknown"
    ledger.act(WithdrawConsent(), ended, "SC")
    assert ledger.verdict("SC", case, "licence") == NEEDED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"requirement": "nothing"}, "requirement.unknown"),
        ({"requirement": "layout"}, "consent.not_asked"),
        ({"holder": bytes(16)}, "holder.unknown"),
        ({"item": "YC-004"}, "statement.mismatch"),
        ({"item": "ZZ-999", "case_no": None, "case_salt": None}, "item.unknown"),
        ({"until": 1}, "consent.until"),
        ({"until": 2_000_000_000}, "consent.until"),
        ({"case_no": "990101202601010000010"}, "case.unknown"),
    ],
)
def test_refused_by_its_own_code(ledger: Meaning, change: dict[str, Any], code: str) -> None:
    """Each with nothing written."""
    asked = replace(consent(ledger, ledger.food_case()), **change)
    assert ledger.refusal(GiveConsent(ledger.catalogue), asked, SERVICE) == code


def test_a_stranger_gives_and_takes_back_nothing(ledger: Meaning) -> None:
    """Another's case is unknown to whoever is no party, and another's consent to everybody else."""
    case = ledger.food_case()
    asked = consent(ledger, case, "he")
    assert ledger.refusal(GiveConsent(ledger.catalogue), asked, SERVICE) == "case.unknown"
    made = give(ledger, case)
    foreign = taken_back(ledger, made, case, holder=ledger.holders["he"])
    assert ledger.refusal(WithdrawConsent(), foreign, SERVICE) == "consent.unknown"
    assert ledger.refusal(GiveConsent(ledger.catalogue), consent(ledger, case), SERVICE) == "consent.given"
    give(ledger, case, until=ledger.clock[0] + 60 * DAY)  # a longer one may be given


def test_asking_again_without_a_consent_is_no_re_ask(ledger: Meaning) -> None:
    """The department may not use the record, so asking for the paper is its right; with it, it is one."""
    for agreed in (False, True):
        case = ledger.food_case()
        if agreed:
            give(ledger, case)
        row = case_by_no(case, ledger.log.store)
        assert row is not None
        request = Request(case, ledger.context.random(32), "supplement", "window", "licence", None, None)
        ledger.submit(Custodial(Ask(ledger.catalogue), request, "SC", ledger.context))
        assert bool(reasks_in_case(case, None, ledger.log.store)) is agreed


def test_a_copy_taken_in_behind_a_withdrawal_is_no_re_ask(ledger: Meaning) -> None:
    """What waits together is decided in order: with the consent gone the department may take the paper."""
    case = ledger.food_case()
    made = give(ledger, case)
    withdrawn = taken_back(ledger, made, case)
    copy = ledger.acceptance(case, LICENCE, "SC", number=None)
    results = ledger.together(
        Custodial(WithdrawConsent(), withdrawn, SERVICE, ledger.context),
        Custodial(Receive(ledger.catalogue), copy, "SC", ledger.context),
    )
    assert results[1].answer.then is None


def test_the_guide_says_its_law_and_nothing_else_does() -> None:
    """The document gives the member back as it was; without it nothing is written."""
    document = consent_guide()
    item = parse_item(document)
    assert format_item(item) == document
    asked = [one.code for one in item.requirements if one.consent is not None]
    assert asked == ["licence"]
