# SPDX-License-Identifier: Apache-2.0
"""The deed that upholds a dispute of a material: its acceptance is taken back while the dispute is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.data_check_requests.commands import request_fact, require_open
from attest.data_check_requests.repository import request_by_id
from attest.materials.commands import Retract
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.context import Context
    from attest.materials.model import Retraction
    from ledger.commands import View


class RetractDisputed(Retract):
    """A retraction like any other, but refused once the dispute was answered or withdrawn."""

    def __init__(self, request: bytes) -> None:
        """`request`: id (16 bytes) of the dispute."""
        self._request = request

    def facts(self, record: Retraction) -> tuple[Collection[bytes], Collection[bytes]]:
        reads, writes = super().facts(record)
        return (*reads, request_fact(self._request)), writes

    def check(self, record: Retraction, issuer: str, view: View, context: Context) -> None:
        request = request_by_id(self._request, view)
        if request is None or request.acceptance != record.acceptance.id:
            raise CommandRejected("data_check.unknown", "no such request about this acceptance")
        require_open(request)
        super().check(record, issuer, view, context)
