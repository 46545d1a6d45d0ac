# SPDX-License-Identifier: Apache-2.0
"""`once export`: the evidence file of an acceptance or a reliance, which verifies without the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import ExitCode, emit, progress
from api.cli.words import Language, spoken


def command(
    acceptance: Annotated[str, typer.Argument(help="id of an acceptance or reliance, as `submit` prints it")],
    *,
    out: Annotated[Path | None, typer.Option(help="file to write, else ID.evidence.json here")] = None,
    purpose: Annotated[str, typer.Option(help="why you ask; it is recorded")] = "export",
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Write the evidence file of ID; `once verify FILE --trust trust.json --offline` judges it anywhere."""
    from api.cli.client import Client, find_place, reading, segment
    from api.cli.faults import require_place
    from attest.verify.evidence import Evidence
    from ledger.canonical import dump
    from ledger.durable import replace_file

    file = out or Path(f"{acceptance}.evidence.json")
    require_place(file)  # before the ledger records that it was asked
    with Client(find_place(url, key_file, department), spoken(lang)) as client:
        evidence = client.get(f"evidence/{segment(acceptance)}", purpose=purpose)
    with reading():
        octets = dump(evidence, max_depth=20)
        Evidence.parse(octets)
    if file.exists() and not file.is_file():  # a pipe, /dev/stdout
        file.write_bytes(octets)
    else:
        replace_file(file, octets)
    progress("Hand over trust.json by another way: who takes both from one hand believes that hand.")
    emit({"file": str(file), "bytes": len(octets)}, f"{file} ({len(octets):,} bytes)", as_json=as_json)
    return ExitCode.VALID
