# SPDX-License-Identifier: Apache-2.0
"""Whether a paper would serve in its case, by what the clerk has typed: asked before anybody signs for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.things import thing_of
from attest.data_checks.model import Numbered
from attest.data_checks.repository import denial_of, may_be_denied, said_of
from attest.days import day_in, day_of
from attest.recognition.decision import by_role
from attest.recognition.evidence import foreseen
from attest.recognition.model import NO_THING, REQUIRED, Candidate, Facts
from attest.recognition.reasons import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.counter.adding import AddForm
    from api.web.counter.looking import Look
    from api.web.counter.rows import Words
    from attest.catalogue.model import Evidence

_DAYS: Final = "validity."
"""Reasons that speak of a paper's days; every other one is told by the list."""


def shut_by_thing(form: AddForm, look: Look, words: Words) -> tuple[str, str] | None:
    """Why no such paper counts in the case, as (code, sentence): it names no thing of the paper's kind."""
    thing, about = thing_of(form.kind), look.opening.about
    if thing is None or (about is not None and about[0] == thing):
        return None
    return NO_THING, sentence(NO_THING, {"kind": thing}, words.language, words.departments)


def shut_by_days(
    asked: Mapping[str, Any], evidence: Evidence, look: Look, words: Words
) -> tuple[str, str] | None:
    """Why the paper of this request (`POST acceptances`) would not meet the evidence, as (code, sentence).

    None where its days are no obstacle, and where they are no days: the API's own reader says that.
    """
    try:
        issued, until = (
            date.fromisoformat(asked[name]) if name in asked else None for name in ("issued", "valid_until")
        )
    except ValueError:
        return None
    case, about = look.case, asked.get("about")
    thing = (about["kind"], about["id"].encode()) if about is not None else None
    paper = Candidate(
        acceptance=bytes(16),
        index=look.index,
        leaf_hash=bytes(32),
        type=evidence.type,
        issuer=asked["issuer"],
        authority=case.authority,
        received_by=None,
        accepted_at=look.as_of,
        issued=issued,
        valid_until=until,
        assurance=asked["assurance"],
        parties=tuple((one["role"], bytes.fromhex(one["holder"])) for one in asked["parties"]),
        about=thing[1] if thing is not None else None,
        case_no=case.case_no,
    )
    facts = Facts(
        case_no=case.case_no,
        item=case.item,
        parties=by_role(look.opening),
        about=thing,
        today=day_of(look.as_of),
        policy=look.judged.policy.policy,
        applied=day_of(case.opened),
    )
    result = foreseen(evidence, paper, facts, look.types)
    if result.verdict != REQUIRED or not result.reason.startswith(_DAYS):
        return None
    return result.reason, sentence(result.reason, result.params, words.language, words.departments)


def shut_by_denial(
    asked: Mapping[str, Any], look: Look, ledger: Ledger, words: Words
) -> tuple[str, str] | None:
    """What the issuer said against the paper of this request, as (code, sentence); None where it did not."""
    number, issued = asked.get("number"), day_in(asked.get("issued", ""))
    holders = frozenset(bytes.fromhex(one["holder"]) for one in asked["parties"])
    if not number or not may_be_denied([asked["type"]], ledger.store):
        return None
    paper = Numbered(asked["type"], asked["issuer"], number, holders, issued)
    row = denial_of(paper, ledger.store, look.index, ledger.context)
    if row is None:
        return None
    said = said_of(row.department, row, row.time)
    return said.code, sentence(said.code, said.params, words.language, words.departments)
