# SPDX-License-Identifier: Apache-2.0
"""A verifier offline says that a paper's issuer denied it, as the ledger itself heeds it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from attest.oversight.live import kept_status
from attest.verify import Evidence
from tests.attest_context import Keys
from tests.attest_parts import NOW, a_ledger
from tests.denied_parts import NUMBER, SINCE, denied, deny, licence, said_denied
from tests.evidence_damage import field, unsay
from tests.evidence_parts import Scene, a_scene, altered, restated, says, state_of, told
from tests.mandate_parts import mandated
from tests.numbers import licence_number
from tests.status_parts import DAY, STATUS, drafted, keep, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.verify.statements import Denied


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One ledger for all."""
    made = a_scene(tmp_path_factory.mktemp("denied"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def indexes(scene: Scene) -> dict[str, int]:
    """What was denied in it."""
    return denied(scene)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("denied", ("not_valid", "status.denied")),
        ("relied, denied later", ("valid", "status.denied_later")),
        ("relied, denied before", ("not_valid", "status.denied_before")),
    ],
)
def test_an_issuers_denial_is_said(
    scene: Scene, indexes: dict[str, int], name: str, verdict: tuple[str, str]
) -> None:
    """The acceptance is not valid, the receipt before it holds, one after it does not; who, which entry,
    why and since when stand beside each, in a file of version 3."""
    octets = scene.evidence(indexes[name]).format()
    judged = scene.judge(octets)
    assert told(judged) == verdict
    fact, status = judged.denied, says(Evidence.parse(octets), STATUS)
    assert fact is not None
    assert (fact.by, fact.reason, fact.since) == ("SC", "superseded", SINCE)
    assert (fact.time, fact.as_of_size) == (NOW, status.as_of_size)
    assert indexes["denied"] < fact.index < fact.as_of_size
    assert judged.document()["denied"] == fact.document()
    assert json.loads(octets)["v"] == 3


def test_what_was_accepted_anew_is_as_ever(scene: Scene, indexes: dict[str, int]) -> None:
    """A later acceptance is a later look: it stands, and its file, of version 1, says nothing of it."""
    octets = scene.evidence(indexes["accepted anew"]).format()
    verdict = scene.judge(octets)
    assert (told(verdict), verdict.denied) == (("valid", "status.standing"), None)
    assert "denied" not in says(Evidence.parse(octets), STATUS).body()
    assert json.loads(octets)["v"] == 1


def test_another_number_is_not_denied(scene: Scene, indexes: dict[str, int]) -> None:
    """The holder's other licence stands, whatever was said of this one."""
    assert indexes
    octets = scene.evidence(scene.accepted.index).format()
    assert told(scene.judge(octets)) == ("valid", "status.standing")


def test_any_party_and_spelling_of_the_number_will_do(scene: Scene) -> None:
    """An issuer speaks by one holder, and as it types: the acceptance falls for all of them."""
    ledger, number = scene.ledger, licence_number(62)
    accepted = licence(ledger, ledger.fire_case(), number)
    deny(ledger, f" {number[:8]} {number[8:].lower()}", parties=(("operator", ledger.holders["chen"]),))
    scene.anchor()
    assert told(scene.judge(scene.evidence(accepted.index).format())) == ("not_valid", "status.denied")


def test_the_first_denial_is_the_one_that_is_said(scene: Scene) -> None:
    """Denied again, it has stood no more since the first: no reliance between the two is saved."""
    ledger, number = scene.ledger, licence_number(63)
    accepted = licence(ledger, ledger.fire_case(), number)
    first = deny(ledger, number)
    deny(ledger, number, reason="revoked")
    scene.anchor()
    fact = scene.judge(scene.evidence(accepted.index).format()).denied
    assert fact is not None
    assert (fact.index, fact.reason) == (first.index, "superseded")


def test_asked_about_before_it_stood(scene: Scene, indexes: dict[str, int]) -> None:
    """At a moment before the denial it stood, and the verdict says that it was denied later."""
    octets = scene.evidence(indexes["denied"]).format()
    before = scene.judge(octets, now=NOW + 600, as_of=NOW - 1)
    assert told(before) == ("valid", "status.denied_then")
    assert before.denied is not None
    receipt = scene.evidence(indexes["relied, denied later"]).format()
    assert told(scene.judge(receipt, now=NOW + 600, as_of=NOW)) == ("valid", "status.denied_later")


def test_it_is_the_last_word(scene: Scene, indexes: dict[str, int]) -> None:
    """However old the status, the acceptance counts no more; a retraction alone says more."""
    octets = scene.evidence(indexes["denied"]).format()
    stale = scene.judge(octets, now=NOW + 2 * DAY)
    assert told(stale) == ("not_valid", "status.denied")
    assert state_of(stale, "freshness")[0] == "unknown"
    size = says(Evidence.parse(octets), STATUS).as_of_size
    ended = restated(scene, octets, STATUS, "XF", state="retracted", retracted=(size - 1, NOW))
    assert told(scene.judge(ended)) == ("not_valid", "status.retracted")
    later = scene.evidence(indexes["relied, denied later"]).format()
    assert scene.judge(later, now=NOW + 2 * DAY).verdict == "cannot_tell"


