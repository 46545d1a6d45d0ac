# SPDX-License-Identifier: Apache-2.0
"""What an operator is told when a back-up, a restore or a rebuild cannot go on."""

from __future__ import annotations

from attest.errors import AttestError


class BackupError(AttestError):
    """A back-up is damaged, of another ledger, or cannot be laid where it was asked to go."""

    code = "backup.invalid"


class ErasuresCutError(BackupError):
    """A list of erasures is empty, or lacks some that the back-up's own log tells of: its end was cut off."""

    code = "erasures.cut"
    next_zh = "请给出另处保存的完整副本（--erasures），没有放下任何内容；从未删除过任何人时，不要给空文件。"
    next_en = (
        "Give a whole copy that was kept elsewhere (--erasures); nothing was laid down. "
        "Where nobody was ever erased, give no empty file."
    )

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class SecretsMissingError(AttestError):
    """A key that is needed is not here, so nothing can be said or done."""

    code = "keys.missing"
