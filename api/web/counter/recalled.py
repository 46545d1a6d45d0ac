# SPDX-License-Identifier: Apache-2.0
"""The counter's start page: what the department, or a case of its own, relied on and fell or is disputed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.events.model import BEFORE_ALL, parse_place
from api.events.recalls import MarkSeen, recalls_after
from api.identity import CLERK, staff_in
from api.problems import Problem
from api.requests import request_key
from api.web.counter.rows import Words
from api.web.forms import read_form
from api.web.frame import language_for
from attest.cases.repository import case_by_no
from attest.materials.repository import acceptance_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from api.core import Ledger
    from api.events.recalls import Recall
    from api.identity import Staff

MOST: Final = 50
"""Recalls on the page: the oldest, which wait longest."""
PURPOSE: Final = "窗口受理：查看被撤回的采用"
"""Why the list is opened; the holder reads it in the list of look-ups."""
_ROUTE: Final = "page.counter.recalls"


@dataclass(frozen=True, slots=True)
class RecallLine:
    """A recall in words: `kind` is the event's last word, names instead of codes, `time` Unix seconds."""

    id: str
    kind: str
    by: str
    material: str
    requirement: str
    relied_by: str
    case_no: str
    time: int
    seen: int | None
    due: date | None
    newer: int | None


class RecallLines:
    """The recalls of a department on its start page, and marking one as seen."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def told(self, request: Request, staff: Staff) -> dict[str, Any]:
        """What the page says of them: the open lines or those seen; showing any is an entry of the log."""
        store, principal = self._ledger.store, staff.principal()
        seen = request.query_params.get("recalls") == "seen"
        department = principal.acting_department()
        found = await run_in_threadpool(recalls_after, department, BEFORE_ALL, MOST + 1, store, seen=seen)
        if found:
            await self._ledger.identity.count_lookup(principal, _ROUTE)
            await self._ledger.oversight.read(principal, _ROUTE, None, PURPOSE, len(found[:MOST]))
        words = Words(language_for(request), self._names(store))
        return {
            "recalls": await run_in_threadpool(self._lines, found[:MOST], words),
            "more": len(found) > MOST,
            "seen": seen,
            "key": self._ledger.context.random(12).hex(),
        }

    def _lines(self, found: Iterable[Recall], words: Words) -> list[RecallLine]:
        return [self._line(one, words) for one in found]

    def _line(self, one: Recall, words: Words) -> RecallLine:
        row = acceptance_by_id(one.acceptance, self._ledger.store)
        return RecallLine(
            str(one.place),
            one.type.rpartition(".")[2],
            words.department(one.by),
            type_named(row.type, self._ledger, words) if row is not None else "",
            requirement_named(one.case_no, one.requirement, self._ledger, words),
            words.department(one.relied_by),
            one.case_no,
            one.time,
            one.seen,
            one.due,
            None if one.newer is None else one.newer[1],
        )

    async def mark(self, request: Request) -> Response:
        """It was seen: it leaves the start page, and stays under those that were seen."""
        staff = await staff_in(request, CLERK)
        principal = staff.principal()
        fields = await read_form(request)
        place = parse_place(fields.get("id", ""))
        if place is None:
            raise Problem("recall.unknown")
        key = request_key(principal.key_id, "POST", _ROUTE, str(place), fields.get("key", "")[:64], b"")
        await self._ledger.writer.submit(MarkSeen(principal.acting_department(), place, key))
        return RedirectResponse("/counter", 303)

    def add_to(self, router: APIRouter) -> None:
        """The route of the mark; the list is part of the counter's own page."""
        router.add_api_route("/counter/recalls", self.mark, methods=["POST"])


def type_named(code: str, ledger: Ledger, words: Words) -> str:
    """The name of a type; empty where the catalogue knows it no more."""
    kind = ledger.catalogue.types(ledger.store).get(code)
    return words.of(kind.name) if kind is not None else ""


def requirement_named(case_no: str, code: str, ledger: Ledger, words: Words) -> str:
    """A requirement as the guide of its case words it; the code where neither is known."""
    case = case_by_no(case_no, ledger.store)
    if case is None:
        return code
    guide = ledger.catalogue.guide(case, ledger.store)[0]
    return next((words.of(one.text) for one in guide.requirements if one.code == code), code)
