# SPDX-License-Identifier: Apache-2.0
"""The processes of a throw-away ledger: founded here, a local chain and `once serve` as our children.

Whatever happens to this process, the kernel ends both children with it (`_leash.py`).
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from api.auth import AUDITOR, CHECKER, DEPARTMENT, OPERATOR
from api.cli.child import once_command, once_environment
from api.demo.database import demo_database
from api.demo.samples import departments
from api.demo.warm import become, spawn
from api.home import found_home
from api.settings import ENV_PREFIX, SettingsError, load_settings, make_private_folder, write_secret
from ledger.chain.child import free_port
from ledger.chain.engine import AnvilEngine, ExternalEngine, HardhatEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.demo.issuer import IssuerService
    from api.identity.accounts import Account
    from api.settings import Settings

ORIGIN: Final = "demo.localhost/once"
MARKET: Final = "SC"
"""The department whose sample service answers data checks, in this process, with a key of its own."""
STATION: Final = "GMZ"
"""A town's service station that keeps its own signing key; the story lets it in."""
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
_KEPT: Final = frozenset({"ONCE_CACHE", "ONCE_VECTORS", "ONCE_FAILPOINT"})


class ServeChild:
    """`once serve` of one home on one port, started and stopped as often as wanted."""

    def __init__(
        self, settings: Settings, warm: subprocess.Popen[bytes] | None = None, workers: int = 1
    ) -> None:
        """`workers` is the number of its serving processes."""
        self._settings = settings
        self._process = warm
        self._arguments = ["--workers", str(workers)] if workers > 1 else []

    def start(self) -> str:
        """Start it and give the URL that it answers at; SettingsError if it does not come up."""
        process = self._process = self._process or spawn()
        told = {
            name: text
            for name, text in once_environment(self._settings).items()
            if name.startswith(ENV_PREFIX)
        }
        log = self._settings.home / "serve.log"
        become(process, ["serve", "--port", str(self._settings.port), *self._arguments], told, log)
        said = self._first_line(process)
        if not said.startswith("READY "):
            self.stop()
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
            raise SettingsError("the server did not start: " + " | ".join(words))
        return said.removeprefix("READY ").strip()

    @staticmethod
    def _first_line(process: subprocess.Popen[bytes]) -> str:
        """What it says first on stdout; empty when it ended or stays silent."""
        pipe, said = process.stdout, b""
        if pipe is None:
            return ""
        deadline = time.monotonic() + _START_SECONDS
        while b"\n" not in said and time.monotonic() < deadline:
            if select.select([pipe], [], [], 0.1)[0]:
                piece = os.read(pipe.fileno(), 4096)
                if not piece:
                    break
                said += piece
        return said.decode(errors="replace").partition("\n")[0]

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """SIGTERM, and SIGKILL after 30 s; nothing if it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


class DemoHost:
    """A throw-away ledger for as long as the `with` block lasts; a folder that was named is left behind."""

    def __init__(
        self,
        chain: str,
        port: int = 0,
        folder: Path | None = None,
        warm: subprocess.Popen[bytes] | None = None,
        database_url: str | None = None,
        workers: int = 1,
    ) -> None:
        """Nothing runs yet; `warm` is a process to become the server.

        `database_url` names a PostgreSQL server, on which a database is made and dropped again.
        """
        forget_environment()
        self._throw_away = folder is None
        self.folder: Final = Path(tempfile.mkdtemp(prefix="once-demo-")) if folder is None else folder
        self._home = self.folder / "home" if self._throw_away else self.folder
        self.engine: Final = _engine(chain, self.folder / "engine" if self._throw_away else folder, port=0)
        self.database: Final = demo_database(database_url, self._home)
        self._issuer_port = free_port()
        self.settings: Final = load_settings(
            home=self._home,
            database_url=self.database.url,
            profile="demo",
            origin=ORIGIN,
            host="127.0.0.1",
            port=port or free_port(),
            chain=self.engine.url,
            issuers=f"{MARKET}=http://127.0.0.1:{self._issuer_port}/data-check",
            issuer_seconds=1,
        )
        self.issuer: IssuerService | None = None
        self.server: Final = ServeChild(self.settings, warm, workers)
        self.api_keys: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.accounts: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.settings.port}"

    def __enter__(self) -> Self:
        try:
            self.database.create()
            self._found()
            self.engine.start()
            self.url = self.server.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children; remove the folder if it was ours alone."""
        try:
            self.server.stop()
        finally:
            self.engine.stop()
            if self.issuer is not None:
                self.issuer.stop()
            if self._throw_away:
                self.database.drop()
                shutil.rmtree(self.folder, ignore_errors=True)

    def keep_log(self) -> Path:
        """The server's log, where it stays when the folder goes."""
        log = self.settings.home / "serve.log"
        if not self._throw_away:
            return log
        with tempfile.NamedTemporaryFile(prefix="once-demo-", suffix=".log", delete=False) as kept:
            kept.write(log.read_bytes())
        return Path(kept.name)

    def _found(self) -> None:
        """Found the ledger and mint the keys that its guests will use."""
        codes = [one["code"] for one in departments()]
        staff: list[tuple[Account, str]] = []
        loading = threading.Thread(target=_load, args=(staff,), daemon=True)
        loading.start()  # founding waits for a child most of its time
        founded = found_home(self.settings, departments=codes)
        loading.join()
        from api.demo.staff import add_staff  # noqa: PLC0415  # loaded meanwhile
        from api.wiring import mint_api_key, open_ledger  # noqa: PLC0415

        self._start_issuer()
        self.addresses = {name: f"0x{address.hex()}" for name, address in founded.addresses.items()}
        opened = open_ledger(self.settings)
        try:
            opened.start()
            self.api_keys["operator"] = mint_api_key(opened, None, {OPERATOR}, "operator")
            self.api_keys["auditor"] = mint_api_key(opened, None, {AUDITOR}, "auditor")
            for code in [*codes, STATION]:
                self.api_keys[code] = mint_api_key(opened, code, {DEPARTMENT, CHECKER}, code)
            self.accounts = add_staff(opened, staff)
        finally:
            opened.close()

    def _start_issuer(self) -> None:
        """The market office's own system, and the secret by which it knows this ledger."""
        from api.demo.issuer import IssuerService, sample_register  # noqa: PLC0415  # loaded meanwhile

        self.issuer = IssuerService(MARKET, sample_register(), port=self._issuer_port)
        self.issuer.start()
        folder = make_private_folder(self.settings.issuer_secrets)
        write_secret(folder / MARKET, self.issuer.secret.encode())


