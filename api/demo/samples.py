# SPDX-License-Identifier: Apache-2.0
"""The sample input beside this module: departments, types, guides, invented people, files about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent
"""Folder of the sample input; it is installed with the package."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file with what stands printed on it; `facts` is its record in `documents.json`."""

    facts: dict[str, Any]
    content: bytes

    @property
    def sha256(self) -> str:
        """Digest of the file, in hex."""
        return str(self.facts["sha256"])

    @property
    def media(self) -> str:
        """Media type of the file."""
        return str(self.facts["media"])

    @property
    def number(self) -> str:
        """The number printed on the paper; KeyError-free only for papers that carry one."""
        return str(self.facts["number"])


@cache
def _bytes(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _read(name: str) -> Any:
    """Anew for each caller, who may change what comes."""
    return json.loads(_bytes(name))


UNITS: Final = {"shop": "990101001001GB00017F00010117", "flat": "990101002003GB00042F00031502"}
"""The invented real-estate units that the sample papers are about."""


def departments() -> list[dict[str, Any]]:
    """Every sample department: code, names, level."""
    return list(_read("catalogue/departments.json")["departments"])


def types() -> dict[str, Any]:
    """The catalogue of material types."""
    return dict(_read("catalogue/types.json"))


def items() -> list[dict[str, Any]]:
    """The guides, in the order of their codes."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "items").glob("*.json"))
    return [dict(_read(f"catalogue/items/{name}")) for name in names]


def bundles() -> list[dict[str, Any]]:
    """The bundles, in the order of their codes."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "bundles").glob("*.json"))
    return [dict(_read(f"catalogue/bundles/{name}")) for name in names]


def availability() -> list[dict[str, Any]]:
    """Where items are offered, in the order of their codes."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "availability").glob("*.json"))
    return [dict(_read(f"catalogue/availability/{name}")) for name in names]


def examples() -> list[dict[str, Any]]:
    """The filled examples of forms, in the order of their codes."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "examples").glob("*.json"))
    return [dict(_read(f"catalogue/examples/{name}")) for name in names]


def standards() -> list[dict[str, Any]]:
    """The data standards, in the order of their codes and versions."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "standards").glob("*.json"))
    return [dict(_read(f"catalogue/standards/{name}")) for name in names]


def policies() -> list[dict[str, Any]]:
    """The recognition policies, in the order of their departments' codes."""
    names = sorted(path.name for path in (FOLDER / "catalogue" / "policies").glob("*.json"))
    return [dict(_read(f"catalogue/policies/{name}")) for name in names]


def people() -> list[dict[str, Any]]:
    """Invented people and firms: key, type and number of their identifier, name."""
    return list(_read("people.json"))


def register() -> list[dict[str, Any]]:
    """What the sample market office's own register holds, in its service alone: no paper of it is here."""
    return list(_read("register.json"))


def sample(file: str) -> Sample:
    """One sample file by its name; LookupError where there is none."""
    for facts in _read("documents.json"):
        if facts["file"] == file:
            return Sample(facts, (FOLDER / "documents" / file).read_bytes())
    raise LookupError(f"no sample file {file}")
