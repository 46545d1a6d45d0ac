# SPDX-License-Identifier: Apache-2.0
"""Who speaks for a case by themselves: the applicant, and whoever's own paper is asked for. Pure.

An agent never does: they speak by a mandate that stands, for whoever granted it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.catalogue.model import AGENT, CaseRole

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.model import Requirement

APPLICANTS: Final = ("applicant", "operator")
"""Who applies: the head of a firm (经营者、负责人) speaks for the firm."""
Roles = tuple[tuple[str, bytes], ...]


def applies(ids: Collection[bytes], parties: Roles) -> bool:
    """Whether a person (by any of their `ids`) applies in a case of these (role, holder).

    Where nobody stands as applicant, as for mother and father, all but agents do.
    """
    filled = {role for role, _ in parties} & set(APPLICANTS)
    own = _own(ids, parties)
    return bool(own & filled if filled else own)


def speaks_for(ids: Collection[bytes], parties: Roles, requirement: Requirement) -> bool:
    """Whether a person may choose or claim for a requirement: who applies, or whose own paper it asks for."""
    bound = {
        binding.by.role
        for way in requirement.alternatives
        for evidence in way.evidence
        for binding in evidence.bindings
        if isinstance(binding.by, CaseRole)
    }
    return applies(ids, parties) or bool(_own(ids, parties) & bound)


def _own(ids: Collection[bytes], parties: Roles) -> set[str]:
    return {role for role, holder in parties if holder in ids and role != AGENT}
