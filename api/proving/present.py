# SPDX-License-Identifier: Apache-2.0
"""How an acceptance stands in the ledger now, for whoever has its evidence and can name it by its leaf hash.

Nothing is said but what a new evidence file would say, and no day: a leaf's hash is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.days import day_of
from attest.errors import UnknownVersionError
from attest.oversight.live import status_at
from attest.statements import Envelope
from attest.verify.evidence import ACCEPTED
from ledger.errors import FormatError
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from api.web.texts import Texts
    from attest.reading import Reader
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
    "expired": "fail",
    "not_yet": "wait",
    NOT_HELD: "fail",
    UNASKED: "wait",
}
"""Every state, and the kind of the line that says it."""
REASON: Final = {one: f"status.{one}" for one in ("renewed", "disputed", "retracted", "expired")}
"""Where the present state has a next step of its own, its reason code."""


@dataclass(frozen=True, slots=True)
class Present:
    """One of `KIND`, in a log of `size`, by the entry `index` where an entry brought it about."""

    state: str
    size: int
    index: int | None = None

    def document(self) -> dict[str, Any]:
        """`{state, size, index}`."""
        return {"state": self.state, "size": self.size, "index": self.index}


def present_state(index: int, leaf: str, size: int, now: int, store: Store) -> Present:
    """How the acceptance at `index` with this leaf hash (hex) stands in a log of `size` at Unix `now`."""
    octets = store.leaf(index) if index < size else b""
    if not octets or leaf_hash(octets).hex() != leaf:
        return Present(NOT_HELD, size)
    try:
        entry = Envelope.parse(octets).entry
    except (FormatError, UnknownVersionError):
        return Present(NOT_HELD, size)
    return _standing(entry.id, leaf, size, now, store) if entry.kind == ACCEPTED else Present(NOT_HELD, size)


def _standing(acceptance: bytes, leaf: str, size: int, now: int, reader: Reader) -> Present:
    status, today = status_at(acceptance, bytes.fromhex(leaf), size, now, now, reader), day_of(now)
    if status.retracted is not None:
        return Present("retracted", size, status.retracted[0])
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
