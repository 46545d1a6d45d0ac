# SPDX-License-Identifier: Apache-2.0
"""T09: an operator serves one auditor a log of its own, signed with every right key."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from attest.verify import ChainFacts, Facts
from attest.verify.model import ONLINE
from ledger.chain.contract import CheckpointContract
from ledger.chain.log_view import Anchor, StoreAnchorLog
from tests import warm
from tests.attest_parts import a_ledger
from tests.builders import ORIGIN, a_signer
from tests.evidence_parts import Scene, a_scene, told

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.chain.client import Web3Chain


class OtherLog(Scene):
    """The same keys and as many entries, but others: nothing of it is on the chain that it claims."""

    def anchor(self) -> None:
        store, pins = self.ledger.log.store, self.pins
        assert pins is not None
        size = self.ledger.size
        StoreAnchorLog(store).record_anchor(
            Anchor(size, pins.contract, store.root_at(size), bytes(32), 3, bytes(32), self.now)
        )


def test_the_chain_tells_them_apart(tmp_path: Path) -> None:
    """Offline both logs look good, for one operator signed both; the contract holds the root of one."""
    honest = a_scene(tmp_path / "honest")
    other = OtherLog(a_ledger(tmp_path / "other"), honest.chain, honest.pins)
    assert honest.trust == other.trust
    assert honest.pins is not None
    contract = CheckpointContract(honest.chain, honest.pins.contract)
    for scene, offline, online in (
        (honest, ("valid", "status.standing"), ("valid", "status.standing")),
        (other, ("valid", "status.standing"), ("not_valid", "anchor.other_root")),
    ):
        evidence = scene.evidence(scene.accepted.index)
        assert evidence.anchor is not None
        root = contract.root_at(evidence.anchor.size)
        assert root is not None
        facts = Facts(ChainFacts({evidence.anchor.size: root}))
        assert told(scene.judge(evidence.format())) == offline
        assert told(honest.judge(evidence.format(), profile=ONLINE, facts=facts)) == online
    live = Facts(checkpoint=a_signer().sign(_text(honest)))
    split = told(honest.judge(other.evidence(other.accepted.index).format(), facts=live))
    assert split == ("not_valid", "checkpoint.fork")
    honest.ledger.close()
    other.ledger.close()


def _text(scene: Scene) -> str:
    from ledger.checkpoint import Checkpoint

    head = scene.ledger.log.writer.acknowledged
    return Checkpoint(ORIGIN, head.size, head.root).text()


def _once(*arguments: str) -> tuple[int, dict[str, Any]]:
    """`once verify … --json` in a process of its own."""
    done = warm.run(("verify", *arguments, "--json"), os.environ)
    return done.returncode, json.loads(done.stdout)


def test_the_auditors_command(tmp_path: Path, web3_chain: Web3Chain) -> None:
    """With a node and a receipt alone the auditor's command says not valid, and why."""
    now = int(time.time())
    honest = Scene(a_ledger(tmp_path / "honest"), web3_chain, now=now)
    other = OtherLog(a_ledger(tmp_path / "other"), web3_chain, honest.pins, now)
    trust = tmp_path / "trust.json"
    trust.write_bytes(honest.trust.format())
    paths = {}
    for name, scene in (("honest", honest), ("other", other)):
        paths[name] = tmp_path / f"{name}.evidence.json"
        paths[name].write_bytes(scene.evidence(scene.accepted.index).format())
        scene.ledger.close()
    node = ("--trust", str(trust), "--rpc", web3_chain.url)
    code, verdict = _once(str(paths["honest"]), *node)
    assert (code, verdict["verdict"], verdict["reason"]) == (0, "valid", "status.standing")
    code, verdict = _once(str(paths["other"]), *node)
    assert (code, verdict["verdict"], verdict["reason"]) == (1, "not_valid", "anchor.other_root")
    code, verdict = _once(str(paths["honest"]), "--trust", str(trust), "--rpc", "http://127.0.0.1:9")
    assert (code, verdict["reason"]) == (3, "anchor.unreachable")
    code, verdict = _once(str(paths["honest"]), "--trust", str(trust))
    assert (code, verdict["reason"]) == (3, "anchor.not_asked")
