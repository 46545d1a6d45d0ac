# SPDX-License-Identifier: Apache-2.0
"""Whether an acceptance stands at the moment asked, or stood when a department relied on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attest.days import day_of
from attest.materials.model import RECTIFIED
from attest.supersession.model import BETTER_COPY, RENEWED
from attest.verify.inquiry import failed, genuine, not_applicable, passed, unknown
from attest.verify.model import (
    CLOCK_SKEW,
    FAILED,
    PASSED,
    STATUS,
    Check,
    DeniedFact,
    DisputedFact,
    SupersededFact,
)
from attest.verify.policies import policy_fault
from attest.verify.statements import Status

if TYPE_CHECKING:
    from attest.statements import Entry
    from attest.verify.authority import KeyBook
    from attest.verify.evidence import Included
    from attest.verify.inquiry import Inquiry
    from attest.verify.statements import Denied


@dataclass(frozen=True, slots=True)
class Ended:
    """Index and Unix time of a retraction; `rectified`: it names the acceptance that corrects this one."""

    index: int
    time: int
    rectified: bool = False


class Later(NamedTuple):
    """What came after the acceptance, as its own department says."""

    superseded: SupersededFact | None = None
    disputed: DisputedFact | None = None
    denied: DeniedFact | None = None


DISPUTED: Final = "status.disputed"
DENIED: Final = frozenset({"status.denied", "status.denied_before", "status.mandate_fallen"})
"""Reasons of files that are not valid beside which the issuer's denial is shown, where there is one."""
_SINCE: Final = {BETTER_COPY: "status.better_copy", RENEWED: "status.renewed"}


def check_status(inquiry: Inquiry, book: KeyBook) -> Check:
    """Standing now for an acceptance; for a reliance, and for its policy, as of its own index."""
    standing = _check_standing(inquiry, book)
    if not inquiry.relies or standing.state == FAILED:
        return standing
    fault = policy_fault(inquiry, book.snapshot)
    return fault if fault is not None and (fault.state == FAILED or standing.state == PASSED) else standing


def _check_standing(inquiry: Inquiry, book: KeyBook) -> Check:
    foreign = _foreign_status(inquiry) or _foreign_citation(inquiry)
    if foreign is not None:
        return foreign
    accepted = inquiry.accepted
    if inquiry.reasks and not inquiry.cites:
        return not_applicable(STATUS, "status.outside_list")
    if accepted is None:
        return unknown(STATUS, "status.citation_missing")
    if inquiry.subject.signed.entry.time > inquiry.moment + CLOCK_SKEW:
        return failed(STATUS, "status.not_yet")
    said = _signed_status(inquiry, accepted, book)
    if isinstance(said, Check):
        return said
    ended = _retraction(inquiry, accepted, book)
    if isinstance(ended, Check):
        return ended
    if ended is None and said is not None and said.retracted is not None:
        ended = Ended(*said.retracted)
    return _conclude(inquiry, accepted, said, ended) or _positive(inquiry, accepted, said, book)


def _foreign_citation(inquiry: Inquiry) -> Check | None:
    """What is cited is shown and is what its opening says; an acceptance cites nothing, re-asks no policy."""
    cited, subject = inquiry.citation, inquiry.subject
    if inquiry.policy is not None and not inquiry.relies:
        return failed(STATUS, "status.other_policy")
    if not inquiry.cites:
        return None if cited is None else failed(STATUS, "status.other_citation")
    opening = inquiry.evidence.opening(inquiry.evidence.subject, "citation")
    if cited is None or opening is None:
        return unknown(STATUS, "status.citation_missing")
    if opening.value != cited.hash or cited.index >= subject.index:
        return failed(STATUS, "status.other_citation")
    if inquiry.relies and not _is_ground(subject.signed.entry, cited.signed.entry):
        return failed(STATUS, "status.other_ground")
    accepted = cited.signed.entry
    if inquiry.records and subject.signed.entry.issuer not in (
        accepted.issuer,
        accepted.body.get("authority"),
    ):
        return failed(STATUS, "status.foreign_recorder")
    return None


