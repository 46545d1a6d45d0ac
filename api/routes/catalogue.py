# SPDX-License-Identifier: Apache-2.0
"""The catalogue: publish a version, read what is published."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.acting import Asked
from api.auth import DEPARTMENT, OPERATOR
from api.keyset import MOST, after_of, limit_of, page_of
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.catalogue_docs import PUBLISH, PUBLISH_PREPARE, VERSION, VERSIONS
from api.thin import ThinRoute
from attest.bundles.breaking import unfit_by, unfit_with
from attest.bundles.touched import touched_by
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.fitting import SUBJECTS, require_sound
from attest.catalogue.repository import document_of, version_of, versions_after
from attest.days import day_of
from attest.fields import Fields
from attest.policies.document import DEFAULT_DIGEST, DEFAULT_DOCUMENT
from attest.policies.model import NO_AUTHORITY
from attest.registry.model import GOVERNANCE
from attest.registry.repository import text_of
from attest.standards.document import parse_standard
from ledger.canonical import dump
from ledger.errors import CommandRejected
from ledger.hashing import sha256

if TYPE_CHECKING:
    from datetime import date

    from api.core import Ledger
    from api.requests import ThinRequest
    from attest.bundles.breaking import Unfit
    from attest.bundles.touched import Touched
    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader
    from attest.standards.model import Standard

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
        standard = subject == "standard"
        despite = fields.choice("despite", ("drops",)) if standard and fields.has("despite") else None
        fields.done()
        body = dump(document)
        known, store = self._ledger.catalogue, self._ledger.store
        code, version = require_sound(subject, document, issuer, known, int(time.time()), store)
        if standard and despite is None:
            require_unused(parse_standard(document), known, store)
        return Asked(Publication(subject, code, version, sha256(body)), (body,))

    async def publish(self, request: ThinRequest) -> ThinResponse:
        """Publish a version of a document: the types by governance, others by their authority."""
        ledger = self._ledger
        issuer = GOVERNANCE if OPERATOR in request.principal.scopes else request.department
        outcome = await ledger.acting.submit(
            request, self._act, issuer, lambda fields: self._read(fields, issuer), limit=DOCUMENT_LIMIT
        )
        entry = ledger.acting.entry_of(outcome)
        published = self._act.parse(Fields(entry.body, "/body"))
        index, _, _ = ledger.acting.placed(outcome)
        more = await run_in_threadpool(self._warnings, published, index, day_of(entry.time))
        return ledger.acting.created(
            outcome,
            subject=published.subject,
            code=published.code,
            version=published.version,
            document=published.document.hex(),
            **more,
        )

    def _warnings(self, published: Publication, index: int, day: date) -> dict[str, list[Any]]:
        """What else it does: versions that never hold now, what it touches or leaves unfit, fields gone."""
        known, store, found = self._ledger.catalogue, self._ledger.store, dict[str, list[Any]]()
        if published.subject in ("item", "policy"):
            found["overtakes"] = known.overtaken(
                published.subject, published.code, published.version, day, store
            )
        if published.subject == "item":
            item, _ = known.item(published.code, published.version, store)
            found["bundles"] = [bundle_json(one) for one in touched_by(item, known, store)]
        if published.subject == "types" and published.version > 1:
            types, earlier = known.types(store, index + 1), known.types(store, index)
            found["unfit"] = [unfit_json(one) for one in unfit_with(types, earlier, known, store)]
        if published.subject == "standard":
            standard = parse_standard(document_of(published.document, store))
            found["drops"] = [asdict(one) for one in known.dropped(standard, store)]
            found["unfit"] = [unfit_json(one) for one in unfit_by(standard, store)]
        return {name: some for name, some in found.items() if some}

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the authority, or governance, would sign to publish."""
        issuer = GOVERNANCE if OPERATOR in request.principal.scopes else request.department
        return await self._ledger.acting.prepare(
            request, self._act, issuer, lambda fields: self._read(fields, issuer), limit=DOCUMENT_LIMIT
        )

    async def versions(self, request: ThinRequest) -> ThinResponse:
        """Everything published, in the log's order."""
        query = request.query("after", "limit")
        after, limit = after_of(query), limit_of(query, MOST)
        rows = await run_in_threadpool(versions_after, after, limit + 1, self._ledger.store)
        versions = [
            {"subject": subject, "code": code, "version": version, "department": department, "index": index}
            for subject, code, version, department, index in rows[:limit]
        ]
        return page_of(request, {"versions": versions}, rows[limit - 1][4] if len(rows) > limit else None)

    async def version(self, request: ThinRequest) -> ThinResponse:
        """One published document, byte for byte what its digest in the log names."""
        request.query()
        subject, code = request.params["subject"], request.params["code"]
        if (subject, code, request.params["version"]) == ("policy", NO_AUTHORITY, "0"):
            return _document(DEFAULT_DOCUMENT, DEFAULT_DIGEST)
        found = version_of(subject, code, int(request.params["version"]), self._ledger.store)
        body = text_of(found.digest, self._ledger.store) if found else None
        if found is None or body is None:
            raise Problem("not_found")
        return _document(body, found.digest)

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/catalogue/versions",
                self.publish,
                PUBLISH,
                scopes=frozenset({DEPARTMENT, OPERATOR}),
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/catalogue/versions:prepare",
                self.prepare,
                PUBLISH_PREPARE,
                scopes=frozenset({DEPARTMENT, OPERATOR}),
            ),
            ThinRoute(
                "GET",
                "/api/v1/catalogue/versions",
                self.versions,
                VERSIONS,
                public=True,
            ),
            ThinRoute(
                "GET",
                "/api/v1/catalogue/versions/{subject}/{code}/{version:int}",
                self.version,
                VERSION,
                public=True,
            ),
        ]


def require_unused(standard: Standard, catalogue: Catalogue, reader: Reader) -> None:
    """Refuse (CommandRejected) a version of a standard without fields that types or bundles still use."""
    drops, unfit = catalogue.dropped(standard, reader), unfit_by(standard, reader)
    if drops or unfit:
        raise CommandRejected(
            "standard.drops",
            drops=[asdict(one) for one in drops],
            unfit=[unfit_json(one) for one in unfit],
        )


def unfit_json(one: Unfit) -> dict[str, object]:
    """A guide or bundle that fits no more, in JSON."""
    return {
        "subject": one.subject,
        "code": one.code,
        "version": one.version,
        "authority": one.authority,
        "place": one.place,
    }


def bundle_json(one: Touched) -> dict[str, object]:
    """A bundle that a guide touches, in JSON."""
    fits = {"fits": True} if one.misfit is None else {"fits": False, "place": one.misfit}
    return {
        "code": one.bundle,
        "version": one.version,
        "authority": one.authority,
        "pinned": one.pinned,
        **fits,
    }


def _document(body: bytes, digest: bytes) -> ThinResponse:
    return ThinResponse(200, body, headers=((b"etag", b'"' + digest.hex().encode() + b'"'),))
