# SPDX-License-Identifier: Apache-2.0
"""What a look at a file can come to."""

from __future__ import annotations

from typing import Final, NamedTuple

UNREADABLE: Final = "document.unreadable"
ENCRYPTED: Final = "document.encrypted"
BLANK: Final = "document.blank"
TOO_HEAVY: Final = "document.too_heavy"
SECONDS: Final = 30
"""How long one file may take; its process has 6 to 20 seconds of CPU, by the file's size."""


class Paper(NamedTuple):
    """What the look found."""

    pages: int


class RefusedFileError(Exception):
    """The file cannot be taken; `code` is that of the problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
