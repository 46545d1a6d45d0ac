# SPDX-License-Identifier: Apache-2.0
"""T57: a friend purges what speaks against somebody: who looked, who asked in vain. Each way is found out."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.operation.rebuild import rebuild as derive_again
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

    from tests.attest_parts import Meaning


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
    _assert_purges_show(database, at, published.size)
    whole = database.read_bytes()
    change(database, "DELETE FROM reasks")
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        done = replay(store, context, catalogue, lambda _: None)
    assert done.missing == [at - 1]
    database.write_bytes(whole)


@pytest.mark.parametrize(
    ("kind", "case", "purpose"),
    [("usage.checked", True, "application"), ("usage.refused", False, "application")],
)
def test_a_purged_look_is_found_out(tmp_path: Path, kind: str, purpose: str, *, case: bool) -> None:
    """Who looked, and whoever was refused, stands in the same tree; hidden in a table, rebuild names it."""
    with a_ledger(tmp_path) as ledger:
        ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
        answer = ledger.ask("SC", ledger.food_case() if case else None, "licence", purpose=purpose)
        at, context = answer.index, ledger.context
        assert _kind(ledger, at) == kind
        published = ledger.log.writer.acknowledged
    database = tmp_path / "ledger.db"
    _assert_purges_show(database, at, published.size)
    tables = ["usage", "case_entries"] if case else ["usage"]
    for table in tables:
        whole = database.read_bytes()
        change(database, f"DELETE FROM {table} WHERE idx = {at}")
        assert sound(database)  # the tree is whole: the table alone was touched
        with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
            found = derive_again(store, context, lambda _: None).differences
        assert [(one.code, one.table, one.entry) for one in found] == [("row.missing", table, at)]
        database.write_bytes(whole)
    change(database, f"UPDATE usage SET department = 'YC' WHERE idx = {at}")  # blamed on somebody else
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        found = derive_again(store, context, lambda _: None).differences
    assert {(one.code, one.table) for one in found} == {("row.missing", "usage"), ("row.extra", "usage")}


def _assert_purges_show(database: Path, at: int, published: int) -> None:
    """An entry that is deleted, emptied or left out of a new tree: audit, or marked head, says so."""
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
        assert store.head().size == at < published  # the marked head is ahead: read-only, and why
    database.write_bytes(whole)


def _kind(ledger: Meaning, at: int) -> str:
    leaf = ledger.log.store.leaf(at)
    return leaf.split(b'"kind":"')[-1].split(b'"')[0].decode()


def sound(database: Path) -> bool:
    """Whether an audit of a copy finds nothing wrong in the tree."""
    with closing(Store(f"sqlite:///{database}", read_only=True)) as store:
        found = audit(store, a_signer().verifier(), ORIGIN).findings
    return not [one for one in found if one.code.startswith("entry") or one.code.startswith("tree")]
