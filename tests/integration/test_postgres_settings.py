# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL that could lose or reorder what was acknowledged takes no entries, and says why not."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.errors import BusyError, StoreError
from ledger.postgres import DURABLE
from ledger.store import Store
from tests.databases import Server, database_of

if TYPE_CHECKING:
    from collections.abc import Iterator

C = "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE"


@pytest.fixture(scope="module")
def own(postgres: Server) -> Iterator[Server]:
    """A server whose settings are changed for all of its databases."""
    del postgres  # it says whether there are programs for one
    with Server() as server:
        yield server


def told(server: Server, *statements: str) -> None:
    """Have the operator of the server say this, one statement after the other."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as operator:
        for statement in statements:
            operator.execute(statement.encode())


def refusal(url: str) -> StoreError:
    """What a ledger's program says that would write there; it never writes there."""
    with closing(Store(url)) as store, pytest.raises(StoreError) as refused:
        store.create()
    with psycopg.connect(url) as connection:
        made = "SELECT count(*) FROM pg_class WHERE relname = 'entries'"
        assert connection.execute(made).fetchall() == [(0,)]
    return refused.value


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_database_that_answers_before_it_is_durable(postgres: Server, value: str) -> None:
    """A commit that is acknowledged before it is on the disk is refused; its readers are served."""
    url = postgres.create()
    told(postgres, f"ALTER DATABASE {database_of(url)} SET synchronous_commit = {value}")

    error = refusal(url)
    wanted = f"PostgreSQL synchronous_commit is {value!r}, and must be on or remote_apply"
    assert (error.code, str(error)) == ("log.store", wanted)
    with closing(Store(url, read_only=True)) as store:
        assert store.query_raw("SELECT 1") == [(1,)]
    postgres.drop(url)


def test_one_that_waits_for_its_standbys(postgres: Server) -> None:
    """`remote_apply` is more than what is asked for."""
    url = postgres.create()
    told(postgres, f"ALTER DATABASE {database_of(url)} SET synchronous_commit = remote_apply")

    with closing(Store(url)) as store:
        store.create()
        assert store.head().size == 0
    postgres.drop(url)


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (f"ENCODING 'SQL_ASCII' {C} 'C'", "server_encoding", "SQL_ASCII"),
        (f"ENCODING 'LATIN1' {C} 'C'", "server_encoding", "LATIN1"),
        ("LOCALE_PROVIDER icu ICU_LOCALE 'zh'", "collation", "of a language"),
        ("LOCALE_PROVIDER libc LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", "collation", "C.UTF-8"),
    ],
)
def test_a_database_of_other_texts(postgres: Server, options: str, name: str, value: str) -> None:
    """Another encoding than UTF-8, or texts in another order than that of their bytes, is refused."""
    told(postgres, "DROP DATABASE IF EXISTS odd", f"CREATE DATABASE odd TEMPLATE template0 {options}")

    error = refusal(postgres.url("odd"))
    wanted = f"PostgreSQL {name} is {value!r}, and must be {' or '.join(sorted(DURABLE[name]))}"
    assert (error.code, str(error)) == ("log.store", wanted)
    told(postgres, "DROP DATABASE odd")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_a_power_cut_would_damage(own: Server, name: str) -> None:
    """A cluster that saves on writing is refused for all of its databases, and taken once it is mended."""
    url = own.create()
    told(own, f"ALTER SYSTEM SET {name} = off", "SELECT pg_reload_conf()")
    try:
        error = _reloaded(url)
        assert (error.code, str(error)) == ("log.store", f"PostgreSQL {name} is 'off', and must be on")
    finally:
        told(own, f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")


def _reloaded(url: str) -> StoreError:
    """The refusal, once the server has read its settings again."""
    deadline = time.monotonic() + 10
    asked = "SELECT current_setting('fsync'), current_setting('full_page_writes')"
    while True:
        with psycopg.connect(url) as connection:
            if "off" in connection.execute(asked).fetchall()[0]:
                return refusal(url)
        assert time.monotonic() < deadline, "the server keeps its settings"
        time.sleep(0.01)


def test_a_standby(own: Server) -> None:
    """A copy that follows another server takes no entries, whether the URL asks for one in charge or not."""
    url = own.create()
    own.stop("fast")
    (own.data / "standby.signal").touch()
    own.start()
    try:
        error = refusal(f"{url}&target_session_attrs=any")
        said = "this PostgreSQL is a standby: it takes no entries"
        assert (error.code, str(error)) == ("log.store", said)
        with closing(Store(url)) as store, pytest.raises(BusyError, match="read-only"):
            store.head()
    finally:
        own.stop("fast")
        (own.data / "standby.signal").unlink()
        own.start()
