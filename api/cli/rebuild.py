# SPDX-License-Identifier: Apache-2.0
"""`once rebuild`: derive every table again from entries and private records, and compare."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from api.cli import ExitCode, emit, progress
from api.settings import load_settings


def command(
    *,
    copy: Annotated[Path | None, typer.Option(help="judge this copy of the database, read-only")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Prove that the tables are what the log gives. Exit codes: 0 equal, 1 different, 3 cannot tell."""
    from api.database import of_copy
    from api.operation.backup import sealer_for
    from api.operation.rebuild import NoKeys, rebuild
    from api.operation.snapshot import take_snapshot
    from api.operation.staging import private_folder
    from api.trust_file import read_trust
    from attest.context import Context
    from attest.keyfiles import read_lookup_keys
    from ledger.store import Store

    settings = load_settings()
    trust = read_trust(settings.trust_file)
    lookup = read_lookup_keys(settings.lookup_key_file)
    context = Context(trust.log, trust.origin, trust.profile, lookup, sealer_for(settings.kek_file), NoKeys())
    with private_folder(settings.home, "rebuild", progress) as folder:
        take_snapshot(of_copy(settings, copy), folder / "ledger.db")
        store = Store(f"sqlite:///{folder / 'ledger.db'}", read_only=True)
        progress(f"deriving the tables of {store.head().size} entries")
        try:
            done = rebuild(store, context, progress)
        finally:
            store.close()
    code = ExitCode.NOT_VALID if done.differences else ExitCode.VALID
    if code is ExitCode.VALID and done.unknown:
        code = ExitCode.CANNOT_TELL
    verdict = {0: "equal", 1: "different", 3: "cannot_tell"}[code]
    rows = sum(done.rows.values())
    lines = [f"{one.code:<17} {one.text}" for one in done.differences]
    if done.unknown:
        lines.append(f"note: {done.unknown} entries are of a newer version or kind than this program")
    lines.append(f"{verdict}: {rows} rows of {len(done.rows)} tables, from {done.entries} entries")
    result = {
        "verdict": verdict,
        "entries": done.entries,
        "rows": done.rows,
        "unknown": done.unknown,
        "differences": [
            {"code": one.code, "table": one.table, "entry": one.entry, "text": one.text}
            for one in done.differences
        ],
    }
    emit(result, "\n".join(lines), as_json=as_json)
    return code
