# SPDX-License-Identifier: Apache-2.0
"""`verify`: any failed check is not valid, any unknown one among those demanded is no verdict (DESIGN 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.errors import UnknownVersionError
from attest.fields import FieldError
from attest.verify.authority import check_authority, key_book
from attest.verify.checks import (
    check_anchor,
    check_checkpoint,
    check_content,
    check_freshness,
    check_inclusion,
    check_signatures,
)
from attest.verify.evidence import SUBJECTS, Evidence
from attest.verify.inquiry import Inquiry, failed, unknown
from attest.verify.model import (
    CANNOT_TELL,
    CHECKS,
    CONTENT,
    FAILED,
    NOT_VALID,
    ONLINE,
    STATUS,
    UNKNOWN,
    VALID,
    Check,
    Facts,
    Verdict,
)
from attest.verify.standing import DENIED, DISPUTED, Later, check_status, later_facts
from attest.verify.statements import Snapshot
from ledger.errors import FormatError

if TYPE_CHECKING:
    from attest.verify.trust import Trust


def verify(
    evidence: bytes,
    trust: Trust,
    now: int,
    *,
    profile: str = ONLINE,
    document: bytes | None = None,
    facts: Facts | None = None,
    max_age: int | None = None,
    as_of: int | None = None,
) -> Verdict:
    """Judge an evidence file at `as_of` (default `now`, Unix seconds) by nothing but `trust` and `facts`.

    `document` is the SHA-256 of the file in hand; `max_age` (seconds) replaces the ages of the trust file.
    Never raises for what the file holds.
    """
    moment = now if as_of is None else as_of
    try:
        read = Evidence.parse(evidence)
    except UnknownVersionError:
        return _unread(CANNOT_TELL, "format.unknown_version", moment)
    except FormatError:
        return _unread(NOT_VALID, "format.invalid", moment)
    inquiry = Inquiry(
        evidence=read,
        trust=trust,
        now=now,
        moment=moment,
        online=profile == ONLINE,
        document=document,
        facts=facts or Facts(),
        max_age_anchor=trust.max_age_anchor if max_age is None else max_age,
        max_age_status=trust.max_age_status if max_age is None else max_age,
    )
    return _judge(inquiry)


def _judge(inquiry: Inquiry) -> Verdict:
    strange = _strange(inquiry.evidence)
    if strange is not None:
        # The tree and its key need no reading of the entries: a forged file is still told from a newer one.
        try:
            tree = {one.name: one for one in (check_inclusion(inquiry), check_checkpoint(inquiry))}
        except (FieldError, FormatError):
            return _unread(NOT_VALID, "format.invalid", inquiry.moment)
        checks = [tree.get(name, unknown(name, strange)) for name in CHECKS]
        return _conclude(checks, inquiry.trust, inquiry.moment)
    try:
        snapshot = inquiry.statement(Snapshot)
        book = key_book(inquiry.evidence, inquiry.trust, None if snapshot is None else snapshot[1])
        checks = [
            check_content(inquiry),
            check_inclusion(inquiry),
            check_checkpoint(inquiry),
            check_anchor(inquiry),
            check_signatures(inquiry),
            check_authority(inquiry, book),
            check_status(inquiry, book),
            check_freshness(inquiry),
        ]
    except (FieldError, FormatError):
        return _unread(NOT_VALID, "format.invalid", inquiry.moment)
    return _conclude(checks, inquiry.trust, inquiry.moment, later_facts(inquiry, book))


def _strange(evidence: Evidence) -> str | None:
    """Why this version cannot judge the file, or None."""
    if any(one.envelope is None for one in evidence.entries):
        return "format.unknown_version"
    if evidence.entries[evidence.subject].signed.entry.kind not in SUBJECTS:
        return "format.unknown_kind"
    if any(one.says is None for one in evidence.statements):
        return "format.unknown_kind"
    return None


def _conclude(checks: list[Check], trust: Trust, moment: int, later: Later | None = None) -> Verdict:
    later = later or Later()
    bad = [one for one in checks if one.state == FAILED]
    if bad:
        reason = bad[0].reason
        told = later.denied if reason in DENIED else None
        return Verdict(NOT_VALID, reason, moment, tuple(checks), denied=told)
    open_ones = [one for one in checks if one.state == UNKNOWN and one.name in trust.demanded]
    if open_ones:
        reason = open_ones[0].reason
        shown = later.disputed if reason == DISPUTED else None
        return Verdict(CANNOT_TELL, reason, moment, tuple(checks), disputed=shown)
    status = next(one for one in checks if one.name == STATUS)
    return Verdict(VALID, status.reason, moment, tuple(checks), *later)


def _unread(verdict: str, reason: str, moment: int) -> Verdict:
    """Of a file that cannot be read nothing is checked."""
    first = failed(CONTENT, reason) if verdict == NOT_VALID else unknown(CONTENT, reason)
    rest = [unknown(name, "format.not_checked") for name in CHECKS if name != CONTENT]
    return Verdict(verdict, reason, moment, (first, *rest))
