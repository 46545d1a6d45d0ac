# SPDX-License-Identifier: Apache-2.0
"""Verdicts while a ledger goes on: retractions, ended keys, smuggled entries, anchors still to come."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Written
from attest.registry.commands import RetireKey
from attest.registry.model import GOVERNANCE, KeyRetired
from attest.statements import Envelope, sign_entry
from ledger.canonical import dump
from ledger.note import encode_base64
from ledger.proof import TlogProof
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.evidence_damage import drop, unsay
from tests.evidence_parts import (
    Scene,
    a_scene,
    altered,
    entry_of,
    restated,
    state_of,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


DAY = 86_400


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Scene]:
    """A ledger to be changed."""
    made = a_scene(tmp_path)
    yield made
    made.ledger.close()


def test_reliance_survives_retraction(fresh: Scene) -> None:
    """A receipt stays valid as of its index after a later retraction, whose acceptance is not valid then."""
    before = fresh.evidence(fresh.accepted.index).format()
    fresh.ledger.clock[0] += 3600
    fresh.ledger.retract(fresh.accepted, "XF")
    fresh.anchor()
    receipt = fresh.evidence(fresh.relied.index).format()
    assert told(fresh.judge(receipt)) == ("valid", "status.retracted_later")
    accepted = fresh.evidence(fresh.accepted.index).format()
    assert told(fresh.judge(accepted)) == ("not_valid", "status.retracted")
    assert told(fresh.judge(accepted, as_of=NOW + 60)) == ("valid", "status.stood_then")
    # asked about now, a clock that is behind the retraction does not hide it
    assert told(fresh.judge(accepted, now=fresh.ledger.clock[0] - 60)) == ("not_valid", "status.retracted")
    # the retraction's own entry tells it even where its department says nothing, or lies
    silent = altered(accepted, unsay("acceptance.status"))
    assert told(fresh.judge(silent)) == ("not_valid", "status.retracted")
    assert told(fresh.judge(altered(receipt, unsay("acceptance.status")))) == (
        "valid",
        "status.retracted_later",
    )
    lying = restated(fresh, accepted, "acceptance.status", "XF", state="standing", retracted=None)
    assert told(fresh.judge(lying)) == ("not_valid", "status.retracted")
    # an old file still looks good, until it is too old
    assert told(fresh.judge(before))[0] == "valid"
    assert told(fresh.judge(before, max_age=1800)) == ("cannot_tell", "freshness.stale")


def test_retired_and_compromised_keys(fresh: Scene) -> None:
    """A key's later retirement changes nothing; a compromise before the entry does, but not for a receipt."""
    fresh.ledger.clock[0] += 60
    address = a_key("XF").address
    retired = KeyRetired("XF", address, "rotated", None)
    fresh.ledger.act(RetireKey(), retired, GOVERNANCE)
    fresh.anchor()
    octets = fresh.evidence(fresh.accepted.index).format()
    verdict = fresh.judge(octets)
    assert state_of(verdict, "issuer_authority") == ("passed", "authority.custodial")
    assert told(verdict) == ("cannot_tell", "status.missing")  # nobody is left who could sign it
    assert told(fresh.judge(altered(octets, drop("retirement"))))[0] == "cannot_tell"
    late = fresh.smuggle(sign_entry(fresh.entry(), a_key("XF")).canonical())
    octets = fresh.evidence(late).format()
    assert told(fresh.judge(octets)) == ("not_valid", "authority.key_retired")
    # the snapshot alone says so too
    assert told(fresh.judge(altered(octets, drop("retirement")))) == ("not_valid", "authority.key_retired")


def test_compromise_declared_later(fresh: Scene) -> None:
    """What a compromised key signed falls; who relied on it before that was known keeps the receipt."""
    since = fresh.accepted.index
    fresh.ledger.act(RetireKey(), KeyRetired("XF", a_key("XF").address, "stolen", since), GOVERNANCE)
    fresh.anchor()
    accepted = fresh.evidence(fresh.accepted.index).format()
    assert told(fresh.judge(accepted)) == ("not_valid", "authority.key_compromised")
    receipt = fresh.judge(fresh.evidence(fresh.relied.index).format())
    assert state_of(receipt, "issuer_authority")[0] == "passed"


