# SPDX-License-Identifier: Apache-2.0
"""Statements that are handed in: kept only if true and by a key that counts, the newest is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attest.errors import StatementError
from attest.oversight.live import (
    LIFETIME,
    MOST_LIFETIME,
    KeepStatement,
    draft_snapshot,
    draft_status,
    kept_snapshot,
    kept_status,
    snapshot_at,
    status_at,
    unsigned,
)
from attest.registry.commands import RetireKey
from attest.registry.model import GOVERNANCE, KeyRetired
from attest.statements import sign_entry
from attest.verify.statements import AnchorSeen, Snapshot, Status
from ledger.errors import CommandRejected, SignatureError
from tests.attest_context import Keys, a_key
from tests.attest_parts import NOW
from tests.evidence_parts import Scene, a_scene, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written
    from attest.oversight.live import Kept
    from attest.statements import Entry, Signer


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A ledger whose governance key and whose department XF's key are elsewhere."""
    made = a_scene(tmp_path)
    assert isinstance(made.ledger.context.keys, Keys)
    for name in (GOVERNANCE, "XF"):
        made.ledger.context.keys.signers.pop(name)
    yield made
    made.ledger.close()


def keep(scene: Scene, entry: Entry, signer: Signer | None = None, acceptance: bytes | None = None) -> Kept:
    """Sign a statement outside and hand it in."""
    envelope = sign_entry(entry, signer or a_key(entry.issuer))
    command = KeepStatement(envelope, scene.ledger.context, acceptance=acceptance)
    return scene.ledger.submit(command)


def a_snapshot(scene: Scene, lifetime: int = LIFETIME, codes: tuple[str, ...] | None = None) -> Entry:
    """What governance would sign now."""
    ledger = scene.ledger
    return draft_snapshot(
        codes, ledger.size, ledger.clock[0], lifetime, ledger.log.store, ledger.context.log_id
    )


def a_status(scene: Scene, accepted: Written | None = None, issuer: str = "XF") -> Entry:
    """What the department would sign of its acceptance now."""
    ledger, of = scene.ledger, accepted or scene.accepted
    return draft_status(
        of.id, issuer, ledger.size, ledger.clock[0], LIFETIME, ledger.log.store, ledger.context.log_id
    )


def refused(scene: Scene, entry: Entry, signer: Signer | None = None, acceptance: bytes | None = None) -> str:
    """The code of a refusal."""
    with pytest.raises((CommandRejected, StatementError)) as refusal:
        keep(scene, entry, signer, acceptance)
    assert isinstance(refusal.value, (CommandRejected, StatementError))
    return refusal.value.code


def test_both_make_evidence_valid_until_they_expire(scene: Scene) -> None:
    """With governance's and the department's statements a file is valid, and a day later it cannot tell."""
    index = scene.accepted.index
    assert told(scene.judge(scene.evidence(index).format())) == ("cannot_tell", "authority.snapshot_missing")
    kept = keep(scene, a_snapshot(scene))
    assert (kept.kind, kept.expires) == ("registry.snapshot", NOW + LIFETIME)
    assert told(scene.judge(scene.evidence(index).format()))[0] == "cannot_tell"
    keep(scene, a_status(scene), acceptance=scene.accepted.id)
    assert told(scene.judge(scene.evidence(index).format())) == ("valid", "status.standing")
    scene.ledger.clock[0] = NOW + LIFETIME + 1
    assert told(scene.judge(scene.evidence(index).format())) == ("cannot_tell", "freshness.stale")


def test_a_status_newer_than_the_snapshot_counts(scene: Scene) -> None:
    """A log that grows after governance's snapshot does not void the statuses signed since."""
    keep(scene, a_snapshot(scene))
    scene.ledger.food_case()
    scene.anchor()
    keep(scene, a_status(scene), acceptance=scene.accepted.id)
    assert told(scene.judge(scene.evidence(scene.accepted.index).format())) == ("valid", "status.standing")


def test_the_newest_is_shown_and_the_same_twice_is_one(scene: Scene) -> None:
    """A newer statement replaces the older one; the same one again changes nothing."""
    store, first = scene.ledger.log.store, a_status(scene)
    keep(scene, first, acceptance=scene.accepted.id)
    keep(scene, first, acceptance=scene.accepted.id)
    subject = scene.accepted.leaf_hash
    assert store.query_raw("SELECT count(*) FROM signed_statements") == [(1,)]
    scene.ledger.clock[0] = NOW + 60
    keep(scene, a_status(scene), acceptance=scene.accepted.id)
    shown = kept_status(subject, store)
    assert shown is not None
    assert isinstance(shown.says, Status)
    assert shown.says.expires == NOW + 60 + LIFETIME


def test_a_snapshot_of_other_departments_is_not_shown(scene: Scene) -> None:
    """The newest snapshot that names every signer of the file is the one."""
    store = scene.ledger.log.store
    whole = a_snapshot(scene)
    keep(scene, whole)
    scene.ledger.clock[0] = NOW + 60
    keep(scene, a_snapshot(scene, codes=("SC",)))
    for codes, time in ((("SC",), NOW + 60), (("SC", "XF"), NOW)):
        shown = kept_snapshot(codes, store)
        assert shown is not None
        assert shown.envelope is not None
        assert shown.envelope.entry.time == time
    assert kept_snapshot(("SC", "ZZ"), store) is None


