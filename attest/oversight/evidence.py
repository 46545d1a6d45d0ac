# SPDX-License-Identifier: Apache-2.0
"""Puts an evidence file together: entries with proofs to one checkpoint, openings, live signed statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import bindparam, select

from attest.catalogue.repository import policy_index
from attest.errors import KeystoreError, VaultError
from attest.materials.repository import retraction_of
from attest.oversight.live import LIFETIME, kept_snapshot, kept_status, snapshot_at, status_at, unsigned
from attest.private import open_private
from attest.reading import Prepared
from attest.registry.model import GOVERNANCE, SERVICE
from attest.registry.repository import key_by_address, rotations
from attest.statements import Envelope, sign_entry
from attest.tables import departments
from attest.verify.evidence import (
    ACCEPTED,
    RELIED,
    SUBJECTS,
    Anchor,
    Evidence,
    Included,
    Opened,
    Opening,
    Unlogged,
    read_statement,
)
from attest.verify.statements import AnchorSeen
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from attest.context import Context
    from attest.verify.statements import Says
    from attest.verify.trust import ChainTrust
    from ledger.proof import TlogProof
    from ledger.rows import Head
    from ledger.store import Store

_ROTATIONS: Final = 16
"""Newest replacements of the log key whose entries are shown; governance's snapshot lists all of them."""
_REGISTERED = Prepared(select(departments.c.idx).where(departments.c.code == bindparam("code")))


class Proofs(Protocol):
    """Whoever proves entries in acknowledged heads."""

    def proof(self, index: int, head: Head, /) -> TlogProof:
        """The inclusion proof of an entry, with the head's signed checkpoint."""


class NoEvidenceError(LookupError):
    """Evidence is made for acceptances, reliances, re-asks and recorded mandates below the head alone."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where evidence comes from."""

    store: Store
    context: Context
    proofs: Proofs
    chain: ChainTrust | None


def build_evidence(index: int, sources: Sources, head: Head, now: int, *, reader: str | None) -> Evidence:
    """Evidence of what stands at `index`, as of an acknowledged head, at Unix second `now`.

    `reader` is the department that will have it, None an auditor: private records are shown to those who
    may read them; whether the reader may have this file at all, and its entry of use, are the door's.
    """
    if index >= head.size:
        raise NoEvidenceError("no such entry")
    return _Builder(sources, head, now, reader).build(index)


