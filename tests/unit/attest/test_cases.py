# SPDX-License-Identifier: Apache-2.0
"""Cases: opened by the authority or a mandated receiver, under the guide in force, for known parties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import derived
from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.cases.model import Addition, Opening
from attest.cases.repository import case_by_no, case_indexes, cases_of
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.repository import version_of
from attest.days import day_of, first_second
from attest.private import open_private
from attest.recognition.decision import opening_of
from attest.statements import Envelope
from ledger.canonical import dump
from ledger.errors import CommandRejected
from ledger.hashing import sha256
from tests.attest_parts import DEMO, TODAY, Meaning, a_ledger, demo

if TYPE_CHECKING:
    from attest.context import Context
    from ledger.commands import View

ANSWERS = {"procedure": "promise"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("cases")) as made:
        yield made


def opening(ledger: Meaning, **more: Any) -> Opening:
    return replace(ledger.opening("XF-001", ANSWERS, {"applicant": "eatery", "operator": "chen"}), **more)


def refusal(ledger: Meaning, issuer: str = "XF", **more: Any) -> str:
    return ledger.refusal(OpenCase(ledger.catalogue), opening(ledger, **more), issuer)


def test_a_case_is_opened_by_its_authority(ledger: Meaning) -> None:
    """The case stands in the tables with its first entry, and its sealed record gives all of it back."""
    record = opening(ledger)
    written = ledger.act(OpenCase(ledger.catalogue), record, "XF")
    case = case_by_no(record.case_no, ledger.log.store)
    assert case is not None
    assert (case.index, case.authority, case.opened_by, case.opened) == (
        written.index,
        "XF",
        "XF",
        ledger.clock[0],
    )
    assert case_indexes(record.case_no, ledger.log.store) == [written.index]
    assert opening_of(case, ledger.catalogue, ledger.log.store, ledger.context) == record


class _Earlier(OpenCase):
    """As cases were opened when any text was taken for a unit's number."""

    def check(self, record: Opening, issuer: str, view: View, context: Context) -> None:
        super().check(replace(record, about=None), issuer, view, context)


def test_what_is_no_unit_number_is_written_no_more_and_read_as_ever(ledger: Meaning) -> None:
    """Refused, whoever signs; a case that stands with such a number gives its record back, and its rows."""
    act, bad = OpenCase(ledger.catalogue), ("real_estate_unit", "short")
    assert refusal(ledger, about=bad) == "about.unit_number"
    assert refusal(ledger, about=("real_estate_unit", "990101001001GB00017X00010117")) == "about.unit_number"
    record = opening(ledger, about=bad)
    written = ledger.act(_Earlier(ledger.catalogue), record, "XF")
    case = case_by_no(record.case_no, ledger.log.store)
    assert case is not None
    assert opening_of(case, ledger.catalogue, ledger.log.store, ledger.context) == record
    leaf = ledger.log.store.leaf(written.index)
    _, plain = open_private(written.index, ledger.log.store, ledger.context.sealer)
    assert derived(act, plain, written.index, leaf, Envelope.parse(leaf), ledger.context)


def test_a_mandated_window_opens_for_the_authority(ledger: Meaning) -> None:
    """A receiver that the guide names opens the case; another department does not."""
    record = opening(ledger)
    ledger.act(OpenCase(ledger.catalogue), record, "ZW")
    case = case_by_no(record.case_no, ledger.log.store)
    assert case is not None
    assert (case.authority, case.opened_by) == ("XF", "ZW")
    assert refusal(ledger, "SC") == "auth.forbidden"


def test_each_rule_refuses_by_its_code(ledger: Meaning) -> None:
    """Number, item, version, guide, authority, roles, holders and answers each have their refusal."""
    number = opening(ledger).case_no
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    nobody = (("applicant", bytes(16)),)
    assert refusal(ledger, case_no=wrong) == "case.number"
    assert refusal(ledger, item="XF-999") == "item.unknown"
    assert refusal(ledger, version=2) == "item.unknown"
    assert refusal(ledger, document=bytes(32)) == "catalogue.version"
    assert refusal(ledger, authority="SC") == "auth.forbidden"
    assert refusal(ledger, parties=(("buyer", ledger.holders["chen"]),)) == "case.role"
    assert refusal(ledger, parties=nobody) == "holder.unknown"
    assert refusal(ledger, answers=()) == "situation.unanswered"
    assert refusal(ledger, answers=(("procedure", "bribe"),)) == "situation.unknown_option"
    answers = (("more", "x"), ("procedure", "promise"))
    assert refusal(ledger, answers=answers) == "situation.unknown_question"


def test_a_number_opens_one_case(ledger: Meaning) -> None:
    """A second opening with the number is refused, whoever asks."""
    number = ledger.fire_case()
    for issuer in ("XF", "ZW"):
        assert refusal(ledger, issuer, case_no=number) == "case.exists"


def test_a_case_pins_the_version_of_its_day(tmp_path: Path) -> None:
    """A version published ahead waits for its day; then new cases pin it, and old ones keep theirs."""
    old, new = demo("catalogue/items/MZ-017.json"), demo("catalogue/items/MZ-017.v2.json")
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    with a_ledger(tmp_path) as ledger:
        for guide in (old, {**new, "in_force": tomorrow}):
            body = dump(guide)
            record = Publication("item", "MZ-017", guide["version"], sha256(body))
            ledger.act(Publish(), record, "MZ", attached=[body])
        second = ledger.opening("MZ-017", {}, {"applicant": "zhou"})
        standing = ledger.catalogue.in_force("MZ-017", TODAY, ledger.log.store)
        assert standing is not None
        first = replace(second, version=1, document=standing[1].digest)
        act = OpenCase(ledger.catalogue)
        assert ledger.refusal(act, second, "MZ") == "catalogue.version"
        ledger.act(act, first, "MZ")
        ledger.clock[0] += 86_400
        later = ledger.opening("MZ-017", {}, {"applicant": "zhou"})
        assert ledger.refusal(act, replace(first, case_no=later.case_no), "MZ") == "catalogue.version"
        ledger.act(act, later, "MZ")
        versions = [case_by_no(one.case_no, ledger.log.store) for one in (first, later)]
        assert [case and case.version for case in versions] == [1, 2]
        assert ledger.catalogue.in_force("MZ-018", TODAY, ledger.log.store) is None


