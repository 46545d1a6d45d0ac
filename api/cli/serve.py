# SPDX-License-Identifier: Apache-2.0
"""`once serve`: serve the API of $ONCE_HOME and anchor its log."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import progress
from api.settings import load_settings


def command(
    *,
    port: Annotated[int | None, typer.Option(help="0 takes a free one")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="anchor the log")] = True,
) -> None:
    """Serve until SIGTERM; prints `READY <url>` on stdout when requests are answered."""
    from api.logging_setup import configure_logging
    from api.serving import listen, serve, url_of
    from api.wiring import open_ledger

    settings = load_settings(port=port)
    write_line = configure_logging()
    ledger = open_ledger(settings, write_line)
    listener = listen(settings)
    url = url_of(settings, listener)
    if not settings.is_loopback:
        progress(f"{settings.host} can be reached from other machines: put TLS in front")
    serve(ledger, listener, worker=worker, ready=lambda: print(f"READY {url}", flush=True))
