# SPDX-License-Identifier: Apache-2.0
"""Acceptances (核验入库) and retractions (撤回核验结论) as their private records hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.registry.model import GOVERNANCE

if TYPE_CHECKING:
    from datetime import date

    from attest.parties import About, Parties

ASSURANCES: Final = ("original", "certified_copy", "scan", "data_check")
"""How the original was checked: seen at the counter, certified copy, scan only, data check at the issuer."""

RETRACTION_REASONS: Final = (
    "checked_wrongly",
    "document_invalid",
    "issued_in_error",
    "forged",
    "wrong_holder",
)

RECTIFIED: Final = "rectified"
"""更正: the reason of a retraction that names the acceptance which corrects what is taken back."""

SUBMITTED: Final = ("by_choice",)
"""自愿提交: handed in by the applicant's own choice, although it need not have been."""

KEPT: Final = ("vault", "department")
"""Where the file lies: in this ledger's vault, or with the department (hash only)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file by its digest; `salt` opens the commitment to it, `pages` are those counted at intake."""

    sha256: bytes
    salt: bytes
    size: int
    media: str
    kept: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Another entry, named inside a private record; only a salted commitment stands in the open."""

    id: bytes
    index: int
    leaf: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Supersession:
    """The earlier acceptance that this one supersedes, and how: `better_copy` or `renewed`."""

    acceptance: Citation
    how: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The private record of `material.accepted`."""

    case_no: str
    case_salt: bytes
    authority: str
    type: str
    document: Document
    issuer: str
    number: str | None
    issued: date | None
    valid_from: date | None
    valid_until: date | None
    parties: Parties
    about: About | None
    assurance: str
    checked_by: str | None
    submitted: str | None = None
    """`by_choice`: the applicant handed it in though nobody asked; None: not said."""
    supersedes: Supersession | None = None
    channel: str | None = None
    """办理形式 by which the paper came; None: not said, so the case's own."""

    @property
    def is_issuers_word(self) -> bool:
        """Whether the issuer itself says that its paper stands, by its own register."""
        return self.assurance == "data_check" and self.issuer == self.authority


@dataclass(frozen=True, slots=True)
class Retraction:
    """The private record of `acceptance.retracted`; `rectified_by` where its reason is `rectified`."""

    acceptance: Citation
    case_no: str
    case_salt: bytes
    reason: str
    text: str | None
    rectified_by: Citation | None = None
    """The acceptance that corrects the record (更正), and is to be used instead."""


KEY_COMPROMISED: Final = "key_compromised"
"""Why an acceptance fell that nobody retracted."""


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """An acceptance as the tables hold it.

    `retracted` is (by, at, reason) where a retraction stands; `compromised` is when governance said that the
    key which signed it was already in other hands.
    """

    id: bytes
    index: int
    leaf: bytes
    type: str
    issuer: str
    authority: str
    accepted_by: str
    case_no: str
    assurance: str
    accepted: int
    issued: date | None
    valid_from: date | None
    valid_until: date | None
    about: bytes | None
    retracted: tuple[str, int, str] | None
    compromised: int | None

    @property
    def is_issuers_word(self) -> bool:
        """Whether the issuer itself says that its paper stands, by its own register."""
        return self.assurance == "data_check" and self.issuer == self.authority == self.accepted_by

    @property
    def fallen(self) -> tuple[str, int, str] | None:
        """Who took it back, when and why: its department or authority, or governance with the key."""
        if self.retracted is None and self.compromised is not None:
            return (GOVERNANCE, self.compromised, KEY_COMPROMISED)
        return self.retracted
