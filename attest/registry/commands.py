# SPDX-License-Identifier: Apache-2.0
"""Acts of governance: a department is registered, its keys come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
)
from attest.registry.rules import key_fact
from attest.registry.repository import department_exists, key_owner, key_retired
from attest.tables import department_key_ends, department_keys, departments
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


def _only_governance(issuer: str) -> None:
    if issuer != GOVERNANCE:
        raise CommandRejected("issuer.mismatch", "only governance registers departments and keys")


class Found:
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
        return (b"founding",), (b"founding", key_fact(record.service), key_fact(record.governance))

    def check(self, record: Founding, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if view.next_index != 0:
            raise CommandRejected("log.founded_already", "entry 0 exists")

    def rows(self, record: Founding, placed: Placed, context: Context) -> list[Row]:
        return [
            (department_keys, (record.governance, GOVERNANCE, placed.index - 1, "governance")),
            (department_keys, (record.service, SERVICE, placed.index - 1, "service")),
        ]


class RegisterDepartment:
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
        name = b"department/" + record.code.encode()
        return (name,), (name,)

    def check(self, record: Department, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if department_exists(record.code, view):
            raise CommandRejected("department.exists", record.code)

    def rows(self, record: Department, placed: Placed, context: Context) -> list[Row]:
        return [(departments, (record.code, placed.index, record.level, record.text))]


class AddKey:
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
        return (b"department/" + record.department.encode(),), (key_fact(record.address),)

    def check(self, record: KeyAdded, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if not department_exists(record.department, view):
            raise CommandRejected("department.unknown", record.department)
        if key_owner(record.address, view) is not None:
            raise CommandRejected("key.known", "this address was registered before")

    def rows(self, record: KeyAdded, placed: Placed, context: Context) -> list[Row]:
        return [(department_keys, (record.address, record.department, placed.index, record.custody))]


class RetireKey:
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
        return (key_fact(record.address),), (key_fact(record.address),)

    def check(self, record: KeyRetired, issuer: str, view: View, context: Context) -> None:
        _only_governance(issuer)
        if key_owner(record.address, view) != record.department:
            raise CommandRejected("key.unknown", "this address is not the department's")
        if key_retired(record.address, view):
            raise CommandRejected("key.retired", "this address is retired already")
        if record.compromised_since is not None and record.compromised_since > view.next_index:
            raise CommandRejected("field.invalid", "compromised_since lies ahead of the log")

    def rows(self, record: KeyRetired, placed: Placed, context: Context) -> list[Row]:
        return [(department_key_ends, (record.address, placed.index, record.compromised_since))]
