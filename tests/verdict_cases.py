# SPDX-License-Identifier: Apache-2.0
"""Evidence files, good and bad, of a real ledger that goes on: each with what it is judged by."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from attest.data_checks.commands import Confirm
from attest.days import day_of
from attest.materials.commands import Retract
from attest.reask.commands import Ask, Receive
from attest.reask.model import Request
from attest.registry.commands import RetireKey
from attest.registry.model import GOVERNANCE, KeyRetired
from attest.statements import sign_entry
from attest.verify import ChainFacts, Evidence, Facts, Trust, Verdict, verify
from attest.verify.model import CHECKS, OFFLINE, ONLINE
from ledger.checkpoint import Checkpoint
from ledger.errors import FormatError
from ledger.log_id import log_id
from ledger.note import parse_note
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.builders import ORIGIN, a_signer
from tests.denied_parts import Unruled, denied_files
from tests.disputed_parts import disputed_files
from tests.evidence_damage import DAMAGES, drop, field, strip_content, unsay
from tests.evidence_parts import LICENCE, Scene, a_scene, altered, restated, says
from tests.mandate_parts import mandated
from tests.superseded_parts import superseded_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.verify.statements import PolicySpan

DAY: Final = 86_400
STATUS, SNAPSHOT, SEEN = "acceptance.status", "registry.snapshot", "anchor.seen"
FLIPS: Final = 40


@dataclass(frozen=True)
class Case:
    """One file and all that a verifier is given beside it."""

    name: str
    evidence: bytes
    trust: Trust
    now: int
    profile: str = OFFLINE
    document: bytes | None = None
    max_age: int | None = None
    as_of: int | None = None
    facts: Facts | None = None

    def verdict(self) -> Verdict:
        """What `attest.verify` says."""
        return verify(
            self.evidence,
            self.trust,
            self.now,
            profile=self.profile,
            document=self.document,
            facts=self.facts,
            max_age=self.max_age,
            as_of=self.as_of,
        )

    def for_browser(self) -> dict[str, Any]:
        """The same in JSON, bytes in base64 or hex."""
        facts = self.facts or Facts()
        chain, live = facts.chain, facts.checkpoint
        return {
            "evidence": base64.b64encode(self.evidence).decode(),
            "trust": self.trust.format().decode(),
            "now": self.now,
            "profile": self.profile,
            "document": None if self.document is None else self.document.hex(),
            "maxAge": self.max_age,
            "asOf": self.as_of,
            "roots": None if chain is None else {str(at): one.hex() for at, one in chain.roots.items()},
            "problem": facts.problem,
            "checkpoint": None if live is None else base64.b64encode(live).decode(),
            "silent": facts.silent,
        }


def every_case(folder: Path) -> Iterator[Case]:
    """All of them; the ledger lives in `folder`."""
    scene = a_scene(folder)
    try:
        told = reasked(scene)
        accepted = scene.evidence(scene.accepted.index).format()
        relied = scene.evidence(scene.relied.index).format()
        for kind, octets in (("accepted", accepted), ("relied", relied)):
            yield from _plain(scene, kind, octets)
            yield from _damaged(scene, kind, octets)
            yield from _bytes(scene, kind, octets)
        mandates = mandated(scene)
        told["mandate"] = mandates.pop("stands")
        for kind, index in told.items():
            octets = scene.evidence(index).format()
            yield from _plain(scene, kind, octets)
            yield from _damaged(scene, kind, octets)
        for name, index in mandates.items():
            yield _case(scene, name, scene.evidence(index).format())
        yield from _restated(scene, accepted, relied)
        yield from _believed(scene, accepted)
        yield from _live(scene, accepted)
        files = (*superseded_files(scene), *disputed_files(scene), *denied_files(scene, told))
        for name, octets, more in files:
            yield _case(scene, name, octets, **more)
        for name, index in on_grounds(scene).items():
            yield _case(scene, name, scene.evidence(index).format())
        yield from _later(scene, accepted)
    finally:
        scene.ledger.close()


def reasked(scene: Scene) -> dict[str, int]:
    """Indexes of a re-ask of each finding, anchored: YC takes the licence again, and asks beyond its list."""
    ledger = scene.ledger
    case_no, salt = ledger.tobacco_case(), ledger.context.random(32)
    paper = ledger.acceptance(case_no, LICENCE, "YC")
    copy = ledger.act(Receive(ledger.catalogue), paper, "YC")
    beyond = Request(case_no, salt, "supplement", "window", None, None, "单位介绍信")
    asked = ledger.act(Ask(ledger.catalogue), beyond, "YC")
    assert copy.then is not None
    assert asked.then is not None
    scene.anchor()
    ledger.fire_case()
    return {"re-ask": copy.then.index, "outside": asked.then.index}


def on_grounds(scene: Scene) -> dict[str, int]:
    """Indexes of reliances by XF on a data check: on the issuer's own word, on others', all anchored."""
    ledger = scene.ledger
    catalogue = ledger.catalogue
    citation = {"text": "样例", "certainty": "[gen]"}
    check = {"issuer": "SC", "types": ["business_licence"], "citation": citation}
    ledger.publish_policy("XF", {}, data_checks=[check])
    case_no = ledger.fire_case()
    word = ledger.acceptance(case_no, LICENCE, "SC", assurance="data_check")
    cited = {
        "on the issuer's word": ledger.act(Confirm(catalogue), word, "SC"),
        "on a copy that was seen": scene.accepted,
        "on another's data check": ledger.accept(case_no, LICENCE, "XF", assurance="data_check"),
    }
    relied = {}
    for name, written in cited.items():
        record = replace(ledger.reliance(case_no, "licence", written, "XF-001"), ground="data_check")
        relied[name] = ledger.act(Unruled(catalogue), record, "XF").index
    scene.anchor()
    ledger.fire_case()
    return relied


def _case(scene: Scene, name: str, octets: bytes, **more: Any) -> Case:
    given = {"trust": scene.trust, "now": scene.ledger.clock[0], **more}
    return Case(name, octets, **given)


def _plain(scene: Scene, kind: str, octets: bytes) -> Iterator[Case]:
    yield _case(scene, f"{kind} as it is", octets)
    yield _case(scene, f"{kind} with its document", octets, document=scene.digest)
    yield _case(scene, f"{kind} with another document", octets, document=bytes(32))
    yield _case(scene, f"{kind} bare", altered(octets, strip_content), document=scene.digest)
    yield _case(scene, f"{kind} sealed", altered(octets, strip_content))
    yield _case(
        scene, f"{kind} record alone", altered(octets, field("openings", to=[])), document=scene.digest
    )
    yield _case(scene, f"{kind} stale", octets, now=NOW + 2 * DAY)
    yield _case(scene, f"{kind} older than asked", octets, now=NOW + 61, max_age=60)
    yield _case(scene, f"{kind} as of then", octets, now=NOW + 2 * DAY, as_of=NOW + 60)
    yield _case(scene, f"{kind} as of tomorrow", octets, as_of=NOW + DAY)
    yield _case(scene, f"{kind} as of yesterday", octets, as_of=NOW - DAY)


def _damaged(scene: Scene, kind: str, octets: bytes) -> Iterator[Case]:
    for name, (change, _) in DAMAGES.items():
        try:
            yield _case(scene, f"{kind}, {name}", altered(octets, change))
        except (FormatError, KeyError, LookupError, IndexError, StopIteration):
            continue  # this file has no such part to damage


def _bytes(scene: Scene, kind: str, octets: bytes) -> Iterator[Case]:
    for n in range(FLIPS):
        at = n * len(octets) // FLIPS
        bent = bytearray(octets)
        bent[at] ^= 1 << (n % 8)
        yield _case(scene, f"{kind}, bit {n % 8} of byte {at}", bytes(bent))
    for n in range(8):
        yield _case(scene, f"{kind}, cut to {n} of 8", octets[: n * len(octets) // 8])
    document = json.loads(octets)
    spellings = {
        "a newline more": octets + b"\n",
        "spaced": json.dumps(document).encode(),
        "key order": json.dumps(dict(reversed(document.items())), separators=(",", ":")).encode(),
        "key twice": b'{"v":1,' + octets[1:],
        "escaped": octets.replace(b'"kind"', b'"\\u006bind"', 1),
        "fraction": octets.replace(b'"v":1}', b'"v":1.0}'),
        "exponent": octets.replace(b'"v":1}', b'"v":1e0}'),
        "big": octets.replace(b'"v":1}', b'"v":9007199254740993}'),
        "minus nought": octets.replace(b'"v":1}', b'"v":-0}'),
        "true": octets.replace(b'"v":1}', b'"v":true}'),
        "mark": b"\xef\xbb\xbf" + octets,
        "surrogate": octets.replace(b'"origin":"', b'"origin":"\\ud800', 1),
        "not utf-8": octets.replace(b'"origin":"', b'"origin":"\xff', 1),
        "not ascii": octets.replace(b'"origin":"', '"origin":"é'.encode(), 1),
        "not composed": octets.replace(b'"origin":"', '"origin":"e\u0301'.encode(), 1),
        "control": octets.replace(b'"origin":"', b'"origin":"\x01', 1),
        "proto": octets.replace(b'"kind":"once.evidence"', b'"__proto__":1,"kind":"once.evidence"', 1),
        "deep": b"[" * 100_000,
        "deep record": altered(octets, lambda file: file["private"][0].update(record=_deep(13))),
        "deeper record": altered(octets, lambda file: file["private"][0].update(record=_deep(17))),
        "too large": octets + b" " * (4 * 1024 * 1024),
    }
    for name, spelt in spellings.items():
        yield _case(scene, f"{kind}, {name}", spelt)


def _deep(levels: int) -> Any:
    return {"a": _deep(levels - 1)} if levels else {}


def _restated(scene: Scene, accepted: bytes, relied: bytes) -> Iterator[Case]:
    evidence = Evidence.parse(accepted)
    snapshot = says(evidence, SNAPSHOT)
    size = snapshot.as_of_size
    key = next(one for one in snapshot.keys if one.department == "XF")
    subject = scene.accepted.index
    rows: list[tuple[bytes, str, str, dict[str, Any]]] = [
        (accepted, STATUS, "XF", {"state": "retracted", "retracted": (size - 1, NOW)}),
        (accepted, STATUS, "XF", {"state": "retracted", "retracted": (size - 1, NOW + 50)}),
        (accepted, STATUS, "XF", {"as_of_size": subject}),
        (accepted, STATUS, "XF", {"expires": NOW - 1}),
        (accepted, STATUS, "XF", {"subject": bytes(32)}),
        (accepted, STATUS, "SC", {}),
        (accepted, STATUS, "XF", {"key": a_key("SC")}),
        (accepted, STATUS, "XF", {"entry": {"time": NOW + DAY}}),
        (accepted, STATUS, "XF", {"entry": {"time": NOW - 2 * DAY}}),
        (accepted, STATUS, "XF", {"entry": {"log": bytes(32)}}),
        (accepted, STATUS, "XF", {"valid_until": date(2026, 1, 1)}),
        (accepted, STATUS, "XF", {"valid_from": date(2028, 1, 1)}),
        (accepted, STATUS, "XF", {"valid_from": date(2026, 1, 1), "valid_until": date(2028, 1, 1)}),
        (accepted, SNAPSHOT, GOVERNANCE, {"as_of_size": 3}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": ()}),
        (accepted, SNAPSHOT, GOVERNANCE, {"expires": NOW - 1}),
        (accepted, SNAPSHOT, GOVERNANCE, {"key": a_key("service")}),
        (accepted, SNAPSHOT, "service", {}),
        (accepted, SNAPSHOT, GOVERNANCE, {"entry": {"log": bytes(32)}}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": (replace(key, department="SC"),)}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": (replace(key, added=key.added - 1),)}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": (replace(key, address=bytes(20)),)}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": (replace(key, retired=subject),)}),
        (accepted, SNAPSHOT, GOVERNANCE, {"keys": (replace(key, retired=size, compromised_since=subject),)}),
        (accepted, SEEN, "service", {"root": bytes(32)}),
        (accepted, SEEN, "service", {"contract": bytes(20)}),
        (accepted, SEEN, "service", {"code_hash": bytes(32)}),
        (accepted, SEEN, "service", {"chain_id": 1}),
        (accepted, SEEN, "service", {"expires": NOW - 1}),
        (accepted, SEEN, "XF", {}),
        (relied, STATUS, "XF", {"as_of_size": scene.relied.index}),
        (relied, STATUS, "XF", {"state": "retracted", "retracted": (scene.relied.index - 1, NOW)}),
        (relied, STATUS, "XF", {"state": "retracted", "retracted": (scene.relied.index + 1, NOW)}),
    ]  # fmt: skip
    rows += [
        (relied, SNAPSHOT, GOVERNANCE, {"policies": policies}) for policies in told_policies(scene, relied)
    ]
    for n, (octets, kind, issuer, changes) in enumerate(rows):
        yield _case(scene, f"restated {n}: {kind}", restated(scene, octets, kind, issuer, **changes))
    yield _case(scene, "policy left out", altered(relied, drop("policy")))
    octets = restated(scene, altered(relied, drop("policy")), SNAPSHOT, GOVERNANCE, policies=())
    yield _case(scene, "policy left out and denied", octets)
    text = scene.state(says(evidence, SEEN), "service", kind="anchor.newer")
    newer = altered(accepted, lambda document: document["statements"].append(text))
    yield _case(scene, "a statement of a newer kind", newer)


def told_policies(scene: Scene, relied: bytes) -> list[tuple[PolicySpan, ...]]:
    """What governance could tell of the policies of who relied: the truth, lies, and later versions."""
    (one,) = says(Evidence.parse(relied), SNAPSHOT).policies
    at, day = scene.relied.index, day_of(NOW)
    newer = replace(one, version=2, index=at - 1, document=bytes(32))
    return [
        (one,),
        (),
        (replace(one, document=bytes(32)),),
        (replace(one, index=one.index + 1),),
        (replace(one, in_force=day),),
        (replace(one, in_force=day + timedelta(days=9)),),
        (one, newer),
        (one, replace(newer, index=at + 1)),
        (one, replace(newer, in_force=day + timedelta(days=9))),
        (one, replace(newer, in_force=day)),
        (one, replace(newer, department="XF")),
    ]


def _believed(scene: Scene, accepted: bytes) -> Iterator[Case]:
    trust = scene.trust
    other = log_id(ORIGIN, trust.verifier.public_key, trust.checkpoint_signer, bytes(20))
    believed = {
        "of another log": replace(trust, log=other, governance=bytes(20)),
        "of another service": replace(trust, service=a_key("thief").address),
        "of production": replace(trust, profile="production"),
        "without chain": replace(trust, chain=None, required=tuple(one for one in CHECKS if one != "anchor")),
        "anchor waived": replace(trust, required=("content",)),
        "of short ages": replace(trust, max_age_anchor=1, max_age_status=1),
    }
    for name, one in believed.items():
        yield _case(scene, f"trust {name}", accepted, trust=one)
        yield _case(scene, f"trust {name}, unseen", altered(accepted, unsay(SEEN)), trust=one, now=NOW + 9)


def _live(scene: Scene, accepted: bytes) -> Iterator[Case]:
    evidence = Evidence.parse(accepted)
    anchor, note = evidence.anchor, evidence.entries[0].proof.checkpoint
    assert anchor is not None
    size = Checkpoint.parse(parse_note(note).text).size
    fork = a_signer().sign(Checkpoint(ORIGIN, size, b"\7" * 32).text())
    larger = a_signer().sign(Checkpoint(ORIGIN, size + 9, b"\7" * 32).text())
    facts: list[Facts | None] = [
        Facts(ChainFacts({anchor.size: anchor.root})),
        Facts(ChainFacts({anchor.size: bytes(32)})),
        Facts(ChainFacts({anchor.size: anchor.root, size: bytes(32)})),
        Facts(ChainFacts({})),
        Facts(),
        None,
        Facts(problem="anchor.other_chain"),
        Facts(ChainFacts({anchor.size: anchor.root}), silent=True),
        *(
            Facts(ChainFacts({anchor.size: anchor.root}), checkpoint=one)
            for one in (note, fork, larger, b"no")
        ),
    ]
    for n, one in enumerate(facts):
        for profile in (ONLINE, OFFLINE):
            yield _case(scene, f"{profile} with facts {n}", accepted, profile=profile, facts=one)


def _rectified(scene: Scene) -> Iterator[Case]:
    ledger = scene.ledger
    case_no = ledger.fire_case()
    wrong = ledger.accept(case_no, LICENCE, "XF")
    relied = ledger.rely(ledger.food_case(), "licence", wrong, "SC-002", "SC")
    newer = ledger.accept(case_no, LICENCE, "XF")
    record = ledger.retraction(wrong, reason="rectified", rectified_by=ledger.cite(newer))
    ledger.act(Retract(), record, "XF")
    scene.anchor()
    for kind, index in (("accepted", wrong.index), ("relied", relied.index), ("the newer", newer.index)):
        yield _case(scene, f"{kind}, rectified later", scene.evidence(index).format())
    shown = scene.evidence(wrong.index).format()
    yield _case(scene, "rectified, asked before", shown, as_of=NOW + 60)


def _later(scene: Scene, before: bytes) -> Iterator[Case]:
    ledger = scene.ledger
    own = scene.smuggle(sign_entry(scene.entry("WJ"), a_key("WJ")).canonical())
    yield _case(scene, "smuggled, of a department without key", scene.evidence(own).format())
    for name, envelope in {
        "another's key": sign_entry(scene.entry(), a_key("SC")),
        "a thief's key": sign_entry(scene.entry(), a_key("thief")),
        "for another log": sign_entry(scene.entry(log=bytes(32)), a_key("XF")),
        "with a false address": replace(sign_entry(scene.entry(), a_key("XF")), key=a_key("SC").address),
    }.items():
        yield _case(scene, f"smuggled, {name}", scene.evidence(scene.smuggle(envelope.canonical())).format())
    ledger.clock[0] += 3600
    ledger.retract(scene.accepted, "XF")
    scene.anchor()
    for kind, index in (("accepted", scene.accepted.index), ("relied", scene.relied.index)):
        octets = scene.evidence(index).format()
        yield _case(scene, f"{kind}, retracted later", octets)
        yield _case(scene, f"{kind}, retracted, asked before", octets, as_of=NOW + 60)
        yield _case(scene, f"{kind}, retracted, a slow clock", octets, now=ledger.clock[0] - 60)
        yield _case(scene, f"{kind}, retracted, silent", altered(octets, unsay(STATUS)))
        bare = altered(octets, field("openings", to=[]))
        yield _case(scene, f"{kind}, retraction not opened", bare)
    yield _case(scene, "an old file of what was retracted", before)
    yield from _rectified(scene)
    ledger.clock[0] += 60
    retired = KeyRetired("XF", a_key("XF").address, "stolen", scene.accepted.index)
    ledger.act(RetireKey(), retired, GOVERNANCE)
    scene.anchor()
    for kind, index in (("accepted", scene.accepted.index), ("relied", scene.relied.index)):
        octets = scene.evidence(index).format()
        yield _case(scene, f"{kind}, key compromised", octets)
        yield _case(scene, f"{kind}, retirement left out", altered(octets, drop("retirement")))
        yield _case(scene, f"{kind}, key left out", altered(octets, drop("key")))
