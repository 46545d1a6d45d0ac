# SPDX-License-Identifier: Apache-2.0
"""`/reasks`: what was asked in vain, by department, item and channel; a window sees its own alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.identity.guard import staff_in
from api.oversight import is_auditor
from api.proving.names import department_names
from api.routes.reasks import counted
from api.web.frame import render, texts_for
from attest.catalogue.repository import latest_version
from attest.errors import AttestError
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.core import Ledger
    from api.web.texts import Texts
    from attest.reask.model import Rate

ROLES = ("auditor", "clerk", "reviewer")


@dataclass(frozen=True, slots=True)
class Line:
    """A rate in words."""

    department: str
    item: str
    channel: str
    rate: Rate


def reask_page_router(ledger: Ledger) -> APIRouter:
    """The route of one ledger."""
    router = APIRouter(include_in_schema=False)

    @router.get("/reasks")
    async def reasks(request: Request) -> Response:
        staff = await staff_in(request, *ROLES)
        principal = staff.principal()
        department = None if is_auditor(principal) else principal.acting_department()
        return await run_in_threadpool(_page, request, ledger, department)

    return router


def _page(request: Request, ledger: Ledger, department: str | None) -> Response:
    t = texts_for(request)
    size, found = counted(ledger.store, department)
    names = department_names(ledger.store, t.language)
    lines = [
        Line(
            names.get(one.place.department, one.place.department),
            _item(one.place.item, ledger, t),
            t(f"entry_value.channel_{one.place.channel}"),
            one,
        )
        for one in sorted(found, key=lambda rate: (-rate.reasks, -rate.reported, rate.place))
    ]
    return render(
        request,
        "reasks.html",
        lines=lines,
        size=size,
        whose=None if department is None else names.get(department, department),
        total=_total(found),
        percent=percent,
    )


def _total(found: Sequence[Rate]) -> dict[str, int]:
    names = ("askings", "reasks", "recognisable", "outside_list", "from_below", "by_choice", "reported")
    return {name: sum(getattr(one, name) for one in found) for name in names}


def _item(code: str, ledger: Ledger, t: Texts) -> str:
    """An item's name by its newest guide; its code where there is none to read."""
    try:
        published = latest_version("item", code, ledger.store)
        if published is None:
            return code
        name = ledger.catalogue.item(code, published.version, ledger.store)[0].name
    except (LedgerError, AttestError):
        return code
    return name.zh if t.language == "zh" else name.en


def percent(part: int, whole: int) -> str:
    """A share with one decimal; a dash where nothing was asked."""
    return f"{100 * part / whole:.1f}%" if whole else "–"
