# SPDX-License-Identifier: Apache-2.0
"""Linking at the counter: a provisional identifier and the number that came later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.identity.guard import note_refusal
from api.problems import problem_of, sentence_of
from api.requests import request_key
from api.web.counter.faults import worded
from api.web.counter.looking import look_at
from api.web.counter.people import (
    OTHER_NAME,
    OtherNameError,
    boxes,
    name_fault,
    named,
    person_fault,
    typed_person,
)
from api.web.counter.rows import Words
from api.web.forms import read_form, said_in
from api.web.frame import language_for, render, texts_for
from attest.errors import AttestError
from attest.holders.linking import LinkHolder, is_provisional
from attest.holders.model import Linking
from attest.holders.repository import links_among
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity import Staff
    from api.web.counter.looking import Look
    from api.web.counter.people import Person

_ROUTE: Final = "page.counter.link"
_WHO, _OTHER = "f-who", "f-other"
_SUFFIX: Final = "other"
"""How the form calls the other of the two: `name.other`, `number.other`."""


@dataclass(frozen=True, slots=True)
class Linkable:
    """A party of a case: id in hex, name, by which kind it stands there; `linked`: a number came already."""

    id: str
    name: str
    provisional: bool
    linked: bool


def linkable_in(look: Look, ledger: Ledger) -> tuple[Linkable, ...]:
    """The parties of a case, each once."""
    store = ledger.store
    holders = list(dict.fromkeys(holder for _, holder in look.opening.parties))
    links = links_among(holders, store)
    return tuple(
        Linkable(
            one.hex(),
            look.names.get(one, ""),
            is_provisional(one, store, ledger.context),
            linked=one in links,
        )
        for one in holders
    )


class LinkPages:
    """`/counter/link` of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._act = LinkHolder()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/link", self.ask, methods=["GET"])
        router.add_api_route("/counter/link", self.link, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """The form for the parties of a case; the look is an entry."""
        staff = await staff_in(request, CLERK)
        query = request.query_params
        look = await look_at(self._ledger, staff, query.get("case", ""))
        return await self._page(request, look, {"who": query.get("who", "")}, [])

    async def link(self, request: Request) -> Response:
        """Link the two; whoever is not found, or is somebody else by name, comes back as a fault."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        look = await look_at(self._ledger, staff, fields.get("case", ""))
        parties = await run_in_threadpool(linkable_in, look, self._ledger)
        who = _chosen(parties, fields)
        other = None if who is None else _other(who, fields)
        faults = link_faults(who, fields)
        if faults or who is None or other is None:
            return await self._page(request, look, fields, faults)
        department, typed = staff.principal().acting_department(), fields.get("key", "")[:64]
        key = request_key(staff.principal().key_id, "POST", _ROUTE, look.case.case_no, typed, said_in(fields))
        try:
            if await self._ledger.acting.given(key) is None:  # a repeat names nobody anew
                record = await self._record(staff, who, other)
                await self._ledger.acting.custodial(self._act, record, department, key)
        except OtherNameError as error:
            faults = error.faults if who.provisional else [(_OTHER, "counter.fault_link_nobody")]
            return await self._page(request, look, fields, faults, tick=True)
        except (CommandRejected, AttestError) as error:
            problem = problem_of(error)
            if problem.status >= 500:
                raise
            await note_refusal(request, problem)
            said = sentence_of(problem.code, language_for(request))
            place = _WHO if who.provisional else _OTHER
            return await self._page(request, look, fields, [(place, said)])
        return RedirectResponse(f"/counter?case={look.case.case_no}", 303)

    async def _record(self, staff: Staff, who: Linkable, other: Person) -> Linking:
        """The two ids. A provisional identifier is looked up alone: one that nobody has makes no holder."""
        (found,) = await named(self._ledger, staff, [other], known_only=other.provisional)
        pair = (who.id, found) if who.provisional else (found, who.id)
        random, (earlier, holder) = self._ledger.context.random, map(bytes.fromhex, pair)
        return Linking(earlier, random(32), holder, random(32))

    async def _page(
        self,
        request: Request,
        look: Look,
        values: Mapping[str, str],
        faults: list[tuple[str, str]],
        *,
        tick: bool = False,
    ) -> Response:
        words = Words(language_for(request), self._names(self._ledger.store))
        parties = await run_in_threadpool(linkable_in, look, self._ledger)
        who = _chosen(parties, values)
        other = None if who is None else _other(who, values)
        told = worded(faults, texts_for(request))
        ticks = [(_OTHER, OTHER_NAME)] if tick else []
        return render(
            request,
            "counter-link.html",
            status=422 if faults else 200,
            parties=parties,
            who=who,
            case=look.case.case_no,
            item=words.of(look.item.name),
            values=values,
            faults=told,
            faulty={id_ for id_, _ in told},
            boxes=boxes([other], ticks),
            key=values.get("key") or self._ledger.context.random(12).hex(),
        )


def link_faults(who: Linkable | None, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a person has to correct, all of it at once: (field id, key of the text).

    Which kind of number the other has hangs on who was chosen: until then it is only missing or not.
    """
    faults = [(_WHO, "counter.fault_link_who")] if who is None else []
    name, number = (fields.get(f"{part}.{_SUFFIX}", "").strip() for part in ("name", "number"))
    other = None if who is None else _other(who, fields)
    if not name or not number:
        faults.append((_OTHER, "counter.fault_pair"))
    elif fault := name_fault(name) if other is None else person_fault(other):
        faults.append((_OTHER, fault))
    return faults


def _chosen(parties: tuple[Linkable, ...], fields: Mapping[str, str]) -> Linkable | None:
    """The party that the form names; one linked already too: the act says so, and answers a repeat."""
    return next((one for one in parties if one.id == fields.get("who")), None)


def _other(who: Linkable, fields: Mapping[str, str]) -> Person | None:
    """Whom the form names beside the party: by a number where that is provisional, else provisionally."""
    kind = "" if who.provisional else "yes"
    return typed_person({**fields, f"provisional.{_SUFFIX}": kind}, _SUFFIX, _OTHER)