def _is_ground(relied: Entry, cited: Entry) -> bool:
    """Whether what is cited is the issuer's own word, where the reliance says that it rests on one."""
    if relied.body.get("ground") != "data_check":
        return True
    return (cited.body.get("assurance"), cited.body.get("issuer")) == ("data_check", cited.issuer)


def _conclude(inquiry: Inquiry, accepted: Included, said: Status | None, ended: Ended | None) -> Check | None:
    """What a retraction, a denial or the period decides, or None where they leave it standing."""
    subject, denied = inquiry.subject, None if said is None else said.denied
    if inquiry.cites:
        if ended is not None and ended.index < subject.index:
            return failed(STATUS, "status.retracted_before")
        if denied is not None and denied.index < subject.index:
            return failed(STATUS, "status.denied_before")
        shut = _period(inquiry, accepted, said, day_of(subject.signed.entry.time))
        if inquiry.records and shut is None:
            return _mandate_over(inquiry, ended or denied)
        fell = "status.rectified_later" if ended is not None and ended.rectified else "status.retracted_later"
        later = "status.recognisable" if inquiry.reasks else fell
    else:
        if ended is not None and _has_come(inquiry, ended.time):
            return failed(STATUS, "status.rectified" if ended.rectified else "status.retracted")
        # Not valid, and not "cannot tell" as under a dispute: like a retraction it is the last word on this
        # acceptance. An issuer that erred has the paper accepted anew, which is another entry.
        if denied is not None and _has_come(inquiry, denied.time):
            return failed(STATUS, "status.denied")
        shut = _period(inquiry, accepted, said, day_of(inquiry.moment))
        later = "status.stood_then"
    return shut or (None if ended is None else passed(STATUS, later))


def _mandate_over(inquiry: Inquiry, ended: Ended | Denied | None) -> Check | None:
    """What ends a recorded mandate at the moment asked: its paper taken back or denied, or its own end."""
    if ended is not None and _has_come(inquiry, ended.time):
        return failed(STATUS, "status.mandate_fallen")
    until = inquiry.subject.signed.entry.body.get("until")
    if not isinstance(until, int) or until <= inquiry.moment:
        return failed(STATUS, "status.mandate_expired")
    return None if ended is None else passed(STATUS, "status.recorded_then")


def _positive(inquiry: Inquiry, accepted: Included, said: Status | None, book: KeyBook) -> Check:
    """Nothing ended it: whether its department says so, of a log that holds the subject."""
    if said is None:
        return _missing(accepted, book)
    if said.as_of_size <= inquiry.subject.index:
        return unknown(STATUS, "status.too_early")
    disputed = disputed_by(inquiry, said)
    if disputed is not None and (not inquiry.cites or disputed.index < inquiry.subject.index):
        return unknown(STATUS, DISPUTED)
    if inquiry.reasks:
        return passed(STATUS, "status.recognisable")
    if inquiry.records:
        return passed(STATUS, "status.recorded")
    if said.denied is not None:
        return passed(STATUS, "status.denied_later" if inquiry.relies else "status.denied_then")
    if inquiry.relies:
        return passed(STATUS, "status.stood" if disputed is None else "status.disputed_later")
    fact = superseded_by(inquiry, said)
    return passed(STATUS, "status.standing" if fact is None else _SINCE[fact.how])


def later_facts(inquiry: Inquiry, book: KeyBook) -> Later:
    """What the acceptance's own department says came later, whatever else the file shows."""
    said = None if inquiry.accepted is None else _signed_status(inquiry, inquiry.accepted, book)
    if not isinstance(said, Status):
        return Later()
    return Later(superseded_by(inquiry, said), disputed_by(inquiry, said), denied_by(said))


def superseded_by(inquiry: Inquiry, said: Status) -> SupersededFact | None:
    """The newer acceptance that a believed status names, at the moment asked about."""
    newer = said.superseded
    if newer is None or not _has_come(inquiry, newer.time):
        return None
    return SupersededFact(newer.how, newer.index, newer.time, said.as_of_size)


def disputed_by(inquiry: Inquiry, said: Status) -> DisputedFact | None:
    """The open dispute that a believed status names, at the moment asked about."""
    dispute = said.disputed
    if dispute is None or not _has_come(inquiry, dispute.time):
        return None
    return DisputedFact(dispute.index, dispute.time, dispute.due, said.as_of_size)


def denied_by(said: Status) -> DeniedFact | None:
    """The issuer's denial that a believed status names, of whatever moment: as a retraction it stays."""
    one = said.denied
    if one is None:
        return None
    return DeniedFact(one.by, one.index, one.time, one.reason, one.since, said.as_of_size)


def _has_come(inquiry: Inquiry, time: int) -> bool:
    # Asked about now, what is known counts even where the reader's clock is behind the log's.
    return inquiry.moment >= min(inquiry.now, time)


def _foreign_status(inquiry: Inquiry) -> Check | None:
    shown = {one.hash for one in (inquiry.subject, inquiry.citation) if one is not None}
    for one in inquiry.evidence.statements:
        if isinstance(one.says, Status) and one.says.subject not in shown:
            return failed(STATUS, "status.other_subject")
    return None


def _signed_status(inquiry: Inquiry, accepted: Included, book: KeyBook) -> Status | Check | None:
    """The status statement, once its signature and signer are the accepting department's."""
    found = inquiry.statement(Status)
    if found is None or found[0].envelope is None:
        return None
    envelope, said = found[0].envelope, found[1]
    if not genuine(envelope, inquiry.trust.log):
        return failed(STATUS, "status.signature")
    if envelope.entry.issuer != accepted.signed.entry.issuer:
        return failed(STATUS, "status.foreign_signer")
    state, _ = book.speaks(envelope, said.as_of_size)
    if state == PASSED:
        return said
    return (failed if state == "failed" else unknown)(STATUS, "status.foreign_signer")


def _retraction(inquiry: Inquiry, accepted: Included, book: KeyBook) -> Ended | Check | None:
    """The retraction in the log that the file shows."""
    for at, one in inquiry.evidence.of_role("retraction"):
        opening = inquiry.evidence.opening(at, "citation")
        if opening is None:
            return unknown(STATUS, "status.retraction_unproved")
        if opening.value != accepted.hash or one.index <= accepted.index:
            return failed(STATUS, "status.other_citation")
        entry, first = one.signed.entry, accepted.signed.entry
        if entry.issuer not in {first.issuer, first.body.get("authority")}:
            return failed(STATUS, "status.foreign_signer")
        state, _ = book.ruling(one.signed, one.index, proved=False)
        if state != PASSED:
            return (failed if state == "failed" else unknown)(STATUS, "status.retraction_unproved")
        return Ended(one.index, entry.time, entry.body.get("reason") == RECTIFIED)
    return None


def _period(inquiry: Inquiry, accepted: Included, said: Status | None, day: date) -> Check | None:
    """A failure if `day` is outside the period that the status or the shown record states."""
    record = inquiry.evidence.record(inquiry.evidence.entries.index(accepted)) or {}
    starts = [said.valid_from if said else None, _day(record, "valid_from")]
    ends = [said.valid_until if said else None, _day(record, "valid_until")]
    if any(end is not None and day > end for end in ends):
        return failed(STATUS, "status.expired")
    if any(start is not None and day < start for start in starts):
        return failed(STATUS, "status.not_yet")
    return None


def _day(record: dict[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(record[name])
    except (KeyError, TypeError, ValueError):
        return None


def _missing(accepted: Included, book: KeyBook) -> Check:
    own = book.custody.get(accepted.signed.key) == "department"
    return unknown(STATUS, "status.ask_department" if own else "status.missing")
