# SPDX-License-Identifier: Apache-2.0
"""What a department takes back: the records alike of a retraction and of the end of a recorded mandate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.fields import Fields
    from attest.materials.model import Citation
    from ledger.canonical import Json


class TakenBack(Protocol):
    """In which case something is taken back, why by its code, and in words."""

    @property
    def case_no(self) -> str: ...
    @property
    def case_salt(self) -> bytes: ...
    @property
    def reason(self) -> str: ...
    @property
    def text(self) -> str | None: ...


class Members(NamedTuple):
    """The members of such a record, in the order of its fields."""

    cited: Citation
    case_no: str
    case_salt: bytes
    reason: str
    text: str | None


def read_taken_back(fields: Fields, cited: str, reasons: Collection[str]) -> Members:
    """The record whole; `cited` names the member that cites what is taken back."""
    members = Members(
        read_citation(fields, cited),
        fields.text("case", 50),
        fields.octets("case_salt", 32),
        fields.choice("reason", reasons),
        fields.optional_text("text", 500),
    )
    fields.done()
    return members


def write_taken_back(cited: str, citation: Citation, record: TakenBack) -> dict[str, Json]:
    """The JSON form that `read_taken_back` reads."""
    plain: dict[str, Json] = {
        cited: write_citation(citation),
        "case": record.case_no,
        "case_salt": record.case_salt.hex(),
        "reason": record.reason,
    }
    if record.text is not None:
        plain["text"] = record.text
    return plain


def body_of_taken_back(citation: Citation, record: TakenBack) -> dict[str, Json]:
    """What the log says of it: commitments to case and citation, and the reason's code."""
    return {
        "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
        "cites": cites(citation),
        "reason": record.reason,
    }
