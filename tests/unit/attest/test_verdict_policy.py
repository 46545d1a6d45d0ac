# SPDX-License-Identifier: Apache-2.0
"""Outsiders see whether a reliance was made by the policy in force: proved, contradicted, or left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attest.catalogue.repository import BY_DEFAULT
from attest.days import day_of
from attest.oversight.live import policy_spans
from attest.policies.document import DEFAULT_DIGEST
from attest.registry.model import GOVERNANCE
from attest.verify import Evidence
from tests.attest_parts import NOW
from tests.evidence_damage import drop
from tests.evidence_parts import LICENCE, Scene, a_scene, altered, entry_of, restated, says, told
from tests.verdict_cases import SNAPSHOT, told_policies

ROOT = Path(__file__).resolve().parents[3]
OTHER, VALID = ("not_valid", "status.other_policy"), ("valid", "status.stood")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = a_scene(tmp_path_factory.mktemp("scene"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def relied(scene: Scene) -> bytes:
    """Evidence of the reliance, made by a policy of its own."""
    return scene.evidence(scene.relied.index).format()


def test_the_file_carries_the_policy_and_its_standing(scene: Scene, relied: bytes) -> None:
    """The publication with its proof, and governance's word on every version of that department."""
    assert told(scene.judge(relied)) == VALID
    evidence = Evidence.parse(relied)
    ((_, shown),) = evidence.of_role("policy")
    body = evidence.entries[evidence.subject].signed.entry.body
    assert shown.signed.entry.body["document"] == body["policy"]
    spans = says(evidence, SNAPSHOT).policies
    assert [(one.department, one.version, one.index) for one in spans] == [("SC", 1, shown.index)]


def test_what_governance_tells_decides(scene: Scene, relied: bytes) -> None:
    """A reliance stands by the newest version below it that held on its day, and by no other."""
    wanted = [VALID, OTHER, OTHER, OTHER, VALID, OTHER, OTHER, VALID, VALID, OTHER, VALID]
    got = [
        told(scene.judge(restated(scene, relied, SNAPSHOT, GOVERNANCE, policies=policies)))
        for policies in told_policies(scene, relied)
    ]
    assert got == wanted


def test_on_the_eve_of_a_version_either_clock_counts(scene: Scene, relied: bytes) -> None:
    """The writer's clock decides, and may be two minutes off: a version of the day after that is none yet."""
    (one,) = says(Evidence.parse(relied), SNAPSHOT).policies
    day = day_of(NOW + 120)
    ahead = replace(one, version=2, index=scene.relied.index - 1, document=bytes(32))
    for first, want in ((day, OTHER), (day + timedelta(days=1), VALID)):
        policies = (one, replace(ahead, in_force=first))
        octets = restated(scene, relied, SNAPSHOT, GOVERNANCE, policies=policies)
        assert told(scene.judge(octets)) == want


def test_a_file_without_the_policy_proves_nothing(scene: Scene, relied: bytes) -> None:
    """Left out: cannot tell. Denied by a false snapshot, or beside an acceptance: not valid."""
    bare = altered(relied, drop("policy"))
    assert told(scene.judge(bare)) == ("cannot_tell", "status.policy_missing")
    assert told(scene.judge(restated(scene, bare, SNAPSHOT, GOVERNANCE, policies=()))) == OTHER
    entry = entry_of(Evidence.parse(relied).document(), "policy")
    accepted = scene.evidence(scene.accepted.index).format()
    head = Evidence.parse(relied).entries[0].proof.checkpoint
    assert Evidence.parse(accepted).entries[0].proof.checkpoint == head
    foreign = altered(accepted, lambda document: document["entries"].append(entry))
    assert told(scene.judge(foreign)) == OTHER


def test_another_version_in_its_place_is_refused(tmp_path: Path) -> None:
    """A later version shown for the one cited, or a guide's publication, does not stand in for it."""
    scene = a_scene(tmp_path)
    later = scene.ledger.publish_policy("SC", {"max_age_days": 365}, 2)
    scene.anchor()
    octets = scene.evidence(scene.relied.index).format()
    assert told(scene.judge(octets)) == VALID
    assert [one.version for one in says(Evidence.parse(octets), SNAPSHOT).policies] == [1, 2]
    second = scene.ledger.rely(scene.ledger.food_case(), "licence", scene.accepted, "SC-002", "SC")
    scene.anchor()
    newer = scene.evidence(second.index).format()
    assert told(scene.judge(newer)) == VALID
    assert Evidence.parse(newer).of_role("policy")[0][1].index == later.index
    old = scene.evidence(scene.relied.index).format()
    entry = entry_of(Evidence.parse(old).document(), "policy")

    def swap(document: dict[str, list[dict[str, object]]]) -> None:
        document["entries"] = [entry if one["role"] == "policy" else one for one in document["entries"]]

    assert told(scene.judge(altered(newer, swap))) == OTHER
    scene.ledger.close()


def test_the_default_is_proved_by_the_lack_of_any_other(tmp_path: Path) -> None:
    """Who published none relies by the default: valid without an entry; a later policy changes nothing."""
    scene = a_scene(tmp_path)
    ledger = scene.ledger
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    relied = ledger.rely(ledger.tobacco_case(), "licence", accepted, "YC-004", "YC")
    for _ in range(2):
        scene.anchor()
        octets = scene.evidence(relied.index).format()
        evidence = Evidence.parse(octets)
        assert evidence.entries[0].signed.entry.body["policy"] == BY_DEFAULT.digest.hex()
        assert not evidence.of_role("policy")
        assert told(scene.judge(octets)) == VALID
        ledger.publish_policy(
            "YC", {"max_age_days": 1}, len(policy_spans(["YC"], ledger.size, ledger.log.store)) + 1
        )
    scene.ledger.close()


def test_the_browser_knows_the_same_default() -> None:
    """The digest that the page compares with is that of the default document."""
    page = ROOT / "api" / "web" / "static" / "verify" / "policies.js"
    assert f'DEFAULT_DIGEST = "{DEFAULT_DIGEST.hex()}"' in page.read_text()
