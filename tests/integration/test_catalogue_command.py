# SPDX-License-Identifier: Apache-2.0
"""`once catalogue`: lists in, out and looked over; hostile files are refused and nothing is half-written."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from api.cli import main
from api.demo import samples
from api.lists.errors import ListFileError
from api.lists.files import LIST_FORMAT, list_bytes, read_list
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.columns import COLUMNS
from attest.catalogue.listing.model import Row
from attest.catalogue.listing.reading import items_of
from tests.recognition_parts import CATALOGUE, catalogue_json, demo_types

TYPES = demo_types()
ITEMS: Final = CATALOGUE / "items"
HOSTILE: Final = ("=1+1", "+1", "-1", "@x", "\t=1", "'=1", "＝1", '=HYPERLINK("http://x")')


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    """Exit code and the JSON that the command printed."""
    code = main(["catalogue", *map(str, arguments), "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else None


def hostile_rows() -> list[Row]:
    """A sound item whose texts would be formulas in a spreadsheet."""
    rows, _ = read_list(ITEMS / "XF-001.json", TYPES)
    cells = dict(rows[0].cells)
    cells["item_zh"], cells["item_en"] = HOSTILE[0], HOSTILE[7]
    return [Row(2, cells), *rows[1:]]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_out_in_and_out_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, language: str
) -> None:
    """All shipped items, written, brought in and written again: same documents, same rows."""
    first, second, folder = tmp_path / f"a{ending}", tmp_path / f"b{ending}", tmp_path / "items"
    assert run(capsys, "export", first, "--from", ITEMS, "--lang", language)[0] == 0
    code, said = run(capsys, "import", first, "--out", folder)
    assert (code, said["faults"], len(said["written"])) == (0, [], len(samples.items()))
    for one in samples.items():
        written = folder / f"{one['code']}.v{one['version']}.json"
        assert json.loads(written.read_text(encoding="utf-8")) == one
    assert run(capsys, "export", second, "--from", first, "--lang", language)[0] == 0
    rows = [read_list(path, TYPES)[0] for path in (first, second)]
    assert rows[0] == rows[1]
    if ending != ".xlsx":
        assert first.read_bytes() == second.read_bytes()


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --dry-run the report is the same and no file appears, not even the folder."""
    out = tmp_path / "items"
    code, said = run(capsys, "import", ITEMS, "--out", out, "--dry-run")
    assert (code, said["sound"], said["written"]) == (0, True, [])
    assert list(tmp_path.iterdir()) == []


def test_one_error_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eighteen sound items and one wrong cell: exit 1, the cell by row and column, no folder."""
    rows, _ = read_list(ITEMS, TYPES)
    wrong = next(n for n, row in enumerate(rows) if row.get("item") == "ZR-007" and row.get("impl_code"))
    rows[wrong] = Row(rows[wrong].number, {**rows[wrong].cells, "impl_code": "1" * 31})
    path, out = tmp_path / "list.csv", tmp_path / "items"
    path.write_bytes(list_bytes(rows, ".csv", "zh"))
    code, said = run(capsys, "import", path, "--out", out)
    assert code == 1
    assert [(one["row"], one["column"]) for one in said["faults"]] == [(rows[wrong].number, "impl_code")]
    assert {path.name for path in tmp_path.iterdir()} == {"list.csv"}


def test_an_existing_folder_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder to write must be new, so that nothing is replaced or mixed: exit 2."""
    assert run(capsys, "import", ITEMS, "--out", tmp_path)[0] == 2
    assert run(capsys, "import", ITEMS)[0] == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_no_cell_is_a_formula(tmp_path: Path, ending: str) -> None:
    """No written cell begins like a formula; read again, the texts are what they were."""
    path = tmp_path / f"list{ending}"
    path.write_bytes(list_bytes(hostile_rows(), ending, "zh"))
    if ending == ".csv":
        table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    else:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        table = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    assert not [
        cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    ]
    rows, faults = read_list(path, TYPES)
    assert faults == []
    items, _ = items_of(rows, TYPES)
    assert (items[0].name.zh, items[0].name.en) == (HOSTILE[0], HOSTILE[7])


def test_csv_as_chinese_spreadsheets_save_it(tmp_path: Path) -> None:
    """GB 18030 is read like UTF-8."""
    rows, _ = read_list(ITEMS / "YC-004.json", TYPES)
    path = tmp_path / "list.csv"
    path.write_bytes(list_bytes(rows, ".csv", "zh").decode("utf-8-sig").encode("gb18030"))
    assert read_list(path, TYPES) == (rows, [])


