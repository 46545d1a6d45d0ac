# SPDX-License-Identifier: Apache-2.0
"""Catalogue documents: what is read is what was published, and what is wrong is named by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.reading import CatalogueError, Document
from attest.catalogue.types_document import format_types, parse_types
from attest.fields import FieldError
from ledger.canonical import dump, read_json
from ledger.errors import FormatError
from tests.catalogue_facts import LISTS
from tests.recognition_parts import catalogue_json, changed, demo_item, demo_types

if TYPE_CHECKING:
    from collections.abc import Iterable

ITEMS = tuple(LISTS)

LIMIT = {"n": 5, "unit": "WD", "citation": {"text": "x", "certainty": "[gen]"}}


@pytest.mark.parametrize("code", ITEMS)
def test_item_round_trip(code: str) -> None:
    """An item document read and written again is the same bytes."""
    document = catalogue_json(f"items/{code}")
    item = parse_item(document)
    assert dump(format_item(item)) == dump(document)
    assert parse_item(read_json(dump(document), max_bytes=1 << 20)) == item


def test_types_round_trip() -> None:
    """The types document read and written again is the same bytes."""
    document = catalogue_json("types")
    types = parse_types(document)
    assert dump(format_types(types)) == dump(document)
    assert parse_types(format_types(types)) == types


def test_counts_of_originals_and_copies_are_kept() -> None:
    """What a printed guide asks in originals and copies is read and written again."""
    place: list[str | int] = ["requirements", 2, "alternatives", 0, "evidence", 0]
    document = changed(catalogue_json("items/XF-001"), [*place, "originals"], 1)
    document = changed(document, [*place, "copies"], 2)
    assert format_item(parse_item(document)) == document


def test_a_guide_may_lack_a_handling_code() -> None:
    """What was published before anybody gave it one is read and written as it stands."""
    document = catalogue_json("items/XF-001")
    assert parse_item(document).handling_code == document["impl_code"] + "01"
    del document["handling_code"]
    assert parse_item(document).handling_code is None
    assert format_item(parse_item(document)) == document


def taken(letters: Iterable[int]) -> bool:
    """Whether a published text may hold these code points."""
    try:
        Document({"x": f"a{''.join(map(chr, letters))}b"}).prose("x")
    except FieldError:
        return False
    return True


def test_each_letter_is_judged_alone() -> None:
    """Of all code points those are refused that are controls, turn the direction, or are no characters."""
    pages = (range(first, first + 256) for first in range(0, 0x11_0000, 256))
    refused = {number for page in pages if not taken(page) for number in page if not taken([number])}
    turning = {0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069}
    last = {plane << 16 | 0xFFFE | n for plane in range(17) for n in (0, 1)}
    controls = {*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)}
    assert refused == controls | turning | last | {*range(0xFDD0, 0xFDF0)}


def test_any_script_in_texts() -> None:
    """Texts take rare characters, supplementary planes and right-to-left scripts."""
    for text in ("𠮷野家　（总店）", "ئۇيغۇر", "ʻokina", "👩‍👩‍👧"):
        document = changed(catalogue_json("items/XF-001"), ["name", "zh"], text)
        assert parse_item(document).name.zh == text


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["format"], "once/item/2", "/format"),
        (["extra"], 1, "/extra"),
        (["name"], ..., "/name"),
        (["name", "zh"], "", "/name/zh"),
        (["name", "zh"], "  ", "/name/zh"),
        (["name", "zh"], "a\x00b", "/name/zh"),
        (["name", "zh"], "\ud800", "/name/zh"),
        (["name", "zh"], "a\u202eb", "/name/zh"),
        (["version"], True, "/version"),
        (["version"], 0, "/version"),
        (["basic_code"], "99013100100", "/basic_code"),
        (["basic_code"], "993131001000", "/basic_code"),
        (["basic_code"], "990131002000", "/impl_code"),
        (["impl_code"], "I" * 31, "/impl_code"),
        (["impl_code"], "11990101MA0A0002274990131001000", "/impl_code"),
        (["impl_code"], "11990101MA0A0002263990131001000", "/impl_code"),
        (["handling_code"], "11990101MA0A000226499013100100001X", "/handling_code"),
        (["handling_code"], "11990101MA0A0002264990131001000", "/handling_code"),
        (["handling_code"], ("11990101MA0A0002264990131002000001"), "/handling_code"),
        (["handling_code"], "", "/handling_code"),
        (["authority"], "xf", "/authority"),
        (["level"], "planet", "/level"),
        (["case_type"], "1", "/case_type"),
        (["clocks", 0, "profile"], "fast", "/clocks/0/profile"),
        (["clocks", 0, "promised_limit", "n"], 21, "/clocks/0/promised_limit"),
        (["clocks", 0, "promised_limit", "unit"], "ND", "/clocks/0/promised_limit"),
        (["clocks", 0, "when"], ..., "/clocks/0/when"),
        (["clocks", 1, "when"], {"procedure": ["check"]}, "/clocks/1/when"),
        (["clocks"], [], "/clocks"),
        (["clocks", 0, "extension"], {**LIMIT, "unit": "ND"}, "/clocks/0/extension"),
        (["clocks", 0, "extension"], {**LIMIT, "n": 0}, "/clocks/0/extension"),
        (["clocks", 0, "counted_from"], "admission", "/clocks/0/counted_from"),
        (["in_force"], "2026-02-30", "/in_force"),
        (["result", "years"], 5, "/result/years"),
        (["result", "also"], [], "/result/also"),
        (["result", "also"], ["fire_check_opinion"], "/result/also"),
        (
            ["requirements", 0, "citation"],
            {"text": "x", "certainty": "sure"},
            "/requirements/0/citation/certainty",
        ),
        (["sources", 0, "certainty"], "sure", "/sources/0/certainty"),
        (["sources"], [], "/sources"),
        (["questions", 0, "options", 1, "code"], "promise", "/questions/0/options"),
        (["requirements", 0, "when", "procedure"], ["other"], "/requirements/0/when/procedure"),
        (["requirements", 0, "when"], {"weather": ["rain"]}, "/requirements/0/when/weather"),
        (["requirements", 0, "when"], {}, "/requirements/0/when"),
        (["requirements", 0, "when"], ..., "/requirements/0/when"),
        (["requirements", 0, "necessity"], "always", "/requirements/0/when"),
        (["requirements", 1, "code"], "promise", "/requirements"),
        (["requirements", 2, "alternatives"], [], "/requirements/2/alternatives"),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "role"],
            {"holder": "neighbour"},
            "/requirements/2/alternatives/0/evidence/0/role/holder",
        ),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "each"],
            False,
            "/requirements/2/alternatives/0/evidence/0/each",
        ),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "assurance"],
            ["glance"],
            "/requirements/2/alternatives/0/evidence/0/assurance",
        ),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "copies"],
            21,
            "/requirements/2/alternatives/0/evidence/0/copies",
        ),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "counted_at"],
            "whenever",
            "/requirements/2/alternatives/0/evidence/0/counted_at",
        ),
    ],
)
def test_wrong_item_is_named_by_its_place(path: list[str | int], value: object, where: str) -> None:
    """One wrong member of an item document is refused with one error that points to it."""
    with pytest.raises(CatalogueError) as caught:
        parse_item(changed(catalogue_json("items/XF-001"), path, value))
    assert (caught.value.code, caught.value.path) == ("catalogue.invalid", where)
    assert isinstance(caught.value, FormatError)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["types", 1, "code"], "business_licence", "/types/1/code"),
        (["types", 0, "code"], "Licence", "/types/0/code"),
        (["types", 0, "source"], "found", "/types/0/source"),
        (["types", 0, "issuers"], [], "/types/0/issuers"),
        (["types", 0, "reuse"], "same_thing", "/types/0/about"),
        (["types", 0, "about"], "planet", "/types/0/about"),
        (["types", 0, "roles"], [], "/types/0/roles"),
        (["types", 0, "validity"], {"rule": "max_age"}, "/types/0/validity/days"),
        (["types", 0, "validity"], {"rule": "none", "days": 3}, "/types/0/validity/days"),
        (["types"], {}, "/types"),
        (["waivers"], [], "/waivers"),
        (["waivers", 1, "code"], "sharing", "/waivers"),
        (["waivers", 0, "grounds"], [], "/waivers/0/grounds"),
        (["waivers", 0, "grounds"], ["promise"], "/waivers/0/grounds"),
        (["waivers", 0, "kinds"], ["1"], "/waivers/0/kinds"),
        (["waivers", 0, "types"], ["no_such_paper"], "/waivers/0/types"),
        (["waivers", 0, "lower"], False, "/waivers/0/lower"),
        (["waivers", 0, "text", "en"], "", "/waivers/0/text/en"),
    ],
)
def test_wrong_types_are_named_by_their_place(path: list[str | int], value: object, where: str) -> None:
    """One wrong member of the types document is refused with one error that points to it."""
    with pytest.raises(CatalogueError) as caught:
        parse_types(changed(catalogue_json("types"), path, value))
    assert caught.value.path == where


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("relation", "friend", "/relation"),
        ("principal", "seller", ""),
        ("by", ["seller"], ""),
        ("by", [], "/by"),
        ("by", ["agent", "agent"], "/by"),
        ("adults", True, "/adults"),
        ("more", 1, "/more"),
    ],
)
def test_a_paper_lets_somebody_act_by_its_own_roles(member: str, value: object, where: str) -> None:
    """An unknown relation, a role it has not, nobody, an adult's agent: refused at its place."""
    document = catalogue_json("types")
    at = next(n for n, one in enumerate(document["types"]) if one["code"] == "mandate")
    with pytest.raises(CatalogueError) as caught:
        parse_types(changed(document, ["types", at, "represents", member], value))
    assert caught.value.path == f"/types/{at}/represents{where}"


