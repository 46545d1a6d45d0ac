# SPDX-License-Identifier: Apache-2.0
"""An item that is being put together from the rows of a list, cell by cell. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.listing.model import ERROR, Fault, Row
from attest.catalogue.listing.table import parts

if TYPE_CHECKING:
    from attest.catalogue.model import MaterialTypes
    from ledger.canonical import Json

IMPORTED: Final = "[imported]"
"""The mark of what a list states without saying how sure it is."""
UNSAID: Final = "导入的清单未注明依据"


@dataclass
class Making:
    """An item that is being put together: its document, the cell each member came from, its faults."""

    code: str
    rows: list[Row]
    types: MaterialTypes
    document: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, row: Row, column: str, zh: str, en: str, severity: str = ERROR) -> None:
        """Note what is wrong in a cell."""
        self.faults.append(Fault(code, row.number, column, zh, en, severity))

    def whole(self, row: Row, key: str) -> int | None:
        """The cell as a whole number, None where it is empty or none (which is noted)."""
        text = row.get(key)
        if not text:
            return None
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            self.fault("list.not_a_number", row, key, "须填整数。", "A whole number is wanted.")
            return None
        return int(text)

    def conditions(self, row: Row, key: str) -> dict[str, list[str]]:
        """`premises=owned|leased; applicant=agent` as a document writes it."""
        found: dict[str, list[str]] = {}
        for part in parts(row.get(key)):
            question, equals, options = part.partition("=")
            if not equals or not question.strip() or question.strip() in found:
                zh = "须写成“情形=选项”，多项之间用分号。"
                self.fault(
                    "list.condition", row, key, zh, "Write “question=option”, with semicolons between."
                )
                return {}
            found[question.strip()] = [one.strip() for one in options.split("|")]
        return found

    def put(self, pointer: str, row: Row, column: str) -> None:
        """Remember which cell a member of the document came from."""
        self.places.setdefault(pointer, (row.number, column))

    def citation(self, row: Row, prefix: str) -> dict[str, Json]:
        """Ground and mark of the cells `prefix_ground` and `prefix_mark`."""
        lead = f"{prefix}_" if prefix else ""
        return {"text": row.get(f"{lead}ground") or UNSAID, "certainty": row.get(f"{lead}mark") or IMPORTED}
