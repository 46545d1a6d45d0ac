# SPDX-License-Identifier: Apache-2.0
"""Guide lists: items as rows and back, faults by row and column, formulas kept harmless."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.catalogue.listing.columns import BY_KEY, COLUMNS, code_of, column_of
from attest.catalogue.listing.model import Fault, Row
from attest.catalogue.listing.reading import items_of
from attest.catalogue.listing.table import MOST_ROWS, guarded, read, unguarded, written
from attest.catalogue.listing.writing import rows_of
from attest.catalogue.model import ServiceItem
from tests.catalogue_facts import LISTS
from tests.recognition_parts import demo_item, demo_types

TYPES = demo_types()
PLAIN: Final = {
    "事项编码": "AB-001",
    "事项名称": "某许可",
    "事项英文名称": "A licence",
    "基本编码": "990131001000",
    "实施编码": "11990101MA0A0002264990131001000",
    "实施主体": "XF",
    "行使层级": "县",
    "结果材料": "fire_check_opinion",
    "结果期限": "无期限",
    "时限规则": "行政许可",
    "法定时限": "20",
    "承诺时限": "5",
    "时限单位": "工作日",
    "材料名称": "营业执照",
    "必要性": "必",
}
"""The least that makes an item: one row, as a department would write it."""


def table(*rows: dict[str, str]) -> list[list[str]]:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    return [headers, *([row.get(header, "") for header in headers] for row in rows)]


def made(*rows: dict[str, str]) -> tuple[list[ServiceItem], list[Fault]]:
    found, faults = read(table(*rows))
    items, more = items_of(found, TYPES)
    return items, [*faults, *more]


def places(*rows: dict[str, str]) -> list[tuple[str, int, str]]:
    items, faults = made(*rows)
    assert items == []
    return [(one.code, one.row, one.column) for one in faults if one.severity == "error"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_items_come_back(language: str) -> None:
    """Every shipped item, as rows in either language, is read as the same item and written the same."""
    items = [demo_item(code) for code in LISTS]
    rows = rows_of(items, TYPES)
    again, faults = read(written(rows, language))
    assert faults == []
    assert again == rows
    back, faults = items_of(again, TYPES)
    assert faults == []
    assert back == items
    assert rows_of(back, TYPES) == rows


def test_one_row_is_enough() -> None:
    """A list as departments keep them, without codes of requirements, types or roles, makes an item."""
    more = {"材料名称": "申请人身份证复印件", "复印件份数": "1", "出具机构": "公安局"}
    items, faults = made(PLAIN, more)
    assert faults == []
    assert [r.code for r in items[0].requirements] == ["business_licence", "id_card"]
    assert items[0].requirements[1].alternatives[0].evidence[0].copies == 1
    assert items[0].clocks[0].statutory_limit.citation.certainty == "[imported]"


def test_headers_and_words_in_both_languages() -> None:
    """A header is known by key, zh or en; a word by code, zh, en or the short word of lists."""
    for column in COLUMNS:
        assert {column_of(said) for said in (column.key, column.zh, f" {column.en.upper()} ")} == {column.key}
    assert len({said for column in COLUMNS for said in (column.zh, column.en)}) == 2 * len(COLUMNS)
    for said in ("必", "必要", "always", "Always"):
        assert code_of(BY_KEY["need"], said) == "always"
    assert code_of(BY_KEY["unit"], "天") == "ND"
    assert code_of(BY_KEY["unit"], "必") is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"事项英文名称": ""}, ("list.missing", 2, "item_en")),
        ({"时限规则": ""}, ("list.missing", 2, "profile")),
        ({"法定时限": "二十"}, ("list.not_a_number", 2, "statutory")),
        ({"承诺时限": "21"}, ("list.not_an_item", 2, "promised")),
        ({"时限单位": "旬"}, ("list.unknown_word", 2, "unit")),
        ({"基本编码": "990131001"}, ("list.not_an_item", 2, "basic_code")),
        ({"实施编码": "11990101MA0A0002274990131001000"}, ("list.not_an_item", 2, "impl_code")),
        ({"业务办理项编码": "11990101MA0A000226499013100100"}, ("list.not_an_item", 2, "handling_code")),
        ({"实施主体": "消防"}, ("list.not_an_item", 2, "authority")),
        ({"施行日期": "2025-02-30"}, ("list.not_an_item", 2, "in_force")),
        ({"结果材料": "crown"}, ("list.not_an_item", 2, "result")),
        ({"材料名称": "不存在的证"}, ("list.unknown_type", 2, "requirement_zh")),
        ({"材料类型": "crown"}, ("list.unknown_type", 2, "type")),
        ({"人员对应": "holder"}, ("list.roles", 2, "roles")),
        ({"人员对应": "holder=neighbour"}, ("list.not_an_item", 2, "roles")),
        ({"适用情形": "premises"}, ("list.condition", 2, "when")),
        ({"适用情形": "premises=owned", "必要性": "情"}, ("list.not_an_item", 2, "when")),
        ({"复印件份数": "99"}, ("list.not_an_item", 2, "copies")),
        ({"事项依据": "某法", "事项依据标注": "sure"}, ("list.not_an_item", 2, "mark")),
    ],
)
def test_a_fault_names_its_cell(change: dict[str, str], place: tuple[str, int, str]) -> None:
    """One wrong cell makes no item, and is named by code, row and column."""
    found = places({**PLAIN, **change})
    assert found[0] == place
    assert {one[2] for one in found} == {place[2]}


def test_rows_that_disagree() -> None:
    """What two rows of an item say differently is named at the later one; an item stands once."""
    assert places(PLAIN, {"事项名称": "另一许可"}) == [("list.item_differs", 3, "item_zh")]
    items, faults = made(PLAIN, {**PLAIN, "事项编码": "AB-002"}, PLAIN)
    assert [item.code for item in items] == ["AB-001", "AB-002"]
    assert [(one.code, one.row) for one in faults] == [("list.item_twice", 4)]
    assert places({"材料名称": "营业执照"})[0][0] == "list.missing_column"
    assert places({"材料名称": "营业执照", "事项编码": ""})[0][0] == "list.no_item"


def test_a_name_that_is_near_is_offered() -> None:
    """An unknown material comes with the names that are near it."""
    _, faults = made({**PLAIN, "材料名称": "食品经营许可"})
    assert "食品经营许可证" in faults[0].zh


def test_told_columns_are_compared() -> None:
    """Where a list contradicts the material types it is warned, and the types decide."""
    items, faults = made({**PLAIN, "来源": "自"})
    assert [(one.code, one.severity, one.column) for one in faults] == [
        ("list.type_differs", "warning", "source")
    ]
    assert len(items) == 1


def test_tables_that_are_none() -> None:
    """No header, a header twice, a row longer than its header and too many rows are named."""
    assert read([])[1][0].code == "list.empty"
    assert read([["事项编码", "item code"]])[1][0].code == "list.column_twice"
    assert read([["事项编码"], ["A", "b"]])[1][0].code == "list.ragged"
    assert read([["事项编码", "怪列"], ["A", "b"]])[1][0].severity == "warning"
    assert read([["事项编码"], *([["A"]] * (MOST_ROWS + 1))])[1][0].code == "list.too_long"
    assert read([["事项编码"], ["A" * 4_001]])[1][0].code == "list.long_cell"
    assert read([["事项编码"], [""], ["A"]])[0] == [Row(3, {"item": "A"})]


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝a1 ")))
def test_guard_comes_off_again(text: str) -> None:
    """Whatever a cell holds, guarded it begins like no formula, and the guard comes off again."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6))
def test_any_table_is_read_or_faulted(texts: list[list[str]]) -> None:
    """No table makes reading fail; what is wrong comes back as faults."""
    headers = [column.zh for column in COLUMNS[:5]]
    rows, faults = read([headers, *texts])
    items, more = items_of(rows, TYPES)
    assert items == []
    assert (faults or more) or not rows
