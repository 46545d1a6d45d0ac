# SPDX-License-Identifier: Apache-2.0
"""The database of a throw-away ledger: a file of its home, or one made on a PostgreSQL server and dropped."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy.engine import make_url

from api.copying import copy_database
from api.settings import SettingsError
from ledger.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

_SUFFIXES: Final = ("", "-wal", "-shm")
_LEAVING_SECONDS: Final = 10.0


class DemoDatabase(Protocol):
    """Where the demo keeps its log, and how a day is turned back."""

    @property
    def url(self) -> str:
        """Where it is, for settings."""

    def create(self) -> None:
        """Make it, empty."""

    def put(self, copy: Path) -> None:
        """Set the database aside and put an older copy in its place; no server has it open."""

    def put_back(self) -> None:
        """Put what was set aside in its place again."""

    def drop(self) -> None:
        """Delete it, unless it goes with its folder."""


def demo_database(url: str | None, home: Path) -> DemoDatabase:
    """The file of `home`; or a database of its own beside the one that `url` names, which is not touched."""
    backend = make_url(url).get_backend_name() if url else "sqlite"
    if backend == "sqlite":
        return FileDatabase(home)
    if url is None or backend != "postgresql":
        raise SettingsError("the demo's database is a file of its own, or made on a PostgreSQL server")
    return ServerDatabase(url)


def copy_to_file(url: str, to: Path) -> None:
    """A consistent copy of a running ledger's database as one SQLite file, as an auditor would take it."""
    with closing(Store(url, read_only=True)) as source, closing(Store(f"sqlite:///{to}")) as target:
        copy_database(source, target)


class FileDatabase:
    """`ledger.db` of a home."""

    def __init__(self, home: Path) -> None:
        self._file: Final = home / "ledger.db"
        self._aside: Final = home / "aside"

    @property
    def url(self) -> str:
        return f"sqlite:///{self._file}"

    def create(self) -> None:
        """Nothing: founding makes the file."""

    def put(self, copy: Path) -> None:
        self._aside.mkdir()
        for suffix in _SUFFIXES:
            file = self._file.with_name(self._file.name + suffix)
            if file.exists():
                shutil.move(file, self._aside / file.name)
        shutil.copyfile(copy, self._file)

    def put_back(self) -> None:
        for suffix in _SUFFIXES:
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        for file in self._aside.iterdir():
            shutil.move(file, self._file.parent / file.name)
        self._aside.rmdir()

    def drop(self) -> None:
        """Nothing: the file goes with its folder."""


class ServerDatabase:
    """A database with a random name; the account in the URL must be allowed to create it (CREATEDB)."""

    def __init__(self, url: str) -> None:
        self._server: Final = make_url(url).set(drivername="postgresql")
        self.name: Final = f"once_demo_{secrets.token_hex(6)}"
        self._aside: Final = f"{self.name}_aside"

    @property
    def url(self) -> str:
        return self._server.set(database=self.name).render_as_string(hide_password=False)

    def create(self) -> None:
        self._run(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", self.name
        )

    def put(self, copy: Path) -> None:
        self._rename(self.name, self._aside)
        self.create()
        with (
            closing(Store(f"sqlite:///{copy}", read_only=True)) as source,
            closing(Store(self.url)) as target,
        ):
            copy_database(source, target)

    def put_back(self) -> None:
        self._run("DROP DATABASE {} WITH (FORCE)", self.name)
        self._rename(self._aside, self.name)

    def drop(self) -> None:
        for name in (self.name, self._aside):
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _rename(self, old: str, new: str) -> None:
        """The server may need a moment to notice that everybody has left."""
        deadline = time.monotonic() + _LEAVING_SECONDS
        while True:
            try:
                return self._run("ALTER DATABASE {} RENAME TO {}", old, new)
            except SettingsError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _run(self, statement: str, *names: str) -> None:
        from psycopg import Error, connect, sql  # noqa: PLC0415  # only where a server is used

        address = self._server.render_as_string(hide_password=False)
        try:
            with closing(connect(address, autocommit=True)) as connection:
                provider = _libc(connection) if statement.startswith("CREATE") else ""
                named = sql.SQL(statement + provider).format(*map(sql.Identifier, names))
                connection.execute(named)
        except Error as error:
            first = str(error).partition("\n")[0]
            raise SettingsError(
                f"the demo cannot have a database of its own on this server: {first}"
            ) from None


def _libc(connection: psycopg.Connection[Any]) -> str:
    """Since version 15 a template may be of another provider of locales than the one that has `C`."""
    return " LOCALE_PROVIDER libc" if connection.info.server_version >= 150_000 else ""
