# SPDX-License-Identifier: Apache-2.0
"""One serving process: the application on a socket, the local chain and the worker in its care."""

from __future__ import annotations

import gc
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from api.app import create_app
from api.cli.child import once_command, once_environment
from api.settings import SettingsError
from api.workers.supervisor import ChainChild, ProgramChild, Supervisor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

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
        raise SettingsError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror}"
        ) from None
    return listener


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
        command = once_command("worker", "--chain", url)
        children.append(Supervisor(ProgramChild(settings, "worker", command, once_environment(settings))))
    return children


def settle_memory() -> None:
    """What is loaded stays: the collector passes over it, and looks less often at what requests leave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 50)


def serve(ledger: Ledger, listener: socket.socket, *, worker: bool = True, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then drain; `ready` is called when requests are answered."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        children = supervised(ledger.settings, worker=worker)
        async with ledger.lifespan():
            for child in children:
                child.start()
            settle_memory()
            try:
                yield
            finally:
                for child in reversed(children):
                    child.stop()

    config = uvicorn.Config(
        create_app(ledger, lifespan),
        loop="auto",
        http="auto",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _Server(config, ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
