# SPDX-License-Identifier: Apache-2.0
"""What somebody typed into the search box, as the things that it may name (pure)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_CASE: Final = re.compile(r"[0-9]{20}[0-9A-Z]\Z")
_DIGEST: Final = re.compile(r"(?:0x)?([0-9a-f]{64})\Z")
_ID: Final = re.compile(r"[0-9a-f]{32}\Z")
_NUMBER: Final = r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})"
_INDEX: Final = re.compile(rf"(?:第|#|no\.?|entry)? ?{_NUMBER}(?: ?条)?\Z")
_BLOCK: Final = re.compile(rf"(?:block|区块|块) ?#?{_NUMBER}\Z|第 ?{_NUMBER} ?块\Z")


@dataclass(frozen=True, slots=True)
class Query:
    """At most one is given: number of a case or block, index, 16-byte id, 32-byte digest of an entry."""

    case_no: str | None = None
    index: int | None = None
    block: int | None = None
    id: bytes | None = None
    digest: bytes | None = None


def read_query(text: str) -> Query:
    """What a text names, by its form alone; an empty `Query` where it has none of these forms.

    Full-width letters and digits, capitals and separators of thousands count as what they stand for.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    low = plain.lower()
    if _CASE.match(plain.upper()):
        return Query(case_no=plain.upper())
    digest = _DIGEST.match(low)
    if digest is not None:
        return Query(digest=bytes.fromhex(digest[1]))
    if _ID.match(low):
        return Query(id=bytes.fromhex(low))
    block = _BLOCK.match(low)
    if block is not None:
        return Query(block=_number(block[1] or block[2]))
    index = _INDEX.match(low)
    return Query() if index is None else Query(index=_number(index[1]))


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))
