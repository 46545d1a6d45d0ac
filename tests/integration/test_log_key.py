# SPDX-License-Identifier: Apache-2.0
"""`once keys rotate-log`: another key signs from one entry on, and what was signed before still counts."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pytest

from api.log_signer import LOG_KEY, read_note_signer
from api.settings import SettingsError
from attest.errors import KeystoreError
from attest.verify.log_keys import COMPROMISED
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import SignatureError
from ledger.proof import TlogProof
from ledger.store import Store
from tests.homes import once, register
from tests.integration.test_doctor import failing
from tests.integration.test_rebuild import differences
from tests.log_key_parts import Left, checkpoint, evidence_of, leave, proves
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> Left:
    """A ledger that was used and is served no more."""
    return leave(new_world(tmp_path / "home", world_on))


def test_from_its_entry_on_the_new_key_signs(left: Left) -> None:
    """Checkpoints, proofs and marks are by the new key; log, tables, keys and doors are sound."""
    at = left.replaced()
    world = left.opened()
    try:
        note = world.send("GET", "/log/checkpoint").content
        proof = world.get("", f"entries/{at}/proof").content
        assert register(world.ledger, "D990072") == at + 2
    finally:
        world.close()
    keys = left.newest.log_keys
    assert open_checkpoint(note, keys.at(at + 1)[0], left.trust.origin).size == at + 1
    with pytest.raises(SignatureError):
        open_checkpoint(note, left.trust.verifier, left.trust.origin)
    assert proves(proof, left, left.newest) == at + 1
    assert (left.told(), left.audited()) == ([at], (0, []))
    assert differences(left.home).differences == []
    assert failing(left.home) == set()


def test_what_was_given_out_before_still_counts(left: Left) -> None:
    """Every proof of before verifies by the trust file of before and of after, against the log of after."""
    sizes = {proves(proof, left, left.trust) for proof in left.proofs}
    at = left.replaced()
    for trust in (left.trust, left.newest):
        assert {proves(proof, left, trust) for proof in left.proofs} == sizes
    with closing(Store(left.settings.database_url, read_only=True)) as store:
        for proof in left.proofs:
            signed = open_checkpoint(
                TlogProof.parse(proof).checkpoint, left.trust.verifier, left.trust.origin
            )
            assert store.root_at(signed.size) == signed.root
    assert max(sizes) <= at


def test_the_old_key_signs_nothing_larger(left: Left) -> None:
    """Whoever holds the old key signs nothing beyond the entry that those who were told would take."""
    at = left.replaced()
    old = left.settings.keys_folder / f"{LOG_KEY}.v1"
    thief = read_note_signer(old, left.settings, left.trust)
    for size, counts in ((at, True), (at + 1, False), (at + 100, False)):
        note = thief.sign(Checkpoint(left.trust.origin, size, bytes(32)).text())
        if counts:
            open_checkpoint(note, left.newest.log_keys, left.trust.origin)
        else:
            with pytest.raises(SignatureError):
                open_checkpoint(note, left.newest.log_keys, left.trust.origin)


def test_evidence_leads_to_the_new_key(left: Left) -> None:
    """New evidence counts for who was told and for who was not; evidence of before for both too."""
    at = left.replaced()
    world = left.opened()
    try:
        new = evidence_of(world)
    finally:
        world.close()
    document = json.loads(new)
    assert [one["index"] for one in document["entries"] if one["role"] == "rotation"] == [at]
    for trust in (left.trust, left.newest):
        for evidence in (left.evidence, new):
            assert checkpoint(evidence, trust) == ("passed", "checkpoint.signed")


def test_a_stolen_key_vouches_for_nothing(left: Left) -> None:
    """Told that the old key was stolen, nobody takes a checkpoint by it alone; new evidence counts."""
    left.replaced(COMPROMISED)
    world = left.opened()
    try:
        new = evidence_of(world)
    finally:
        world.close()
    assert checkpoint(left.evidence, left.newest) == ("unknown", "checkpoint.compromised_key")
    assert checkpoint(new, left.newest) == ("passed", "checkpoint.signed")
    assert left.audited() == (0, [])


POINTS: Final = ("F22", "F4", "F9", "F5", "F17", "F6", "F10", "F11", "F23", "F24")


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_command_goes_on(left: Left, point: str) -> None:
    """Before the commit the ledger is as it was; after it nobody opens it until the same command ended it."""
    killed = once(left.home, "keys", "rotate-log", more={"ONCE_FAILPOINT": f"{point}:1:kill"})
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if point in {"F22", "F4"}:
        open_world(left.home).close()
    else:
        with pytest.raises(SettingsError, match="once keys rotate-log"):
            open_world(left.home)
    ended = once(left.home, "keys", "rotate-log", "--json")
    assert ended.returncode == 0, ended.stderr
    at = json.loads(ended.stdout)["index"]
    assert left.told() == [at] == [one.index for one in left.newest.rotations]
    world = left.opened()
    try:
        assert proves(world.get("", f"entries/{at}/proof").content, left, left.newest) == at + 1
    finally:
        world.close()
    assert left.audited() == (0, [])
    assert not list(left.settings.keys_folder.glob("*.next"))


def test_it_is_done_again(left: Left) -> None:
    """Each time by keys of their own, the old ones kept by their number; every size has one key."""
    at = [left.replaced() for _ in range(3)]
    assert (left.told(), left.audited()) == (at, (0, []))
    names = sorted(one.name for one in left.settings.keys_folder.glob("log.pem*"))
    assert names == ["log.pem", "log.pem.v1", "log.pem.v2", "log.pem.v3"]
    keys = left.newest.log_keys
    assert len({keys.at(size)[0].public_key for size in (at[0], *(one + 1 for one in at))}) == 4
    left.opened().close()


def test_a_lost_key_is_replaced(left: Left) -> None:
    """Without the old key the ledger does not open; replaced, it does. What it had given out still counts."""
    (left.settings.keys_folder / LOG_KEY).unlink()
    with pytest.raises(KeystoreError):
        open_world(left.home)
    at = left.replaced("key_lost")
    assert (left.told(), left.newest.rotations[0].reason) == ([at], "key_lost")
    left.opened().close()
    assert left.audited() == (0, [])
    assert {proves(proof, left, left.newest) for proof in left.proofs} <= set(range(1, at + 1))


def test_governance_signs_elsewhere(left: Left, tmp_path: Path) -> None:
    """With governance's key on another machine, the entry is prepared here, signed there, handed in."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    keys = left.settings.keys_folder
    (keys / "governance.json").rename(elsewhere / "governance.json")
    refused = once(left.home, "keys", "rotate-log", "--json")
    assert (refused.returncode, "--prepare" in refused.stderr) == (1, True), refused.stderr
    (tmp_path / "asked").write_text(once(left.home, "keys", "rotate-log", "--prepare").stdout)
    signed = once(
        left.home, "keys", "sign", "governance", str(tmp_path / "asked"), "--folder", str(elsewhere)
    )
    assert signed.returncode == 0, signed.stderr
    assert "log.key.rotated by governance" in signed.stderr
    (tmp_path / "signed").write_text(signed.stdout)
    for _ in range(2):  # handed in again, it is what it was
        done = once(left.home, "keys", "rotate-log", str(tmp_path / "signed"), "--json")
        assert (done.returncode, left.told()) == (0, [json.loads(done.stdout)["index"]]), done.stderr
    left.opened().close()
