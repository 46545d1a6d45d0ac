# SPDX-License-Identifier: Apache-2.0
"""How one acceptance supersedes another, and what became of the one superseded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.materials.model import Citation

BETTER_COPY: Final = "better_copy"
"""A better copy of the same paper: what was accepted before stays true, and the newer is preferred."""
RENEWED: Final = "renewed"
"""更替: the paper itself was renewed or changed: what was accepted before is of a paper of the past."""
HOWS: Final = (BETTER_COPY, RENEWED)


@dataclass(frozen=True, slots=True)
class Successor:
    """An acceptance that supersedes `older` and stands: who vouches for it, at which index and time."""

    older: bytes
    newer: bytes
    index: int
    how: str
    authority: str
    time: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """The private record of `supersession.recorded`: what an owner's acceptance renewed without naming it.

    `authority` is the owner, `acceptance` its own; `superseded` are (id, index) of those of the paper as it
    was, in the log's order.
    """

    case_no: str
    case_salt: bytes
    authority: str
    acceptance: Citation
    superseded: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of an acceptance: the last of its line, and whether the paper was renewed on the way."""

    last: Successor
    renewed: bool
