# SPDX-License-Identifier: Apache-2.0
"""When a newer acceptance may supersede an older one, and how lines are followed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.catalogue.model import ASSURANCES
from attest.supersession.model import BETTER_COPY, RENEWED, Succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attest.materials.model import Acceptance, AcceptanceRow
    from attest.supersession.model import Successor

LONGEST: Final = 64
"""Steps of a line that are followed; each was a paper in somebody's hand."""
_WEAKER: Final = {word: number for number, word in enumerate(ASSURANCES)}


def refusal(newer: Acceptance, older: AcceptanceRow, number: str | None) -> tuple[str, str] | None:
    """Why the newer may not supersede the older in the way that it says: (code, words); None where it may.

    `number` is the one on the older paper, None where it has none or its record was erased.
    """
    said = newer.supersedes
    if said is None:
        return None
    same_issuer = newer.issuer == older.issuer
    stated = _stated(newer, older, number)
    if said.how == BETTER_COPY:
        if not same_issuer or any(None not in pair and pair[0] != pair[1] for pair in stated):
            return "supersession.other_paper", "number, issuer or days are those of another paper"
        if _WEAKER[newer.assurance] > _WEAKER[older.assurance]:
            return "supersession.weaker", "a better copy is not checked in a weaker way"
        return None
    if same_issuer and not any(one is not None and one != other for one, other in stated):
        return "supersession.same_paper", "nothing on it is new: it is a copy of the same paper"
    if newer.issued is not None and older.issued is not None and newer.issued < older.issued:
        return "supersession.earlier", "it was issued before the paper that it is said to renew"
    return None


def _stated(newer: Acceptance, older: AcceptanceRow, number: str | None) -> tuple[tuple[object, object], ...]:
    """What tells papers of one issuer apart, as the newer and the older state it; None: it says nothing."""
    return (
        (newer.number, number),
        (newer.issued, older.issued),
        (newer.valid_from, older.valid_from),
        (newer.valid_until, older.valid_until),
    )


def line_of(older: bytes, successors: Mapping[bytes, Successor]) -> Succession | None:
    """Where the line of an acceptance ends; None where nothing that stands supersedes it."""
    renewed, last, at = False, None, older
    for _ in range(LONGEST):
        step = successors.get(at)
        if step is None:
            break
        renewed = renewed or step.how == RENEWED
        last, at = step, step.newer
    return None if last is None else Succession(last, renewed)


def latest(found: Iterable[Successor]) -> dict[bytes, Successor]:
    """For each older acceptance its successor of the highest index."""
    return {one.older: one for one in sorted(found, key=lambda one: one.index)}
