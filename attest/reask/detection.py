# SPDX-License-Identifier: Apache-2.0
"""From an entry that shows an asking to what it was in vain for: the rules over what the log knew then.

Live and in replay the same: a replay sees the log as it stood before that entry, and a command under the
writer's lock can see nothing later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attest.catalogue.situations import requirements_for
from attest.days import day_of
from attest.errors import AttestError
from attest.materials.model import Citation
from attest.materials.repository import about_key
from attest.reask.model import CLAIM, OUTSIDE_LIST, RECEIPT, RECOGNISABLE, Claim, Reask, Request
from attest.reask.repository import earlier_paper, level_of, reasks_in_case, relied_in_case
from attest.reask.rules import Paper, could_serve, spared_paper, spared_requirement
from attest.recognition.decision import by_role, gather, opening_of, with_added
from attest.recognition.model import Facts
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import Requirement
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.materials.model import Acceptance
    from attest.reading import Reader
    from attest.reask.rules import Spared
    from attest.recognition.decision import Gathered

_MOST_CASES: Final = 4096
"""Openings that are kept in memory: what a case was opened with cannot change."""


@dataclass(frozen=True, slots=True)
class Asking:
    """An entry that shows an asking: against whom, in which case, where in the log, when (Unix seconds)."""

    department: str
    case: CaseRow
    entry: Citation
    time: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: the log as it stood when it had `before` entries, None for all that there is."""

    reader: Reader
    context: Context
    before: int | None = None


