# SPDX-License-Identifier: Apache-2.0
"""Housekeeping sweeps what nothing names, and only when it is old enough."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from api.identity.forgetting import OVER_SECONDS, forget_sign_ins
from api.identity.sessions import DEVICE_SECONDS
from api.identity.tables import known_devices, session_ends, session_touches, sessions, used_states
from api.workers.housekeeping import ORPHAN_SECONDS, REQUEST_SECONDS, Housekeeping
from attest.errors import VaultError
from attest.sealing import Sealer
from attest.tables import metadata as meaning
from attest.tables import uploads
from attest.vault import Vault
from ledger.commands import Decision, RequestKey
from tests.builders import a_log

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from ledger.commands import Row, View

NAMED, ORPHAN = bytes([1]) * 16, bytes([2]) * 16


class _Upload:
    """A rows-only command with a request key, as uploads are."""

    entry_id = None
    request = RequestKey(bytes(16), bytes(32))
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def decide(self, view: View) -> Decision[None]:
        return Decision(rows=[(uploads, (bytes(16), NAMED, 4, "application/pdf", None))])


def _store(vault: Vault, document: bytes) -> None:
    with vault.begin(document) as writer:
        writer.write(b"%PDF")
        writer.finish()


def test_old_orphans_and_old_request_keys_go_and_nothing_else(tmp_path: Path) -> None:
    """A file that no row names goes after a day, an idempotency key after seven; a named file stays."""
    with a_log(tmp_path) as log:
        meaning.create_all(log.store.engine)
        vault = Vault(tmp_path / "vault", Sealer(bytes(32)))
        for document in (NAMED, ORPHAN):
            _store(vault, document)
        log.writer.submit_wait(_Upload())
        now = time.time()
        kept: list[int] = []
        keep = partial(kept.append, 1)
        assert Housekeeping(log.store, vault, keep, lambda: now).turn() == (0, 0)
        assert kept == [1]
        assert Housekeeping(log.store, vault, keep, lambda: now + ORPHAN_SECONDS + 60).turn() == (1, 0)
        written = 1_800_000_000  # the clock of the builder's writer
        assert Housekeeping(log.store, vault, keep, lambda: written + REQUEST_SECONDS + 60).turn() == (0, 1)
        with vault.open(NAMED) as reader:
            assert b"".join(reader) == b"%PDF"
        with pytest.raises(VaultError):
            vault.open(ORPHAN)


class _Rows:
    """A command that keeps the rows it is given."""

    entry_id = None
    request = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def decide(self, view: View) -> Decision[None]:
        return Decision(rows=self._rows)


def test_sessions_go_a_day_after_their_end_with_all_that_belongs_to_them(tmp_path: Path) -> None:
    """A session whose end is a day past goes with its touches, and one that still runs stays."""
    now = 1_800_000_000
    over, open_ = bytes([1]) * 32, bytes([2]) * 32
    rows: list[Row] = []
    for digest, expires in ((over, now - OVER_SECONDS - 1), (open_, now + 60)):
        rows.append((sessions, (digest, "user/zhao", "", now - 90_000, expires)))
        rows.append((session_touches, (digest, now - 80_000)))
        rows.append((session_ends, (digest, now - 70_000)))
    rows.append((used_states, (bytes(16), now - OVER_SECONDS - 1)))
    rows.append((known_devices, (bytes(32), now - DEVICE_SECONDS - 1)))
    with a_log(tmp_path) as log:
        meaning.create_all(log.store.engine)
        log.writer.submit_wait(_Rows(rows))
        assert forget_sign_ins(log.store, now) == 1
        for table, left in ((sessions, 1), (session_touches, 1), (session_ends, 1)):
            assert log.store.query(select(table.c.digest)) == [(open_,)] * left
        assert log.store.query(select(used_states.c.time)) == []
        assert log.store.query(select(known_devices.c.time)) == []
