# SPDX-License-Identifier: Apache-2.0
"""`once backup PATH`: an encrypted back-up of the ledger in $ONCE_HOME, also while it is served."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from api.cli import emit, progress
from api.settings import load_settings


def command(
    *,
    path: Annotated[Path, typer.Argument(help="the new file; it must not exist yet")],
    with_keys: Annotated[
        Path | None, typer.Option(help="also write the service's keys, to this file")
    ] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help="seals the file of keys (mode 0600)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Back up database, vault, trust and configuration; it opens with the key encryption key alone."""
    from api.operation.backup import take_backup
    from api.operation.key_file import write_keys
    from attest.keyfiles import read_passphrase

    if (with_keys is None) != (passphrase_file is None):
        raise typer.BadParameter("--with-keys and --passphrase-file go together")
    settings = load_settings()
    passphrase = read_passphrase(passphrase_file) if passphrase_file is not None else ""
    taken = take_backup(settings, path.absolute(), progress)
    about = taken.about
    lines = [
        f"back-up  {path} ({taken.octets} bytes, {taken.files} files), read back",
        f"log      {about.origin}, {about.size} entries, root {about.root.hex()}",
        f"signed   checkpoint of {taken.signed} entries",
        f"keep     until {about.until.isoformat()} (ONCE_BACKUP_DAYS), then delete it",
    ]
    keys = 0
    if with_keys is not None:
        keys = write_keys(settings, with_keys.absolute(), passphrase)
        lines.append(f"keys     {with_keys} ({keys} files): keep it apart from the back-up")
    else:
        lines.append("keys     not included: without the key encryption key this back-up does not open")
    result = {
        "path": str(path.absolute()),
        "bytes": taken.octets,
        "files": taken.files,
        "log": about.log.hex(),
        "origin": about.origin,
        "size": about.size,
        "root": about.root.hex(),
        "signed": taken.signed,
        "until": about.until.isoformat(),
        "keys": keys,
    }
    emit(result, "\n".join(lines), as_json=as_json)
