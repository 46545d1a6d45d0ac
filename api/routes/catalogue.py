# SPDX-License-Identifier: Apache-2.0
"""The catalogue: publish a version, read what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import DEPARTMENT, OPERATOR
from api.problems import Problem
from api.requests import ThinResponse
from api.thin import RouteDoc, ThinRoute
from attest.catalogue.commands import SUBJECTS, Publication, Publish
from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.repository import list_versions, version_of
from attest.catalogue.types_document import parse_types
from attest.fields import Fields
from attest.registry.model import GOVERNANCE
from attest.registry.repository import text_of
from ledger.canonical import dump
from ledger.hashing import sha256

if TYPE_CHECKING:
    from api.requests import ThinRequest
    from api.wiring import Ledger

DOCUMENT_LIMIT = 1 << 20
"""Bytes of one catalogue document."""


class CatalogueRoutes:
    """`POST` and `GET catalogue/versions`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = Publish()

    def _read(self, fields: Fields, issuer: str) -> Asked[Publication]:
        subject = fields.choice("subject", SUBJECTS)
        document = fields.raw("document")
        fields.done()
        body = dump(document)
        if subject == "types":
            types = parse_types(document)
            publication = Publication(subject, "types", types.version, sha256(body))
        else:
            item = parse_item(document)
            if item.authority != issuer:
                raise Problem("issuer.mismatch")
            check_item(item, self._ledger.catalogue.types(self._ledger.store))
            publication = Publication(subject, item.code, item.version, sha256(body))
        return Asked(publication, (body,))

    async def publish(self, request: ThinRequest) -> ThinResponse:
        """Publish an item's version (its authority) or the material types (governance)."""
        ledger = self._ledger
        issuer = GOVERNANCE if OPERATOR in request.principal.scopes else request.department
        outcome = await ledger.acting.submit(
            request, self._act, issuer, lambda fields: self._read(fields, issuer), limit=DOCUMENT_LIMIT
        )
        published = self._act.parse(Fields(ledger.acting.entry_of(outcome).body, "/body"))
        return ledger.acting.created(
            outcome,
            subject=published.subject,
            code=published.code,
            version=published.version,
            document=published.document.hex(),
        )

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the authority, or governance, would sign to publish."""
        issuer = GOVERNANCE if OPERATOR in request.principal.scopes else request.department
        return await self._ledger.acting.prepare(
            request, self._act, issuer, lambda fields: self._read(fields, issuer), limit=DOCUMENT_LIMIT
        )

    async def versions(self, request: ThinRequest) -> ThinResponse:
        """Everything published, in the log's order."""
        request.query()
        rows = await run_in_threadpool(list_versions, self._ledger.store)
        return ThinResponse.of(
            {
                "versions": [
                    {"subject": subject, "code": code, "version": version, "department": department}
                    for subject, code, version, department in rows
                ]
            }
        )

    async def version(self, request: ThinRequest) -> ThinResponse:
        """One published document, byte for byte what its digest in the log names."""
        request.query()
        subject, code = request.params["subject"], request.params["code"]
        found = version_of(subject, code, int(request.params["version"]), self._ledger.store)
        body = text_of(found.digest, self._ledger.store) if found else None
        if found is None or body is None:
            raise Problem("not_found")
        return ThinResponse(200, body, headers=((b"etag", b'"' + found.digest.hex().encode() + b'"'),))

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/catalogue/versions",
                self.publish,
                RouteDoc(
                    "发布办事指南或材料类型的新版本",
                    "Publish a version of a guide or of the material types",
                    "catalogue",
                    {"subject": "item", "document": {}},
                    {201: ("published, with its receipt", {"code": "XF-001", "version": 1})},
                    ("catalogue.version", "catalogue.invalid", "issuer.mismatch"),
                ),
                scopes=frozenset({DEPARTMENT, OPERATOR}),
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/catalogue/versions:prepare",
                self.prepare,
                RouteDoc(
                    "生成发布版本的待签内容",
                    "What to sign to publish a version",
                    "catalogue",
                    {"subject": "item", "document": {}},
                    {200: ("entry, document, digest; nothing is stored", {"digest": "0" * 64})},
                    ("catalogue.invalid", "issuer.mismatch"),
                ),
                scopes=frozenset({DEPARTMENT, OPERATOR}),
            ),
            ThinRoute(
                "GET",
                "/api/v1/catalogue/versions",
                self.versions,
                RouteDoc(
                    "已发布的全部版本",
                    "All published versions",
                    "catalogue",
                    answers={200: ("in order of publication", {"versions": []})},
                ),
                public=True,
            ),
            ThinRoute(
                "GET",
                "/api/v1/catalogue/versions/{subject}/{code}/{version:int}",
                self.version,
                RouteDoc(
                    "一个版本的原文",
                    "One version, as published",
                    "catalogue",
                    answers={200: ("the document", {"code": "XF-001"})},
                ),
                public=True,
            ),
        ]
