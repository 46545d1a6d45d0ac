# SPDX-License-Identifier: Apache-2.0
"""`once serve`: serve the API of $ONCE_HOME and anchor its log."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from api.cli import loading, progress
from api.settings import load_settings


def command(
    *,
    port: Annotated[int | None, typer.Option(help="0 takes a free one")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="anchor the log")] = True,
    adopt: Annotated[bool, typer.Option("--adopt-head", help="go on from a restored database")] = False,
    workers: Annotated[int, typer.Option(help="serving processes on the one port", min=1, max=64)] = 1,
    descriptor: Annotated[int | None, typer.Option("--listener", hidden=True)] = None,
) -> None:
    """Serve until SIGTERM; prints `READY <url>` on stdout when requests are answered."""
    from api.cli.child import once_environment
    from api.workers.warm import SPARE

    settings = load_settings(port=port)
    if worker and descriptor is None and settings.trust_file.exists():
        SPARE.prepare(once_environment(settings))  # loads on another core while this process does
    with loading():
        from api.logging_setup import configure_logging
        from api.notify import notify
        from api.serving import inherited, listen, serve, url_of
        from api.serving_group import serve_group
        from api.wiring import open_ledger

    write_line = configure_logging()
    if descriptor is not None:  # one process of a group
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        member = open_ledger(settings, write_line)
        serve(member, inherited(descriptor), alone=False, ready=lambda: print("READY", flush=True))
        return
    ledger = open_ledger(settings, write_line) if adopt or workers == 1 else None
    if adopt and ledger is not None:
        head = ledger.adopt_head()
        progress(
            f"ADOPTED {head.size} entries: what was acknowledged beyond them is given up; old marks are kept"
        )
    listener = listen(settings)
    url = url_of(settings, listener)
    if not settings.is_loopback:
        progress(f"{settings.host} can be reached from other machines: put TLS in front")

    def ready() -> None:
        print(f"READY {url}", flush=True)
        notify("READY=1")

    if workers > 1 or ledger is None:
        if ledger is not None:
            ledger.close()
        serve_group(settings, listener, workers, worker=worker, ready=ready)
        return
    # The server drains at SIGTERM and then raises it again: an orderly end, so exit code 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(ledger, listener, worker=worker, ready=ready)
