# SPDX-License-Identifier: Apache-2.0
"""A list file that cannot be read at all."""

from __future__ import annotations

from attest.errors import AttestError


class ListFileError(AttestError, ValueError):
    """The file is not a guide list: `list_file.<cause>`, with its words in zh and en."""

    code = "list_file.invalid"

    def __init__(self, cause: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}", code=f"list_file.{cause}")
        self.zh = zh
        self.en = en
