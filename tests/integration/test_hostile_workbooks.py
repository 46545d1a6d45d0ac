# SPDX-License-Identifier: Apache-2.0
"""Workbooks that are none, or that somebody made to keep whoever opens them busy."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from api.lists.errors import ListFileError
from api.lists.files import read_list
from api.lists.xlsx import MOST_UNPACKED
from tests.recognition_parts import demo_types

TYPES: Final = demo_types()
_NAMES: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as member:
        for _ in range((MOST_UNPACKED >> 20) + 1):
            member.write(b" " * (1 << 20))


def _lying_bomb(path: Path) -> None:
    _bomb(path)
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)


def _entities(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')


def _damaged(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x>" + "abc" * 500 + "</x>")
    content = bytearray(path.read_bytes())
    content[46:60] = b"\xff" * 14
    path.write_bytes(content)


def _many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(f"x{number}", "")


def _with_sheet(one: bytes, times: int, before: bytes = b"", after: bytes = b"") -> Callable[[Path], None]:
    """A workbook whose sheet holds `one` that many times."""

    def build(path: Path) -> None:
        openpyxl.Workbook().save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
            _NAMES,
            before + one * times + after,
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else content)

    return build


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (_bomb, "list_file.too_large"),
        (_lying_bomb, "list_file.not_xlsx"),
        (_entities, "list_file.declares"),
        (_many_members, "list_file.too_large"),
        (_damaged, "list_file.not_xlsx"),
        (_with_sheet(b'<row r="1"/>', 200_000), "list_file.too_large"),
        (_with_sheet(b'<x:row xmlns:x="%s"/>' % _NAMES, 200_000), "list_file.too_large"),
        (_with_sheet(b"<c/>", 6_000_000, b"<row>", b"</row>"), "list_file.too_large"),
        (_with_sheet(b' a=""', 120_000, b"<row", b"/>"), "list_file.too_large"),
        (_with_sheet(b"<a>", 300_000, b"<!--", b"-->"), "list_file.too_large"),
        (_with_sheet(b"<a>", 300_000, b"<?x "), "list_file.too_large"),
        (lambda path: path.write_bytes(b"PK\x03\x04 nonsense"), "list_file.not_xlsx"),
        (lambda path: path.write_bytes(b""), "list_file.not_xlsx"),
        (lambda path: path.write_bytes(b"x" * ((10 << 20) + 1)), "list_file.too_large"),
    ],
    ids=[
        "bomb",
        "lying-bomb",
        "entities",
        "many-members",
        "damaged",
        "rows",
        "prefixed-rows",
        "cells",
        "attributes",
        "comment",
        "instruction",
        "nonsense",
        "empty",
        "large",
    ],
)
def test_hostile_workbooks(tmp_path: Path, build: Callable[[Path], object], code: str) -> None:
    """What unpacks to too much, lies about it, declares entities, takes a parser seconds or is no workbook is
    refused by its code."""
    path = tmp_path / "list.xlsx"
    build(path)
    with pytest.raises(ListFileError) as caught:
        read_list(path, TYPES)
    assert caught.value.code == code
    assert caught.value.zh
    assert caught.value.en
