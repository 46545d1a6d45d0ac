# SPDX-License-Identifier: Apache-2.0
"""API keys of programs, for the operator: list, make, rotate with an overlap, end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from api.api_keys import MAX_LABEL, EndKey, KeepKey, RotateKey, require_fitting, standing_after
from api.auth import OPERATOR, SCOPES, mint_key
from api.keyset import MOST, limit_of, page_of
from api.problems import Problem
from api.requests import ThinResponse, bad_query
from api.schemas import words
from api.schemas.paging import FOLLOW, paged
from api.thin import RouteDoc, ThinRoute
from attest.fields import DEPARTMENT as DEPARTMENT_CODE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.auth import StoredKey
    from api.core import Ledger
    from api.requests import ThinRequest

MOST_OVERLAP: Final = 30 * 86_400
_KEY_ID: Final = re.compile(r"[a-z2-7]{12}\Z")
_WORD: Final = re.compile(r"[a-z]{1,16}\Z")

_MINTED: Final = {"id": "abcdefghij23", "api_key": "once_abcdefghij23_…", "expires": None}
_SHOWN: Final = words.record(
    {
        "id": words.text(12),
        "api_key": words.text(61, "the key itself, shown this once"),
        "expires": words.or_null(words.TIME),
    },
    {"replaces": words.text(12), "overlap": words.whole(0, MOST_OVERLAP)},
)
_ROW: Final = words.record(
    {
        "id": words.text(12),
        "department": words.or_null(words.DEPARTMENT_TEXT),
        "scopes": words.items(words.one_of(SCOPES)),
        "label": {"type": "string"},
        "expires": words.or_null(words.TIME),
        "successor": words.or_null(words.text(12)),
    }
)
_LIST: Final = RouteDoc(
    "列出程序密钥（不含密钥本身）",
    "List API keys, never the keys themselves",
    "keys",
    answers={200: ("standing keys, oldest first", {"api_keys": [], "next": None})},
    query=paged("keys", {"type": "string", "minLength": 1, "maxLength": 64}, "1a2b3c4d5e6f7081"),
    shapes={200: words.record({"api_keys": words.items(_ROW), "next": words.or_null(words.text(64))})},
    notes=FOLLOW,
)
_MINT: Final = RouteDoc(
    "生成程序密钥，只显示一次",
    "Make an API key, shown this once",
    "keys",
    {"scopes": ["department", "checker"], "department": "SC", "label": "acceptance platform"},
    {201: ("the key; only its hash is kept", _MINTED)},
    ("api_key.invalid", "api_key.shown_once", "department.unknown"),
    schema=words.record(
        {"scopes": words.items(words.one_of(SCOPES), 1, len(SCOPES))},
        {
            "department": words.DEPARTMENT_TEXT,
            "label": words.text(MAX_LABEL),
            "expires": words.TIME,
        },
    ),
    shapes={201: _SHOWN},
)
_ROTATE: Final = RouteDoc(
    "更换程序密钥，旧密钥在重叠期内仍可用",
    "Rotate an API key; the old one works during the overlap",
    "keys",
    {"overlap": 86_400},
    {201: ("the successor", {**_MINTED, "replaces": "klmnopqrst45", "overlap": 86_400})},
    ("api_key.unknown", "api_key.rotated", "api_key.shown_once"),
    schema=words.record({"overlap": words.whole(0, MOST_OVERLAP, "seconds that the old key still works")}),
    shapes={201: _SHOWN},
)
_END: Final = RouteDoc(
    "立即停用程序密钥",
    "End an API key now",
    "keys",
    None,
    {200: ("ended; other processes notice within half a minute", {"id": "abcdefghij23"})},
    ("api_key.unknown",),
    shapes={200: words.record({"id": words.text(12)})},
)


class ApiKeyRoutes:
    """`api-keys`, `api-keys/{id}:rotate`, `api-keys/{id}:end`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_all(self, request: ThinRequest) -> ThinResponse:
        """Every key that was not ended."""
        query = request.query("after", "limit")
        limit, keys = limit_of(query, MOST), standing_after(query.get("after"), self._ledger.store)
        if keys is None:
            raise bad_query("the `next` of a page", "after")
        more = keys[limit - 1].key_id if len(keys) > limit else None
        return page_of(request, {"api_keys": [_row(key) for key in keys[:limit]]}, more)

    async def mint(self, request: ThinRequest) -> ThinResponse:
        """A new key; what acts or asks for a department needs one."""
        fields, raw = await request.fields()
        scopes = frozenset(fields.texts("scopes", len(SCOPES), _WORD))
        department = fields.optional_text("department", 32, DEPARTMENT_CODE)
        label = fields.optional_text("label", MAX_LABEL) or ""
        expires = fields.integer("expires") if fields.has("expires") else None
        fields.done()
        require_fitting(department, scopes, self._ledger.store)
        minted = mint_key(department, scopes, label=label, expires=expires)
        done = await self._ledger.writer.submit(KeepKey(minted.stored, request.request_key(raw)))
        if done.repeat:
            raise Problem("api_key.shown_once")
        return self._shown(minted.stored, minted.text)

    async def rotate(self, request: ThinRequest) -> ThinResponse:
        """A successor with the same scopes; the old key works until the overlap is over."""
        fields, raw = await request.fields()
        overlap = fields.integer("overlap", 0, MOST_OVERLAP)
        fields.done()
        old, minted = _id_of(request), mint_key(None, ())
        command = RotateKey(old, minted.stored, overlap, request.request_key(raw))
        done = await self._ledger.writer.submit(command)
        if done.answer is None:
            raise Problem("api_key.shown_once")
        self._ledger.keys.forget(old)
        return self._shown(done.answer, minted.text, replaces=old, overlap=overlap)

    async def end(self, request: ThinRequest) -> ThinResponse:
        """End a key at once."""
        old = _id_of(request)
        await self._ledger.writer.submit(EndKey(old, request.request_key(b"")))
        self._ledger.keys.forget(old)
        return ThinResponse.of({"id": old})

    def _shown(self, stored: StoredKey, text: str, **more: Any) -> ThinResponse:
        self._ledger.keys.forget(stored.key_id)
        return ThinResponse.of({"id": stored.key_id, "api_key": text, "expires": stored.expires, **more}, 201)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        operator, base = frozenset({OPERATOR}), "/api/v1/api-keys"
        return [
            ThinRoute("GET", base, self.list_all, _LIST, operator),
            ThinRoute("POST", base, self.mint, _MINT, operator, write=True),
            ThinRoute("POST", base + "/{id}:rotate", self.rotate, _ROTATE, operator, write=True),
            ThinRoute("POST", base + "/{id}:end", self.end, _END, operator, write=True),
        ]


def _id_of(request: ThinRequest) -> str:
    key_id = request.params["id"]
    if _KEY_ID.match(key_id) is None:
        raise CommandRejected("api_key.unknown")
    return key_id


def _row(key: StoredKey) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "department": key.department,
        "scopes": sorted(key.scopes),
        "label": key.label,
        "expires": key.expires,
        "successor": key.successor or None,
    }
