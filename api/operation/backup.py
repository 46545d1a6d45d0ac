# SPDX-License-Identifier: Apache-2.0
"""Taking a back-up while the ledger is served.

The database first, the files of the vault after it: a document is durable before any row names it, so
whatever the copied rows name is there. The file is read back before it gets its name.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from api.database import open_store
from api.migrations import SCHEMA
from api.operation import archive
from api.operation.backup_list import KnownBackup, note_backup
from api.operation.errors import BackupError, SecretsMissingError
from api.operation.room import telling_no_room
from api.operation.sealed_file import SealedReader
from api.operation.snapshot import take_snapshot
from api.operation.staging import private_folder, spare_name
from api.settings import CONFIG_NAME
from api.trust_file import read_trust
from attest.days import day_of
from attest.keyfiles import read_kek
from attest.sealing import Sealer
from ledger.durable import sync_folder
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.settings import Settings
    from attest.verify.trust import Trust
    from ledger.rows import Head

WAIT_SECONDS: Final = 3.0
"""How long to wait for a signed checkpoint that covers the copy; the publisher signs four times a second."""
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Taken:
    """A back-up that was written and read back: its header, files inside, bytes, size of its checkpoint."""

    about: archive.About
    files: int
    octets: int
    signed: int


def sealer_for(kek_file: Path) -> Sealer:
    """The key encryption key in a file; SecretsMissingError where it is not at hand."""
    if not kek_file.exists():
        raise SecretsMissingError(f"the key encryption key is not here: {kek_file}")
    kek = read_kek(kek_file)
    return Sealer(kek.key, kek.version)


def take_backup(settings: Settings, target: Path, say: Callable[[str], None]) -> Taken:
    """Write the back-up of `settings`' ledger to the new file `target`."""
    if target.exists():
        raise BackupError(f"{target} exists already", code="backup.exists")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")
    trust, sealer = read_trust(settings.trust_file), sealer_for(settings.kek_file)
    with telling_no_room(), private_folder(settings.home, "backup", say) as staging:
        copied = staging / archive.DATABASE
        say("copying the database")
        take_snapshot(settings, copied)
        about, signed = _describe(settings, copied, trust)
        say(f"sealing {about.size} entries and the vault")
        spare = spare_name(target, staging)
        try:
            with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                files = archive.write_archive(file, about.document(), sealer, _members(settings, copied))
                file.flush()
                os.fsync(file.fileno())
            say("reading it back")
            check_file(spare, sealer)
            note_backup(settings.head_mark, KnownBackup(str(target), about.size, about.time, about.until))
            os.link(spare, target)  # unlike a rename it never replaces what is there by now
        finally:
            spare.unlink(missing_ok=True)
    sync_folder(target.parent)
    return Taken(about, files, target.stat().st_size, signed)


def check_file(path: Path, sealer: Sealer) -> archive.About:
    """Read a back-up to its end and compare every digest; BackupError at the first damage."""
    with path.open("rb") as file:
        reader = SealedReader(file)
        about = archive.About.parse(reader.header)
        reader.unlock(sealer)
        archive.read_archive(reader, None)
    return about


def _members(settings: Settings, copied: Path) -> Iterator[tuple[str, Path]]:
    yield archive.TRUST, settings.trust_file
    if (settings.home / CONFIG_NAME).exists():
        yield archive.CONFIG, settings.home / CONFIG_NAME
    yield archive.DATABASE, copied
    yield from archive.vault_files(settings.vault)


def _describe(settings: Settings, copied: Path, trust: Trust) -> tuple[archive.About, int]:
    """What the copy holds, with the signed checkpoint that vouches for it, and that checkpoint's size."""
    snapshot = Store(f"sqlite:///{copied}", read_only=True)
    live = open_store(settings)
    try:
        head, edge = snapshot.edge()
        if edge.root() != head.root:
            raise BackupError("the stored edge does not give the stored root: run `once audit`")
        size, note, proof = _covering(live, snapshot, head)
    finally:
        live.close()
        snapshot.close()
    taken = int(time.time())
    about = archive.About(
        trust.log,
        trust.origin,
        trust.profile,
        head.size,
        head.root,
        taken,
        day_of(taken) + timedelta(days=settings.backup_days),
        SCHEMA,
        version("once-ledger"),
        note,
        proof,
    )
    return about, size


def _covering(live: Store, snapshot: Store, head: Head) -> tuple[int, bytes, tuple[bytes, ...]]:
    """The newest signed checkpoint once it covers `head`, and the proof between the two.

    Where nobody publishes now (the ledger is not served) it is the last one, which may be smaller.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    published = live.latest_checkpoint()
    while (published is None or published.size < head.size) and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
        published = live.latest_checkpoint()
    if published is None:
        raise BackupError("no checkpoint was ever published: serve the ledger once, then back it up")
    small, large = sorted((head.size, published.size))
    proof = (
        () if small == large else tuple((live if large > head.size else snapshot).consistency(small, large))
    )
    return published.size, published.note, proof