class _Builder:
    """One file in the making."""

    def __init__(self, sources: Sources, head: Head, now: int, reader: str | None) -> None:
        self._store, self._context = sources.store, sources.context
        self._sources, self._head, self._now, self._reader = sources, head, now, reader
        self._expires = now + LIFETIME
        self._entries: list[Included] = []
        self._openings: list[Opening] = []
        self._private: list[Opened] = []
        self._statements: list[Unlogged] = []
        self._signers: dict[bytes, str] = {}
        self._named: set[str] = set()

    def build(self, index: int) -> Evidence:
        subject = self._include(index, "subject")
        entry = subject.signed.entry
        if entry.kind not in SUBJECTS:
            raise NoEvidenceError("no evidence is made for entries of this kind")
        record = self._show(0, subject)
        accepted: Included | None = subject
        if entry.kind != ACCEPTED:
            accepted = self._citation(record)
        if entry.kind == RELIED:
            self._policy(str(entry.body["authority"]), str(entry.body["policy"]))
        if accepted is not None:
            self._status(accepted)
        self._registry()
        anchor = self._anchor(index)
        return Evidence(
            self._context.log_id,
            self._context.origin,
            0,
            tuple(self._entries),
            tuple(self._openings),
            tuple(self._private),
            tuple(self._statements),
            anchor,
        )

    # Entries

    def _include(self, index: int, role: str) -> Included:
        leaf = self._store.leaf(index)
        one = Included(index, leaf, self._sources.proofs.proof(index, self._head), role, Envelope.parse(leaf))
        self._entries.append(one)
        if one.signed.entry.issuer != GOVERNANCE:
            self._signers[one.signed.key] = one.signed.entry.issuer
        return one

    def _show(self, at: int, one: Included) -> dict[str, Any] | None:
        """Open what the reader needs of an entry; its record, or None where it was erased."""
        try:
            salt, record = open_private(one.index, self._store, self._context.sealer)
        except (LookupError, VaultError):
            return None
        entry = one.signed.entry
        if entry.kind == ACCEPTED:
            document = record["document"]
            self._open(at, "document", document["salt"], document["sha256"])
        else:
            for name, member in (("citation", "acceptance"), ("asked", "asked")):
                if member in record:
                    self._open(at, name, record[member]["salt"], record[member]["leaf"])
        makers = {entry.issuer, entry.body.get("authority"), entry.body.get("department")}
        if self._reader is None or self._reader in makers:
            self._private.append(Opened(at, salt, record))
        return record

    def _open(self, at: int, name: str, salt: str, value: str) -> None:
        self._openings.append(Opening(at, name, bytes.fromhex(salt), bytes.fromhex(value)))

    def _citation(self, record: dict[str, Any] | None) -> Included | None:
        if record is None or "acceptance" not in record:
            return None
        cited = self._include(record["acceptance"]["index"], "citation")
        self._show(len(self._entries) - 1, cited)
        return cited

    def _policy(self, authority: str, digest: str) -> None:
        """The publication of the policy cited, where it has one; governance tells that it was in force."""
        self._named.add(authority)
        found = policy_index(authority, bytes.fromhex(digest), self._store)
        if found is not None:
            self._include(found, "policy")

    def _registry(self) -> None:
        """The founding, the log's newer keys, and the registration of everybody who signed an entry here."""
        self._include(0, "founding")
        for rotation in [one for one in rotations(self._store) if one.index < self._head.size][-_ROTATIONS:]:
            self._include(rotation.index, "rotation")
        codes = sorted({*self._signers.values(), *self._named} - {SERVICE})
        for code in codes:
            self._include(_REGISTERED.rows(self._store, code=code)[0][0], "department")
        for address in sorted(self._signers):
            key = key_by_address(address, self._store)
            if key is None or key.department == SERVICE:
                continue
            self._include(key.added, "key")
            if key.retired is not None and key.retired < self._head.size:
                self._include(key.retired, "retirement")
        if not self._state(GOVERNANCE, snapshot_at(self._head.size, self._expires, self._store, codes)):
            self._keep(kept_snapshot(codes, self._store))

    # Statements

    def _status(self, accepted: Included) -> None:
        """How the acceptance stands, by its department: signed here, or as it was handed in."""
        entry, subject = accepted.signed.entry, leaf_hash(accepted.leaf)
        status = status_at(entry.id, subject, self._head.size, self._now, self._expires, self._store)
        if not self._state(entry.issuer, status):
            told = [one.index for one in (status.disputed, status.denied) if one is not None]
            self._keep(kept_status(subject, self._store, knows=max(told, default=-1)))
        ended = retraction_of(entry.id, self._store)
        if ended is not None and ended < self._head.size:
            self._show_retraction(ended)

    def _keep(self, one: Unlogged | None) -> None:
        if one is not None:
            self._statements.append(one)

    def _show_retraction(self, index: int) -> None:
        at = len(self._entries)
        one = self._include(index, "retraction")
        if self._show(at, one) is None:  # without its opening it could not be tied to the acceptance
            del self._entries[at]

    def _state(self, issuer: str, says: Says) -> bool:
        """Sign a statement; False where the issuer keeps its key itself, or the key no longer counts."""
        try:
            signer = self._context.keys.signer(issuer)
        except KeystoreError:
            return False
        key = key_by_address(signer.address, self._store)
        if key is None or key.retired is not None:
            return False
        entry = unsigned(says, issuer, self._now, self._context.log_id)
        self._statements.append(read_statement(sign_entry(entry, signer).canonical()))
        return True

    def _anchor(self, index: int) -> Anchor | None:
        chain, row = self._sources.chain, self._store.anchor_covering(index)
        if chain is None or row is None or row.contract != chain.contract:
            return None
        old, new = sorted((row.size, self._head.size))
        self._state(
            SERVICE,
            AnchorSeen(
                chain.chain_id,
                chain.contract,
                chain.code_hash,
                row.size,
                row.root,
                row.block,
                row.block_hash,
                row.tx,
                row.time,
                self._expires,
            ),
        )
        return Anchor(row.size, row.root, tuple(self._store.consistency(old, new)))
