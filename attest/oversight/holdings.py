# SPDX-License-Identifier: Apache-2.0
"""What was accepted of a holder, and how each acceptance stands now: the holder's own view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select

from attest.data_check_requests.repository import TAKEN_BACK
from attest.data_checks.repository import denials_about, mark_denied
from attest.days import day_of
from attest.holders.repository import ids_of
from attest.materials.model import RECTIFIED
from attest.reading import Prepared
from attest.recognition.condemned import condemn, condemning
from attest.recognition.repository import candidates_for, same_files
from attest.tables import acceptance_parties, acceptances, cases, material_parties, reliances
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from datetime import date

    from attest.context import Context
    from attest.reading import Reader
    from attest.recognition.model import Candidate

STANDS, EXPIRED, RETRACTED, DISPUTED = "stands", "expired", "retracted", "disputed"
RENEWED, REMOVED, DENIED = "renewed", "removed", "denied"
STATES: Final = (STANDS, EXPIRED, RETRACTED, DISPUTED, RENEWED, REMOVED, DENIED)
_TYPES: Final = Prepared(
    select(material_parties.c.type)
    .where(material_parties.c.holder == bindparam("holder"))
    .group_by(material_parties.c.type)
)
_OTHERS: Final = Prepared(
    select(acceptance_parties.c.acceptance, acceptance_parties.c.holder).where(
        acceptance_parties.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
_USES: Final = Prepared(
    select(reliances.c.acceptance, func.count(reliances.c.case_no.distinct()))  # once a case
    .where(reliances.c.acceptance.in_(bindparam("ids", expanding=True)), TAKEN_BACK.is_(None))
    .group_by(reliances.c.acceptance)
)
_CHANNELS: Final = Prepared(
    select(acceptances.c.acceptance, func.coalesce(acceptances.c.channel, cases.c.channel))
    .select_from(acceptances.join(cases, cases.c.case_no == acceptances.c.case_no))
    .where(acceptances.c.acceptance.in_(bindparam("ids", expanding=True)))
)
_PORTION: Final = 512


@dataclass(frozen=True, slots=True)
class Holding:
    """An acceptance of which the holder is a party: in which roles, beside how many others, used how often.

    `state` is `stands`, `expired`, `retracted`, `denied` by its issuer (of both by whom, when: `fallen`),
    `disputed` (answer due: `due`), `renewed` (who accepted the newer paper, when: `renewed`) or `removed`
    from reuse by one of its parties.
    """

    acceptance: bytes
    index: int
    type: str
    issuer: str
    authority: str
    received_by: str | None
    accepted: int
    assurance: str
    valid_until: date | None
    roles: tuple[str, ...]
    others: int
    case_no: str
    state: str
    fallen: tuple[str, int] | None
    due: date | None
    relied: int
    renewed: tuple[str, int] | None = None
    channel: str = ""
    """How it was handed in (办理形式); empty of an issuer's own word, which nobody handed in."""
    rectified: bool = False
    """It was taken back because a later acceptance corrects it (更正)."""

    def ends_within(self, today: date, days: int) -> bool:
        """Whether it counts now and its last day is at most so many days away."""
        until = self.valid_until
        counts = self.state in (STANDS, DISPUTED)
        return counts and until is not None and today <= until <= today + timedelta(days=days)


def holdings_of(holder: bytes, now: int, reader: Reader, context: Context) -> list[Holding]:
    """Every acceptance of which the holder is a party, the newest first."""
    own = ids_of(holder, reader)
    types = sorted({row[0] for one in own for row in _TYPES.rows(reader, holder=one)})
    found = candidates_for([holder], (), types, (), (), reader, context)
    if condemners := condemning(found):
        found = condemn(found, same_files(condemners, reader, context))
    if denied := denials_about(found, [holder], types, reader, MAX_SIZE):
        found = mark_denied(found, denied, reader)
    ids = [one.acceptance for one in found]
    others: dict[bytes, set[bytes]] = {one: set() for one in ids}
    relied: dict[bytes, int] = {}
    channels: dict[bytes, str] = {}
    for start in range(0, len(ids), _PORTION):
        some = ids[start : start + _PORTION]
        for acceptance, party in _OTHERS.rows(reader, ids=some):
            others[bytes(acceptance)].add(bytes(party))
        relied |= {bytes(one): int(count) for one, count in _USES.rows(reader, ids=some, before=MAX_SIZE)}
        channels |= {bytes(one): str(channel) for one, channel in _CHANNELS.rows(reader, ids=some)}
    made = [
        replace(
            _holding(one, len(others[one.acceptance].difference(own)), relied.get(one.acceptance, 0), now),
            channel="" if one.is_issuers_word else channels.get(one.acceptance, ""),
        )
        for one in found
    ]
    return sorted(made, key=lambda one: -one.index)


def _holding(one: Candidate, others: int, relied: int, now: int) -> Holding:
    fallen = one.retracted[:2] if one.retracted is not None else one.condemned
    state = _state(one, fallen, now)
    if state == DENIED and one.denied is not None:
        fallen = (one.issuer, int(one.denied.params["at"]))
    return Holding(
        acceptance=one.acceptance,
        index=one.index,
        type=one.type,
        issuer=one.issuer,
        authority=one.authority,
        received_by=one.received_by,
        accepted=one.accepted_at,
        assurance=one.assurance,
        valid_until=one.valid_until,
        roles=tuple(role for role, _ in one.parties),
        others=others,
        case_no=one.case_no,
        state=state,
        fallen=fallen,
        due=one.disputed,
        relied=relied,
        renewed=one.superseded,
        rectified=one.retracted is not None and one.retracted[2] == RECTIFIED,
    )


def _state(one: Candidate, fallen: tuple[str, int] | None, now: int) -> str:
    """The one word that matters most to the holder."""
    if fallen is not None:
        return RETRACTED
    if one.denied is not None:
        return DENIED
    if one.removed:
        return REMOVED
    if one.disputed is not None:
        return DISPUTED
    if one.superseded is not None:
        return RENEWED
    return EXPIRED if one.valid_until is not None and one.valid_until < day_of(now) else STANDS
