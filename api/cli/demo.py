# SPDX-License-Identifier: Apache-2.0
"""`once demo`: a throw-away ledger with sample departments, guides and people; `--check` plays the story."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import ExitCode, progress

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_LOOK_SECONDS = 0.5


def command(
    *,
    check: Annotated[bool, typer.Option("--check", help="play the whole story over HTTP and exit")] = False,
    chain: Annotated[str, typer.Option(help="anvil, hardhat, or the URL of a JSON-RPC endpoint")] = "anvil",
    port: Annotated[int, typer.Option(help="0 takes a free one", min=0, max=65535)] = 0,
    folder: Annotated[
        Path | None, typer.Option("--dir", help="keep the ledger in this new folder, else a temporary one")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a step of --check")] = False,
) -> int:
    """Found a throw-away ledger, serve it and print `READY <url>`; runs until SIGINT or SIGTERM."""
    from api.demo.warm import spawn

    progress("founding a throw-away ledger")
    with _endings():
        warm = spawn()
        try:
            if check:
                return _check(chain, port, folder, warm, as_json=as_json)
            with contextlib.suppress(KeyboardInterrupt):
                _serve(chain, port, folder, warm)
                return ExitCode.NOT_VALID
            return ExitCode.VALID
        finally:
            warm.kill()  # nothing where it became the server, which has ended by now
            warm.wait()


def _serve(chain: str, port: int, folder: Path | None, warm: subprocess.Popen[bytes]) -> None:
    """Returns only if the server ends by itself."""
    from api.demo.host import DemoHost

    with DemoHost(chain, port, folder, warm) as host:
        from api.demo.doors import Doors
        from api.demo.seed import seed, write_facts

        progress("registering departments, publishing guides, naming people")
        with Doors(host.url, host.api_keys) as doors:
            holders, cases = seed(doors)
        facts = {
            "url": host.url,
            "accounts": host.accounts,
            "api_keys": host.api_keys,
            "holders": holders,
            "cases": cases,
        }
        write_facts(host.settings.home / "demo.json", facts)
        progress(f"API keys of every department are in {host.settings.home / 'demo.json'}")
        print(f"READY {host.url}", flush=True)
        while host.server.alive():
            time.sleep(_LOOK_SECONDS)
        progress(f"the server ended by itself; see {host.keep_log()}")


def _check(
    chain: str, port: int, folder: Path | None, warm: subprocess.Popen[bytes], *, as_json: bool
) -> int:
    from api.demo.host import DemoHost
    from api.demo.story import STEPS
    from api.demo.story.play import Story, play

    with DemoHost(chain, port, folder, warm) as host, Story(host, chain) as story:
        return play(STEPS, story, as_json=as_json)


@contextlib.contextmanager
def _endings() -> Iterator[None]:
    """SIGTERM ends us as SIGINT does, through every `finally`; a second one changes nothing."""

    def end(number: int, _: object) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, end)
    try:
        yield
    finally:
        sys.stdout.flush()
