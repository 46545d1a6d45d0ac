# SPDX-License-Identifier: Apache-2.0
"""A requirement that asks for a mandate on paper is met by a mandate on record that covers the case. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.cases.speaking import APPLICANTS
from attest.catalogue.model import CaseRole
from attest.recognition.model import RECOGNISED, EvidenceResult, RequirementResult

if TYPE_CHECKING:
    from attest.catalogue.model import Evidence, MaterialTypes, Requirement
    from attest.recognition.model import ActsFor, Facts

STANDING: Final = "mandate.standing"
"""The reason: nothing was accepted, an entry of the log lets the agent hand in."""
_SPEAKS: Final = {"applicant": APPLICANTS}
"""Who grants a mandate for whom."""


def mandated(
    requirement: Requirement, result: RequirementResult, facts: Facts, types: MaterialTypes
) -> RequirementResult:
    """The result, or that a standing mandate meets the requirement where no paper does.

    It rests on no acceptance, so `used` is empty; `params` name the mandate's entry. Where the applicant
    chose to hand the paper in themselves, the paper is awaited.
    """
    if result.verdict == RECOGNISED or requirement.code in facts.by_choice:
        return result
    for position, way in enumerate(requirement.alternatives):
        evidence = way.evidence[0]
        if len(way.evidence) > 1 or evidence.type not in types.agency:
            continue
        one = _of(evidence, facts, types)
        if one is None:
            continue
        params: dict[str, str | int] = {"entry": one.entry, "valid_until": one.last.isoformat()}
        roles = tuple(binding.role for binding in evidence.bindings)
        met = EvidenceResult(evidence.type, roles, RECOGNISED, STANDING, params, (), one.last)
        return RequirementResult(
            requirement.code, RECOGNISED, STANDING, params, (), one.last, position, (met,), result.may_follow
        )
    return result


def _of(evidence: Evidence, facts: Facts, types: MaterialTypes) -> ActsFor | None:
    """The mandate of this case from who has to grant it to who has to have it."""
    shown = types.types[evidence.type].represents
    if shown is None:
        return None
    principals: set[bytes] = set()
    agents: set[bytes] = set()
    for binding in evidence.bindings:
        if not isinstance(binding.by, CaseRole):
            return None
        role = binding.by.role
        if binding.role == shown.principal:
            for speaker in _SPEAKS.get(role, (role,)):
                principals.update(facts.parties.get(speaker, ()))
        elif binding.role in shown.by:
            agents.update(facts.parties.get(role, ()))
    return next((one for one in facts.mandates if one.principal in principals and one.agent in agents), None)
