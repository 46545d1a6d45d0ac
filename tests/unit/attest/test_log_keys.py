# SPDX-License-Identifier: Apache-2.0
"""A log whose key was rotated: checkpoints count by the key in force at their size, and by no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.log_signer import LogSigner
from api.receipts import Receipts
from attest.fields import FieldError, Fields
from attest.oversight.evidence import Sources, build_evidence
from attest.oversight.live import unsigned
from attest.registry.model import GOVERNANCE
from attest.statements import Entry, Envelope, sign_entry
from attest.verify import Evidence, Facts, Trust, Verdict
from attest.verify.evidence import Included, read_statement
from attest.verify.log_keys import COMPROMISED, ROTATED, LogKeys, Rotation
from attest.verify.model import ONLINE, ChainFacts
from attest.verify.statements import Snapshot
from ledger.checkpoint import Checkpoint
from ledger.errors import FormatError, SignatureError, StoreError
from ledger.note import Note, NoteSigner, parse_note
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.builders import ORIGIN, a_signer
from tests.evidence_parts import Scene, a_scene, state_of, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x51" * 32))
STRANGER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x77" * 32))
THIEF = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x66" * 32))


def a_rotation(index: int, signer: NoteSigner = NEW, reason: str = "scheduled") -> Rotation:
    """The log's key is this one from that index on."""
    return Rotation(index, signer.public_key, a_key("checkpoint-2").address, reason)


def entry_of(scene: Scene, rotation: Rotation, by: str = GOVERNANCE) -> Entry:
    """The entry that rotates, as an issuer would sign it."""
    log = scene.ledger.context.log_id
    return Entry(id=bytes(16), kind=ROTATED, log=log, issuer=by, time=NOW, body=rotation.body())


class Rotated(Scene):
    """The scene, whose log key is another from the entry at `at` on."""

    at: int
    leaf: bytes
    before: Evidence

    def rotate(self, reason: str = "scheduled") -> None:
        """Governance's entry goes into the log; evidence of before is kept."""
        self.before = self.evidence(self.accepted.index)
        entry = entry_of(self, a_rotation(self.ledger.size, reason=reason))
        self.leaf = sign_entry(entry, a_key(GOVERNANCE)).canonical()
        self.at = self.smuggle(self.leaf)

    @property
    def rotation(self) -> Rotation:
        """As a trust file lists it."""
        envelope = Envelope.parse(self.leaf)
        return Rotation.read(Fields(envelope.entry.body), self.at)

    @property
    def informed(self) -> Trust:
        """The trust of somebody who was told."""
        return replace(self.trust, rotations=(self.rotation,))

    def after(
        self, signer: NoteSigner = NEW, *, shown: bool = True, leaf: bytes = b"", listed: bool = True
    ) -> bytes:
        """Evidence of the acceptance in the log as it is, its checkpoint by `signer`."""
        store, context = self.ledger.log.store, self.ledger.context
        receipts = Receipts(store, signer, ORIGIN)
        head = self.ledger.log.writer.acknowledged
        made = build_evidence(
            self.accepted.index, Sources(store, context, receipts, self.chain_trust), head, NOW, reader=None
        )
        if listed:
            made = self.listing(made)
        if shown:
            leaf = leaf or self.leaf
            proof = receipts.proof(self.at, head)
            one = Included(self.at, leaf, proof, "rotation", Envelope.parse(leaf))
            made = replace(made, entries=(*made.entries, one))
        return made.format()

    def listing(self, evidence: Evidence, *rotations: Rotation) -> Evidence:
        """The same with a snapshot that lists these rotations, or the one there was."""
        statements = []
        for one in evidence.statements:
            if isinstance(one.says, Snapshot):
                says = replace(one.says, rotations=rotations or (self.rotation,))
                entry = unsigned(says, GOVERNANCE, NOW, self.ledger.context.log_id)
                statements.append(read_statement(sign_entry(entry, a_key(GOVERNANCE)).canonical()))
            else:
                statements.append(one)
        return replace(evidence, statements=tuple(statements))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Rotated]:
    """A ledger whose log key was rotated on schedule."""
    made = Rotated(a_scene(tmp_path).ledger)
    made.rotate()
    yield made
    made.ledger.close()


