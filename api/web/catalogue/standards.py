# SPDX-License-Identifier: Apache-2.0
"""`/catalogue/standards`: data standards as everybody reads them, and versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from api.web.catalogue.changed import document_changes
from api.web.catalogue.shelf import chosen, code_in, codes, place_of, today, versions
from api.web.frame import render
from attest.catalogue.repository import document_of, version_of
from attest.registry.model import GOVERNANCE
from attest.standards.value_texts import SCHEME_NAMES

if TYPE_CHECKING:
    from typing import Any

    from api.core import Ledger
    from api.web.catalogue.browse import BrowsePages
    from api.web.catalogue.words import GuideWords
    from attest.standards.model import DataField, QualityRule, Standard


class StandardPages:
    """The pages of one ledger's data standards."""

    def __init__(self, ledger: Ledger, browse: BrowsePages) -> None:
        self._ledger = ledger
        self._browse = browse

    async def every(self, request: Request) -> Response:
        """All standards with the versions that are accepted today."""
        return await run_in_threadpool(self._every, request)

    async def standard(self, request: Request) -> Response:
        """One version: fields, code lists, quality rules, the window and its migration notes."""
        return await run_in_threadpool(self._standard, request)

    async def compare(self, request: Request) -> Response:
        """Two versions of a standard, a bundle or the types side by side."""
        return await run_in_threadpool(self._compare, request)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue/standards", self.every, methods=["GET"])
        router.add_api_route("/catalogue/standards/{code}", self.standard, methods=["GET"])
        for room in ("standards", "bundles"):
            router.add_api_route(f"/catalogue/{room}/{{code}}/compare", self.compare, methods=["GET"])
        router.add_api_route("/catalogue/types/compare", self.compare, methods=["GET"])
        return router

    # Parts

    def _every(self, request: Request) -> Response:
        words, known = self._browse.words(request), self._ledger.catalogue
        found = []
        for code in codes("standard", self._ledger):
            window = known.window(code, today(), self._ledger.store)
            shown = window.current or window.newest
            if shown is not None:
                found.append((shown, window))
        return render(
            request,
            "catalogue-standards.html",
            words=words,
            standards=found,
            publisher={one.code: publisher(one, words) for one, _ in found},
        )

    def _standard(self, request: Request) -> Response:
        code, store = code_in(request), self._ledger.store
        several = versions("standard", code, self._ledger)
        version = chosen(several, request.query_params.get("version"))
        standard = next(
            one for one, at in self._ledger.catalogue.standards(code, store) if at.version == version.version
        )
        window = self._ledger.catalogue.window(code, today(), store)
        older = window.before is not None and window.before.version == version.version
        words = self._browse.words(request)
        types = self._browse.types_in_force()
        return render(
            request,
            "catalogue-standard.html",
            words=words,
            standard=standard,
            publisher=publisher(standard, words),
            version=version,
            versions=several,
            place=place_of(version, self._ledger),
            accepted=window.accepted(version.version) is not None,
            follows=window.current if older else None,
            window=window,
            said={one.code: shape(one, standard, words) for one in standard.fields},
            rules=[(one, rule_words(one, standard, words)) for one in standard.rules],
            users=users_of(code, types),
        )

    def _compare(self, request: Request) -> Response:
        room = request.url.path.split("/")[2]
        subject, code = ("types", "types") if room == "types" else (room.removesuffix("s"), code_in(request))
        query = request.query_params
        several = versions(subject, code, self._ledger)
        after = chosen(several, query.get("to"), "to")
        before = chosen(several, query.get("from", str(max(after.version - 1, 1))), "from")
        words = self._browse.words(request)
        old, new = (self._document(subject, code, one.version) for one in (before, after))
        name = words.t("catalogue.types") if subject == "types" else str(new["name"][words.language])
        return render(
            request,
            "catalogue-changes.html",
            words=words,
            name=name,
            place="/catalogue/types" if subject == "types" else f"/catalogue/{room}/{code}",
            before=before,
            after=after,
            versions=several,
            compared=document_changes(old, new, words),
        )

    def _document(self, subject: str, code: str, version: int) -> Any:
        found = version_of(subject, code, version, self._ledger.store)
        if found is None:
            raise Problem("not_found")
        return document_of(found.digest, self._ledger.store)


def publisher(one: Standard, words: GuideWords) -> str:
    """Who publishes it, by name."""
    return words.t("standard.governance") if one.authority == GOVERNANCE else words.department(one.authority)


def shape(field: DataField, standard: Standard, words: GuideWords) -> str:
    """What a value must be, in a line."""
    if field.scheme is not None:
        return words.of(SCHEME_NAMES[field.scheme])
    if field.list is not None:
        listed = standard.list(field.list)
        return words.t("standard.of_list", list=words.of(listed.name) if listed else field.list)
    if field.kind == "day":
        return words.t("standard.day")
    if field.kind == "whole":
        return words.t("standard.whole", least=field.least, most=field.most)
    return words.t("standard.text", n=field.longest)


def rule_words(rule: QualityRule, standard: Standard, words: GuideWords) -> str:
    """Which fields a rule is between."""
    named = [standard.field(code) for code in (rule.field, rule.other) if code is not None]
    return words.joined(words.of(one.name) for one in named if one is not None)


def users_of(code: str, types: Any) -> list[tuple[str, Any]]:
    """The material types whose fields name a standard: code and name."""
    if types is None:
        return []
    return [
        (one.code, one.name)
        for one in types.types.values()
        if any(use.standard == code for use in one.fields)
    ]
