# SPDX-License-Identifier: Apache-2.0
"""A ledger whose log key is about to be replaced, and what it gave out before."""

from __future__ import annotations

import json
import signal
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.operation.log_key import replace_log_key
from api.trust_file import read_trust
from attest.statements import Envelope
from attest.verify import verify
from attest.verify.log_keys import ROTATED
from attest.verify.model import OFFLINE
from ledger.proof import TlogProof, verify_tlog_proof
from ledger.store import Store
from tests.evidence_parts import state_of
from tests.homes import once
from tests.worlds import open_filled

if TYPE_CHECKING:
    from pathlib import Path

    from api.settings import Settings
    from attest.verify import Trust
    from tests.worlds import World


@dataclass
class Left:
    """A ledger that was used and is served no more, with what it gave out meanwhile."""

    world: World
    trust: Trust
    proofs: list[bytes] = field(default_factory=list)
    evidence: bytes = b""

    @property
    def settings(self) -> Settings:
        return self.world.ledger.settings

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def newest(self) -> Trust:
        """The trust file as it is now."""
        return read_trust(self.settings.trust_file)

    def replaced(self, reason: str = "scheduled") -> int:
        """Replace the key; at which entry."""
        return replace_log_key(self.settings, reason, lambda _: None, again=True).rotation.index

    def opened(self) -> World:
        """Served again."""
        return open_filled(self.home, self.world)

    def leaf(self, index: int) -> bytes:
        with closing(Store(self.settings.database_url, read_only=True)) as store:
            return store.leaf(index)

    def audited(self) -> tuple[int, list[str]]:
        """Exit code of the audit, and the codes of its findings."""
        done = once(self.home, "audit", "--offline", "--json")
        return done.returncode, [one["code"] for one in json.loads(done.stdout)["findings"]]

    def told(self) -> list[int]:
        """Entries that replace the key, as the log holds them."""
        with closing(Store(self.settings.database_url, read_only=True)) as store:
            leaves = [store.leaf(index) for index in range(store.head().size)]
        kinds = [Envelope.parse(leaf).entry.kind for leaf in leaves]
        return [index for index, kind in enumerate(kinds) if kind == ROTATED]


def leave(world: World) -> Left:
    """Let go of a world, with what it gave out: the proof of each entry, evidence of the licence."""
    made = Left(world, world.ledger.trust)
    made.proofs = [world.get("", f"entries/{index}/proof").content for index in range(world.size)]
    made.evidence = evidence_of(world)
    world.close()
    return made


def evidence_of(world: World) -> bytes:
    """Evidence of the licence that was accepted."""
    answer = world.get("ZW", f"evidence/{world.accepted['licence']['id']}", purpose="review")
    assert answer.status_code == 200, answer.text
    return answer.content


def checkpoint(evidence: bytes, trust: Trust) -> tuple[str, str]:
    """What somebody who asks nobody finds of the checkpoint of an evidence file."""
    verdict = verify(evidence, trust, profile=OFFLINE, now=int(time.time()))
    return state_of(verdict, "checkpoint_signature")


def proves(proof: bytes, left: Left, trust: Trust) -> int:
    """The size of the checkpoint of a proof that verifies by this trust file."""
    parsed = TlogProof.parse(proof)
    return verify_tlog_proof(parsed, left.leaf(parsed.index), trust.log_keys, trust.origin).size


def held(left: Left) -> dict[str, bytes]:
    """The log's keys, those of before and those that wait."""
    names = ("log.pem*", "checkpoint.json*")
    found = [path for name in names for path in left.settings.keys_folder.glob(name)]
    return {path.name: path.read_bytes() for path in found}


def killed(left: Left, point: str, *more: str) -> None:
    """The command, killed there."""
    done = once(left.home, "keys", "rotate-log", *more, more={"ONCE_FAILPOINT": f"{point}:1:kill"})
    assert done.returncode == -signal.SIGKILL, done.stderr
