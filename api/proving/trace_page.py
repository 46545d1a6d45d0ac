# SPDX-License-Identifier: Apache-2.0
"""`/trace`: what is on record of a case, an entry, a digest or a block. Each look-up is an entry itself.

Forms post: neither case numbers nor purposes stand in addresses, histories and access logs.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.identity.guard import staff_in
from api.oversight import is_auditor
from api.proving.query import Query, read_query
from api.proving.trace_words import TraceWords
from api.proving.tracing import evidence_of, find, open_purposes
from api.web.forms import read_form
from api.web.frame import render, texts_for
from attest.fields import is_plain
from attest.oversight.evidence import Sources, build_evidence

if TYPE_CHECKING:
    from api.auth import Principal
    from api.core import Ledger
    from api.proving.tracing import Found
    from ledger.rows import Head

ROLES: Final = ("auditor", "clerk", "reviewer")
MOST_QUERY: Final = 100
MOST_PURPOSE: Final = 200
_ROUTE: Final = "page.trace"
_EVIDENCE: Final = "page.trace.evidence"
_NOBODY: Final = ""
"""For whom evidence is made here: no department, so that no private record goes with it."""


def trace_router(ledger: Ledger) -> APIRouter:
    """The routes of one ledger, for auditors and for departments' own cases."""
    router = APIRouter(include_in_schema=False)

    @router.get("/trace")
    async def ask(request: Request) -> Response:
        await staff_in(request, *ROLES)
        return await _page(request, ledger)

    @router.post("/trace")
    async def answer(request: Request) -> Response:
        principal = (await staff_in(request, *ROLES)).principal()
        return await _answer(request, ledger, principal)

    @router.post("/trace/evidence")
    async def evidence(request: Request) -> Response:
        principal = (await staff_in(request, *ROLES)).principal()
        return await _evidence(request, ledger, principal)

    return router


async def _page(
    request: Request,
    ledger: Ledger,
    form: dict[str, str] | None = None,
    status: int = 200,
    *,
    faults: list[tuple[str, str]] | None = None,
    found: Found | None = None,
    recorded: int | None = None,
    auditor: bool = False,
    unfit: str = "",
    last: int = 0,
) -> Response:
    def told() -> Response:
        return render(
            request,
            "trace.html",
            status=status,
            words=TraceWords(ledger, texts_for(request)),
            size=ledger.writer.acknowledged.size,
            chained=ledger.trust.chain is not None,
            faults=faults or [],
            missing=status == 404,
            unfit=unfit,
            last=last,
            found=found,
            recorded=recorded,
            auditor=auditor,
            q=form["q"] if form else "",
            purpose=form["purpose"] if form else "",
        )

    return await run_in_threadpool(told)


async def _asked(
    request: Request, ledger: Ledger, principal: Principal, route: str
) -> tuple[dict[str, str], Response | None]:
    """The form, and the answer to one that lacks something; without a purpose it is refused on record."""
    t = texts_for(request)
    sent = await read_form(request)
    form = {name: sent.get(name, "").strip() for name in ("q", "purpose", "open")}
    faults: list[tuple[str, str]] = []
    recorded = None
    if not 0 < len(form["q"]) <= MOST_QUERY or not is_plain(form["q"]):
        faults.append(("q", t("trace.q_missing")))
    if not 0 < len(form["purpose"]) <= MOST_PURPOSE or not is_plain(form["purpose"]):
        faults.append(("purpose", t("trace.purpose_missing")))
        case_no = read_query(form["q"][:MOST_QUERY]).case_no
        recorded = await ledger.oversight.record_refusal(principal, route, "lookup.purpose_missing", case_no)
    if not faults:
        await ledger.identity.count_lookup(principal, route)
        return form, None
    return form, await _page(request, ledger, form, 422, faults=faults, recorded=recorded)


async def _answer(request: Request, ledger: Ledger, principal: Principal) -> Response:
    form, fault = await _asked(request, ledger, principal, _ROUTE)
    if fault is not None:
        return fault
    query, head = read_query(form["q"]), await ledger.newest_head()
    found = await run_in_threadpool(find, query, principal, head, ledger)
    if found is None:
        recorded = await ledger.oversight.record_refusal(
            principal, _ROUTE, "case.unknown", query.case_no, form["purpose"]
        )
        unfit, last = _unfit(query, head), head.size - 1
        return await _page(request, ledger, form, 404, recorded=recorded, unfit=unfit, last=last)
    if form["open"] == "purposes" and is_auditor(principal):
        language = texts_for(request).language
        found = await run_in_threadpool(open_purposes, found, ledger, language)
    count = max(1, len(found.entries))
    recorded = await ledger.oversight.read(principal, _ROUTE, found.case_no, form["purpose"], count)
    return await _page(request, ledger, form, found=found, recorded=recorded, auditor=is_auditor(principal))


def _unfit(query: Query, head: Head) -> str:
    """Why nothing is there for anybody: a block or the log's end, which are public, no form; else empty."""
    if query == Query():
        return "form"
    if query.index is not None and query.index >= head.size:
        return "end"
    return "block" if query.block is not None else ""


async def _evidence(request: Request, ledger: Ledger, principal: Principal) -> Response:
    """The evidence file of an acceptance or reliance, by its id, its private record left closed."""
    form, fault = await _asked(request, ledger, principal, _EVIDENCE)
    if fault is not None:
        return fault
    wanted, head = read_query(form["q"]).id, await ledger.newest_head()
    found = None if wanted is None else await run_in_threadpool(evidence_of, wanted, principal, ledger.store)
    if wanted is None or found is None or found[0] >= head.size:
        recorded = await ledger.oversight.record_refusal(
            principal, _EVIDENCE, "evidence.unknown", None, form["purpose"]
        )
        return await _page(request, ledger, form, 404, recorded=recorded)
    index, case_no = found
    await ledger.oversight.read(principal, _EVIDENCE, case_no, form["purpose"], 1)
    sources = Sources(ledger.store, ledger.context, ledger.receipts, ledger.trust.chain)
    made = await run_in_threadpool(build_evidence, index, sources, head, int(time.time()), reader=_NOBODY)
    return Response(
        made.format(),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="{wanted.hex()}.evidence.json"',
            "cache-control": "no-store",
        },
    )
