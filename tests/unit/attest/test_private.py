# SPDX-License-Identifier: Apache-2.0
"""Private records open at their own index and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from attest.errors import VaultError
from attest.private import open_private, private_row
from attest.sealing import Sealer
from attest.tables import metadata, private_records
from ledger.canonical import Json, dump
from tests.builders import Append, Log, a_log

SALT = bytes(range(32))
SEALER = Sealer(b"\4" * 32)
RECORD: dict[str, Json] = {"name": "某某", "size": 3}


def kept(folder: Path) -> Log:
    log = a_log(folder)
    log.store.create(metadata)
    log.writer.submit_wait(Append([], [private_row(5, SALT, dump(RECORD), SEALER)]))
    return log


def test_a_record_comes_back(tmp_path: Path) -> None:
    """Salt and record are what was kept."""
    with kept(tmp_path) as log:
        assert open_private(5, log.store, SEALER) == (SALT, RECORD)


def test_there_is_none(tmp_path: Path) -> None:
    """An index without a private record says so."""
    with kept(tmp_path) as log, pytest.raises(LookupError):
        open_private(6, log.store, SEALER)


def test_a_record_moved_does_not_open(tmp_path: Path) -> None:
    """Sealed bytes at another index, or under another key, do not open."""
    with kept(tmp_path) as log:
        sealed = log.store.query_raw("SELECT sealed FROM private_records")[0][0]
        log.writer.submit_wait(Append([], [(private_records, (7, sealed))]))
        with pytest.raises(VaultError):
            open_private(7, log.store, SEALER)
        with pytest.raises(VaultError):
            open_private(5, log.store, Sealer(b"\5" * 32))


def test_what_is_no_object_is_no_record(tmp_path: Path) -> None:
    """Sealed bytes that hold a list are no record."""
    with a_log(tmp_path) as log:
        log.store.create(metadata)
        log.writer.submit_wait(Append([], [private_row(1, SALT, b"[]", SEALER)]))
        with pytest.raises(LookupError):
            open_private(1, log.store, SEALER)
