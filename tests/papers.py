# SPDX-License-Identifier: Apache-2.0
"""Files as people hand them in: small sound PDFs and images, and such as nobody can take."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from pypdf import PdfWriter

if TYPE_CHECKING:
    from collections.abc import Sequence


def a_pdf(
    words: str = "A paper",
    extra: bytes = b"",
    *,
    pages: int = 1,
    content: bytes | None = None,
    coding: bytes = b"",
) -> bytes:
    """A PDF of that many pages with `words` on each (`content` instead: the page's operators as they are,
    in the `coding` of its stream).

    `extra` stands in a stream that no page draws, so that two papers may look alike and differ.
    """
    drawn = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode("ascii") if content is None else content
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 3 0 R>>"
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
            _stream(drawn, coding),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *([page] * pages),
            _stream(extra),
        ]
    )


def _stream(body: bytes, coding: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(body), coding, body)


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)


def a_locked_pdf(password: str, *, opens: str = "") -> bytes:
    """A PDF with an owner's password, and one to open it with unless `opens` is empty."""
    writer = PdfWriter(clone_from=io.BytesIO(a_pdf()))
    writer.encrypt(opens, password, algorithm="AES-256")
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def an_image(kind: str = "PNG", *, word: str = "seal", ground: int = 245) -> bytes:
    """An A4 page at 72 dots an inch with a word on it, or with nothing for an empty `word`."""
    image = Image.new("L", (595, 842), ground)
    ImageDraw.Draw(image).text((100, 100), word, fill=20)
    kept = io.BytesIO()
    image.save(kept, kind)
    return kept.getvalue()


def a_scanned_pdf(*, word: str = "seal") -> bytes:
    """A PDF whose one page is a picture."""
    kept = io.BytesIO()
    Image.open(io.BytesIO(an_image("PNG", word=word))).save(kept, "PDF")
    return kept.getvalue()
