# SPDX-License-Identifier: Apache-2.0
"""`/verify`: public verification in the reader's own browser; `/trust.json`; the page as a file to keep.

Where scripts do not run, the server judges what is pasted, in a thread, and keeps nothing.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api.identity.guard import address_of
from api.proving.names import department_names
from api.proving.present import entry_named, present_state
from api.proving.saved import saved_page
from api.proving.saying import data_block, legal_facts, said_of, words_of
from api.reliance_words import grouped, legal_lines
from api.requests import bad_query
from api.web.forms import read_form
from api.web.frame import frame_context, render, texts_for
from api.web.times import CHINA, told
from attest.verify import verify
from attest.verify.evidence import RELIED
from attest.verify.model import OFFLINE

if TYPE_CHECKING:
    from api.core import Ledger
    from api.reliance_words import Grouped
    from api.web.texts import Texts

_DAY: Final = 86_400
_AROUND: Final = " \t\r\n\u00a0\ufeff"
"""What may stand around pasted evidence, as in `verify/page.js`: copying adds it, and it says nothing."""
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def verify_router(ledger: Ledger) -> APIRouter:
    """The routes of one ledger; all of them public."""
    router = APIRouter(include_in_schema=False)

    @router.get("/trust.json")
    def trust() -> Response:
        return Response(
            ledger.trust.format() + b"\n",
            media_type="application/json",
            headers={"cache-control": "no-cache", "access-control-allow-origin": "*"},
        )

    @router.get("/verify")
    async def page(request: Request) -> Response:
        asked = _asked(ledger, texts_for(request))
        return render(request, "verify.html", **{**asked, "named": await _named(request, ledger)})

    @router.post("/verify")
    async def judge(request: Request) -> Response:
        ledger.identity.gate.admit_public("verify", address_of(request), "verify.too_often")
        fields = await read_form(request)
        head = await ledger.newest_head()
        return await run_in_threadpool(_judge, request, ledger, fields, head.size)

    @router.get("/verify/now")
    async def now(request: Request) -> Response:
        ledger.identity.gate.admit_public("verify/now", address_of(request), "verify.too_often")
        index, digest = _code(request)
        head = await ledger.newest_head()
        present = await run_in_threadpool(
            present_state, index, digest, head.size, int(time.time()), ledger.store
        )
        return JSONResponse(present.document(), headers={"cache-control": "no-store"})

    @router.get("/verify/legal")
    async def legal(request: Request) -> Response:
        ledger.identity.gate.admit_public("verify/legal", address_of(request), "verify.too_often")
        index, digest = _code(request)
        head, t = await ledger.newest_head(), texts_for(request)
        facts = await run_in_threadpool(legal_facts, index, digest, head.size, ledger, t)
        told = [{"name": one.name, "value": one.value} for one in facts]
        return JSONResponse({"facts": told}, headers={"cache-control": "no-store"})

    @router.get("/verify/saved")
    def saved(request: Request) -> Response:
        return _saved(request, ledger)

    return router


@dataclass(frozen=True, slots=True)
class Named:
    """What the code of a printed sheet names: an entry by index and digest (hex); whether the log has it.

    Of a reliance also who signed it (a name) and when, its waiver ground and what it rests on in law.
    """

    index: int
    digest: str
    held: bool
    by: str = ""
    at: int = 0
    ground: str = ""
    legal: Grouped = ()


async def _named(request: Request, ledger: Ledger) -> Named | None:
    """The entry of the address `?entry=N&digest=HASH`, None without one; `query.invalid` for half of one.

    Only whoever saw the entry can name its digest: it covers a random id and is in no public tile.
    """
    if "entry" not in request.query_params and "digest" not in request.query_params:
        return None
    index, digest = _code(request)
    head = await ledger.head_with(index)
    return await run_in_threadpool(_name, index, digest, head.size, ledger, texts_for(request))


def _name(index: int, digest: str, size: int, ledger: Ledger, t: Texts) -> Named:
    entry = entry_named(index, digest, size, ledger.store)
    if entry is None or entry.kind != RELIED:
        return Named(index, digest, entry is not None)
    by = department_names(ledger.store, t.language).get(entry.issuer, entry.issuer)
    legal = grouped(legal_lines(index, ledger, t, is_open=True))
    ground = t(f"verify.ground_{entry.body['ground']}")
    return Named(index, digest, held=True, by=by, at=entry.time, ground=ground, legal=legal)


def _code(request: Request) -> tuple[int, str]:
    """Index and entry digest (hex) of `?entry=N&digest=HASH`; `query.invalid` without both."""
    entry, digest = request.query_params.get("entry", ""), request.query_params.get("digest", "")
    for name, text, form in (("entry", entry, _INDEX), ("digest", digest, _DIGEST)):
        if form.fullmatch(text) is None:
            raise bad_query("the code of a check sheet", name)
    return int(entry), digest


def _asked(ledger: Ledger, t: Texts, fault_text: str = "") -> dict[str, Any]:
    return {
        "said": None,
        "named": None,
        "fault_text": fault_text,
        "trust": t("verify.trust_from", origin=ledger.trust.origin),
        "words": data_block(words_of(ledger, t)),
    }


def _judge(request: Request, ledger: Ledger, fields: dict[str, str], size: int) -> Response:
    """The verdict on pasted evidence and how the ledger of `size` stands now, or what is missing."""
    t = texts_for(request)
    octets = fields.get("evidence", "").strip(_AROUND).encode()
    if not octets:
        return render(request, "verify.html", status=422, **_asked(ledger, t, t("verify.nothing")))
    now, day = int(time.time()), fields.get("as_of", "")
    moment = _moment(day, now)
    if day and moment is None:
        return render(request, "verify.html", status=422, **_asked(ledger, t, t("verify.no_day")))
    verdict = verify(octets, ledger.trust, now, profile=OFFLINE, as_of=moment)
    said = said_of(verdict, octets, sha256(octets).hexdigest(), ledger, t, (size, now))
    return render(request, "verify.html", said=said, named=None, fault_text="", trust="", words="")


def _moment(day: str, now: int) -> int | None:
    """The end of a day `YYYY-MM-DD` in UTC+8, not beyond now where it is today; None for no day."""
    if _DATE.fullmatch(day) is None:  # a week or a day without dashes is no answer to our question
        return None
    try:
        moment = int(datetime.combine(date.fromisoformat(day), clock(23, 59, 59), CHINA).timestamp())
    except (ValueError, OverflowError):
        return None
    return now if 0 < moment - now < _DAY else moment


def _saved(request: Request, ledger: Ledger) -> Response:
    t = texts_for(request)
    now = int(time.time())
    body = saved_page(
        {
            **frame_context(request),
            "trust": t("verify.trust_saved", origin=ledger.trust.origin),
            "trust_file": data_block(ledger.trust.format().decode()),
            "words": data_block(words_of(ledger, t)),
            "made": told(now, now, t.language).iso[:10],
        }
    )
    return Response(
        body,
        media_type="text/html; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="once-verify.html"',
            "content-security-policy": "sandbox; default-src 'none'",
            "cache-control": "no-store",
        },
    )
