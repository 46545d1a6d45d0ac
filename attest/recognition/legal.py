# SPDX-License-Identifier: Apache-2.0
"""What a reliance rests on in law, as far as the catalogue says: read from the versions that it pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attest.cases.repository import case_by_no
from attest.catalogue.repository import BY_DEFAULT
from attest.materials.repository import acceptance_by_id
from attest.recognition.model import DATA_CHECK

if TYPE_CHECKING:
    from attest.catalogue.model import Citation
    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader
    from attest.recognition.commands import Reliance


class LegalGround(NamedTuple):
    """A source, and what names it: `requirement`, `item`, rule of the `policy`, or its `data_check`."""

    of: str
    citation: Citation


def legal_grounds(reliance: Reliance, catalogue: Catalogue, reader: Reader) -> list[LegalGround]:
    """The requirement's own ground (else the item's sources), and those of the policy's rule, else of all it.

    Empty where the catalogue names none; nothing is made up.
    """
    case = case_by_no(reliance.case_no, reader)
    if case is None:
        return []
    item, _ = catalogue.guide(case, reader)
    requirement = item.requirement(reliance.requirement)
    found = []
    if requirement is not None and requirement.citation is not None:
        found.append(LegalGround("requirement", requirement.citation))
    else:
        found += [LegalGround("item", one) for one in item.sources]
    if reliance.policy == BY_DEFAULT.digest:
        return found
    policy = catalogue.policy_at(reliance.policy, reader)
    accepted = acceptance_by_id(reliance.acceptance.id, reader)
    rule = None if accepted is None else policy.rule(accepted.type, case.item)
    sources = policy.sources if rule is None else (rule.citation,)
    found += [LegalGround("policy", one) for one in sources]
    if accepted is None or reliance.ground != DATA_CHECK:
        return found
    asked = [
        one for one in policy.data_checks if one.issuer == accepted.issuer and accepted.type in one.types
    ]
    return found + [LegalGround("data_check", one.citation) for one in asked]
