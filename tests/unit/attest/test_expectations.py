# SPDX-License-Identifier: Apache-2.0
"""Faults of catalogue documents in words: every expectation and every member, in zh and en."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import attest
from attest.catalogue.expectations import EXPECTATIONS, PATTERNS, fault_words, wanted_words
from attest.catalogue.item_document import CODES_WANTED, parse_item
from attest.catalogue.places import MEMBERS, place_words
from attest.catalogue.reading import CatalogueError
from tests.attest_parts import DEMO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(attest.__file__).parent
FOLDERS = ("catalogue", "bundles", "standards", "availability", "examples", "policies")
MODULES = [
    ROOT / "fields.py",
    *(path for name in FOLDERS for path in sorted((ROOT / name).glob("*.py")) if path.stem != "dcql"),
]
READERS = {
    *("text", "optional_text", "choice", "integer", "optional_day", "raw", "objects", "texts", "words"),
    *("prose", "both", "citation", "citations", "flag", "mark", "conditions", "document", "documents"),
    *("any_of", "fail"),
}
HAN = re.compile("[\u4e00-\u9fff]")


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call in the modules that read documents, with the name of what is called."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node, getattr(node.func, "attr", getattr(node.func, "id", ""))


def said(node: ast.expr) -> str | None:
    """The text of an expression, `{}` for what varies; None where it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    if isinstance(node, ast.BinOp):
        return "".join(said(one) or "{}" for one in (node.left, node.right))
    return None


def expectations() -> set[str]:
    """What the source of the readers can refuse a document with."""
    found = set()
    for path, call, name in calls():
        if name == "fail" and len(call.args) == 2:
            text = said(call.args[1])
            assert text or path.name == "item_document.py", ast.unparse(call)
            found.add(text)
        elif name == "CatalogueError" and path.name != "reading.py":
            found.add(said(call.args[1]))
        elif name == "FieldError" and len(call.args) == 3 and not isinstance(call.args[2], ast.Name):
            found.add(said(call.args[2]))
    return {text for text in found if text}


def test_every_expectation_has_words() -> None:
    """Whatever a document can be refused with is said in both languages, and nothing else is written."""
    every = expectations() | set(CODES_WANTED.values())
    assert every == set(EXPECTATIONS)
    for expected in every:
        form = next(iter(PATTERNS)) if "like {}" in expected else "7"
        words = wanted_words(expected.replace("{}", form))
        assert words is not None, expected
        assert HAN.search(words[0])
        assert not HAN.search(words[1])
        assert "{" not in "".join(words)


CERTIFICATES = {"CERTIFICATE_CODE", "CERTIFICATE_MEMBER"}


def test_every_pattern_has_words() -> None:
    """A regular expression is never shown: each that a member must be like is said in words."""
    used = {
        ast.unparse(one)
        for _, call, name in calls()
        if name in {"text", "optional_text", "texts"}
        for one in (*call.args[2:], *(kw.value for kw in call.keywords if kw.arg == "pattern"))
        if isinstance(one, ast.Name) and one.id.isupper()
    }
    codes = {"CODE", "DEPARTMENT", "ITEM", "TYPE_CODE", "ROLE", "ANY_CODE", "PUBLISHER", "LINK"}
    assert used == codes | CERTIFICATES
    assert len(PATTERNS) == len(used)
    for pattern in PATTERNS:
        zh, en = wanted_words(f"text like {pattern}") or ("", "")
        assert HAN.search(zh)
        assert en
        assert pattern not in zh + en


def test_every_member_has_a_name() -> None:
    """Every member that a document may have is known to editors by a name in both languages."""
    read = {
        call.args[0].value
        for _, call, name in calls()
        if name in READERS and call.args and isinstance(call.args[0], ast.Constant)
        if isinstance(call.args[0].value, str) and "/" not in call.args[0].value
    }
    assert read - set(MEMBERS) == {"subject"}  # of a publication's record, which no editor writes
    for zh, en in MEMBERS.values():
        assert HAN.search(zh)
        assert en
        assert not HAN.search(en)


def test_places() -> None:
    """A pointer is read by names and numbers from one; a code in it stands as it is."""
    assert place_words("/clocks/0/promised_limit") == ("时限 1 › 承诺时限", "limit 1 › promised limit")
    assert place_words("/requirements/2/when/premises")[1] == "requirement 3 › in situation › premises"
    assert place_words("/") == ("文件", "the document")


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (
            lambda one: one["clocks"][0]["promised_limit"].update(n=999),
            "“时限 1 › 承诺时限”不合要求，应为：不长于法定时限，单位与它相同。请改正。",
            (
                "“limit 1 › promised limit” is not as it must be. "
                "Wanted: no more than the statutory limit, in its unit. Correct it."
            ),
        ),
        (
            lambda one: one.update(basic_code="123"),
            "“基本编码”不合要求，应为：12 位数字，第三、四位是 01 到 10 或者 20。请改正。",
            (
                "“basic code” is not as it must be. "
                "Wanted: 12 digits, the third and fourth being 01 to 10 or 20. Correct it."
            ),
        ),
        (
            lambda one: one.update(in_force="soon"),
            "“施行日期”不合要求，应为：日期，例如 2026-11-24。请改正。",
            "“in force” is not as it must be. Wanted: a day, such as 2026-11-24. Correct it.",
        ),
        (
            lambda one: one.pop("level"),
            "缺少“行使层级”，请补上。",
            "“level” is missing: add it.",
        ),
        (
            lambda one: one.update(colour="red"),
            "不认识“colour”：核对写法，或者删去。",
            "“colour” is not known: check how it is written, or strike it.",
        ),
    ],
    ids=["limit", "code", "day", "missing", "unknown"],
)
def test_sentences(change: Callable[[Any], object], zh: str, en: str) -> None:
    """A fault names the member as the editor does, says what is wanted, and what to do."""
    document = json.loads((DEMO / "catalogue" / "items" / "SC-002.json").read_bytes())
    change(document)
    with pytest.raises(CatalogueError) as caught:
        parse_item(document)
    assert fault_words(caught.value).sentence == (zh, en)
