# SPDX-License-Identifier: Apache-2.0
"""The reliance receipt (采信凭证) on one page of paper: what was relied on, on which ground, by which law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.problems import Problem
from api.reliance_words import grouped, legal_lines, reliance_at
from api.web.counter.copy_sheet import CopySheetPages, code_of
from api.web.counter.looking import look_at
from api.web.counter.row_parts import Fallen
from api.web.counter.rows import Words
from api.web.frame import language_for, render, texts_for
from attest.catalogue.repository import BY_DEFAULT
from attest.materials.model import RECTIFIED
from attest.materials.repository import acceptance_by_id
from attest.recognition.repository import relied_in
from attest.statements import Envelope

if TYPE_CHECKING:
    from api.core import Ledger
    from api.reliance_words import Grouped
    from api.web.counter.looking import Look
    from api.web.texts import Texts
    from attest.materials.model import AcceptanceRow
    from attest.policies.model import Policy


@dataclass(frozen=True, slots=True)
class RelianceSheet:
    """What the receipt says, in words, all of it as of `index`; hashes in hex, times in Unix seconds.

    `policy` is name and version, None where the stated default was applied; `fell` is who took the
    acceptance back or corrected it since: for the clerk, not for the paper.
    """

    index: int
    digest: str
    department: str
    at: int
    item: str
    requirement: str
    material: str
    issuer: str
    by: str
    through: str
    accepted: int
    assurance: str
    cited: int
    ground: str
    policy: tuple[str, int] | None
    guide: tuple[str, int]
    legal: Grouped
    fell: Fallen | None


class RelianceSheetPages:
    """`/counter/receipt`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def show(self, request: Request) -> Response:
        """The receipt of a reliance of the case that is looked at; the look is an entry.

        `reliance.unknown` for an entry that is none of the case's, and for one whose record was erased.
        """
        staff = await staff_in(request, CLERK)
        query, ledger = request.query_params, self._ledger
        look = await look_at(ledger, staff, query.get("case", ""))
        words = Words(language_for(request), self._names(ledger.store))
        sheet = await run_in_threadpool(self._sheet, query.get("entry", ""), look, words, texts_for(request))
        return render(
            request,
            "counter-receipt.html",
            sheet=sheet,
            look=look,
            staff=staff,
            words=words,
            **code_of(sheet.index, sheet.digest, request, ledger),
        )

    def _sheet(self, entry: str, look: Look, words: Words, t: Texts) -> RelianceSheet:
        ledger, store = self._ledger, self._ledger.store
        own = {str(index): index for _, _, index in relied_in(look.case.case_no, store)}
        index = own.get(entry)
        reliance = None if index is None else reliance_at(index, ledger)
        if index is None or reliance is None:
            raise Problem("reliance.unknown")
        row = acceptance_by_id(reliance.acceptance.id, store)
        if row is None:
            raise Problem("reliance.unknown")
        signed = Envelope.parse(store.leaf(index)).entry
        item, _ = ledger.catalogue.guide(look.case, store)
        types = ledger.catalogue.types(store, index)
        requirement, kind = item.requirement(reliance.requirement), types.get(row.type)
        policy = self._policy(reliance.policy)
        return RelianceSheet(
            index=index,
            digest=signed.digest().hex(),
            department=words.department(signed.issuer),
            at=signed.time,
            item=words.of(item.name),
            requirement=words.of(requirement.text) if requirement is not None else reliance.requirement,
            material=words.of(kind.name) if kind is not None else row.type,
            issuer=words.issuer(row.issuer),
            by=words.department(row.authority),
            through=words.department(row.accepted_by) if row.accepted_by != row.authority else "",
            accepted=row.accepted,
            assurance=words.word(f"assurance.{row.assurance}"),
            cited=row.index,
            ground=t(f"entry_value.ground_{reliance.ground}"),
            policy=None if policy is None else (words.of(policy.name), policy.version),
            guide=(item.code, item.version),
            legal=grouped(legal_lines(index, ledger, t, reliance=reliance)),
            fell=_fell(row, words),
        )

    def _policy(self, digest: bytes) -> Policy | None:
        """The policy that was applied; None where it was the stated default."""
        if digest == BY_DEFAULT.digest:
            return None
        return self._ledger.catalogue.policy_at(digest, self._ledger.store)

    def router(self) -> APIRouter:
        """The one route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/receipt", self.show, methods=["GET"])
        return router


def _fell(row: AcceptanceRow, words: Words) -> Fallen | None:
    if row.fallen is None:
        return None
    by, at, reason = row.fallen
    return Fallen(words.department(by), at, rectified=reason == RECTIFIED)


def sheets_router(ledger: Ledger) -> APIRouter:
    """The sheets that the counter prints: of a copy that came in, of a reliance."""
    router = CopySheetPages(ledger).router()
    router.include_router(RelianceSheetPages(ledger).router())
    return router
