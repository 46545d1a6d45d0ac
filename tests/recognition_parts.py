# SPDX-License-Identifier: Apache-2.0
"""Makers of what a recognition is decided on, and the demo catalogue as published."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.item_document import parse_item
from attest.catalogue.model import (
    Binding,
    CaseRole,
    Citation,
    Combination,
    Evidence,
    MaterialType,
    MaterialTypes,
    Requirement,
    ServiceItem,
    Text,
    Validity,
)
from attest.catalogue.types_document import parse_types
from attest.policies.model import GROUNDS, DataCheck, Policy, Rule, Terms
from attest.recognition.model import Candidate, Decision, Facts, RequirementResult, Word
from attest.recognition.rules import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOGUE: Final = Path(__file__).resolve().parent.parent / "api" / "demo" / "catalogue"
TODAY: Final = date(2026, 9, 24)
NOW: Final = 1_790_200_000
CASE: Final = "case-here"
ELSEWHERE: Final = "case-elsewhere"
APPLICANT, OPERATOR, LANDLORD, STRANGER = (bytes([n]) * 16 for n in (1, 2, 3, 4))
UNIT: Final = b"\x09" * 16
OTHER_UNIT: Final = b"\x08" * 16


def changed(document: Any, path: Sequence[str | int], value: object) -> Any:
    """A copy of a document with one member set, or removed where the value is `...`."""
    made = copy.deepcopy(document)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return made


def catalogue_json(name: str) -> Any:
    """A demo document as JSON: `types`, `departments` or `items/XF-001`."""
    return json.loads((CATALOGUE / f"{name}.json").read_text(encoding="utf-8"))


def demo_types() -> MaterialTypes:
    """The demo's material types."""
    return parse_types(catalogue_json("types"))


def demo_item(code: str) -> ServiceItem:
    """One of the demo's service items."""
    return parse_item(catalogue_json(f"items/{code}"))


def a_type(code: str = "paper", **change: Any) -> MaterialType:
    """A freely reusable paper issued by SC; name what matters."""
    kind = MaterialType(
        code=code,
        name=Text("材料", "Paper"),
        source="issued",
        issuers=("SC",),
        handling="keep",
        reuse="free",
        validity=Validity("until"),
        roles=("holder", "co_holder"),
        owner="SC",
        citation=Citation("通用知识", "[gen]"),
    )
    return replace(kind, **change)


def an_evidence(type_: str = "paper", **change: Any) -> Evidence:
    """Evidence of one type whose holder is the applicant."""
    return replace(Evidence(type_, (Binding("holder", CaseRole("applicant")),)), **change)


def a_requirement(*alternatives: tuple[Evidence, ...], code: str = "need", **change: Any) -> Requirement:
    """A requirement that always applies, with one plain alternative unless others are given."""
    combinations = tuple(Combination(one) for one in (alternatives or ((an_evidence(),),)))
    return replace(Requirement(code, Text("要件", "Need"), "always", {}, combinations), **change)


def a_candidate(number: int = 1, **change: Any) -> Candidate:
    """An acceptance in another case by XF, of the applicant's paper, original seen, good for years."""
    candidate = Candidate(
        acceptance=number.to_bytes(16, "big"),
        index=number,
        leaf_hash=number.to_bytes(32, "big"),
        type="paper",
        issuer="SC",
        authority="XF",
        received_by=None,
        accepted_at=NOW - 86_400 * 30,
        issued=date(2026, 1, 1),
        valid_until=date(2030, 1, 1),
        assurance="original",
        parties=(("holder", APPLICANT),),
        about=None,
        case_no=ELSEWHERE,
    )
    return replace(candidate, **change)


def some_facts(**change: Any) -> Facts:
    """A case of APPLICANT and OPERATOR about UNIT."""
    parties = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
    return replace(Facts(CASE, "XF-001", parties, ("real_estate_unit", UNIT), TODAY), **change)


SILENCE: Final = {("paper", APPLICANT): Word("issuer.silent", {"issuer": "SC"})}
"""What is heard of the applicant's paper where its issuer does not answer."""

NO_TERMS: Final = Terms()


def a_policy(*rules: Rule, otherwise: Terms = NO_TERMS, **change: Any) -> Policy:
    """A policy of XF in the usual ground order; without rules `otherwise` holds for everything."""
    policy = Policy(
        authority="XF",
        version=1,
        name=Text("采信政策", "Recognition policy"),
        in_force=None,
        grounds=GROUNDS,
        data_checks=(),
        rules=rules,
        otherwise=otherwise,
        sources=(Citation("通用知识", "[gen]"),),
    )
    return replace(policy, **change)


def a_rule(*types: str, items: tuple[str, ...] = (), code: str = "rule", **terms: Any) -> Rule:
    """Terms for these types; name what matters."""
    return Rule(code, types, items, Terms(**terms), Citation("通用知识", "[gen]"))


def answers(issuer: str, *types: str) -> DataCheck:
    """An issuer that answers about its papers of these types."""
    return DataCheck(issuer, types, Citation("通用知识", "[gen]"))


def types_of(*types: MaterialType) -> MaterialTypes:
    """A types document of just these."""
    return MaterialTypes(1, {one.code: one for one in types})


def decide_one(
    *candidates: Candidate,
    kind: MaterialType | None = None,
    evidence: Evidence | None = None,
    facts: Facts | None = None,
) -> RequirementResult:
    """The verdict on one requirement of one evidence."""
    return decide_all(a_requirement((evidence or an_evidence(),)), candidates, kind, facts).results[0]


def decide_all(
    requirement: Requirement,
    candidates: tuple[Candidate, ...],
    kind: MaterialType | None = None,
    facts: Facts | None = None,
) -> Decision:
    """The whole decision on one requirement over one type."""
    return decide([requirement], candidates, facts or some_facts(), types_of(kind or a_type()), NOW)
