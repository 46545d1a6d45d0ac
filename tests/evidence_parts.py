# SPDX-License-Identifier: Apache-2.0
"""Evidence from a real ledger beside a chain in memory, and tools to damage it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from api.receipts import Receipts
from attest.catalogue.repository import latest_version
from attest.materials.commands import Accept
from attest.materials.repository import acceptance_by_id
from attest.oversight.evidence import Sources, build_evidence
from attest.statements import Entry, sign_entry
from attest.verify import ChainTrust, Evidence, Trust, Verdict, verify
from attest.verify.evidence import DENIED_VERSION, LATER_VERSION, VERSION
from attest.verify.model import CHECKS, OFFLINE
from attest.verify.reasons import REASONS
from ledger.canonical import dump
from ledger.chain.accounts import ChainAccount
from ledger.chain.anchor import AnchorTerms, AnchorWorker
from ledger.chain.contract import Founding
from ledger.chain.fake import FakeChain
from ledger.chain.founding import Pins, found
from ledger.chain.log_view import StoreAnchorLog
from ledger.commands import NewLeaf
from ledger.note import decode_base64, encode_base64
from ledger.publisher import Publisher
from tests.attest_context import a_key
from tests.attest_parts import NOW, Meaning, a_ledger
from tests.builders import ORIGIN, Append, a_signer
from tests.chain_parts import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attest.acts import Written
    from attest.verify.statements import Says
    from ledger.chain.protocol import CheckpointChain
    from ledger.secp256k1 import Secp256k1Signer

LICENCE = "business-licence.pdf"


@dataclass
class Scene:
    """XF accepted a licence, SC relied on it by a policy of its own; both are anchored.

    `pins` are of a chain where one is founded.
    """

    ledger: Meaning
    chain: CheckpointChain = field(default_factory=FakeChain)
    pins: Pins | None = None
    now: int = NOW
    accepted: Written = field(init=False)
    relied: Written = field(init=False)
    digest: bytes = field(init=False)
    _account: ChainAccount = field(default_factory=ChainAccount.fresh)

    def __post_init__(self) -> None:
        ledger = self.ledger
        ledger.clock[0] = self.now
        case_no = ledger.fire_case()
        record = ledger.acceptance(case_no, LICENCE, "XF")
        self.digest = record.document.sha256
        if latest_version("policy", "SC", ledger.log.store) is None:  # a second scene on one ledger
            ledger.publish_policy("SC", {"max_age_days": 730})
        self.accepted = ledger.act(Accept(ledger.catalogue), record, "XF")
        self.relied = ledger.rely(ledger.food_case(), "licence", self.accepted, "SC-002", "SC")
        self.publish()
        if self.pins is None:
            self.pins = self._found()
        ledger.fire_case()
        self.anchor()
        ledger.fire_case()

    def _found(self) -> Pins:
        admin, head = ChainAccount.fresh(), self.ledger.log.writer.acknowledged
        signer = a_key("checkpoint").address
        founding = Founding(self.ledger.context.log_id, head.size, head.root, signer, admin.address)
        return found(self.chain, admin, founding, self._account.address, PATIENCE).pins

    def publish(self) -> None:
        """Sign and store the head."""
        log, context = self.ledger.log, self.ledger.context
        Publisher(
            log.writer, log.store, a_signer(), a_key("checkpoint"), context.log_id, ORIGIN, lambda: self.now
        ).publish_once()

    def anchor(self) -> None:
        """Publish the head and bring it to the chain."""
        self.publish()
        assert self.pins is not None
        view = StoreAnchorLog(self.ledger.log.store)
        worker = AnchorWorker(view, self.chain, self.pins, self._account, AnchorTerms(patience=PATIENCE))
        size = self.ledger.size
        for _ in range(8):
            worker.turn()
            last = view.last_anchor(self.pins.contract)
            if last is not None and last.size >= size:
                return
        raise AssertionError("the chain in memory did not take the head")

    @property
    def chain_trust(self) -> ChainTrust:
        pins = self.pins
        assert pins is not None
        return ChainTrust(pins.chain_id, pins.contract, pins.code_hash, pins.genesis_size, pins.genesis_root)

    @property
    def trust(self) -> Trust:
        """What a careful outsider believes of this ledger."""
        return Trust(
            origin=ORIGIN,
            log=self.ledger.context.log_id,
            log_key=a_signer().verifier().vkey(),
            checkpoint_signer=a_key("checkpoint").address,
            governance=a_key("governance").address,
            service=a_key("service").address,
            profile="demo",
            chain=self.chain_trust,
        )

    def evidence(self, index: int, *, reader: str | None = None) -> Evidence:
        """Evidence of an entry as of the head."""
        store, context = self.ledger.log.store, self.ledger.context
        sources = Sources(store, context, Receipts(store, a_signer(), ORIGIN), self.chain_trust)
        return build_evidence(
            index, sources, self.ledger.log.writer.acknowledged, self.ledger.clock[0], reader=reader
        )

    def judge(self, octets: bytes, **more: Any) -> Verdict:
        """The offline verdict of an outsider at the ledger's time."""
        trust = more.pop("trust", self.trust)
        now = more.pop("now", self.ledger.clock[0])
        return verify(octets, trust, now, **{"profile": OFFLINE, **more})

    def entry(self, issuer: str = "XF", **more: Any) -> Entry:
        """An acceptance that nobody's rules have seen."""
        row = acceptance_by_id(self.accepted.id, self.ledger.log.store)
        assert row is not None
        values: dict[str, Any] = {
            "id": self.ledger.context.random(16),
            "kind": "material.accepted",
            "log": self.ledger.context.log_id,
            "issuer": issuer,
            "time": self.now,
            "body": {"assurance": "original", "authority": issuer, "type": row.type},
        }
        return Entry(**{**values, **more})

    def smuggle(self, leaf: bytes) -> int:
        """Have an operator without scruples put any bytes into the log, and anchor them."""
        index = self.ledger.size
        self.ledger.log.writer.submit_wait(Append([NewLeaf(self.ledger.context.random(32), leaf)]))
        self.anchor()
        return index

    def state(self, says: Says, issuer: str, *, key: Secp256k1Signer | None = None, **more: Any) -> str:
        """A statement as it stands in a file, signed by the issuer's key or another."""
        entry = Entry(
            **{
                "id": bytes(16),
                "kind": says.kind,
                "log": self.ledger.context.log_id,
                "issuer": issuer,
                "time": self.now,
                "body": says.body(),
                **more,
            }
        )
        return encode_base64(sign_entry(entry, key or a_key(issuer)).canonical())


