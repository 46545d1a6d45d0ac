# SPDX-License-Identifier: Apache-2.0
"""What an issuer is asked, what it may answer, and what the log keeps of a denial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from attest.parties import About, Parties

VALID, NOT_VALID, UNKNOWN, SEVERAL = "valid", "not_valid", "unknown", "several"
OUTCOMES: Final = (VALID, NOT_VALID, UNKNOWN, SEVERAL)
"""It stands; it stands no more; no such paper of this holder; more than one holder or paper would match."""
DENIALS: Final = ("revoked", "expired", "superseded")
"""Why a paper stands no more: taken back, past its term, replaced by a newer one."""
SILENT: Final = "issuer.silent"
FRESH_SECONDS: Final = 900
"""An answer in a case is not asked for again for so long, unless a paper came in since."""
MOST: Final = 8
"""Questions of one look-up, at most."""
SHOWN_ONLY: Final = "data_check.shown_only"
TAKEN_IN: Final = "data_check.taken_in"
NO_ADDRESS: Final = "data_check.no_address"
SEVERAL_ISSUERS: Final = "data_check.several_issuers"
SEVERAL_ROLES: Final = "data_check.several_roles"
NAMED_ELSEWHERE: Final = "data_check.named_elsewhere"
NO_HOLDER: Final = "data_check.no_holder"
NO_CONSENT: Final = "data_check.no_consent"
SEVERAL_HOLDERS: Final = "data_check.several_holders"
THING_UNKNOWN: Final = "data_check.thing_unknown"
NUMBER_UNKNOWN: Final = "data_check.number_unknown"
NUMBERS_DIFFER: Final = "data_check.numbers_differ"
HOLDER_UNNAMED: Final = "data_check.holder_unnamed"
TOO_MANY: Final = "data_check.too_many"


class Unasked(NamedTuple):
    """A paper about which the policy lets an issuer answer, and why no question was put: a stable code."""

    requirement: str
    type: str
    reason: str


class Numbered(NamedTuple):
    """A numbered paper as it is taken in: whose it is, and when it was issued if that is known."""

    type: str
    issuer: str
    number: str
    holders: frozenset[bytes]
    issued: date | None


class Need(NamedTuple):
    """A paper whose issuer answers: its type and issuer, the role bound there, and who stands in it."""

    type: str
    issuer: str
    role: str
    holder: bytes
    about: About | None


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one issuer; `id` is answered back, `time` is in Unix seconds.

    `id_type` and `id_number` are the holder's document, as the issuer's own register has it.
    """

    id: bytes
    log: bytes
    time: int
    by: str
    case_no: str
    purpose: str
    need: Need
    number: str
    id_type: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Denial:
    """The private record of `material.denied`: the issuer says since when its paper stands no more.

    `case_no` is the case that asked it; None with its salt where it speaks unasked.
    """

    case_no: str | None
    case_salt: bytes | None
    type: str
    issuer: str
    number: str
    parties: Parties
    reason: str
    since: date


@dataclass(frozen=True, slots=True)
class DenialRow:
    """A denial as the tables hold it; `lookup` is the keyed number of the paper for its holder.

    `case_no` is empty where the issuer spoke unasked.
    """

    holder: bytes
    type: str
    index: int
    lookup: bytes
    department: str
    reason: str
    since: date
    time: int
    case_no: str
