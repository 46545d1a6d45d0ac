# SPDX-License-Identifier: Apache-2.0
"""What a claim 「我已交过」 comes to, for the one who made it: as of the claim's own place in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from attest.data_check_requests.repository import fallen_uses
from attest.errors import AttestError
from attest.materials.repository import acceptance_by_id
from attest.reask.repository import reask_of, reasks_in_case, relied_in_case
from attest.recognition.alternatives import nearest
from attest.recognition.decision import OutsideListError, gather
from attest.recognition.model import CANNOT_TELL, RECOGNISED
from attest.recognition.repository import relied_in
from attest.recognition.rules import pool_of, result_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.cases.model import CaseRow
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader
    from attest.reask.model import ReaskRow
    from attest.reask.repository import ClaimRow
    from attest.recognition.decision import Gathered
    from attest.recognition.model import Params, RequirementResult

REASKED, TOLD, USED, DISPUTED, ON_FILE, KNOWN, NOT_MET, UNTOLD = (
    "reasked",
    "told",
    "used",
    "disputed",
    "on_file",
    "known",
    "not_met",
    "cannot_tell",
)
OUTCOMES: Final = (REASKED, TOLD, USED, DISPUTED, ON_FILE, KNOWN, NOT_MET, UNTOLD)
"""In vain asked, by their own word · recorded by an earlier entry of the case · relied on already ·
relied on, and disputed without an answer yet · taken in with this very case · on record elsewhere, and
nobody asked · nothing stands that would do · cannot be told now."""


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """What is so: `accepted` is where it was handed in before, `reask` the entry that records the asking.

    `reason` and `params` are those of the verdict where nothing would do, or where it cannot be told;
    no reason where not even that can be read.
    """

    outcome: str
    reask: ReaskRow | None = None
    accepted: AcceptanceRow | None = None
    reason: str = ""
    params: Params = field(default_factory=dict)


def answer_claim(
    claim: ClaimRow, case: CaseRow, catalogue: Catalogue, reader: Reader, context: Context
) -> ClaimAnswer:
    """The answer to a claim, from what the log held when the claim was taken down."""
    found = reask_of(claim.id, reader)
    if found is not None:
        return _proved(REASKED, found, reader)
    relied = relied_in_case(case.case_no, claim.requirement, claim.index, reader)
    try:
        gathered = _gathered(claim, case, catalogue, reader, context)
    except (AttestError, CommandRejected, OutsideListError):
        return ClaimAnswer(USED if relied else UNTOLD)
    result = _verdict(gathered)
    if relied and (said := _relied(claim, case, gathered, result, reader)) is not None:
        return said
    if result.verdict != RECOGNISED:
        outcome = UNTOLD if result.verdict == CANNOT_TELL else NOT_MET
        return ClaimAnswer(outcome, reason=result.reason, params=result.params)
    types = {one.type for one in result.used}
    for earlier in reasks_in_case(case.case_no, claim.index, reader):
        if earlier.acceptance is not None and earlier.type in types:
            return _proved(TOLD, earlier, reader)
    here = [one for one in result.used if one.case_no == case.case_no]
    ground = (here or list(result.used))[0]
    outcome = ON_FILE if here or claim.again else KNOWN
    return ClaimAnswer(outcome, accepted=acceptance_by_id(ground.acceptance, reader))


def _proved(outcome: str, found: ReaskRow, reader: Reader) -> ClaimAnswer:
    accepted = acceptance_by_id(found.acceptance, reader) if found.acceptance is not None else None
    return ClaimAnswer(outcome, found, accepted)


def _relied(
    claim: ClaimRow, case: CaseRow, found: Gathered, result: RequirementResult, reader: Reader
) -> ClaimAnswer | None:
    """How what the case relied on for it stood at the claim; None where all of that had fallen."""
    taken_back = fallen_uses(case.case_no, reader, claim.index).get(claim.requirement, frozenset())
    used = {
        acceptance
        for name, acceptance, index in relied_in(case.case_no, reader)
        if name == claim.requirement and index < claim.index and acceptance not in taken_back
    }
    known = [one for one in found.candidates if one.acceptance in used]
    standing = [one for one in known if not (one.retracted or one.condemned or one.denied)]
    if known and not standing:
        return None
    disputed = [one for one in standing if one.disputed is not None]
    if not standing or len(disputed) < len(standing) or result.verdict == RECOGNISED:
        return ClaimAnswer(USED)
    first = disputed[0]
    params: Params = {} if first.disputed is None else {"due": first.disputed.isoformat()}
    accepted = acceptance_by_id(first.acceptance, reader)
    return ClaimAnswer(DISPUTED, accepted=accepted, reason="acceptance.disputed", params=params)


def _gathered(
    claim: ClaimRow, case: CaseRow, catalogue: Catalogue, reader: Reader, context: Context
) -> Gathered:
    wanted = [claim.requirement]
    return gather(case, catalogue, reader, context, claim.time, wanted=wanted, before=claim.index)


def _verdict(found: Gathered) -> RequirementResult:
    (one,) = found.requirements
    return result_of(one, *nearest(one, pool_of(found.candidates), found.facts, found.types))
