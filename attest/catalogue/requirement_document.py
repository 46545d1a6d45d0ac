# SPDX-License-Identifier: Apache-2.0
"""Evidence combinations in an item document: `{"evidence": [{"type", "role", …}]}`.

A role is bound to a case role, `{"lessee": "applicant"}`, or to a party of another material of the same
combination, `{"holder": {"role_of": "lease_contract", "role": "lessor"}}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attest.catalogue.model import (
    ASSURANCES,
    COUNTED,
    Binding,
    CaseRole,
    Combination,
    Evidence,
    RoleOf,
)
from attest.catalogue.types_document import ROLE, TYPE_CODE
from attest.fields import DEPARTMENT

if TYPE_CHECKING:
    from attest.catalogue.reading import Document
    from ledger.canonical import Json


def combination(one: Document, roles: tuple[str, ...]) -> Combination:
    """Read one combination; `roles` are the case roles of the item."""
    read = Combination(tuple(_evidence(each, roles) for each in one.documents("evidence", 1, 8)))
    named = {b.by.type for e in read.evidence for b in e.bindings if isinstance(b.by, RoleOf)}
    held = [e for e in read.evidence if e.type in named]
    if len(named) > 1 or len(held) != len(named) or any(_refers(e) or e.each for e in held):
        one.fail("evidence", "at most one type that others refer to, there once, itself bound to the case")
    one.done()
    return read


def _refers(evidence: Evidence) -> bool:
    return any(isinstance(binding.by, RoleOf) for binding in evidence.bindings)


def _evidence(one: Document, roles: tuple[str, ...]) -> Evidence:
    read = Evidence(
        type=one.text("type", 64, TYPE_CODE),
        bindings=_bindings(one.document("role"), roles),
        valid=one.flag("valid"),
        issuers=one.texts("issuers", 32, DEPARTMENT) if one.has("issuers") else None,
        assurance=_assurance(one),
        max_age_days=one.integer("max_age_days", 1, 36_500) if one.has("max_age_days") else None,
        counted_at=cast("Any", one.choice("counted_at", COUNTED)) if one.has("counted_at") else None,
        each=one.mark("each"),
        surrender=one.mark("surrender"),
        originals=one.integer("originals", 0, 20) if one.has("originals") else None,
        copies=one.integer("copies", 0, 20) if one.has("copies") else None,
    )
    if read.each and (len(read.bindings) != 1 or _refers(read)):
        one.fail("each", "exactly one role, bound to a case role")
    if read.issuers == ():
        one.fail("issuers", "at least one department, or no such member")
    one.done()
    return read


def _assurance(one: Document) -> tuple[str, ...] | None:
    if not one.has("assurance"):
        return None
    read = one.texts("assurance", len(ASSURANCES))
    if not read or not set(ASSURANCES).issuperset(read):
        one.fail("assurance", "some of " + ", ".join(ASSURANCES))
    return read


def _bindings(one: Document, roles: tuple[str, ...]) -> tuple[Binding, ...]:
    read = []
    for role in one.keys_like():
        value = one.any_of(role)
        if isinstance(value, dict):
            inner = one.document(role)
            by: CaseRole | RoleOf = RoleOf(inner.text("role_of", 64, TYPE_CODE), inner.text("role", 32, ROLE))
            inner.done()
        else:
            by = CaseRole(one.choice(role, roles))
        read.append(Binding(role, by))
    one.done()
    return tuple(read)


def combination_json(one: Combination) -> dict[str, Json]:
    """The combination as its document says it."""
    return {"evidence": [evidence_json(evidence) for evidence in one.evidence]}


def evidence_json(one: Evidence) -> dict[str, Json]:
    """The evidence as its document says it."""
    role: dict[str, Json] = {}
    for binding in one.bindings:
        by = binding.by
        role[binding.role] = by.role if isinstance(by, CaseRole) else {"role_of": by.type, "role": by.role}
    made: dict[str, Json] = {"type": one.type, "role": role, "valid": one.valid}
    if one.issuers is not None:
        made["issuers"] = list(one.issuers)
    if one.assurance is not None:
        made["assurance"] = list(one.assurance)
    if one.max_age_days is not None:
        made["max_age_days"] = one.max_age_days
    if one.counted_at is not None:
        made["counted_at"] = one.counted_at
    if one.each:
        made["each"] = True
    if one.surrender:
        made["surrender"] = True
    if one.originals is not None:
        made["originals"] = one.originals
    if one.copies is not None:
        made["copies"] = one.copies
    return made
