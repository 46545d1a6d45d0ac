# SPDX-License-Identifier: Apache-2.0
"""A document that its acceptor took back as a document falls for every acceptance of the same file. Pure.

`forged`, `document_invalid` and `issued_in_error` speak of the paper, whoever looked at it; `checked_wrongly`
and `wrong_holder` speak of one look at it, and leave other looks alone (ADR 0008).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.recognition.model import Candidate

OF_THE_DOCUMENT: Final = frozenset({"forged", "document_invalid", "issued_in_error"})
"""Reasons of retraction that speak of the document."""


def condemning(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that were retracted for a reason which speaks of the document."""
    return [one for one in candidates if one.retracted is not None and one.retracted[2] in OF_THE_DOCUMENT]


def condemn(candidates: Sequence[Candidate], same_file: Mapping[bytes, frozenset[bytes]]) -> list[Candidate]:
    """The candidates, each condemned by the latest word against its file that still stands.

    `same_file`: id of a condemning acceptance → ids of all acceptances of its file for one of its parties. A
    word falls when the department that spoke it accepts the same file as the same type again, later.
    """
    words: dict[bytes, tuple[int, str]] = {}
    for one in condemning(candidates):
        by, at, _ = one.retracted or ("", 0, "")
        of_file = [c for c in candidates if c.type == one.type and c.acceptance in same_file[one.acceptance]]
        if not any(_takes_back(c, by, at) for c in of_file):
            for other in of_file:
                words[other.acceptance] = max(words.get(other.acceptance, (0, "")), (at, by))
    return [
        replace(c, condemned=(words[c.acceptance][1], words[c.acceptance][0])) if c.acceptance in words else c
        for c in candidates
    ]


def _takes_back(candidate: Candidate, by: str, at: int) -> bool:
    """Whether the department that condemned the file has accepted it anew."""
    return (
        candidate.retracted is None
        and candidate.accepted_at > at
        and by in (candidate.authority, candidate.received_by)
    )
