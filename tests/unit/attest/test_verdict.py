# SPDX-License-Identifier: Apache-2.0
"""One function, one verdict: every kind of damage is told, and what is missing is never taken for good."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attest import verify
from attest.registry.model import GOVERNANCE
from attest.verify import ChainFacts, Evidence, Facts
from attest.verify.model import CHECKS, OFFLINE, ONLINE
from attest.verify.reasons import REASONS
from ledger.checkpoint import Checkpoint
from ledger.log_id import log_id
from ledger.note import parse_note
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.builders import ORIGIN, a_signer
from tests.evidence_damage import DAMAGES, OPEN, field, strip_content, unsay
from tests.evidence_parts import (
    Scene,
    a_scene,
    altered,
    restated,
    says,
    state_of,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


DAY = 86_400
_AREAS = [
    "format",
    "content",
    "inclusion",
    "checkpoint",
    "anchor",
    "signature",
    "authority",
    "status",
    "freshness",
]
_CODE = re.compile(rf"(?:{'|'.join(_AREAS)})\.(?!seen_)[a-z_]+")
STATUS, SNAPSHOT, SEEN = "acceptance.status", "registry.snapshot", "anchor.seen"
UNPROVED = {
    "anchor.other_contract",
    "authority.snapshot_old",
    "freshness.future",
    "freshness.stale",
    "status.too_early",
}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A ledger that no test of this module changes."""
    made = a_scene(tmp_path_factory.mktemp("scene"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def accepted(scene: Scene) -> bytes:
    """Evidence of the acceptance."""
    return scene.evidence(scene.accepted.index).format()


@pytest.fixture(scope="module")
def relied(scene: Scene) -> bytes:
    """Evidence of the reliance."""
    return scene.evidence(scene.relied.index).format()


def test_both_kinds_are_valid(scene: Scene, accepted: bytes, relied: bytes) -> None:
    """An untouched file is valid offline, with the document in hand and without."""
    assert told(scene.judge(accepted)) == ("valid", "status.standing")
    verdict = scene.judge(accepted, document=scene.digest)
    assert {one.state for one in verdict.checks} == {"passed"}
    assert state_of(verdict, "content") == ("passed", "content.document")
    assert state_of(verdict, "issuer_authority") == ("passed", "authority.custodial")
    assert told(scene.judge(relied, document=scene.digest)) == ("valid", "status.stood")


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_told(name: str, scene: Scene, accepted: bytes) -> None:
    """Each kind of damage gives its verdict, and the check that is hurt says so."""
    change, reason = DAMAGES[name]
    got = scene.judge(altered(accepted, change))
    assert told(got)[0] == ("cannot_tell" if reason in OPEN else "not_valid")
    assert ("unknown" if reason in OPEN else "failed", reason) in [
        (one.state, one.reason) for one in got.checks
    ]


@pytest.mark.parametrize(
    "octets",
    [b"", b"{", b"null", b"[]", b"\xff", b"\xef\xbb\xbf{}", b"[" * 100_000],
    ids=["empty", "open", "null", "list", "no text", "mark", "deep"],
)
def test_no_evidence_at_all(octets: bytes, scene: Scene) -> None:
    """What is no evidence file is not valid, and nothing else is checked."""
    assert told(scene.judge(octets)) == ("not_valid", "format.invalid")


def test_one_spelling(scene: Scene, accepted: bytes) -> None:
    """A cut, longer, re-ordered, spaced or doubled spelling of a valid file is not valid."""
    document = json.loads(accepted)
    spellings = [
        accepted[:-1],
        accepted + b"\n",
        json.dumps(document, separators=(",", ":")).encode().replace(b'"v":1', b'"v":1.0'),
        json.dumps(document).encode(),
        b'{"v":1,' + accepted[1:],
        accepted.replace(b'"v":1}', b'"v":1,"v":1}'),
        accepted.replace(b'"kind"', b'"\\u006bind"', 1),
    ]
    for octets in spellings:
        assert octets != accepted
        assert told(scene.judge(octets)) == ("not_valid", "format.invalid")


def test_other_document(scene: Scene, accepted: bytes, relied: bytes) -> None:
    """Another document than the accepted one is not valid; one that the file cannot open is no verdict."""
    for octets in (accepted, relied):
        assert told(scene.judge(octets, document=bytes(32))) == ("not_valid", "content.other_document")
        bare = altered(octets, strip_content)
        assert told(scene.judge(bare, document=scene.digest))[0] == "cannot_tell"
        assert state_of(scene.judge(bare, document=scene.digest), "content")[1] == "content.no_opening"
    assert state_of(scene.judge(altered(accepted, strip_content)), "content")[0] == "not_applicable"


def test_record_alone_opens_the_document(scene: Scene, accepted: bytes) -> None:
    """Where only the private record is shown, its digest is what the document is held against."""
    octets = altered(accepted, field("openings", to=[]))
    assert told(scene.judge(octets, document=scene.digest))[0] == "valid"
    assert told(scene.judge(octets, document=bytes(32))) == ("not_valid", "content.other_document")


def test_statements_that_say_otherwise(scene: Scene, accepted: bytes) -> None:
    """Genuine statements that are too old, of others, or by others never make a file valid."""
    evidence = Evidence.parse(accepted)
    size = says(evidence, "registry.snapshot").as_of_size
    key = next(one for one in says(evidence, "registry.snapshot").keys if one.department == "XF")
    subject = scene.accepted.index
    stolen = replace(key, retired=size - 1, compromised_since=subject)
    rows: list[tuple[str, str, dict[str, Any], str]] = [
        (STATUS, "XF", {"state": "retracted", "retracted": (size - 1, NOW)}, "status.retracted"),
        (STATUS, "XF", {"as_of_size": subject}, "status.too_early"),
        (STATUS, "XF", {"expires": NOW - 1}, "freshness.stale"),
        (STATUS, "XF", {"subject": bytes(32)}, "status.other_subject"),
        (STATUS, "SC", {}, "status.foreign_signer"),
        (STATUS, "XF", {"key": a_key("SC")}, "status.foreign_signer"),
        (STATUS, "XF", {"entry": {"time": NOW + DAY}}, "freshness.future"),
        (STATUS, "XF", {"entry": {"time": NOW - 2 * DAY}}, "freshness.stale"),
        (STATUS, "XF", {"entry": {"log": bytes(32)}}, "status.signature"),
        (SNAPSHOT, GOVERNANCE, {"as_of_size": 3}, "authority.snapshot_old"),
        (SNAPSHOT, GOVERNANCE, {"keys": ()}, "authority.snapshot_old"),
        (SNAPSHOT, GOVERNANCE, {"expires": NOW - 1}, "freshness.stale"),
        (SNAPSHOT, GOVERNANCE, {"key": a_key("service")}, "authority.snapshot_signature"),
        (SNAPSHOT, "service", {}, "authority.snapshot_signature"),
        (SNAPSHOT, GOVERNANCE, {"entry": {"log": bytes(32)}}, "authority.snapshot_signature"),
        (SNAPSHOT, GOVERNANCE, {"keys": (replace(key, department="SC"),)}, "authority.contradiction"),
        (SNAPSHOT, GOVERNANCE, {"keys": (replace(key, added=key.added - 1),)}, "authority.contradiction"),
        (SNAPSHOT, GOVERNANCE, {"keys": (replace(key, address=bytes(20)),)}, "authority.unregistered"),
        (SNAPSHOT, GOVERNANCE, {"keys": (replace(key, retired=subject),)}, "authority.key_retired"),
        (SNAPSHOT, GOVERNANCE, {"keys": (stolen,)}, "authority.key_compromised"),
        (SEEN, "service", {"root": bytes(32)}, "anchor.contradiction"),
        (SEEN, "service", {"contract": bytes(20)}, "anchor.other_contract"),
        (SEEN, "service", {"code_hash": bytes(32)}, "anchor.other_contract"),
        (SEEN, "service", {"chain_id": 1}, "anchor.other_contract"),
        (SEEN, "service", {"expires": NOW - 1}, "freshness.stale"),
        (SEEN, "XF", {}, "anchor.signature"),
    ]  # fmt: skip
    for kind, issuer, changes, reason in rows:
        verdict = "cannot_tell" if reason in UNPROVED else "not_valid"
        octets = restated(scene, accepted, kind, issuer, **changes)
        assert told(scene.judge(octets)) == (verdict, reason), (kind, changes)


def test_unknown_statement(scene: Scene, accepted: bytes) -> None:
    """A statement of a kind that this version does not know is no verdict."""
    text = scene.state(says(Evidence.parse(accepted), "anchor.seen"), "service", kind="anchor.newer")
    octets = altered(accepted, lambda document: document["statements"].append(text))
    assert told(scene.judge(octets)) == ("cannot_tell", "format.unknown_kind")


def test_validity_period(scene: Scene, accepted: bytes) -> None:
    """Outside the period that the department states the material is expired, or not yet in force."""
    from datetime import date

    past, future = date(2026, 1, 1), date(2028, 1, 1)
    for changes, want in (
        ({"valid_until": past}, ("not_valid", "status.expired")),
        ({"valid_from": future}, ("not_valid", "status.not_yet")),
        ({"valid_from": past, "valid_until": future}, ("valid", "status.standing")),
    ):
        assert told(scene.judge(restated(scene, accepted, "acceptance.status", "XF", **changes))) == want


def test_other_trust(scene: Scene, accepted: bytes) -> None:
    """What another ledger's trust file, or a wrong one of ours, says is believed over the file."""
    trust = scene.trust
    other = log_id(ORIGIN, trust.verifier.public_key, trust.checkpoint_signer, bytes(20))
    rows = [
        (replace(trust, log=other, governance=bytes(20)), ("not_valid", "checkpoint.other_log")),
        (replace(trust, service=a_key("thief").address), ("not_valid", "anchor.signature")),
        (replace(trust, profile="production"), ("not_valid", "authority.founding")),
    ]
    for believed, want in rows:
        assert told(scene.judge(accepted, trust=believed)) == want
    bare = replace(trust, chain=None, required=tuple(one for one in CHECKS if one != "anchor"))
    verdict = scene.judge(accepted, trust=bare)
    assert told(verdict)[0] == "valid"
    assert state_of(verdict, "anchor") == ("not_applicable", "anchor.no_chain")


def test_required_checks(scene: Scene, accepted: bytes) -> None:
    """A trust file may waive the anchor; it can waive neither status nor freshness nor authority."""
    waived = replace(scene.trust, required=("content",))
    assert told(scene.judge(altered(accepted, unsay("anchor.seen")), trust=waived))[0] == "valid"
    stale = restated(scene, accepted, SEEN, "service", expires=NOW - 1)
    assert told(scene.judge(stale, trust=waived))[0] == "valid"
    for kind in ("acceptance.status", "registry.snapshot"):
        assert told(scene.judge(altered(accepted, unsay(kind)), trust=waived))[0] == "cannot_tell"


def test_age(scene: Scene, accepted: bytes) -> None:
    """A day later, or with a smaller `max_age`, nothing can be told; judged as of then it is valid."""
    later = NOW + 2 * DAY
    assert told(scene.judge(accepted, now=later)) == ("cannot_tell", "freshness.stale")
    assert told(scene.judge(accepted, now=NOW + 61, max_age=60)) == ("cannot_tell", "freshness.stale")
    assert told(scene.judge(accepted, now=later, as_of=NOW + 60))[0] == "valid"
    assert scene.judge(accepted, now=later, as_of=NOW + 60).as_of == NOW + 60
    assert told(scene.judge(accepted, as_of=NOW + DAY)) == ("cannot_tell", "freshness.future")
    assert told(scene.judge(accepted, as_of=NOW - DAY)) == ("not_valid", "status.not_yet")


def test_reliance_needs_its_citation(scene: Scene, relied: bytes, accepted: bytes) -> None:
    """Without what it cites, opened and with its status, a receipt is no verdict."""
    assert told(scene.judge(altered(relied, strip_content))) == ("cannot_tell", "status.citation_missing")
    bare = altered(relied, unsay("acceptance.status"))
    assert told(scene.judge(bare)) == ("cannot_tell", "status.missing")
    early = restated(scene, relied, "acceptance.status", "XF", as_of_size=scene.relied.index)
    assert told(scene.judge(early)) == ("cannot_tell", "status.too_early")


def test_retracted_before_it_was_relied_on(scene: Scene, relied: bytes) -> None:
    """A reliance on what was retracted before is not valid."""
    octets = restated(
        scene, relied, "acceptance.status", "XF", state="retracted", retracted=(scene.relied.index - 1, NOW)
    )
    assert told(scene.judge(octets)) == ("not_valid", "status.retracted_before")


def test_online(scene: Scene, accepted: bytes) -> None:
    """Online the chain's own root decides: the same is valid, another is not, no answer is no verdict."""
    anchor = Evidence.parse(accepted).anchor
    assert anchor is not None
    size = Checkpoint.parse(parse_note(Evidence.parse(accepted).entries[0].proof.checkpoint).text).size
    rows: list[tuple[Facts | None, tuple[str, str]]] = [
        (Facts(ChainFacts({anchor.size: anchor.root})), ("valid", "status.standing")),
        (Facts(ChainFacts({anchor.size: bytes(32)})), ("not_valid", "anchor.other_root")),
        (Facts(ChainFacts({anchor.size: anchor.root, size: bytes(32)})), ("not_valid", "anchor.other_root")),
        (Facts(ChainFacts({})), ("cannot_tell", "anchor.absent")),
        (Facts(), ("cannot_tell", "anchor.unreachable")),
        (None, ("cannot_tell", "anchor.unreachable")),
        (Facts(problem="anchor.other_chain"), ("cannot_tell", "anchor.other_chain")),
    ]
    for facts, want in rows:
        assert told(scene.judge(accepted, profile=ONLINE, facts=facts)) == want
    unseen = altered(accepted, unsay("anchor.seen"))
    live = Facts(ChainFacts({anchor.size: anchor.root}))
    assert told(scene.judge(unseen, profile=ONLINE, facts=live))[0] == "valid"
    other = Facts(ChainFacts({anchor.size: bytes(32)}))
    assert told(scene.judge(accepted, profile=OFFLINE, facts=other))[0] == "valid"


def test_live_checkpoint(scene: Scene, accepted: bytes) -> None:
    """A checkpoint of the same size with another root, signed by the same key, is a fork."""
    note = Evidence.parse(accepted).entries[0].proof.checkpoint
    checkpoint = Checkpoint.parse(parse_note(note).text)
    fork = a_signer().sign(Checkpoint(ORIGIN, checkpoint.size, b"\7" * 32).text())
    larger = a_signer().sign(Checkpoint(ORIGIN, checkpoint.size + 9, b"\7" * 32).text())
    rows = [
        (note, ("valid", "status.standing")),
        (larger, ("valid", "status.standing")),
        (fork, ("not_valid", "checkpoint.fork")),
        (b"no note", ("cannot_tell", "checkpoint.live")),
    ]
    for live, want in rows:
        assert told(scene.judge(accepted, facts=Facts(checkpoint=live))) == want


def test_every_reason_has_words() -> None:
    """The codes that verification gives and those that have sentences are the same."""
    folder = Path(verify.__file__).parent
    given = {
        node.value
        for path in folder.glob("*.py")
        if path.name != "reasons.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value)
    }
    asked = {"anchor.not_asked", "anchor.other_chain"}  # the command's own: why it has no fact of the chain
    assert given | asked == set(REASONS)
