# SPDX-License-Identifier: Apache-2.0
"""T57: a department's friend purges what speaks against it; entry, table and silence are each found out."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from attest.reask.commands import Receive
from attest.reask.replay import replay
from attest.reask.repository import all_reasks
from ledger.audit import audit
from ledger.store import Store
from tests.attest_parts import a_ledger
from tests.builders import ORIGIN, a_signer
from tests.tampering import change, rebuild

if TYPE_CHECKING:
    from pathlib import Path


def test_a_purged_re_ask_is_found_out(tmp_path: Path) -> None:
    """Deleted, emptied or rolled up in a new tree the audit fails; hidden in the table, the replay does."""
    with a_ledger(tmp_path) as ledger:
        ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
        ledger.clock[0] += 3600
        paper = ledger.acceptance(ledger.tobacco_case(), "business-licence.pdf", "YC")
        ledger.act(Receive(ledger.catalogue), paper, "YC")
        told = all_reasks(ledger.log.store)
        assert [(one.department, one.source) for one in told] == [("YC", "receipt")]
        at, context, catalogue = told[0].index, ledger.context, ledger.catalogue
        published = ledger.log.writer.acknowledged
    database = tmp_path / "ledger.db"
    assert sound(database)
    whole = database.read_bytes()

    change(database, f"DELETE FROM entries WHERE idx = {at}")
    assert not sound(database)
    database.write_bytes(whole)
    change(database, f"UPDATE entries SET leaf = X'00' WHERE idx = {at}")
    assert not sound(database)

    database.write_bytes(whole)
    change(database, f"DELETE FROM entries WHERE idx = {at}")  # it was the last: nothing has to move up
    rebuild(database)
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        assert store.head().size == at < published.size  # the marked head is ahead: read-only, and why

    database.write_bytes(whole)
    change(database, "DELETE FROM reasks")
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        done = replay(store, context, catalogue, lambda _: None)
    assert done.missing == [at - 1]


def sound(database: Path) -> bool:
    """Whether an audit of a copy finds nothing wrong in the tree."""
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        found = audit(store, a_signer().verifier(), ORIGIN).findings
    return not [one for one in found if one.code.startswith("entry") or one.code.startswith("tree")]
