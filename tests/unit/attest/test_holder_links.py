# SPDX-License-Identifier: Apache-2.0
"""A provisional identifier is linked to the number that came later: one person, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attest.acts import Custodial
from attest.codes import citizen_number
from attest.holders.commands import NameHolderCommand
from attest.holders.linking import LinkHolder
from attest.holders.model import Linking
from attest.holders.repository import ids_of, links_among
from attest.oversight.holdings import holdings_of
from attest.statements import Envelope
from tests.attest_parts import NOW, TODAY, a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attest_parts import Meaning

LICENCE = "business-licence.pdf"


@pytest.fixture
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("links")) as made:
        yield made


def named(ledger: Meaning, id_type: str, number: str) -> bytes:
    """A holder's id."""
    return ledger.submit(NameHolderCommand("GA", id_type, number, "某婴", ledger.context))[1]


def a_child(ledger: Meaning, number: int = 1) -> tuple[bytes, bytes]:
    """A child's two ids: the provisional one, and that of its number."""
    provisional = named(ledger, "provisional", f"B2026{number:04d}")
    return provisional, named(ledger, "111", citizen_number("990101", TODAY.replace(year=2026), number))


def linking(ledger: Meaning, provisional: bytes, holder: bytes) -> Linking:
    """The record that links them."""
    return Linking(provisional, ledger.context.random(32), holder, ledger.context.random(32))


def link(ledger: Meaning, provisional: bytes, holder: bytes) -> None:
    """Link them, as SC says."""
    ledger.act(LinkHolder(), linking(ledger, provisional, holder), "SC")


def case_of(ledger: Meaning, holder: bytes) -> str:
    """A food case of this applicant."""
    ledger.holders["child"] = holder
    answers = {"prepacked": "no", "catering": "no", "applicant": "self"}
    return ledger.open("SC-002", answers, {"applicant": "child", "operator": "chen"})


@pytest.mark.parametrize("first", [0, 1])
def test_materials_of_either_are_found_for_both(ledger: Meaning, first: int) -> None:
    """Accepted under one id, asked under the other: unknown before the link, recognised after it, once."""
    ids = a_child(ledger)
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF", parties=(("holder", ids[first]),))
    case = case_of(ledger, ids[1 - first])
    assert ledger.verdict("SC", case, "licence") == ("required", "evidence.never_seen")
    link(ledger, *ids)
    assert ledger.verdict("SC", case, "licence") == ("recognised", "matched.holder")
    judged = ledger.ask("SC", case, "licence").judged
    assert judged is not None
    assert judged.decision.results[0].acceptances == (accepted.id,)
    ledger.rely(case, "licence", accepted, "SC-002", "SC")


def test_what_names_both_is_one_material(ledger: Meaning) -> None:
    """A paper that names both ids of a person, and a case that does, count that person once."""
    ids = a_child(ledger)
    parties = tuple(("holder", one) for one in ids)
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF", parties=parties)
    link(ledger, *ids)
    held = holdings_of(ids[1], NOW, ledger.log.store, ledger.context)
    assert [(one.acceptance, one.roles, one.others) for one in held] == [(accepted.id, ("holder",), 0)]


def test_several_provisional_ids_are_one_person(ledger: Meaning) -> None:
    """Two hospitals, two identifiers, one child: each is linked, and each finds what the others brought."""
    first, person = a_child(ledger, 1)
    second = named(ledger, "provisional", "C20260001")
    link(ledger, first, person)
    link(ledger, second, person)
    store = ledger.log.store
    assert set(ids_of(person, store)) == {person, first, second}
    expected = {first: person, second: person}
    assert links_among([first], store) == links_among([second], store) == expected
    assert links_among([person], store) == links_among([first, person], store) == expected
    ledger.accept(ledger.fire_case(), LICENCE, "XF", parties=(("holder", first),))
    assert ledger.verdict("SC", case_of(ledger, second), "licence")[0] == "recognised"


def test_what_may_be_linked(ledger: Meaning) -> None:
    """Known ids, provisional to number, once; the service and governance link nobody."""
    provisional, person = a_child(ledger, 2)
    other_provisional, other = a_child(ledger, 3)
    act = LinkHolder()
    for pair, code in (
        ((provisional, bytes(16)), "holder.unknown"),
        ((bytes(16), person), "holder.unknown"),
        ((person, other), "holder.not_provisional"),
        ((provisional, other_provisional), "holder.not_provisional"),
        ((provisional, provisional), "holder.not_provisional"),
    ):
        assert ledger.refusal(act, linking(ledger, *pair), "SC") == code, code
    assert ledger.refusal(act, linking(ledger, provisional, person), "service") == "issuer.mismatch"
    link(ledger, provisional, person)
    assert ledger.refusal(act, linking(ledger, provisional, other), "SC") == "holder.linked"


def test_two_links_at_once(ledger: Meaning) -> None:
    """Of links of one identifier to two people that wait together, the first stands."""
    provisional, person = a_child(ledger, 4)
    _, other = a_child(ledger, 5)
    commands = [
        Custodial(LinkHolder(), linking(ledger, provisional, one), "SC", ledger.context)
        for one in (person, other)
    ]
    first, second = ledger.together(*commands)
    assert (first.answer is not None, second) == (True, "holder.linked")
    assert links_among([provisional], ledger.log.store) == {provisional: person}


def test_the_open_entry_names_nobody(ledger: Meaning) -> None:
    """Two salted commitments, new ones each time; no id stands in the leaf."""
    provisional, person = a_child(ledger, 6)
    record = linking(ledger, provisional, person)
    body = LinkHolder().body(record)
    assert set(body) == {"holder", "earlier"}
    again = replace(record, salt=ledger.context.random(32))
    assert LinkHolder().body(again)["holder"] != body["holder"]
    written = ledger.act(LinkHolder(), record, "SC")
    leaf = ledger.log.store.leaf(written.index)
    assert provisional.hex().encode() not in leaf
    assert person.hex().encode() not in leaf
    assert Envelope.parse(leaf).entry.issuer == "SC"


def test_a_decision_of_before_the_link_is_made_again_as_it_was(ledger: Meaning) -> None:
    """Links count from their index on: what was found before is found again without them."""
    ids = a_child(ledger, 7)
    link(ledger, *ids)
    size = ledger.size
    assert links_among([ids[0]], ledger.log.store, size - 1) == {}
    assert links_among([ids[0]], ledger.log.store, size) == {ids[0]: ids[1]}
