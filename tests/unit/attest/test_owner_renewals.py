# SPDX-License-Identifier: Apache-2.0
"""What the owner of a type takes in anew, with the number that stays, supersedes what it was by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Custodial
from attest.fields import Fields
from attest.materials.earlier import Made, earlier_of
from attest.private import open_private
from attest.reask.commands import Receive
from attest.reask.replay import replay
from attest.recognition.commands import Rely
from attest.registry.model import SERVICE
from attest.statements import Envelope
from attest.supersession.commands import RecordSupersession
from attest.supersession.model import RENEWED
from attest.supersession.repository import recorded_at, successions
from tests.attest_parts import a_ledger
from tests.numbers import RENEWED_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written
    from attest.materials.model import Acceptance
    from tests.attest_parts import Meaning

LICENCE = "business-licence.pdf"
OLD, NEW = date(2024, 3, 1), date(2026, 11, 2)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("renewals")) as made:
        yield made


@pytest.fixture
def first(ledger: Meaning) -> Iterator[Written]:
    """XF's acceptance of the licence as it was; taken back afterwards, so that tests do not meet."""
    made = ledger.accept(ledger.fire_case(), LICENCE, "XF", issued=OLD)
    yield made
    ledger.retract(made, "XF")


def newer(ledger: Meaning, authority: str = "SC", **more: Any) -> Acceptance:
    """The record of the changed licence, another file, in a case of this authority."""
    case = ledger.food_case() if authority == "SC" else ledger.fire_case()
    record = ledger.acceptance(case, LICENCE, authority, **{"issued": NEW, **more})
    return replace(record, document=replace(record.document, sha256=ledger.context.random(32)))


def accepted(ledger: Meaning, record: Acceptance) -> Written:
    """Accept it, watched as at the doors."""
    return ledger.act(Receive(ledger.catalogue), record, record.authority)


def test_the_owners_later_paper_supersedes_the_old_one(ledger: Meaning, first: Written) -> None:
    """The service says so in the entry right after: no re-ask; the old one cannot be relied on any more."""
    made = accepted(ledger, newer(ledger))
    store = ledger.log.store
    assert made.then is not None
    assert (made.then.index, recorded_at(made.id, made.index, store)) == (made.index + 1, made.index + 1)
    entry = Envelope.parse(store.leaf(made.then.index)).entry
    assert (entry.kind, entry.issuer, entry.body["authority"]) == (RecordSupersession.kind, SERVICE, "SC")
    line = successions([first.id], store)[first.id]
    assert (line.last.newer, line.last.how, line.last.index) == (made.id, RENEWED, made.index)
    assert successions([first.id], store, made.index + 1) == {}
    case = ledger.tobacco_case()
    stale = ledger.reliance(case, "licence", first, "YC-004")
    assert ledger.refusal(Rely(ledger.catalogue), stale, "YC") == "reliance.other"
    ledger.rely(case, "licence", made, "YC-004", "YC")
    done = replay(store, ledger.context, ledger.catalogue, lambda _: None)
    assert (made.index in done.missing, made.index in done.unfounded) == (False, False)


def test_the_record_is_read_back(ledger: Meaning, first: Written) -> None:
    """What it names stands in the sealed record alone, and parses back to itself."""
    made = accepted(ledger, newer(ledger))
    assert made.then is not None
    plain = open_private(made.then.index, ledger.log.store, ledger.context.sealer)[1]
    act = RecordSupersession()
    record = act.parse(Fields(plain))
    assert act.record(record) == plain
    assert (first.id, first.index) in record.superseded
    assert first.id.hex().encode() not in ledger.log.store.leaf(made.then.index)
    assert ledger.refusal(act, record, "SC") == "issuer.mismatch"


@pytest.mark.parametrize(
    "more",
    [
        {"authority": "XF"},
        {"issued": OLD},
        {"issued": None},
        {"number": RENEWED_NUMBER},
        {"number": None},
        {"about": ("premises", "elsewhere")},
    ],
)
def test_what_may_be_another_paper_supersedes_nothing_by_itself(
    ledger: Meaning, first: Written, more: dict[str, Any]
) -> None:
    """Another department's word, no later day, another number or thing: both stand side by side."""
    made = accepted(ledger, newer(ledger, **more))
    assert recorded_at(made.id, made.index, ledger.log.store) is None
    assert successions([first.id], ledger.log.store) == {}
    ledger.retract(made, more.get("authority", "SC"))


def test_a_retraction_gives_the_old_one_back(ledger: Meaning, first: Written) -> None:
    """The supersession stands as long as the newer acceptance does."""
    made = accepted(ledger, newer(ledger))
    ledger.retract(made, "SC")
    assert successions([first.id], ledger.log.store) == {}


def test_who_relies_in_the_same_moment_sees_it(ledger: Meaning, first: Written) -> None:
    """A reliance that waits behind the owner's acceptance is decided after it, not beside it."""
    record, case = newer(ledger), ledger.tobacco_case()
    stale = ledger.reliance(case, "licence", first, "YC-004")
    rely = Rely(ledger.catalogue)
    one, two = ledger.together(
        Custodial(Receive(ledger.catalogue), record, "SC", ledger.context),
        Custodial(rely, stale, "YC", ledger.context),
    )
    assert one.answer.then is not None
    assert two == "reliance.other"


def test_only_what_a_department_holds_itself_is_told(ledger: Meaning, first: Written) -> None:
    """Its own earlier paper and its own copy of the file; of another's it hears nothing."""
    store, context = ledger.log.store, ledger.context
    changed = newer(ledger, "XF")
    made = accepted(ledger, changed)
    found = earlier_of([Made("XF", changed, made.id, made.index)], store, context)[0]
    assert found.duplicate is None
    assert first.id in {row.id for row in found.older}
    stranger = earlier_of([Made("SC", changed, made.id, made.index)], store, context)[0]
    assert stranger.duplicate is None
    assert first.id not in {row.id for row in stranger.older}
    again = accepted(ledger, changed)
    told = earlier_of([Made("XF", changed, again.id, again.index)], store, context)[0].duplicate
    assert told is not None
    assert told.id == made.id
    ledger.retract(made, "XF")
    ledger.retract(again, "XF")
