# SPDX-License-Identifier: Apache-2.0
"""Bundles (一件事): the plan of one, from the catalogue alone, as a one-time notice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.auth import CHECKER, DEPARTMENT
from api.department_names import DepartmentNames
from api.requests import ThinResponse
from api.routes.bundle_docs import PLAN
from api.thin import ThinRoute
from attest.bundles.notice import Notice
from attest.bundles.repository import bundle_of, guides_of, policies_for
from attest.bundles.rules import plan_of
from attest.catalogue.reading import CatalogueError
from attest.catalogue.situations import SituationError, concerned
from attest.days import day_of
from attest.fields import Fields
from attest.recognition.smallest import SearchLimitError
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.requests import ThinRequest
    from ledger.canonical import Json


class BundleRoutes:
    """`POST bundles/{bundle}:plan`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def plan(self, request: ThinRequest) -> ThinResponse:
        """The smallest set to bring for these answers. It looks at nobody's papers and records nothing."""
        fields = Fields((await request.json())[0])
        version = fields.integer("version", 1) if fields.has("version") else None
        answers = fields.words("answers") if fields.has("answers") else {}
        fields.done()
        code = request.params["bundle"]
        return ThinResponse.of(await run_in_threadpool(self._notice, code, version, answers))

    def _notice(self, code: str, version: int | None, answers: Mapping[str, str]) -> dict[str, Json]:
        store, catalogue = self._ledger.store, self._ledger.catalogue
        bundle, _ = bundle_of(code, version, store)
        types = catalogue.types(store)
        try:
            day = day_of(int(time.time()))
            guides = guides_of(bundle, catalogue, store, day=day)
            by = policies_for(guides, catalogue, store, day)
            plan = plan_of(bundle, guides, types, answers, policies=by)
        except SituationError as error:
            detail = "the answers do not fit the bundle's questions"
            raise CommandRejected(error.code, detail, **concerned(bundle, error)) from error
        except CatalogueError as error:
            raise CommandRejected("bundle.changed", str(error), place=error.path) from error
        except SearchLimitError as error:
            raise CommandRejected(error.code, str(error)) from error
        return Notice(plan, types, self._names(store)).document()

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "POST",
                "/api/v1/bundles/{bundle}:plan",
                self.plan,
                PLAN,
                scopes=frozenset({DEPARTMENT, CHECKER}),
            )
        ]
