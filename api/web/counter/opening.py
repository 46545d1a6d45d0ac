# SPDX-License-Identifier: Apache-2.0
"""Opening a case at the counter: item, who comes, situation; asked of the API's own reader."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.identity.guard import note_refusal
from api.problems import problem_of, sentence_of
from api.requests import request_key
from api.routes.cases import CaseRoutes
from api.web.counter.bundling import (
    SAME,
    asked_bundles,
    offers_for,
    same_people_asked,
)
from api.web.counter.judging import judge_opening, stand_ins
from api.web.counter.opening_form import (
    Thing,
    answers_in,
    field_of,
    labelled,
    opening_faults,
    others_typed,
    people_in,
    slots_of,
)
from api.web.counter.people import (
    OtherNameError,
    boxes,
    named,
    plain_number,
)
from api.web.counter.rows import Words
from api.web.counter.ways import keep_way, ways_for, ways_of_desk
from api.web.forms import read_form, said_in
from api.web.frame import language_for, render, texts_for
from attest.cases.commands import OpenCase
from attest.catalogue.repository import list_versions
from attest.days import day_of
from attest.errors import AttestError
from attest.fields import FieldError, Fields, is_plain
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from api.core import Ledger
    from api.identity import Staff
    from api.problems import Language, Problem
    from api.web.counter.ways import Way, Ways
    from attest.acts import Written
    from attest.cases.model import Opening
    from attest.catalogue.model import ServiceItem
    from ledger.commands import Outcome, RequestKey


AnswerT = TypeVar("AnswerT")
MOST_CODE: Final = 50
"""Characters of an item's code."""


