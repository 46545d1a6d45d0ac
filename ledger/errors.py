# SPDX-License-Identifier: Apache-2.0
"""Errors of the log and its chain: one class a cause, each with a stable `code`."""

from __future__ import annotations


class LedgerError(Exception):
    """Base of every error of the log and its chain."""

    code: str = "ledger.error"


class FormatError(LedgerError, ValueError):
    """The bytes are not in the format that was promised; the only error a parser raises."""

    code = "format.invalid"


class ProofError(LedgerError):
    """A Merkle proof does not lead to the root it was given for."""

    code = "proof.invalid"


class SignatureError(LedgerError):
    """A signature is malformed, malleable, or by another key."""

    code = "signature.invalid"


class StoreError(LedgerError):
    """The database does not hold what it must, or refuses a setting that durability needs."""

    code = "log.store"


class ReadOnlyError(LedgerError):
    """The log takes no entries until an operator has looked at the named reason."""

    code = "log.read_only"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BusyError(LedgerError):
    """Too much is waiting, or another process holds the log: nothing was written, ask again soon."""

    code = "log.busy"


class WriterFailedError(LedgerError):
    """A commit or fsync failed: whether the entry is durable is unknown, ask again with the same key."""

    code = "log.writer_failed"


class CommandRejected(LedgerError):  # noqa: N818  # an answer to the caller, not a fault
    """A command was refused by its own rules; the only exception that may leave `decide`."""

    def __init__(self, code: str, detail: str = "", **facts: object) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.facts = facts


class ChainUnreachableError(LedgerError):
    """The chain does not answer now; nothing is known about its state."""

    code = "chain.unreachable"


class ChainConflictError(LedgerError):
    """The chain holds another root than the log: evidence of a fork, kept in `evidence`."""

    code = "chain.conflict"

    def __init__(self, reason: str, evidence: dict[str, object]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.evidence = evidence


class ChainEngineError(LedgerError):
    """The local chain's packages could not be installed, or its program did not start."""

    code = "chain.engine"


class ChainPinError(LedgerError):
    """Not the chain, or not the contract, that the ledger was founded on."""

    code = "chain.pin"


class ChainRevertError(LedgerError):
    """The contract refused a call; `name` is its custom error."""

    code = "chain.reverted"

    def __init__(self, name: str) -> None:
        super().__init__(f"the contract refused: {name}")
        self.name = name
