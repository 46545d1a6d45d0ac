# SPDX-License-Identifier: Apache-2.0
"""The issuer's word at the counter: a paper of its own stands no more, said in no case."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.problems import sentence_of
from api.requests import request_key
from api.web.counter.faults import worded
from api.web.counter.people import OtherNameError, boxes, named, person_fault, typed_person
from api.web.counter.rows import Words
from api.web.forms import read_form, said_in
from api.web.frame import language_for, render, texts_for
from api.web.signed import signed_entry
from attest.data_checks.commands import Deny
from attest.data_checks.model import DENIALS, Denial
from attest.days import day_in, day_of
from attest.fields import is_plain
from attest.materials.numbers import check_number
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from api.core import Ledger
    from api.identity import Staff
    from api.problems import Language
    from api.web.counter.people import Person
    from attest.catalogue.model import MaterialType

_ROUTE: Final = "page.counter.deny"
_NUMBER: Final = "f-number"
MOST_NUMBER: Final = 64


class DenyPages:
    """`/counter/deny` of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._act = Deny(ledger.catalogue)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/deny", self.ask, methods=["GET"])
        router.add_api_route("/counter/deny", self.deny, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """Which paper, then its form; after the act, the entry that it made."""
        staff = await staff_in(request, CLERK)
        query = request.query_params
        said = await run_in_threadpool(
            signed_entry, query.get("said", ""), Deny.kind, _department(staff), self._ledger.store
        )
        return await self._page(request, staff, {"type": query.get("type", "")}, [], said=said)

    async def deny(self, request: Request) -> Response:
        """Sign it; the answer is the same whether or not anybody has such a paper."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        department = _department(staff)
        kind = (await run_in_threadpool(self._kinds, department)).get(fields.get("type", ""))
        if kind is None:
            return await self._page(request, staff, fields, [("f-type", "denials.fault_type")])
        since, people = day_in(fields.get("since", "")), _people(kind, fields)
        faults = denial_faults(kind, fields, since, _today(), language_for(request))
        if faults or since is None:
            return await self._page(request, staff, fields, faults)
        principal, typed = staff.principal(), fields.get("key", "")[:64]
        key = request_key(principal.key_id, "POST", _ROUTE, kind.code, typed, said_in(fields))
        acting = self._ledger.acting
        try:
            outcome = await acting.given(key)  # before anybody is named: a repeat names nobody anew
            if outcome is None:
                holders = await named(self._ledger, staff, list(people.values()))
                parties = tuple(zip(people, map(bytes.fromhex, holders), strict=True))
                number, reason = fields["number"].strip(), fields["reason"]
                record = Denial(None, None, kind.code, department, number, parties, reason, since)
                outcome = await acting.custodial(self._act, record, department, key)
        except OtherNameError as error:
            return await self._page(request, staff, fields, error.faults)
        return RedirectResponse(f"/counter/deny?said={outcome.index}", 303)

    def _kinds(self, department: str) -> dict[str, MaterialType]:
        """The papers that a department issues by the types in force, by code; none before the first types."""
        try:
            types = self._ledger.catalogue.types(self._ledger.store).types
        except CommandRejected:
            return {}
        issued = (one for one in types.values() if one.source == "issued")
        return {one.code: one for one in issued if department in one.issuers}

    async def _page(
        self,
        request: Request,
        staff: Staff,
        values: Mapping[str, str],
        faults: list[tuple[str, str]],
        *,
        said: int | None = None,
    ) -> Response:
        words = Words(language_for(request), self._names(self._ledger.store))
        kinds = await run_in_threadpool(self._kinds, _department(staff))
        kind = kinds.get(values.get("type", ""))
        told = worded(faults, texts_for(request))
        return render(
            request,
            "counter-deny.html",
            status=422 if faults else 200,
            kinds=[(one.code, words.of(one.name)) for one in kinds.values()],
            kind=kind,
            name=words.of(kind.name) if kind else "",
            roles=[(role, words.word(f"role.{role}")) for role in kind.roles] if kind else [],
            reasons=DENIALS,
            values=values,
            faults=told,
            faulty={id_ for id_, _ in told},
            boxes=boxes(_people(kind, values).values(), faults) if kind else {},
            said=said,
            today=_today(),
            key=values.get("key") or self._ledger.context.random(12).hex(),
        )


def denial_faults(
    kind: MaterialType, fields: Mapping[str, str], since: date | None, today: date, language: Language
) -> list[tuple[str, str]]:
    """What a person has to correct, all of it at once: (field id, key of the text or a sentence)."""
    faults: list[tuple[str, str]] = []
    number = fields.get("number", "").strip()
    if not 0 < len(number) <= MOST_NUMBER or not is_plain(number):
        faults.append((_NUMBER, "denials.fault_number"))
    else:
        try:
            check_number(kind, number)
        except CommandRejected as error:
            faults.append((_NUMBER, sentence_of(error.code, language)))
    people = _people(kind, fields)
    for role in kind.roles:
        place = f"f-who-{role}"
        name, typed = (fields.get(f"{part}.{role}", "").strip() for part in ("name", "number"))
        if bool(name) != bool(typed):
            faults.append((place, "counter.fault_pair"))
        elif role in people and (fault := person_fault(people[role])):
            faults.append((place, fault))
    if not people and not any(place.startswith("f-who-") for place, _ in faults):
        faults.append((f"f-who-{kind.roles[0]}", "denials.fault_who"))
    if fields.get("reason") not in DENIALS:
        faults.append(("f-reason", "denials.fault_reason"))
    if since is None or since > today:
        faults.append(("f-since", "denials.fault_since"))
    return faults


def _people(kind: MaterialType, fields: Mapping[str, str]) -> dict[str, Person]:
    """Whom the form names, by role of the paper; nobody where it names half."""
    typed = {role: typed_person(fields, role, f"f-who-{role}") for role in kind.roles}
    return {role: one for role, one in typed.items() if one is not None}


def _department(staff: Staff) -> str:
    return staff.principal().acting_department()


def _today() -> date:
    return day_of(int(time.time()))
