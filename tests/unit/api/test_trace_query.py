# SPDX-License-Identifier: Apache-2.0
"""What is typed into the search box of the trace: read by its form, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.proving.query import Query, read_query

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("12", Query(index=12)),
        ("#12", Query(index=12)),
        ("第 184,731 条", Query(index=184_731)),
        ("No. 7", Query(index=7)),
        ("entry 0", Query(index=0)),
        ("１２", Query(index=12)),
        ("区块 120", Query(block=120)),
        ("Block #41,688", Query(block=41_688)),
        ("第 41,688 块", Query(block=41_688)),
        ("990101202601010000019", Query(case_no="990101202601010000019")),
        (" 99010120260101000001x ", Query(case_no="99010120260101000001X")),
        (DIGEST, Query(digest=b"\xab" * 32)),
        ("0x" + DIGEST.upper(), Query(digest=b"\xab" * 32)),
        ("CD" * 16, Query(id=b"\xcd" * 16)),
        ("9" * 15, Query(index=10**15 - 1)),
        ("9" * 16, Query()),
        ("1,2", Query()),
        ("-1", Query()),
        ("1e3", Query()),
        ("٣", Query()),
        ("一二", Query()),
        ("", Query()),
        (DIGEST + "\n" + DIGEST, Query()),
    ],
)
def test_a_text_is_read_by_its_form(text: str, query: Query) -> None:
    """Case numbers, entries, receipt ids, digests and blocks are told apart; anything else names nothing."""
    assert read_query(text) == query


@given(st.text(max_size=100))
def test_any_text_is_read(text: str) -> None:
    """No text is too odd: at most one thing is named, and numbers fit every database."""
    query = read_query(text)
    given_ = [
        one for one in (query.case_no, query.index, query.block, query.id, query.digest) if one is not None
    ]
    assert len(given_) <= 1
    assert max(query.index or 0, query.block or 0) < 2**53
