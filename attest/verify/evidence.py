# SPDX-License-Identifier: Apache-2.0
"""The evidence file (`*.evidence.json`): entries with proofs, openings, signed statements, anchor data.

{"v", "kind": "once.evidence", "log", "origin", "subject", "entries", "openings", "private",
"statements", "anchor"}    in JCS; docs/reference/formats.md fixes every member.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from attest.errors import UnknownVersionError
from attest.fields import CODE, FieldError, Fields
from attest.statements import Envelope
from attest.verify.log_keys import ROTATED
from attest.verify.statements import KINDS, Status
from attest.verify.trust import without_null
from ledger.canonical import dump, read_canonical
from ledger.errors import FormatError
from ledger.hashing import leaf_hash
from ledger.note import decode_base64, encode_base64
from ledger.proof import TlogProof

if TYPE_CHECKING:
    from attest.verify.statements import Says
    from ledger.canonical import Json

VERSION: Final = 1
LATER_VERSION: Final = 2
"""Of files whose status tells of what came later (superseded, disputed): readers of 1 alone cannot tell."""
DENIED_VERSION: Final = 3
"""Of files whose status tells that the issuer denied the paper: readers of 1 and 2 alone cannot tell."""
KIND: Final = "once.evidence"
MAX_BYTES: Final = 4 * 1024 * 1024
MOST_ENTRIES: Final = 64
_DEPTH: Final = 20
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_LINES: Final = re.compile(r".+\Z", re.DOTALL)
_MOST_TEXT: Final = 300_000

ACCEPTED: Final = "material.accepted"
RELIED: Final = "material.relied"
RETRACTION: Final = "acceptance.retracted"
PUBLISHED: Final = "catalogue.published"
REASKED: Final = "reask.recorded"
RECORDED: Final = "mandate.recorded"
SUBJECTS: Final = (ACCEPTED, RELIED, REASKED, RECORDED)
KIND_OF_ROLE: Final = {
    "citation": ACCEPTED,
    "retraction": RETRACTION,
    "policy": PUBLISHED,
    "founding": "log.founded",
    "department": "department.registered",
    "key": "department.key.added",
    "retirement": "department.key.retired",
    "rotation": ROTATED,
}
ROLES: Final = ("subject", *KIND_OF_ROLE)
ONCE_ONLY: Final = ("subject", "citation", "retraction", "policy", "founding")


@dataclass(frozen=True, slots=True)
class Included:
    """A leaf of the log with its proof; `envelope` is None where a newer version wrote it."""

    index: int
    leaf: bytes
    proof: TlogProof
    role: str
    envelope: Envelope | None

    @property
    def hash(self) -> bytes:
        """The leaf hash."""
        return leaf_hash(self.leaf)

    @property
    def signed(self) -> Envelope:
        """The envelope of an entry that this version reads."""
        if self.envelope is None:
            raise UnknownVersionError("an entry of a newer version")
        return self.envelope


@dataclass(frozen=True, slots=True)
class Opening:
    """Salt (32 bytes) and value of one commitment in the body of `entries[entry]`."""

    entry: int
    name: str
    salt: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """The private record of `entries[entry]` and its salt, for those who may read it."""

    entry: int
    salt: bytes
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unlogged:
    """A signed statement that is not in the log; None twice where a newer version made it."""

    octets: bytes
    envelope: Envelope | None
    says: Says | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The anchored checkpoint, and the consistency proof between it and the file's own (either order)."""

    size: int
    root: bytes
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One evidence file; `subject` is a position in `entries`."""

    log: bytes
    origin: str
    subject: int
    entries: tuple[Included, ...]
    openings: tuple[Opening, ...]
    private: tuple[Opened, ...]
    statements: tuple[Unlogged, ...]
    anchor: Anchor | None

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read strictly: canonical, complete, nothing unknown. FormatError, or UnknownVersionError."""
        document = read_canonical(octets, max_bytes=MAX_BYTES, max_depth=_DEPTH)
        try:
            return cls._read(document)
        except FieldError as error:
            raise FormatError(f"evidence: {error}") from error

    @classmethod
    def _read(cls, document: Json) -> Self:
        fields, null = without_null(document, "anchor")
        version = fields.integer("v", 1)
        if version not in {VERSION, LATER_VERSION, DENIED_VERSION}:
            raise UnknownVersionError("another version of evidence")
        if fields.text("kind", 64) != KIND:
            raise UnknownVersionError("another kind of file")
        entries = tuple(_included(one) for one in fields.objects("entries", 1, MOST_ENTRIES))
        evidence = cls(
            fields.octets("log", 32),
            fields.text("origin", 255),
            fields.integer("subject", 0, len(entries) - 1),
            entries,
            tuple(_opening(one, len(entries)) for one in fields.objects("openings")),
            tuple(_opened(one, len(entries)) for one in fields.objects("private")),
            tuple(_unlogged(text) for text in fields.texts("statements", 16, _BASE64)),
            None if "anchor" in null else _anchor(fields.fields("anchor")),
        )
        fields.done()
        if version != evidence.version:
            raise FormatError("evidence: a version above 1 exactly where a status says what came later")
        evidence.require_coherent()
        return evidence

    @property
    def version(self) -> int:
        """The version that this file has to have: the oldest one that can say all it says."""
        told = [one.says for one in self.statements if isinstance(one.says, Status)]
        if any(one.denied for one in told):
            return DENIED_VERSION
        return LATER_VERSION if any(one.superseded or one.disputed for one in told) else VERSION

    def require_coherent(self) -> None:
        """FormatError where a role, an entry, an opening or a statement stands twice, or in a wrong place."""
        roles = [one.role for one in self.entries]
        if any(roles.count(role) > 1 for role in ONCE_ONLY) or roles[self.subject] != "subject":
            raise FormatError(
                "evidence: one subject, and at most one citation, retraction, policy and founding"
            )
        _each_once("entry", [one.index for one in self.entries])
        _each_once("opening", [(one.entry, one.name) for one in self.openings])
        _each_once("private record", [one.entry for one in self.private])
        known = [one.says for one in self.statements if one.says is not None]
        _each_once(
            "statement", [one.subject if isinstance(one, Status) else type(one).__name__ for one in known]
        )

    def of_role(self, role: str) -> list[tuple[int, Included]]:
        """Positions and entries of a role."""
        return [(at, one) for at, one in enumerate(self.entries) if one.role == role]

    def opening(self, entry: int, name: str) -> Opening | None:
        """The opening of a commitment of that entry."""
        return next((one for one in self.openings if (one.entry, one.name) == (entry, name)), None)

    def record(self, entry: int) -> dict[str, Any] | None:
        """The private record of that entry, where it is shown."""
        return next((one.record for one in self.private if one.entry == entry), None)

    def document(self) -> dict[str, Json]:
        """The evidence as JSON."""
        anchor = self.anchor
        return {
            "v": self.version,
            "kind": KIND,
            "log": self.log.hex(),
            "origin": self.origin,
            "subject": self.subject,
            "entries": [
                {
                    "index": one.index,
                    "leaf": encode_base64(one.leaf),
                    "proof": one.proof.format().decode(),
                    "role": one.role,
                }
                for one in self.entries
            ],
            "openings": [
                {"entry": one.entry, "name": one.name, "salt": one.salt.hex(), "value": one.value.hex()}
                for one in self.openings
            ],
            "private": [
                {"entry": one.entry, "salt": one.salt.hex(), "record": one.record} for one in self.private
            ],
            "statements": [encode_base64(one.octets) for one in self.statements],
            "anchor": None
            if anchor is None
            else {
                "size": anchor.size,
                "root": anchor.root.hex(),
                "consistency": [one.hex() for one in anchor.consistency],
            },
        }

    def format(self) -> bytes:
        """The file as JCS: `parse` gives the same evidence back."""
        return dump(self.document(), max_depth=_DEPTH)