def _load(staff: list[tuple[Account, str]]) -> None:
    """Import what is needed right after founding, and make the passwords of the sample staff."""
    import api.demo.doors  # noqa: PLC0415
    import api.demo.issuer  # noqa: PLC0415
    import api.wiring  # noqa: F401, PLC0415
    from api.demo.staff import hashed_staff  # noqa: PLC0415

    staff.extend(hashed_staff())


def forget_environment() -> None:
    """Drop `ONCE_*`: a throw-away ledger must never write into the database or vault of a real one."""
    for name in [one for one in os.environ if one.startswith(ENV_PREFIX) and one not in _KEPT]:
        del os.environ[name]


def _engine(chain: str, folder: Path | None, *, port: int) -> AnvilEngine | HardhatEngine | ExternalEngine:
    """The chain that was asked for; SettingsError for a word that names none."""
    if "://" in chain:
        return ExternalEngine(chain)
    where = (folder or Path(tempfile.gettempdir()) / secrets.token_hex(8)) / "chain"
    if chain == "anvil":
        return AnvilEngine(where, port=port)
    if chain == "hardhat":
        return HardhatEngine(where, port=port)
    raise SettingsError("a chain is anvil, hardhat, or the URL of a JSON-RPC endpoint")


def run_once(settings: Settings, arguments: Sequence[str], seconds: float = 60.0) -> tuple[int, str]:
    """Run `once ARGUMENT…` in a process of its own on this home; exit code and stdout."""
    done = subprocess.run(
        once_command(*arguments),
        env=once_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace")
