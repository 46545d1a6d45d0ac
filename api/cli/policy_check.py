# SPDX-License-Identifier: Apache-2.0
"""`once catalogue check` of a recognition policy: does it read, does it fit the guides, what does it say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.cli import ExitCode, emit
from api.cli.words import of_two, printable
from attest.catalogue.expectations import fault_words
from attest.catalogue.reading import CatalogueError
from attest.policies.document import parse_policy
from attest.policies.rules import check_policy
from attest.recognition.reason_texts import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.policies.model import Policy, Terms

_WRONG: Final = (
    "错误  {place}  (catalogue.invalid)\n    应为：{wanted}",
    "error  {place}  (catalogue.invalid)\n    wanted: {wanted}",
)
_STRICTER: Final = (
    "    → 改正后再发布；采信政策只能比指南和材料类型更严，不能更宽。",
    "    → Correct it before it is published; a policy may be stricter than guides and types, never looser.",
)
_SOUND: Final = (
    "{code} 第 {version} 版：可以发布；已对照指南 {n} 份。",
    "{code} version {version}: fit to be published; guides it was held against: {n}.",
)
_BY: Final = ("采信 {names}（及本单位）的核验结论", "acceptances by {names} (and its own)")
_ALL: Final = ("采信各单位的核验结论", "acceptances by everybody")
_OWN: Final = ("只采信本单位的核验结论", "its own acceptances alone")
_AGE: Final = ("核验之日起 {n} 天内", "within {n} days of the acceptance")
_LEAST: Final = ("至少：{word}", "at least: {word}")
_SCANS: Final = ("发证单位可数据核验的，扫描件不能代替", "no scan where the issuer answers a data check")
_REST: Final = ("其余", "Everything else")
_BETWEEN: Final = ("；", "; ")
"""Between names of papers, many of which hold a comma of their own."""
_ORDER: Final = ("依据次序", "Ground order")


def wrong_words(error: CatalogueError, language: str) -> dict[str, str]:
    """Place (with its pointer) and expectation of a document's fault, for a terminal."""
    words = fault_words(error)
    place, wanted = of_two(words.place, language), of_two(words.wanted, language)
    return {"place": printable(f"{place} · {error.path}"), "wanted": printable(wanted)}


def check_policy_document(
    value: object, items: Sequence[ServiceItem], types: MaterialTypes, language: str, *, as_json: bool
) -> int:
    """Exit code: 0 fit to be published, 1 not; which departments there are only the ledger knows."""
    try:
        policy = parse_policy(value)
        own = [item for item in items if item.authority == policy.authority]
        check_policy(policy, own, types)
    except CatalogueError as error:
        found = {"code": "catalogue.invalid", "place": error.path, "expected": error.detail}
        said = of_two(_WRONG, language).format(**wrong_words(error, language))
        emit({"policy": None, "findings": [found]}, f"{said}\n{of_two(_STRICTER, language)}", as_json=as_json)
        return ExitCode.NOT_VALID
    result: dict[str, Any] = {
        "policy": {"authority": policy.authority, "version": policy.version, "guides": len(own)},
        "findings": [],
    }
    emit(result, "\n".join(_lines(policy, types, len(own), language)), as_json=as_json)
    return ExitCode.VALID


def _lines(policy: Policy, types: MaterialTypes, guides: int, language: str) -> list[str]:
    """The policy for people: a line a rule, what is left, the ground order."""
    colon = of_two(("：", ": "), language)
    names = {code: of_two((kind.name.zh, kind.name.en), language) for code, kind in types.types.items()}
    lines = [
        f"{of_two(_BETWEEN, language).join(names[code] for code in rule.types)}"
        f"{f' ({_listed(rule.items, language)})' if rule.items else ''}{colon}{_said(rule.terms, language)}"
        for rule in policy.rules
    ]
    lines.append(f"{of_two(_REST, language)}{colon}{_said(policy.otherwise, language)}")
    order = [of_two(WORDS[f"assurance.{word}"], language) for word in policy.order]
    lines.append(f"{of_two(_ORDER, language)}{colon}{' > '.join(order)}")
    sound = of_two(_SOUND, language).format(code=policy.authority, version=policy.version, n=guides)
    return [*lines, sound]


def _listed(words: Sequence[str], language: str) -> str:
    return of_two(("、", ", "), language).join(words)


def _said(terms: Terms, language: str) -> str:
    said = [_by(terms, language)]
    facts: Mapping[str, Any] = {"n": terms.max_age_days}
    if terms.max_age_days is not None:
        said.append(of_two(_AGE, language).format_map(facts))
    if terms.assurance is not None:
        said.append(
            of_two(_LEAST, language).format(word=of_two(WORDS[f"assurance.{terms.assurance}"], language))
        )
    if not terms.scans:
        said.append(of_two(_SCANS, language))
    return of_two(("；", "; "), language).join(said)


def _by(terms: Terms, language: str) -> str:
    if terms.accepted_by is None:
        return of_two(_ALL, language)
    if not terms.accepted_by:
        return of_two(_OWN, language)
    return of_two(_BY, language).format(names=_listed(terms.accepted_by, language))
