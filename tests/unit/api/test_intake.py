# SPDX-License-Identifier: Apache-2.0
"""What a look at a file finds."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import samples
from api.intake.findings import BLANK, ENCRYPTED, TOO_HEAVY, UNREADABLE, RefusedFileError
from api.intake.papers import MOST_PAGES, _says, look
from api.intake.sniffing import HEAD, JPEG, PDF, PNG, TAKEN, sniffed
from tests.papers import a_locked_pdf, a_pdf, a_scanned_pdf, an_image

if TYPE_CHECKING:
    from pathlib import Path


def refusal(media: str, content: bytes) -> str:
    """The code by which a file is refused; empty where it is taken."""
    try:
        look(media, content)
    except RefusedFileError as refused:
        return refused.code
    return ""


def test_every_sample_is_what_it_is_said_to_be_and_is_taken() -> None:
    """Each sample document has the type of its record by its content, opens, and has something on it."""
    pages = {}
    for path in sorted((samples.FOLDER / "documents").iterdir()):
        one = samples.sample(path.name)
        assert sniffed(one.content[:HEAD]) == one.media, path.name
        pages[path.name] = look(one.media, one.content).pages
    assert {name: count for name, count in pages.items() if count != 1} == {
        "fire-rules-plan.pdf": 3,
        "lease-contract.pdf": 3,
        "sale-contract.pdf": 2,
    }


def test_real_pdfs_open_but_for_the_locked_one(vectors: Path) -> None:
    """PDFs of other makers are taken; one that asks for a password is named as such."""
    found = {path.name: refusal(PDF, path.read_bytes()) for path in (vectors / "pdf-samples").glob("*.pdf")}
    assert {name: code for name, code in found.items() if code} == {
        "libreoffice-writer-password.pdf": ENCRYPTED
    }
    assert len(found) > 1


def test_pages_are_counted() -> None:
    """A PDF has as many pages as it has, an image one; beyond the limit it is too heavy."""
    assert [look(PDF, a_pdf(pages=n)).pages for n in (1, 2, 40)] == [1, 2, 40]
    assert look(PNG, an_image()).pages == look(JPEG, an_image("JPEG")).pages == 1
    assert refusal(PDF, a_pdf(pages=MOST_PAGES + 1)) == TOO_HEAVY


def test_a_password_to_open_is_refused_and_one_against_changes_is_not() -> None:
    """Only the owner's password, as on many e-certificates, keeps nobody from reading."""
    assert refusal(PDF, a_locked_pdf("owner")) == ""
    assert refusal(PDF, a_locked_pdf("owner", opens="reader")) == ENCRYPTED


@pytest.mark.parametrize("ground", [0, 128, 255])
@pytest.mark.parametrize("media", [PNG, JPEG])
def test_an_image_of_one_shade_is_blank(media: str, ground: int) -> None:
    """White, grey or black all over: nothing is on it; one word makes it a paper."""
    kind = media.partition("/")[2].upper()
    assert refusal(media, an_image(kind, word="", ground=ground)) == BLANK
    assert refusal(media, an_image(kind, ground=245)) == ""


@pytest.mark.parametrize(
    ("content", "blank"),
    [
        (b"", True),
        (b"q 1 0 0 1 0 0 cm Q", True),
        (b"BT /F1 12 Tf (   ) Tj ET", True),
        (b"BT /F1 12 Tf (a) Tj ET", False),
        (b"BT /F1 12 Tf [<0041>] TJ ET", False),
        (b"0 0 100 100 re f", False),
        (b"0 0 m 9 9 l S", False),
    ],
)
def test_a_pdf_is_blank_without_a_mark(content: bytes, *, blank: bool) -> None:
    """Text of spaces and set-up without painting leave a page blank; a letter or a line does not."""
    assert (refusal(PDF, a_pdf(content=content)) == BLANK) == blank


@given(st.lists(st.sampled_from(list(b"()\\ \na<>0")), max_size=16).map(bytes))
def test_a_string_shows_by_one_character_in_it(content: bytes) -> None:
    """The scan in one pass says what the shape of a string says, also of such as begin and never end."""
    shape = rb"\((?:\\.|[^\\)])*[^\s\\)](?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]{2,}>"
    assert _says(content) == bool(re.search(shape, content))


def test_a_scan_inside_a_pdf_is_looked_at() -> None:
    """A PDF of one picture is blank where the picture is."""
    assert refusal(PDF, a_scanned_pdf()) == ""
    assert refusal(PDF, a_scanned_pdf(word="")) == BLANK


@pytest.mark.parametrize(("media", "content"), [(PDF, a_pdf()), (PNG, an_image()), (JPEG, an_image("JPEG"))])
def test_half_a_file_cannot_be_opened(media: str, content: bytes) -> None:
    """A file cut in the middle is unreadable, whatever a lenient reader would make of it."""
    assert refusal(media, content[: len(content) // 2]) == UNREADABLE


def test_what_unfolds_without_end_is_too_heavy() -> None:
    """A page whose stream unfolds to 256 MiB is not unfolded."""
    bomb = zlib.compress(bytes(256 << 20), 9)
    assert refusal(PDF, a_pdf(content=bomb, coding=b"/Filter/FlateDecode")) == TOO_HEAVY


@given(st.sampled_from(TAKEN), st.binary(max_size=300))
def test_any_bytes_are_answered(media: str, tail: bytes) -> None:
    """Whatever follows a good beginning, the look ends with pages or one of four codes."""
    heads = {PDF: a_pdf()[:200], PNG: an_image()[:60], JPEG: an_image("JPEG")[:200]}
    assert refusal(media, heads[media] + tail) in {"", UNREADABLE, ENCRYPTED, BLANK, TOO_HEAVY}


@given(st.binary(max_size=40))
def test_sniffing_is_a_function_of_the_first_bytes(content: bytes) -> None:
    """Bytes past `HEAD` say nothing; and every answer is a media type."""
    assert sniffed(content) == sniffed(content[:HEAD])
    assert sniffed(content).count("/") == 1
