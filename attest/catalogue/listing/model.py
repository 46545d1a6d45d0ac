# SPDX-License-Identifier: Apache-2.0
"""Rows of a guide list, and what reading it found wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.canonical import Json

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
SEVERITIES: Final = (ERROR, WARNING, NOTE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the header is 1), its cells by column, codes where words stood.

    `file` is the document that it was made of, where no person ever saw it as a row.
    """

    number: int
    cells: Mapping[str, str]
    file: str = field(default="", compare=False)

    def get(self, key: str) -> str:
        """The cell, empty where there is none."""
        return self.cells.get(key, "")

    def has(self, *keys: str) -> bool:
        """Whether any of the cells is filled."""
        return any(self.cells.get(key) for key in keys)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a list: where (row 0: the file), its stable code and its words in zh and en."""

    code: str
    row: int
    column: str
    zh: str
    en: str
    severity: str = ERROR

    def json(self) -> dict[str, Json]:
        """As a report says it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "zh": self.zh,
            "en": self.en,
        }
