# SPDX-License-Identifier: Apache-2.0
"""What people do at the doors, in the words of the story: accept, ask, rely, look at a receipt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from ledger.canonical import dump
from ledger.checkpoint import open_checkpoint
from ledger.errors import LedgerError
from ledger.hashing import leaf_hash
from ledger.merkle import verify_inclusion
from ledger.proof import TlogProof, verify_tlog_proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.demo.doors import Answer
    from api.demo.story.play import Story
    from ledger.checkpoint import Checkpoint

PATIENCE: Final = 60.0
"""Seconds that an anchor may take, restarts of the chain included."""
_PAUSE: Final = 0.05


def material(story: Story, case: str, file: str, **changed: Any) -> dict[str, Any]:
    """A request to accept a sample file in a case; members can be changed, None leaves one out."""
    facts = samples.sample(file).facts
    wanted: dict[str, Any] = {
        "case": story.cases[case],
        "type": facts["type"],
        "document": {"sha256": facts["sha256"]},
        "issuer": facts["issuer"],
        "number": facts["number"],
        "issued": facts["issued"],
        "valid_until": facts["valid_until"],
        "parties": [
            {"role": one["role"], "holder": story.holders[one["holder"]]} for one in facts["parties"]
        ],
        "about": facts["about"],
        "assurance": "original",
        **changed,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def accept(story: Story, who: str, case: str, file: str, **changed: Any) -> Answer:
    """Upload a sample file and accept it in a case."""
    story.doors.put(who, samples.sample(file)).must(201)
    answer = story.doors.post(who, "acceptances", material(story, case, file, **changed))
    if answer.status == 201:
        story.accepted.setdefault(file, answer)
    return answer


def open_case(story: Story, name: str, who: str, request: dict[str, Any]) -> Answer:
    """Open a case and remember its number by the story's name for it."""
    answer = story.doors.post(who, "cases", request).must(201)
    story.cases[name] = str(answer["case"])
    return answer


def check(story: Story, who: str, case: str, **more: Any) -> dict[str, dict[str, Any]]:
    """Ask what may be skipped in a case; results by requirement."""
    question = {"case": story.cases[case], "purpose": "受理审查", **more}
    answer = story.doors.post(who, "recognitions:check", question).must(200)
    return {str(one["requirement"]): one for one in answer["results"]}


def rely(story: Story, who: str, case: str, requirement: str, acceptance: str) -> Answer:
    """Rely on an acceptance in a case."""
    request = {"case": story.cases[case], "requirement": requirement, "acceptance": acceptance}
    return story.doors.post(who, "reliances", request)


def receipt_fault(story: Story, who: str, answer: Answer) -> str:
    """Why a receipt does not prove its entry to the holder of trust.json; empty where it does.

    The leaf is made from the envelope that the log shows; nothing that the receipt says of it is believed.
    """
    trust = story.trust()
    entry = story.doors.get(who, f"/api/v1/entries/{answer['index']}").must(200)
    leaf = dump(entry["envelope"], max_depth=18)
    try:
        proof = TlogProof.parse(str(answer["receipt"]["proof"]).encode())
        verify_tlog_proof(proof, leaf, trust.log_keys, trust.origin)
    except LedgerError as error:
        return str(error)
    if proof.index != answer["index"]:
        return "the proof is of another index"
    if leaf_hash(leaf).hex() != answer["leaf"]:
        return "the receipt names another leaf"
    return "" if entry["envelope"]["entry"]["id"] == answer["id"] else "the receipt names another id"


def step_proof(story: Story, step: dict[str, Any]) -> Checkpoint:
    """The checkpoint that proves one step of a trace; LedgerError where its proof does not hold."""
    trust, receipt = story.trust(), step["receipt"]
    proof = TlogProof.parse(str(receipt["proof"]).encode())
    checkpoint = open_checkpoint(proof.checkpoint, trust.log_keys, trust.origin)
    leaf = bytes.fromhex(receipt["leaf"])
    verify_inclusion(leaf, int(step["index"]), checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def public_checkpoint(story: Story) -> Checkpoint:
    """The checkpoint that the log shows to everybody, its signature verified."""
    trust = story.trust()
    return open_checkpoint(
        story.doors.get("", "/log/checkpoint").must(200).body, trust.log_keys, trust.origin
    )


def stage_of(story: Story, who: str, index: int) -> str:
    """How far an entry is: `sequenced` or `anchored`."""
    return str(story.doors.get(who, f"/api/v1/entries/{index}").must(200)["receipt"]["stage"])


def wait_for(asked: Callable[[], bool], seconds: float = PATIENCE) -> float | None:
    """Seconds until it was so, None where that took too long."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if asked():
            return time.monotonic() - began
        time.sleep(_PAUSE)
    return None
