# SPDX-License-Identifier: Apache-2.0
"""How an acceptance stands in the ledger now, for whoever has its evidence and can name its entry's digest.

Nothing is said but what a new evidence file would say, and no day. The digest covers the entry's random id
and stands in no public tile; the leaf hash, which stands there, names nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

from attest.days import day_of
from attest.errors import UnknownVersionError
from attest.materials.model import RECTIFIED
from attest.materials.repository import acceptance_by_id
from attest.oversight.live import status_at
from attest.statements import Envelope
from attest.verify.evidence import ACCEPTED
from ledger.errors import FormatError
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from api.web.texts import Texts
    from attest.reading import Reader
    from attest.statements import Entry
    from ledger.store import Store

STANDING: Final = "standing"
NOT_HELD: Final = "not_held"
UNASKED: Final = "unasked"
KIND: Final = {
    STANDING: "ok",
    "renewed": "wait",
    "better_copy": "ok",
    "disputed": "wait",
    "retracted": "fail",
    "rectified": "fail",
    "denied": "fail",
    "expired": "fail",
    "not_yet": "wait",
    NOT_HELD: "fail",
    UNASKED: "wait",
}
"""Every state, and the kind of the line that says it."""


@dataclass(frozen=True, slots=True)
class Present:
    """One of `KIND`, in a log of `size`, by the entry `index` where an entry brought it about."""

    state: str
    size: int
    index: int | None = None

    def document(self) -> dict[str, Any]:
        """`{state, size, index}`."""
        return {"state": self.state, "size": self.size, "index": self.index}


def entry_named(index: int, digest: str, size: int, store: Store) -> Entry | None:
    """The entry at `index` of a log of `size` if this is its digest (hex), None for any other pair."""
    try:
        entry = Envelope.parse(store.leaf(index)).entry if index < size else None
    except (FormatError, UnknownVersionError):
        return None
    return entry if entry is not None and compare_digest(entry.digest().hex(), digest) else None


def present_state(index: int, digest: str, size: int, now: int, store: Store) -> Present:
    """How the acceptance at `index` with this entry digest (hex) stands in a log of `size` at Unix `now`."""
    entry = entry_named(index, digest, size, store)
    if entry is None or entry.kind != ACCEPTED:
        return Present(NOT_HELD, size)
    return _standing(entry.id, leaf_hash(store.leaf(index)), size, now, store)


def _standing(acceptance: bytes, leaf: bytes, size: int, now: int, reader: Reader) -> Present:
    status, today = status_at(acceptance, leaf, size, now, now, reader), day_of(now)
    if status.retracted is not None:
        row = acceptance_by_id(acceptance, reader)
        corrected = row is not None and row.retracted is not None and row.retracted[2] == RECTIFIED
        return Present("rectified" if corrected else "retracted", size, status.retracted[0])
    if status.denied is not None:
        return Present("denied", size, status.denied.index)
    if status.valid_until is not None and today > status.valid_until:
        return Present("expired", size)
    if status.disputed is not None:
        return Present("disputed", size, status.disputed.index)
    if status.valid_from is not None and today < status.valid_from:
        return Present("not_yet", size)
    if status.superseded is not None:
        return Present(status.superseded.how, size, status.superseded.index)
    return Present(STANDING, size)


def said_now(present: Present, t: Texts) -> str:
    """The line of the page."""
    index = "" if present.index is None else f"{present.index:,}"
    return t(f"verify.now_{present.state}", n=index, size=f"{present.size:,}")
