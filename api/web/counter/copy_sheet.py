# SPDX-License-Identifier: Apache-2.0
"""The sheet that goes with a copy (原件核验单): which paper, checked by whom and how, where to verify it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.identity import CLERK, staff_in
from api.identity.accounts import all_accounts
from api.problems import Problem
from api.web.counter.looking import look_at, names_of
from api.web.counter.rows import Words
from api.web.frame import language_for, render
from api.web.quick_code import qr_svg
from attest.errors import VaultError
from attest.fields import octets_of
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.statements import Envelope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.core import Ledger
    from api.web.counter.looking import Look
    from attest.materials.model import AcceptanceRow


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sheet says, in words; hashes in hex, `at` in Unix seconds, `pages` where they were counted."""

    material: str
    issuer: str
    number: str
    issued: date | None
    until: date | None
    parties: tuple[tuple[str, str], ...]
    """Everybody whom the paper names, as (role, name); the name is empty where none is kept."""
    by: str
    through: str
    clerk: str
    assurance: str
    channel: str
    at: int
    sha256: str
    size: int
    media: str
    pages: int | None
    index: int
    digest: str
    """Of the entry, hex: in no public tile, so it names the entry for whoever holds the sheet."""


class CopySheetPages:
    """`/counter/sheet`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def show(self, request: Request) -> Response:
        """The sheet of an acceptance made in the case that is looked at; the look is an entry.

        `acceptance.unknown` for any other, and for one that was taken back.
        """
        staff = await staff_in(request, CLERK)
        query, ledger = request.query_params, self._ledger
        look = await look_at(ledger, staff, query.get("case", ""))
        wanted = octets_of(query.get("acceptance", ""), 16)
        row = acceptance_by_id(wanted, ledger.store) if wanted else None
        if row is None or row.case_no != look.case.case_no or row.fallen is not None:
            raise Problem("acceptance.unknown")
        words = Words(language_for(request), self._names(ledger.store))
        sheet = await run_in_threadpool(self._sheet, row, look, words)
        return render(
            request,
            "counter-sheet.html",
            sheet=sheet,
            look=look,
            staff=staff,
            words=words,
            **code_of(sheet.index, sheet.digest, request, ledger),
        )

    def _sheet(self, row: AcceptanceRow, look: Look, words: Words) -> Sheet:
        try:
            record = open_private(row.index, self._ledger.store, self._ledger.context.sealer)[1]
        except (LookupError, VaultError):
            raise Problem("acceptance.unknown") from None
        kind, document = look.types.get(row.type), record["document"]
        return Sheet(
            material=words.of(kind.name) if kind is not None else row.type,
            issuer=words.issuer(row.issuer),
            number=record.get("number", ""),
            issued=row.issued,
            until=row.valid_until,
            parties=parties_in(record["parties"], self._named(record["parties"], look), words),
            by=words.department(row.authority),
            through=words.department(row.accepted_by) if row.accepted_by != row.authority else "",
            clerk=self._clerk(record.get("checked_by", ""), row.accepted_by),
            assurance=words.word(f"assurance.{row.assurance}"),
            channel=record.get("channel") or look.case.channel,
            at=row.accepted,
            sha256=document["sha256"],
            size=document["size"],
            media=document["media"],
            pages=document.get("pages"),
            index=row.index,
            digest=Envelope.parse(self._ledger.store.leaf(row.index)).entry.digest().hex(),
        )

    def _named(self, parties: Sequence[Mapping[str, str]], look: Look) -> dict[bytes, str]:
        """What everybody in the paper is called: the case knows its own people, not those of a lease."""
        holders = {bytes.fromhex(one["holder"]) for one in parties}
        return look.names | names_of(holders - look.names.keys(), self._ledger)

    def _clerk(self, said: str, department: str) -> str:
        """Who checked it: by name where it is the sign-in of an account of that department, else as told."""
        known = {
            one.user: one.name for one in all_accounts(self._ledger.store) if one.department == department
        }
        return known.get(said, said)

    def router(self) -> APIRouter:
        """The one route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/counter/sheet", self.show, methods=["GET"])
        return router


def parties_in(
    parties: Sequence[Mapping[str, str]], names: Mapping[bytes, str], words: Words
) -> tuple[tuple[str, str], ...]:
    """Role and name of everybody in a paper, in its order; nobody is left out, whether named or not."""
    return tuple(
        (words.word(f"role.{one['role']}"), names.get(bytes.fromhex(one["holder"]), "")) for one in parties
    )


def code_of(index: int, digest: str, request: Request, ledger: Ledger) -> dict[str, Any]:
    """Where a sheet is checked and the code of its entry (digest in hex); empty where there is no address."""
    public = _address(request, ledger)
    if not public:
        return {"verify": "", "code": ""}
    verify = f"{public}/verify"
    return {"verify": verify, "code": qr_svg(f"{verify}?entry={index}&digest={digest}")}


def _address(request: Request, ledger: Ledger) -> str:
    """Where the public page is, for a sheet that outlives this request; empty where nobody said it.

    Never by the Host header, which whoever asks may choose. What the server listens on is an address in a
    demonstration alone: elsewhere it lies behind a proxy, and no reader of the sheet would get there.
    """
    if ledger.settings.public_url:
        return ledger.settings.public_url.rstrip("/")
    if ledger.settings.profile != "demo":
        return ""
    host, port = request.scope["server"]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}" if port in (None, 80) else f"http://{shown}:{port}"
