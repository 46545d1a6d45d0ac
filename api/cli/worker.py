# SPDX-License-Identifier: Apache-2.0
"""`once worker`: anchor the log of $ONCE_HOME on a chain; a child of `once serve`."""

from __future__ import annotations

import signal
import time
from typing import Annotated

import typer

from api.cli import loading
from api.settings import load_settings


class _Stop:
    """Whether a signal asked us to end; without a lock, which the interrupted thread may be holding."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        """The signal's handler."""
        self._asked = True

    def wait(self, seconds: float) -> bool:
        """Sleep (the run asks for a quarter of a second at most), then say whether to end."""
        if not self._asked:
            time.sleep(seconds)
        return self._asked


def command(
    *,
    chain: Annotated[str | None, typer.Option(help="URL of the chain's JSON-RPC")] = None,
) -> None:
    """Anchor every published checkpoint until SIGTERM; holds no key of the log."""
    with loading():
        from api.logging_setup import configure_logging
        from api.workers.anchor import HomeAnchor
        from ledger.chain.client import Web3Chain

    settings = load_settings()
    url = chain or settings.chain
    if "://" not in url:
        raise typer.BadParameter("the local chain is a child of `once serve`: give its URL with --chain")
    configure_logging()
    stop = _Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop.ask)
    anchor = HomeAnchor(settings, Web3Chain(url))
    try:
        anchor.run(stop.wait)
    finally:
        anchor.close()
