# SPDX-License-Identifier: Apache-2.0
"""Departments and holders: who speaks, and about whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import DEPARTMENT, OPERATOR
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.registry_docs import NAME_HOLDER, REGISTER, REGISTER_PREPARE
from api.thin import ThinRoute
from attest.fields import DEPARTMENT as DEPARTMENT_CODE
from attest.fields import Fields
from attest.holders.commands import NameHolder, NameHolderCommand
from attest.holders.model import ID_TYPES
from attest.private import open_private
from attest.registry.commands import AddKey, RegisterDepartment
from attest.registry.model import CUSTODY, GOVERNANCE, LEVELS, Department, KeyAdded
from attest.registry.repository import key_owner
from ledger.canonical import dump
from ledger.errors import CommandRejected
from ledger.hashing import sha256

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest


@dataclass(frozen=True, slots=True)
class _NewDepartment:
    department: Department
    text: bytes
    custody: str
    address: bytes | None


def _read_department(fields: Fields) -> _NewDepartment:
    code = fields.text("code", 32, DEPARTMENT_CODE)
    level = fields.choice("level", LEVELS)
    name = fields.fields("name")
    text = dump({"code": code, "name": {"en": name.text("en", 100), "zh": name.text("zh", 100)}})
    name.done()
    key = fields.fields("key")
    custody = key.choice("custody", CUSTODY)
    address = key.octets("address", 20) if custody == "department" else None
    key.done()
    fields.done()
    return _NewDepartment(Department(code, level, sha256(text)), text, custody, address)


class DepartmentRoutes:
    """`POST departments`, `POST holders`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def register(self, request: ThinRequest) -> ThinResponse:
        """Register a department and its first key; a repeat finishes what a crash left half done.

        A registration that governance signed itself is the department alone: its key follows as an act.
        """
        ledger = self._ledger
        value, raw = await request.json()
        if isinstance(value, dict) and "entry" in value:
            command = ledger.acting.signed(
                RegisterDepartment(), GOVERNANCE, value, raw, request.request_key(raw)
            )
            outcome = await ledger.writer.submit(command)
            code = ledger.acting.entry_of(outcome).body["department"]
            return ledger.acting.created(outcome, department=code)
        new = _read_department(Fields(value))
        address = new.address
        if address is None:
            address = await run_in_threadpool(ledger.department_key, new.department.code)
        if key_owner(address, ledger.store) not in (None, new.department.code):
            raise CommandRejected("key.known")
        outcome = await ledger.acting.custodial(
            RegisterDepartment(), new.department, GOVERNANCE, request.request_key(raw), (new.text,)
        )
        if key_owner(address, ledger.store) is None:
            added = KeyAdded(new.department.code, address, new.custody)
            await ledger.acting.custodial(AddKey(), added, GOVERNANCE)
        return ledger.acting.created(
            outcome, department=new.department.code, key=address.hex(), custody=new.custody
        )

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What governance would sign to register a department."""

        def read(fields: Fields) -> Asked[Department]:
            new = _read_department(fields)
            return Asked(new.department, (new.text,))

        return await self._ledger.acting.prepare(request, RegisterDepartment(), GOVERNANCE, read)

    async def name_holder(self, request: ThinRequest) -> ThinResponse:
        """Name a person or enterprise; the answer has one shape whether or not the ledger knew them.

        With `compare` a number that is on record under another name is refused, counted like a look-up.
        """
        ledger = self._ledger
        value, raw = await request.json()
        fields = Fields(value)
        id_type, number = fields.choice("id_type", ID_TYPES), fields.text("number", 32)
        name = fields.text("name", 100)
        compared = fields.has("compare")
        if compared and fields.raw("compare") is not True:
            fields.fail("compare", "true, or absent")
        fields.done()
        await ledger.acting.open_key("service")
        command = NameHolderCommand(
            request.department, id_type, number, name, ledger.context, request.request_key(raw)
        )
        if compared:
            index: int | None = await ledger.oversight.named_by(request, "holders.name", command)
        else:
            index = (await ledger.writer.submit(command)).index
        if index is None:
            raise Problem("internal.error")
        _, record = open_private(index, ledger.store, ledger.context.sealer)
        naming = NameHolder().parse(Fields(record))
        return ThinResponse.created(
            {"holder": naming.holder.hex(), "index": index}, f"/api/v1/entries/{index}"
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/departments",
                self.register,
                REGISTER,
                scopes=frozenset({OPERATOR}),
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/departments:prepare",
                self.prepare,
                REGISTER_PREPARE,
                scopes=frozenset({OPERATOR}),
            ),
            ThinRoute(
                "POST",
                "/api/v1/holders",
                self.name_holder,
                NAME_HOLDER,
                scopes=frozenset({DEPARTMENT}),
                write=True,
            ),
        ]
