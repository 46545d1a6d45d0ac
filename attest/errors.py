# SPDX-License-Identifier: Apache-2.0
"""Errors of meaning: one class a cause, each with a stable `code` of the form `area.cause`."""

from __future__ import annotations

from ledger.errors import CommandRejected, FormatError


class AttestError(Exception):
    """Base of every error of `attest` that is not already one of the log."""

    code: str = "attest.error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        if code is not None:
            self.code = code
        super().__init__(detail or self.code)


class UnknownVersionError(FormatError):
    """A version or suite that this program does not know: no verdict is possible, which is not "invalid"."""

    code = "format.unknown_version"


class StatementError(AttestError, ValueError):
    """A statement of ours was put together wrongly, so that no reader would take it."""

    code = "statement.invalid"


class CommitmentError(AttestError, ValueError):
    """A salt, key or digest of the wrong length, or a name that is no label."""

    code = "commitment.invalid"


class KeystoreError(AttestError):
    """A key file cannot be used: unreadable, open to others, wrong passphrase, or a well-known key."""

    code = "keystore.invalid"


class VaultError(AttestError):
    """Sealed or stored bytes are missing, damaged, swapped, or under another key."""

    code = "vault.invalid"


class CodeError(AttestError, ValueError):
    """A national code is not well-formed: `code` is `<scheme>.<cause>`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail, code=code)


class NoSuchCaseError(CommandRejected):
    """No first case goes with the opening; `case_no` is the number that was tried, for the record alone."""

    def __init__(self, case_no: str) -> None:
        super().__init__("bundle.no_such_case", "no first case of this bundle with these people")
        self.case_no = case_no
