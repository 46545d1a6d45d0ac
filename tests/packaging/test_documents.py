# SPDX-License-Identifier: Apache-2.0
"""Documents say what is there."""

import re
from pathlib import Path

import pytest

from api.web.texts import PLACE, all_texts
from attest.catalogue.listing.check_texts import FINDINGS
from attest.catalogue.listing.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def verbs() -> set[str]:
    """Targets of the Makefile that a person calls."""
    declared = re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared is not None
    return set(declared[1].split())


def test_every_relative_link_leads_to_a_file() -> None:
    """A link from one document to another never leads nowhere."""
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in documents()
        for target in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_reached_from_the_map() -> None:
    """Following links from the README reaches every page of docs/."""
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        targets = (
            target for target in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target
        )
        waiting += [(page.parent / target).resolve() for target in targets if target.endswith(".md")]
    missed = {page for page in (ROOT / "docs").rglob("*.md") if page not in reached}
    assert missed == set()


@pytest.mark.parametrize("name", READMES)
def test_readme_is_short_and_names_the_verbs(name: str) -> None:
    """Each README has at most 120 lines and names exactly the verbs of the Makefile."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert set(re.findall(r"\bmake ([a-z]+)", text)) == verbs()


def test_makefile_has_only_the_agreed_verbs() -> None:
    """The Makefile offers eight verbs, each on one line."""
    assert verbs() == {"setup", "demo", "test", "check", "accept", "fmt", "bench", "contracts"}
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    for verb in verbs():
        assert sum(line.startswith(f"{verb}:") for line in lines) == 1


def test_decisions_are_numbered_and_listed() -> None:
    """Every decision has its own number and stands in the list."""
    pages = [page for page in sorted((ROOT / "docs" / "adr").glob("*.md")) if page.name != "README.md"]
    numbers = [page.name[:4] for page in pages]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name) for page in pages)
    assert len(set(numbers)) == len(numbers)
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert all(page.name in listed for page in pages)


def test_changelog_keeps_its_form() -> None:
    """The changelog opens with what is not released yet, then versions in brackets."""
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])


def test_the_list_layout_is_documented() -> None:
    """Every column of a guide list and every finding of the guide check stands in the how-to."""
    page = (ROOT / "docs" / "howto" / "catalogue.md").read_text(encoding="utf-8")
    missing = [column.key for column in COLUMNS if f"| {column.zh} | {column.en} |" not in page]
    missing += [code for code, text in FINDINGS.items() if f"| `{code}` | {text.severity} |" not in page]
    assert missing == []


@pytest.mark.parametrize("name", ["counter", "my-materials"])
def test_a_chinese_page_quotes_what_stands_on_the_pages(name: str) -> None:
    """What it sets in corner brackets is a text of the pages, word for word, or its beginning."""
    shown = {
        PLACE.split(zh)[0].rstrip(" 0123456789") if PLACE.search(zh) else zh for zh, _ in all_texts().values()
    }
    text = (ROOT / "docs" / "howto" / f"{name}.zh.md").read_text(encoding="utf-8")
    quoted = set(re.findall(r"「([^」]+)」", text))
    assert len(quoted) > 15
    assert {one for one in quoted if one not in shown} == set()
