# SPDX-License-Identifier: Apache-2.0
"""`once restore PATH`: lay a back-up into $ONCE_HOME, on this or another machine."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from api.cli import ExitCode, emit, progress


def command(
    *,
    path: Annotated[Path, typer.Argument(help="a file that `once backup` wrote")],
    check: Annotated[bool, typer.Option("--check", help="only read it to its end; lay nothing down")] = False,
    keys: Annotated[Path | None, typer.Option(help="a file of keys that `once backup` wrote")] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help="opens the file of keys (mode 0600)")] = None,
    trust: Annotated[Path | None, typer.Option(help="trust file kept elsewhere, to compare with")] = None,
    chain: Annotated[str | None, typer.Option(help="URL of the chain, else the one that serve uses")] = None,
    erasures: Annotated[
        list[Path] | None, typer.Option(help="copy of head/erasures.jsonl kept elsewhere; may be repeated")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="do not ask the chain")] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt-head", help="go on from here; give up newer entries")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Restore a back-up after auditing it. Exit codes: 0 may write, 1 not restored, 3 serves reads only."""
    from api.operation.backup import check_file, sealer_for
    from api.operation.restore import Asked, restore
    from api.settings import load_settings
    from attest.keyfiles import read_passphrase

    if (keys is None) != (passphrase_file is None):
        raise typer.BadParameter("--keys and --passphrase-file go together")
    if check:
        about = check_file(path, sealer_for(load_settings().kek_file))
        told = {"size": about.size, "root": about.root.hex(), "log": about.log.hex(), "time": about.time}
        told["until"] = about.until.isoformat()
        said = f"whole: {about.origin}, {about.size} entries, root {about.root.hex()}"
        emit(told, f"{said}; delete it by {told['until']}", as_json=as_json)
        return ExitCode.VALID
    asked = Asked(
        keys=keys,
        passphrase="" if passphrase_file is None else read_passphrase(passphrase_file),
        trust=trust,
        chain=chain,
        erasures=tuple(erasures or ()),
        offline=offline,
        adopt=adopt,
    )
    done = restore(path.absolute(), asked, progress)
    about, again = done.about, done.again
    lines = [
        f"restored {about.origin}, {about.size} entries, {done.files} files",
        f"root     {about.root.hex()}",
        f"erased   {again.entries} entries and {again.files} files again, of {again.erasures} later erasures",
        *(f"note     {remark}" for remark in done.remarks),
        f"{'writes' if done.writes else 'READ-ONLY':<8} {done.reason}",
    ]
    result = {
        "log": about.log.hex(),
        "origin": about.origin,
        "size": about.size,
        "root": about.root.hex(),
        "files": done.files,
        "writes": done.writes,
        "reason": done.reason,
        "erased_again": {
            "erasures": again.erasures,
            "entries": again.entries,
            "files": again.files,
            "listed": again.listed,
            "last": None if again.last is None else {"index": again.last.index, "time": again.last.time},
        },
        "remarks": list(done.remarks),
    }
    emit(result, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if done.writes else ExitCode.CANNOT_TELL
