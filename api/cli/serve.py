# SPDX-License-Identifier: Apache-2.0
"""`once serve`: serve the API of $ONCE_HOME and anchor its log."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from api.cli import progress
from api.settings import load_settings


def command(
    *,
    port: Annotated[int | None, typer.Option(help="0 takes a free one")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="anchor the log")] = True,
    adopt: Annotated[bool, typer.Option("--adopt-head", help="go on from a restored database")] = False,
) -> None:
    """Serve until SIGTERM; prints `READY <url>` on stdout when requests are answered."""
    from api.logging_setup import configure_logging
    from api.serving import listen, serve, url_of
    from api.wiring import open_ledger

    settings = load_settings(port=port)
    write_line = configure_logging()
    ledger = open_ledger(settings, write_line)
    if adopt:
        head = ledger.adopt_head()
        progress(
            f"ADOPTED {head.size} entries: what was acknowledged beyond them is given up; old marks are kept"
        )
    listener = listen(settings)
    url = url_of(settings, listener)
    if not settings.is_loopback:
        progress(f"{settings.host} can be reached from other machines: put TLS in front")
    # The server drains at SIGTERM and then raises it again: an orderly end, so exit code 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(ledger, listener, worker=worker, ready=lambda: print(f"READY {url}", flush=True))
