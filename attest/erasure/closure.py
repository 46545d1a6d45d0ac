# SPDX-License-Identifier: Apache-2.0
"""Everything that links holders to the log: found by opening every private record once, in the log's order.

An entry belongs to it that names one of the holders (as an agent too), opened a case of theirs, stands
in such a case, is an acceptance with them as a party, or cites an entry that belongs to it. A look-up in the
case of another that found something of theirs stays that other person's: it holds their random id, which then
leads to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attest.acts import derived
from attest.cases.repository import cases_of
from attest.days import day_of
from attest.erasure.model import CASE, MATERIAL, Kept
from attest.errors import VaultError
from attest.holders.commands import holder_lookup
from attest.holders.repository import lookups_of
from attest.materials.repository import upload_key, upload_of
from attest.private import open_private
from attest.statements import Envelope
from attest.tables import private_records, uploads

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.acts import Act
    from attest.context import Context
    from attest.statements import Entry
    from ledger.commands import Row
    from ledger.store import Store

_STEP: Final = 512
_CITATIONS: Final = ("acceptance", "asked", "request", "mandate")
"""Members of private records that cite another entry."""
_BY_AGENTS: Final = frozenset({"submission.chosen", "submission.released", "material.claimed"})
_NAMES: Final = ("holder", "earlier", "principal")
"""Members of private records that name a holder by id."""


def _citations(kind: str) -> tuple[str, ...]:
    """What an agent said for somebody stays that person's: the mandate cited leads nowhere once erased."""
    return _CITATIONS if kind not in _BY_AGENTS else _CITATIONS[:-1]


@dataclass
class _Material:
    type: str
    last: int
    others: bool
    open: set[str] = field(default_factory=set)
    """Disputes that wait for their answer, by the id of their entry."""


@dataclass
class _Case:
    item: str
    version: int
    last: int
    others: bool


class Closure:
    """Grows with the log: `read` once up to a size, again up to a later one."""

    def __init__(
        self, holders: Collection[bytes], store: Store, context: Context, acts: Mapping[str, Act[Any]]
    ) -> None:
        self._holders = {one.hex() for one in holders}
        self._keys = {f"citizen/{one}" for one in self._holders}
        self._lookups = {lookup for one in holders for lookup in lookups_of(one, store)}
        self._store, self._context, self._acts = store, context, acts
        self._numbers = {number for one in holders for number in cases_of(one, store)}
        self._cases: dict[str, _Case] = {}
        self._materials: dict[str, _Material] = {}
        self._ids: set[str] = set()
        self._files: set[tuple[str, bytes]] = set()
        self._foreign_files: set[tuple[str, bytes]] = set()
        self._size = 0
        self.entries: dict[int, list[Row]] = {}
        """By index, the rows that the entry gave."""
        self.acceptances: set[bytes] = set()

    def read(self, size: int) -> None:
        """Take the entries below `size` in that were not read yet."""
        for start in range(self._size, size, _STEP):
            stop = min(start + _STEP, size)
            for index, leaf in enumerate(self._store.leaves(start, stop), start):
                self._take(index, leaf)
        self._size = max(self._size, size)

    def kept(self) -> list[Kept]:
        """The holders' materials and cases, with what their keeping hangs on."""
        materials = [
            Kept(MATERIAL, one.type, day_of(one.last), one.others, bool(one.open))
            for one in self._materials.values()
        ]
        return materials + [
            Kept(CASE, one.item, day_of(one.last), one.others, version=one.version)
            for one in self._cases.values()
        ]

    def documents(self) -> list[bytes]:
        """Files of the vault that no acceptance outside it names."""
        return sorted(row[1] for row in self._uploads())

    def _uploads(self) -> list[tuple[bytes, bytes, int, str]]:
        """Rows of the uploads that go: whoever uploaded the same file for somebody else keeps it."""
        found = []
        for issuer, digest in sorted(self._files - self._foreign_files):
            upload = upload_of(issuer, digest, self._store, self._context)
            if upload is not None:
                key = upload_key(issuer, digest, self._context)
                found.append((key, upload.document, upload.size, upload.media))
        return found

    def rows(self) -> list[Row]:
        """Every row to delete: projections, private records with their wrapped keys and salts, uploads."""
        found: list[Row] = []
        for index, rows in self.entries.items():
            found += rows
            found.append((private_records, (index, b"")))
        found += [(uploads, row) for row in self._uploads()]
        return found

    def _take(self, index: int, leaf: bytes) -> None:
        envelope = Envelope.parse(leaf)
        entry = envelope.entry
        act = self._acts.get(entry.kind)
        if entry.private is None or act is None:
            return
        try:
            _, record = open_private(index, self._store, self._context.sealer)
        except (LookupError, VaultError):
            return  # erased before
        if not self._belongs(entry, record):
            return
        self._ids.add(entry.id.hex())
        self.entries[index] = derived(act, record, index, leaf, envelope, self._context)

    def _belongs(self, entry: Entry, record: dict[str, Any]) -> bool:
        named = {one["holder"] for one in record.get("parties", ())}
        case = self._cases.get(record.get("case", ""))
        if entry.kind == "case.opened":
            mine = bool(named & self._holders) or record["case"] in self._numbers
            if mine:
                self._cases[record["case"]] = _Case(
                    record["item"], record["version"], entry.time, bool(named - self._holders)
                )
            return mine
        if entry.kind == "case.party.added" and case is not None:
            case.others = case.others or bool(named - self._holders)
        if entry.kind == "material.accepted":
            return self._accepted(entry, record, named, case)
        cited = {record[name]["id"] for name in _citations(entry.kind) if name in record} & self._ids
        for one in cited & self._materials.keys():
            self._follow(self._materials[one], entry)
        if entry.kind in {"data.check.answered", "data.check.withdrawn"}:
            for material in self._materials.values():
                material.open -= cited
        return bool(
            cited
            or case is not None
            or named & self._holders
            or any(record.get(name) in self._holders for name in _NAMES)
            or record.get("key") in self._keys
            or self._is_agent(record)
        )

    def _is_agent(self, record: dict[str, Any]) -> bool:
        """Whether a mandate names one of the holders as the agent; by their number, not by their id."""
        if "agent_number" not in record:
            return False
        lookup = holder_lookup(record["agent_type"], record["agent_number"], self._context)
        return lookup in self._lookups

    def _accepted(self, entry: Entry, record: dict[str, Any], named: set[str], case: _Case | None) -> bool:
        if case is not None:
            case.others = case.others or bool(named - self._holders)
        file = (entry.issuer, bytes.fromhex(record["document"]["sha256"]))
        if not named & self._holders:
            self._foreign_files.add(file)
            return False
        if record["document"]["kept"] == "vault":
            self._files.add(file)
        others = bool(named - self._holders)
        self._materials[entry.id.hex()] = _Material(record["type"], entry.time, others)
        self.acceptances.add(entry.id)
        return True

    def _follow(self, material: _Material, entry: Entry) -> None:
        if entry.kind == "material.relied":
            material.last = max(material.last, entry.time)
        elif entry.kind == "data.check.requested":
            material.open.add(entry.id.hex())
