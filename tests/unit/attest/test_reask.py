# SPDX-License-Identifier: Apache-2.0
"""The detector over a year at the windows: exactly what was planted, no false one, and the same in replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import delete

from attest.reask.model import FINDINGS, OUTSIDE_LIST, RECOGNISABLE, ReaskRow
from attest.reask.rates import rates
from attest.reask.replay import replay
from attest.reask.repository import all_reasks, receipts_by_place, requests_by_place
from attest.statements import Envelope
from attest.tables import reasks
from tests.attest_parts import Meaning, a_ledger
from tests.reask_oracle import brute_force
from tests.reask_year import OUTSIDE, PLANTED, Person, a_year, against, outside


@dataclass
class Year:
    ledger: Meaning
    people: list[Person]
    found: list[ReaskRow]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with a_ledger(tmp_path_factory.mktemp("year")) as ledger:
        people = a_year(ledger)
        yield Year(ledger, people, all_reasks(ledger.log.store))


def test_the_planted_re_asks_are_found_and_no_other(year: Year) -> None:
    """Of 1,000 cases the 137 with a re-ask are named, each once, against its department, item and channel."""
    planted = {(one.case, against(one), one.item, one.channel) for one in year.people if one.story in PLANTED}
    told = [one for one in year.found if one.finding == RECOGNISABLE]
    assert len(planted) == sum(PLANTED.values()) == 137
    assert Counter((one.case_no, one.department, one.item, one.channel) for one in told) == Counter(planted)


def test_each_cites_what_was_known_and_what_shows_the_asking(year: Year) -> None:
    """The earlier acceptance is the person's own; the asking is the entry right before the re-ask."""
    by_case = {one.case: one for one in year.people}
    for told in year.found:
        person = by_case[told.case_no]
        asked = next(one for one in person.entries if one.id == told.asked)
        assert (asked.index + 1, asked.then and asked.then.id) == (told.index, told.id)
        if told.finding == RECOGNISABLE:
            assert person.earlier is not None
            assert told.acceptance == person.earlier.id
    assert {one.channel for one in year.found} > {"window", "web", "courier"}


def test_what_no_guide_asks_for_is_the_second_finding(year: Year) -> None:
    """A request outside the list is named as such, whatever is known of the person."""
    told = [one for one in year.found if one.finding == OUTSIDE_LIST]
    assert Counter(one.case_no for one in told) == Counter(one.case for one in outside(year.people))
    assert len(told) == OUTSIDE


def test_the_rates_are_what_happened(year: Year) -> None:
    """By department, item and channel: the papers and requests there were, and the re-asks among them."""
    store = year.ledger.log.store
    found = rates(receipts_by_place(store), requests_by_place(store), all_reasks(store))
    told = Counter((one.department, one.item, one.channel) for one in year.found)
    assert {tuple(one.place): one.reasks + one.reported for one in found if one.reasks + one.reported} == told
    kinds = Counter(Envelope.parse(leaf).entry.kind for leaf in store.leaves(0, store.head().size))
    assert sum(one.receipts for one in found) == kinds["material.accepted"]
    assert sum(one.reported for one in found) == sum(one.source == "claim" for one in year.found)
    assert sum(one.requests for one in found) == kinds["material.requested"]
    assert sum(one.by_choice for one in found) == sum(one.story == "by_choice" for one in year.people)


def test_brute_force_over_the_log_finds_the_same(year: Year) -> None:
    """Every entry opened and judged anew, without any table of ours, gives the same re-asks."""
    assert brute_force(year.ledger) == {
        (one.asked, one.finding, one.requirement, one.type) for one in year.found
    }


def test_the_replay_agrees_and_names_what_is_kept_back(year: Year) -> None:
    """Judged again as of each index nothing differs; a re-ask that is hidden is named by its asking."""
    ledger, said = year.ledger, list[str]()
    done = replay(ledger.log.store, ledger.context, ledger.catalogue, said.append)
    assert (done.missing, done.unfounded, done.closed, done.reasks) == ([], [], 0, len(year.found))
    alone = [
        one for one in year.found if one.source in ("claim", "supplement") or one.finding != RECOGNISABLE
    ]
    hidden = [next(one for one in alone if one.finding == finding) for finding in FINDINGS]
    with ledger.log.store.transaction() as connection:
        connection.execute(delete(reasks).where(reasks.c.reask.in_([one.id for one in hidden])))
    done = replay(ledger.log.store, ledger.context, ledger.catalogue, said.append)
    assert (done.missing, done.unfounded) == (sorted(one.index - 1 for one in hidden), [])
