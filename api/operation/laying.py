# SPDX-License-Identifier: Apache-2.0
"""Laying a judged back-up down: what stands in its way is found first, and nothing is ever overwritten.

What was laid goes again where the rest cannot be. Of a run that was killed there stay whole files only,
and a note that says so (`api.operation.unfinished`).
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, closing, suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from api.copying import copy_database
from api.operation import archive
from api.operation.errors import ChangedError, DiffersError, NotEmptyError, TakenError
from api.operation.key_file import ISSUERS
from api.operation.staging import spare_name
from api.operation.unfinished import begin, database_file, database_standing, finish
from api.settings import CONFIG_NAME, make_private_folder, without_credentials
from ledger.durable import sync_folder
from ledger.failpoints import failpoint
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from api.settings import Settings


def require_free(settings: Settings, laid: Path, digests: Mapping[str, str]) -> None:
    """Before anything is laid: TakenError for what is in the way, DiffersError for another file of the vault.

    Files of the vault that are there already are compared with the back-up's `digests`.
    """
    _require_no_database(settings)
    folders = {settings.vault}
    for name, target in _vault_targets(settings, laid):
        folders |= {target.parent, target.parent.parent}
        if target.is_file():
            if _digest(target) != digests[name]:
                raise DiffersError(target)
        elif os.path.lexists(target):
            raise TakenError(target)
    taken = [path for path in sorted(folders) if os.path.lexists(path) and not path.is_dir()]
    files = (settings.home / CONFIG_NAME, settings.trust_file)
    taken += [path for path in files if os.path.lexists(path) and not path.is_file()]
    if taken:
        raise TakenError(*taken)


def _require_no_database(settings: Settings) -> None:
    """An operator moves away what is to be replaced."""
    taken = database_standing(settings)
    if taken:
        raise NotEmptyError(*taken) if database_file(settings) is None else TakenError(*taken)


def _vault_targets(settings: Settings, laid: Path) -> Iterator[tuple[str, Path]]:
    """Names in the back-up, and where those files go."""
    for name, file in archive.vault_files(laid / archive.VAULT):
        yield name, settings.vault / file.relative_to(laid / archive.VAULT)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def lay_down(
    settings: Settings, laid: Path, keys: Path | None, head: tuple[int, bytes], staging: Path
) -> list[str]:
    """Vault, configuration, database, keys; trust last, without which a home counts as not founded.

    ChangedError where the database that was laid does not give `head`. Remarks for the operator.
    """
    with ExitStack() as undo:
        begin(settings, head, undo)
        _make_folders(settings.vault, undo)
        make_private_folder(settings.vault)
        for name, target in _vault_targets(settings, laid):
            if not target.exists():
                lay(laid / name, target, staging, undo)
        _lay_if_missing(laid / archive.CONFIG, settings.home / CONFIG_NAME, staging, undo)
        file = database_file(settings)
        if file is None:
            copied = Store(f"sqlite:///{laid / archive.DATABASE}", read_only=True)
            with closing(copied), closing(Store(settings.database_url)) as empty:
                copy_database(copied, empty)
        else:
            lay(laid / archive.DATABASE, file, staging, undo)
        failpoint("F19")
        require_head(settings, head)
        remarks = [] if keys is None else _lay_keys(settings, keys, undo)
        failpoint("F19")
        os.sync()  # whatever trust speaks of is on the disk before it
        _lay_if_missing(laid / archive.TRUST, settings.trust_file, staging, undo)
        os.sync()
        undo.pop_all()
    finish(settings)
    return remarks


def require_head(settings: Settings, head: tuple[int, bytes]) -> None:
    """ChangedError unless the database of `settings` has this size and root."""
    with closing(Store(settings.database_url, read_only=True)) as store:
        found = store.head()
    if (found.size, found.root) != head:
        raise ChangedError(without_credentials(settings.database_url))


def _lay_if_missing(source: Path, target: Path, staging: Path, undo: ExitStack) -> None:
    if source.exists() and not target.exists():
        lay(source, target, staging, undo)


def lay(source: Path, target: Path, staging: Path, undo: ExitStack) -> None:
    """Name a file, whole and onto nothing; where the target is on another disk it is copied first."""
    _make_folders(target.parent, undo)
    try:
        os.link(source, target)
    except FileExistsError:
        raise TakenError(target) from None
    except OSError:
        _copy(source, target, staging)
    undo.callback(target.unlink, missing_ok=True)


def _copy(source: Path, target: Path, staging: Path) -> None:
    spare = spare_name(target, staging)
    try:
        with (
            source.open("rb") as reading,
            os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing,
        ):
            shutil.copyfileobj(reading, writing, 1 << 20)
            writing.flush()
            os.fsync(writing.fileno())
        if os.path.lexists(target):
            raise TakenError(target)
        spare.rename(target)
    finally:
        spare.unlink(missing_ok=True)
    sync_folder(target.parent)


def _make_folders(folder: Path, undo: ExitStack) -> None:
    """The folder and those above it, for their owner alone."""
    if not folder.is_dir():
        _make_folders(folder.parent, undo)
        folder.mkdir(mode=0o700)
        undo.callback(_drop, folder)


def _drop(folder: Path) -> None:
    with suppress(OSError):  # somebody put something there meanwhile
        folder.rmdir()


def _lay_keys(settings: Settings, opened: Path, undo: ExitStack) -> list[str]:
    """Put the keys where the service looks; remarks about those that the settings want elsewhere."""
    folder = settings.keys_folder
    if folder.is_dir():
        folder.rmdir()
        undo.callback(folder.mkdir, 0o700)
    _durable(opened)
    opened.rename(folder)
    undo.callback(folder.rename, opened)
    sync_folder(folder.parent)
    wanted = [settings.kek_file, settings.lookup_key_file, settings.passphrase_file]
    if (folder / ISSUERS).is_dir():
        wanted.append(settings.issuer_secrets)
    return [f"move {path.name} from {folder} to {path}" for path in wanted if not path.exists()]


def _durable(folder: Path) -> None:
    for path in folder.rglob("*"):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)