def test_a_retraction_counts_at_once(scene: Scene) -> None:
    """A status handed in before the retraction hides nothing: the entry is in the file."""
    keep(scene, a_snapshot(scene))
    keep(scene, a_status(scene), acceptance=scene.accepted.id)
    assert isinstance(scene.ledger.context.keys, Keys)
    scene.ledger.context.keys.signers["XF"] = a_key("XF")
    scene.ledger.retract(scene.accepted, "XF")
    scene.ledger.context.keys.signers.pop("XF")
    scene.anchor()
    assert told(scene.judge(scene.evidence(scene.accepted.index).format())) == (
        "not_valid",
        "status.retracted",
    )


def test_untrue_statements_are_not_kept(scene: Scene) -> None:
    """What the log does not say is refused: a key left out, another state, a size that was not reached."""
    ledger = scene.ledger
    store, context, size = ledger.log.store, ledger.context, ledger.size
    whole = snapshot_at(size, NOW + LIFETIME, store)
    for wrong in (
        replace(whole, keys=(*whole.keys[:-1], replace(whole.keys[-1], added=whole.keys[-1].added + 1))),
        replace(whole, keys=tuple(replace(key, department="ZZ") for key in whole.keys[:1])),
        replace(whole, as_of_size=size + 1),
    ):
        assert refused(scene, unsigned(wrong, GOVERNANCE, NOW, context.log_id)) == "statement.untrue"
    one = scene.accepted
    stands = status_at(one.id, one.leaf_hash, size, NOW, NOW + LIFETIME, store)
    for untrue in (
        replace(stands, state="retracted", retracted=(size - 1, NOW)),
        replace(stands, as_of_size=size + 1),
        replace(stands, as_of_size=one.index),
    ):
        entry = unsigned(untrue, "XF", NOW, context.log_id)
        assert refused(scene, entry, acceptance=one.id) == "statement.untrue"


def test_only_who_may_say_it(scene: Scene) -> None:
    """Another's key, another department, another acceptance, another log and other kinds are refused."""
    ledger = scene.ledger
    snapshot, status = a_snapshot(scene), a_status(scene)
    assert refused(scene, snapshot, a_key("XF")) == "signature.foreign_key"
    assert refused(scene, status, a_key("SC"), scene.accepted.id) == "signature.foreign_key"
    assert refused(scene, status) == "statement.mismatch"
    assert refused(scene, snapshot, acceptance=scene.accepted.id) == "statement.mismatch"
    assert refused(scene, status, acceptance=scene.relied.id) == "acceptance.unknown"
    foreign = unsigned(Status(scene.accepted.leaf_hash, "standing", 5, NOW), "SC", NOW, ledger.context.log_id)
    assert refused(scene, foreign, acceptance=scene.accepted.id) == "acceptance.unknown"
    by_department = unsigned(Snapshot(5, (), NOW), "XF", NOW, ledger.context.log_id)
    assert refused(scene, by_department) == "issuer.mismatch"
    other = replace(snapshot, log=bytes(32), _bytes=b"")
    assert refused(scene, other) == "statement.mismatch"
    seen = AnchorSeen(1, bytes(20), bytes(32), 1, bytes(32), 1, bytes(32), bytes(32), NOW, NOW)
    assert refused(scene, unsigned(seen, "service", NOW, ledger.context.log_id)) == "statement.mismatch"
    envelope = sign_entry(snapshot, a_key(GOVERNANCE))
    with pytest.raises(SignatureError):
        KeepStatement(replace(envelope, key=bytes(20)), ledger.context)
    with pytest.raises(CommandRejected, match="acceptance"):
        a_status(scene, issuer="SC")
    with pytest.raises(CommandRejected, match="department"):
        a_snapshot(scene, codes=("ZZ",))


def test_spans_of_time(scene: Scene) -> None:
    """Signed ahead of the clock, expired, or for more than a month: refused."""
    assert refused(scene, a_snapshot(scene, MOST_LIFETIME + 1)) == "statement.lifetime"
    scene.ledger.clock[0] = NOW + 200
    ahead, brief = a_snapshot(scene), a_snapshot(scene, 10)
    scene.ledger.clock[0] = NOW
    assert refused(scene, ahead) == "statement.stale"
    scene.ledger.clock[0] = NOW + 400
    assert refused(scene, brief) == "statement.stale"
    keep(scene, ahead)


def test_a_retired_key_states_nothing_more(scene: Scene) -> None:
    """After a key's retirement its statuses are neither taken nor shown."""
    keep(scene, a_status(scene), acceptance=scene.accepted.id)
    late = a_status(scene)
    ledger = scene.ledger
    assert isinstance(ledger.context.keys, Keys)
    ledger.context.keys.signers[GOVERNANCE] = a_key(GOVERNANCE)
    ledger.act(RetireKey(), KeyRetired("XF", a_key("XF").address, "key_lost", None), GOVERNANCE)
    assert kept_status(scene.accepted.leaf_hash, ledger.log.store) is None
    assert refused(scene, late, acceptance=scene.accepted.id) == "signature.retired_key"
