# SPDX-License-Identifier: Apache-2.0
"""`/catalogue`: what is published, for everybody; forms are GET, so that a page can be kept and sent on."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity.accounts import all_accounts
from api.identity.guard import present
from api.identity.roles import EDITOR, REVIEWER, Staff
from api.problems import Problem
from api.web.catalogue.comparing import comparison_of
from api.web.catalogue.drafts import release_of
from api.web.catalogue.guidance import examples_of, places_now
from api.web.catalogue.guide import answers_in, asked_of, guide_of, situation_of
from api.web.catalogue.shelf import (
    KINDS,
    bundles,
    chosen,
    code_in,
    codes,
    place_of,
    shelved,
    standing,
    versions,
)
from api.web.catalogue.words import GuideWords
from api.web.frame import language_for, render
from attest.bundles.notice import Notice
from attest.bundles.repository import bundle_of, hashes_of, plan_on
from attest.bundles.saving import savings
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import document_of, version_of
from attest.catalogue.situations import SituationError, material_types_of
from attest.catalogue.types_document import parse_types
from attest.days import day_of
from attest.recognition.smallest import SearchLimitError
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.core import Ledger
    from api.web.catalogue.shelf import Shelved
    from attest.bundles.model import Bundle
    from attest.bundles.plan import Plan
    from attest.catalogue.model import MaterialTypes

MOST_QUERY: Final = 100


class BrowsePages:
    """The public pages of one ledger's catalogue."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def shelves(self, request: Request) -> Response:
        """Everything published, by department and kind, with a search."""
        return await run_in_threadpool(self._shelves, request)

    async def item(self, request: Request) -> Response:
        """A guide in one version: its questions, and the papers that stay."""
        person = await present(request)
        return await run_in_threadpool(self._item, request, person if isinstance(person, Staff) else None)

    async def bundle(self, request: Request) -> Response:
        """A bundle: its steps, what is brought once, what nobody brings and why."""
        return await run_in_threadpool(self._bundle, request)

    async def types(self, request: Request) -> Response:
        """The material types in force: who issues each, whether it can be used again, how long it holds."""
        return await run_in_threadpool(self._all_types, request)

    async def compare(self, request: Request) -> Response:
        """Two versions of a guide side by side."""
        return await run_in_threadpool(self._compare, request)

    def words(self, request: Request) -> GuideWords:
        """Words in the reader's language."""
        return GuideWords(language_for(request), self._names(self._ledger.store), self.types_in_force())

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue", self.shelves, methods=["GET"])
        router.add_api_route("/catalogue/items/{code}", self.item, methods=["GET"])
        router.add_api_route("/catalogue/items/{code}/compare", self.compare, methods=["GET"])
        router.add_api_route("/catalogue/types", self.types, methods=["GET"])
        router.add_api_route("/catalogue/bundles/{code}", self.bundle, methods=["GET"])
        return router

    # Parts

    def types_in_force(self) -> MaterialTypes | None:
        """The material types in force, None before the first are published."""
        try:
            return self._ledger.catalogue.types(self._ledger.store)
        except CommandRejected:
            return None

    def _shelves(self, request: Request) -> Response:
        words, query = self.words(request), request.query_params
        q, who, kind = (
            query.get("q", "").strip()[:MOST_QUERY],
            query.get("department", ""),
            query.get("kind", ""),
        )
        every, several = shelved(self._ledger), bundles(self._ledger)
        wanted = _plain(q)
        found = [
            one
            for one in every
            if who in ("", one.item.authority) and kind in ("", one.kind) and self._says(one, wanted, words)
        ]
        events = [] if kind or who else [one for one in several if wanted in _plain(_bundle_text(one))]
        rooms: dict[str, list[Shelved]] = {}
        for one in found:
            rooms.setdefault(one.item.authority, []).append(one)
        kinds = sorted({one.kind for one in every} & KINDS.keys())
        return render(
            request,
            "catalogue.html",
            words=words,
            q=q,
            who=who,
            kind=kind,
            departments=sorted({one.item.authority for one in every}),
            kinds=[(code, KINDS[code][words.language == "en"]) for code in kinds],
            rooms=sorted(rooms.items()),
            events=events,
            count=len(found) + len(events),
            total=len(every) + len(several),
            standards=bool(codes("standard", self._ledger)),
        )

    def _says(self, one: Shelved, wanted: str, words: GuideWords) -> bool:
        """Whether the item, one of its papers or its codes holds what was typed."""
        if not wanted:
            return True
        item = one.item
        texts = [
            item.code,
            item.basic_code,
            item.impl_code,
            item.handling_code or "",
            item.name.zh,
            item.name.en,
        ]
        for need in item.requirements:
            texts += [need.text.zh, need.text.en]
            texts += [words.type(code) for code in need.types]
        return any(wanted in _plain(text) for text in texts)

    def _item(self, request: Request, staff: Staff | None) -> Response:
        code, store = code_in(request), self._ledger.store
        several = versions("item", code, self._ledger)
        query = request.query_params
        version = chosen(several, query.get("version"))
        item, _ = self._ledger.catalogue.item(code, version.version, store)
        types, words = self.types_in_force(), self.words(request)
        guide = guide_of(item, answers_in(query), types, words, asked="asked" in query)
        department = staff.department if staff is not None else None
        people = {one.user: one.name for one in all_accounts(store)} if staff is not None else {}
        internal = staff is not None and (department == item.authority or "auditor" in staff.roles)
        return render(
            request,
            "catalogue-item.html",
            words=words,
            item=item,
            kind=KINDS.get(item.basic_code[2:4], ("", ""))[words.language == "en"],
            version=version,
            versions=several,
            place=place_of(version, self._ledger),
            guide=guide,
            faults=unanswered(guide.unanswered, words),
            offered=places_now(code, self._ledger),
            examples=examples_of(material_types_of(item.requirements), self._ledger),
            release=release_of("item", code, version.version, store) if internal else None,
            people=people,
            may_edit=department == item.authority and staff is not None and EDITOR in staff.roles,
            may_review=department == item.authority and staff is not None and REVIEWER in staff.roles,
        )

    def _all_types(self, request: Request) -> Response:
        several = versions("types", "types", self._ledger)
        version = chosen(several, request.query_params.get("version"))
        found = version_of("types", "types", version.version, self._ledger.store)
        if found is None:
            raise Problem("not_found")
        types = parse_types(document_of(found.digest, self._ledger.store))
        words = self.words(request)
        return render(
            request,
            "catalogue-types.html",
            words=words,
            version=version,
            versions=several,
            place=place_of(version, self._ledger),
            rooms=words.rooms(types),
            waivers=types.waivers,
        )

    def _compare(self, request: Request) -> Response:
        code, query, store = code_in(request), request.query_params, self._ledger.store
        several = versions("item", code, self._ledger)
        after = chosen(several, query.get("to"), "to")
        before = chosen(several, query.get("from", str(max(after.version - 1, 1))), "from")
        known, words = self._ledger.catalogue, self.words(request)
        old, _ = known.item(code, before.version, store)
        new, _ = known.item(code, after.version, store)
        return render(
            request,
            "catalogue-compare.html",
            words=words,
            item=new,
            before=before,
            after=after,
            versions=several,
            compared=comparison_of(old, new, words),
        )

    def _bundle(self, request: Request) -> Response:
        code, store = code_in(request), self._ledger.store
        several = versions("bundle", code, self._ledger)
        query = request.query_params
        version = chosen(several, query.get("version"))
        bundle, _ = bundle_of(code, version.version, store)
        words, answers = self.words(request), answers_in(query)
        plan, fault = self._plan(bundle, answers)
        notice: dict[str, Any] | None = None
        if plan is not None:
            known = self._ledger.catalogue
            hashes = hashes_of(plan, known, store)
            notice = Notice(plan, known.types(store), self._names(store), hashes).document()
        questions = asked_of(bundle, answers, words)
        sent = bool(answers) or "asked" in query
        missing = [(one.code, one.text) for one in questions if not one.answer] if sent else []
        return render(
            request,
            "catalogue-bundle.html",
            words=words,
            bundle=bundle,
            version=version,
            versions=several,
            place=place_of(version, self._ledger),
            questions=questions,
            unanswered=missing,
            faults=unanswered(missing, words),
            notice=notice,
            situation=situation_of(questions),
            savings=savings(plan) if plan else (),
            steps={one.step: words.of(one.name) for one in plan.steps} if plan else {},
            fault=fault,
            items=self._members(bundle, words),
        )

    def _members(self, bundle: Bundle, words: GuideWords) -> dict[str, tuple[str, str, dict[str, str]]]:
        """Name and authority of each step's guide, where there is one; who receives for it, named by code."""
        found = {one.step: standing(one.item, self._ledger) for one in bundle.members}
        return {
            step: (
                words.of(one.item.name),
                words.department(one.item.authority),
                {code: words.department(code) for code in (one.item.authority, *one.item.receivers)},
            )
            for step, one in found.items()
            if one is not None
        }

    def _plan(self, bundle: Bundle, answers: Mapping[str, str]) -> tuple[Plan | None, str]:
        """The plan for these answers, or why there is none (empty: not all is answered)."""
        if bundle.questions and not answers:
            return None, ""
        day = day_of(int(time.time()))
        try:
            return plan_on(bundle, answers, self._ledger.catalogue, self._ledger.store, day), ""
        except SituationError as error:
            return None, "other_item" if error.instead is not None else ""
        except (CatalogueError, CommandRejected):
            return None, "changed"
        except SearchLimitError:
            return None, "too_large"


def unanswered(several: Iterable[tuple[str, str]], words: GuideWords) -> list[tuple[str, str]]:
    """Faults of the form: which questions are not answered, each with the place to go to."""
    return [(f"q-{code}", words.t("catalogue.not_chosen", question=question)) for code, question in several]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _bundle_text(one: Bundle) -> str:
    return f"{one.code} {one.name.zh} {one.name.en}"
