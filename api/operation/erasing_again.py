# SPDX-License-Identifier: Apache-2.0
"""What was erased after a back-up is erased in it again, before anything of it is laid down."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import and_, delete, insert

from api.auditing import known_acts
from api.erasing import rows_beside
from api.operation import archive
from api.operation.erasure_list import NAME, ends_in, lines_of
from api.operation.errors import BackupError, ErasuresCutError, SecretsMissingError
from api.operation.rebuild import NoKeys
from api.operation.snapshot import one_file
from attest.context import Context
from attest.days import CHINA
from attest.erasure.again import returned
from attest.erasure.listed import ErasureListError, read_list
from attest.erasure.repository import all_erasures
from attest.keyfiles import read_lookup_keys
from attest.tables import restored_entries, restored_erasures
from attest.vault import Vault
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
    from ledger.note import NoteVerifying

_NO_LIST: Final = (
    "no list of erasures here: whether something was erased after the back-up was not judged; "
    "give a copy of it with --erasures"
)


Lists: TypeAlias = "dict[bytes, tuple[Listed, bytes]]"
"""Items with their signed lines, by the id of the erasure."""


@dataclass(frozen=True, slots=True)
class Again:
    """What was erased again: erasures, entries, files; how much the lists at hand could say of it."""

    erasures: int = 0
    entries: int = 0
    files: int = 0
    listed: int | None = None
    """Erasures in the lists, None without any list."""
    last: Listed | None = None
    """The newest of them: what was erased after it no list at hand knows."""

    @property
    def remark(self) -> str:
        """How far the lists reach: the end of one can be cut off unseen."""
        if self.listed is None:
            return _NO_LIST
        if self.last is None:
            return "the list of erasures has no line: none is known, and a later one cannot be known from it"
        when = datetime.fromtimestamp(self.last.time, CHINA).isoformat(" ")
        return (
            f"the list of erasures has {self.listed}; the last is entry {self.last.index} of {when}: "
            "later ones cannot be known from it"
        )


def read_lists(settings: Settings, given: Sequence[Path], trust: Trust) -> Lists | None:
    """What the home's list and copies of it say; None without any.

    BackupError where a list is damaged, cut within or of another ledger, or a copy given by hand is empty;
    ErasuresCutError where none reaches as far as the home's head marks state.
    """
    for path in given:
        if not path.is_file():
            raise BackupError(f"there is no list of erasures {path}")
        if not lines_of(path):
            raise ErasuresCutError(f"删除清单 {path} 是空的", f"the list of erasures {path} is empty")
    paths = [one for one in (settings.head_mark / NAME, *given) if one.is_file()]
    verifier = trust.log_keys
    _require_end(settings.head_mark, [lines_of(path) for path in paths], verifier, trust.origin)
    if not paths:
        return None
    found: Lists = {}
    for path in paths:
        lines = lines_of(path)
        try:
            items = read_list(lines, verifier, trust.origin)
        except ErasureListError as error:
            raise BackupError(f"{path}: {error}", code=error.code) from None
        found |= {item.erasure: (item, line) for item, line in zip(items, lines, strict=True)}
    return found


def _require_end(folder: Path, lists: Sequence[list[bytes]], verifier: NoteVerifying, origin: str) -> None:
    """Each end that a mark states stands in some list: what was known once is not forgotten."""
    for end in sorted(ends_in(folder, verifier, origin), key=lambda one: -one.count):
        if not any(end.is_in(lines) for lines in lists) and end.count:
            most = max((len(lines) for lines in lists), default=0)
            raise ErasuresCutError(
                f"最高水位记有 {end.count} 次删除，手头的删除清单只有 {most} 次，或者不是同一份",
                f"the head mark states {end.count} erasures; the list at hand has {most}, or is another one",
            )


def erase_again(
    laid: Path,
    lists: Lists | None,
    trust: Trust,
    sealer: Sealer,
    lookup_file: Path,
) -> Again:
    """Destroy in the copy at `laid` what the lists name; SecretsMissingError without look-up keys.

    ErasuresCutError where the copy's own log tells of an erasure that the lists lack.
    """
    if lists is None:
        return Again()
    _require_whole(lists, laid)
    items = [item for item, _ in lists.values()]
    done = Again(listed=len(items), last=max(items, key=lambda one: (one.time, one.index), default=None))
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
                done = replace(
                    done,
                    erasures=done.erasures + 1,
                    entries=done.entries + len(found.entries),
                    files=done.files + len(found.documents),
                )
    one_file(laid / archive.DATABASE)
    return done


def _require_whole(lists: Lists, laid: Path) -> None:
    with closing(Store(f"sqlite:///{laid / archive.DATABASE}", read_only=True)) as store:
        missing = [one for one in all_erasures(store) if one.id not in lists]
    if missing:
        index = missing[0].index
        raise ErasuresCutError(
            f"删除清单只有 {len(lists)} 次删除，缺少备份自己的账本第 {index} 条所记的删除",
            f"the list of erasures has {len(lists)} and lacks that of entry {index} of the back-up",
        )


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
