# SPDX-License-Identifier: Apache-2.0
"""Verdicts on recorded mandates: they stand, fall, end and are forged; whose word it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attest.mandates.repository import mandate_by_id
from attest.statements import Envelope
from attest.verify.records import record_opens
from tests.attest_parts import NOW
from tests.evidence_parts import Scene, a_scene, told
from tests.mandate_parts import mandated

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = a_scene(tmp_path_factory.mktemp("verdicts"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def made(scene: Scene) -> dict[str, int]:
    return mandated(scene)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("stands", ("valid", "status.recorded")),
        ("mandate fallen", ("not_valid", "status.mandate_fallen")),
        ("mandate over", ("not_valid", "status.mandate_expired")),
        ("mandate by another", ("not_valid", "status.foreign_recorder")),
    ],
)
def test_what_a_file_says_of_a_mandate(
    scene: Scene, made: dict[str, int], name: str, verdict: tuple[str, str]
) -> None:
    """Valid while its paper stands and its day has not come, and only by the paper's own department."""
    assert told(scene.judge(scene.evidence(made[name]).format())) == verdict


def test_it_ends_by_its_own_day_without_any_ledger(scene: Scene, made: dict[str, int]) -> None:
    """The same file, judged one second before the end that its body names, and then."""
    index = made["stands"]
    id_ = Envelope.parse(scene.ledger.log.store.leaf(index)).entry.id
    row = mandate_by_id(id_, scene.ledger.log.store)
    assert row is not None
    octets = scene.evidence(index).format()
    assert told(scene.judge(octets, as_of=row.until - 1, now=row.until - 1, max_age=10**6))[0] != "not_valid"
    assert told(scene.judge(octets, as_of=row.until, now=row.until)) == (
        "not_valid",
        "status.mandate_expired",
    )
    assert row.until > NOW


@pytest.mark.parametrize("name", ["agent", "principal", "until", "relation", "case", "cites"])
def test_its_body_says_what_its_record_says(scene: Scene, made: dict[str, int], name: str) -> None:
    """The record opens the entry as it is, and none whose body says another agent, day, case or paper."""
    file = scene.evidence(made["stands"])
    shown, entry = file.private[0], file.entries[0].signed.entry
    assert record_opens(entry, shown.salt, shown.record)
    other = NOW if name == "until" else "0" * 64
    bent = replace(entry, body={**entry.body, name: other})
    assert not record_opens(bent, shown.salt, shown.record)
