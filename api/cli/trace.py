# SPDX-License-Identifier: Apache-2.0
"""`once trace`: every step of a case in order, each with its proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Any

import typer

from api.cli import ExitCode, emit


def command(
    case: Annotated[str, typer.Argument(help="number of the case")],
    *,
    purpose: Annotated[str, typer.Option(help="why you look; it is recorded")] = "trace",
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    language: Annotated[str, typer.Option("--lang", help="zh or en")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, with records and proofs")] = False,
) -> int:
    """Show every entry of CASE in the log's order: time, issuer, what was done, how far it is anchored."""
    from api.cli.client import Client, find_place, segment

    with Client(find_place(url, key_file, department), language) as client:
        answer = client.get(f"cases/{segment(case)}/trace", purpose=purpose)
    entries: list[dict[str, Any]] = answer["entries"]
    lines = ["index     time (UTC)           issuer        what                     proof"]
    for one in entries:
        when = datetime.fromtimestamp(one["time"], UTC).strftime("%Y-%m-%d %H:%M:%S")
        stage = one["receipt"]["stage"]
        lines.append(f"{one['index']:<9} {when}  {one['issuer']:<13} {one['kind']:<24} {stage}")
    lines.append(f"{len(entries)} entries in a log of {answer['size']}, root {answer['root']}")
    emit(answer, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID
