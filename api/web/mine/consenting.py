# SPDX-License-Identifier: Apache-2.0
"""`/my/consents`: what a law asks my consent for, what I gave and take back, who relied under it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.identity import citizen_in
from api.requests import request_key
from api.web.catalogue.shelf import shelved
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.looking import OWN
from api.web.mine.words import MineWords
from api.web.terms import last_day_in, term_from
from attest.cases.repository import case_by_no, cases_of
from attest.catalogue.model import CaseRole
from attest.catalogue.situations import requirements_for
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import STANDS, Consent, Withdrawal
from attest.consents.repository import consent_by_id, consents_of, uses_under
from attest.days import day_of
from attest.fields import CODE, ITEM, octets_of
from attest.holders.repository import ids_of
from attest.materials.model import Citation
from attest.recognition.decision import opening_of
from attest.registry.model import SERVICE
from attest.supervision.rules import midnight
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.auth import Principal
    from api.core import Ledger
    from attest.catalogue.model import Requirement, ServiceItem
    from attest.consents.model import ConsentRow

ROUTE: Final = "page.my.consents"


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement for which a law asks consent: in a case of the holder, or in an item at large."""

    item: ServiceItem
    requirement: Requirement
    case_no: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A consent with how it stands, and who relied under it."""

    row: ConsentRow
    state: str
    last: date
    version: int
    uses: tuple[tuple[str, bytes, int], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the page shows."""

    asked: tuple[Asked, ...]
    others: tuple[Asked, ...]
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent and is wrong: the form's place, its values, its faults (field id, key of the text)."""

    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()


class ConsentPages:
    """The page of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._give, self._withdraw = GiveConsent(ledger.catalogue), WithdrawConsent()

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        router.add_api_route("/my/consents", self.show, methods=["GET"])
        router.add_api_route("/my/consents", self.give, methods=["POST"])
        router.add_api_route("/my/consents/{id}/withdraw", self.withdraw, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """What is asked, what was given; the look is an entry."""
        holder, principal = await self._citizen(request)
        return await self._page(request, holder, principal, Form())

    async def give(self, request: Request) -> Response:
        """An entry that the service signs for the holder; the next look-up counts it."""
        holder, principal = await self._citizen(request)
        fields, random = await read_form(request), self._ledger.context.random
        last = last_day_in(fields.get("until", ""), day_of(int(time.time())))
        case_no = fields.get("case", "") if fields.get("where") == "case" else ""
        item, requirement = fields.get("item", ""), fields.get("requirement", "")
        if not ITEM.match(item) or not CODE.match(requirement) or len(case_no) > 50:
            raise CommandRejected("requirement.unknown")
        if last is None:
            place = fields.get("place", "")
            form = Form(place, fields, ((f"f-until-{place}", "consents.fault_until"),))
            return await self._page(request, holder, principal, form)
        record = Consent(
            holder,
            random(32),
            item,
            requirement,
            midnight(last + timedelta(days=1)),
            case_no or None,
            random(32) if case_no else None,
        )
        said = f"{item} {requirement} {case_no} {last}".encode()
        key = request_key(principal.key_id, "POST", ROUTE, "new", fields.get("key", "")[:64], said)
        await self._ledger.acting.custodial(self._give, record, SERVICE, key)
        return RedirectResponse("/my/consents", 303)

    async def withdraw(self, request: Request) -> Response:
        """Take a consent back, at once; another's is refused like none, as an entry."""
        holder, principal = await self._citizen(request)
        store, random = self._ledger.store, self._ledger.context.random
        id_ = octets_of(str(request.path_params["id"]), 16)
        row = consent_by_id(id_, store) if id_ else None
        if row is None or row.holder not in ids_of(holder, store):
            await self._ledger.oversight.refuse(principal, ROUTE, "consent.unknown", None, OWN)
        salt = random(32) if row.case_no is not None else None
        cited = Citation(row.id, row.index, row.leaf, random(32))
        record = Withdrawal(cited, holder, random(32), row.case_no, salt)
        await self._ledger.acting.custodial(self._withdraw, record, SERVICE)
        return RedirectResponse("/my/consents", 303)

    # Parts

    async def _citizen(self, request: Request) -> tuple[bytes, Principal]:
        person = await citizen_in(request)
        principal = person.principal()
        await self._ledger.identity.count_lookup(principal, ROUTE)
        return person.holder, principal

    def _known(self, holder: bytes) -> Known:
        ledger, now = self._ledger, int(time.time())
        rows = consents_of(holder, ledger.store)
        asked = tuple(self._in_cases(holder, rows, now))
        items = {one.item.code: one.item for one in shelved(ledger)}
        others = tuple(
            Asked(item, one, "", _stands(rows, item.code, one.code, None, now))
            for item in items.values()
            for one in item.requirements
            if one.consent is not None
        )
        given = tuple(
            Given(
                row,
                row.state(now),
                day_of(row.until - 1),
                items[row.item].version if row.item in items else 1,
                tuple(uses_under(row.id, ledger.store)),
            )
            for row in rows
        )
        return Known(asked, others, given)

    def _in_cases(self, holder: bytes, rows: list[ConsentRow], now: int) -> Iterator[Asked]:
        """What the holder's own cases ask, of whoever stands in the roles that the paper names."""
        ledger, store = self._ledger, self._ledger.store
        own = ids_of(holder, store)
        for number in reversed(cases_of(holder, store)):
            case = case_by_no(number, store)
            if case is None:
                continue
            item, _ = ledger.catalogue.guide(case, store)
            if all(one.consent is None for one in item.requirements):
                continue
            opening = opening_of(case, ledger.catalogue, store, ledger.context)
            roles = {role for role, party in opening.parties if party in own}
            for one in requirements_for(item, dict(opening.answers)):
                if one.consent is not None and roles & _bound(one):
                    stands = _stands(rows, item.code, one.code, number, now)
                    yield Asked(item, one, number, stands)

    async def _page(self, request: Request, holder: bytes, principal: Principal, form: Form) -> Response:
        """The page; also with a form that comes back the look is an entry."""
        known = await run_in_threadpool(self._known, holder)
        count = len(known.asked) + len(known.given)
        await self._ledger.oversight.read(principal, ROUTE, None, OWN, count)

        def told() -> Response:
            t = texts_for(request)
            return render(
                request,
                "my-consents.html",
                status=422 if form.faults else 200,
                words=MineWords(self._ledger, t),
                known=known,
                form=form,
                faults=[(id_, t(said)) for id_, said in form.faults],
                term=term_from(day_of(int(time.time()))),
                key=self._ledger.context.random(12).hex(),
            )

        return await run_in_threadpool(told)


def _bound(requirement: Requirement) -> set[str]:
    """The roles of the case whose papers could meet it."""
    return {
        binding.by.role
        for way in requirement.alternatives
        for evidence in way.evidence
        for binding in evidence.bindings
        if isinstance(binding.by, CaseRole)
    }


def _stands(rows: list[ConsentRow], item: str, requirement: str, case_no: str | None, now: int) -> bool:
    """Whether a consent stands that covers it: for the case, or for every case of the item."""
    return any(
        (one.item, one.requirement) == (item, requirement)
        and one.case_no in (None, case_no)
        and one.state(now) == STANDS
        for one in rows
    )
