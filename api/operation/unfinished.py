# SPDX-License-Identifier: Apache-2.0
"""A restore that was cut short while it laid things down: its note below home, and what the next one says.

The note is on the disk before the first file, and goes after the last: what stands while it is there may be
the work of a run that died, and is named with the way on.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import make_url

from api.copying import holds_tables
from api.operation.errors import BackupError, CutShortError
from api.settings import without_credentials
from ledger.durable import sync_folder
from ledger.store import Store

if TYPE_CHECKING:
    from contextlib import ExitStack

    from api.settings import Settings

NOTE: Final = "restore.unfinished"
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite reads beside a database would be replayed over the one that is laid down."""


def note_of(settings: Settings) -> Path:
    """Where the note lies while a restore lays things down."""
    return settings.home / NOTE


def begin(settings: Settings, head: tuple[int, bytes], undo: ExitStack) -> None:
    """Write the note; it goes again where nothing stays."""
    note, (size, root) = note_of(settings), head
    undo.callback(note.unlink, missing_ok=True)
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps({"root": root.hex(), "size": size}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(note.parent)


def finish(settings: Settings) -> None:
    """Everything is laid and on the disk."""
    note_of(settings).unlink()
    sync_folder(settings.home)


def require_none(settings: Settings, *, keys: bool) -> None:
    """CutShortError where what a run that died laid is in the way; `keys`: they are to be laid as well."""
    if not os.path.lexists(note_of(settings)):
        return
    database, folder = database_standing(settings), settings.keys_folder
    has_keys = folder.is_dir() and any(folder.iterdir())
    if not database and not (keys and has_keys):
        return
    there = [*database, *([str(folder)] if has_keys else [])]
    missing = [str(path) for path in (folder, settings.trust_file) if not _holds(path)]
    away = [*database, *([str(folder)] if keys and has_keys else [])]
    raise CutShortError(_size_in(settings), there, missing, away, note_of(settings))


def database_standing(settings: Settings) -> list[str]:
    """The database where every command looks with what lies beside it; of one on a server its address."""
    file = database_file(settings)
    if file is not None:
        return [str(one) for end in BESIDE if os.path.lexists(one := file.with_name(file.name + end))]
    with closing(Store(settings.database_url)) as store:
        return [without_credentials(settings.database_url)] if holds_tables(store) else []


def database_file(settings: Settings) -> Path | None:
    """The file in which every command looks; None for a database on a server."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise BackupError(f"{settings.database_url} names no file")
    return Path(url.database).absolute()


def _holds(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _size_in(settings: Settings) -> int | None:
    """Entries of the back-up that was being laid, as the note says; a note cut by a crash says nothing."""
    try:
        said = json.loads(note_of(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    size = said.get("size") if isinstance(said, dict) else None
    return size if isinstance(size, int) else None
