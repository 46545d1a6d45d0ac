# SPDX-License-Identifier: Apache-2.0
"""What is signed but not logged: short-lived statements that prove a negative, or what the chain held.

Each is the body of an entry in the format of the log, signed alike; `expires` is Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

from attest.data_checks.model import DENIALS
from attest.fields import DEPARTMENT, Fields
from attest.supersession.model import HOWS
from attest.verify.log_keys import Rotation, read_rotations

if TYPE_CHECKING:
    from datetime import date

    from ledger.canonical import Json

STANDING: Final = "standing"
RETRACTED: Final = "retracted"
MOST_KEYS: Final = 256
MOST_POLICIES: Final = 256


@dataclass(frozen=True, slots=True)
class KeySpan:
    """Between which indexes an address (20 bytes) speaks for a department."""

    department: str
    address: bytes
    added: int
    retired: int | None = None
    compromised_since: int | None = None

    def document(self) -> dict[str, Json]:
        """`{department, address, added, retired?, compromised_since?}`."""
        span: dict[str, Json] = {
            "department": self.department,
            "address": self.address.hex(),
            "added": self.added,
        }
        if self.retired is not None:
            span["retired"] = self.retired
        if self.compromised_since is not None:
            span["compromised_since"] = self.compromised_since
        return span


@dataclass(frozen=True, slots=True)
class PolicySpan:
    """A published version of a department's policy: where it stands, its first day, its document's digest."""

    department: str
    version: int
    index: int
    document: bytes
    in_force: date | None = None

    def row(self) -> dict[str, Json]:
        """`{department, version, index, document, in_force?}`."""
        row: dict[str, Json] = {
            "department": self.department,
            "version": self.version,
            "index": self.index,
            "document": self.document.hex(),
        }
        if self.in_force is not None:
            row["in_force"] = self.in_force.isoformat()
        return row


def _optional(fields: Fields, name: str) -> int | None:
    return fields.integer(name) if fields.has(name) else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`registry.snapshot` (governance): every key of the departments it names, in a log of `as_of_size`.

    And every version of those departments' policies, and every rotation of the log's own key; the members
    `policies` and `log_keys` are left out where there is none.
    """

    kind: ClassVar[str] = "registry.snapshot"
    as_of_size: int
    keys: tuple[KeySpan, ...]
    expires: int
    rotations: tuple[Rotation, ...] = ()
    policies: tuple[PolicySpan, ...] = ()

    def names(self, department: str) -> bool:
        """Whether it speaks of the department: then of all its keys and policies."""
        return any(one.department == department for one in self.keys)

    def body(self) -> dict[str, Json]:
        """The open body."""
        keys: list[Json] = [one.document() for one in self.keys]
        body: dict[str, Json] = {"as_of_size": self.as_of_size, "keys": keys, "expires": self.expires}
        if self.rotations:
            body["log_keys"] = [one.document() for one in self.rotations]
        if self.policies:
            body["policies"] = [one.row() for one in self.policies]
        return body

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The body of a snapshot; each address once (FieldError)."""
        keys: list[KeySpan] = []
        for one in fields.objects("keys", 0, MOST_KEYS):
            keys.append(
                KeySpan(
                    one.text("department", 32, DEPARTMENT),
                    one.octets("address", 20),
                    one.integer("added"),
                    _optional(one, "retired"),
                    _optional(one, "compromised_since"),
                )
            )
            one.done()
        if len({one.address for one in keys}) != len(keys):
            fields.fail("keys", "each address once")
        read = cls(
            fields.integer("as_of_size"),
            tuple(keys),
            fields.integer("expires"),
            read_rotations(fields, "log_keys"),
            _read_policies(fields),
        )
        fields.done()
        return read


def _read_policies(fields: Fields) -> tuple[PolicySpan, ...]:
    """The member `policies`, each department's version once and each index once (FieldError)."""
    policies: list[PolicySpan] = []
    for one in fields.objects("policies", 1, MOST_POLICIES) if fields.has("policies") else ():
        policies.append(
            PolicySpan(
                one.text("department", 32, DEPARTMENT),
                one.integer("version", 1),
                one.integer("index"),
                one.octets("document", 32),
                one.optional_day("in_force"),
            )
        )
        one.done()
    versions = {(one.department, one.version) for one in policies}
    if len(versions) != len(policies) or len({one.index for one in policies}) != len(policies):
        fields.fail("policies", "each version once")
    return tuple(policies)


