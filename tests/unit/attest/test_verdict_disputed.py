# SPDX-License-Identifier: Apache-2.0
"""A verifier offline cannot tell while a holder's dispute awaits its answer, as the ledger itself cannot."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck
from attest.oversight.live import kept_status
from attest.registry.model import SERVICE
from attest.verify import Evidence
from tests.attest_parts import NOW, a_ledger
from tests.disputed_parts import DUE, answering, asking, disputed
from tests.evidence_parts import LICENCE, Scene, a_scene, altered, restated, says, state_of, told
from tests.status_parts import DAY, STATUS, drafted, keep, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.verify.statements import Disputed


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One ledger for all."""
    made = a_scene(tmp_path_factory.mktemp("disputed"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def indexes(scene: Scene) -> dict[str, int]:
    """What was disputed in it."""
    return disputed(scene)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("disputed", ("cannot_tell", "status.disputed")),
        ("relied, disputed later", ("valid", "status.disputed_later")),
    ],
)
def test_an_open_dispute_is_said(
    scene: Scene, indexes: dict[str, int], name: str, verdict: tuple[str, str]
) -> None:
    """No verdict on the acceptance, the receipt before it holds; entry, day and size stand beside both."""
    octets = scene.evidence(indexes[name]).format()
    judged = scene.judge(octets)
    assert told(judged) == verdict
    fact, status = judged.disputed, says(Evidence.parse(octets), STATUS)
    assert fact is not None
    assert (fact.due, fact.as_of_size) == (DUE, status.as_of_size)
    assert indexes[name] < fact.index < fact.as_of_size
    assert judged.document()["disputed"] == fact.document()
    assert json.loads(octets)["v"] == 2


def test_once_answered_it_is_as_ever(scene: Scene, indexes: dict[str, int]) -> None:
    """A dispute that was declined leaves the acceptance standing, in a file of version 1."""
    for name, reason in (("answered", "status.standing"), ("relied, answered later", "status.stood")):
        octets = scene.evidence(indexes[name]).format()
        verdict = scene.judge(octets)
        assert (told(verdict), verdict.disputed) == (("valid", reason), None)
        assert json.loads(octets)["v"] == 1


def test_asked_about_before_it_is_not_said(scene: Scene, indexes: dict[str, int]) -> None:
    """At a moment before the request nobody disputed anything."""
    octets = scene.evidence(indexes["disputed"]).format()
    before = scene.judge(octets, now=NOW + 600, as_of=NOW - 1)
    assert (told(before), before.disputed) == (("valid", "status.standing"), None)


def test_a_receipt_of_what_was_disputed_already_is_not_proved(scene: Scene, indexes: dict[str, int]) -> None:
    """The ledger writes none; where a status tells so of one, nobody can tell."""
    octets = scene.evidence(indexes["relied, disputed later"]).format()
    status = says(Evidence.parse(octets), STATUS)
    earlier = type(status.disputed)(indexes["relied, disputed later"] - 1, NOW, DUE)
    bent = restated(scene, octets, STATUS, "XF", disputed=earlier)
    assert told(scene.judge(bent)) == ("cannot_tell", "status.disputed")


def test_what_is_over_stays_over(scene: Scene, indexes: dict[str, int]) -> None:
    """A retraction says more than a dispute, and a stale word about either counts for nothing."""
    octets = scene.evidence(indexes["disputed"]).format()
    size = says(Evidence.parse(octets), STATUS).as_of_size
    ended = restated(scene, octets, STATUS, "XF", state="retracted", retracted=(size - 1, NOW))
    assert told(scene.judge(ended)) == ("not_valid", "status.retracted")
    stale = scene.judge(octets, now=NOW + 2 * DAY)
    assert stale.verdict == "cannot_tell"
    assert state_of(stale, "freshness")[0] == "unknown"


def test_the_version_says_whether_a_reader_can_tell(scene: Scene, indexes: dict[str, int]) -> None:
    """A version 1 that says it is no file of ours."""
    octets = scene.evidence(indexes["disputed"]).format()
    wrong = altered(octets, lambda one: one.update(v=1))
    assert told(scene.judge(wrong)) == ("not_valid", "format.invalid")


def test_a_department_that_signs_itself_may_not_keep_silent(scene: Scene) -> None:
    """What it signed before the dispute is not shown any more; what it signs after must say it."""
    ledger, store = scene.ledger, scene.ledger.log.store
    case_no = ledger.fire_case()
    accepted = ledger.accept(case_no, LICENCE, "XF")
    before = drafted(scene, accepted.id)
    assert keep(scene, before, accepted.id) is None
    asked = ledger.act(RequestDataCheck(), asking(ledger, accepted), SERVICE)
    assert kept_status(accepted.leaf_hash, store) is not None
    assert kept_status(accepted.leaf_hash, store, knows=asked.index) is None
    after = drafted(scene, accepted.id)
    assert keep(scene, after, accepted.id, without="disputed") == "statement.untrue"
    assert keep(scene, after, accepted.id) is None
    shown = kept_status(accepted.leaf_hash, store, knows=asked.index)
    assert shown is not None
    told_of: Disputed | None = getattr(shown.says, "disputed", None)
    assert told_of is not None
    assert told_of.index == asked.index
    ledger.act(AnswerDataCheck(), answering(ledger, asked, case_no), "XF")
    assert "disputed" not in drafted(scene, accepted.id).body


def test_the_command_says_it_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`once verify` names the entry and the day of the answer, the next step, and exits 3."""
    scene = Scene(a_ledger(tmp_path / "ledger"), now=int(time.time()))
    try:
        octets = scene.evidence(disputed(scene)["disputed"]).format()
        fact = scene.judge(octets).disputed
    finally:
        scene.ledger.close()
    assert fact is not None
    for lang, words in (("en", "disputed by entry"), ("zh", "异议：第")):
        code, lines = verified(tmp_path, capsys, scene, octets, lang)
        assert code == 3
        (line,) = [one for one in lines if words in one]
        assert str(fact.index) in line
        assert fact.due.isoformat() in line
