# SPDX-License-Identifier: Apache-2.0
"""A founded home, `once serve` in a process of its own, and clients that remember what they were promised."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from eth_account import Account

from api.bench.orders import Orders
from api.bench.world import CODE, TYPES, World, bench_settings, found_world
from api.cli.child import once_command, once_environment
from api.settings import Settings
from attest.keyfiles import read_passphrase
from attest.keys import read_keystore
from ledger.chain.engine import AnvilEngine
from ledger.hashing import sha256
from tests.papers import a_pdf

CLIENTS: Final = 16
START_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 20.0
API: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is sent, and sent again: the same bytes under the same Idempotency-Key."""

    kind: str
    method: str
    path: str
    body: bytes
    media: str = "application/json"
    key: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Promise:
    """What a 201 said of an entry: index, id, leaf hash, and the receipt's tlog-proof."""

    index: int
    id: str
    leaf: bytes
    proof: bytes


class Book:
    """What was acknowledged and what is still open, over all runs of the service; for any thread."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Request, Promise]] = {}
        self.uploads: dict[str, Request] = {}
        self.looked_up: set[int] = set()
        self.open: deque[Request] = deque()
        self.refusals: list[tuple[str, int, str]] = []
        self.postponed: list[tuple[int, str]] = []
        self.moved: list[str] = []
        self.repeats = 0
        self._lock = threading.Lock()

    def answered(self, request: Request, status: int, document: Any) -> None:
        """Write down an answer; 503 and 429 mean: ask again."""
        with self._lock:
            if status in (429, 503):
                self.postponed.append((status, str(document.get("code"))))
                self.open.append(request)
            elif status not in (200, 201):
                self.refusals.append((request.kind, status, str(document.get("code"))))
            elif request.kind == "check":
                self.looked_up.add(document["index"])
            elif request.kind == "upload":
                self.uploads[document["sha256"]] = request
            else:
                self._promised(request, document)

    def _promised(self, request: Request, document: Any) -> None:
        promise = Promise(
            document["index"],
            document["id"],
            bytes.fromhex(document["leaf"]),
            document["receipt"]["proof"].encode(),
        )
        known = self.entries.get(request.key)
        if known is None:
            self.entries[request.key] = (request, promise)
            return
        self.repeats += 1
        first = known[1]
        if (first.index, first.id, first.leaf) != (promise.index, promise.id, promise.leaf):
            self.moved.append(f"{request.kind} {first.index} became {promise.index}")

    def unanswered(self, request: Request) -> None:
        """The connection broke: nobody knows whether it was done."""
        with self._lock:
            self.open.append(request)

    def again(self) -> Request | None:
        """A request that has to be asked again."""
        try:
            return self.open.popleft()
        except IndexError:
            return None


class Service:
    """`once serve` of one home, started and ended as often as wanted; its worker is its own child."""

    def __init__(self, world: World, settings: Settings, log: Path, *arguments: str) -> None:
        """`arguments` are further ones of `once serve`."""
        self.world = world
        self.settings = settings
        self.arguments = arguments
        self.log = log
        self.port = 0
        self.start_seconds = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, failpoint: str = "", *, worker: bool = True, port: int = 0) -> bool:
        """Start it; whether it came to READY (an armed failpoint may end it before)."""
        environment = once_environment(self.settings)
        environment.pop("ONCE_FAILPOINT", None)
        if failpoint:
            environment["ONCE_FAILPOINT"] = failpoint
        begun = time.monotonic()
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(
                once_command(
                    *("serve", "--port", str(port), *self.arguments), *([] if worker else ["--no-worker"])
                ),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        said = self._first_line(self.process)
        self.start_seconds = time.monotonic() - begun
        if said:
            self.port = int(said.rpartition(":")[2])
        return bool(said)

    @staticmethod
    def _first_line(process: subprocess.Popen[bytes]) -> str:
        pipe, said = process.stdout, b""
        assert pipe is not None
        deadline = time.monotonic() + START_SECONDS
        while b"\n" not in said and time.monotonic() < deadline:
            if select.select([pipe], [], [], 0.05)[0]:
                piece = os.read(pipe.fileno(), 4096)
                if not piece:
                    break
                said += piece
        return said.decode().strip()

    def within(self, seconds: float, times: float = 4.0) -> float:
        """That time; on a machine so busy that the start took long, so many times as long as the start."""
        return max(seconds, times * self.start_seconds)

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def ended(self, seconds: float) -> int:
        """Its exit code, within a time."""
        assert self.process is not None
        code = self.process.wait(seconds)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def terminate(self) -> None:
        """SIGTERM."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    @contextmanager
    def stalled_upload(self) -> Iterator[None]:
        """An upload that began and sends no more, for as long as the block lasts."""
        head = (
            f"PUT {API}/documents/{'0' * 64} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            f"Authorization: Bearer {self.world.api_key}\r\nContent-Type: application/pdf\r\n"
            f"Idempotency-Key: {'0' * 32}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(head.encode() + b"%PDF-1.4\n")
            yield

    def end(self) -> None:
        """End it whatever it does."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.ended(ANSWER_SECONDS)

    def worker(self) -> int:
        """Process id of the anchor worker as serve has written it down; 0 before the first."""
        try:
            return int((self.settings.chain_folder / "worker.pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def children_end(self) -> None:
        """The kernel tells the children of a killed service to end, and they do."""
        deadline = time.monotonic() + self.within(10.0)
        while self.processes():
            assert time.monotonic() < deadline, "a child outlives the service"
            time.sleep(0.02)

    def processes(self) -> set[int]:
        """Every live process that was started for this home."""
        mark, found = f"ONCE_HOME={self.world.home}\0".encode(), set()
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    belongs = mark in (folder / "environ").read_bytes()
                except OSError:  # gone meanwhile, or a zombie
                    continue
                if belongs:
                    found.add(int(folder.name))
        return found


class Client:
    """One keep-alive connection that asks, and asks again what was not answered."""

    def __init__(self, service: Service, book: Book, number: int, pause: float) -> None:
        self._service = service
        self._pause = pause
        self._book = book
        self._orders = Orders(service.world)
        self._number = number
        self._count = 0
        self._last: Request | None = None

    def run(self, enough: Callable[[], bool], *, fresh: bool) -> None:
        """Ask until it is enough or the service is gone; without `fresh` only what is open."""
        while not enough() and self._service.alive():
            connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=ANSWER_SECONDS)
            try:
                while not enough():
                    request = self._next(fresh=fresh)
                    if request is None:
                        return
                    if not self._ask(connection, request):
                        time.sleep(0.02)
                        break
                    time.sleep(self._pause)
            finally:
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection, request: Request) -> bool:
        headers = {
            "Authorization": f"Bearer {self._service.world.api_key}",
            "Content-Type": request.media,
            "Idempotency-Key": request.key,
        }
        try:
            connection.request(request.method, request.path, request.body, headers)
            response = connection.getresponse()
            document = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self._book.unanswered(request)
            return False
        self._book.answered(request, response.status, document)
        return True

    def _next(self, *, fresh: bool) -> Request | None:
        again = self._book.again()
        if again is not None or not fresh:
            return again
        self._count += 1
        if self._count % 10 == 0 and self._last is not None:
            return self._last
        make = (self._signed, self._custodial, self._signed, self._upload, self._check)
        made = make[(self._count + self._number) % len(make)]()
        if made.kind in {"signed", "custodial"}:
            self._last = made
        return made

    def _signed(self) -> Request:
        return Request("signed", "POST", f"{API}/acceptances", self._orders.one())

    def _custodial(self) -> Request:
        world, token = self._service.world, secrets.token_hex(32)
        asked = {
            "case": secrets.choice(world.cases),
            "type": secrets.choice(TYPES),
            "document": {"sha256": token, "kept": "department", "size": 4096, "media": "application/pdf"},
            "issuer": CODE,
            "number": token,
            "parties": [{"role": "holder", "holder": secrets.choice(world.holders)}],
            "assurance": "original",
        }
        return Request("custodial", "POST", f"{API}/acceptances", json.dumps(asked).encode())

    def _upload(self) -> Request:
        content = a_pdf(extra=secrets.token_bytes(2_000 + secrets.randbelow(20_000)))
        path = f"{API}/documents/{sha256(content).hex()}"
        return Request("upload", "PUT", path, content, "application/pdf")

    def _check(self) -> Request:
        asked = {"case": secrets.choice(self._service.world.cases), "purpose": "application"}
        return Request("check", "POST", f"{API}/recognitions:check", json.dumps(asked).encode())


class Crowd:
    """Sixteen clients at work until told, or the service is gone; `pause` seconds between requests."""

    def __init__(self, service: Service, book: Book, *, fresh: bool = True, pause: float = 0.0) -> None:
        self._enough = threading.Event()
        self._faults: list[BaseException] = []
        clients = [Client(service, book, number, pause) for number in range(CLIENTS)]
        self._threads = [
            threading.Thread(target=self._run, args=(client, fresh), daemon=True) for client in clients
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, client: Client, fresh: bool) -> None:  # noqa: FBT001  # passed on by Thread
        try:
            client.run(self._enough.is_set, fresh=fresh)
        except BaseException as error:  # noqa: BLE001  # raised again where the crowd is joined
            self._faults.append(error)

    def join(self, seconds: float = 60.0) -> None:
        """Wait until every client is through."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), "a client still waits for an answer"
        if self._faults:
            raise self._faults[0]

    def stop(self) -> None:
        """Have every client finish what it asks."""
        self._enough.set()
        self.join()


def found_service(
    folder: Path, *arguments: str, database_url: str | None = None
) -> tuple[Service, AnvilEngine]:
    """A founded home on a running chain, with a file or the empty database of a URL; nothing serves yet."""
    engine = AnvilEngine(folder / "chain")
    engine.start()
    try:
        settings = bench_settings(folder / "home", engine.url)
        if database_url is not None:
            settings = settings.model_copy(update={"database_url": database_url})
        world = found_world(settings, entries=1)
        _lighten(settings)
    except BaseException:
        engine.stop()
        raise
    return Service(world, settings, folder / "serve.log", *arguments), engine


def _lighten(settings: Settings) -> None:
    """Seal the same keys by a cheap derivation: five times scrypt at each start is not what is tested."""
    passphrase = read_passphrase(settings.passphrase_file)
    for path in settings.keys_folder.glob("*.json"):
        secret = read_keystore(path.read_bytes(), passphrase)
        sealed = Account.encrypt(secret, passphrase, kdf="pbkdf2", iterations=1000)
        path.write_text(json.dumps(sealed), encoding="ascii")
