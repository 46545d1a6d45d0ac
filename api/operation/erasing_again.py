# SPDX-License-Identifier: Apache-2.0
"""What was erased after a back-up is erased in it again, before anything of it is laid down."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import and_, delete, insert

from api.auditing import known_acts
from api.erasing import rows_beside
from api.operation import archive
from api.operation.erasure_list import NAME, lines_of
from api.operation.errors import BackupError, SecretsMissingError
from api.operation.rebuild import NoKeys
from api.operation.snapshot import one_file
from attest.context import Context
from attest.erasure.again import returned
from attest.erasure.listed import ErasureListError, read_list
from attest.keyfiles import read_lookup_keys
from attest.tables import restored_entries, restored_erasures
from attest.vault import Vault
from ledger.note import NoteVerifier
from ledger.store import Store, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from api.settings import Settings
    from attest.erasure.again import Returned
    from attest.erasure.listed import Listed
    from attest.sealing import Sealer
    from attest.verify.trust import Trust
    from ledger.commands import Row

_NO_LIST: Final = (
    "no list of erasures here: whether something was erased after the back-up was not judged; "
    "give a copy of it with --erasures"
)


Lists: TypeAlias = "dict[bytes, tuple[Listed, bytes]]"
"""Items with their signed lines, by the id of the erasure."""


@dataclass(frozen=True, slots=True)
class Again:
    """What was erased again: erasures, entries, files; and a remark where that could not be judged."""

    erasures: int = 0
    entries: int = 0
    files: int = 0
    remark: str = ""


def read_lists(settings: Settings, given: Sequence[Path], trust: Trust) -> Lists | None:
    """What the home's list and copies of it say; None without any.

    BackupError where a list is damaged, cut within or of another ledger.
    """
    for path in given:
        if not path.is_file():
            raise BackupError(f"there is no list of erasures {path}")
    paths = [one for one in (settings.head_mark / NAME, *given) if one.is_file()]
    if not paths:
        return None
    verifier = NoteVerifier.from_vkey(trust.log_key)
    found: Lists = {}
    for path in paths:
        lines = lines_of(path)
        try:
            items = read_list(lines, verifier, trust.origin)
        except ErasureListError as error:
            raise BackupError(f"{path}: {error}", code=error.code) from None
        found |= {item.erasure: (item, line) for item, line in zip(items, lines, strict=True)}
    return found


def erase_again(
    laid: Path,
    lists: Lists | None,
    trust: Trust,
    sealer: Sealer,
    lookup_file: Path,
) -> Again:
    """Destroy in the copy at `laid` what the lists name; SecretsMissingError without look-up keys."""
    if lists is None:
        return Again(remark=_NO_LIST)
    done = Again()
    if not lists:
        return done
    context, acts = _context(trust, sealer, lookup_file), known_acts()
    vault = Vault(laid / archive.VAULT, sealer)
    with closing(Store(f"sqlite:///{laid / archive.DATABASE}")) as store:
        for item, line in lists.values():
            for document in item.documents:
                vault.erase(document)
            found = returned(item, store, context, acts)
            if found.entries:
                _destroy(store, item, line, found)
                done = Again(
                    done.erasures + 1,
                    done.entries + len(found.entries),
                    done.files + len(found.documents),
                )
    one_file(laid / archive.DATABASE)
    return done


def _context(trust: Trust, sealer: Sealer, lookup_file: Path) -> Context:
    if not lookup_file.exists():
        raise SecretsMissingError(
            f"something was erased after the back-up: look-up keys are needed: {lookup_file}"
        )
    return Context(trust.log, trust.origin, trust.profile, read_lookup_keys(lookup_file), sealer, NoKeys())


def _destroy(store: Store, item: Listed, line: bytes, found: Returned) -> None:
    """In one transaction: what came back goes, and what says why comes in."""
    rows: list[Row] = [*found.rows, *rows_beside(found.holders, found.entries, found.acceptances, store)]
    with store.transaction() as connection:
        for table, values in rows:
            named = zip(table.columns, values, strict=False)
            key = and_(*(column == value for column, value in named if column.primary_key))
            run(connection, delete(table).where(key))
        run(connection, insert(restored_erasures).values(erasure=item.erasure, line=line))
        for entry in found.entries:
            run(connection, insert(restored_entries).values(entry=entry, erasure=item.erasure))