@dataclass(frozen=True, slots=True)
class Superseded:
    """That a newer acceptance stands in its place: how, the newest one's index and Unix time."""

    how: str
    index: int
    time: int

    def document(self) -> dict[str, Json]:
        """`{how, index, time}`."""
        return {"how": self.how, "index": self.index, "time": self.time}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The inverse of `document` (FieldError)."""
        read = cls(fields.choice("how", HOWS), fields.integer("index"), fields.integer("time"))
        fields.done()
        return read


@dataclass(frozen=True, slots=True)
class Disputed:
    """That a holder's data check request is not answered: its index, Unix time and last day to answer."""

    index: int
    time: int
    due: date

    def document(self) -> dict[str, Json]:
        """`{index, time, due}`."""
        return {"index": self.index, "time": self.time, "due": self.due.isoformat()}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The inverse of `document` (FieldError)."""
        due = fields.optional_day("due")
        if due is None:
            fields.fail("due", "a day YYYY-MM-DD")
        read = cls(fields.integer("index"), fields.integer("time"), due)
        fields.done()
        return read


@dataclass(frozen=True, slots=True)
class Denied:
    """That the paper's issuer (`by`) says it stands no more: why, since which day, its index and Unix time.

    The first such word after the acceptance: none that came later makes the acceptance count again.
    """

    by: str
    index: int
    time: int
    reason: str
    since: date

    def document(self) -> dict[str, Json]:
        """`{by, index, time, reason, since}`."""
        return {
            "by": self.by,
            "index": self.index,
            "time": self.time,
            "reason": self.reason,
            "since": self.since.isoformat(),
        }

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The inverse of `document` (FieldError)."""
        since = fields.optional_day("since")
        if since is None:
            fields.fail("since", "a day YYYY-MM-DD")
        read = cls(
            fields.text("by", 32, DEPARTMENT),
            fields.integer("index"),
            fields.integer("time"),
            fields.choice("reason", DENIALS),
            since,
        )
        fields.done()
        return read


@dataclass(frozen=True, slots=True)
class Status:
    """`acceptance.status` (the department that accepted): how its acceptance stands in a log of `as_of_size`.

    `subject` is the leaf hash; `retracted` index and Unix time of the retraction. What was renewed, or copied
    better, keeps its state: `superseded` says so beside it, `disputed` that a dispute awaits its answer,
    `denied` that its issuer has said since that the paper stands no more.
    """

    kind: ClassVar[str] = "acceptance.status"
    subject: bytes
    state: str
    as_of_size: int
    expires: int
    valid_from: date | None = None
    valid_until: date | None = None
    retracted: tuple[int, int] | None = None
    superseded: Superseded | None = None
    disputed: Disputed | None = None
    denied: Denied | None = None

    def body(self) -> dict[str, Json]:
        """The open body."""
        body: dict[str, Json] = {
            "subject": self.subject.hex(),
            "state": self.state,
            "as_of_size": self.as_of_size,
            "expires": self.expires,
        }
        for name, day in (("valid_from", self.valid_from), ("valid_until", self.valid_until)):
            if day is not None:
                body[name] = day.isoformat()
        if self.retracted is not None:
            body["retracted"] = {"index": self.retracted[0], "time": self.retracted[1]}
        if self.superseded is not None:
            body["superseded"] = self.superseded.document()
        if self.disputed is not None:
            body["disputed"] = self.disputed.document()
        if self.denied is not None:
            body["denied"] = self.denied.document()
        return body

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The body of a status; `retracted` stands exactly where the state is so (FieldError)."""
        retracted: tuple[int, int] | None = None
        state = fields.choice("state", (STANDING, RETRACTED))
        if fields.has("retracted"):
            inner = fields.fields("retracted")
            retracted = (inner.integer("index"), inner.integer("time"))
            inner.done()
        if (retracted is not None) != (state == RETRACTED):
            fields.fail("state", "retracted, with the place of the retraction")
        read = cls(
            fields.octets("subject", 32),
            state,
            fields.integer("as_of_size"),
            fields.integer("expires"),
            fields.optional_day("valid_from"),
            fields.optional_day("valid_until"),
            retracted,
            Superseded.read(fields.fields("superseded")) if fields.has("superseded") else None,
            Disputed.read(fields.fields("disputed")) if fields.has("disputed") else None,
            Denied.read(fields.fields("denied")) if fields.has("denied") else None,
        )
        fields.done()
        return read


@dataclass(frozen=True, slots=True)
class AnchorSeen:
    """`anchor.seen` (service): the contract held `root` for `size` at a block, recorded at `time`."""

    kind: ClassVar[str] = "anchor.seen"
    chain_id: int
    contract: bytes
    code_hash: bytes
    size: int
    root: bytes
    block: int
    block_hash: bytes
    tx: bytes
    time: int
    expires: int

    def body(self) -> dict[str, Json]:
        """The open body."""
        return {
            "chain_id": self.chain_id,
            "contract": self.contract.hex(),
            "code_hash": self.code_hash.hex(),
            "size": self.size,
            "root": self.root.hex(),
            "block": self.block,
            "block_hash": self.block_hash.hex(),
            "tx": self.tx.hex(),
            "time": self.time,
            "expires": self.expires,
        }

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The body of an anchor that was seen (FieldError)."""
        read = cls(
            fields.integer("chain_id", 1),
            fields.octets("contract", 20),
            fields.octets("code_hash", 32),
            fields.integer("size", 1),
            fields.octets("root", 32),
            fields.integer("block"),
            fields.octets("block_hash", 32),
            fields.octets("tx", 32),
            fields.integer("time"),
            fields.integer("expires"),
        )
        fields.done()
        return read


Says = Snapshot | Status | AnchorSeen
KINDS: Final[dict[str, type[Snapshot | Status | AnchorSeen]]] = {
    Snapshot.kind: Snapshot,
    Status.kind: Status,
    AnchorSeen.kind: AnchorSeen,
}
