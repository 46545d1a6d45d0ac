# SPDX-License-Identifier: Apache-2.0
"""Expiry notices: what a department relied on and will end soon, while its case may be open; told once each.

They are read from the tables of the log as it stands, by a day that is given; that one was seen is a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import and_, bindparam, or_, select

from api.events.tables import expiry_marks
from attest.days import first_second
from attest.expiry.model import OPEN_DAYS
from attest.expiry.repository import duty_of
from attest.materials.repository import acceptance_by_id
from attest.reading import Prepared
from attest.recognition.repository import reliance_by_id
from attest.supersession.repository import successions
from attest.tables import acceptances, cases, reliances, retractions
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader
    from ledger.commands import RequestKey, View

MOST_DAYS: Final = 366
"""How far ahead a notice looks, at most."""

_PAGE = (
    select(
        reliances.c.idx,
        reliances.c.reliance,
        reliances.c.case_no,
        reliances.c.requirement,
        acceptances.c.acceptance,
        acceptances.c.type,
        acceptances.c.valid_until,
        expiry_marks.c.time,
        acceptances.c.authority,
    )
    .select_from(
        acceptances.join(reliances, reliances.c.acceptance == acceptances.c.acceptance)
        .join(cases, cases.c.case_no == reliances.c.case_no)
        .outerjoin(retractions, retractions.c.acceptance == acceptances.c.acceptance)
        .outerjoin(expiry_marks, expiry_marks.c.reliance == reliances.c.reliance)
    )
    .where(
        acceptances.c.valid_until.is_not(None),
        acceptances.c.valid_until >= bindparam("today"),
        acceptances.c.valid_until <= bindparam("last"),
        reliances.c.department == bindparam("department"),
        cases.c.opened >= bindparam("opened"),
        retractions.c.idx.is_(None),
        or_(
            acceptances.c.valid_until > bindparam("day"),
            and_(acceptances.c.valid_until == bindparam("same"), reliances.c.idx > bindparam("index")),
        ),
    )
    .order_by(acceptances.c.valid_until, reliances.c.idx)
    .limit(bindparam("most"))
)
_OPEN = Prepared(_PAGE.where(expiry_marks.c.time.is_(None)))
_SEEN = Prepared(_PAGE.where(expiry_marks.c.time.is_not(None)))
_MARK = Prepared(select(expiry_marks.c.time).where(expiry_marks.c.reliance == bindparam("reliance")))
_OWNER = Prepared(
    select(reliances.c.department).where(
        reliances.c.acceptance == bindparam("acceptance"), reliances.c.idx == bindparam("index")
    )
)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page goes on: behind the reliance of this index among what ends on this day."""

    day: date
    index: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}-{self.index}"


START: Final = After(date.min, -1)


def parse_after(text: str) -> After | None:
    """The place that `str` of one names, None for anything else."""
    day, _, index = text.rpartition("-")
    try:
        found = After(date.fromisoformat(day), int(index))
    except ValueError:
        return None
    return found if str(found) == text else None


@dataclass(frozen=True, slots=True)
class Expiry:
    """One reliance on a paper that ends on `until`; `seen` when somebody said so (Unix seconds)."""

    index: int
    reliance: bytes
    case_no: str
    requirement: str
    acceptance: bytes
    type: str
    until: date
    seen: int | None
    duty: str
    """The owner of the paper's type (管理单位): it is to take in the one that follows."""

    @property
    def place(self) -> After:
        """Where the page goes on behind it."""
        return After(self.until, self.index)


def expiries_after(
    department: str,
    today: date,
    days: int,
    after: After,
    most: int,
    reader: Reader,
    catalogue: Catalogue,
    *,
    seen: bool,
) -> tuple[list[Expiry], After | None]:
    """What the department relied on and ends within `days` from `today`, soonest first; where to go on.

    What was renewed meanwhile is not told: its notice was another one (`material.superseded`).
    """
    rows = (_SEEN if seen else _OPEN).rows(
        reader,
        department=department,
        today=today.isoformat(),
        last=(today + timedelta(days=days)).isoformat(),
        opened=first_second(today - timedelta(days=OPEN_DAYS)),
        day=after.day.isoformat(),
        same=after.day.isoformat(),
        index=after.index,
        most=most + 1,
    )
    types = catalogue.types(reader) if rows else None
    page = [
        Expiry(
            row[0],
            bytes(row[1]),
            row[2],
            row[3],
            bytes(row[4]),
            row[5],
            date.fromisoformat(row[6]),
            row[7],
            row[8] if types is None else duty_of(row[5], row[8], types),
        )
        for row in rows[:most]
    ]
    lines = successions([one.acceptance for one in page], reader)
    renewed = {acceptance for acceptance, line in lines.items() if line.renewed}
    more = page[-1].place if len(rows) > most else None
    return [one for one in page if one.acceptance not in renewed and _stands(one.acceptance, reader)], more


def _stands(acceptance: bytes, reader: Reader) -> bool:
    """Whether it counts: a key that was in other hands may have signed it."""
    row = acceptance_by_id(acceptance, reader)
    return row is not None and row.fallen is None


def expiry_seen_at(reliance: bytes, reader: Reader) -> int | None:
    """When the notice was marked as seen, None while it is open."""
    found = _MARK.rows(reader, reliance=reliance)
    return int(found[0][0]) if found else None


@dataclass(frozen=True, slots=True)
class MarkExpirySeen:
    """The command that marks a notice as seen; a repeat is answered like the first."""

    department: str
    reliance: bytes
    request: RequestKey | None = None
    entry_id: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Once a reliance."""
        return (b"expiry/" + self.reliance,)

    def decide(self, view: View) -> Decision[int]:
        """One row; `expiry.unknown` for what is no reliance of this department."""
        place = reliance_by_id(self.reliance, view)
        owner = _OWNER.rows(view, acceptance=place[0], index=place[1]) if place is not None else []
        if not owner or owner[0][0] != self.department:
            raise CommandRejected("expiry.unknown", "no such reliance of this department")
        known = expiry_seen_at(self.reliance, view)
        if known is not None:
            return Decision(answer=known)
        return Decision(rows=[(expiry_marks, (self.reliance, view.now))], answer=view.now)
