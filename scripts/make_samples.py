# SPDX-License-Identifier: Apache-2.0
"""Build the demo's sample papers: `python -m scripts.make_samples` (needs the group `samples` and
Debian's fonts-noto-cjk). The same library versions and fonts give the same bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import typst

from scripts.samples import cast, certificates, drawings
from scripts.samples.papers import PAPERS, Paper
from scripts.samples.scans import FONTS

SOURCES = Path(__file__).resolve().parent / "samples"
DEMO = Path(__file__).resolve().parents[1] / "api" / "demo"
STAMP = 1_742_169_600
"""Creation time written into each PDF: 2025-03-17T00:00:00Z."""


def typeset(paper: Paper) -> bytes:
    """The PDF of `samples/<name>.typ`, with a subset of the CJK font embedded."""
    source = SOURCES / f"{Path(paper.file).stem.replace('-', '_')}.typ"
    built: bytes = typst.compile(
        str(source),
        root=str(SOURCES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=cast.facts(),
        timestamp=STAMP,
    )
    return built


def described(paper: Paper, content: bytes) -> dict[str, object]:
    """The paper's record in `documents.json`."""
    return {
        "file": paper.file,
        "type": paper.type,
        "issuer": paper.issuer,
        "number": paper.number,
        "issued": paper.issued,
        "valid_until": paper.valid_until,
        "media": paper.media,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "parties": [{"role": role, "holder": key} for role, key in paper.parties],
        "about": None if paper.about is None else {"kind": paper.about[0], "id": paper.about[1]},
        "title": {"zh": paper.zh, "en": paper.en},
    }


def write_json(path: Path, value: object) -> None:
    """UTF-8, two spaces, one line feed at the end."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Write every paper, then the two lists that describe them."""
    folder = DEMO / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    scans = certificates.build() | drawings.build()
    records = []
    for paper in PAPERS:
        content = typeset(paper) if paper.media == "application/pdf" else scans[paper.file]
        (folder / paper.file).write_bytes(content)
        records.append(described(paper, content))
        print(f"{len(content):>9}  {paper.file}")
    write_json(DEMO / "people.json", [asdict(person) for person in cast.PEOPLE])
    write_json(DEMO / "documents.json", records)


if __name__ == "__main__":
    main()
