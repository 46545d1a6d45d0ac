# SPDX-License-Identifier: Apache-2.0
"""The audit: recompute the whole log from entry 0 and name what does not fit.

Reads only, one tile at a time; runs on a live log (judging it at the size it had) or on a copy.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.eip712 import checkpoint_digest
from ledger.errors import FormatError, SignatureError
from ledger.hashing import HASH_SIZE, leaf_hash
from ledger.rawreads import RawReads, only_bytes
from ledger.rightedge import WIDTH, RightEdge, tile_levels
from ledger.secp256k1 import recover

if TYPE_CHECKING:
    from ledger.note import NoteVerifying
    from ledger.rows import Published
    from ledger.store import Store

CheckLeaf = Callable[[int, bytes], str | None]
"""The meaning layer's judgement of a leaf: None, or what is wrong with it."""

MOST: Final = 100
"""Findings of one code that are listed one by one; the rest is counted."""


_UNKNOWN_ID: Final = bytes(16)
"""Stands for the id of an entry that is missing."""


class Finding(NamedTuple):
    """What is wrong: a stable code, the entry's index or the tree's size if it has one, and a sentence."""

    code: str
    entry: int | None
    size: int | None
    text: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All findings (none: the log is sound), how many entries were hashed, and in what time."""

    findings: tuple[Finding, ...]
    entries: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class ChainRoots:
    """Roots by size that the contract holds, and the size of its head."""

    size: int
    roots: Mapping[int, bytes]


class ChainSigner(NamedTuple):
    """Who signs checkpoints for the chain: the log id (32 bytes) of the domain, the address (20) by size."""

    log_id: bytes
    address_at: Callable[[int], bytes]


class _Claim(NamedTuple):
    """Somebody's word that `size` entries had `root`."""

    size: int
    root: bytes
    code: str
    who: str


def audit(
    store: Store,
    verifier: NoteVerifying,
    origin: str,
    *,
    check_leaf: CheckLeaf | None = None,
    entry_id_of: Callable[[bytes], bytes] | None = None,
    chain: ChainRoots | None = None,
    notes: Sequence[bytes] = (),
    signer: ChainSigner | None = None,
) -> AuditReport:
    """Audit `store` against its published checkpoints, the chain, and signed `notes` kept elsewhere.

    `entry_id_of` recomputes a leaf's entry id; `signer` is whose signatures for the chain stand beside the
    checkpoints.
    """
    started = time.monotonic()
    run = _Audit(store, verifier, origin, check_leaf, entry_id_of, signer)
    run.collect_claims(chain, notes)
    run.read_entries()
    run.check_edge()
    run.check_ids()
    run.check_extras()
    return AuditReport(run.listed(), run.head.size, time.monotonic() - started)


