# SPDX-License-Identifier: Apache-2.0
"""Drafts of guides and other documents, kept until a second person publishes or somebody drops them.

A draft names the version that it stems from (`base`, 0: there is none yet). Whoever corrects it adds a
revision; the same text by two people is never one person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import bindparam, select

from api.web.catalogue.tables import guide_draft_ends, guide_drafts
from attest.catalogue.commands import publication_fact
from attest.catalogue.item_document import parse_item
from attest.catalogue.repository import latest_version
from attest.fields import octets_of
from attest.reading import Prepared
from ledger.canonical import read_json
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.model import ServiceItem
    from attest.reading import Reader
    from ledger.commands import Row, View

OPEN, PUBLISHED, DROPPED = "open", "published", "dropped"
MOST_OPEN: Final = 200
"""Open drafts of one department."""
MOST_REVISIONS: Final = 200

_COLUMNS = select(
    guide_drafts.c.id,
    guide_drafts.c.revision,
    guide_drafts.c.subject,
    guide_drafts.c.code,
    guide_drafts.c.department,
    guide_drafts.c.base,
    guide_drafts.c.login,
    guide_drafts.c.time,
    guide_draft_ends.c.outcome,
).outerjoin(guide_draft_ends, guide_draft_ends.c.id == guide_drafts.c.id)
_ONE = Prepared(_COLUMNS.where(guide_drafts.c.id == bindparam("id")).order_by(guide_drafts.c.revision.desc()))
_OPEN = Prepared(
    _COLUMNS.where(
        guide_drafts.c.department == bindparam("department"), guide_draft_ends.c.outcome.is_(None)
    ).order_by(guide_drafts.c.id, guide_drafts.c.revision.desc())
)
_BODY = Prepared(
    select(guide_drafts.c.body).where(
        guide_drafts.c.id == bindparam("id"), guide_drafts.c.revision == bindparam("revision")
    )
)
_RELEASE = Prepared(
    select(guide_drafts.c.login, guide_draft_ends.c.login, guide_draft_ends.c.time)
    .join(guide_draft_ends, guide_draft_ends.c.id == guide_drafts.c.id)
    .where(
        guide_drafts.c.revision == guide_draft_ends.c.revision,
        guide_drafts.c.subject == bindparam("subject"),
        guide_drafts.c.code == bindparam("code"),
        guide_draft_ends.c.version == bindparam("version"),
        guide_draft_ends.c.outcome == PUBLISHED,
    )
)


@dataclass(frozen=True, slots=True)
class GuideDraft:
    """A draft in its newest revision: who wrote that, when (Unix seconds), and how the draft stands."""

    id: bytes
    revision: int
    subject: str
    code: str
    department: str
    base: int
    login: str
    time: int
    outcome: str = OPEN

    @property
    def name(self) -> str:
        """How addresses name it."""
        return self.id.hex()


@dataclass(frozen=True, slots=True)
class Release:
    """Who wrote what was published, who published it, and when."""

    drafted_by: str
    published_by: str
    time: int


def _draft(row: tuple[object, ...]) -> GuideDraft:
    id_, revision, subject, code, department, base, login, time, outcome = row
    if not isinstance(id_, bytes) or not isinstance(revision, int) or not isinstance(base, int):
        raise TypeError("a row of drafts has an id, a revision and a base")
    at = time if isinstance(time, int) else 0
    outcome_ = str(outcome or OPEN)
    return GuideDraft(id_, revision, str(subject), str(code), str(department), base, str(login), at, outcome_)


def draft_by_id(id_: bytes, reader: Reader) -> GuideDraft | None:
    """The draft in its newest revision, ended or not, or None."""
    rows = _ONE.rows(reader, id=id_)
    return _draft(rows[0]) if rows else None


def draft_named(name: str, department: str | None, subjects: Collection[str], reader: Reader) -> GuideDraft:
    """The draft with that id in hex; another department's or subject's is `draft.unknown` like none."""
    id_ = octets_of(name, 16)
    draft = draft_by_id(id_, reader) if id_ else None
    if draft is None or draft.department != department or draft.subject not in subjects:
        raise CommandRejected("draft.unknown")
    return draft


def open_drafts(department: str, reader: Reader) -> list[GuideDraft]:
    """The drafts of a department that are neither published nor dropped, each in its newest revision."""
    newest: dict[bytes, GuideDraft] = {}
    for row in _OPEN.rows(reader, department=department):
        one = _draft(row)
        newest.setdefault(one.id, one)
    return sorted(newest.values(), key=lambda one: (one.code, one.time))


def body_of(draft: GuideDraft, reader: Reader) -> bytes:
    """The draft's document as it would be published (JCS)."""
    return bytes(_BODY.rows(reader, id=draft.id, revision=draft.revision)[0][0])


