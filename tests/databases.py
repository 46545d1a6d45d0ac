# SPDX-License-Identifier: Apache-2.0
"""Databases for tests: SQLite files, and a PostgreSQL server of the tests' own with a database a test.

A log's folder says where its database is: `database.url` in it, or else the file `ledger.db`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARIES = Path("/usr/lib/postgresql/15/bin")
URL_FILE = "database.url"
START_SECONDS = 30


def installed() -> bool:
    """Whether this machine has the server's programs."""
    return (BINARIES / "postgres").is_file() and shutil.which("setpriv") is not None


class Server:
    """A PostgreSQL on loopback and a socket in its folder; ends with this process, however that ends.

    Its templates are of another collation than a log's database must be, as a distribution's are.
    """

    def __init__(self) -> None:
        """Make a cluster and start it; the account `postgres` runs it where we are root."""
        self.folder = Path(tempfile.mkdtemp(prefix="once-postgres-", dir=_quick_place()))
        self.password = secrets.token_urlsafe(12)
        self.port = _free_port()
        secret = self.folder / "password"
        secret.write_text(self.password + "\n", encoding="ascii")
        user: list[str] = []
        if os.geteuid() == 0:
            for path in (self.folder, secret):
                shutil.chown(path, "postgres", "postgres")
            user = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        self._user = user
        self.run(
            *("initdb", "--pgdata", str(self.data), "--username=once", "--encoding=UTF8", "--no-sync"),
            *("--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"),
        )
        self.start()

    @property
    def data(self) -> Path:
        """The cluster's own folder."""
        return self.folder / "data"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs to its end, as the account that owns the cluster."""
        command = ["setpriv", *self._user, str(BINARIES / program), *arguments]
        if not self._user:
            command = command[1:]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "shared_buffers": "64MB",
            "max_wal_size": "256MB",
        }
        program = [
            "setpriv",
            *self._user,
            "--pdeathsig=INT",
            str(BINARIES / "postgres"),
            "-D",
            str(self.data),
        ]
        for name, value in settings.items():
            program += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                program,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert self.server.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "PostgreSQL does not answer"
                time.sleep(0.05)
            else:
                return

    def stop(self, mode: str = "immediate") -> None:
        """End the server as `pg_ctl stop` does; `immediate` is a crash."""
        self.run("pg_ctl", "stop", "--pgdata", str(self.data), "--mode", mode)
        self.server.wait()

    def close(self) -> None:
        """End the server and delete its folder."""
        if self.server.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def url(self, database: str, *, tcp: bool = False) -> str:
        """The address of a database on this server, through the socket or (with a password) through TCP."""
        if tcp:
            return f"postgresql://once:{self.password}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://once@/{database}?host={self.folder}&port={self.port}"

    def create(self, template: str = "") -> str:
        """The URL of a new database, empty or a copy of `template` that nobody may have open."""
        name = "log_" + secrets.token_hex(6)
        if template:
            self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        else:
            order = "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
            self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 " + order), name)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database, whoever is connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), database_of(url))

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


def _quick_place() -> str | None:
    """Memory, if there is plenty: a database a test is a thousand small files."""
    shared = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > 2**31 else None


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_of(url: str) -> str:
    """The database's name in a URL."""
    return str(make_url(url).database)


def url_of(folder: Path) -> str:
    """Where the log in a folder has its database."""
    stated = folder / URL_FILE
    return stated.read_text(encoding="ascii") if stated.exists() else f"sqlite:///{folder / 'ledger.db'}"


def is_file(folder: Path) -> bool:
    """Whether the log in a folder is a SQLite file."""
    return not (folder / URL_FILE).exists()


def place(folder: Path, server: Server | None, template: str = "") -> Path:
    """Say that the log in `folder` is in a new database of `server`; on None it is a file."""
    folder.mkdir(exist_ok=True)
    if server is not None:
        (folder / URL_FILE).write_text(server.create(template), encoding="ascii")
    return folder


def remove(folder: Path, server: Server | None) -> None:
    """Delete the database of `folder`, if it is on the server."""
    if server is not None:
        server.drop(url_of(folder))


@contextmanager
def new_folder(server: Server | None) -> Iterator[Path]:
    """A folder with a new database, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as name:
        folder = place(Path(name), server)
        try:
            yield folder
        finally:
            remove(folder, server)


def copy_log(source: Path, target: Path, server: Server | None) -> Path:
    """The same log in another folder (and database); nobody may have it open."""
    shutil.copytree(source, target)
    if server is not None:
        place(target, server, database_of(url_of(source)))
    return target


def restore(backup: Path, folder: Path, server: Server | None) -> None:
    """Put the database of another folder in the place of this one's; nobody may have either open."""
    if server is None:
        shutil.copy(backup / "ledger.db", folder / "ledger.db")
        return
    remove(folder, server)
    (folder / URL_FILE).write_text(url_of(backup), encoding="ascii")


def meddle(folder: Path, *statements: str) -> None:
    """Change a log's database behind its back by SQLite's statements, `X'00'` and `zeroblob(n)` included."""
    if is_file(folder):
        with closing(sqlite3.connect(folder / "ledger.db")) as file, file:
            for statement in statements:
                file.execute(statement)
        return
    with psycopg.connect(url_of(folder), autocommit=True) as connection:
        for statement in statements:
            connection.execute(in_postgres(statement))


def in_postgres(statement: str) -> bytes:
    """A SQLite statement in PostgreSQL's words for bytes."""
    statement = re.sub(r"X'([0-9a-fA-F]*)'", r"'\\x\1'::bytea", statement)
    statement = re.sub(r"zeroblob\((\d+)\)", r"decode(repeat('00', \1), 'hex')", statement)
    return statement.encode()
