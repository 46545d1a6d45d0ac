# SPDX-License-Identifier: Apache-2.0
"""Statements by those who keep their key themselves: governance's snapshot of keys, a department's status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from api.auth import DEPARTMENT, OPERATOR
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.statement_docs import KEEP, PREPARE
from api.statements import delivery, prepared
from api.thin import ThinRoute
from attest.fields import DEPARTMENT as DEPARTMENT_CODE
from attest.fields import Fields
from attest.oversight.live import LEAST_LIFETIME, LIFETIME, MOST_LIFETIME, draft_snapshot, draft_status
from attest.registry.model import GOVERNANCE
from attest.verify.statements import MOST_KEYS, Snapshot, Status
from ledger.canonical import is_canonical

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.statements import Entry


class StatementRoutes:
    """`statements`, `statements:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def _draft(self, request: ThinRequest, fields: Fields) -> tuple[Entry, bytes | None]:
        """The entry that was asked for, and the acceptance it speaks of."""
        ledger, made = self._ledger, int(time.time())
        size, log = ledger.writer.acknowledged.size, ledger.context.log_id
        kind = fields.choice("kind", (Snapshot.kind, Status.kind))
        lifetime = (
            fields.integer("lifetime", LEAST_LIFETIME, MOST_LIFETIME) if fields.has("lifetime") else LIFETIME
        )
        if kind == Snapshot.kind:
            codes = (
                fields.texts("departments", MOST_KEYS, DEPARTMENT_CODE) if fields.has("departments") else None
            )
            fields.done()
            _require_operator(request)
            return draft_snapshot(codes, size, made, lifetime, ledger.store, log), None
        acceptance = fields.octets("acceptance", 16)
        fields.done()
        department = request.department
        return draft_status(acceptance, department, size, made, lifetime, ledger.store, log), acceptance

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What governance or the department would sign as of now; nothing is stored."""
        entry, acceptance = self._draft(request, Fields((await request.json())[0]))
        return ThinResponse(200, prepared(entry, acceptance))

    async def keep(self, request: ThinRequest) -> ThinResponse:
        """Take a signed statement in canonical JSON; the newest is shown in evidence until it expires."""
        ledger = self._ledger
        value, raw = await request.json()
        if isinstance(value, dict) and "entry" in value and not is_canonical(value, raw):
            raise Problem("json.not_canonical")
        command = delivery(value, ledger.context, request.request_key(raw))
        if command.issuer == GOVERNANCE:
            _require_operator(request)
        elif command.issuer != request.department:
            raise Problem("issuer.mismatch")
        await ledger.writer.submit(command)
        said = command.said
        return ThinResponse.of(
            {"kind": said.kind, "as_of_size": said.as_of_size, "expires": said.expires}, 201
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        scopes = frozenset({OPERATOR, DEPARTMENT})
        return [
            ThinRoute("POST", "/api/v1/statements", self.keep, KEEP, scopes, write=True),
            ThinRoute("POST", "/api/v1/statements:prepare", self.prepare, PREPARE, scopes),
        ]


def _require_operator(request: ThinRequest) -> None:
    """What governance signs comes in by an operator's key."""
    if OPERATOR not in request.principal.scopes:
        raise Problem("auth.forbidden")
