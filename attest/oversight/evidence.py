# SPDX-License-Identifier: Apache-2.0
"""Puts an evidence file together: entries with proofs to one checkpoint, openings, live signed statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import bindparam, select

from attest.days import CHINA
from attest.errors import KeystoreError, VaultError
from attest.private import open_private
from attest.reading import Prepared
from attest.registry.model import GOVERNANCE, SERVICE
from attest.registry.repository import all_keys, key_by_address
from attest.statements import Entry, Envelope, sign_entry
from attest.tables import acceptances, departments, retractions
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
from attest.verify.statements import RETRACTED, STANDING, AnchorSeen, KeySpan, Snapshot, Status
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from datetime import date

    from attest.context import Context
    from attest.verify.statements import Says
    from attest.verify.trust import ChainTrust
    from ledger.proof import TlogProof
    from ledger.rows import Head
    from ledger.store import Store

LIFETIME: Final = 24 * 3600
"""Seconds for which a signed statement holds at most."""

_REGISTERED = Prepared(select(departments.c.idx).where(departments.c.code == bindparam("code")))
_ENDED = Prepared(
    select(retractions.c.idx, retractions.c.time).where(retractions.c.acceptance == bindparam("acceptance"))
)
_PERIOD = Prepared(
    select(acceptances.c.valid_from, acceptances.c.valid_until).where(
        acceptances.c.acceptance == bindparam("acceptance")
    )
)


class Proofs(Protocol):
    """Whoever proves entries in acknowledged heads."""

    def proof(self, index: int, head: Head, /) -> TlogProof:
        """The inclusion proof of an entry, with the head's signed checkpoint."""


class NoEvidenceError(LookupError):
    """Evidence is made for acceptances and reliances below the head, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where evidence comes from; `snapshot` is governance's own, where the service does not hold its key."""

    store: Store
    context: Context
    proofs: Proofs
    chain: ChainTrust | None
    snapshot: bytes | None = None


def build_evidence(index: int, sources: Sources, head: Head, now: int, *, reader: str | None) -> Evidence:
    """Evidence of the acceptance or reliance at `index`, as of an acknowledged head, at Unix second `now`.

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
        self._entries: list[Included] = []
        self._openings: list[Opening] = []
        self._private: list[Opened] = []
        self._statements: list[Unlogged] = []
        self._signers: dict[bytes, str] = {}

    def build(self, index: int) -> Evidence:
        subject = self._include(index, "subject")
        entry = subject.signed.entry
        if entry.kind not in SUBJECTS:
            raise NoEvidenceError("no evidence is made for entries of this kind")
        record = self._show(0, subject)
        accepted: Included | None = subject
        if entry.kind == RELIED:
            accepted = self._citation(record)
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
            self._open(at, "citation", record["acceptance"]["salt"], record["acceptance"]["leaf"])
        if self._reader is None or self._reader in {entry.issuer, entry.body.get("authority")}:
            self._private.append(Opened(at, salt, record))
        return record

    def _open(self, at: int, name: str, salt: str, value: str) -> None:
        self._openings.append(Opening(at, name, bytes.fromhex(salt), bytes.fromhex(value)))

    def _citation(self, record: dict[str, Any] | None) -> Included | None:
        if record is None:
            return None
        cited = self._include(record["acceptance"]["index"], "citation")
        self._show(len(self._entries) - 1, cited)
        return cited

    def _registry(self) -> None:
        """The founding, and the registration of everybody who signed an entry of this file."""
        self._include(0, "founding")
        codes = sorted(set(self._signers.values()) - {SERVICE})
        for code in codes:
            self._include(_REGISTERED.rows(self._store, code=code)[0][0], "department")
        for address in sorted(self._signers):
            key = key_by_address(address, self._store)
            if key is None or key.department == SERVICE:
                continue
            self._include(key.added, "key")
            if key.retired is not None and key.retired < self._head.size:
                self._include(key.retired, "retirement")
        spans = tuple(
            KeySpan(key.department, key.address, key.added, key.retired, key.compromised_since)
            for key in all_keys(self._store)
            if key.department in codes
        )
        if self._sources.snapshot is not None:
            self._statements.append(read_statement(self._sources.snapshot))
        else:
            self._state(GOVERNANCE, Snapshot(self._head.size, spans, self._now + LIFETIME))

    # Statements

    def _status(self, accepted: Included) -> None:
        """How the acceptance stands, signed by its department where the service keeps its key."""
        entry = accepted.signed.entry
        ended = _ENDED.rows(self._store, acceptance=entry.id)
        retracted = (int(ended[0][0]), int(ended[0][1])) if ended else None
        period = _PERIOD.rows(self._store, acceptance=entry.id) or [(None, None)]
        start, end = (_day(text) for text in period[0])
        expires = self._now + LIFETIME
        if end is not None:
            # A reader who does not look at the period must not believe a status beyond its end.
            expires = max(self._now, min(expires, _last_second(end)))
        self._state(
            entry.issuer,
            Status(
                leaf_hash(accepted.leaf),
                STANDING if retracted is None else RETRACTED,
                self._head.size,
                expires,
                start,
                end,
                retracted,
            ),
        )
        if retracted is not None and retracted[0] < self._head.size:
            self._show_retraction(retracted[0])

    def _show_retraction(self, index: int) -> None:
        at = len(self._entries)
        one = self._include(index, "retraction")
        if self._show(at, one) is None:  # without its opening it could not be tied to the acceptance
            del self._entries[at]

    def _state(self, issuer: str, says: Says) -> None:
        """Sign a statement, unless the issuer keeps its key itself or the key no longer counts."""
        try:
            signer = self._context.keys.signer(issuer)
        except KeystoreError:
            return
        key = key_by_address(signer.address, self._store)
        if key is None or key.retired is not None:
            return
        entry = Entry(
            id=self._context.random(16),
            kind=says.kind,
            log=self._context.log_id,
            issuer=issuer,
            time=self._now,
            body=says.body(),
        )
        self._statements.append(read_statement(sign_entry(entry, signer).canonical()))

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
                self._now + LIFETIME,
            ),
        )
        return Anchor(row.size, row.root, tuple(self._store.consistency(old, new)))


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _last_second(day: date) -> int:
    midnight = datetime.combine(day + timedelta(days=1), time(), CHINA)
    return int(midnight.timestamp()) - 1