def checkpoint(verdict: Verdict) -> tuple[str, str]:
    """State and reason of the checkpoint's check."""
    return state_of(verdict, "checkpoint_signature")


def test_the_new_key_counts_from_its_entry_on(scene: Rotated) -> None:
    """By the entry, by the snapshot or by the trust file: each alone leads from the old key to the new."""
    for octets in (scene.after(), scene.after(shown=False)):
        for trust in (scene.trust, scene.informed):
            assert told(scene.judge(octets, trust=trust)) == ("valid", "status.standing")


def test_who_was_not_told_does_not_take_the_new_key(scene: Rotated) -> None:
    """Without entry, snapshot or trust the new key is a stranger's."""
    octets = scene.after(shown=False, listed=False)
    assert told(scene.judge(octets)) == ("not_valid", "checkpoint.signature")


def test_the_old_key_signs_nothing_larger(scene: Rotated) -> None:
    """A checkpoint beyond the rotation by the retired key is never valid."""
    for octets in (scene.after(a_signer()), scene.after(a_signer(), shown=False)):
        for trust in (scene.trust, scene.informed):
            assert told(scene.judge(octets, trust=trust)) == ("not_valid", "checkpoint.retired_key")
    hidden = scene.after(a_signer(), shown=False, listed=False)
    assert told(scene.judge(hidden, trust=scene.informed))[0] == "not_valid"


def test_evidence_of_before_still_counts(scene: Rotated) -> None:
    """A file made before a rotation on schedule verifies for those who were told of it, too."""
    octets = scene.before.format()
    for trust in (scene.trust, scene.informed):
        assert told(scene.judge(octets, trust=trust)) == ("valid", "status.standing")


def test_a_stolen_key_vouches_for_nothing(tmp_path: Path) -> None:
    """Where the old key was stolen, its checkpoints of before are not enough either: cannot tell."""
    scene = Rotated(a_scene(tmp_path).ledger)
    scene.rotate(COMPROMISED)
    verdict = scene.judge(scene.before.format(), trust=scene.informed)
    assert told(verdict) == ("cannot_tell", "checkpoint.compromised_key")
    assert told(scene.judge(scene.after(), trust=scene.informed)) == ("valid", "status.standing")
    scene.ledger.close()


def test_only_governance_rotates(scene: Rotated) -> None:
    """A rotation by the service or with a foreign signature changes no key, and condemns the file."""
    rotation = a_rotation(scene.at, THIEF)
    for by, key in (("service", "service"), (GOVERNANCE, "service")):
        leaf = sign_entry(entry_of(scene, rotation, by), a_key(key)).canonical()
        verdict = scene.judge(scene.after(THIEF, leaf=leaf))
        assert told(verdict)[0] == "not_valid"
        assert checkpoint(verdict) == ("failed", "checkpoint.signature")


def test_stories_that_differ_are_refused(scene: Rotated) -> None:
    """A snapshot that leaves out a rotation, or tells of another, contradicts; nobody's key counts then."""
    unlisted = scene.after(listed=False)
    assert told(scene.judge(unlisted)) == ("not_valid", "checkpoint.contradiction")
    other = scene.listing(Evidence.parse(scene.after()), a_rotation(scene.at, THIEF)).format()
    assert told(scene.judge(other)) == ("not_valid", "checkpoint.contradiction")
    split = replace(scene.trust, rotations=(a_rotation(scene.at, THIEF),))
    assert told(scene.judge(scene.after(listed=False, shown=False), trust=split))[0] == "not_valid"


