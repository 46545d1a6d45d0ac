# SPDX-License-Identifier: Apache-2.0
"""The checks of content, tree, notes, chain, signatures and age: each a named state and its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.fields import Fields
from attest.registry.model import SERVICE
from attest.verify.authority import by_governance
from attest.verify.inquiry import failed, genuine, not_applicable, passed, unknown
from attest.verify.log_keys import LogKeys, Rotation
from attest.verify.model import (
    ANCHOR,
    CHECKPOINT,
    CLOCK_SKEW,
    CONTENT,
    FRESHNESS,
    INCLUSION,
    SIGNATURE,
    Check,
)
from attest.verify.records import opens, record_opens
from attest.verify.statements import AnchorSeen, Snapshot, Status
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import FormatError, ProofError, SignatureError
from ledger.merkle import verify_consistency, verify_inclusion
from ledger.note import parse_note

if TYPE_CHECKING:
    from attest.verify.evidence import Anchor
    from attest.verify.inquiry import Inquiry


def check_content(inquiry: Inquiry) -> Check:
    """Every opening and record opens its entry, and the document in hand is the one accepted."""
    evidence = inquiry.evidence
    for opening in evidence.openings:
        entry = evidence.entries[opening.entry].signed.entry
        if not opens(entry, opening.name, opening.salt, opening.value):
            return failed(CONTENT, "content.opening")
    for shown in evidence.private:
        if not record_opens(evidence.entries[shown.entry].signed.entry, shown.salt, shown.record):
            return failed(CONTENT, "content.record")
    if inquiry.document is not None:
        accepted = inquiry.accepted
        at = None if accepted is None else evidence.entries.index(accepted)
        digest = None if at is None else _document_digest(inquiry, at)
        if digest is None:
            return unknown(CONTENT, "content.no_opening")
        if digest != inquiry.document:
            return failed(CONTENT, "content.other_document")
        return passed(CONTENT, "content.document")
    if evidence.openings or evidence.private:
        return passed(CONTENT, "content.opened")
    return not_applicable(CONTENT, "content.sealed")


def _document_digest(inquiry: Inquiry, at: int) -> bytes | None:
    """The digest that the accepting entry was proved to commit to."""
    opening = inquiry.evidence.opening(at, "document")
    if opening is not None:
        return opening.value
    record = inquiry.evidence.record(at)
    return None if record is None else bytes.fromhex(record["document"]["sha256"])


def check_inclusion(inquiry: Inquiry) -> Check:
    """Every entry of the file is a leaf of one and the same tree."""
    checkpoint, note = inquiry.checkpoint, inquiry.subject.proof.checkpoint
    for one in inquiry.evidence.entries:
        if one.proof.checkpoint != note:
            return failed(INCLUSION, "inclusion.two_checkpoints")
        if one.proof.index != one.index:
            return failed(INCLUSION, "inclusion.index")
        try:
            verify_inclusion(one.hash, one.index, checkpoint.size, one.proof.hashes, checkpoint.root)
        except ProofError:
            return failed(INCLUSION, "inclusion.proof")
    return passed(INCLUSION, "inclusion.proved")


def check_checkpoint(inquiry: Inquiry) -> Check:
    """The tree is the trusted log's, by its key; the ledger shows everybody the same tree, where asked."""
    trust = inquiry.trust
    if inquiry.evidence.log != trust.log or inquiry.evidence.origin != trust.origin:
        return failed(CHECKPOINT, "checkpoint.other_log")
    keys = _log_keys(inquiry)
    if keys is None:
        return failed(CHECKPOINT, "checkpoint.contradiction")
    note, size = parse_note(inquiry.subject.proof.checkpoint), inquiry.checkpoint.size
    verifier, stolen = keys.at(size)
    try:
        checkpoint = open_checkpoint(inquiry.subject.proof.checkpoint, verifier, trust.origin)
    except (FormatError, SignatureError):
        retired = keys.retired(note, size)
        return failed(CHECKPOINT, "checkpoint.retired_key" if retired else "checkpoint.signature")
    # Other signatures of a note count for nothing and could be altered unseen, so none may stand there.
    if len(note.signatures) != 1:
        return failed(CHECKPOINT, "checkpoint.other_signatures")
    if stolen:
        return unknown(CHECKPOINT, "checkpoint.compromised_key")
    live = inquiry.facts.checkpoint
    if live is None and inquiry.facts.silent:
        return unknown(CHECKPOINT, "checkpoint.unreachable")
    if live is None:
        return passed(CHECKPOINT, "checkpoint.signed")
    return _compare(checkpoint, live, inquiry, keys)


def _log_keys(inquiry: Inquiry) -> LogKeys | None:
    """The rotations that trust file, governance's entries and its snapshot tell of; None if they differ."""
    trust, snapshot = inquiry.trust, inquiry.statement(Snapshot)
    entered = [
        Rotation.read(Fields(one.envelope.entry.body), one.index)
        for _, one in inquiry.evidence.of_role("rotation")
        if one.envelope is not None and by_governance(one.envelope, trust)
    ]
    told: tuple[Rotation, ...] = ()
    if snapshot is not None and by_governance(snapshot[0].envelope, trust):
        told, size = snapshot[1].rotations, snapshot[1].as_of_size
        if any(one not in told for one in (*trust.rotations, *entered) if one.index < size):
            return None
    try:
        return LogKeys.of(trust.verifier, trust.rotations, entered, told)
    except FormatError:
        return None