class Detector:
    """Finds what was asked in vain, by the guides of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, tuple[Opening, tuple[Requirement, ...]]] = {}

    def receipt(self, record: Acceptance, asking: Asking, sight: Sight) -> Reask | None:
        """A paper that was taken in; one that the applicant handed in by choice was not asked for."""
        case, reader = asking.case, sight.reader
        if record.submitted is not None or record.authority != case.authority:  # an issuer's own word
            return None
        about = about_key(record.about, sight.context) if record.about is not None else None
        paper = Paper(record.type, record.parties, about)
        try:
            opening, applying = self._opened(case, sight)
            naming = [one for one in applying if record.type in one.types]
            facts = Facts(case.case_no, case.item, by_role(opening), None, day_of(asking.time))
            types = {type_ for one in naming for type_ in one.types}
            holders = {holder for _, holder in (*opening.parties, *record.parties)}
            if not could_serve(naming, facts, paper) or not earlier_paper(
                holders, types, case.case_no, sight.before, reader
            ):
                return None
            found = self._gathered(naming, asking, sight)
        except (AttestError, CommandRejected):  # what cannot be told is said against nobody
            return None
        spared = spared_paper(found.requirements, found.candidates, found.facts, found.types, paper)
        return _recognisable(RECEIPT, record.channel or case.channel, spared, found, asking, sight)

    def request(self, record: Request, asking: Asking, sight: Sight) -> Reask | None:
        """What a department said that it asks for."""
        try:
            one = self._listed(record.requirement, record.type, asking.case, sight)
            if one is None:
                return _outside(record, asking, sight)
            return self._asked(one, record, record.notice, asking, sight)
        except (AttestError, CommandRejected):
            return None

    def claim(self, record: Claim, asking: Asking, sight: Sight) -> Reask | None:
        """The applicant says that it was asked of them again; in vain, unless it was relied on since."""
        case = asking.case
        if not record.again:
            return None
        try:
            one = self._listed(record.requirement, record.type, case, sight)
            if one is None or relied_in_case(case.case_no, one.code, sight.before, sight.reader):
                return None
            return self._asked(one, record, CLAIM, asking, sight)
        except (AttestError, CommandRejected):
            return None

    def _asked(
        self, one: Requirement, record: Request | Claim, source: str, asking: Asking, sight: Sight
    ) -> Reask | None:
        own = source != CLAIM
        spared: Spared | None
        if record.type is None:
            found = self._gathered([one], asking, sight)
            spared = spared_requirement(one, found.candidates, found.facts, found.types, own=own)
        else:
            naming = [other for other in self._applying(asking.case, sight) if record.type in other.types]
            found = self._gathered(naming, asking, sight)
            paper = Paper(record.type, own=own)
            spared = spared_paper(found.requirements, found.candidates, found.facts, found.types, paper)
            spared = replace(spared, requirement=one.code) if spared is not None else None
        return _recognisable(source, record.channel, spared, found, asking, sight)

    def _listed(
        self, requirement: str | None, type_: str | None, case: CaseRow, sight: Sight
    ) -> Requirement | None:
        """The guide's requirement that was asked for, if it applies and names the material; else None.

        Where the material alone is named, the first that takes it.
        """
        for one in self._applying(case, sight):
            if one.code == requirement:
                return one if type_ is None or type_ in one.types else None
            if requirement is None and type_ in one.types:
                return one
        return None

    def _applying(self, case: CaseRow, sight: Sight) -> tuple[Requirement, ...]:
        return self._opened(case, sight)[1]

    def _gathered(self, naming: Sequence[Requirement], asking: Asking, sight: Sight) -> Gathered:
        return gather(
            asking.case,
            self._catalogue,
            sight.reader,
            sight.context,
            asking.time,
            wanted=[one.code for one in naming],
            before=sight.before,
        )

    def _opened(self, case: CaseRow, sight: Sight) -> tuple[Opening, tuple[Requirement, ...]]:
        """What the case was opened with, and the requirements that apply to it."""
        known = self._known.get(case.case_no)
        if known is None:
            opening = opening_of(case, self._catalogue, sight.reader, sight.context, before=0)
            item, _ = self._catalogue.guide(case, sight.reader)
            known = opening, requirements_for(item, dict(opening.answers))
            if len(self._known) >= _MOST_CASES:
                self._known.clear()
            self._known[case.case_no] = known
        opening, applying = known
        before = MAX_SIZE if sight.before is None else sight.before
        return with_added(opening, sight.reader, sight.context, before), applying


def _recognisable(
    source: str, channel: str, spared: Spared | None, found: Gathered, asking: Asking, sight: Sight
) -> Reask | None:
    """The re-ask, unless this case has one of the same paper already: one asking counts once.

    What an applicant reported does not keep an asking that is on record from being one.
    """
    if spared is None or _told_already(spared, found, asking.case.case_no, sight, of_claims=source == CLAIM):
        return None
    ground, random = spared.ground, sight.context.random
    earlier = ground.received_by or ground.authority
    return Reask(
        department=asking.department,
        case_no=asking.case.case_no,
        case_salt=random(32),
        item=asking.case.item,
        version=asking.case.version,
        channel=channel,
        source=source,
        finding=RECOGNISABLE,
        requirement=spared.requirement,
        type=spared.type,
        asked=asking.entry,
        acceptance=Citation(ground.acceptance, ground.index, ground.leaf_hash, random(32)),
        earlier=earlier,
        level=level_of(asking.department, sight.reader),
        earlier_level=level_of(earlier, sight.reader),
    )


def _told_already(spared: Spared, found: Gathered, case_no: str, sight: Sight, *, of_claims: bool) -> bool:
    known = {one.acceptance: one for one in found.candidates}
    holders = {holder for _, holder in spared.ground.parties}
    for earlier in reasks_in_case(case_no, sight.before, sight.reader):
        if earlier.source == CLAIM and not of_claims:
            continue
        cited = known.get(earlier.acceptance or b"")
        if cited is not None and earlier.type == spared.type and holders & {h for _, h in cited.parties}:
            return True
    return False


def _outside(record: Request, asking: Asking, sight: Sight) -> Reask:
    return Reask(
        department=asking.department,
        case_no=asking.case.case_no,
        case_salt=sight.context.random(32),
        item=asking.case.item,
        version=asking.case.version,
        channel=record.channel,
        source=record.notice,
        finding=OUTSIDE_LIST,
        requirement=record.requirement,
        type=record.type,
        asked=asking.entry,
        acceptance=None,
        earlier=None,
        level=level_of(asking.department, sight.reader),
        earlier_level=None,
    )
