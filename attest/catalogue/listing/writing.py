# SPDX-License-Identifier: Apache-2.0
"""A service item as rows: one a material, then one for each further clock, ground and option. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.catalogue.listing.model import Row
from attest.catalogue.model import CaseRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from attest.catalogue.model import (
        Citation,
        Clock,
        Evidence,
        MaterialTypes,
        Option,
        Question,
        Requirement,
        ServiceItem,
    )

Cells = dict[str, str]


def rows_of(items: Iterable[ServiceItem], types: MaterialTypes) -> list[Row]:
    """The rows of these items, in order; the first row of an item names it, its clock and its ground."""
    written: list[Row] = []
    for item in items:
        materials = list(_materials(item, types))
        clocks = [_clock(one) for one in item.clocks]
        grounds = [{"ground": one.text, "mark": one.certainty} for one in item.sources]
        first: Cells = {**_item(item), **materials[0], **clocks[0], **grounds[0]}
        options = [_option(question, option) for question in item.questions for option in question.options]
        for cells in (first, *materials[1:], *clocks[1:], *grounds[1:], *options):
            stated = {"item": item.code, **{key: text for key, text in cells.items() if text}}
            written.append(Row(len(written) + 2, stated))
    return written


def _item(item: ServiceItem) -> Cells:
    result = item.result
    return {
        "version": str(item.version),
        "item_zh": item.name.zh,
        "item_en": item.name.en,
        "basic_code": item.basic_code,
        "impl_code": item.impl_code,
        "handling_code": item.handling_code or "",
        "authority": item.authority,
        "level": item.level,
        "receivers": joined(item.receivers),
        "case_type": item.case_type,
        "in_force": item.in_force.isoformat() if item.in_force else "",
        "case_roles": joined(item.roles),
        "result": result.type,
        "result_also": joined(result.also),
        "result_term": result.term,
        "result_years": _number(result.years),
        **_citation("result", result.citation),
        "notice": item.notice,
    }


def _clock(clock: Clock) -> Cells:
    extension = clock.extension
    return {
        "clock_when": conditions(clock.when),
        "profile": clock.profile,
        "statutory": str(clock.statutory_limit.n),
        "promised": str(clock.promised_limit.n),
        "unit": clock.statutory_limit.unit,
        "extension": str(extension.n) if extension else "",
        "counted_from": clock.counted_from or "",
        **_citation("statutory", clock.statutory_limit.citation),
        **_citation("promised", clock.promised_limit.citation),
        **(_citation("extension", extension.citation) if extension else {}),
    }


def _option(question: Question, option: Option) -> Cells:
    return {
        "question": question.code,
        "question_zh": question.text.zh,
        "question_en": question.text.en,
        "option": option.code,
        "option_zh": option.text.zh,
        "option_en": option.text.en,
        "instead_zh": option.instead.zh if option.instead else "",
        "instead_en": option.instead.en if option.instead else "",
    }


def _materials(item: ServiceItem, types: MaterialTypes) -> Iterator[Cells]:
    for requirement in item.requirements:
        for number, combination in enumerate(requirement.alternatives, 1):
            for evidence in combination.evidence:
                yield {
                    **_requirement(requirement),
                    "alternative": str(number),
                    **_evidence(evidence),
                    **told_of(evidence.type, types),
                }


def _requirement(requirement: Requirement) -> Cells:
    return {
        "requirement": requirement.code,
        "requirement_zh": requirement.text.zh,
        "requirement_en": requirement.text.en,
        "need": requirement.necessity,
        "when": conditions(requirement.when),
        **(_citation("requirement", requirement.citation) if requirement.citation else {}),
        **(_citation("consent", requirement.consent) if requirement.consent else {}),
    }


def _evidence(evidence: Evidence) -> Cells:
    roles = [
        f"{binding.role}={binding.by.role}"
        if isinstance(binding.by, CaseRole)
        else f"{binding.role}={binding.by.type}.{binding.by.role}"
        for binding in evidence.bindings
    ]
    return {
        "type": evidence.type,
        "roles": "; ".join(roles),
        "valid": "" if evidence.valid else "no",
        "issuers": joined(evidence.issuers or ()),
        "assurance": joined(evidence.assurance or ()),
        "max_age_days": _number(evidence.max_age_days),
        "counted_at": evidence.counted_at or "",
        "each": "yes" if evidence.each else "",
        "surrender": "yes" if evidence.surrender else "",
        "originals": _number(evidence.originals),
        "copies": _number(evidence.copies),
    }


def told_of(code: str, types: MaterialTypes) -> Cells:
    """What the type itself says, for readers of the list: nothing where the type is unknown."""
    kind = types.get(code)
    if kind is None:
        return {}
    handling = "check" if kind.printed == "核" else kind.handling
    return {
        "type_name": kind.name.zh,
        "source": kind.source,
        "issuer": joined(kind.issuers),
        "handling": handling,
    }


def conditions(when: Mapping[str, tuple[str, ...]]) -> str:
    """`premises=owned|leased; applicant=agent`, in the order of questions' codes."""
    return "; ".join(f"{question}={'|'.join(when[question])}" for question in sorted(when))


def joined(several: Iterable[str]) -> str:
    """Several codes in one cell."""
    return "; ".join(several)


def _citation(prefix: str, citation: Citation) -> Cells:
    return {f"{prefix}_ground": citation.text, f"{prefix}_mark": citation.certainty}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