def _compare(checkpoint: Checkpoint, live: bytes, inquiry: Inquiry, keys: LogKeys) -> Check:
    try:
        shown = open_checkpoint(live, keys, inquiry.trust.origin)
    except (FormatError, SignatureError):
        return unknown(CHECKPOINT, "checkpoint.live")
    if shown.size == checkpoint.size and shown.root != checkpoint.root:
        return failed(CHECKPOINT, "checkpoint.fork")
    return passed(CHECKPOINT, "checkpoint.compared")


def check_anchor(inquiry: Inquiry) -> Check:
    """A root that covers the subject stands on the chain, and the file's tree agrees with it."""
    trust, anchor = inquiry.trust, inquiry.evidence.anchor
    seen = inquiry.statement(AnchorSeen)
    if trust.chain is None:
        return not_applicable(ANCHOR, "anchor.no_chain")
    live = inquiry.facts.chain if inquiry.online else None
    checkpoint = inquiry.checkpoint
    if live is not None and live.roots.get(checkpoint.size, checkpoint.root) != checkpoint.root:
        return failed(ANCHOR, "anchor.other_root")
    if seen is not None:
        envelope, said = seen[0].envelope, seen[1]
        if (
            envelope is None
            or envelope.entry.issuer != SERVICE
            or envelope.key != trust.service
            or not genuine(envelope, trust.log)
        ):
            return failed(ANCHOR, "anchor.signature")
        if anchor is None or (said.size, said.root) != (anchor.size, anchor.root):
            return failed(ANCHOR, "anchor.contradiction")
    if anchor is None:
        return unknown(ANCHOR, "anchor.none")
    if not _agree(checkpoint, anchor):
        return failed(ANCHOR, "anchor.inconsistent")
    if inquiry.online:
        return _live_anchor(inquiry, anchor)
    if seen is None:
        return unknown(ANCHOR, "anchor.unseen")
    pinned = (trust.chain.chain_id, trust.chain.contract, trust.chain.code_hash)
    if (seen[1].chain_id, seen[1].contract, seen[1].code_hash) != pinned:
        return unknown(ANCHOR, "anchor.other_contract")
    return _covering(inquiry, anchor, "anchor.seen")


def _live_anchor(inquiry: Inquiry, anchor: Anchor) -> Check:
    live = inquiry.facts.chain
    if live is None:
        return unknown(ANCHOR, inquiry.facts.problem)
    root = live.roots.get(anchor.size)
    if root is None:
        return unknown(ANCHOR, "anchor.absent")
    if root != anchor.root:
        return failed(ANCHOR, "anchor.other_root")
    return _covering(inquiry, anchor, "anchor.live")


def _covering(inquiry: Inquiry, anchor: Anchor, reason: str) -> Check:
    if anchor.size <= inquiry.subject.index:
        return unknown(ANCHOR, "anchor.not_covering")
    return passed(ANCHOR, reason)


def _agree(checkpoint: Checkpoint, anchor: Anchor) -> bool:
    ours, theirs = (checkpoint.size, checkpoint.root), (anchor.size, anchor.root)
    (old, old_root), (new, new_root) = sorted((ours, theirs), key=lambda head: head[0])
    try:
        verify_consistency(old, old_root, new, new_root, anchor.consistency)
    except ProofError:
        return False
    return True


def check_signatures(inquiry: Inquiry) -> Check:
    """Every entry carries the signature of its own key, made for this log."""
    for one in inquiry.evidence.entries:
        if one.signed.entry.log != inquiry.trust.log:
            return failed(SIGNATURE, "signature.other_log")
        if not genuine(one.signed, inquiry.trust.log):
            return failed(SIGNATURE, "signature.invalid")
    return passed(SIGNATURE, "signature.genuine")


def check_freshness(inquiry: Inquiry) -> Check:
    """What proves a negative, or what the chain held, is young enough at the moment asked."""
    if inquiry.moment > inquiry.now + CLOCK_SKEW:
        return unknown(FRESHNESS, "freshness.future")
    wanted: list[tuple[type[Snapshot | Status | AnchorSeen], int]] = [(Snapshot, inquiry.max_age_status)]
    # What stood when it was relied on, stood: that does not age.
    if inquiry.records or inquiry.accepted is inquiry.subject:
        wanted.append((Status, inquiry.max_age_status))
    if ANCHOR in inquiry.trust.demanded and not inquiry.online:
        wanted.append((AnchorSeen, inquiry.max_age_anchor))
    for kind, age in wanted:
        found = inquiry.statement(kind)
        if found is None or found[0].envelope is None:
            return unknown(FRESHNESS, "freshness.missing")
        made = found[0].envelope.entry.time
        if made > inquiry.now + CLOCK_SKEW:
            return unknown(FRESHNESS, "freshness.future")
        if found[1].expires < inquiry.moment or inquiry.moment - made > age:
            return unknown(FRESHNESS, "freshness.stale")
    return passed(FRESHNESS, "freshness.recent")