def test_numbers_days_and_formulas_of_a_sheet(tmp_path: Path) -> None:
    """Numbers and days that a person typed are read; a formula is named by its place, not computed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["事项编码", "法定时限", "施行日期", "须在有效期", "事项名称"])
    sheet.append(["A", 20.0, date(2026, 1, 2), True, "=1+1"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    rows, faults = read_list(path, TYPES)
    assert dict(rows[0].cells) == {"item": "A", "statutory": "20", "in_force": "2026-01-02", "valid": "yes"}
    assert [(one.code, one.row, one.column) for one in faults] == [("list.formula", 2, "E")]


def _far_cell(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "事项编码", "x"
    book.save(path)


def test_a_cell_at_the_far_end_is_bounded(tmp_path: Path) -> None:
    """A sheet whose only value stands in its last cell is not walked to its end."""
    path = tmp_path / "list.xlsx"
    _far_cell(path)
    rows, faults = read_list(path, TYPES)
    assert rows == []
    assert [one.code for one in faults] == ["list.too_long"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("list.xls", b"x", "list_file.ending"),
        ("list.json", b"{", "list_file.not_json"),
        ("list.json", b'{"format":"once/guide-list/1","rows":[{"a":1}]}', "list_file.not_rows"),
        ("item.json", b'{"format":"once/item/1","code":"\\ud800"}', "list_file.not_json"),
        ("list.csv", b"a," * 400 + b"\n", "list_file.too_large"),
        ("list.csv", b"\xff\xff\xff", "list_file.encoding"),
        ("list.csv", b'"a', "list_file.not_csv"),
    ],
)
def test_files_that_are_no_lists(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """A file of another kind or form is refused by its code."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ListFileError) as caught:
        read_list(path, TYPES)
    assert caught.value.code == code
    with pytest.raises(ListFileError):
        read_list(tmp_path / "missing.csv", TYPES)