def test_the_live_checkpoint_is_read_by_its_own_key(scene: Rotated) -> None:
    """Online, the ledger's newest checkpoint is verified by the key of its size."""
    head = scene.ledger.log.writer.acknowledged
    live = Receipts(scene.ledger.log.store, NEW, ORIGIN).proof(0, head).checkpoint
    anchor = scene.before.anchor
    assert anchor is not None
    chain = ChainFacts({anchor.size: anchor.root})

    def judge(note: bytes) -> Verdict:
        facts = Facts(chain, checkpoint=note)
        octets = scene.before.format()
        return scene.judge(octets, trust=scene.informed, profile=ONLINE, facts=facts)

    assert checkpoint(judge(live)) == ("passed", "checkpoint.compared")
    old = Receipts(scene.ledger.log.store, a_signer(), ORIGIN).proof(0, head).checkpoint
    assert checkpoint(judge(old)) == ("unknown", "checkpoint.live")


def test_formats(scene: Rotated) -> None:
    """Trust files and snapshots come back as they were written, and leave out what there is not."""
    informed = scene.informed
    assert Trust.parse(informed.format()) == informed
    assert b"rotations" not in scene.trust.format()
    octets = scene.after()
    assert Evidence.parse(octets).format() == octets
    two = (a_rotation(7), a_rotation(7, THIEF))
    with pytest.raises(FormatError, match="rotation"):
        replace(scene.trust, rotations=two)
    with pytest.raises(FormatError, match="trust file"):
        Trust.parse(replace(informed, rotations=(a_rotation(9), a_rotation(7))).format())


@pytest.mark.parametrize(
    "change", [{"reason": "mood"}, {"log_key": "00"}, {"checkpoint_signer": None}, {"index": 0}, {"zz": 1}]
)
def test_malformed_rotations(change: dict[str, Any]) -> None:
    """Every member is checked."""
    with pytest.raises(FieldError):
        Rotation.read(Fields({**a_rotation(3).document(), **change}))


def test_the_key_of_every_size() -> None:
    """Up to its own index a key counts, the next from one entry more on; theft spoils all of before."""
    keys = LogKeys.of(a_signer().verifier(), [a_rotation(5), a_rotation(9, THIEF, COMPROMISED)])
    old, new, last = (one.public_key for one in (a_signer(), NEW, THIEF))
    expected = {1: (old, True), 5: (old, True), 6: (new, True), 9: (new, True), 10: (last, False)}
    for size, (public, stolen) in expected.items():
        verifier, known = keys.at(size)
        assert (verifier.public_key, known) == (public, stolen)


def a_note(signer: NoteSigner, size: int) -> Note:
    """A checkpoint of that size by that key."""
    return parse_note(signer.sign(Checkpoint(ORIGIN, size, bytes(32)).text()))


def test_a_note_counts_by_the_key_of_its_size() -> None:
    """A checkpoint by the key of its size alone; another text by each key that was not stolen."""
    keys = LogKeys.of(a_signer().verifier(), [a_rotation(5), a_rotation(9, THIEF, COMPROMISED)])
    of = {5: a_signer(), 6: NEW, 9: NEW, 10: THIEF}
    for size, right in of.items():
        for signer in (a_signer(), NEW, THIEF):
            if signer.public_key == right.public_key:
                keys.verify(a_note(signer, size))
            else:
                with pytest.raises(SignatureError):
                    keys.verify(a_note(signer, size))
    for signer, counts in ((a_signer(), False), (NEW, False), (THIEF, True), (STRANGER, False)):
        note = parse_note(signer.sign("once-erasure/1\n"))
        if counts:
            keys.verify(note)
        else:
            with pytest.raises(SignatureError):
                keys.verify(note)


def test_signing_by_size() -> None:
    """Each size by its key, all other texts by the newest; what the keys at hand cannot sign is refused."""
    keys = LogKeys.of(a_signer().verifier(), [a_rotation(5)])
    both, new = LogSigner(keys, a_signer(), NEW), LogSigner(keys, NEW)
    for size, signer in ((5, a_signer()), (6, NEW)):
        text = Checkpoint(ORIGIN, size, bytes(32)).text()
        assert both.sign(text) == signer.sign(text)
        both.verifier().verify(parse_note(both.sign(text)))
    assert new.sign("words\n") == NEW.sign("words\n")
    with pytest.raises(StoreError, match="5 entries"):
        new.sign(Checkpoint(ORIGIN, 5, bytes(32)).text())
