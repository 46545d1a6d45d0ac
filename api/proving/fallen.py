# SPDX-License-Identifier: Apache-2.0
"""What became of the papers that entries accepted or used: taken back, corrected, denied by their issuer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.data_checks.repository import denial_after
from attest.materials.model import RECTIFIED
from attest.materials.repository import acceptance_by_id, retraction_of
from attest.recognition.repository import reliance_by_id
from attest.verify.evidence import ACCEPTED, RELIED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.rows import Head
    from ledger.store import Store


@dataclass(frozen=True, slots=True)
class Fallen:
    """That the paper which the entry `of` accepted or relied on fell: how, by which entry, whose, and why.

    `how`: `retracted`, `rectified` or `denied` by its issuer; `reason` stands in that entry's open body.
    """

    of: int
    relied: bool
    how: str
    index: int
    by: str
    reason: str

    def json(self) -> dict[str, str | int]:
        """As an API answer says it."""
        return {"of": self.of, "how": self.how, "index": self.index, "by": self.by, "reason": self.reason}


def fallen_of(entries: Iterable[tuple[int, str, bytes]], head: Head, store: Store) -> Iterator[Fallen]:
    """Of each acceptance among `(index, kind, id)` and of what reliances cite, in a log of this size."""
    for index, kind, id_ in entries:
        relied = kind == RELIED
        cited = reliance_by_id(id_, store) if relied else None
        acceptance = id_ if kind == ACCEPTED else cited and cited[0]
        row = acceptance_by_id(acceptance, store) if acceptance else None
        if row is None:
            continue
        ended = retraction_of(row.id, store)
        if ended is not None and ended < head.size and row.retracted is not None:
            by, _, reason = row.retracted
            how = RECTIFIED if reason == RECTIFIED else "retracted"
            yield Fallen(index, relied, how, ended, by, reason)
        denied = denial_after(row.id, store, head.size)
        if denied is not None:
            yield Fallen(index, relied, "denied", denied.index, denied.department, denied.reason)
