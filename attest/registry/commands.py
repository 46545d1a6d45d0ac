# SPDX-License-Identifier: Apache-2.0
"""Acts of governance: a department is registered, its keys come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act, require_text
from attest.fields import CODE, DEPARTMENT, Fields
from attest.registry.model import (
    CUSTODY,
    GOVERNANCE,
    LEVELS,
    SERVICE,
    Department,
    Founding,
    KeyAdded,
    KeyRetired,
    LogKeyRotated,
)
from attest.registry.repository import department_exists, key_by_address, log_key_known, rotations
from attest.registry.rules import address_fact, keys_fact
from attest.tables import department_key_ends, department_keys, departments, log_keys
from attest.verify.log_keys import FOUNDED, MOST, REASONS, ROTATED
from ledger.errors import CommandRejected
from ledger.log_id import log_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed, Texts
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


def department_fact(code: str) -> bytes:
    """Name of the fact "this department is registered", for the writer's batches."""
    return b"department/" + code.encode()


def _only_governance(issuer: str) -> None:
    if issuer != GOVERNANCE:
        raise CommandRejected("issuer.mismatch", "only governance registers departments and keys")


class Found(Act[Founding]):
    """`log.founded`: entry 0, once."""

    kind = "log.founded"
    public = True

    def parse(self, fields: Fields) -> Founding:
        founding = Founding(
            fields.text("origin"),
            fields.octets("log_key", 32),
            fields.octets("checkpoint_signer", 20),
            fields.octets("governance", 20),
            fields.octets("service", 20),
            fields.choice("profile", ("demo", "production")),
        )
        fields.done()
        return founding

    def record(self, record: Founding) -> dict[str, Json]:
        return {
            "origin": record.origin,
            "log_key": record.log_key.hex(),
            "checkpoint_signer": record.checkpoint_signer.hex(),
            "governance": record.governance.hex(),
            "service": record.service.hex(),
            "profile": record.profile,
        }

    def body(self, record: Founding) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: Founding) -> tuple[Collection[bytes], Collection[bytes]]:
        return (b"founding",), (b"founding", keys_fact(SERVICE), keys_fact(GOVERNANCE))

    def check(self, record: Founding, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if view.next_index != 0:
            raise CommandRejected("log.founded_already", "entry 0 exists")
        named = log_id(record.origin, record.log_key, record.checkpoint_signer, record.governance)
        if named != context.log_id or record.service == record.governance:
            raise CommandRejected("statement.mismatch", "these keys do not found this log")

    def rows(self, record: Founding, placed: Placed, context: Context) -> list[Row]:
        return [
            (department_keys, (record.governance, GOVERNANCE, placed.index - 1, "governance")),
            (department_keys, (record.service, SERVICE, placed.index - 1, "service")),
            (log_keys, (placed.index, record.log_key, record.checkpoint_signer, FOUNDED)),
        ]


class RegisterDepartment(Act[Department]):
    """`department.registered`."""

    kind = "department.registered"
    public = True

    def parse(self, fields: Fields) -> Department:
        department = Department(
            fields.text("department", 32, DEPARTMENT),
            fields.choice("level", LEVELS),
            fields.octets("text", 32),
        )
        fields.done()
        return department

    def record(self, record: Department) -> dict[str, Json]:
        return {"department": record.code, "level": record.level, "text": record.text.hex()}

    def body(self, record: Department) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: Department) -> tuple[Collection[bytes], Collection[bytes]]:
        name = department_fact(record.code)
        return (name,), (name,)

    def check(self, record: Department, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if department_exists(record.code, view):
            raise CommandRejected("department.exists", "a department with this code is registered")

    def check_texts(self, record: Department, issuer: str, texts: Texts, view: View) -> None:
        require_text(record.text, texts)

    def rows(self, record: Department, placed: Placed, context: Context) -> list[Row]:
        return [(departments, (record.code, placed.index, record.level, record.text))]


class AddKey(Act[KeyAdded]):
    """`department.key.added`: an address belongs to one department for ever."""

    kind = "department.key.added"
    public = True

    def parse(self, fields: Fields) -> KeyAdded:
        added = KeyAdded(
            fields.text("department", 32, DEPARTMENT),
            fields.octets("address", 20),
            fields.choice("custody", CUSTODY),
        )
        fields.done()
        return added

    def record(self, record: KeyAdded) -> dict[str, Json]:
        return {"department": record.department, "address": record.address.hex(), "custody": record.custody}

    def body(self, record: KeyAdded) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: KeyAdded) -> tuple[Collection[bytes], Collection[bytes]]:
        address = address_fact(record.address)
        return (department_fact(record.department), address), (address, keys_fact(record.department))

    def check(self, record: KeyAdded, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if not department_exists(record.department, view):
            raise CommandRejected("department.unknown", "register the department first")
        if key_by_address(record.address, view) is not None:
            raise CommandRejected("key.known", "this address was registered before")

    def rows(self, record: KeyAdded, placed: Placed, context: Context) -> list[Row]:
        return [(department_keys, (record.address, record.department, placed.index, record.custody))]


class RetireKey(Act[KeyRetired]):
    """`department.key.retired`: final; a compromised key stops counting from the index named."""

    kind = "department.key.retired"
    public = True

    def parse(self, fields: Fields) -> KeyRetired:
        retired = KeyRetired(
            fields.text("department", 32, DEPARTMENT),
            fields.octets("address", 20),
            fields.text("reason", 64, CODE),
            fields.integer("compromised_since") if fields.has("compromised_since") else None,
        )
        fields.done()
        return retired

    def record(self, record: KeyRetired) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "department": record.department,
            "address": record.address.hex(),
            "reason": record.reason,
        }
        if record.compromised_since is not None:
            plain["compromised_since"] = record.compromised_since
        return plain

    def body(self, record: KeyRetired) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: KeyRetired) -> tuple[Collection[bytes], Collection[bytes]]:
        address = address_fact(record.address)
        return (address,), (address, keys_fact(record.department))

    def check(self, record: KeyRetired, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        key = key_by_address(record.address, view)
        if key is None or key.department != record.department:
            raise CommandRejected("key.unknown", "this address is not the department's")
        if key.retired is not None:
            raise CommandRejected("key.retired", "this address is retired already")
        if record.compromised_since is not None and record.compromised_since > view.next_index:
            raise CommandRejected("field.invalid", "compromised_since lies ahead of the log")

    def rows(self, record: KeyRetired, placed: Placed, context: Context) -> list[Row]:
        return [
            (
                department_key_ends,
                (record.address, placed.index, placed.entry.time, record.compromised_since),
            )
        ]


class RotateLogKey(Act[LogKeyRotated]):
    """`log.key.rotated`: checkpoints of more entries than its index are signed by another key (DESIGN 4).

    Nobody may serve the ledger meanwhile: whoever signs by the old key would sign what does not count.
    """

    kind = ROTATED
    public = True

    def parse(self, fields: Fields) -> LogKeyRotated:
        rotated = LogKeyRotated(
            fields.octets("log_key", 32),
            fields.octets("checkpoint_signer", 20),
            fields.choice("reason", REASONS),
        )
        fields.done()
        return rotated

    def record(self, record: LogKeyRotated) -> dict[str, Json]:
        return {
            "log_key": record.log_key.hex(),
            "checkpoint_signer": record.checkpoint_signer.hex(),
            "reason": record.reason,
        }

    def body(self, record: LogKeyRotated) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: LogKeyRotated) -> tuple[Collection[bytes], Collection[bytes]]:
        address = address_fact(record.checkpoint_signer)
        return (b"log_keys", address), (b"log_keys", address)

    def check(self, record: LogKeyRotated, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if len(rotations(view)) == MOST:
            raise CommandRejected("field.invalid", f"the log key was replaced {MOST} times")
        if log_key_known(record.log_key, record.checkpoint_signer, view):
            raise CommandRejected("key.known", "one of these keys was the log's before")
        if key_by_address(record.checkpoint_signer, view) is not None:
            raise CommandRejected("key.known", "the address of the checkpoint signer is somebody's key")

    def rows(self, record: LogKeyRotated, placed: Placed, context: Context) -> list[Row]:
        return [(log_keys, (placed.index, record.log_key, record.checkpoint_signer, record.reason))]
