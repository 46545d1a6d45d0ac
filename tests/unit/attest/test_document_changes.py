# SPDX-License-Identifier: Apache-2.0
"""What changed between two versions of any document of the catalogue."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.demo import samples
from attest.catalogue.changes import ORDER, Change, changes

WORDS = st.sampled_from(["a", "b", "c"])
VALUES = st.one_of(
    WORDS,
    st.integers(0, 3),
    st.booleans(),
    st.lists(WORDS, max_size=3),
    st.fixed_dictionaries({"zh": WORDS, "en": WORDS}),
    st.lists(st.fixed_dictionaries({"code": WORDS, "n": st.integers(0, 2)}), max_size=4),
)
DOCUMENTS = st.dictionaries(st.sampled_from(["name", "fields", "notes", "days"]), VALUES, max_size=4)


@given(DOCUMENTS, DOCUMENTS)
def test_nothing_changed_only_where_both_say_the_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    """No change is found between equals, and one at least between any two others."""
    assert bool(changes(before, after)) == (before != after)
    assert [one for one in changes(before, after) if one.before == one.after] == []


@given(DOCUMENTS, DOCUMENTS)
def test_back_is_the_same_way(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What is gone one way is new the other way, at the same places."""
    there = {(one.path, repr(one.before), repr(one.after)) for one in changes(before, after)}
    back = {(one.path, repr(one.after), repr(one.before)) for one in changes(after, before)}
    assert there == back


def test_one_put_in_between_changes_no_other() -> None:
    """A code in the middle of a list is one change; another order is said once; the number is none."""
    document = next(one for one in samples.standards() if one["code"] == "national-codes")
    fields = document["fields"]
    more = {**fields[0], "code": "other"}
    longer = {**document, "version": 2, "fields": [*fields[:2], more, *fields[2:]]}
    assert changes(document, longer) == (Change(("fields", "other"), None, more),)
    turned = {**document, "fields": fields[::-1]}
    assert [one.path for one in changes(document, turned)] == [("fields", ORDER)]
    renamed = {**document, "fields": [{**fields[0], "name": {"zh": "新", "en": "new"}}, *fields[1:]]}
    assert [one.path for one in changes(document, renamed)] == [("fields", fields[0]["code"], "name")]


def test_a_list_of_things_without_names_is_compared_whole() -> None:
    """Notes have no codes, and two of one name are no names."""
    assert changes({"notes": [{"a": 1}]}, {"notes": [{"a": 2}]})[0].path == ("notes",)
    twice = [{"code": "a", "n": 1}, {"code": "a", "n": 2}]
    assert changes({"fields": twice}, {"fields": twice[::-1]})[0].path == ("fields",)
