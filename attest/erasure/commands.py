# SPDX-License-Identifier: Apache-2.0
"""`holder.erased`: one entry, and in its transaction every record and row goes that led to the holders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attest.acts import Act, Written, sign_and_place
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.days import day_of
from attest.erasure.closure import Closure
from attest.erasure.model import MOST_ENTRIES, Erasure
from attest.erasure.rules import hindrances
from attest.fields import DEPARTMENT, Fields
from attest.materials.repository import RETRACTIONS_FACT
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from attest.tables import erased_documents, erased_entries, erasures
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from attest.acts import Placed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.erasure.model import Hindrance
    from ledger.canonical import Json
    from ledger.commands import RequestKey, Row, View
    from ledger.store import Store

_ID: Final = re.compile(r"[0-9a-f]{32}\Z")


class EraseHolder(Act[Erasure]):
    """The act; its record names indexes and random ids of files, and nobody."""

    kind = "holder.erased"
    public = False

    def parse(self, fields: Fields) -> Erasure:
        entries = fields.raw("entries")
        if (
            not isinstance(entries, list)
            or not 0 < len(entries) <= MOST_ENTRIES
            or not all(type(one) is int and 0 <= one < 2**53 for one in entries)
            or entries != sorted(set(entries))
        ):
            fields.fail("entries", "a list of indexes, ascending")
        erasure = Erasure(
            fields.text("department", 32, DEPARTMENT),
            tuple(entries),
            tuple(bytes.fromhex(one) for one in fields.texts("documents", MOST_ENTRIES, _ID)),
        )
        fields.done()
        return erasure

    def record(self, record: Erasure) -> dict[str, Json]:
        return {
            "department": record.department,
            "entries": list(record.entries),
            "documents": [one.hex() for one in record.documents],
        }

    def body(self, record: Erasure) -> dict[str, Json]:
        return {"count": len(record.entries), "department": record.department}

    def facts(self, record: Erasure) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def check(self, record: Erasure, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records erasures")

    def rows(self, record: Erasure, placed: Placed, context: Context) -> list[Row]:
        index = placed.index
        return [
            (erasures, (index, placed.entry.id, len(record.entries), placed.entry.time)),
            *((erased_entries, (entry, index)) for entry in record.entries),
            *((erased_documents, (document, index)) for document in record.documents),
        ]


_ACT: Final = EraseHolder()
FACTS: Final = (RETRACTIONS_FACT, TYPES_FACT, POLICIES_FACT)
"""What acceptances, look-ups and reliances read: none of them is decided after an erasure in one batch."""
READS: Final = (*FACTS, keys_fact(SERVICE))


class EraseCommand:
    """Erase holders together, under the lock: nothing of theirs can come in between plan and deed."""

    entry_id: bytes | None = None
    writes: Collection[bytes] = FACTS
    reads: Collection[bytes] = READS

    def __init__(
        self,
        holders: Sequence[bytes],
        department: str,
        years: int,
        store: Store,
        catalogue: Catalogue,
        context: Context,
        acts: Mapping[str, Act[Any]],
        beside: Callable[[Closure, View], Sequence[Row]],
        request: RequestKey | None = None,
    ) -> None:
        """Reads the whole log once, before the lock is held. `beside` gives rows of the doors to delete."""
        self.closure = Closure(holders, store, context, acts)
        self.closure.read(store.head().size)
        self.request = request
        self._department, self._years, self._catalogue = department, years, catalogue
        self._context, self._beside = context, beside

    def hindrances(self, now: int, view: View | Store) -> tuple[Hindrance, ...]:
        """What stands in the way at Unix second `now`, by the types in force."""
        types = self._catalogue.types(view)
        return hindrances(self.closure.kept(), types, self._years, day_of(now))

    def decide(self, view: View) -> Decision[Written]:
        """Read what came in since, judge, sign, delete."""
        if view.query_raw("SELECT size FROM head WHERE id = 1")[0][0] != view.next_index:
            raise CommandRejected("erasure.stale", "entries of the same moment are not readable yet")
        self.closure.read(view.next_index)
        if not self.closure.entries:
            raise CommandRejected("erasure.unknown", "nothing here leads to this holder")
        if self.hindrances(view.now, view):
            raise CommandRejected("erasure.refused", "something must be kept")
        if len(self.closure.entries) > MOST_ENTRIES:
            raise CommandRejected("erasure.too_large", f"more than {MOST_ENTRIES} entries")
        record = Erasure(
            self._department, tuple(sorted(self.closure.entries)), tuple(self.closure.documents())
        )
        leaf, rows, written = sign_and_place(_ACT, record, SERVICE, view, self._context)
        removed = [*self.closure.rows(), *self._beside(self.closure, view)]
        return Decision(leaves=(leaf,), rows=rows, answer=written, removed=removed)
