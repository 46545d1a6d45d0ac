# SPDX-License-Identifier: Apache-2.0
"""What a home holds, beside what its clients were promised: read from its files while nothing writes."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Final

from api.bench.world import CODE
from api.settings import Settings
from api.trust_file import pins_of, read_trust
from attest.context import Context
from attest.keyfiles import read_kek, read_lookup_keys, read_passphrase
from attest.keys import KeyRing
from attest.materials.repository import upload_of
from attest.sealing import Sealer
from attest.statements import Envelope
from attest.vault import Vault
from ledger.audit import audit
from ledger.chain.client import Web3Chain
from ledger.chain.contract import CheckpointContract
from ledger.chain.engine import AnvilEngine
from ledger.hashing import leaf_hash, sha256
from ledger.merkle import verify_consistency
from ledger.note import NoteVerifier
from ledger.proof import TlogProof, verify_tlog_proof
from ledger.store import Store
from tests.faults.service_load import Book

_ANCHORED: Final = "SELECT coalesce(max(size), 0) FROM anchors WHERE NOT withdrawn"


class Truth:
    """The files of one home over all runs; remembers every head that was promised or published."""

    def __init__(self, settings: Settings, engine: AnvilEngine) -> None:
        self.settings = settings
        self.chain = Web3Chain(engine.url)
        trust = read_trust(self.settings.trust_file)
        self.origin = trust.origin
        self.verifier = NoteVerifier.from_vkey(trust.log_key)
        kek = read_kek(self.settings.kek_file)
        sealer = Sealer(kek.key, kek.version)
        self.vault = Vault(self.settings.vault, sealer)
        lookup = read_lookup_keys(self.settings.lookup_key_file)
        ring = KeyRing(self.settings.keys_folder, read_passphrase(self.settings.passphrase_file), demo=True)
        self.context = Context(trust.log, trust.origin, "demo", lookup, sealer, ring)
        self.heads: dict[int, bytes] = {}
        self.published: set[int] = set()
        self.proven: set[str] = set()
        self.stored: set[str] = set()

    def examine(self, book: Book) -> int:
        """Everything promised is where it was promised and nothing went back; the size of the log."""
        assert book.refusals == []
        assert book.moved == []
        store = Store(self.settings.database_url)
        try:
            before = max(self.heads, default=0)
            given = {before, *self._promised(store, book), *self._published(store)}
            head = store.head()  # after them: what serves may write meanwhile
            assert head.halt is None
            seen = {*given, head.size} - {0}
            assert head.size == max(seen), "the log is shorter than a head that was given out"
            self._saw(head.size, head.root)
            sizes = sorted(seen)
            for old, new in pairwise(sizes):
                verify_consistency(old, self.heads[old], new, self.heads[new], store.consistency(old, new))
            self._look_at_chain(store)
            self._look_into_vault(store, book)
            return head.size
        finally:
            store.close()

    def _saw(self, size: int, root: bytes) -> None:
        assert self.heads.setdefault(size, root) == root, f"two roots were given for size {size}"

    def _promised(self, store: Store, book: Book) -> set[int]:
        """Every entry stands at its index; sizes of the heads in receipts not seen before."""
        sizes = set()
        for key, (request, promise) in book.entries.items():
            leaf = store.leaf(promise.index)
            assert leaf_hash(leaf) == promise.leaf, f"{request.kind} {promise.index} was promised"
            if key not in self.proven:
                proof = TlogProof.parse(promise.proof)
                assert proof.index == promise.index
                checkpoint = verify_tlog_proof(proof, leaf, self.verifier, self.origin)
                self._saw(checkpoint.size, checkpoint.root)
                sizes.add(checkpoint.size)
                self.proven.add(key)
        indexes = [promise.index for _, promise in book.entries.values()]
        assert len(set(indexes)) == len(indexes), "two requests were given one entry"
        for index in book.looked_up:
            assert store.leaf(index)
        return sizes

    def _published(self, store: Store) -> set[int]:
        """No published checkpoint is gone; sizes of the new ones."""
        now = {one.size for one in store.checkpoints()}
        assert now >= self.published
        for one in store.checkpoints():
            self._saw(one.size, one.root)
        new, self.published = now - self.published, now
        return new

    def _look_at_chain(self, store: Store) -> None:
        """The contract's head, where there is a contract, is a prefix of the log."""
        pins = pins_of(read_trust(self.settings.trust_file))
        if pins is not None:
            contract = CheckpointContract(self.chain, pins.contract)
            head = contract.head(self.chain.latest())
            assert head.size <= store.head().size, "the chain is ahead of the log"
            assert head.root == store.root_at(head.size)

    def _look_into_vault(self, store: Store, book: Book) -> None:
        """Every upload that was acknowledged can be read back, byte for byte."""
        for digest in book.uploads.keys() - self.stored:
            upload = upload_of(CODE, bytes.fromhex(digest), store, self.context)
            assert upload is not None, "an acknowledged upload is gone"
            with self.vault.open(upload.document) as reader:
                assert sha256(b"".join(reader)).hex() == digest
            self.stored.add(digest)

    def settle(self, book: Book) -> None:
        """Once every request was answered: each has one entry, and a whole audit finds nothing."""
        assert not book.open
        store = Store(self.settings.database_url)
        try:
            size = store.head().size
            kinds = [Envelope.parse(leaf).entry.kind for leaf in store.leaves(0, size)]
            assert kinds.count("material.accepted") == len(book.entries), "an acceptance stands twice"
            report = audit(store, self.verifier, self.origin)
            assert report.ok, report.findings
        finally:
            store.close()

    def anchored(self, size: int, seconds: float) -> float:
        """Wait until that many entries are anchored; how long it took."""
        store, begun = Store(self.settings.database_url), time.monotonic()
        try:
            while store.query_raw(_ANCHORED)[0][0] < size:
                waited = time.monotonic() - begun
                assert waited < seconds, f"{size} entries are not anchored after {waited:.1f} s"
                time.sleep(0.05)
            return time.monotonic() - begun
        finally:
            store.close()

    def anchored_size(self) -> int:
        """Anchored entries now."""
        store = Store(self.settings.database_url)
        try:
            return int(store.query_raw(_ANCHORED)[0][0])
        finally:
            store.close()

    def size(self) -> int:
        """Committed entries now."""
        store = Store(self.settings.database_url)
        try:
            return store.head().size
        finally:
            store.close()
