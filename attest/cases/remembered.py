# SPDX-License-Identifier: Apache-2.0
"""Openings of cases that were read lately: a case is looked at many times, its opening never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.cases.model import Opening

_CAPACITY: Final = 4096


class Openings:
    """By the sealed record that they were read from: of one that was erased nothing is remembered."""

    def __init__(self) -> None:
        self._known: dict[bytes, Opening] = {}

    def get(self, sealed: bytes) -> Opening | None:
        """What this record opens, if it was read lately."""
        return self._known.get(sealed)

    def put(self, sealed: bytes, opening: Opening) -> Opening:
        """Remember it; all others are forgotten once there are too many."""
        if len(self._known) >= _CAPACITY:
            self._known.clear()
        self._known[sealed] = opening
        return opening