def test_a_document_that_is_no_item(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An item document that does not parse is a finding with its place, and exit 1."""
    broken = catalogue_json("items/XF-001")
    broken["clocks"][1]["promised_limit"]["n"] = 99
    path = tmp_path / "item.json"
    path.write_text(json.dumps([broken, {"format": "x"}]), encoding="utf-8")
    code, said = run(capsys, "check", path)
    assert code == 1
    assert [one["column"] for one in said["findings"]] == ["/clocks/1/promised_limit", ""]


def test_check_of_shipped_guides(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped guides give no error; a catch-all in a list gives exit 1 and says what to do."""
    code, said = run(capsys, "check", ITEMS)
    assert (code, said["counts"]["error"], len(said["items"])) == (0, 0, 24)
    assert main(["catalogue", "check", str(ITEMS / "YC-004.json"), "--lang", "zh"]) == 0
    assert "自然资源局" in capsys.readouterr().out


def test_warnings_of_shipped_guides_are_the_documented_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """The how-to says how many warnings the shipped guides give and of which causes."""
    _, said = run(capsys, "check", ITEMS)
    warned = Counter(one["code"] for one in said["findings"] if one["severity"] == "warning")
    assert warned == {"guide.obtainable_kept": 9, "guide.open_list": 1, "guide.asked_twice": 1}
    page = (Path(__file__).parents[2] / "docs" / "howto" / "catalogue.md").read_text(encoding="utf-8")
    assert "Their eleven warnings" in page


def test_check_of_a_bad_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list too faulty to become an item is checked all the same."""
    path = tmp_path / "list.csv"
    path.write_text("事项编码,材料名称,法定时限,承诺时限,时限单位\nA,其他材料,5,9,工作日\n", encoding="utf-8")
    code, said = run(capsys, "check", path)
    assert code == 1
    errors = {one["code"] for one in said["findings"] if one["severity"] == "error"}
    assert errors == {"guide.catch_all", "guide.promise_above_statutory"}
    assert all(one["next_zh"] and one["next_en"] for one in said["findings"])


@pytest.mark.parametrize("build", [Path.mkdir, lambda path: path.write_text("[]"), lambda _: None])
def test_nothing_to_check_is_no_sound_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], build: Callable[[Path], object]
) -> None:
    """An empty folder, an empty list, a path where nothing is: exit 2, in one language or as JSON."""
    path = tmp_path / "items.json"
    build(path)
    code, said = run(capsys, "check", path)
    assert (code, said["error"]["code"].partition(".")[0]) == (2, "list_file")
    for language, strange in (("zh", "There is"), ("en", "没有")):
        assert main(["catalogue", "check", str(path), "--lang", language]) == 2
        heard = capsys.readouterr().err
        assert str(path) in heard
        assert strange not in heard


def test_types_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing document of types is said to be missing, not to be of a wrong form."""
    code, said = run(capsys, "check", ITEMS, "--types", tmp_path / "no.json")
    assert (code, said["error"]["code"]) == (2, "list_file.missing")


def test_findings_of_documents_name_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Item documents have no rows: a finding stands with item and file; a number says what it counts."""
    _, said = run(capsys, "check", ITEMS)
    assert {one["row"] for one in said["findings"]} == {0}
    assert {one["file"] for one in said["findings"]} <= {path.name for path in ITEMS.iterdir()}
    assert main(["catalogue", "check", str(ITEMS / "GA-009.json"), "--lang", "en"]) == 0
    heard = capsys.readouterr().out
    assert "GA-009 · GA-009.json" in heard
    assert "row" not in heard
    assert "\n1 item: 0 errors, " in heard
    assert main(["catalogue", "import", str(ITEMS / "GA-008.json"), "--dry-run", "--lang", "en"]) == 0
    assert "GA-008 v1: 8 requirements" in capsys.readouterr().out


def test_json_lists_have_the_same_cells(tmp_path: Path) -> None:
    """A JSON list holds the cells of the spreadsheet, without guards."""
    path = tmp_path / "list.json"
    path.write_bytes(list_bytes(hostile_rows(), ".json", "en"))
    value = json.loads(path.read_text(encoding="utf-8"))
    assert value["format"] == LIST_FORMAT
    assert value["rows"][0]["item name"] == HOSTILE[0]
    assert set(value["rows"][0]) <= {column.en for column in COLUMNS}


def test_imported_documents_are_published_documents(tmp_path: Path) -> None:
    """What an import writes is, member for member, what the item's own document says."""
    rows, _ = read_list(ITEMS / "SC-001.json", TYPES)
    items, faults = items_of(rows, TYPES)
    assert faults == []
    assert format_item(items[0]) == catalogue_json("items/SC-001")


def test_serving_loads_no_spreadsheets() -> None:
    """Neither the application nor a worker loads openpyxl."""
    probe = "import sys, api.app, api.wiring, api.cli.serve, api.cli.worker; print('openpyxl' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "False"


def test_a_policy_is_looked_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped policies fit; one that is looser than type or guide is refused with its place, exit 1."""
    for name in ("YC", "ZR"):
        code, said = run(capsys, "check", CATALOGUE / "policies" / f"{name}.json")
        assert (code, said["findings"]) == (0, [])
        assert said["policy"] == {"authority": name, "version": 1, "guides": 1}
    document = catalogue_json("policies/YC")
    file = tmp_path / "policy.json"
    loose = {**document["rules"][0], "types": ["health_certificate"], "max_age_days": 366}
    del loose["scans"]
    for change, place in (
        ({"rules": [loose]}, "/rules/0/max_age_days"),
        ({"grounds": ["data_check"]}, "/grounds"),
        ({"authority": "default"}, "/authority"),
    ):
        file.write_text(json.dumps({**document, **change}))
        code, said = run(capsys, "check", file)
        assert (code, said["policy"]) == (1, None)
        assert [(one["code"], one["place"]) for one in said["findings"]] == [("catalogue.invalid", place)]
    guides = tmp_path / "guides"
    guides.mkdir()
    file.write_text(json.dumps(document))
    assert main(["catalogue", "check", str(file), "--guides", str(guides)]) == 2  # nothing to hold it against
    capsys.readouterr()
    (guides / "one.json").write_text(json.dumps(catalogue_json("items/XF-001")))
    code, said = run(capsys, "check", file, "--guides", guides)
    assert (code, said["findings"][0]["place"]) == (1, "/rules/1/items")


@pytest.mark.parametrize(("language", "said"), [("zh", "扫描件不能代替"), ("en", "no scan where the issuer")])
def test_a_policy_is_said_in_words(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    """A person reads each rule, what is left, and the ground order."""
    assert main(["catalogue", "check", str(CATALOGUE / "policies" / "YC.json"), "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert said in lines[0]
    assert len(lines) == 5
    assert lines[3].count(" > ") == 3
