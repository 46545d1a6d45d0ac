# SPDX-License-Identifier: Apache-2.0
"""What is measured without HTTP: the audit, verdicts, and the size of what is stored."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from api.database import open_store
from api.trust_file import read_trust
from attest.statements import Envelope
from attest.verify import verify
from attest.verify.model import NOT_VALID
from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.secp256k1 import recover

if TYPE_CHECKING:
    from api.bench.floors import Measured
    from api.settings import Settings


def audit_rate(settings: Settings) -> Measured:
    """Entries a second of a whole audit in this process: tree, tables, every envelope and signature."""
    trust = read_trust(settings.trust_file)
    store = open_store(settings, read_only=True)
    try:
        began, cpu = time.monotonic(), time.process_time()
        report = audit(store, trust.log_keys, trust.origin, check_leaf=_check_leaf, chain=None)
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


def verify_rate(evidence: bytes, settings: Settings, seconds: float) -> Measured:
    """Verdicts a second over one evidence file, in this process, by the ledger's trust file alone."""
    trust = read_trust(settings.trust_file)
    now = int(time.time())
    verdict, count = verify(evidence, trust, now), 0
    began, cpu = time.monotonic(), time.process_time()
    while (spent := time.monotonic() - began) < seconds:
        recover.cache_clear()  # each verdict recovers its signatures, as the first one of a process does
        verdict = verify(evidence, trust, now)
        count += 1
    if verdict.verdict == NOT_VALID:
        raise RuntimeError(f"the measured evidence is not valid: {verdict.reason}")
    return {
        "operations": float(count),
        "rate": round(count / spent, 1),
        "cpu_us": round((time.process_time() - cpu) / count * 1e6, 1),
        "file_bytes": float(len(evidence)),
    }


def an_acceptance(settings: Settings) -> str:
    """Id of the newest acceptance, in hex."""
    database = sqlite3.connect(f"file:{settings.home / 'ledger.db'}?mode=ro", uri=True)
    try:
        newest = "SELECT acceptance FROM acceptances ORDER BY idx DESC LIMIT 1"
        return bytes(database.execute(newest).fetchone()[0]).hex()
    finally:
        database.close()


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
