# SPDX-License-Identifier: Apache-2.0
"""A recognition policy: whose acceptances a department relies on, for what, how old, how well checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from attest.catalogue.model import ASSURANCES, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from attest.catalogue.model import Citation

GROUNDS: Final = ("data_check", "e_certificate", "certified_copy", "accepted_scan")
"""The ground order, best first, where a policy states no other."""
GROUND_OF: Final = {
    "data_check": "data_check",
    "original": "certified_copy",
    "certified_copy": "certified_copy",
    "scan": "accepted_scan",
}
"""The ground on which an acceptance can be relied on, by its assurance: a copy compared with the original is
as good as a certified one. An e-certificate is its own ground; none is an acceptance yet."""
NO_AUTHORITY: Final = "default"
"""In the place of a department: the policy of whoever has published none."""
MOST_VERSIONS: Final = 200
"""Versions of one department's policy, at most: all of them fit into one signed statement."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms acceptances are relied on; None leaves the rule of guide and type as it is.

    `accepted_by` are the departments whose acceptances count beside its own, `max_age_days` how long an
    acceptance counts, `assurance` the weakest that does, `scans` whether an accepted scan may stand in where
    the issuer answers a data check.
    """

    accepted_by: tuple[str, ...] | None = None
    max_age_days: int | None = None
    assurance: str | None = None
    scans: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """Terms for some material types, in some items of the department or (none named) in all of them."""

    code: str
    types: tuple[str, ...]
    items: tuple[str, ...]
    terms: Terms
    citation: Citation


@dataclass(frozen=True, slots=True)
class DataCheck:
    """An issuer that answers this department when asked about its papers of these types."""

    issuer: str
    types: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Policy:
    """One version. `in_force` is its first day, None where it holds from its publication.

    `ranks` are how good a ground an acceptance of each assurance is by this policy's order: greater, better.
    """

    authority: str
    version: int
    name: Text
    in_force: date | None
    grounds: tuple[str, ...]
    data_checks: tuple[DataCheck, ...]
    rules: tuple[Rule, ...]
    otherwise: Terms
    sources: tuple[Citation, ...]
    ranks: Mapping[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        best = len(self.grounds)
        ranks = {word: best - self.grounds.index(GROUND_OF[word]) for word in ASSURANCES}
        object.__setattr__(self, "ranks", ranks)

    @property
    def order(self) -> tuple[str, ...]:
        """The assurances in the order in which acceptances are relied on, the best ground first."""
        return tuple(sorted(ASSURANCES, key=self.ranks.__getitem__, reverse=True))

    def terms(self, type_: str, item: str) -> Terms:
        """The terms for a material type in an item."""
        rule = self.rule(type_, item) if self.rules else None
        return self.otherwise if rule is None else rule.terms

    def rule(self, type_: str, item: str) -> Rule | None:
        """The rule for a material type in an item: one that names the item goes before one for all."""
        every = None
        for rule in self.rules:
            if type_ in rule.types:
                if item in rule.items:
                    return rule
                if not rule.items:
                    every = rule
        return every

    def answering(self, type_: str) -> frozenset[str]:
        """The issuers that answer a data check about papers of this type."""
        return frozenset([one.issuer for one in self.data_checks if type_ in one.types])


DEFAULT: Final = Policy(
    authority=NO_AUTHORITY,
    version=0,
    name=Text("默认采信政策", "Default policy"),
    in_force=None,
    grounds=GROUNDS,
    data_checks=(),
    rules=(),
    otherwise=Terms(),
    sources=(),
)
"""What holds for a department that has published no policy: everybody's acceptances count, of any age, with
whatever assurance guide and type ask for."""
