# SPDX-License-Identifier: Apache-2.0
"""`once worker`: anchor the log of $ONCE_HOME on a chain; a child of `once serve`."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from api.settings import load_settings


def command(
    *,
    chain: Annotated[str | None, typer.Option(help="URL of the chain's JSON-RPC")] = None,
) -> None:
    """Anchor every published checkpoint until SIGTERM; holds no key of the log."""
    from api.logging_setup import configure_logging
    from api.workers.anchor import HomeAnchor
    from ledger.chain.client import Web3Chain

    settings = load_settings()
    url = chain or settings.chain
    if "://" not in url:
        raise typer.BadParameter("the local chain is a child of `once serve`: give its URL with --chain")
    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    anchor = HomeAnchor(settings, Web3Chain(url))
    try:
        anchor.run(stop.wait)
    finally:
        anchor.close()
