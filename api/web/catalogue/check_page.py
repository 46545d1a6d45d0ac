# SPDX-License-Identifier: Apache-2.0
"""`/catalogue/check`: the guide check (指南体检) over a list that is sent; nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from api.department_names import DepartmentNames
from api.problems import Problem
from api.web.catalogue.sheets import MEDIA, ListRefusedError, sent_list
from api.web.catalogue.words import GuideWords
from api.web.frame import language_for, render
from attest.catalogue.listing.check_texts import FINDINGS
from attest.catalogue.listing.columns import BY_KEY
from attest.catalogue.listing.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.core import Ledger
    from api.web.catalogue.sheets import Sent, Sheets

KINDS: Final = {"error": "fail", "warning": "warn", "note": "info"}
"""How a severity looks."""


class CheckPages:
    """The guide check of one ledger."""

    def __init__(self, ledger: Ledger, sheets: Sheets) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()
        self._sheets = sheets

    async def ask(self, request: Request) -> Response:
        """Which list."""
        return self._page(request)

    async def answer(self, request: Request) -> Response:
        """The report, or the same as a file."""
        sent = await sent_list(request)
        names = self._names(self._ledger.store)
        wanted = sent.fields.get("as", "")
        if wanted not in ("", ".xlsx", ".csv"):
            raise Problem("field.invalid", path="/as")
        more = {"ending": sent.ending, "language": language_for(request), "as": wanted}
        try:
            task = "report" if wanted else "look"
            report, file = await self._sheets.ask(task, sent.content, names, **more)
        except ListRefusedError as error:
            return self._page(request, status=422, refused=error.words, sent=sent)
        if wanted:
            return as_file(file, wanted, "guide-check")
        return self._page(request, report=report, sent=sent)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/catalogue/check", self.ask, methods=["GET"])
        router.add_api_route("/catalogue/check", self.answer, methods=["POST"])
        return router

    def _page(
        self,
        request: Request,
        *,
        status: int = 200,
        report: Mapping[str, Any] | None = None,
        refused: Mapping[str, str] | None = None,
        sent: Sent | None = None,
    ) -> Response:
        words = GuideWords(language_for(request), self._names(self._ledger.store), None)
        return render(
            request,
            "catalogue-check.html",
            status=status,
            words=words,
            report=report,
            refused=refused,
            typed=sent.fields.get("text", "") if sent is not None and sent.typed else "",
            tally=tallied(report["tally"], words) if report is not None else [],
            findings=[told(one, words) for one in report["findings"]] if report is not None else [],
            kinds=KINDS,
            severities=SEVERITIES,
        )


def tallied(tally: Sequence[Sequence[Any]], words: GuideWords) -> list[dict[str, Any]]:
    """Counts for whoever has to act: a row a department, its findings by kind, the gravest first."""
    rooms: dict[str, dict[str, Any]] = {}
    for authority, severity, code, count in tally:
        room = rooms.setdefault(
            authority, {"authority": words.department(authority), "kinds": [], "counts": {}}
        )
        room["kinds"].append((severity, code, words.t(f"check.{code.partition('.')[2]}"), count))
        room["counts"][severity] = room["counts"].get(severity, 0) + count
    for room in rooms.values():
        room["kinds"].sort(key=lambda one: (SEVERITIES.index(one[0]), -one[3], one[1]))
    return sorted(
        rooms.values(),
        key=lambda one: ([-one["counts"].get(name, 0) for name in SEVERITIES], one["authority"]),
    )


def told(one: Mapping[str, Any], words: GuideWords) -> dict[str, Any]:
    """A finding in one language: where, what is so, what to do."""
    column = BY_KEY.get(str(one["column"]))
    name = one["code"].partition(".")[2] if one["code"] in FINDINGS else ""
    if one["code"] == "list.not_an_item":
        name = "unreadable"
    return {
        "code": one["code"],
        "severity": one["severity"],
        "kind": KINDS[one["severity"]],
        "item": one.get("item", ""),
        "authority": words.department(one.get("authority", "")),
        "row": one["row"],
        "column": column.header(words.language) if column is not None else str(one["column"]),
        "name": words.t(f"check.{name}") if name else "",
        "said": one[words.language],
        "next": one.get(f"next_{words.language}", ""),
    }


def as_file(content: bytes, ending: str, name: str) -> Response:
    """A list to be kept, never shown by the browser."""
    return Response(
        content,
        media_type=MEDIA[ending],
        headers={
            "content-disposition": f'attachment; filename="{name}{ending}"',
            "cache-control": "no-store",
        },
    )
