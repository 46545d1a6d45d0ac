# SPDX-License-Identifier: Apache-2.0
"""A verifier offline tells that a paper was renewed or copied better since; the verdict stays valid."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from attest.verify import Evidence
from tests.attest_parts import NOW, a_ledger
from tests.evidence_damage import field
from tests.evidence_parts import Scene, a_scene, altered, says, state_of, told
from tests.status_parts import DAY, STATUS, drafted, keep, verified
from tests.superseded_parts import superseded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One ledger for all."""
    made = a_scene(tmp_path_factory.mktemp("superseded"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def indexes(scene: Scene) -> dict[str, int]:
    """What was superseded in it."""
    return superseded(scene)


@pytest.mark.parametrize(
    ("name", "reason", "how"),
    [
        ("renewed", "status.renewed", "renewed"),
        ("better_copy", "status.better_copy", "better_copy"),
        ("relied, renewed later", "status.stood", "renewed"),
    ],
)
def test_it_is_a_fact_of_its_own(
    scene: Scene, indexes: dict[str, int], name: str, reason: str, how: str
) -> None:
    """Valid as before; how, by which entry and as of which size is said beside it, in a file of version 2."""
    octets = scene.evidence(indexes[name]).format()
    verdict = scene.judge(octets)
    assert told(verdict) == ("valid", reason)
    fact, status = verdict.superseded, says(Evidence.parse(octets), STATUS)
    assert fact is not None
    assert (fact.how, fact.as_of_size) == (how, status.as_of_size)
    assert indexes[name] < fact.index < fact.as_of_size
    assert verdict.document()["superseded"] == fact.document()
    assert json.loads(octets)["v"] == 2


def test_what_nothing_superseded_reads_as_ever(scene: Scene) -> None:
    """A file of version 1, without the member, for every program that reads version 1."""
    octets = scene.evidence(scene.accepted.index).format()
    verdict = scene.judge(octets)
    assert (told(verdict), verdict.superseded) == (("valid", "status.standing"), None)
    assert "superseded" not in verdict.document()
    assert json.loads(octets)["v"] == 1


def test_the_version_says_whether_a_reader_can_tell(scene: Scene, indexes: dict[str, int]) -> None:
    """Another version than what it says asks for is no file of ours; a newer one cannot be told."""
    octets = scene.evidence(indexes["renewed"]).format()
    other = scene.evidence(scene.accepted.index).format()
    for one, versions in ((octets, (1, 3)), (other, (2, 3))):
        for version in versions:
            wrong = altered(one, field("v", to=version))
            assert told(scene.judge(wrong)) == ("not_valid", "format.invalid")
    newer = altered(octets, field("v", to=4))
    assert told(scene.judge(newer)) == ("cannot_tell", "format.unknown_version")


def test_asked_about_before_it_is_not_said(scene: Scene, indexes: dict[str, int]) -> None:
    """At a moment before the newer acceptance nothing had come in its place."""
    octets = scene.evidence(indexes["renewed"]).format()
    before = scene.judge(octets, now=NOW + 600, as_of=NOW - 1)
    assert (told(before), before.superseded) == (("valid", "status.standing"), None)


def test_a_file_that_is_not_valid_states_nothing(scene: Scene, indexes: dict[str, int]) -> None:
    """Too old, or signed by another, its word about a newer paper counts for nothing."""
    octets = scene.evidence(indexes["renewed"]).format()
    stale = scene.judge(octets, now=NOW + 2 * DAY)
    assert (stale.verdict, stale.superseded) == ("cannot_tell", None)
    assert state_of(stale, "freshness")[0] == "unknown"


def test_a_department_that_signs_itself_may_not_keep_silent(scene: Scene, indexes: dict[str, int]) -> None:
    """What it is given to sign says it; a status without it is refused as untrue."""
    row = scene.ledger.log.store.query_raw(
        "SELECT acceptance FROM acceptances WHERE idx = ?", (indexes["renewed"],)
    )
    acceptance = bytes(row[0][0])
    entry = drafted(scene, acceptance)
    assert "superseded" in entry.body
    assert keep(scene, entry, acceptance) is None
    assert keep(scene, entry, acceptance, without="superseded") == "statement.untrue"


def test_the_command_says_it_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`once verify` names the entry and the size beside the verdict, and exits 0."""
    scene = Scene(a_ledger(tmp_path / "ledger"), now=int(time.time()))
    try:
        octets = scene.evidence(superseded(scene)["renewed"]).format()
        fact = scene.judge(octets).superseded
    finally:
        scene.ledger.close()
    assert fact is not None
    for lang, words in (("en", "renewed later by entry"), ("zh", "其后更替：第")):
        code, lines = verified(tmp_path, capsys, scene, octets, lang)
        assert code == 0
        (line,) = [one for one in lines if words in one]
        assert str(fact.index) in line
        assert str(fact.as_of_size) in line