def test_only_its_own_department_may_say_so(scene: Scene, indexes: dict[str, int]) -> None:
    """Signed by another it counts for nothing; taken out of the file nobody can tell."""
    octets = scene.evidence(indexes["denied"]).format()
    foreign = scene.judge(restated(scene, octets, STATUS, "SC"))
    assert (told(foreign), foreign.denied) == (("not_valid", "status.foreign_signer"), None)
    silent = altered(altered(octets, unsay(STATUS)), field("v", to=1))
    assert told(scene.judge(silent)) == ("cannot_tell", "status.missing")


def test_the_version_says_whether_a_reader_can_tell(scene: Scene, indexes: dict[str, int]) -> None:
    """Readers of version 2 cannot tell; a version 1 or 2 that says it is no file of ours."""
    octets = scene.evidence(indexes["denied"]).format()
    for version in (1, 2):
        wrong = altered(octets, field("v", to=version))
        assert told(scene.judge(wrong)) == ("not_valid", "format.invalid")
    assert Evidence.parse(octets).format() == octets


def test_a_mandate_falls_with_its_paper(scene: Scene) -> None:
    """A recorded mandate whose paper was denied since lets nobody act; before, it did."""
    index = mandated(scene)["stands"]
    octets = scene.evidence(index).format()
    bent = restated(scene, octets, STATUS, "SC", denied=said_denied(index + 1, NOW + 50))
    fallen = scene.judge(bent)
    assert told(fallen) == ("not_valid", "status.mandate_fallen")
    assert fallen.denied is not None
    assert told(scene.judge(bent, now=NOW + 60, as_of=NOW + 20)) == ("valid", "status.recorded_then")


def test_a_department_that_signs_itself_may_not_keep_silent(scene: Scene) -> None:
    """What it signed before the denial is not shown any more; what it signs after must say it."""
    ledger, store, number = scene.ledger, scene.ledger.log.store, licence_number(64)
    accepted = licence(ledger, ledger.fire_case(), number)
    before = drafted(scene, accepted.id)
    assert keep(scene, before, accepted.id) is None
    said = deny(ledger, number)
    assert kept_status(accepted.leaf_hash, store) is not None
    assert kept_status(accepted.leaf_hash, store, knows=said.index) is None
    after = drafted(scene, accepted.id)
    assert keep(scene, after, accepted.id, without="denied") == "statement.untrue"
    assert keep(scene, after, accepted.id) is None
    shown = kept_status(accepted.leaf_hash, store, knows=said.index)
    assert shown is not None
    told_of: Denied | None = getattr(shown.says, "denied", None)
    assert told_of is not None
    assert (told_of.index, told_of.by) == (said.index, "SC")


def test_an_older_status_of_a_department_that_signs_itself_is_left_out(tmp_path: Path) -> None:
    """Where its last word is from before the denial, the file shows none, and nobody can tell."""
    scene = a_scene(tmp_path)
    try:
        ledger = scene.ledger
        accepted = licence(ledger, ledger.fire_case())
        assert keep(scene, drafted(scene, accepted.id), accepted.id) is None
        deny(ledger, NUMBER)
        assert isinstance(ledger.context.keys, Keys)
        signers = ledger.context.keys.signers
        own = signers.pop("XF")
        scene.anchor()
        octets = scene.evidence(accepted.index).format()
        assert scene.judge(octets).verdict == "cannot_tell"
        assert state_of(scene.judge(octets), "status")[0] == "unknown"
        signers["XF"] = own
        assert keep(scene, drafted(scene, accepted.id), accepted.id) is None
        signers.pop("XF")
        shown = scene.judge(scene.evidence(accepted.index).format())
        assert told(shown) == ("not_valid", "status.denied")
        signers["XF"] = own
    finally:
        scene.ledger.close()


def test_the_command_says_it_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`once verify` names the issuer, the entry, why and since when, and the next step, and exits 4."""
    scene = Scene(a_ledger(tmp_path / "ledger"), now=int(time.time()))
    try:
        octets = scene.evidence(denied(scene)["denied"]).format()
        fact = scene.judge(octets).denied
    finally:
        scene.ledger.close()
    assert fact is not None
    for lang, words in (("en", "denied by its issuer SC"), ("zh", "发证单位 SC 说明不再有效")):
        code, lines = verified(tmp_path, capsys, scene, octets, lang)
        assert code == 4
        (line,) = [one for one in lines if words in one]
        assert str(fact.index) in line
        assert SINCE.isoformat() in line
        assert any("status signed by" in one or "状态由" in one for one in lines)