def test_a_marriage_of_may_2025_goes_by_the_law_of_its_day(tmp_path: Path) -> None:
    """The shipped guides of 结婚登记: to the last second of 2025-05-09 a case pins the first and is asked for
    both household registers, from the first of 2025-05-10 the second, which asks none.

    What was opened before keeps its own.
    """
    first_of_the_tenth = first_second(date(2025, 5, 10))
    couple = {"applicant": "zhou"}
    with a_ledger(tmp_path, first_second(date(2025, 5, 8))) as ledger:
        for name in ("MZ-017", "MZ-017.v2"):
            body = (DEMO / "catalogue" / "items" / f"{name}.json").read_bytes()
            record = Publication("item", "MZ-017", json.loads(body)["version"], sha256(body))
            ledger.act(Publish(), record, "MZ", attached=[body])
        act, pinned = OpenCase(ledger.catalogue), []
        for moment, version in ((first_of_the_tenth - 1, 1), (first_of_the_tenth, 2)):
            ledger.clock[0] = moment
            day = day_of(moment)
            standing = ledger.catalogue.in_force("MZ-017", day, ledger.log.store)
            assert standing is not None
            assert (day.isoformat(), standing[0].version) == (f"2025-05-{8 + version:02}", version)
            other = version_of("item", "MZ-017", 3 - version, ledger.log.store)
            assert other is not None
            own = {"version": version, "document": standing[1].digest}
            opened = ledger.opening("MZ-017", {}, couple, about=None, **own)
            wrong = replace(opened, version=other.version, document=other.digest)
            assert ledger.refusal(act, wrong, "MZ") == "catalogue.version"
            ledger.act(act, opened, "MZ")
            pinned.append(opened.case_no)
        asked = [ledger.ask("MZ", case_no).judged for case_no in pinned]  # both on the tenth
        assert [one and one.version for one in asked] == [1, 2]
        assert [one and [need.code for need in one.requirements] for one in asked] == [
            ["identity", "household", "declaration"],
            ["identity", "declaration"],
        ]


def kitchen(ledger: Meaning) -> str:
    """A case of a kitchen in which nobody is named as its staff."""
    answers = {"prepacked": "no", "catering": "yes", "applicant": "self"}
    return ledger.open("SC-002", answers, {"applicant": "eatery", "operator": "chen"})


def addition(ledger: Meaning, case_no: str, role: str = "employee", person: str = "ma") -> Addition:
    return Addition(case_no, ledger.context.random(32), ((role, ledger.holders[person]),))


def test_a_person_is_added_where_the_case_left_a_role_empty(ledger: Meaning) -> None:
    """The party counts from its entry on; the record names it, the open body does not."""
    store, case_no = ledger.log.store, kitchen(ledger)
    case = case_by_no(case_no, store)
    assert case is not None
    act = AddParty(ledger.catalogue)
    written = ledger.act(act, addition(ledger, case_no), "SC")
    assert ledger.holders["ma"].hex().encode() not in store.leaf(written.index)
    party = ("employee", ledger.holders["ma"])
    assert opening_of(case, ledger.catalogue, store, ledger.context).parties[-1] == party
    assert party not in opening_of(case, ledger.catalogue, store, ledger.context, written.index).parties
    assert case_no in cases_of(ledger.holders["ma"], store)
    assert case_indexes(case_no, store)[-1] == written.index


def test_what_may_not_be_added_is_refused_by_its_code(ledger: Meaning) -> None:
    """Another department, no such case, a filled role, one that the guide lacks, a stranger."""
    case_no, act = kitchen(ledger), AddParty(ledger.catalogue)
    assert ledger.refusal(act, addition(ledger, case_no), "XF") == "case.unknown"
    assert ledger.refusal(act, addition(ledger, "1" * 21), "SC") == "case.unknown"
    assert ledger.refusal(act, addition(ledger, case_no, "operator"), "SC") == "case.role_filled"
    assert ledger.refusal(act, addition(ledger, case_no, "landlord"), "SC") == "case.role"
    stranger = replace(addition(ledger, case_no), parties=(("employee", bytes(16)),))
    assert ledger.refusal(act, stranger, "SC") == "holder.unknown"
    ledger.act(act, addition(ledger, case_no), "SC")
    assert ledger.refusal(act, addition(ledger, case_no, person="lin"), "SC") == "case.role_filled"


def test_an_opening_that_was_erased_is_not_remembered(ledger: Meaning) -> None:
    """Read once it need not be opened again; once its sealed record is gone, it cannot be read."""
    record = opening(ledger)
    ledger.act(OpenCase(ledger.catalogue), record, "XF")
    case = case_by_no(record.case_no, ledger.log.store)
    assert case is not None
    first = opening_of(case, ledger.catalogue, ledger.log.store, ledger.context)
    assert opening_of(case, ledger.catalogue, ledger.log.store, ledger.context) is first
    ledger.log.store.query_raw("UPDATE private_records SET sealed = x'' WHERE idx = ?", (case.index,))
    with pytest.raises(CommandRejected, match="cannot be read"):
        opening_of(case, ledger.catalogue, ledger.log.store, ledger.context)