def a_scene(folder: Path) -> Scene:
    """The demo's ledger with an acceptance and a reliance, anchored on a chain in memory."""
    return Scene(a_ledger(folder))


def altered(octets: bytes, change: Callable[[Any], object]) -> bytes:
    """The file with its JSON changed, canonical again."""
    document = json.loads(octets)
    change(document)
    return dump(document, max_depth=24)


def entry_of(document: Any, role: str) -> Any:
    """The first entry of that role in a file's JSON."""
    return next(one for one in document["entries"] if one["role"] == role)


def position(document: Any, kind: str) -> int:
    """Where a file's statement of that kind stands."""
    for at, text in enumerate(document["statements"]):
        if json.loads(decode_base64(text))["entry"]["kind"] == kind:
            return at
    raise LookupError(kind)


def says(evidence: Evidence, kind: str) -> Any:
    """What the file's statement of that kind says."""
    return next(one.says for one in evidence.statements if one.says is not None and one.says.kind == kind)


def restated(scene: Scene, octets: bytes, kind: str, issuer: str, **changes: Any) -> bytes:
    """The file with a statement that says something else, signed anew by its issuer."""
    key, more = changes.pop("key", None), changes.pop("entry", {})
    told = replace(says(Evidence.parse(octets), kind), **changes)
    text = scene.state(told, issuer, key=key, **more)

    def change(document: Any) -> None:
        document["statements"][position(document, kind)] = text
        if kind != "acceptance.status":
            return
        later = LATER_VERSION if told.superseded or told.disputed else VERSION
        document["v"] = DENIED_VERSION if told.denied else later

    return altered(octets, change)


def flipped(text: str, at: int = -1, mask: int = 1) -> str:
    """Base64 of the bytes with one bit turned."""
    octets = bytearray(decode_base64(text))
    octets[at] ^= mask
    return encode_base64(bytes(octets))


def told(verdict: Verdict) -> tuple[str, str]:
    """Verdict and reason, once every check stands in order and every reason has its words."""
    assert tuple(one.name for one in verdict.checks) == CHECKS
    for code in (verdict.reason, *(one.reason for one in verdict.checks)):
        assert all((REASONS[code].zh, REASONS[code].en))
        assert bool(REASONS[code].next_zh) == bool(REASONS[code].next_en)
    return verdict.verdict, verdict.reason


def state_of(verdict: Verdict, name: str) -> tuple[str, str]:
    """State and reason of one check."""
    return next((one.state, one.reason) for one in verdict.checks if one.name == name)
