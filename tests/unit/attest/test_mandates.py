# SPDX-License-Identifier: Apache-2.0
"""Mandates under the lock and as rules: bounds, owner, end, scope, and records that read back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.days import DAY
from attest.fields import FieldError, Fields
from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.model import (
    ACTS,
    HAND_IN,
    MOST_DAYS,
    VIEW,
    Mandate,
    MandateEnd,
    MandateRow,
    Revocation,
    Scope,
)
from attest.mandates.repository import mandate_by_id, mandates_of, mandates_to
from attest.mandates.rules import covers, state_of
from attest.registry.model import SERVICE
from tests.attest_parts import NOW, Meaning, a_ledger, demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("mandates")) as made:
        yield made


def number_of(key: str) -> str:
    return str(next(one["number"] for one in demo("people.json") if one["key"] == key))


def a_mandate(ledger: Meaning, **more: Any) -> Mandate:
    random = ledger.context.random
    values: dict[str, Any] = {
        "principal": ledger.holders["chen"],
        "principal_salt": random(32),
        "agent_type": "111",
        "agent_number": number_of("lin"),
        "agent_salt": random(32),
        "scope": Scope((VIEW,)),
        "until": NOW + DAY,
    }
    return Mandate(**{**values, **more})


def granted(ledger: Meaning, **more: Any) -> Written:
    return ledger.act(GrantMandate(), a_mandate(ledger, **more), SERVICE)


def test_what_is_no_mandate(ledger: Meaning) -> None:
    """Of nobody, to oneself, with an unsound number, over already or too long, of another's case: refused."""
    act, flat = GrantMandate(), ledger.flat_case()
    for rule, more in (
        ("holder.unknown", {"principal": bytes(16)}),
        ("mandate.self", {"agent_number": number_of("chen")}),
        ("mandate.agent", {"agent_number": number_of("lin")[:17] + "0"}),
        ("mandate.until", {"until": NOW}),
        ("mandate.until", {"until": NOW + MOST_DAYS * DAY + 1}),
        ("mandate.item", {"scope": Scope((VIEW,), item="XX-999")}),
        ("case.unknown", {"scope": Scope((VIEW,), case_no=flat)}),
        ("case.unknown", {"scope": Scope((VIEW,), case_no="990101202601010000019")}),
    ):
        assert ledger.refusal(act, a_mandate(ledger, **more), SERVICE) == rule, more
    assert ledger.refusal(act, a_mandate(ledger), "XF") == "issuer.mismatch"
    granted(ledger, until=NOW + 1)
    granted(ledger, until=NOW + MOST_DAYS * DAY, scope=Scope(ACTS, case_no=ledger.fire_case()))


def test_the_principal_alone_revokes_once(ledger: Meaning) -> None:
    """Another holder's word, a wrong place in the log and a second time are refused."""
    made, random = granted(ledger), ledger.context.random
    back = Revocation(ledger.cite(made), ledger.holders["chen"], random(32))
    act = RevokeMandate()
    for rule, more in (
        ("mandate.unknown", {"principal": ledger.holders["lin"]}),
        ("mandate.unknown", {"mandate": replace(back.mandate, id=bytes(16))}),
        ("statement.mismatch", {"mandate": replace(back.mandate, index=1)}),
    ):
        assert ledger.refusal(act, replace(back, **more), SERVICE) == rule
    ended = ledger.act(act, back, SERVICE)
    row = mandate_by_id(made.id, ledger.log.store)
    assert row is not None
    assert row.ended == MandateEnd(ended.index, NOW)
    assert ledger.refusal(act, replace(back, principal_salt=random(32)), SERVICE) == "mandate.ended"


def test_an_agent_is_found_whether_known_or_not(ledger: Meaning) -> None:
    """By the keyed look-up of the number alone; once the agent is named, the mandate is theirs."""
    stranger = "990102199006120424"
    made = granted(ledger, agent_number=stranger)
    row = mandate_by_id(made.id, ledger.log.store)
    assert row is not None
    assert row.agent == ledger.context.lookup.holder("111", stranger)[:16]
    assert [one.id for one in mandates_to(row.agent, ledger.log.store)] == [made.id]
    assert made.id in [one.id for one in mandates_of(ledger.holders["chen"], ledger.log.store)]
    assert stranger.encode() not in ledger.log.store.leaf(made.index)


def test_it_holds_to_its_last_second() -> None:
    """One second before the end it stands, at the end it does not; a revocation counts before both."""
    row = MandateRow(bytes(16), 1, bytes(32), bytes(16), bytes(16), 1000, 1, None)
    assert [state_of(row, now) for now in (0, 999, 1000, 1001)] == ["stands", "stands", "expired", "expired"]
    assert {state_of(replace(row, ended=MandateEnd(5, 500)), now) for now in (999, 1000)} == {"ended"}


WORDS = st.sampled_from(["a", "b", "c"])
SCOPES = st.builds(
    Scope,
    st.sampled_from([(VIEW,), (HAND_IN,), ACTS]),
    st.sets(WORDS).map(lambda some: tuple(sorted(some))),
    st.none() | WORDS,
    st.none() | WORDS,
)


@given(SCOPES, st.sampled_from(ACTS), WORDS, WORDS, WORDS)
def test_a_scope_never_covers_more_for_being_narrower(
    scope: Scope, act: str, type_: str, item: str, case_no: str
) -> None:
    """Taking any bound away keeps what was covered; what is not known is covered only without the bound."""
    covered = covers(scope, act, type_=type_, item=item, case_no=case_no)
    for wider in (replace(scope, types=()), replace(scope, item=None), replace(scope, case_no=None)):
        assert covers(wider, act, type_=type_, item=item, case_no=case_no) or not covered
    assert covered <= (act in scope.acts)
    unknown = covers(scope, act, type_=None, item=None, case_no=None)
    assert unknown == (act in scope.acts and scope == Scope(scope.acts))


@given(SCOPES)
def test_records_read_back(scope: Scope) -> None:
    """A record as JSON is read as the record it was."""
    record = Mandate(bytes(16), bytes(32), "111", "990101199001010015", bytes(32), scope, 5)
    assert GrantMandate().parse(Fields(GrantMandate().record(record))) == record


@pytest.mark.parametrize(
    "scope",
    [
        {"acts": [], "types": []},
        {"acts": ["hand_in", "view"], "types": []},
        {"acts": ["sell"], "types": []},
        {"acts": ["view"], "types": ["b", "a"]},
        {"acts": ["view"], "types": ["a", "a"]},
        {"acts": ["view"], "types": [], "more": 1},
        {"acts": ["view"]},
    ],
)
def test_a_scope_is_written_one_way(scope: dict[str, Any]) -> None:
    """Nothing to do, another order, an unknown act, doubles or further members are no scope."""
    record = Mandate(bytes(16), bytes(32), "111", "990101199001010015", bytes(32), Scope((VIEW,)), 5)
    plain = {**GrantMandate().record(record), "scope": scope}
    with pytest.raises(FieldError):
        GrantMandate().parse(Fields(plain))
