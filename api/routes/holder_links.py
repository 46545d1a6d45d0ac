# SPDX-License-Identifier: Apache-2.0
"""`holders/{id}:link`: a provisional identifier is linked to the number that came later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.acting import Asked
from api.auth import DEPARTMENT
from api.problems import Problem
from api.routes.holder_link_docs import LINK, LINK_PREPARE
from api.thin import ThinRoute
from attest.holders.linking import LinkHolder
from attest.holders.model import Linking
from attest.holders.repository import holder_known
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest, ThinResponse
    from attest.fields import Fields


class HolderLinkRoutes:
    """`POST holders/{id}:link`, `:link:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = LinkHolder()

    def _read(self, fields: Fields, request: ThinRequest) -> Asked[Linking]:
        random = self._ledger.context.random
        wanted = bytes.fromhex(request.params["id"])
        if not holder_known(wanted, self._ledger.store):
            raise CommandRejected("holder.unknown", which="earlier")
        linking = Linking(wanted, random(32), fields.octets("holder", 16), random(32))
        fields.done()
        return Asked(linking)

    async def link(self, request: ThinRequest) -> ThinResponse:
        """Link them; whatever is accepted of either is found for both from then on."""
        wanted = bytes.fromhex(request.params["id"])

        def admits(linking: Linking) -> None:
            if linking.provisional != wanted:
                raise Problem("statement.mismatch")

        outcome = await self._ledger.acting.submit(
            request, self._act, request.department, lambda fields: self._read(fields, request), admits
        )
        return self._ledger.acting.created(outcome)

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign."""
        return await self._ledger.acting.prepare(
            request, self._act, request.department, lambda fields: self._read(fields, request)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, base = frozenset({DEPARTMENT}), "/api/v1/holders/{id:hex32}:link"
        return [
            ThinRoute("POST", base, self.link, LINK, department, write=True),
            ThinRoute("POST", f"{base}:prepare", self.prepare, LINK_PREPARE, department),
        ]
