# SPDX-License-Identifier: Apache-2.0
"""Random policies as documents, and what they mean: read line by line, with nothing of the product."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attest.recognition.model import Candidate

CITATION: Final = {"text": "通用知识", "certainty": "[gen]"}
AUTHORITY: Final = "XF"
OTHERS: Final = ("SC", "GA", "YC")
STRONGEST_FIRST: Final = ("data_check", "original", "certified_copy", "scan")
GROUNDS: Final = ("data_check", "e_certificate", "certified_copy", "accepted_scan")
_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


def a_document(**change: Any) -> dict[str, Any]:
    """A policy that asks for nothing beyond the guides; name what matters."""
    document: dict[str, Any] = {
        "format": "once/policy/1",
        "authority": AUTHORITY,
        "version": 1,
        "name": {"zh": "采信政策", "en": "Recognition policy"},
        "grounds": list(GROUNDS),
        "data_checks": [],
        "rules": [],
        "otherwise": {},
        "sources": [CITATION],
    }
    return {**document, **change}


def terms(*, least: int) -> st.SearchStrategy[dict[str, Any]]:
    """The members of a rule that are terms, at least so many of them."""
    members: dict[str, st.SearchStrategy[Any]] = {
        "accepted_by": st.lists(st.sampled_from(OTHERS), max_size=2, unique=True),
        "max_age_days": st.integers(1, 60),
        "assurance": st.sampled_from(STRONGEST_FIRST),
        "scans": st.just(value=False),
    }
    return st.sets(st.sampled_from(sorted(members)), min_size=least).flatmap(
        lambda names: st.fixed_dictionaries({name: members[name] for name in sorted(names)})
    )


@st.composite
def policies(draw: st.DrawFn, types: Sequence[str], items: Sequence[str]) -> dict[str, Any]:
    """A document of any terms for these types and items, in any ground order."""
    rules: list[dict[str, Any]] = []
    for number, (of, item) in enumerate(
        draw(
            st.lists(
                st.tuples(st.sampled_from(types), st.sampled_from(["", *items])), max_size=6, unique=True
            )
        )
    ):
        rule = {"code": f"r{number}", "types": [of], "citation": CITATION, **draw(terms(least=1))}
        rules.append({**rule, "items": [item]} if item else rule)
    checked = draw(st.lists(st.tuples(st.sampled_from(["SC", "GA"]), st.sampled_from(types)), unique=True))
    return a_document(
        grounds=list(draw(st.permutations(GROUNDS))),
        rules=rules,
        otherwise=draw(terms(least=0)),
        data_checks=[{"issuer": by, "types": [of], "citation": CITATION} for by, of in checked],
    )


def admits(document: dict[str, Any], one: Candidate, item: str, case_no: str, today: date) -> bool:
    """Whether the policy lets an acceptance stand in, guide and type aside."""
    there = [rule for rule in document["rules"] if one.type in rule["types"]]
    said = next((rule for rule in there if item in rule.get("items", ())), None)
    said = said or next((rule for rule in there if "items" not in rule), document["otherwise"])
    if one.case_no != case_no:
        by = {*said.get("accepted_by", (one.authority,)), document["authority"]}
        age = today.toordinal() - (_EPOCH + (one.accepted_at + 8 * 3600) // _DAY)
        if one.authority not in by or age > said.get("max_age_days", age):
            return False
    if "assurance" in said:
        enough = STRONGEST_FIRST[: STRONGEST_FIRST.index(said["assurance"]) + 1]
        if one.assurance not in enough:
            return False
    answered = any(c["issuer"] == one.issuer and one.type in c["types"] for c in document["data_checks"])
    return not (one.assurance == "scan" and answered and said.get("scans") is False)


def ground_rank(document: dict[str, Any], one: Candidate) -> int:
    """How late the ground of an acceptance stands in the policy's order: 0 is the best."""
    ground = {"data_check": "data_check", "scan": "accepted_scan"}.get(one.assurance, "certified_copy")
    return int(document["grounds"].index(ground))
