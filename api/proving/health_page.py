# SPDX-License-Identifier: Apache-2.0
"""`/health`: how the ledger is, for operators and auditors; what `once doctor` reads of it, live."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from api.identity.guard import staff_in
from api.proving.state import Facts, checks, judge
from api.web.frame import render, texts_for
from attest.errors import UnknownVersionError
from attest.reading import Prepared
from attest.statements import Envelope
from ledger.errors import LedgerError
from ledger.headmark import read_folder
from ledger.tables import anchors, chain_state

if TYPE_CHECKING:
    from api.core import Ledger
    from api.web.texts import Texts
    from ledger.store import Store

ROLES: Final = ("operator", "auditor")
ADVICE: Final = ("mark.ahead", "mark.missing", "mark.unreadable", "fork", "edge", "halted")
"""Codes of read-only ledgers for which there is advice of their own."""
_NEWEST: Final = Prepared(
    select(anchors.c.size, anchors.c.time, anchors.c.block)
    .where(~anchors.c.withdrawn)
    .order_by(anchors.c.size.desc())
    .limit(1)
)
_SAID: Final = Prepared(
    select(chain_state.c.key, chain_state.c.value).where(chain_state.c.key.like("anchor.%"))
)
_UNITS: Final = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def health_page_router(ledger: Ledger) -> APIRouter:
    """The route of one ledger."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    async def health(request: Request) -> Response:
        await staff_in(request, *ROLES)
        return await run_in_threadpool(_page, request, ledger)

    return router


def _page(request: Request, ledger: Ledger) -> Response:
    t, facts = texts_for(request), facts_of(ledger, int(time.time()))
    judged = judge(facts)
    return render(
        request,
        "health.html",
        facts=facts,
        judged=judged,
        checks=checks(facts),
        age=span(judged.age, t),
        advice=advice_on(facts.read_only) if judged.code == "read_only" else judged.code,
        span=lambda seconds: span(seconds, t),
        bar=_bar(facts),
    )


def facts_of(ledger: Ledger, now: int) -> Facts:
    """What files and tables say now. The mark is read first: after it the database can only be larger."""
    mark, store = _marked(ledger), ledger.store
    head, published = store.head(), store.latest_checkpoint()
    signed = 0 if published is None else published.size
    newest = _NEWEST.rows(store)
    anchored, at, block = newest[0] if newest else (None, None, None)
    waiting = store.checkpoint_covering(anchored or 0)
    said = dict(_SAID.rows(store))
    since = str(said.get("anchor.since", ""))
    reason = ledger.writer.read_only
    return Facts(
        now=now,
        size=head.size,
        published=signed,
        published_at=None if published is None else published.time,
        unsigned_since=_signed_at(signed, store) if signed < head.size else None,
        chained=ledger.trust.chain is not None or "anchor.outcome" in said,
        anchored=anchored,
        anchored_at=at,
        block=block,
        waiting_since=None if waiting is None else waiting.time,
        outcome=str(said.get("anchor.outcome", "")),
        outcome_since=int(since) if since.isdecimal() else None,
        mark=mark,
        read_only=f"halted: {head.halt}" if reason is None and head.halt is not None else reason,
        writer_failed=ledger.writer.failed,
    )


def _marked(ledger: Ledger) -> int | None:
    """The largest acknowledged size by the writers' marks; None where no mark can be read."""
    try:
        found = read_folder(ledger.settings.head_mark, [ledger.trust.log_keys], ledger.trust.origin)
    except OSError:
        return None
    return None if found.checkpoint is None or found.unreadable else found.checkpoint.size


def _signed_at(index: int, store: Store) -> int | None:
    """When an entry says that it was signed; None where it cannot be read."""
    try:
        return Envelope.parse(store.leaf(index)).entry.time
    except (LedgerError, UnknownVersionError, IndexError):
        return None


def advice_on(reason: str | None) -> str:
    """The name of the advice for a ledger that is read-only for this reason: `read_only_<code>`."""
    code = (reason or "").partition(":")[0]
    return "read_only_" + (code.replace(".", "_") if code in ADVICE else "other")


def span(seconds: int, t: Texts) -> str:
    """A length of time in its largest unit."""
    if seconds < 1:
        return t("state.now")
    unit, name = next((one for one in _UNITS if seconds >= one[0]), (1, "seconds"))
    return t(f"state.{name}", n=seconds // unit)


def _bar(facts: Facts) -> int:
    """What is anchored, of 1000; of what waits at least a sliver is seen, where anything does."""
    if not facts.backlog:
        return 1000
    return min(960, 1000 * (facts.size - facts.backlog) // facts.size)
