# SPDX-License-Identifier: Apache-2.0
"""Evidence files: an acceptance or a reliance with all that a stranger needs to verify it without network."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.auth import AUDITOR, DEPARTMENT
from api.oversight import is_auditor
from api.requests import ThinResponse
from api.routes.document_docs import EVIDENCE
from api.thin import ThinRoute
from attest.cases.repository import case_by_no
from attest.mandates.repository import mandate_by_id
from attest.materials.repository import acceptance_by_id
from attest.oversight.evidence import Sources, build_evidence
from attest.reask.repository import reask_by_id
from attest.recognition.repository import reliance_by_id, reliances_on

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.mandates.model import MandateRow
    from ledger.store import Store


class EvidenceRoutes:
    """`GET evidence/{id}`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def evidence(self, request: ThinRequest) -> ThinResponse:
        """The evidence of an acceptance, a reliance, a re-ask or a recorded mandate: for whom it concerns."""
        ledger = self._ledger
        purpose = await ledger.oversight.purpose(request, "evidence", None)
        wanted = bytes.fromhex(request.params["id"])
        reader = None if is_auditor(request.principal) else request.department
        found = await run_in_threadpool(subject_of, wanted, reader, ledger.store)
        if found is None:
            await ledger.oversight.refuse(request, "evidence", "evidence.unknown", None, purpose)
        index, case_no = found
        await ledger.oversight.read(request, "evidence", case_no, purpose, 1)
        sources = Sources(ledger.store, ledger.context, ledger.receipts, ledger.trust.chain)
        evidence = await run_in_threadpool(
            build_evidence, index, sources, ledger.writer.acknowledged, int(time.time()), reader=reader
        )
        name = f'attachment; filename="{wanted.hex()}.evidence.json"'
        return ThinResponse(200, evidence.format(), headers=((b"content-disposition", name.encode()),))

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "GET",
                "/api/v1/evidence/{id:hex32}",
                self.evidence,
                EVIDENCE,
                frozenset({DEPARTMENT, AUDITOR}),
            ),
        ]


def subject_of(wanted: bytes, department: str | None, store: Store) -> tuple[int, str] | None:
    """Index and case of what evidence is made for, where the department (None: anybody) may show it."""
    row = acceptance_by_id(wanted, store)
    if row is not None:
        allowed = {row.accepted_by, row.authority} | {one.department for one in reliances_on(row.id, store)}
        return (row.index, row.case_no) if department is None or department in allowed else None
    told = reask_by_id(wanted, store)
    if told is not None:
        return (told.index, told.case_no) if department in (None, told.department) else None
    recorded = mandate_by_id(wanted, store)
    if recorded is not None:
        return _recorded(recorded, department, store)
    cited = reliance_by_id(wanted, store)
    if cited is None:
        return None
    for one in reliances_on(cited[0], store):
        if one.id == wanted and department in (None, one.department):
            return one.index, one.case_no
    return None


def _recorded(row: MandateRow, department: str | None, store: Store) -> tuple[int, str] | None:
    """A mandate that a department recorded, for the departments of its case; none granted on line."""
    case = None if row.ground is None else case_by_no(row.ground.case_no, store)
    if case is None or department not in (None, case.authority, case.opened_by):
        return None
    return row.index, case.case_no
