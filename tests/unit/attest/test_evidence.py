# SPDX-License-Identifier: Apache-2.0
"""Who is shown what in an evidence file, and what the service signs for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from api.receipts import Receipts
from attest.materials.commands import Accept
from attest.oversight.evidence import NoEvidenceError, Sources, build_evidence
from attest.oversight.live import LIFETIME, KeepStatement, draft_snapshot
from attest.registry.model import GOVERNANCE
from attest.statements import sign_entry
from attest.verify import Evidence
from tests.attest_context import Keys, a_key
from tests.attest_parts import NOW, OWN_KEY
from tests.builders import ORIGIN, a_signer
from tests.evidence_parts import Scene, a_scene, says, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A ledger to be changed."""
    made = a_scene(tmp_path)
    yield made
    made.ledger.close()


def shown(evidence: Evidence) -> list[str]:
    """Kinds of the entries whose private records are in the file."""
    return [evidence.entries[one.entry].signed.entry.kind for one in evidence.private]


def test_round_trip(scene: Scene) -> None:
    """`parse(format(x)) == x` for acceptances, reliances and retracted ones, anchored or not."""
    scene.ledger.retract(scene.accepted, "XF")
    more = scene.ledger.accept(scene.ledger.fire_case(), "business-licence.pdf", "XF")
    for index in (scene.accepted.index, scene.relied.index, more.index):
        evidence = scene.evidence(index)
        assert Evidence.parse(evidence.format()) == evidence
    roles = [one.role for one in scene.evidence(scene.relied.index).entries]
    assert roles == [
        "subject",
        "citation",
        "policy",
        "retraction",
        "founding",
        *["department"] * 2,
        *["key"] * 2,
    ]


def test_readers(scene: Scene) -> None:
    """An auditor sees every record, a department those of its own entries, a stranger none."""
    accepted, relied = scene.accepted.index, scene.relied.index
    assert shown(scene.evidence(relied)) == ["material.relied", "material.accepted"]
    assert shown(scene.evidence(relied, reader="SC")) == ["material.relied"]
    assert shown(scene.evidence(relied, reader="XF")) == ["material.accepted"]
    assert shown(scene.evidence(relied, reader="ZR")) == []
    assert shown(scene.evidence(accepted, reader="XF")) == ["material.accepted"]
    assert shown(scene.evidence(accepted, reader="SC")) == []
    for reader in (None, "SC", "XF", "ZR"):
        verdict = scene.judge(scene.evidence(relied, reader=reader).format(), document=scene.digest)
        assert told(verdict)[0] == "valid"


def test_only_acceptances_and_reliances(scene: Scene) -> None:
    """No evidence is made for other kinds, nor beyond the head."""
    for index in (0, 1, scene.relied.index - 1, scene.ledger.size):
        with pytest.raises(NoEvidenceError):
            scene.evidence(index)


def test_keys_that_departments_keep(scene: Scene) -> None:
    """Where the service holds no key of a department it signs no status for it, and nothing is told."""
    ledger = scene.ledger
    case_no = ledger.fire_case()
    record = ledger.acceptance(case_no, "business-licence.pdf", "XF")
    act = Accept(ledger.catalogue)
    written = ledger.submit(ledger.external(act, ledger.prepared(act, record, "XF"), a_key("XF")))
    scene.anchor()
    assert isinstance(ledger.context.keys, Keys)
    ledger.context.keys.signers.pop("XF")
    verdict = scene.judge(scene.evidence(written.index).format())
    assert told(verdict) == ("cannot_tell", "status.missing")
    assert OWN_KEY not in ledger.context.keys.signers


def test_governance_elsewhere(scene: Scene) -> None:
    """Where the service does not hold governance's key, the snapshot handed in is put into the file."""
    ledger, index = scene.ledger, scene.accepted.index
    assert isinstance(ledger.context.keys, Keys)
    governance = ledger.context.keys.signers.pop(GOVERNANCE)
    assert told(scene.judge(scene.evidence(index).format())) == ("cannot_tell", "authority.snapshot_missing")
    entry = draft_snapshot(None, ledger.size, NOW, LIFETIME, ledger.log.store, ledger.context.log_id)
    ledger.submit(KeepStatement(sign_entry(entry, governance), ledger.context))
    assert told(scene.judge(scene.evidence(index).format()))[0] == "valid"


def test_status_ends_with_the_material(scene: Scene) -> None:
    """A status ends with the material's last day, and on the next the verdict is expired."""
    ledger = scene.ledger
    china = timezone(timedelta(hours=8))
    today = datetime.fromtimestamp(NOW, china).date()
    record = replace(ledger.acceptance(ledger.fire_case(), "business-licence.pdf", "XF"), valid_until=today)
    written = ledger.act(Accept(ledger.catalogue), record, "XF")
    scene.anchor()
    evidence = scene.evidence(written.index, reader="SC")  # who cannot see the record's own dates
    status = says(evidence, "acceptance.status")
    assert (status.valid_until, status.valid_from) == (today, None)
    assert datetime.fromtimestamp(status.expires, china).date() == today
    assert datetime.fromtimestamp(status.expires + 1, china).date() == today + timedelta(days=1)
    octets = evidence.format()
    assert told(scene.judge(octets))[0] == "valid"
    assert told(scene.judge(octets, now=status.expires + 1)) == ("not_valid", "status.expired")
    ledger.clock[0] = status.expires + 3600
    assert told(scene.judge(scene.evidence(written.index).format())) == ("not_valid", "status.expired")


def test_lifetime(scene: Scene) -> None:
    """Statements hold for a day, of the head that they were signed for."""
    evidence = scene.evidence(scene.accepted.index)
    for kind in ("acceptance.status", "registry.snapshot"):
        said = says(evidence, kind)
        assert (said.expires, said.as_of_size) == (NOW + LIFETIME, scene.ledger.size)
    assert says(evidence, "anchor.seen").expires == NOW + LIFETIME


def test_an_anchor_beyond_the_head_shown(scene: Scene) -> None:
    """An anchor larger than the file's own checkpoint proves it the other way round."""
    ledger = scene.ledger
    head = ledger.log.writer.acknowledged
    more = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    before = ledger.log.writer.acknowledged
    for _ in range(3):
        ledger.fire_case()
    scene.anchor()
    assert before.size > head.size
    store = ledger.log.store
    sources = Sources(store, ledger.context, Receipts(store, a_signer(), ORIGIN), scene.chain_trust)
    evidence = build_evidence(more.index, sources, before, NOW, reader=None)
    assert evidence.anchor is not None
    assert evidence.anchor.size > before.size
    assert told(scene.judge(evidence.format()))[0] == "valid"
