# SPDX-License-Identifier: Apache-2.0
"""What the audit says of an entry whose hash is right and whose words are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from api.auditing import LeafJudge, known_acts
from api.wiring import open_ledger
from attest.statements import SUITE, Entry, Envelope, sign_entry
from ledger.canonical import dump
from ledger.commands import Decision, NewLeaf
from ledger.secp256k1 import Secp256k1Signer
from tests.homes import register, settings_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from api.wiring import Ledger
    from ledger.commands import View

pytest_plugins = ["tests.home_parts"]
STRANGER = Secp256k1Signer(b"\5" * 32)


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    """A started ledger with one department."""
    opened = open_ledger(settings_of(home))
    opened.start()
    register(opened, "D990051")
    yield opened
    opened.close()


@dataclass(frozen=True)
class Place:
    """Append a leaf without asking anybody, as somebody with the database in hand could."""

    leaf: bytes
    entry_id: None = None
    request: None = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = field(default=(b"any",))

    def decide(self, view: View) -> Decision[None]:
        return Decision(leaves=(NewLeaf(bytes([view.next_index]) * 32, self.leaf),))


def an_entry(ledger: Ledger, kind: str = "key.shown", issuer: str = "service", **more: object) -> Entry:
    """An entry of this log."""
    stated = {"log": ledger.context.log_id, "v": 1, "private": None, **more}
    return Entry(id=bytes(16), kind=kind, issuer=issuer, time=5, body={}, suite=SUITE, **stated)  # type: ignore[arg-type]  # the members that a test replaces


def judged(ledger: Ledger, leaf: bytes | None = None) -> tuple[list[str], LeafJudge]:
    """What the judge says of all entries, after this leaf was placed."""
    if leaf is not None:
        ledger.writer.submit_wait(Place(leaf))
    judge = LeafJudge(ledger.trust, ledger.store, ledger.context.sealer)
    leaves = ledger.store.leaves(0, ledger.store.head().size)
    said = [judge.check(index, leaf) for index, leaf in enumerate(leaves)]
    return [text for text in said if text is not None], judge


def test_a_sound_log_has_no_findings(ledger: Ledger) -> None:
    """Founding and governance by the rules leave nothing to say."""
    said, judge = judged(ledger)
    assert said == []
    assert judge.findings(ledger.store.head().size) == []
    assert (judge.unjudged.entries, judge.unjudged.private) == (0, 0)


def test_a_foreign_key_is_named(ledger: Ledger) -> None:
    """An entry signed well by a key that nobody registered is not the issuer's."""
    said, _ = judged(ledger, sign_entry(an_entry(ledger), STRANGER).canonical())
    assert said == ["its key was not service's"]


def test_a_wrong_signature_is_named(ledger: Ledger) -> None:
    """A signature over other words is found, whatever key it names."""
    signed = sign_entry(an_entry(ledger), STRANGER)
    service = ledger.context.keys.signer("service").address
    said, _ = judged(ledger, Envelope(signed.entry, service, signed.sig).canonical())
    assert said == ["its signature is not by the key that it names"]


def test_another_logs_entry_is_named(ledger: Ledger) -> None:
    """An entry of another log is no entry of this one."""
    entry = an_entry(ledger, log=b"\7" * 32)
    said, _ = judged(ledger, sign_entry(entry, ledger.context.keys.signer("service")).canonical())
    assert said == ["it names another log"]


def test_bytes_that_are_no_entry_are_named(ledger: Ledger) -> None:
    """A leaf that is not canonical JSON of an envelope is said to be none."""
    said, _ = judged(ledger, dump({"entry": {}}))
    assert len(said) == 1
    assert said[0].startswith("FormatError")


def test_a_missing_private_record_is_named(ledger: Ledger) -> None:
    """An entry whose private record is gone cannot be opened, and that is a finding."""
    entry = an_entry(ledger, "usage.read", private=b"\1" * 32)
    said, _ = judged(ledger, sign_entry(entry, ledger.context.keys.signer("service")).canonical())
    assert len(said) == 1
    assert "no private record" in said[0]


def test_an_unknown_kind_is_left_open(ledger: Ledger) -> None:
    """A kind of a newer program is not judged, and counted as such."""
    said, judge = judged(
        ledger, sign_entry(an_entry(ledger), ledger.context.keys.signer("service")).canonical()
    )
    assert said == []
    assert judge.unjudged.entries == 1


def test_a_key_slipped_into_the_tables_is_found(ledger: Ledger) -> None:
    """A key that no entry added stands out, though it may sign nothing that the audit takes."""
    ledger.store.query(
        "INSERT INTO department_keys VALUES (:address, 'D990051', 1, 'service')",
        {"address": STRANGER.address},
    )
    _, judge = judged(ledger)
    assert [finding.code for finding in judge.findings(2)] == ["key.projection"]


def test_every_kind_has_one_reader() -> None:
    """Kinds are read by the act that writes them."""
    assert {kind: act.kind for kind, act in known_acts().items()} == {kind: kind for kind in known_acts()}
