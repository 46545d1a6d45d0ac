# SPDX-License-Identifier: Apache-2.0
"""Entries, their EIP-712 statement, and the signed envelope that is a leaf of the log (pure; DESIGN 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from attest.errors import StatementError, UnknownVersionError
from ledger.canonical import MAX_DEPTH, dump, read_canonical
from ledger.eip712 import domain_separator, typed_digest
from ledger.errors import FormatError, SignatureError
from ledger.keccak import keccak
from ledger.secp256k1 import recover

if TYPE_CHECKING:
    from ledger.canonical import Json

VERSION: Final = 1
SUITE: Final = "secp256k1-eip712"
MAX_LEAF: Final = 65_535
_FRAME: Final = len('{"entry":,"key":"","sig":""}') + 40 + 130
MAX_ENTRY: Final = MAX_LEAF - _FRAME
MAX_KIND: Final = 64
_ENTRY_DEPTH: Final = MAX_DEPTH - 1

STATEMENT_TYPE: Final = b"Statement(bytes32 entry,string kind,string issuer,uint64 time)"
_STATEMENT_TYPE_HASH: Final = keccak(STATEMENT_TYPE)

_MEMBERS: Final = frozenset({"v", "suite", "id", "kind", "log", "issuer", "time", "body"})
_ALL_MEMBERS: Final = _MEMBERS | {"private"}
_HEX: Final = {size: re.compile(f"[0-9a-f]{{{2 * size}}}") for size in (16, 20, 32, 65)}
_SUITE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_KIND: Final = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_ISSUER: Final = re.compile(r"[A-Z][A-Z0-9_-]{0,31}|service|governance")


class Signer(Protocol):
    """What signs: a secp256k1 key in this process, or a module that holds one."""

    @property
    def address(self) -> bytes: ...

    def sign(self, digest: bytes, /) -> bytes: ...


def _unhex(member: str, text: Any, size: int) -> bytes:
    if type(text) is not str or not _HEX[size].fullmatch(text):
        raise FormatError(f"{member} must be {2 * size} lower-case hexadecimal digits")
    return bytes.fromhex(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact, before its signature: `{v, suite, id, kind, log, issuer, time, body, private?}`.

    id 16 bytes, log and private 32 bytes, time Unix seconds. The canonical bytes are made once, when the
    entry is made: what `body` is later does not change them.
    """

    id: bytes
    kind: str
    log: bytes
    issuer: str
    time: int
    body: dict[str, Json]
    private: bytes | None = None
    v: int = VERSION
    suite: str = SUITE
    _bytes: bytes = field(default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what `parse` would refuse, so that whatever exists can be read again."""
        if self._bytes:
            return
        document: dict[str, Json] = {
            "v": self.v,
            "suite": self.suite,
            "id": self.id.hex(),
            "kind": self.kind,
            "log": self.log.hex(),
            "issuer": self.issuer,
            "time": self.time,
            "body": self.body,
        }
        if self.private is not None:
            document["private"] = self.private.hex()
        try:
            # One level less than a reader takes: the envelope around it is the sixteenth.
            canonical = dump(document, ascii_only=True, max_depth=_ENTRY_DEPTH)
            Entry._of(document, canonical)
        except FormatError as error:
            raise StatementError(str(error)) from error
        if len(canonical) > MAX_ENTRY:
            raise StatementError(f"an entry of {len(canonical)} bytes, at most {MAX_ENTRY} fit a leaf")
        object.__setattr__(self, "_bytes", canonical)

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """The entry in canonical JSON; FormatError, or UnknownVersionError for another `v` or `suite`."""
        document = read_canonical(octets, ascii_only=True, max_bytes=MAX_ENTRY, max_depth=_ENTRY_DEPTH)
        return cls._of(document, octets)

    @classmethod
    def _of(cls, document: Json, canonical: bytes) -> Self:
        """The entry of a document that has been read from exactly these canonical bytes."""
        if type(document) is not dict:
            raise FormatError("an entry is an object")
        _known_version(document)
        if document.keys() != _MEMBERS and document.keys() != _ALL_MEMBERS:
            odd = sorted(document.keys() ^ _MEMBERS)
            raise FormatError(f"an entry with missing or unknown members: {', '.join(odd)}")
        kind, issuer, time, body = document["kind"], document["issuer"], document["time"], document["body"]
        if type(kind) is not str or len(kind) > MAX_KIND or not _KIND.fullmatch(kind):
            raise FormatError(f"kind must be `area.past` of at most {MAX_KIND} characters")
        if type(issuer) is not str or not _ISSUER.fullmatch(issuer):
            raise FormatError("issuer must be a department code, `service` or `governance`")
        if type(time) is not int or time < 0:
            raise FormatError("time must be whole Unix seconds, not before 1970")
        if type(body) is not dict:
            raise FormatError("body must be an object")
        return cls(
            id=_unhex("id", document["id"], 16),
            kind=kind,
            log=_unhex("log", document["log"], 32),
            issuer=issuer,
            time=time,
            body=body,
            private=_unhex("private", document["private"], 32) if "private" in document else None,
            _bytes=canonical,
        )

    def canonical(self) -> bytes:
        """JCS of the entry: printable ASCII."""
        return self._bytes

    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes: the identity of the entry in the log, for ever."""
        return sha256(self._bytes).digest()

    def signing_digest(self) -> bytes:
        """The 32 bytes that the issuer signs: `statement_digest` of this entry in its own log."""
        return statement_digest(self.log, self.digest(), self.kind, self.issuer, self.time)


def _known_version(document: dict[str, Json]) -> None:
    """Tell what is newer than this program (nobody may judge it) from what is malformed."""
    version, suite = document.get("v"), document.get("suite")
    if type(version) is not int or version < 1:
        raise FormatError("v must be a positive whole number")
    if type(suite) is not str or not _SUITE.fullmatch(suite):
        raise FormatError("suite must name the algorithms")
    if version != VERSION:
        raise UnknownVersionError(f"entry version {version}")
    if suite != SUITE:
        raise UnknownVersionError(f"entry suite {suite}")


# A log has few kinds and few issuers; each Keccak here costs as much as reading a small entry.
@lru_cache(maxsize=1024)
def _text_hash(text: str) -> bytes:
    return keccak(text.encode())


def statement_digest(log_id: bytes, entry_digest: bytes, kind: str, issuer: str, time: int) -> bytes:
    """EIP-712 digest of `Statement(bytes32 entry,string kind,string issuer,uint64 time)` in a log's domain.

    Both ids are 32 bytes; SignatureError if not, so that no truncated digest is ever signed or checked.
    """
    if len(log_id) != 32 or len(entry_digest) != 32:
        raise SignatureError("a statement names a log and an entry by 32 bytes each")
    if not 0 <= time < 1 << 64:
        raise SignatureError("the time of a statement is an unsigned 64-bit number")
    struct = (
        _STATEMENT_TYPE_HASH + entry_digest + _text_hash(kind) + _text_hash(issuer) + time.to_bytes(32, "big")
    )
    return typed_digest(domain_separator(log_id), keccak(struct))


@dataclass(frozen=True, slots=True)
class Envelope:
    """`{entry, key, sig}`: a signed entry; its canonical bytes (at most 65,535) are the leaf.

    key is the signer's address (20 bytes), sig is r, s and v (65 bytes); reading does not check it.
    """

    entry: Entry
    key: bytes
    sig: bytes

    def __post_init__(self) -> None:
        if len(self.key) != 20 or len(self.sig) != 65:
            raise StatementError("an envelope has a key of 20 and a signature of 65 bytes")

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """The envelope in canonical JSON; FormatError (or UnknownVersionError) otherwise."""
        document = read_canonical(octets, ascii_only=True, max_bytes=MAX_LEAF)
        if type(document) is not dict or document.keys() != {"entry", "key", "sig"}:
            raise FormatError("an envelope has exactly the members entry, key and sig")
        # `entry` sorts first, key and sig have one length: its canonical bytes stand between known offsets.
        return cls._of(document["entry"], document["key"], document["sig"], octets[9 : 9 - _FRAME])

    @classmethod
    def of_members(cls, entry: Json, key: Json, sig: Json) -> Self:
        """The envelope of members that were read from canonical JSON; as strict as `parse`."""
        canonical = dump(entry, ascii_only=True, max_depth=_ENTRY_DEPTH)
        if len(canonical) > MAX_ENTRY:
            raise FormatError(f"an entry of {len(canonical)} bytes, at most {MAX_ENTRY} fit a leaf")
        return cls._of(entry, key, sig, canonical)

    @classmethod
    def _of(cls, entry: Json, key: Json, sig: Json, canonical: bytes) -> Self:
        """The envelope whose entry has these canonical bytes."""
        if type(entry) is dict:
            _known_version(entry)
        address, signature = _unhex("key", key, 20), _unhex("sig", sig, 65)
        return cls(Entry._of(entry, canonical), address, signature)  # noqa: SLF001  # same module

    def canonical(self) -> bytes:
        """The leaf: JCS of the envelope."""
        return b'{"entry":%b,"key":"%b","sig":"%b"}' % (
            self.entry.canonical(),
            self.key.hex().encode(),
            self.sig.hex().encode(),
        )

    def check_signature(self) -> None:
        """SignatureError unless `key` signed this entry for the log that it names.

        Whether that log is ours and that key the issuer's at this position is for the caller to ask.
        """
        if recover(self.entry.signing_digest(), self.sig) != self.key:
            raise SignatureError("the signature is by another key, or for other words")


def sign_entry(entry: Entry, signer: Signer) -> Envelope:
    """The entry signed by `signer`."""
    return Envelope(entry, signer.address, signer.sign(entry.signing_digest()))
