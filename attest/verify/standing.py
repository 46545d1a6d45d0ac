# SPDX-License-Identifier: Apache-2.0
"""Whether an acceptance stands at the moment asked, or stood when a department relied on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attest.days import day_of
from attest.verify.inquiry import failed, genuine, passed, unknown
from attest.verify.model import CLOCK_SKEW, PASSED, STATUS, Check
from attest.verify.statements import Status

if TYPE_CHECKING:
    from attest.verify.authority import KeyBook
    from attest.verify.evidence import Included
    from attest.verify.inquiry import Inquiry


def check_status(inquiry: Inquiry, book: KeyBook) -> Check:
    """Standing now for an acceptance; standing as of its own index for a reliance."""
    foreign = _foreign_status(inquiry)
    if foreign is not None:
        return foreign
    if inquiry.relies:
        return _check_reliance(inquiry, book)
    return _check_acceptance(inquiry, book)


def _foreign_status(inquiry: Inquiry) -> Check | None:
    shown = {one.hash for one in (inquiry.subject, inquiry.citation) if one is not None}
    for one in inquiry.evidence.statements:
        if isinstance(one.says, Status) and one.says.subject not in shown:
            return failed(STATUS, "status.other_subject")
    return None


def _check_acceptance(inquiry: Inquiry, book: KeyBook) -> Check:
    subject = inquiry.subject
    if inquiry.citation is not None:
        return failed(STATUS, "status.other_citation")
    if subject.signed.entry.time > inquiry.moment + CLOCK_SKEW:
        return failed(STATUS, "status.not_yet")
    said = _signed_status(inquiry, subject, book)
    if isinstance(said, Check):
        return said
    ended = _retraction(inquiry, subject, book)
    if isinstance(ended, Check):
        return ended
    ended = ended or (None if said is None else said.retracted)
    # Asked about now, a known retraction counts even where the reader's clock is behind the log's.
    if ended is not None and (ended[1] <= inquiry.moment or inquiry.moment >= inquiry.now):
        return failed(STATUS, "status.retracted")
    period = _period(inquiry, subject, said, day_of(inquiry.moment))
    if period is not None:
        return period
    if ended is not None:
        return passed(STATUS, "status.stood_then")
    if said is None:
        return _missing(subject, book)
    if said.as_of_size <= subject.index:
        return unknown(STATUS, "status.too_early")
    return passed(STATUS, "status.standing")


def _check_reliance(inquiry: Inquiry, book: KeyBook) -> Check:
    cited, subject = inquiry.citation, inquiry.subject
    opening = inquiry.evidence.opening(inquiry.evidence.subject, "citation")
    if cited is None or opening is None:
        return unknown(STATUS, "status.citation_missing")
    if opening.value != cited.hash or cited.index >= subject.index:
        return failed(STATUS, "status.other_citation")
    if subject.signed.entry.time > inquiry.moment + CLOCK_SKEW:
        return failed(STATUS, "status.not_yet")
    said = _signed_status(inquiry, cited, book)
    if isinstance(said, Check):
        return said
    ended = _retraction(inquiry, cited, book)
    if isinstance(ended, Check):
        return ended
    ended = ended or (None if said is None else said.retracted)
    if ended is not None and ended[0] < subject.index:
        return failed(STATUS, "status.retracted_before")
    period = _period(inquiry, cited, said, day_of(subject.signed.entry.time))
    if period is not None:
        return period
    if ended is not None:
        return passed(STATUS, "status.retracted_later")
    if said is None:
        return _missing(cited, book)
    if said.as_of_size <= subject.index:
        return unknown(STATUS, "status.too_early")
    return passed(STATUS, "status.stood")


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
    state, _ = book.ruling(envelope, said.as_of_size, proved=False)
    if state == PASSED:
        return said
    return (failed if state == "failed" else unknown)(STATUS, "status.foreign_signer")


def _retraction(inquiry: Inquiry, accepted: Included, book: KeyBook) -> tuple[int, int] | Check | None:
    """Index and time of a retraction in the log that the file shows."""
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
        return one.index, entry.time
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
