# SPDX-License-Identifier: Apache-2.0
"""`once demo`: a throw-away ledger with sample departments, guides and people; `--check` plays the story."""

from __future__ import annotations

import contextlib
import shlex
import signal
import sys
import time
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.cli import ExitCode, progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.demo.host import DemoHost

_PERSON: Final = ("key", "name", "id_type", "number")
_LOOK_SECONDS = 0.5


def command(
    *,
    check: Annotated[bool, typer.Option("--check", help="play the whole story over HTTP and exit")] = False,
    chain: Annotated[str, typer.Option(help="anvil, hardhat, or the URL of a JSON-RPC endpoint")] = "anvil",
    port: Annotated[int, typer.Option(help="0 takes a free one", min=0, max=65535)] = 0,
    folder: Annotated[
        Path | None, typer.Option("--dir", help="keep the ledger in this new folder, else a temporary one")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(envvar="ONCE_DATABASE_URL", help="PostgreSQL: a database is made beside it and dropped"),
    ] = None,
    workers: Annotated[int, typer.Option(help="serving processes", min=1, max=64)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a step of --check")] = False,
) -> int:
    """Found a throw-away ledger, serve it and print `READY <url>`; runs until SIGINT or SIGTERM."""
    from api.demo.warm import spawn

    _require_free(port)
    progress("founding a throw-away ledger")
    with _endings():
        warm = spawn()
        try:
            from api.demo.host import DemoHost

            host = DemoHost(chain, port, folder, warm, database_url, workers)
            if check:
                return _check(host, chain, as_json=as_json)
            with contextlib.suppress(KeyboardInterrupt):
                _serve(host)
                return ExitCode.NOT_VALID
            return ExitCode.VALID
        finally:
            warm.kill()  # nothing where it became the server, which has ended by now
            warm.wait()


def _serve(host: DemoHost) -> None:
    """Returns only if the server ends by itself."""
    with host:
        from api.demo.doors import Doors
        from api.demo.samples import UNITS, people
        from api.demo.seed import add_issuer_key, seed, write_facts

        progress("registering departments, publishing guides, naming people")
        with Doors(host.url, host.api_keys) as doors:
            holders, cases = seed(doors)
            if host.issuer is not None:
                add_issuer_key(doors, host.issuer.department, host.issuer.signer.address)
        facts = {
            "url": host.url,
            "accounts": host.accounts,
            "api_keys": host.api_keys,
            "people": [{name: one[name] for name in _PERSON} for one in people()],
            "units": UNITS,
            "holders": holders,
            "cases": cases,
        }
        write_facts(host.settings.home / "demo.json", facts)
        progress(_to_try(host.settings.home, host.url, cases))
        print(f"READY {host.url}", flush=True)
        while host.server.alive():
            time.sleep(_LOOK_SECONDS)
        progress(f"the server ended by itself; see {host.keep_log()}")


def _to_try(home: Path, url: str, cases: Mapping[str, str]) -> str:
    """Lines to copy into another window."""
    from api.demo.samples import FOLDER

    once, case = shlex.quote(sys.argv[0]), cases["YC-004"]
    licence = shlex.quote(str(FOLDER / "documents" / "business-licence.pdf"))
    paper = (
        "--type business_licence --issuer SC --number 92990101MA99A1172F --party holder=eatery"
        " --assurance original"
    )
    submit = f"{once} submit {licence} --as ZW --case {cases['XF-001']} {paper}"
    check = f"{once} check --as YC --case {case} --item YC-004"
    return "\n".join(
        [
            "In another window, in this folder:",
            f"  export ONCE_HOME={shlex.quote(str(home))}",
            "one department accepts a paper,",
            f"  {submit}",
            "another need not ask for it again,",
            f"  {check}",
            "with evidence that stands without the ledger (ID as `submit` printed it),",
            f"  {once} export --as ZW ID --out paper.evidence.json",
            f"  {once} verify paper.evidence.json --trust $ONCE_HOME/trust.json --offline",
            "departments of the case may look at it, and anybody may recompute the log:",
            f"  {once} trace --as YC {case}",
            f"  {once} audit",
            "or all of that, up to a first recognised answer, in one line:",
            f"  export ONCE_HOME={shlex.quote(str(home))}; {submit} && {check}",
            "and in a browser, as clerk.yc, auditor, operator, editor (password in demo.json) and nobody:",
            f"  {url}/counter?case={case}  {url}/trace  {url}/health  {url}/catalogue  {url}/verify",
            "Accounts for the pages, API keys, people and cases: $ONCE_HOME/demo.json. Ctrl-C ends it all.",
        ]
    )


def _require_free(port: int) -> None:
    """Refuse a port that somebody listens on before anything is founded."""
    from api.cli.faults import GivenError
    from ledger.chain.child import occupied

    if port and occupied(port):
        said = (f"端口 {port} 已被占用，或者无权使用。", f"Port {port} is taken, or not yours to use.")
        step = ("请用 --port 换一个，或者不写，由系统选。", "Choose another with --port, or leave it out.")
        raise GivenError("option.port", said, step)


def _check(host: DemoHost, chain: str, *, as_json: bool) -> int:
    from api.demo.story import STEPS
    from api.demo.story.play import Story, play

    with host, Story(host, chain) as story:
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