@pytest.mark.parametrize("value", [None, [], "x", 3, {}])
def test_not_a_document(value: object) -> None:
    """Anything that is no document gives the same one error."""
    for parse in (parse_item, parse_types):
        with pytest.raises(CatalogueError):
            parse(value)


def test_references_within_a_combination() -> None:
    """A role may refer to one other material of its combination, which itself is bound to the case."""
    document = catalogue_json("items/YC-004")
    where = next(n for n, r in enumerate(document["requirements"]) if r["code"] == "premises.leased")
    place: list[str | int] = ["requirements", where, "alternatives", 0, "evidence"]
    lease, deed = document["requirements"][where]["alternatives"][0]["evidence"]
    circular = {**lease, "role": {"lessor": {"role_of": "real_estate_deed", "role": "holder"}}}
    for evidence in ([deed], [lease, lease, deed], [circular, deed]):
        with pytest.raises(CatalogueError) as caught:
            parse_item(changed(document, place, evidence))
        assert caught.value.path == "/" + "/".join(str(step) for step in place)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["result", "type"], "crown", "/result/type"),
        (["result", "also"], ["crown"], "/result/also"),
        (["requirements", 2, "alternatives", 0, "evidence", 0, "type"], "crown", "type"),
        (
            ["requirements", 2, "alternatives", 0, "evidence", 0, "role"],
            {"lessor": "applicant"},
            "role/lessor",
        ),
        (["requirements", 2, "alternatives", 0, "evidence", 0, "issuers"], ["YC"], "issuers"),
    ],
)
def test_item_against_types(path: list[str | int], value: object, where: str) -> None:
    """An item that names a type, role or issuer the types do not have is refused."""
    check_item(demo_item("XF-001"), demo_types())
    with pytest.raises(CatalogueError) as caught:
        check_item(parse_item(changed(catalogue_json("items/XF-001"), path, value)), demo_types())
    assert caught.value.path.endswith(where)
