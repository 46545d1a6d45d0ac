# SPDX-License-Identifier: Apache-2.0
"""`/oversight/alarms`: alarms about look-ups, for auditors and for the reviewers of the user's department."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.identity.guard import note_refusal, staff_in
from api.oversight import department_of, is_auditor
from api.problems import Problem, problem_of, sentence_of, text_of
from api.proving.names import department_names
from api.requests import request_key
from api.supervision.limits import calendar_of
from api.supervision.opening import SHOWN, opened
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.times import full_day
from attest.days import CHINA, day_of
from attest.fields import is_plain, octets_of
from attest.materials.model import Citation
from attest.registry.model import SERVICE
from attest.supervision.commands import AcknowledgeAlarm
from attest.supervision.model import OFF_HOURS, REASONS, Acknowledgement
from attest.supervision.repository import alarm_by_id, alarms_before
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.auth import Principal
    from api.core import Ledger
    from api.problems import Language
    from api.web.texts import Texts
    from attest.supervision.model import AlarmRow

ROLES: Final = ("auditor", "reviewer")
PAGE: Final = 20
PURPOSE: Final = "监督查询使用：核对查询告警"
"""Why an alarm is opened."""
_ROUTE: Final = "page.oversight.alarms"
_BEFORE: Final = re.compile(r"[0-9]{1,15}\Z")
_NEWEST: Final = 2**53
_SAID: Final = frozenset({"alarm.own", "alarm.acknowledged"})
"""Refusals that the form itself explains."""
MOST_TEXT: Final = 500
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class _Form:
    """What was sent about which alarm, and what has to be corrected: (field id, sentence)."""

    alarm: bytes
    reason: str = ""
    text: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


class AlarmPages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = AcknowledgeAlarm()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/oversight/alarms", self.list, methods=["GET"])
        router.add_api_route("/oversight/alarms/{id}", self.acknowledge, methods=["POST"])
        return router

    async def list(self, request: Request) -> Response:
        """The newest alarms, open ones unless `state=acknowledged`; opening them is an entry."""
        principal = (await staff_in(request, *ROLES)).principal()
        return await self._page(request, principal)

    async def acknowledge(self, request: Request) -> Response:
        """Say what came of an alarm: an entry that the service signs for the person."""
        principal = (await staff_in(request, *ROLES)).principal()
        given = await read_form(request)
        row = await self._alarm(request, principal)
        form = self._read(request, row.id, given)
        if form.faults:
            return await self._page(request, principal, form, status=422)
        random, ledger = self._ledger.context.random, self._ledger
        said = Acknowledgement(
            alarm=Citation(row.id, row.index, row.leaf, random(32)),
            department=department_of(principal),
            key_id=principal.key_id,
            key_salt=random(32),
            reason=form.reason,
            text=form.text or None,
        )
        key = request_key(
            principal.key_id,
            "POST",
            _ROUTE,
            row.id.hex(),
            given.get("key", "")[:64],
            repr((form.reason, form.text)).encode(),
        )
        try:
            await ledger.acting.custodial(self._act, said, SERVICE, key)
        except CommandRejected as error:
            if error.code not in _SAID:
                raise
            await note_refusal(request, problem_of(error))
            sentence = sentence_of(error.code, language_for(request))
            form.faults.append((_field(row.id, "reason"), sentence))
            return await self._page(request, principal, form, status=text_of(error.code).status)
        return RedirectResponse("/oversight/alarms", 303)

    async def _alarm(self, request: Request, principal: Principal) -> AlarmRow:
        """The alarm that the address names; another department's is refused like none, as an entry."""
        id_ = octets_of(str(request.path_params["id"]), 16)
        found = alarm_by_id(id_, self._ledger.store) if id_ else None
        if found is None or not (is_auditor(principal) or found.department == principal.department):
            await self._ledger.oversight.refuse(principal, _ROUTE, "alarm.unknown", None, PURPOSE)
        return found

    def _read(self, request: Request, alarm: bytes, given: Mapping[str, str]) -> _Form:
        t = texts_for(request)
        text = normalize("NFC", " ".join(given.get("text", "").split()))
        form = _Form(alarm, given.get("reason", ""), text)
        if form.reason not in REASONS:
            form.faults.append((_field(alarm, "reason"), t("alarms.fault_reason")))
        if len(text) > MOST_TEXT:
            form.faults.append((_field(alarm, "text"), t("frame.too_long", n=len(text))))
        elif text and not is_plain(text):
            form.faults.append((_field(alarm, "text"), t("alarms.fault_text")))
        return form

    async def _page(
        self, request: Request, principal: Principal, form: _Form | None = None, status: int = 200
    ) -> Response:
        ledger = self._ledger
        before = request.query_params.get("before", "") if form is None else ""
        if before and _BEFORE.match(before) is None:
            raise Problem("query.invalid", parameter="before")
        ended = form is None and request.query_params.get("state") == "acknowledged"
        department = None if is_auditor(principal) else principal.acting_department()
        await ledger.identity.count_lookup(principal, _ROUTE)

        def look() -> tuple[list[Any], int | None]:
            newest = int(before) if before else _NEWEST
            found = alarms_before(department, newest, PAGE + 1, ledger.store, ended=ended)
            rows = found[:PAGE]
            if form is not None and all(one.id != form.alarm for one in rows):
                sent = alarm_by_id(form.alarm, ledger.store)
                rows = [*([sent] if sent is not None else []), *rows]
            more = rows[-1].index if len(found) > PAGE else None
            return [opened(one, ledger, looks=SHOWN) for one in rows], more

        alarms, more = await run_in_threadpool(look)
        await ledger.oversight.read(
            principal, _ROUTE, None, PURPOSE, sum(1 + len(one.looks) for one in alarms)
        )

        def told() -> Response:
            t = texts_for(request)
            names = department_names(ledger.store, t.language)
            return render(
                request,
                "oversight-alarms.html",
                status=status,
                alarms=alarms,
                more=more,
                ended=ended,
                before=before,
                form=form,
                whose=None if department is None else names.get(department, department),
                names=names,
                reasons=REASONS,
                free=lambda row: self._free(row, t) if row.rule == OFF_HOURS else "",
                span=lambda since, until: _span(since, until, t.language),
                problem=lambda rule: getattr(text_of(rule), t.language),
                own=principal.key_id,
                key=ledger.context.random(12).hex(),
                off_hours=OFF_HOURS,
                office_hours=ledger.settings.office_hours,
                idle_days=ledger.settings.alarm_idle_days,
            )

        return await run_in_threadpool(told)

    def _free(self, row: AlarmRow, t: Texts) -> str:
        """Why no office works on the day of an alarm; empty for a working day, where the hour counted."""
        day = day_of(row.since)
        if calendar_of(self._ledger.settings).works(day):
            return ""
        weekend = day.weekday() >= _SATURDAY
        return t("alarms.weekend", day=t(f"alarms.day_{day.weekday()}")) if weekend else t("alarms.holiday")


def _field(alarm: bytes, name: str) -> str:
    return f"{name}-{alarm.hex()}"


def _span(since: int, until: int, language: Language) -> str:
    """A window as people write it: one day, or the hours of one."""
    start, end = (datetime.fromtimestamp(one, CHINA) for one in (since, until))
    day = full_day(start.date(), language)
    return day if until - since >= 86_400 else f"{day} {start:%H:%M}–{end:%H:%M}"


def alarm_router(ledger: Ledger) -> APIRouter:
    """The routes, for the composition root."""
    return AlarmPages(ledger).router()
