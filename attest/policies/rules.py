# SPDX-License-Identifier: Apache-2.0
"""Whether a policy fits guides and types: it may be stricter than they are, never looser. Pure.

`decide` takes guide, type and policy together, so that no policy admits what the guide refuses, not even one
that a later guide has overtaken. A rule that is looser from the start would only mislead who reads it, and is
refused with its place; the terms for everything else are what they are where no guide asks for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.catalogue.model import ASSURANCES
from attest.catalogue.reading import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from attest.catalogue.model import Evidence, MaterialType, MaterialTypes, ServiceItem
    from attest.policies.model import Policy, Rule

_WEAKNESS: Final = {word: n for n, word in enumerate(ASSURANCES)}


def check_policy(
    policy: Policy,
    items: Sequence[ServiceItem],
    types: MaterialTypes,
    departments: Collection[str] | None = None,
) -> None:
    """Refuse (CatalogueError) a policy that does not fit; `items` are the authority's own guides.

    `departments` are those registered, None where that is not known.
    """
    for number, check in enumerate(policy.data_checks):
        for code in check.types:
            kind = _kind(code, types, f"/data_checks/{number}/types")
            if check.issuer not in kind.issuers:
                raise CatalogueError(f"/data_checks/{number}/issuer", f"a department that issues {code}")
    for number, rule in enumerate(policy.rules):
        path = f"/rules/{number}"
        _check_rule(policy, rule, items, types, path)
        _require_known(rule.terms.accepted_by, departments, f"{path}/accepted_by")
    _require_known(policy.otherwise.accepted_by, departments, "/otherwise/accepted_by")


def _check_rule(
    policy: Policy, rule: Rule, items: Sequence[ServiceItem], types: MaterialTypes, path: str
) -> None:
    kinds = {code: _kind(code, types, f"{path}/types") for code in rule.types}
    for code, kind in kinds.items():
        if kind.handling != "keep":
            raise CatalogueError(f"{path}/types", f"no type that is only shown or checked, as {code} is")
        if not rule.terms.scans and not policy.answering(code):
            raise CatalogueError(f"{path}/scans", f"an issuer in data_checks that answers about {code}")
        days, most = kind.validity.days, rule.terms.max_age_days
        if days is not None and most is not None and most > days:
            raise CatalogueError(f"{path}/max_age_days", f"no more than the {days} days of {code}")
    known = {item.code for item in items}
    for code in rule.items:
        if code not in known:
            raise CatalogueError(f"{path}/items", f"items of {policy.authority} with a guide, not {code}")
    for item in items:
        if rule.items and item.code not in rule.items:
            continue
        asked = [one for one in _evidence(item) if one.type in kinds]
        if rule.items and {one.type for one in asked} != set(rule.types):
            raise CatalogueError(f"{path}/types", f"types that the guide of {item.code} asks for")
        for one in asked:
            _require_no_looser(rule.terms.assurance, rule.terms.max_age_days, one, item.code, path)


def _kind(code: str, types: MaterialTypes, path: str) -> MaterialType:
    kind = types.get(code)
    if kind is None:
        raise CatalogueError(path, f"material types of the types document, not {code}")
    return kind


def _evidence(item: ServiceItem) -> Iterator[Evidence]:
    for requirement in item.requirements:
        for alternative in requirement.alternatives:
            yield from alternative.evidence


def _require_no_looser(
    assurance: str | None, days: int | None, asked: Evidence, item: str, path: str
) -> None:
    """A term never asks for less than guide and type do: a weaker check, a longer age."""
    if assurance is not None and asked.assurance is not None:
        weakest = max(asked.assurance, key=_WEAKNESS.__getitem__)
        if _WEAKNESS[assurance] > _WEAKNESS[weakest]:
            raise CatalogueError(
                f"{path}/assurance", f"at least {weakest}, as the guide of {item} asks for {asked.type}"
            )
    most = asked.max_age_days
    if days is not None and most is not None and days > most:
        raise CatalogueError(
            f"{path}/max_age_days", f"no more than {most} days, as {item} asks for {asked.type}"
        )


def _require_known(codes: tuple[str, ...] | None, departments: Collection[str] | None, path: str) -> None:
    strange = [] if departments is None else [code for code in codes or () if code not in departments]
    if strange:
        raise CatalogueError(path, f"departments of this ledger, not {strange[0]}")
