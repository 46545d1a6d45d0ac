# SPDX-License-Identifier: Apache-2.0
"""What an operator is told when a back-up, a restore or a rebuild cannot go on."""

from __future__ import annotations

from attest.errors import AttestError


class BackupError(AttestError):
    """A back-up is damaged, of another ledger, or cannot be laid where it was asked to go."""

    code = "backup.invalid"


class SecretsMissingError(AttestError):
    """A key that is needed is not here, so nothing can be said or done."""

    code = "keys.missing"
