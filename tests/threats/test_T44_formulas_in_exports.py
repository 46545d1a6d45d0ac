# SPDX-License-Identifier: Apache-2.0
"""T44: formulas in exports: none of any export is one when it is opened, and the texts come back the same.

`ONCE_CASES` beyond 10 puts every text into every place of a guide.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pytest

import api
from api.cli import main
from api.identity.accounts import Account
from api.identity.roles import EDITOR
from api.lists.files import LIST_FORMAT, document_in_content, read_content
from api.web.catalogue.sheets import MEDIA
from attest.bundles.document import parse_bundle
from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.columns import COLUMNS
from attest.catalogue.listing.reading import items_of
from attest.catalogue.listing.table import guarded
from tests.hostile import leaves, texts, with_text
from tests.people import Browser, add_accounts, signed_in
from tests.recognition_parts import demo_types
from tests.worlds import food_guide, restaurant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

Place = tuple[str | int, ...]
ALL: Final = int(os.environ.get("ONCE_CASES", "3")) > 10
TYPES: Final = demo_types()
BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SPREADSHEETS: Final = (".csv", ".xlsx")
_QUOTED: Final = re.compile(r'(?:"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*\r\n)*')


def opened(content: bytes, ending: str) -> list[list[str]]:
    """The cells as a spreadsheet takes them; none is a formula, by its kind or by how it begins."""
    if ending == ".csv":
        text = content.decode("utf-8-sig")
        assert _QUOTED.fullmatch(text), "a cell without quotes, which another separator might split"
        cells = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
        assert len(sheets) == 1
        assert b"<f" not in sheets[0]
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert not [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
        cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert not [cell for row in cells for cell in row if cell.startswith(BEGINS)]
    return cells


def takes(parse: Callable[[Any], object], document: Any) -> bool:
    """Whether it is a document."""
    try:
        parse(document)
    except ValueError:
        return False
    return True


def whole_item(document: Any) -> None:
    """As publishing reads it."""
    check_item(parse_item(document), TYPES)


def filled(
    document: Any, payloads: list[str], parse: Callable[[Any], object], *, often: int = 2
) -> Iterator[Any]:
    """The document again and again, until each text stood in `often` of its places; formulas in every one."""
    free = [one for one in leaves(document) if takes(parse, with_text(document, one, "=1+1"))]
    fit = [one for one in payloads if takes(parse, with_text(document, free[0], one))]
    formulas = [one for one in fit if guarded(one) != one]
    assert (len(free) > 1, len(fit) > 500, len(formulas) > 30) == (True, True, True)
    rows = [[one] * len(free) for one in (fit if ALL else formulas)]
    for shift in range(often):
        for start in range(0, len(fit), len(free)):
            row = fit[start : start + len(free)]
            row += fit[: len(free) - len(row)]
            turned = shift * len(free) // often
            rows.append([*row[turned:], *row[:turned]])
    for row in rows:
        made = document
        for place, text in zip(free, row, strict=True):
            made = with_text(made, place, text)
        parse(made)
        yield made


def once(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    """What `once catalogue ARGUMENT...` prints as JSON; it must succeed."""
    code = main(["catalogue", *map(str, arguments), "--json"])
    said = capsys.readouterr().out
    assert code == 0, said
    return json.loads(said)


@pytest.mark.parametrize("ending", SPREADSHEETS)
def test_lists_of_the_command_line(
    vectors: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    """Guides full of such texts, written as a list and brought in: no formula, and the same guides."""
    made = [
        {**one, "code": f"AB-{number:04d}"}
        for number, one in enumerate(filled(food_guide(), texts(vectors), whole_item))
    ]
    source, out, back = tmp_path / "source.json", tmp_path / f"list{ending}", tmp_path / "back"
    source.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    once(capsys, "export", out, "--from", source, "--lang", "en")
    assert len(opened(out.read_bytes(), ending)) > len(made)
    once(capsys, "import", out, "--out", back)
    found = [json.loads(one.read_text(encoding="utf-8")) for one in sorted(back.iterdir())]
    assert found == made


@pytest.mark.parametrize("ending", SPREADSHEETS)
def test_documents_of_the_command_line(
    vectors: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    """Bundles full of such texts, written as a table of places and read again: the same documents."""
    made = list(filled(restaurant(), texts(vectors), parse_bundle))
    for number, one in enumerate(made if ALL else made[:: len(made) // 12]):
        source, out = tmp_path / f"{number}.json", tmp_path / f"{number}{ending}"
        source.write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
        once(capsys, "export", out, "--from", source)
        opened(out.read_bytes(), ending)
        assert document_in_content(out.name, ending, out.read_bytes()) == (one, [])


def sent(browser: Browser, path: str, content: bytes, media: str) -> Any:
    """A file as a page's script sends it."""
    headers = {"content-type": media, "x-csrf-token": browser.csrf}
    given = {"host": "localhost", "origin": "http://localhost", "accept": "text/html", **headers}
    given["cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return browser.world.send("POST", path, content=content, headers=list(given.items()))


@pytest.fixture(scope="module")
def editor(world: World) -> Browser:
    """A browser of an editor of the department that the food guide is of."""
    add_accounts(world)
    return signed_in(world, "editor")


@pytest.fixture(scope="module")
def lead(world: World) -> Browser:
    """A browser of an editor of the department that leads the bundle."""
    add_accounts(world, Account("editor.zw", "目录壬", frozenset({EDITOR}), "ZW", ""))
    return signed_in(world, "editor.zw")


def kept(browser: Browser, place: str, document: Any, key: str) -> str:
    """The address of a draft."""
    text = json.dumps(document, ensure_ascii=False)
    answer = browser.post(place, text=text, keep="yes", key=key)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_draft_as_a_list(editor: Browser, vectors: Path) -> None:
    """A draft's page gives its list without a formula; the list sent back is the same guide."""
    (made, *_) = filled(food_guide(), formulas_first(vectors), whole_item)
    made = {**made, "version": 2}
    place = kept(editor, "/catalogue/drafts", made, "t44")
    for revision, ending in enumerate(SPREADSHEETS, 1):
        answer = editor.get(f"{place}/list?as={ending}")
        assert answer.headers["content-disposition"].startswith("attachment")
        opened(answer.content, ending)
        path = f"{place}?keep=yes&revision={revision}"
        back = sent(editor, path, answer.content, MEDIA[ending])
        assert back.status_code == 303, back.text
        rows, faults = read_content("list", ".json", editor.get(f"{place}/list?as=.json").content, TYPES)
        items, more = items_of(rows, TYPES)
        assert (faults, more, [format_item(one) for one in items]) == ([], [], [made])


def test_a_document_as_a_table(lead: Browser, vectors: Path) -> None:
    """A document's draft likewise."""
    (made, *_) = filled(restaurant(), formulas_first(vectors), parse_bundle)
    made = {**made, "version": 2}
    place = kept(lead, "/catalogue/documents", made, "t44")
    for revision, ending in enumerate(SPREADSHEETS, 1):
        answer = lead.get(f"{place}/list?as={ending}")
        opened(answer.content, ending)
        back = sent(lead, f"{place}?keep=yes&revision={revision}", answer.content, MEDIA[ending])
        assert back.status_code == 303, back.text
        assert lead.get(f"{place}/list?as=.json").json() == made


@pytest.mark.parametrize("ending", SPREADSHEETS)
def test_the_report_of_the_guide_check(editor: Browser, vectors: Path, ending: str) -> None:
    """Whatever stands in any column of a list that is checked, its report opens and holds no formula."""
    payloads = [one for one in texts(vectors) if "\ud800" not in one and len(one) < 4000]
    names = [column.zh for column in COLUMNS]
    rows = [
        {name: payloads[(number + place) % len(payloads)] for place, name in enumerate(names)}
        for number in range(0, len(payloads), len(names))
    ]
    text = json.dumps({"format": LIST_FORMAT, "rows": rows}, ensure_ascii=False).encode()
    answer = sent(editor, f"/catalogue/check?as={ending}", text, MEDIA[".json"])
    assert answer.headers.get("content-disposition") == f'attachment; filename="guide-check{ending}"'
    assert len(opened(answer.content, ending)) > len(rows)


def test_nothing_else_makes_a_spreadsheet() -> None:
    """The exports tried here are all: no other module writes CSV or workbooks, or sends them."""
    found = {}
    top = Path(api.__file__).parent
    for word in (
        "csv.writer",
        "openpyxl.Workbook",
        "table_bytes(",
        "list_bytes(",
        "as_file(",
    ):
        files = (one for one in top.rglob("*.py") if word in one.read_text(encoding="utf-8"))
        found[word] = {one.relative_to(top).as_posix() for one in files}
    pages = {f"web/catalogue/{name}.py" for name in ("check_page", "document_pages", "draft_pages")}
    assert found == {
        "csv.writer": {"lists/files.py"},
        "openpyxl.Workbook": {"lists/xlsx.py"},
        "table_bytes(": {"lists/files.py", "lists/aside.py"},
        "list_bytes(": {"lists/files.py", "lists/aside.py", "cli/catalogue.py"},
        "as_file(": pages,
    }


def formulas_first(vectors: Path) -> list[str]:
    """All texts, those that would be formulas before the others."""
    return sorted(texts(vectors), key=lambda one: guarded(one) == one)
