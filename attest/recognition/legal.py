# SPDX-License-Identifier: Apache-2.0
"""What a reliance rests on in law, as far as the catalogue says: by what the log held when it was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from attest.cases.repository import case_by_no
from attest.catalogue.model import LEVELS
from attest.catalogue.repository import BY_DEFAULT
from attest.catalogue.waivers import applying
from attest.materials.repository import acceptance_by_id
from attest.recognition.model import DATA_CHECK
from attest.registry.repository import level_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.catalogue.model import Citation, Text
    from attest.catalogue.repository import Catalogue
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader
    from attest.recognition.commands import Reliance

REQUIREMENT, ITEM, WAIVER, POLICY = "requirement", "item", "waiver", "policy"
SOURCES: Final = (REQUIREMENT, ITEM, WAIVER, POLICY, DATA_CHECK)
OPEN: Final = (WAIVER, POLICY, DATA_CHECK)
"""Those that follow from what an entry says openly: they tell nothing of which requirement it is."""


class LegalGround(NamedTuple):
    """A source, what names it (`SOURCES`), and what it says where the catalogue gives that in words.

    `requirement` and `item` are why the paper may be asked for, the others why it need not be.
    """

    of: str
    citation: Citation
    says: Text | None = None


def legal_grounds(reliance: Reliance, catalogue: Catalogue, reader: Reader, before: int) -> list[LegalGround]:
    """The grounds of a reliance that stands at index `before`; nothing published later changes them.

    The requirement's own ground (else the item's sources), then the grounds for not asking, then those of the
    policy's rule, else of all it. Empty where the catalogue names none; nothing is made up.
    """
    case = case_by_no(reliance.case_no, reader)
    if case is None:
        return []
    item, _ = catalogue.guide(case, reader)
    requirement = item.requirement(reliance.requirement)
    found = []
    if requirement is not None and requirement.citation is not None:
        found.append(LegalGround(REQUIREMENT, requirement.citation))
    else:
        found += [LegalGround(ITEM, one) for one in item.sources]
    accepted = acceptance_by_id(reliance.acceptance.id, reader)
    if accepted is not None:
        types = catalogue.types(reader, before)
        lower = _is_lower(accepted.authority, reliance.authority, reader)
        waivers = applying(types, reliance.ground, item, accepted.type, lower=lower)
        found += [LegalGround(WAIVER, one.citation, one.text) for one in waivers]
    if reliance.policy == BY_DEFAULT.digest:
        return found
    return found + list(_by_policy(reliance, item.code, accepted, catalogue, reader))


def _by_policy(
    reliance: Reliance, item: str, accepted: AcceptanceRow | None, catalogue: Catalogue, reader: Reader
) -> Iterator[LegalGround]:
    policy = catalogue.policy_at(reliance.policy, reader)
    rule = None if accepted is None else policy.rule(accepted.type, item)
    for source in policy.sources if rule is None else (rule.citation,):
        yield LegalGround(POLICY, source)
    if accepted is None or reliance.ground != DATA_CHECK:
        return
    for one in policy.data_checks:
        if one.issuer == accepted.issuer and accepted.type in one.types:
            yield LegalGround(DATA_CHECK, one.citation)


def _is_lower(one: str, other: str, reader: Reader) -> bool:
    """Whether a department stands on a lower level than another."""
    levels = [level_of(code, reader) for code in (one, other)]
    if None in levels:
        return False
    below, above = (LEVELS.index(str(level)) for level in levels)
    return below > above
