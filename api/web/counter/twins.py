# SPDX-License-Identifier: Apache-2.0
"""Whether the file in hand was accepted before of the same holder: said to the clerk, never a refusal.

Only what the look at the case has found counts: nobody learns more of a person by holding a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.materials.repository import acceptances_by_keys, content_key

if TYPE_CHECKING:
    from api.core import Ledger
    from api.web.counter.looking import Look
    from api.web.counter.rows import Words


@dataclass(frozen=True, slots=True)
class Twin:
    """The newest acceptance of the same file that stands: by whom (a name), when (Unix seconds).

    `here`: it came in with this case.
    """

    by: str
    at: int
    assurance: str
    index: int
    here: bool


def twin_of(
    digest: str, type_: str, holders: set[bytes], look: Look, ledger: Ledger, words: Words
) -> Twin | None:
    """The same file (SHA-256 in hex) as the same type for one of these holders, if the look has found it."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef") or not holders:
        return None
    keys = [content_key(holder, bytes.fromhex(digest), ledger.context) for holder in sorted(holders)]
    found = [
        one
        for one in acceptances_by_keys(keys, ledger.store)
        if one.type == type_ and one.id in look.judged.candidates and one.id not in look.judged.fallen
    ]
    if not found:
        return None
    newest = max(found, key=lambda one: one.index)
    return Twin(
        words.department(newest.authority),
        newest.accepted,
        words.word(f"assurance.{newest.assurance}"),
        newest.index,
        newest.case_no == look.case.case_no,
    )
