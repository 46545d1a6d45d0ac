# SPDX-License-Identifier: Apache-2.0
"""What is measured without HTTP: the audit, and the size of what is stored."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from api.trust_file import read_trust
from api.wiring import open_store
from attest.statements import Envelope
from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.note import NoteVerifier

if TYPE_CHECKING:
    from api.bench.floors import Measured
    from api.settings import Settings


def audit_rate(settings: Settings) -> Measured:
    """Entries a second of a whole audit in this process: tree, tables, every envelope and signature."""
    trust = read_trust(settings.trust_file)
    store = open_store(settings, read_only=True)
    try:
        began, cpu = time.monotonic(), time.process_time()
        report = audit(
            store, NoteVerifier.from_vkey(trust.log_key), trust.origin, check_leaf=_check_leaf, chain=None
        )
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    finally:
        store.close()
    if report.findings:
        raise RuntimeError(f"the audit of the measured log found {report.findings[0]}")
    return {
        "operations": float(report.entries),
        "rate": round(report.entries / seconds, 1),
        "cpu_us": round(cpu / report.entries * 1e6, 1),
    }


def _check_leaf(_index: int, leaf: bytes) -> str | None:
    try:
        Envelope.parse(leaf).check_signature()
    except LedgerError as error:
        return str(error)
    return None


def stored(settings: Settings) -> dict[str, Any]:
    """Entries, bytes of the database, and mean bytes of a leaf."""
    database = sqlite3.connect(f"file:{settings.home / 'ledger.db'}?mode=ro", uri=True)
    try:
        (pages,), (size,) = (
            database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
        )
        entries, leaf = database.execute("SELECT count(*), avg(length(leaf)) FROM entries").fetchone()
    finally:
        database.close()
    return {"entries": entries, "bytes": pages * size, "leaf": leaf}
