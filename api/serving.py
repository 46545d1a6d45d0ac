# SPDX-License-Identifier: Apache-2.0
"""One serving process: the application on a socket, the local chain and the worker in its care."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from api.app import create_app
from api.cli.child import once_command, once_environment
from api.connections import SWEEP_SECONDS, Connection, allow_files, sweep
from api.notify import notify
from api.settings import SettingsError
from api.workers.supervisor import ChainChild, ProgramChild, Supervisor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import FrameType

    from api.settings import Settings
    from api.wiring import Ledger

BACKLOG: Final = 2048
GARBAGE: Final = 50_000
"""New objects between two looks for cycles; requests make few of these."""
GRACE_SECONDS: Final = 7
"""How long requests that are under way at SIGTERM may still take: a stalled upload holds nobody up longer."""


def listen(settings: Settings) -> socket.socket:
    """A listening socket; port 0 takes a free one. SettingsError if the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        other = "; choose another with --port" if error.errno == errno.EADDRINUSE else ""
        raise SettingsError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror}{other}"
        ) from None
    return listener


def inherited(descriptor: int) -> socket.socket:
    """The listening socket that another process opened for us."""
    return socket.socket(fileno=descriptor)


def url_of(settings: Settings, listener: socket.socket) -> str:
    """The URL of a listening socket."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"


def supervised(settings: Settings, *, worker: bool = True) -> list[Supervisor]:
    """The local chain, where it is ours, and the anchor worker; not started."""
    children: list[Supervisor] = []
    url = settings.chain
    if "://" not in url:
        chain = ChainChild(settings)
        children.append(Supervisor(chain))
        url = chain.url
    if worker:
        told = ("worker", "--chain", url)
        environment = once_environment(settings)
        children.append(Supervisor(ProgramChild(settings, "worker", once_command(*told), environment, told)))
    return children


def settle_memory() -> None:
    """What is loaded stays: the collector passes over it, and looks less often at what requests leave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 50)


def serve(
    ledger: Ledger,
    listener: socket.socket,
    *,
    worker: bool = True,
    alone: bool = True,
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, then drain; `ready` is called when requests are answered.

    One that is not `alone` leaves chain and worker to who started it, and ends when its writer has failed:
    it is started again, and what it left is compared anew.
    """

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        children = supervised(ledger.settings, worker=worker) if alone else []
        async with ledger.lifespan():
            for child in children:
                child.start()
            settle_memory()
            try:
                yield
            finally:
                for child in reversed(children):
                    child.stop()

    Connection.most = allow_files()
    config = uvicorn.Config(
        create_app(ledger, lifespan),
        loop="auto",
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, ready, ledger.outbox.end_streams)
    if not alone:
        server.is_over = lambda: ledger.writer.failed
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that says when it listens, and ends streams when it is told to end."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], end_streams: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready, self._end_streams = ready, end_streams
        self.is_over: Callable[[], bool] = bool

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        notify("STOPPING=1")
        self._end_streams()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self.is_over():
            self._end_streams()
            return True
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep())
            self._ready()

    async def _sweep(self) -> None:
        """Let go of connections whose clients take too long, until the server ends."""
        loop = asyncio.get_running_loop()
        while not self.should_exit:
            await asyncio.sleep(SWEEP_SECONDS)
            sweep(self.server_state.connections, loop.time())
