# SPDX-License-Identifier: Apache-2.0
"""`once catalogue` over documents that are no guides: as tables, out and in again, and looked over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.cli import main
from api.demo import samples

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = (*samples.standards(), samples.types(), samples.bundles()[0], samples.policies()[0])


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    code = main(["catalogue", *map(str, arguments), "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else None


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json"])
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: str(one["format"]).split("/")[1])
def test_out_and_in_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: dict[str, Any], ending: str
) -> None:
    """A document, written as a file of any kind, looked over and brought in again, is the same."""
    given, table, folder = tmp_path / "given.json", tmp_path / f"table{ending}", tmp_path / "out"
    given.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    assert run(capsys, "export", table, "--from", given)[0] == 0
    assert run(capsys, "check", table)[0] == 0
    code, said = run(capsys, "import", table, "--out", folder)
    assert (code, said["findings"]) == (0, [])
    assert json.loads((folder / said["written"][0]).read_text(encoding="utf-8")) == document


def test_what_does_not_read_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The place of the fault is named, exit code 1, and no folder appears."""
    given, folder = tmp_path / "given.csv", tmp_path / "out"
    given.write_text("place,value\nformat,once/standard/1\ncode,x\n", encoding="utf-8")
    code, said = run(capsys, "import", given, "--out", folder)
    assert (code, said["findings"][0]["code"]) == (1, "catalogue.invalid")
    assert not folder.exists()
    given.write_text("place,kind,value\nformat,number,x\n", encoding="utf-8")
    code, said = run(capsys, "check", given)
    assert (code, said["findings"][0]["code"], said["findings"][0]["row"]) == (1, "list.place", 2)


def test_a_terminal_is_not_steered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters of a list are written as numbers, so that no escape reaches the terminal."""
    path = tmp_path / "list.csv"
    path.write_text("事项编码,材料名称\nXF-\x1b[31m001,其他材料\x1b]0;x\x07\u202e\n", encoding="utf-8")
    main(["catalogue", "check", str(path)])
    said = capsys.readouterr().out
    assert "\\u001b" in said
    assert not [c for c in said if ord(c) < 32 and c != "\n"]
    assert "\u202e" not in said
