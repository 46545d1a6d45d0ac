# SPDX-License-Identifier: Apache-2.0
"""The document of a policy, published as its JCS: `parse_policy(format_policy(p)) == p`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.model import ASSURANCES
from attest.catalogue.reading import Document, one_error
from attest.catalogue.types_document import TYPE_CODE, citation_json, text_json
from attest.fields import CODE, DEPARTMENT, ITEM
from attest.policies.model import DEFAULT, GROUNDS, MOST_VERSIONS, DataCheck, Policy, Rule, Terms
from ledger.canonical import dump
from ledger.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.canonical import Json

POLICY_FORMAT: Final = "once/policy/1"
MOST_RULES: Final = 128
MOST_DAYS: Final = 36_500


def parse_policy(value: object) -> Policy:
    """Read a policy strictly (raises CatalogueError); whether it fits the guides is `check_policy`'s."""
    with one_error():
        document = Document(value)
        document.choice("format", (POLICY_FORMAT,))
        policy = Policy(
            authority=document.text("authority", 32, DEPARTMENT),
            version=document.integer("version", 1, MOST_VERSIONS),
            name=document.both("name"),
            in_force=document.optional_day("in_force"),
            grounds=_grounds(document),
            data_checks=tuple(_data_check(one) for one in document.documents("data_checks", 0, 64)),
            rules=tuple(_rule(one) for one in document.documents("rules", 0, MOST_RULES)),
            otherwise=_terms(document.document("otherwise"), alone=True),
            sources=document.citations("sources"),
        )
        _require_apart(document, policy)
        document.done()
    return policy


def _grounds(document: Document) -> tuple[str, ...]:
    grounds = document.texts("grounds", len(GROUNDS))
    if sorted(grounds) != sorted(GROUNDS):
        document.fail("grounds", "each of " + ", ".join(GROUNDS) + " once")
    return grounds


def _data_check(one: Document) -> DataCheck:
    read = DataCheck(one.text("issuer", 32, DEPARTMENT), _types(one), one.citation("citation"))
    one.done()
    return read


def _rule(one: Document) -> Rule:
    items: tuple[str, ...] = ()
    if one.has("items"):
        items = _once(one, "items", one.texts("items", 64, ITEM))
    return Rule(
        code=one.text("code", 64, CODE),
        types=_types(one),
        items=items,
        citation=one.citation("citation"),
        terms=_terms(one, alone=False),
    )


def _types(one: Document) -> tuple[str, ...]:
    return _once(one, "types", one.texts("types", 64, TYPE_CODE))


def _once(one: Document, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or len(set(words)) != len(words):
        one.fail(name, "at least one, each once")
    return words


def _terms(one: Document, *, alone: bool) -> Terms:
    """The terms of a rule, or (`alone`) of all that no rule covers: absent members ask for nothing."""
    accepted: tuple[str, ...] | None = None
    if one.has("accepted_by"):
        accepted = one.texts("accepted_by", 64, DEPARTMENT)
        if len(set(accepted)) != len(accepted):
            one.fail("accepted_by", "each department once")
    terms = Terms(
        accepted,
        one.integer("max_age_days", 1, MOST_DAYS) if one.has("max_age_days") else None,
        one.choice("assurance", ASSURANCES) if one.has("assurance") else None,
        one.flag("scans") if one.has("scans") else True,
    )
    if one.has("scans") and terms.scans:
        one.fail("scans", "false, or no such member")
    if not alone and terms == Terms():
        one.fail("accepted_by", "at least one term: accepted_by, max_age_days, assurance or scans")
    one.done()
    return terms


def _require_apart(document: Document, policy: Policy) -> None:
    """No type twice in one item, nor twice for all: which rule holds must not hang on their order."""
    seen: set[tuple[str, str]] = set()
    codes = [rule.code for rule in policy.rules]
    if len(set(codes)) != len(codes):
        document.fail("rules", "each code once")
    for rule in policy.rules:
        for item in rule.items or ("",):
            pairs = {(type_, item) for type_ in rule.types}
            if seen & pairs:
                document.fail("rules", f"one rule for {min(seen & pairs)[0]} in {item or 'all items'}")
            seen |= pairs
    asked = [(one.issuer, type_) for one in policy.data_checks for type_ in one.types]
    if len(set(asked)) != len(asked):
        document.fail("data_checks", "each issuer and type once")


def format_policy(policy: Policy) -> dict[str, Json]:
    """The document of this policy."""
    made: dict[str, Json] = {
        "format": POLICY_FORMAT,
        "authority": policy.authority,
        "version": policy.version,
        "name": text_json(policy.name),
        "grounds": list(policy.grounds),
        "data_checks": [
            {"issuer": one.issuer, "types": list(one.types), "citation": citation_json(one.citation)}
            for one in policy.data_checks
        ],
        "rules": [_rule_json(rule) for rule in policy.rules],
        "otherwise": terms_json(policy.otherwise),
        "sources": [citation_json(one) for one in policy.sources],
    }
    if policy.in_force is not None:
        made["in_force"] = policy.in_force.isoformat()
    return made


def _rule_json(rule: Rule) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": rule.code,
        "types": _listed(rule.types),
        "citation": citation_json(rule.citation),
        **terms_json(rule.terms),
    }
    if rule.items:
        made["items"] = _listed(rule.items)
    return made


def _listed(words: Sequence[str]) -> list[Any]:
    return list(words)


def terms_json(terms: Terms) -> dict[str, Json]:
    """`{accepted_by?, max_age_days?, assurance?, scans?}`; `scans` stands there only where it is false."""
    made: dict[str, Json] = {}
    if terms.accepted_by is not None:
        made["accepted_by"] = _listed(terms.accepted_by)
    if terms.max_age_days is not None:
        made["max_age_days"] = terms.max_age_days
    if terms.assurance is not None:
        made["assurance"] = terms.assurance
    if not terms.scans:
        made["scans"] = False
    return made


DEFAULT_DOCUMENT: Final = dump(format_policy(DEFAULT))
"""The default as a document: its version 0 cannot be published, so its digest names nothing else."""
DEFAULT_DIGEST: Final = sha256(DEFAULT_DOCUMENT)
