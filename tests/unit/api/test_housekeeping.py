# SPDX-License-Identifier: Apache-2.0
"""Housekeeping sweeps what nothing names, and only when it is old enough."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

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

    from ledger.commands import View

NAMED, ORPHAN = bytes([1]) * 16, bytes([2]) * 16


class _Upload:
    """A rows-only command with a request key, as uploads are."""

    entry_id = None
    request = RequestKey(bytes(16), bytes(32))
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def decide(self, view: View) -> Decision[None]:
        return Decision(rows=[(uploads, (bytes(16), NAMED, 4, "application/pdf"))])


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
        assert Housekeeping(log.store, vault, lambda: now).turn() == (0, 0)
        assert Housekeeping(log.store, vault, lambda: now + ORPHAN_SECONDS + 60).turn() == (1, 0)
        written = 1_800_000_000  # the clock of the builder's writer
        assert Housekeeping(log.store, vault, lambda: written + REQUEST_SECONDS + 60).turn() == (0, 1)
        with vault.open(NAMED) as reader:
            assert b"".join(reader) == b"%PDF"
        with pytest.raises(VaultError):
            vault.open(ORPHAN)
