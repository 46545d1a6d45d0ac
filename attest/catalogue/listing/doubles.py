# SPDX-License-Identifier: Apache-2.0
"""The same thing asked twice in one item, and the same thing under several names in one list. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from attest.catalogue.listing.names import known_as, short, type_named
from attest.catalogue.listing.table import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attest.catalogue.listing.model import Row
    from attest.catalogue.model import MaterialTypes


def asked_twice(rows: Sequence[Row], types: MaterialTypes) -> Iterator[tuple[Row, Row]]:
    """Pairs of rows of one item: same thing, same person, in situations that can hold together.

    Alternatives of one requirement are no pair, nor are an ID card of the agent and one of the applicant.
    """
    before: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.has("requirement_zh", "type", "type_name"):
            continue
        several = before[_thing(row, types)]
        for earlier in several:
            if (
                not _one_requirement(row, earlier)
                and _persons(row) == _persons(earlier)
                and _together(row.get("when"), earlier.get("when"))
            ):
                yield row, earlier
                break
        several.append(row)


def many_names(rows: Sequence[Row], types: MaterialTypes) -> Iterator[tuple[Row, list[str], str]]:
    """The first row, the names and the usual name of each thing that a list names in more than one way.

    Only rows that ask for one thing count: the name of a requirement with several is not the thing's.
    """
    several: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        several[row.get("item"), row.get("requirement") or str(row.number)] += 1
    names: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        name = row.get("requirement_zh")
        if name and several[row.get("item"), row.get("requirement") or str(row.number)] == 1:
            names[_thing(row, types)].setdefault(short(name), row)
    for thing, said in names.items():
        if len(said) > 1:
            kind = types.get(thing)
            first = next(iter(said.values()))
            yield first, [row.get("requirement_zh") for row in said.values()], kind.name.zh if kind else thing


def _thing(row: Row, types: MaterialTypes) -> str:
    """The type that a row means, else its usual name."""
    if row.get("type"):
        return row.get("type")
    name = row.get("type_name") or row.get("requirement_zh")
    kind = type_named(name, types)
    return kind.code if kind else known_as(name)


def _one_requirement(row: Row, other: Row) -> bool:
    code = row.get("requirement")
    same = bool(code) and code == other.get("requirement")
    return same and row.get("alternative") != other.get("alternative")


def _persons(row: Row) -> frozenset[str]:
    return frozenset(parts(row.get("roles")))


def _together(when: str, other: str) -> bool:
    """Whether two conditions can hold at once: no question that both name keeps them apart."""
    first, second = _options(when), _options(other)
    return all(first[question] & second[question] for question in first.keys() & second.keys())


def _options(when: str) -> dict[str, set[str]]:
    found = {}
    for part in parts(when):
        question, _, options = part.partition("=")
        found[question.strip()] = {one.strip() for one in options.split("|")}
    return found
