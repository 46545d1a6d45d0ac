# SPDX-License-Identifier: Apache-2.0
"""Whether the policy that a reliance cites was the one in force when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.days import day_of
from attest.fields import DEPARTMENT, Fields
from attest.policies.document import DEFAULT_DIGEST
from attest.verify.inquiry import failed, unknown
from attest.verify.model import CLOCK_SKEW, STATUS, Check

if TYPE_CHECKING:
    from datetime import date

    from attest.verify.inquiry import Inquiry
    from attest.verify.statements import PolicySpan, Snapshot


def policy_fault(inquiry: Inquiry, snapshot: Snapshot | None) -> Check | None:
    """What speaks against the policy cited, or leaves it unproved; None where nothing does.

    The entry that published it is shown, and governance tells (genuinely: see authority) that no other was in
    force. A department without a policy decides by the default, which has no entry.
    """
    body, subject = Fields(inquiry.subject.signed.entry.body), inquiry.subject
    authority, cited = body.text("authority", 32, DEPARTMENT), body.octets("policy", 32)
    shown = inquiry.policy
    if shown is not None:
        entry = shown.signed.entry
        if entry.issuer != authority or shown.index >= subject.index or _document(inquiry) != cited:
            return failed(STATUS, "status.other_policy")
    if snapshot is None or snapshot.as_of_size <= subject.index or not snapshot.names(authority):
        return unknown(STATUS, "status.policy_unproved")
    time = subject.signed.entry.time
    for day in {day_of(time - CLOCK_SKEW), day_of(time + CLOCK_SKEW)}:  # by the writer's clock, not its own
        standing = in_force(snapshot, authority, subject.index, day)
        if cited == (DEFAULT_DIGEST if standing is None else standing.document):
            if standing is not None and shown is None:
                return unknown(STATUS, "status.policy_missing")
            if standing is not None and shown is not None and standing.index != shown.index:
                return failed(STATUS, "status.other_policy")
            return None
    return failed(STATUS, "status.other_policy")


def in_force(snapshot: Snapshot, authority: str, index: int, day: date) -> PolicySpan | None:
    """The newest version published below `index` that holds on `day`; None where the default does."""
    holding = [
        one
        for one in snapshot.policies
        if one.department == authority and one.index < index and (one.in_force is None or one.in_force <= day)
    ]
    return max(holding, key=lambda one: one.version, default=None)


def _document(inquiry: Inquiry) -> bytes | None:
    """The document that the entry shown publishes as its issuer's policy."""
    shown = inquiry.policy
    if shown is None:
        return None
    fields = Fields(shown.signed.entry.body)
    named = (fields.text("subject", 16), fields.text("code", 50))
    return fields.octets("document", 32) if named == ("policy", shown.signed.entry.issuer) else None