def test_smuggled_entries(fresh: Scene) -> None:
    """What an operator puts into the log past the rules is told by signatures and keys, proof or no proof."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    good = sign_entry(fresh.entry(), a_key("XF"))
    high = (order - int.from_bytes(good.sig[32:64], "big")).to_bytes(32, "big")
    twin = replace(good, sig=good.sig[:32] + high + bytes([55 - good.sig[64]]))
    rows = [
        (twin, "signature.invalid"),
        (replace(good, sig=good.sig[:64] + b"\0"), "signature.invalid"),
        (replace(good, key=a_key("SC").address), "signature.invalid"),
        (sign_entry(fresh.entry(log=bytes(32)), a_key("XF")), "signature.other_log"),
        (sign_entry(fresh.entry(), a_key("SC")), "authority.foreign_key"),
        (sign_entry(fresh.entry(), a_key("thief")), "authority.unregistered"),
        (sign_entry(fresh.entry("service"), a_key("XF")), "authority.foreign_key"),
        (sign_entry(fresh.entry("WJ"), a_key("WJ")), "status.ask_department"),
    ]  # fmt: skip
    for envelope, reason in rows:
        octets = fresh.evidence(fresh.smuggle(envelope.canonical())).format()
        got = fresh.judge(octets)
        assert told(got)[0] == ("cannot_tell" if reason == "status.ask_department" else "not_valid"), reason
        assert reason in [one.reason for one in got.checks]
        assert state_of(got, "inclusion")[0] == "passed"


def test_newer_entry(fresh: Scene) -> None:
    """An entry of a newer version, truly in the log, is no verdict rather than a failure."""
    document = json.loads(sign_entry(fresh.entry(), a_key("XF")).canonical())
    document["entry"]["v"] = 2
    leaf = dump(document)
    index = fresh.smuggle(leaf)
    octets = fresh.evidence(fresh.accepted.index).format()

    def change(file: Any) -> None:
        one = entry_of(file, "subject")
        head = fresh.ledger.log.writer.acknowledged
        proof = TlogProof.parse(one["proof"].encode())
        path = tuple(fresh.ledger.log.store.inclusion(index, head.size))
        one.update(
            index=index,
            leaf=encode_base64(leaf),
            proof=replace(proof, index=index, hashes=path).format().decode(),
        )

    assert told(fresh.judge(altered(octets, change))) == ("cannot_tell", "format.unknown_version")


def test_foreign_governance_entries(fresh: Scene) -> None:
    """A registration that governance did not sign counts for nothing, even inside the log."""
    thief = a_key("thief")
    register = fresh.entry(
        GOVERNANCE,
        kind="department.key.added",
        body={"department": "XF", "address": thief.address.hex(), "custody": "department"},
    )
    at = fresh.smuggle(sign_entry(register, thief).canonical())
    index = fresh.smuggle(sign_entry(fresh.entry(), thief).canonical())
    evidence = fresh.evidence(index)
    forged = fresh.evidence(fresh.accepted.index)
    key = next(one for one in forged.entries if one.role == "key")
    store, head = fresh.ledger.log.store, fresh.ledger.log.writer.acknowledged
    leaf = store.leaf(at)
    proof = replace(key.proof, index=at, hashes=tuple(store.inclusion(at, head.size)))
    planted = replace(key, index=at, leaf=leaf, proof=proof, envelope=Envelope.parse(leaf))
    octets = replace(evidence, entries=(*evidence.entries, planted)).format()
    assert told(fresh.judge(octets)) == ("not_valid", "authority.governance")


def test_not_yet_anchored(fresh: Scene) -> None:
    """An entry that no anchor covers yet is no verdict, not invalid; an unreachable chain likewise."""
    more = fresh.ledger.accept(fresh.ledger.fire_case(), "business-licence.pdf", "XF")
    assert isinstance(more, Written)
    octets = fresh.evidence(more.index).format()
    assert told(fresh.judge(octets)) == ("cannot_tell", "anchor.none")
    fresh.anchor()
    old = fresh.evidence(fresh.accepted.index)
    new = fresh.evidence(more.index)
    assert told(fresh.judge(new.format()))[0] == "valid"
    mixed = replace(new, anchor=old.anchor, statements=tuple(
        one for one in (*new.statements, *old.statements)
        if (one.envelope is not None and one.envelope.entry.kind == "anchor.seen") == (one in old.statements)
    ))  # fmt: skip
    assert told(fresh.judge(mixed.format())) == ("cannot_tell", "anchor.not_covering")
