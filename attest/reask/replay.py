# SPDX-License-Identifier: Apache-2.0
"""Every asking judged again as of its own index: a re-ask that was kept back or made up is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attest.acts import CLOCK_SKEW
from attest.cases.repository import case_by_no
from attest.errors import UnknownVersionError, VaultError
from attest.fields import Fields
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.reask.commands import Ask, ClaimHeld, Receive, against
from attest.reask.detection import Asking, Detector, Sight
from attest.reask.model import RECOGNISABLE
from attest.reask.repository import reask_of, reasks_in_case
from attest.statements import Envelope
from attest.supersession.repository import recorded_at
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.reask.model import Reask, ReaskRow
    from ledger.store import Store

_STEP: Final = 1024
_KINDS: Final = (b'"kind":"material.accepted"', b'"kind":"material.claimed"', b'"kind":"material.requested"')


@dataclass(slots=True)
class Replayed:
    """Askings judged; indexes of those whose re-ask is `missing` or `unfounded`; records that are closed."""

    askings: int = 0
    reasks: int = 0
    missing: list[int] = field(default_factory=list)
    unfounded: list[int] = field(default_factory=list)
    closed: int = 0


def replay(store: Store, context: Context, catalogue: Catalogue, say: Callable[[str], None]) -> Replayed:
    """Judge all that `store` (a snapshot, or a log at rest) holds."""
    done, detector = Replayed(), Detector(catalogue)
    parsers: dict[str, Any] = {
        act.kind: (act, find)
        for act, find in (
            (Receive(catalogue), detector.receipt),
            (Ask(catalogue), detector.request),
            (ClaimHeld(catalogue), detector.claim),
        )
    }
    size = store.head().size
    for start in range(0, size, _STEP):
        for index, leaf in enumerate(store.leaves(start, min(start + _STEP, size)), start):
            if not any(kind in leaf for kind in _KINDS):
                continue
            try:
                envelope = Envelope.parse(leaf)
                act, find = parsers[envelope.entry.kind]
                _, plain = open_private(index, store, context.sealer)
            except (KeyError, LookupError, UnknownVersionError, VaultError):  # erased, sealed, or newer
                done.closed += 1
                continue
            record = act.parse(Fields(plain, "/record"))
            case = case_by_no(record.case_no, store)
            if case is None:
                done.closed += 1
                continue
            entry = envelope.entry
            cited = Citation(entry.id, index, leaf_hash(leaf), bytes(32))
            asking = Asking(against(entry.issuer, case), case, cited, entry.time)
            renews = recorded_at(entry.id, index, store) is not None
            found: Reask | None = None if renews else find(record, asking, Sight(store, context, index))
            _compare(found, reask_of(entry.id, store), asking, store, done)
        say(f"{min(start + _STEP, size)} of {size} entries")
    return done


def _compare(
    found: Reask | None, told: ReaskRow | None, asking: Asking, store: Store, done: Replayed
) -> None:
    done.askings += 1
    done.reasks += told is not None
    if found is not None and told is None and not _at_once(found, asking, store):
        done.missing.append(asking.entry.index)
    if told is not None and (found is None or found.finding != told.finding) and not _twice(told, store):
        done.unfounded.append(asking.entry.index)


def _at_once(found: Reask, asking: Asking, store: Store) -> bool:
    """Whether what was known came in the same moment: entries of one transaction do not see each other."""
    row = acceptance_by_id(found.acceptance.id, store) if found.acceptance is not None else None
    return row is not None and abs(asking.time - row.accepted) <= CLOCK_SKEW


def _twice(told: ReaskRow, store: Store) -> bool:
    """Whether one transaction brought two askings for the same paper of a case; it counts once."""
    return told.finding == RECOGNISABLE and any(
        (one.type, one.acceptance) == (told.type, told.acceptance)
        for one in reasks_in_case(told.case_no, told.index, store)
    )