def _each_once(what: str, things: list[Any]) -> None:
    if len(set(things)) != len(things):
        raise FormatError(f"evidence: the same {what} twice")


def read_envelope(octets: bytes) -> Envelope | None:
    """The envelope of a leaf, None for a newer version (FormatError)."""
    try:
        return Envelope.parse(octets)
    except UnknownVersionError:
        return None


def _included(fields: Fields) -> Included:
    leaf = decode_base64(fields.text("leaf", _MOST_TEXT, _BASE64))
    proof = TlogProof.parse(fields.text("proof", _MOST_TEXT, _LINES).encode())
    if proof.extra is not None:
        raise FormatError("evidence: a proof with extra content, which nothing authenticates")
    one = Included(fields.integer("index"), leaf, proof, fields.choice("role", ROLES), read_envelope(leaf))
    fields.done()
    wanted = KIND_OF_ROLE.get(one.role)
    if one.envelope is not None and wanted is not None and one.envelope.entry.kind != wanted:
        raise FormatError(f"evidence: the role {one.role} is for entries of kind {wanted}")
    return one


def _opening(fields: Fields, entries: int) -> Opening:
    value = fields.text("value", 1024, re.compile(r"(?:[0-9a-f]{2})+\Z"))
    opening = Opening(
        fields.integer("entry", 0, entries - 1),
        fields.text("name", 64, CODE),
        fields.octets("salt", 32),
        bytes.fromhex(value),
    )
    fields.done()
    return opening


def _opened(fields: Fields, entries: int) -> Opened:
    record = fields.raw("record")
    if not isinstance(record, dict):
        fields.fail("record", "an object")
    opened = Opened(fields.integer("entry", 0, entries - 1), fields.octets("salt", 32), record)
    fields.done()
    return opened


def read_statement(octets: bytes) -> Unlogged:
    """A signed unlogged statement from its envelope (FormatError); nothing is verified here."""
    envelope = read_envelope(octets)
    reader = None if envelope is None else KINDS.get(envelope.entry.kind)
    if envelope is None or reader is None:
        return Unlogged(octets, None, None)
    if envelope.entry.private is not None:
        raise FormatError("evidence: a statement has no private record")
    try:
        return Unlogged(octets, envelope, reader.read(Fields(envelope.entry.body, "/body")))
    except FieldError as error:
        raise FormatError(f"evidence: statement {envelope.entry.kind}: {error}") from error


def _unlogged(text: str) -> Unlogged:
    return read_statement(decode_base64(text))


def _anchor(fields: Fields) -> Anchor:
    hashes = fields.texts("consistency", 64, re.compile(r"[0-9a-f]{64}\Z"))
    anchor = Anchor(
        fields.integer("size", 1), fields.octets("root", 32), tuple(bytes.fromhex(one) for one in hashes)
    )
    fields.done()
    return anchor
