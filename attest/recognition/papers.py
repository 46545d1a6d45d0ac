# SPDX-License-Identifier: Apache-2.0
"""Which papers answer a combination: two evidences that the same paper meets name an equal `Paper`. Pure.

A paper is told by its type, by who stands in which of its roles, and by who may issue it where the guide
narrows that. How old it may be and how it must have been checked do not tell papers apart: one that is
brought for both is checked by the stricter rule. What it is about follows from its type, since a case, and a
bundle, is about one thing of a kind.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from attest.catalogue.model import CaseRole
from attest.recognition.model import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attest.catalogue.model import Combination, Evidence
    from attest.recognition.model import EvidenceResult

    Who = bytes | str | tuple["Paper", str]
    Held = Mapping[str, tuple[bytes, ...]]


class Paper(NamedTuple):
    """A paper that somebody has or can get.

    `parties` are (its role, who): a holder id, the case role where the case names nobody, or another paper
    and the role there, where that one is still to come. `used_by` is the step of a bundle that uses it up.
    """

    type: str
    parties: tuple[tuple[str, Who], ...]
    issuers: tuple[str, ...] | None = None
    used_by: str = ""


Asked = tuple[tuple[Paper, ...], ...]
"""The papers still to ask of each evidence of a combination, in its order."""


def askings(one: Combination, found: Sequence[EvidenceResult], case: Held) -> Iterator[Asked]:
    """Every set of papers that would complete the combination, of preferred people first.

    There are several where one of several people may stand in a role, and one paper for each of them where
    the guide says `each`.
    """
    anchor = one.referenced
    if anchor is None or found[anchor].used:
        parties = found[anchor].used[0].parties if anchor is not None else ()
        firsts: list[Paper | None] = [None]
    else:
        parties = ()
        firsts = list(_papers(one.evidence[anchor], case, None, ()))
    for first in firsts:
        every: list[list[tuple[Paper, ...]]] = []
        for number, (evidence, result) in enumerate(zip(one.evidence, found, strict=True)):
            if result.verdict != REQUIRED:
                every.append([()])
            elif result.missing:
                every.append([_each(evidence, result.missing)])
            elif number == anchor and first is not None:
                every.append([(first,)])
            else:
                every.append([(paper,) for paper in _papers(evidence, case, first, parties)])
        yield from product(*every)


def _papers(
    evidence: Evidence, case: Held, anchor: Paper | None, parties: Sequence[tuple[str, bytes]]
) -> Iterator[Paper]:
    """The papers any one of which meets the evidence: one for every choice of people in its roles."""
    named: list[list[tuple[str, Who]]] = []
    for binding in evidence.bindings:
        by = binding.by
        if isinstance(by, CaseRole):
            people: Sequence[Who] = sorted(set(case.get(by.role, ()))) or (by.role,)
        elif anchor is not None:
            people = ((anchor, by.role),)
        else:
            people = sorted({holder for role, holder in parties if role == by.role}) or (by.role,)
        named.append([(binding.role, who) for who in people])
    for chosen in product(*named):
        yield Paper(evidence.type, chosen, evidence.issuers)


def _each(evidence: Evidence, missing: Sequence[bytes]) -> tuple[Paper, ...]:
    role = evidence.bindings[0].role
    return tuple(Paper(evidence.type, ((role, holder),), evidence.issuers) for holder in missing)