class StillLackingError(Exception):
    """What a counter opens no case without is empty, even with what another case brings."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("still lacking")
        self.faults: Final = faults


class OpeningPages:
    """`/counter/new`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._cases = CaseRoutes(ledger)
        self._act = OpenCase(ledger.catalogue)

    async def choose(self, request: Request) -> Response:
        """Which item; then its form."""
        staff = await staff_in(request, CLERK)
        items, typed = self._items(staff), request.query_params.get("item", "")
        item = items.get(typed)
        if item is None:
            return self._choice(request, items, self._elsewhere(request, typed))
        offers = offers_for(item, self._ledger, self._words(request))
        values = {name: request.query_params.get(name, "") for name in ("bundle", "with", "people")}
        if values["people"]:
            values["same"] = SAME
        part_of = next((one for one in offers if one.code == values["bundle"]), None)
        if part_of is not None:
            values |= {f"answer.{code}": option for code, option in part_of.answers.items()}
        return self._form(request, item, values, [], ways_of_desk(item.code, request, self._ledger))

    async def open(self, request: Request) -> Response:
        """Name the parties, open the case, go on with its list."""
        staff = await staff_in(request, CLERK)
        fields = await read_form(request)
        items, wanted = self._items(staff), fields.get("item", "")
        item = items.get(wanted)
        if item is None:
            told = texts_for(request)("counter.item_not_here", code=_shown(wanted)) if wanted else ""
            return self._choice(request, items, told)
        faults = opening_faults(fields, item, self._thing(item))
        ways = ways_for(item.code, fields.get("way", ""), self._ledger)
        if ways is None:
            ways = ways_of_desk(item.code, request, self._ledger)
            faults.append(("f-way", "counter.fault_way"))
        elif ways.shut and fields.get("despite") != ways.chosen.value:
            faults.append(("f-despite", "counter.fault_despite"))
        if faults:
            return self._form(request, item, fields, faults, ways)
        user, typed = staff.principal().key_id, fields.get("key", "")
        key = request_key(user, "POST", "page.counter.new", item.code, typed, said_in(fields))
        try:
            outcome = await self._ledger.acting.given(key) or await self._opened(
                staff, item, fields, ways.chosen, key
            )
        except (OtherNameError, StillLackingError) as error:
            return self._form(request, item, fields, error.faults, ways)
        except (CommandRejected, FieldError, AttestError) as error:
            problem = problem_of(error)
            if problem.status >= 500:
                raise
            await note_refusal(request, problem)
            fault = _fault_of(problem, language_for(request))
            return self._form(request, item, fields, [fault], ways)
        opening = self._act.parse(self._ledger.acting.record_of(outcome))
        answer = RedirectResponse(f"/counter?case={opening.case_no}", status_code=303)
        keep_way(answer, ways.chosen, request)
        return answer

    async def _opened(
        self, staff: Staff, item: ServiceItem, fields: Mapping[str, str], way: Way, key: RequestKey
    ) -> Outcome[Written]:
        """Judge it by who is on record already, then name everybody, then open it: a refusal names nobody."""
        ledger, department = self._ledger, staff.principal().acting_department()
        typed = [(role, one) for (role, _), one in people_in(item, fields).items() if one is not None]
        roles, people = [role for role, _ in typed], [one for _, one in typed]
        bundles = asked_bundles(fields, ledger)

        def asked(holders: Sequence[str]) -> list[dict[str, Any]]:
            plain = self._asked(item, fields, way, list(zip(roles, holders, strict=True)))
            return [{**plain, "bundle": one} for one in bundles] or [plain]

        async def judge(record: Opening) -> None:
            await judge_opening(ledger, record, department, known.new)

        async def write(record: Opening) -> Outcome[Written]:
            return await ledger.acting.custodial(self._act, record, department, key)

        known = stand_ins(ledger, people)
        await self._first(asked(known.ids), item, department, judge)
        return await self._first(asked(await named(ledger, staff, people)), item, department, write)

    async def _first(
        self,
        tried: list[dict[str, Any]],
        item: ServiceItem,
        department: str,
        act: Callable[[Opening], Awaitable[AnswerT]],
    ) -> AnswerT:
        """Act on the request; of several bundles on the first whose application is there."""
        for one in tried:
            try:
                record = self._cases.read(Fields(one), department).record
                self._whole(record, item)
                return await act(record)
            except CommandRejected as error:
                if error.code != "bundle.no_such_case" or one is tried[-1]:
                    raise
        raise CommandRejected("bundle.no_such_case")

    def _whole(self, record: Opening, item: ServiceItem) -> None:
        """StillLackingError for a case of nobody, and of no thing where its papers could never count."""
        first, lacking = slots_of(item)[0][0], []
        if not any(role == first for role, _ in record.parties):
            lacking.append((f"f-{first}", "counter.fault_party"))
        if record.about is None and self._thing(item).needed(item, dict(record.answers)):
            lacking.append(("f-about", "counter.fault_about_missing"))
        if lacking:
            raise StillLackingError(lacking)

    def _thing(self, item: ServiceItem) -> Thing:
        return Thing.of(item, self._ledger.catalogue.types(self._ledger.store))

    def _asked(
        self, item: ServiceItem, fields: Mapping[str, str], way: Way, people: list[tuple[str, str]]
    ) -> dict[str, Any]:
        """The API's request (`POST cases`) that the form means, with these holders by role."""
        parties = [{"role": role, "holder": one} for role, one in people]
        asked: dict[str, Any] = {
            "item": item.code,
            "channel": way.channel,
            "answers": answers_in(fields, item),
        }
        if parties or not same_people_asked(fields):
            asked["parties"] = parties
        if fields.get("about", "").strip():
            asked["about"] = {"kind": self._thing(item).kind, "id": plain_number(fields["about"])}
        return asked

    def _items(self, staff: Staff) -> dict[str, ServiceItem]:
        """Items whose version in force today this department may open a case for, by code."""
        department = staff.principal().acting_department()
        codes = sorted({code for subject, code, *_ in list_versions(self._ledger.store) if subject == "item"})
        today, found = day_of(int(time.time())), {}
        for code in codes:
            standing = self._ledger.catalogue.in_force(code, today, self._ledger.store)
            if standing is not None and department in (standing[0].authority, *standing[0].receivers):
                found[code] = standing[0]
        return found

    def _choice(self, request: Request, items: Mapping[str, ServiceItem], told: str) -> Response:
        """The items that the department may open, with what became of the one that was asked for."""
        words = self._words(request)
        listed = [(code, words.of(one.name), words.department(one.authority)) for code, one in items.items()]
        return render(request, "counter-items.html", items=listed, told=told)

    def _elsewhere(self, request: Request, code: str) -> str:
        """Who receives an item that this department does not, by its guide; empty where none was named."""
        if not code:
            return ""
        t, words = texts_for(request), self._words(request)
        standing = self._ledger.catalogue.in_force(code, day_of(int(time.time())), self._ledger.store)
        if standing is None:
            return t("counter.item_unknown", code=_shown(code))
        item = standing[0]
        who = t("counter.item_or").join(words.department(one) for one in (item.authority, *item.receivers))
        return t("counter.item_elsewhere", name=words.of(item.name), who=who)

    def _digest(self, item: ServiceItem) -> bytes:
        return self._ledger.catalogue.item(item.code, item.version, self._ledger.store)[1].digest

    def _words(self, request: Request) -> Words:
        return Words(language_for(request), self._names(self._ledger.store))

    def _form(
        self,
        request: Request,
        item: ServiceItem,
        values: Mapping[str, str],
        faults: list[tuple[str, str]],
        ways: Ways,
    ) -> Response:
        words, t, thing = self._words(request), texts_for(request), self._thing(item)
        labels = {f"q-{one.code}": words.of(one.text) for one in item.questions} | {
            field_of(role, slot): words.word(f"role.{role}") for role, slot in slots_of(item)
        }
        labels |= {"f-way": t("counter.way"), "f-despite": t("counter.way")}
        labels |= {"f-bundle": t("counter.part_of"), "f-about": t(thing.label)}
        told = [(id_, labelled(labels[id_], t(said), words) if t.has(said) else said) for id_, said in faults]
        return render(
            request,
            "counter-new.html",
            item=item.code,
            guide=(item.code, item.version, self._digest(item).hex()),
            name=words.of(item.name),
            authority=words.department(item.authority),
            roles=[(role, slot, words.word(f"role.{role}")) for role, slot in slots_of(item)],
            questions=[
                (
                    one.code,
                    words.of(one.text),
                    [(option.code, words.of(option.text)) for option in one.options],
                )
                for one in item.questions
            ],
            values=values,
            offers=offers_for(item, self._ledger, words),
            ways=ways,
            words=words,
            faults=told,
            faulty={id_ for id_, _ in told},
            boxes=boxes(people_in(item, values).values(), faults),
            same=same_people_asked(values),
            thing=thing,
            others=others_typed(item, values, faults),
            key=values.get("key") or self._ledger.context.random(12).hex(),
        )

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/new", self.choose, methods=["GET"])
        router.add_api_route("/counter/new", self.open, methods=["POST"])
        return router


def _shown(code: str) -> str:
    """What stands in an address or a form as an item, as far as it may stand on a page."""
    return code if len(code) <= MOST_CODE and is_plain(code) else "…"


def _fault_of(problem: Problem, language: Language) -> tuple[str, str]:
    """A refusal as a fault of the form: the field that it is about, and what is wrong."""
    if problem.code == "bundle.no_step" and "question" in problem.facts:
        return f"q-{problem.facts['question']}", "counter.fault_outside"
    said = sentence_of(problem.code, language)
    if str(problem.facts.get("path", "")).startswith("/about"):
        return "f-about", said
    of_bundle = problem.code.startswith("bundle.") or str(problem.facts.get("path", "")).startswith("/bundle")
    return "f-bundle" if of_bundle else "f-applicant", said
