# SPDX-License-Identifier: Apache-2.0
"""`trust.json`: all that a verifier believes beforehand. Nothing in an evidence file can add to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from attest.days import DAY
from attest.fields import FieldError, Fields
from attest.verify.log_keys import LogKeys, Rotation, read_rotations
from attest.verify.model import ALWAYS, ANCHOR, CHECKS
from ledger.canonical import dump, read_json
from ledger.errors import FormatError
from ledger.log_id import log_id
from ledger.note import NoteVerifier

if TYPE_CHECKING:
    from ledger.canonical import Json

MAX_TRUST_BYTES: Final = 64 * 1024
PROFILES: Final = ("demo", "production")
_MOST_SECONDS: Final = 10 * 366 * DAY


@dataclass(frozen=True, slots=True)
class ChainTrust:
    """The one contract: chain id, address (20), SHA-256 of its run-time code, first checkpoint."""

    chain_id: int
    contract: bytes
    code_hash: bytes
    genesis_size: int
    genesis_root: bytes

    def document(self) -> dict[str, Json]:
        """The member `chain` of a trust file."""
        return {
            "chain_id": self.chain_id,
            "contract": self.contract.hex(),
            "code_hash": self.code_hash.hex(),
            "genesis_size": self.genesis_size,
            "genesis_root": self.genesis_root.hex(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """One ledger as its verifiers know it; ages in seconds. FormatError unless the log id is of its keys.

    `log_key` is the founding's, `verifier` takes its notes; `rotations` are those that the reader knows of
    beforehand, and `log_keys` takes checkpoints by the key of their size.
    """

    origin: str
    log: bytes
    log_key: str
    checkpoint_signer: bytes
    governance: bytes
    service: bytes
    profile: str
    chain: ChainTrust | None
    max_age_anchor: int = DAY
    max_age_status: int = DAY
    required: tuple[str, ...] = CHECKS
    rotations: tuple[Rotation, ...] = ()
    verifier: NoteVerifier = field(init=False, repr=False, compare=False)
    log_keys: LogKeys = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        verifier = NoteVerifier.from_vkey(self.log_key)
        object.__setattr__(self, "verifier", verifier)
        if verifier.name != self.origin:
            raise FormatError("the log key of a trust file carries the log's origin as its name")
        if self.log != log_id(self.origin, verifier.public_key, self.checkpoint_signer, self.governance):
            raise FormatError("the log id of the trust file is not the id of its origin and keys")
        if self.profile not in PROFILES:
            raise FormatError(f"the profile is one of {', '.join(PROFILES)}")
        if not set(self.required) <= set(CHECKS) or len(set(self.required)) != len(self.required):
            raise FormatError(f"required names each of these once at most: {', '.join(CHECKS)}")
        object.__setattr__(self, "log_keys", LogKeys.of(verifier, self.rotations))
        if self.chain is None and ANCHOR in self.required:
            raise FormatError("an anchor is required, but the trust file names no chain")

    @property
    def demanded(self) -> frozenset[str]:
        """The checks that must be known: those that are never waived and those the file requires."""
        return ALWAYS | set(self.required)

    def signer_at(self, size: int) -> bytes:
        """Address (20 bytes) whose signatures for the chain count under a checkpoint of this size."""
        known = [one.checkpoint_signer for one in self.rotations if one.index < size]
        return known[-1] if known else self.checkpoint_signer

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read a trust file in any layout; FormatError for what is missing, unknown or contradictory."""
        document = read_json(octets, max_bytes=MAX_TRUST_BYTES)
        try:
            return cls._read(document)
        except FieldError as error:
            raise FormatError(f"trust file: {error}") from error

    @classmethod
    def _read(cls, document: Json) -> Self:
        fields, null = without_null(document, "chain", "quorum")
        if fields.integer("v", 1) != 1:
            fields.fail("v", "1")
        ages = fields.fields("max_age")
        # Witnesses are not counted by this version: a file that wants them must not seem to be obeyed.
        if fields.texts("witnesses", 0) or "quorum" not in null:
            fields.fail("quorum", "null, with no witnesses")
        trust = cls(
            origin=fields.text("origin", 255),
            log=fields.octets("log", 32),
            log_key=fields.text("log_key", 400),
            checkpoint_signer=fields.octets("checkpoint_signer", 20),
            governance=fields.octets("governance", 20),
            service=fields.octets("service", 20),
            profile=fields.choice("profile", PROFILES),
            chain=None if "chain" in null else _chain(fields.fields("chain")),
            max_age_anchor=ages.integer("anchor", 1, _MOST_SECONDS),
            max_age_status=ages.integer("status", 1, _MOST_SECONDS),
            required=fields.texts("required", len(CHECKS)),
            rotations=read_rotations(fields, "rotations"),
        )
        ages.done()
        fields.done()
        return trust

    def document(self) -> dict[str, Json]:
        """The trust file as JSON; `rotations` is left out where there are none."""
        document: dict[str, Json] = {
            "v": 1,
            "origin": self.origin,
            "log": self.log.hex(),
            "log_key": self.log_key,
            "checkpoint_signer": self.checkpoint_signer.hex(),
            "governance": self.governance.hex(),
            "service": self.service.hex(),
            "profile": self.profile,
            "chain": None if self.chain is None else self.chain.document(),
            "max_age": {"anchor": self.max_age_anchor, "status": self.max_age_status},
            "required": list(self.required),
            "witnesses": [],
            "quorum": None,
        }
        if self.rotations:
            document["rotations"] = [one.document() for one in self.rotations]
        return document

    def format(self) -> bytes:
        """The trust file as JCS; `parse` gives the same trust back."""
        return dump(self.document())


def without_null(document: Json, *names: str) -> tuple[Fields, set[str]]:
    """A reader of the members that are not null, and which of `names` are null (they must be there)."""
    if not isinstance(document, dict):
        return Fields(document), set()
    null = {name for name in names if name in document and document[name] is None}
    rest: dict[str, Any] = {name: value for name, value in document.items() if name not in null}
    return Fields(rest), null


def _chain(fields: Fields) -> ChainTrust:
    chain = ChainTrust(
        fields.integer("chain_id", 1),
        fields.octets("contract", 20),
        fields.octets("code_hash", 32),
        fields.integer("genesis_size", 1),
        fields.octets("genesis_root", 32),
    )
    fields.done()
    return chain
