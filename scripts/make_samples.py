# SPDX-License-Identifier: Apache-2.0
"""Build the demo's sample papers: `python -m scripts.make_samples [--check]`.

Needs the dependency group `samples` and Debian's fonts-noto-cjk. The same library versions and fonts give the
same bytes; `--check` writes nothing and names each file that would change (exit 1).
"""

from __future__ import annotations

import hashlib
import json
import sys
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


def as_json(value: object) -> bytes:
    """UTF-8, two spaces, one line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def build() -> dict[Path, bytes]:
    """Every file of the demo's input, by its path under `api/demo`."""
    scans = certificates.build() | drawings.build()
    built: dict[Path, bytes] = {}
    records = []
    for paper in PAPERS:
        content = typeset(paper) if paper.media == "application/pdf" else scans[paper.file]
        built[Path("documents", paper.file)] = content
        records.append(described(paper, content))
    built[Path("people.json")] = as_json([asdict(person) for person in cast.PEOPLE])
    built[Path("documents.json")] = as_json(records)
    return built


def main() -> int:
    """Write the files, or with `--check` compare them."""
    check = "--check" in sys.argv[1:]
    stale = 0
    for path, content in build().items():
        target = DEMO / path
        if target.is_file() and target.read_bytes() == content:
            continue
        stale += 1
        print(f"{'stale' if check else 'wrote'} {path} ({len(content)} bytes)")
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
