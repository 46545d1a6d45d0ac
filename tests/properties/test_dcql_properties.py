# SPDX-License-Identifier: Apache-2.0
"""Requirements compiled to DCQL and back: the same alternatives, the same terms, strictly read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.catalogue.dcql import Compiled, compile_requirements, format_query, parse_query, requirements_of
from attest.catalogue.model import (
    ASSURANCES,
    Binding,
    CaseRole,
    Combination,
    Evidence,
    Requirement,
    RoleOf,
    Text,
)
from attest.catalogue.reading import CatalogueError
from attest.catalogue.situations import requirements_for
from ledger.canonical import dump, read_json
from tests.recognition_parts import demo_item

bindings = st.lists(
    st.builds(
        Binding,
        st.sampled_from(["holder", "lessee"]),
        st.builds(CaseRole, st.sampled_from(["applicant", "operator"]))
        | st.just(RoleOf("lease_contract", "lessor")),
    ),
    max_size=2,
).map(tuple)
evidence = st.builds(
    Evidence,
    st.sampled_from(["id_card", "lease_contract", "real_estate_deed"]),
    bindings,
    st.booleans(),
    st.none() | st.just(("GA",)),
    st.none() | st.just(ASSURANCES[:2]),
    st.none() | st.just(90),
    st.none() | st.sampled_from(["application", "decision"]),
    st.booleans(),
    st.booleans(),
)
combinations = st.lists(evidence, min_size=1, max_size=3).map(lambda one: Combination(tuple(one)))
requirements: Final = st.lists(
    st.builds(
        Requirement,
        st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        st.builds(Text, st.just("要件"), st.just("Need")),
        st.sampled_from(["always", "situation", "may_follow"]),
        st.just({}) | st.just({"premises": ("leased",)}),
        st.lists(combinations, min_size=1, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(requirements)
def test_there_and_back(asked: tuple[Requirement, ...]) -> None:
    """Compiled, sent as JSON, read and put together again, the requirements are the same."""
    compiled = compile_requirements(asked)
    body = dump(format_query(compiled.query))
    read = parse_query(read_json(body, max_bytes=len(body)))
    assert read == compiled.query
    assert dump(format_query(read)) == body
    assert requirements_of(Compiled(read, compiled.terms, compiled.heads)) == asked


@settings(max_examples=100, deadline=None)
@given(requirements)
def test_structure(asked: tuple[Requirement, ...]) -> None:
    """Sets are requirements, options alternatives, ids evidence; equal evidence has one id; no terms leak."""
    query = compile_requirements(asked).query
    assert [len(one.options) for one in query.sets] == [len(one.alternatives) for one in asked]
    assert [one.required for one in query.sets] == [one.necessity != "may_follow" for one in asked]
    distinct = {e for r in asked for c in r.alternatives for e in c.evidence}
    assert len(query.credentials) >= len(distinct)
    assert {one.type for one in query.credentials} == {one.type for one in distinct}
    for one, requirement in zip(query.sets, asked, strict=True):
        for option, combination in zip(one.options, requirement.alternatives, strict=True):
            assert len(set(option)) == len(combination.evidence)
    assert set(format_query(query)) == {"credentials", "credential_sets"}


def test_a_lease_or_a_deed() -> None:
    """The tobacco guide for leased premises: either pair of lease and landlord's deed, the card once."""
    answers = {"premises": "leased", "residence": "local", "applicant": "self"}
    compiled = compile_requirements(requirements_for(demo_item("YC-004"), answers))
    sent: Any = format_query(compiled.query)
    assert sent["credential_sets"][3] == {
        "options": [["lease_contract-1", "real_estate_deed-1"], ["lease_contract-2", "real_estate_deed-1"]],
        "required": True,
    }
    assert sent["credentials"][2] == {
        "id": "id_card-1",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": ["urn:once:material:id_card"]},
    }
    assert compiled.terms["lease_contract-2"].bindings == (Binding("lessee", CaseRole("operator")),)


def test_nothing_is_no_query() -> None:
    """A query that asks for nothing is not made."""
    with pytest.raises(ValueError, match="at least one"):
        compile_requirements(())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentials",), []),
        (("credential_sets",), []),
        (("credentials", 0, "id"), "a b"),
        (("credentials", 0, "format"), "mso_mdoc"),
        (("credentials", 0, "meta"), {"vct_values": ["urn:other:id_card"]}),
        (("credentials", 0, "multiple"), False),
        (("credentials", 0, "claims"), []),
        (("credentials", 1, "id"), "id_card-1"),
        (("credential_sets", 0, "options"), []),
        (("credential_sets", 0, "options"), [[]]),
        (("credential_sets", 0, "options"), [["nobody-1"]]),
        (("credential_sets", 0, "required"), "yes"),
        (("purpose",), "look"),
    ],
)
def test_other_queries_are_refused(path: tuple[Any, ...], value: object) -> None:
    """A query that is not of this form is refused by one error."""
    card = Evidence("id_card", ())
    one = Requirement("card", Text("证", "Card"), "always", {}, (Combination((card,)),))
    two = replace(one, code="lease", alternatives=(Combination((replace(card, type="lease_contract"),)),))
    sent: Any = format_query(compile_requirements((one, two)).query)
    inner = sent
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(CatalogueError):
        parse_query(sent)