def item_of(body: bytes) -> ServiceItem:
    """The guide that a draft holds."""
    return parse_item(read_json(body, max_bytes=len(body)))


def release_of(subject: str, code: str, version: int, reader: Reader) -> Release | None:
    """Both persons of a version that was published from a draft; None where it came over the API."""
    rows = _RELEASE.rows(reader, subject=subject, code=code, version=version)
    return Release(str(rows[0][0]), str(rows[0][1]), int(rows[0][2])) if rows else None


def draft_fact(id_: bytes) -> bytes:
    """Name of the fact "how this draft stands", for the writer's batches."""
    return b"guide-draft/" + id_


def _room_fact(department: str) -> bytes:
    return b"guide-drafts/" + department.encode()


def require_open(id_: bytes, department: str, revision: int, reader: Reader) -> GuideDraft:
    """The open draft of this department in the revision that somebody looked at (CommandRejected)."""
    draft = draft_by_id(id_, reader)
    if draft is None or draft.department != department:
        raise CommandRejected("draft.unknown")
    if draft.outcome != OPEN:
        raise CommandRejected("draft.ended")
    if draft.revision != revision:
        raise CommandRejected("draft.changed")
    return draft


@dataclass(frozen=True, slots=True)
class Keep:
    """The command that keeps new drafts, all or none; `drafts` are id, code, base and document."""

    department: str
    login: str
    drafts: tuple[tuple[bytes, str, int, bytes], ...]
    subject: str = "item"
    entry_id: None = None
    request: None = None

    @property
    def reads(self) -> Collection[bytes]:
        """Which version of each is the newest."""
        return tuple(publication_fact(self.subject, code) for _, code, _, _ in self.drafts)

    @property
    def writes(self) -> Collection[bytes]:
        """How many drafts a department has."""
        return (_room_fact(self.department),)

    def decide(self, view: View) -> Decision[None]:
        """A first revision each; `draft.stale` where a newer version was published meanwhile."""
        rows: list[Row] = []
        if len(open_drafts(self.department, view)) + len(self.drafts) > MOST_OPEN:
            raise CommandRejected("draft.too_many")
        for id_, code, base, body in self.drafts:
            require_newest(code, base, view, self.subject)
            if draft_by_id(id_, view) is None:  # else a second press of the same form
                row = (id_, 1, self.subject, code, self.department, base, body, self.login, view.now)
                rows.append((guide_drafts, row))
        return Decision(rows=rows)


@dataclass(frozen=True, slots=True)
class Revise:
    """The command that adds a revision to the one that somebody looked at."""

    id: bytes
    code: str
    department: str
    revision: int
    base: int
    body: bytes
    login: str
    subject: str = "item"
    entry_id: None = None
    request: None = None

    @property
    def reads(self) -> Collection[bytes]:
        """Which version is the newest."""
        return (publication_fact(self.subject, self.code),)

    @property
    def writes(self) -> Collection[bytes]:
        """One revision after the other."""
        return (draft_fact(self.id),)

    def decide(self, view: View) -> Decision[None]:
        """One row."""
        draft = require_open(self.id, self.department, self.revision, view)
        require_newest(draft.code, self.base, view, draft.subject)
        if draft.revision >= MOST_REVISIONS:
            raise CommandRejected("draft.too_many")
        row = (
            self.id,
            draft.revision + 1,
            draft.subject,
            draft.code,
            draft.department,
            self.base,
            self.body,
            self.login,
            view.now,
        )
        return Decision(rows=[(guide_drafts, row)])


@dataclass(frozen=True, slots=True)
class Drop:
    """The command that ends a draft unpublished."""

    id: bytes
    department: str
    revision: int
    login: str
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Ends once."""
        return (draft_fact(self.id),)

    def decide(self, view: View) -> Decision[None]:
        """One row."""
        draft = require_open(self.id, self.department, self.revision, view)
        row = (self.id, DROPPED, draft.revision, self.login, 0, None, view.now)
        return Decision(rows=[(guide_draft_ends, row)])


def require_newest(code: str, base: int, reader: Reader, subject: str = "item") -> None:
    """Refuse (`draft.stale`) what stems from a version that is no longer the newest."""
    latest = latest_version(subject, code, reader)
    if (latest.version if latest else 0) != base:
        raise CommandRejected("draft.stale", latest=latest.version if latest else 0)
