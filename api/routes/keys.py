# SPDX-License-Identifier: Apache-2.0
"""Signing keys of departments: list, add, retire; each change is governance's own act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import OPERATOR
from api.keyset import MOST, limit_of, page_of
from api.requests import ThinResponse, bad_query
from api.routes.registry_docs import ADD, ADD_PREPARE, LIST, RETIRE, RETIRE_PREPARE
from api.thin import ThinRoute
from attest.registry.commands import AddKey, RetireKey
from attest.registry.model import GOVERNANCE
from attest.registry.repository import all_keys

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.fields import Fields
    from attest.registry.model import KeyAdded, KeyRetired


class KeyRoutes:
    """`departments/keys`, `:prepare`, `departments/keys:retire`, `:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._add, self._retire = AddKey(), RetireKey()

    def _read_added(self, fields: Fields) -> Asked[KeyAdded]:
        return Asked(self._add.parse(fields))

    def _read_retired(self, fields: Fields) -> Asked[KeyRetired]:
        return Asked(self._retire.parse(fields))

    async def list_all(self, request: ThinRequest) -> ThinResponse:
        """Every key with its place in the log; public, since verifiers need it."""
        query = request.query("after", "limit")
        limit = limit_of(query, MOST)
        rows = await run_in_threadpool(all_keys, self._ledger.store)
        if "after" in query:
            known = [row.address.hex() for row in rows]
            if query["after"] not in known:
                raise bad_query("the `next` of a page", "after")
            rows = rows[known.index(query["after"]) + 1 :]
        keys = [
            {
                "department": row.department,
                "address": row.address.hex(),
                "custody": row.custody,
                "added": row.added,
                "retired": row.retired,
                "compromised_since": row.compromised_since,
            }
            for row in rows[:limit]
        ]
        return page_of(request, {"keys": keys}, rows[limit - 1].address.hex() if len(rows) > limit else None)

    async def add(self, request: ThinRequest) -> ThinResponse:
        """A further key for a department, valid from this entry's index on."""
        acting = self._ledger.acting
        return acting.created(await acting.submit(request, self._add, GOVERNANCE, self._read_added))

    async def prepare_added(self, request: ThinRequest) -> ThinResponse:
        """What governance would sign to add a key."""
        return await self._ledger.acting.prepare(request, self._add, GOVERNANCE, self._read_added)

    async def retire(self, request: ThinRequest) -> ThinResponse:
        """End a key at this entry's index, or from `compromised_since` on; final."""
        acting = self._ledger.acting
        return acting.created(await acting.submit(request, self._retire, GOVERNANCE, self._read_retired))

    async def prepare_retired(self, request: ThinRequest) -> ThinResponse:
        """What governance would sign to retire a key."""
        return await self._ledger.acting.prepare(request, self._retire, GOVERNANCE, self._read_retired)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        operator, base = frozenset({OPERATOR}), "/api/v1/departments/keys"
        return [
            ThinRoute(
                "GET",
                base,
                self.list_all,
                LIST,
                public=True,
            ),
            ThinRoute(
                "POST",
                base,
                self.add,
                ADD,
                operator,
                write=True,
            ),
            ThinRoute(
                "POST",
                f"{base}:prepare",
                self.prepare_added,
                ADD_PREPARE,
                operator,
            ),
            ThinRoute(
                "POST",
                f"{base}:retire",
                self.retire,
                RETIRE,
                operator,
                write=True,
            ),
            ThinRoute(
                "POST",
                f"{base}:retire:prepare",
                self.prepare_retired,
                RETIRE_PREPARE,
                operator,
            ),
        ]