class _Audit:
    def __init__(
        self,
        store: Store,
        verifier: NoteVerifying,
        origin: str,
        check_leaf: CheckLeaf | None,
        entry_id_of: Callable[[bytes], bytes] | None,
        signer: ChainSigner | None,
    ) -> None:
        self.store = store
        self.verifier = verifier
        self.origin = origin
        self.check_leaf = check_leaf
        self.entry_id_of = entry_id_of
        self.signer = signer
        self.raw = RawReads(store)
        self.head, self.partial = self.raw.head_and_edge()
        self.claims: dict[int, list[_Claim]] = {}
        self.ids = bytearray(16 * self.head.size) if entry_id_of else None
        # Two trees: of what the entries hash to, and of what the tiles hold. They part at the first
        # mismatch; the signed roots then say which of the two was changed.
        self.computed = RightEdge.empty()
        self.stored: RightEdge | None = None
        self.agreed = 0
        self.disputed = False
        self.found: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def find(self, code: str, text: str, *, entry: int | None = None, size: int | None = None) -> None:
        """Keep a finding; beyond the first hundred of a code only the number."""
        self.counts[code] += 1
        if self.counts[code] <= MOST:
            self.found.append(Finding(code, entry, size, text))

    def listed(self) -> tuple[Finding, ...]:
        """All findings, and how many of a code were left out."""
        more = [
            Finding(code, None, None, f"and {count - MOST} more")
            for code, count in self.counts.items()
            if count > MOST
        ]
        return (*self.found, *more)

    # Claims

    def collect_claims(self, chain: ChainRoots | None, notes: Sequence[bytes]) -> None:
        """Everybody's word on sizes and roots, in order of size; a bad signature is a finding."""
        claims: list[_Claim] = []
        for row in self.store.checkpoints():
            self._check_note(only_bytes(row.note), row.size, row.root)
            if self.signer is not None and row.evm_signature is not None:
                self._check_for_chain(self.signer, row)
            claims.append(_Claim(row.size, row.root, "checkpoint", "the published checkpoint"))
        for note in notes:
            opened = self._open(note)
            if isinstance(opened, Checkpoint):
                claims.append(_Claim(opened.size, opened.root, "note", "a signed checkpoint kept elsewhere"))
            else:
                self.find("note.signature", f"a checkpoint kept elsewhere is not the log's: {opened}")
        if chain is not None:
            claims += [_Claim(size, root, "chain", "the chain") for size, root in chain.roots.items()]
            if chain.size > self.head.size:
                text = f"the chain holds {chain.size} entries, the log {self.head.size}"
                self.find("chain.ahead", text, size=chain.size)
        # A live log may have grown since its head was read; what is ahead of it now was taken away.
        now = self.store.head().size
        for claim in sorted(claims):
            if claim.size <= self.head.size:
                self.claims.setdefault(claim.size, []).append(claim)
            elif claim.size > now and claim.code != "chain":
                text = f"{claim.who} has {claim.size} entries, the log {now}"
                self.find(f"{claim.code}.ahead", text, size=claim.size)

    def _check_note(self, note: bytes, size: int, root: bytes) -> None:
        opened = self._open(note)
        if isinstance(opened, str):
            self.find(
                "checkpoint.signature", f"the checkpoint of size {size} is not signed: {opened}", size=size
            )
        elif (opened.size, opened.root) != (size, root):
            text = f"the checkpoint row of size {size} is not what its note says (size {opened.size})"
            self.find("checkpoint.row", text, size=size)

    def _check_for_chain(self, signer: ChainSigner, row: Published) -> None:
        try:
            by = recover(
                checkpoint_digest(signer.log_id, row.size, only_bytes(row.root)),
                only_bytes(row.evm_signature),
            )
        except (FormatError, SignatureError, ValueError):
            by = b""
        if by != signer.address_at(row.size):
            text = f"the signature for the chain of size {row.size} is not by the log's checkpoint signer"
            self.find("checkpoint.chain_signature", text, size=row.size)

    def _open(self, note: bytes) -> Checkpoint | str:
        try:
            return open_checkpoint(note, self.verifier, self.origin)
        except (FormatError, SignatureError) as error:
            return str(error)

    # Entries and tiles

    def read_entries(self) -> None:
        """Hash every entry, compare with its tile, and the trees with every claim on the way."""
        self._judge(0)
        size = self.head.size
        for start in range(0, size, WIDTH):
            stop = min(start + WIDTH, size)
            computed, stored = self._tile(start, stop)
            at = start
            for claimed in [size for size in range(start + 1, stop + 1) if size in self.claims]:
                self._grow(computed, stored, at, claimed, start)
                self._judge(claimed)
                at = claimed
            self._grow(computed, stored, at, stop, start)

    def _tile(self, start: int, stop: int) -> tuple[list[bytes], list[bytes]]:
        """Hashes of a tile's entries as computed and as stored; where one is missing the other stands in."""
        rows = self.raw.leaves(start, stop)
        held = self._held(start, stop)
        computed: list[bytes] = []
        stored: list[bytes] = []
        for index in range(start, stop):
            leaf = rows.get(index)
            at = (index - start) * HASH_SIZE
            kept = held[at : at + HASH_SIZE] if held is not None else None
            if leaf is None:
                self.find("entry.missing", f"entry {index} is missing", entry=index)
                value = kept if kept is not None else bytes(HASH_SIZE)
            else:
                value = leaf_hash(leaf)
                if kept is not None and kept != value:
                    self.find(
                        "entry.mismatch", f"entry {index} does not hash to its tile's leaf hash", entry=index
                    )
                self._check_meaning(index, leaf)
            computed.append(value)
            stored.append(kept if kept is not None else value)
        return computed, stored

    def _held(self, start: int, stop: int) -> bytes | None:
        """The stored hashes of these leaves; None, and a finding, if the tile is missing or too short."""
        number, width = start // WIDTH, stop - start
        held = self.raw.tile(0, number) if width == WIDTH else self.partial.get(0)
        if held is None or len(held) != width * HASH_SIZE:
            self.find("tile.missing", f"hash tile 0/{number} is missing or short", size=stop)
            return None
        return held

    def _check_meaning(self, index: int, leaf: bytes) -> None:
        if self.ids is not None and self.entry_id_of is not None:
            try:
                self.ids[16 * index : 16 * index + 16] = self.entry_id_of(leaf)[:16]
            except FormatError as error:
                self.find("entry.meaning", f"entry {index}: {error}", entry=index)
        if self.check_leaf is not None and (wrong := self.check_leaf(index, leaf)) is not None:
            self.find("entry.meaning", f"entry {index}: {wrong}", entry=index)

    def _grow(self, computed: list[bytes], stored: list[bytes], at: int, stop: int, start: int) -> None:
        """Append the hashes of entries `at` to `stop - 1` to both trees, and compare the tiles they fill."""
        mine, theirs = computed[at - start : stop - start], stored[at - start : stop - start]
        if self.stored is None and mine != theirs:
            self.stored = self.computed.copy()
        full = self.computed.extend(mine)
        if self.stored is not None:
            full = self.stored.extend(theirs)
        for level, number, hashes in full:
            if level and self.raw.tile(level, number) != hashes:
                text = f"hash tile {level}/{number} is missing or not what the tiles below it give"
                self.find("tile.damaged", text, size=stop)

    def _judge(self, size: int) -> None:
        """Compare all claims of this size with the trees; only the first dispute is new information."""
        roots = {tree.root() for tree in (self.computed, self.stored) if tree is not None}
        for claim in self.claims.get(size, ()):
            if claim.root in roots:
                if not self.disputed:
                    self.agreed = size
            elif not self.disputed or claim.code == "chain":
                self.disputed = True
                text = (
                    f"{claim.who} of size {size} has another root:"
                    f" an entry from {self.agreed} to {size - 1} is not what was signed"
                )
                self.find(f"{claim.code}.root", text, size=size)

    # Edge, ids, extras

    def check_edge(self) -> None:
        """Compare the stored edge and head with the tree of the stored tiles."""
        tree = self.stored or self.computed
        for level in range(1, tile_levels(self.head.size)):
            if self.partial.get(level, b"") != tree.hashes(level):
                text = f"the edge of level {level} is not what the tiles below it give"
                self.find("edge.damaged", text, size=self.head.size)
        if self.head.root not in {tree.root(), self.computed.root()}:
            self.find("head.root", f"the head of size {self.head.size} has another root", size=self.head.size)

    def check_ids(self) -> None:
        """Every entry has exactly one id row, and (where ids can be recomputed) the right one."""
        size = self.head.size
        seen = bytearray(size)
        for key, index in self.raw.entry_ids():
            if not 0 <= index < size:
                continue
            seen[index] = min(seen[index] + 1, 2)
            if self.ids is not None and self.ids[16 * index : 16 * index + 16] not in (key, _UNKNOWN_ID):
                self.find("entry_id.wrong", f"the id stored for entry {index} is not its own", entry=index)
        for count, code, text in ((0, "entry_id.missing", "no id"), (2, "entry_id.twice", "two ids")):
            at = seen.find(count)
            while at >= 0:
                self.find(code, f"entry {at} has {text}", entry=at)
                at = seen.find(count, at + 1)

    def check_extras(self) -> None:
        """Rows beyond the head, each read together with the head of that moment."""
        for index in self.raw.beyond_head("entries", MOST):
            self.find("entry.extra", f"entry {index} is beyond the head", entry=index)
        for index in self.raw.beyond_head("entry_ids", MOST):
            self.find("entry_id.extra", f"an id names entry {index}, beyond the head", entry=index)
        for level, number in self.raw.tiles_beyond_head(MOST):
            self.find("tile.extra", f"hash tile {level}/{number} is beyond the head")
