# SPDX-License-Identifier: Apache-2.0
"""Publishing a draft: the API's own act, and in its transaction who wrote the text and who published it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.web.catalogue.drafts import PUBLISHED, draft_fact, require_newest, require_open
from api.web.catalogue.tables import guide_draft_ends
from attest.catalogue.commands import Publication, Publish
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.web.catalogue.drafts import GuideDraft
    from attest.acts import Placed
    from attest.context import Context
    from ledger.commands import Row, View


class PublishDraft(Publish):
    """`catalogue.published` of one draft in the revision that the second person looked at.

    The entry is the same as that of a publication over the API; the names of the two persons stay in the
    private row that is committed with it.
    """

    def __init__(self, draft: GuideDraft, login: str) -> None:
        super().__init__()
        self._draft: Final = draft
        self._login: Final = login

    def facts(self, record: Publication) -> tuple[Collection[bytes], Collection[bytes]]:
        reads, writes = super().facts(record)
        return reads, (*writes, draft_fact(self._draft.id))

    def check(self, record: Publication, issuer: str, view: View, context: Context) -> None:
        draft = require_open(self._draft.id, issuer, self._draft.revision, view)
        require_second(draft, self._login)
        require_newest(draft.code, draft.base, view, draft.subject)
        super().check(record, issuer, view, context)

    def rows(self, record: Publication, placed: Placed, context: Context) -> list[Row]:
        draft = self._draft
        end = (
            draft.id,
            PUBLISHED,
            draft.revision,
            self._login,
            record.version,
            placed.index,
            placed.entry.time,
        )
        return [*super().rows(record, placed, context), (guide_draft_ends, end)]


def require_second(draft: GuideDraft, login: str) -> None:
    """Refuse (`draft.same_person`) whoever wrote the text that is to be published."""
    if draft.login == login:
        raise CommandRejected("draft.same_person")
